//! The maker's delivery file: CSV, UTF-8, one booklet a line, a trailer that no cut and no edit survives. For makers it is
//! described in `docs/delivery-file.md`.
//!
//! ```text
//! serial,chip_serial,carton,batch,key_version,check_value,numbering,format,kind
//! K00000001,50430000400000000001,C-00000001,SPECIMEN-passport-32,1,D6B1AF0C41B83E5D27,perforated,passport-32,production
//! trailer,1,SHA-256 of every byte before this line, in hexadecimal
//! ```

use std::collections::HashMap;
use std::fmt;

use persoline_domain::application::DocumentType;
use persoline_domain::booklet::{Blank, BlankKind, Numbering};
use sha2::{Digest, Sha256};

const COLUMNS: [&str; 9] =
    ["serial", "chip_serial", "carton", "batch", "key_version", "check_value", "numbering", "format", "kind"];
const TRAILER: &str = "trailer";
/// Faults that are told of one file at most; whoever mends the file reads it anew anyway.
const FAULTS_TOLD: usize = 20;
/// Longest carton and batch.
const NAME_LIMIT: usize = 64;

/// What is wrong with a file, and where. Lines and columns count from one, columns in characters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct FileFault {
    line: usize,
    column: usize,
    field: &'static str,
    what: String,
}

impl fmt::Display for FileFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}, column {} ({}): {}", self.line, self.column, self.field, self.what)
    }
}

/// The file of blanks.
pub(crate) fn write(blanks: &[Blank]) -> String {
    let mut text = format!("{}\n", COLUMNS.join(","));
    for blank in blanks {
        let row = [
            blank.serial.0.clone(),
            hexadecimal(&blank.chip_serial),
            blank.carton.clone(),
            blank.batch.clone(),
            blank.key_version.to_string(),
            hexadecimal(&blank.check_value),
            blank.numbering.name().to_owned(),
            blank.format.name().to_owned(),
            blank.kind.name().to_owned(),
        ];
        text.push_str(&row.join(","));
        text.push('\n');
    }
    let sum = hexadecimal(&Sha256::digest(text.as_bytes()));
    text.push_str(&format!("{TRAILER},{},{sum}\n", blanks.len()));
    text
}

/// The blanks of a file, or all that is wrong with it (the first [`FAULTS_TOLD`]).
pub(crate) fn parse(bytes: &[u8]) -> Result<Vec<Blank>, Vec<FileFault>> {
    let text = std::str::from_utf8(bytes).map_err(|error| vec![not_text(bytes, error.valid_up_to())])?;
    let mut reading = Reading::default();
    let body = reading.trailer(text);
    for (index, line) in body.lines().enumerate() {
        let line = Line { number: index + 1, text: line.trim_end_matches('\r') };
        if index == 0 {
            reading.header(&line);
        } else {
            reading.row(&line);
        }
    }
    if body.is_empty() {
        reading.fault(1, 1, "header", format!("must be `{}`", COLUMNS.join(",")));
    } else if reading.rows == 0 {
        reading.fault(2, 1, "serial", "there is no booklet in the file".to_owned());
    }
    reading.faults.sort_by_key(|fault| (fault.line, fault.column));
    reading.faults.truncate(FAULTS_TOLD);
    if reading.faults.is_empty() { Ok(reading.blanks) } else { Err(reading.faults) }
}

/// One line of the file, without its end.
struct Line<'a> {
    number: usize,
    text: &'a str,
}

impl<'a> Line<'a> {
    /// The fields with the columns in which they begin.
    fn fields(&self) -> Vec<(usize, &'a str)> {
        let mut column = 1;
        let mut fields = Vec::with_capacity(COLUMNS.len());
        for field in self.text.split(',') {
            fields.push((column, field));
            column += field.chars().count() + 1;
        }
        fields
    }
}

/// A file as far as it has been read.
#[derive(Default)]
struct Reading<'a> {
    rows: usize,
    blanks: Vec<Blank>,
    faults: Vec<FileFault>,
    serials: HashMap<&'a str, usize>,
    chips: HashMap<Vec<u8>, usize>,
    /// What each carton holds, by the first of its rows.
    cartons: HashMap<&'a str, (usize, [&'a str; 3])>,
}

impl<'a> Reading<'a> {
    fn fault(&mut self, line: usize, column: usize, field: &'static str, what: String) {
        self.faults.push(FileFault { line, column, field, what });
    }

    /// Checks the last line against everything before it, which is given back.
    fn trailer(&mut self, text: &'a str) -> &'a str {
        let ends = text.strip_suffix('\n').map_or(text, |rest| rest.strip_suffix('\r').unwrap_or(rest));
        let at = ends.rfind('\n').map_or(0, |end| end + 1);
        let (body, last) = (text.get(..at).unwrap_or_default(), ends.get(at..).unwrap_or_default());
        let number = body.lines().count() + 1;
        let fields = Line { number, text: last }.fields();
        let [(_, TRAILER), (at_count, count), (at_sum, sum)] = fields.as_slice() else {
            let what = "the last line must be `trailer,COUNT,SHA-256`: the file was cut off or is not whole";
            self.fault(number, 1, "trailer", what.to_owned());
            return text;
        };
        let rows = body.lines().count().saturating_sub(1);
        if count.parse() != Ok(rows) {
            self.fault(number, *at_count, "count", format!("says {count} booklets, but {rows} rows stand before it"));
        }
        if !sum.eq_ignore_ascii_case(&hexadecimal(&Sha256::digest(body.as_bytes()))) {
            let what =
                "is not the SHA-256 of the bytes before this line: the file was changed since its maker wrote it";
            self.fault(number, *at_sum, "sum", what.to_owned());
        }
        body
    }

    fn header(&mut self, line: &Line<'a>) {
        let wanted = COLUMNS.join(",");
        let text = line.text.strip_prefix('\u{FEFF}').unwrap_or(line.text);
        if text != wanted {
            let same = text.chars().zip(wanted.chars()).take_while(|(found, wanted)| found == wanted).count();
            self.fault(line.number, same + 1, "header", format!("must be `{wanted}`"));
        }
    }

    fn row(&mut self, line: &Line<'a>) {
        self.rows += 1;
        let fields = line.fields();
        let [serial, chip, carton, batch, key, check, numbering, format, kind] = fields.as_slice() else {
            let what = format!("{} fields instead of {}", fields.len(), COLUMNS.len());
            self.fault(line.number, 1, "serial", what);
            return;
        };
        let before = self.faults.len();
        let mut told = |at: &(usize, &str), field, what: &str| {
            self.faults.push(FileFault { line: line.number, column: at.0, field, what: what.to_owned() });
        };
        let parsed_numbering = Numbering::parse(numbering.1);
        if parsed_numbering.is_none() {
            told(numbering, "numbering", "must be perforated or engraved");
        }
        if !is_serial(serial.1, parsed_numbering.unwrap_or(Numbering::Perforated)) {
            told(
                serial,
                "serial",
                "must be capital letters and digits: 1 to 9 as the MRZ writes them, 1 to 20 if engraved",
            );
        }
        let chip_serial = bytes_of(chip.1).filter(|bytes| (8..=32).contains(&bytes.len()));
        if chip_serial.is_none() {
            told(chip, "chip_serial", "must be 8 to 32 bytes in hexadecimal");
        }
        for (at, field) in [(carton, "carton"), (batch, "batch")] {
            if !is_name(at.1) {
                told(at, field, "must be 1 to 64 letters, digits, and - _ . /");
            }
        }
        let key_version = key.1.parse().ok().filter(|_| key.1.bytes().all(|byte| byte.is_ascii_digit()));
        if key_version.is_none() {
            told(key, "key_version", "must be a number from 0 to 255");
        }
        let check_value = bytes_of(check.1).filter(|bytes| matches!(bytes.len(), 0 | 3 | 9));
        if check_value.is_none() {
            told(
                check,
                "check_value",
                "must be 3 bytes (Key-ENC) or 9 (Key-ENC, Key-MAC, Key-DEK) in hexadecimal, or empty",
            );
        }
        let parsed_format = DocumentType::parse(format.1);
        if parsed_format.is_none() {
            told(format, "format", "must be passport-32 or passport-48");
        }
        let parsed_kind = BlankKind::parse(kind.1);
        if parsed_kind.is_none() {
            told(kind, "kind", "must be production, test or specimen");
        }
        let contents = [numbering.1, format.1, kind.1];
        if let Some((first, others)) = self.cartons.get(carton.1).filter(|(_, others)| *others != contents) {
            let what = format!(
                "line {first} has {} in this carton: one carton, one numbering, format and kind",
                others.join(" ")
            );
            told(carton, "carton", &what);
        } else {
            self.cartons.entry(carton.1).or_insert((line.number, contents));
        }
        if let Some(first) = self.serials.insert(serial.1, line.number) {
            told(serial, "serial", &format!("stands on line {first} already"));
        }
        if let Some(first) = chip_serial.clone().and_then(|bytes| self.chips.insert(bytes, line.number)) {
            told(chip, "chip_serial", &format!("stands on line {first} already"));
        }
        let (Some(chip_serial), Some(key_version), Some(check_value)) = (chip_serial, key_version, check_value) else {
            return;
        };
        let (Some(numbering), Some(format), Some(kind)) = (parsed_numbering, parsed_format, parsed_kind) else {
            return;
        };
        if self.faults.len() == before {
            self.blanks.push(Blank {
                serial: serial.1.into(),
                chip_serial,
                key_version,
                batch: batch.1.to_owned(),
                format,
                kind,
                carton: carton.1.to_owned(),
                check_value,
                numbering,
            });
        }
    }
}

fn not_text(bytes: &[u8], at: usize) -> FileFault {
    let good = bytes.get(..at).map(String::from_utf8_lossy).unwrap_or_default();
    let line = good.matches('\n').count() + 1;
    let column = good.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
    FileFault { line, column, field: "file", what: "it is no UTF-8 text; check that it is the right file".to_owned() }
}

/// A perforated serial becomes the document number, nine places in the MRZ (Doc 9303-4 section 4.2.2.1); where the number is
/// engraved the serial is the maker's own.
fn is_serial(text: &str, numbering: Numbering) -> bool {
    let longest = match numbering {
        Numbering::Perforated => 9,
        Numbering::Engraved => 20,
    };
    (1..=longest).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit())
}

fn is_name(text: &str) -> bool {
    (1..=NAME_LIMIT).contains(&text.len())
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_./".contains(&byte))
}

/// Bytes as capital hexadecimal digits.
pub(crate) fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02X}")).collect()
}

fn bytes_of(text: &str) -> Option<Vec<u8>> {
    let digits: Vec<u32> = text.chars().map(|digit| digit.to_digit(16)).collect::<Option<_>>()?;
    if !digits.len().is_multiple_of(2) {
        return None;
    }
    digits.chunks(2).map(|pair| u8::try_from(pair.iter().fold(0, |byte, digit| byte * 16 + digit)).ok()).collect()
}

#[cfg(test)]
mod tests;
