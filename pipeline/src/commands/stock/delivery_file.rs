//! The maker's delivery file: CSV, UTF-8, one booklet a line.
//!
//! ```text
//! serial,chip_serial,batch,key_version,format,kind
//! K00000001,5043000040000000000001,SPECIMEN-passport-32,1,passport-32,production
//! ```
//!
//! Chip serials are hexadecimal, 8 to 32 bytes. Fields have no quotes and no commas.

use persoline_domain::application::DocumentType;
use persoline_domain::booklet::{Blank, BlankKind};

const HEADER: &str = "serial,chip_serial,batch,key_version,format,kind";

/// The file of blanks.
pub(super) fn write(blanks: &[Blank]) -> String {
    let mut text = format!("{HEADER}\n");
    for blank in blanks {
        let chip: String = blank.chip_serial.iter().map(|byte| format!("{byte:02X}")).collect();
        text.push_str(&format!(
            "{},{chip},{},{},{},{}\n",
            blank.serial,
            blank.batch,
            blank.key_version,
            blank.format.name(),
            blank.kind.name()
        ));
    }
    text
}

/// The blanks of a file; the error says the line and what is wrong there.
pub(super) fn parse(text: &str) -> Result<Vec<Blank>, String> {
    let text = text.strip_prefix('\u{FEFF}').unwrap_or(text);
    let mut lines = text.lines().enumerate().map(|(index, line)| (index + 1, line.trim_end()));
    match lines.next() {
        Some((_, HEADER)) => {}
        _ => return Err(format!("line 1 must be the header `{HEADER}`")),
    }
    let mut blanks = Vec::new();
    let (mut serials, mut chips) = (std::collections::HashMap::new(), std::collections::HashMap::new());
    for (number, line) in lines.filter(|(_, line)| !line.is_empty()) {
        let blank = blank(line).map_err(|what| format!("line {number}: {what}"))?;
        if let Some(first) = serials.insert(blank.serial.clone(), number) {
            return Err(format!("line {number}: the serial stands on line {first} already"));
        }
        if let Some(first) = chips.insert(blank.chip_serial.clone(), number) {
            return Err(format!("line {number}: the chip's serial stands on line {first} already"));
        }
        blanks.push(blank);
    }
    if blanks.is_empty() {
        return Err("there is no booklet in it".to_owned());
    }
    Ok(blanks)
}

fn blank(line: &str) -> Result<Blank, String> {
    let fields: Vec<&str> = line.split(',').map(str::trim).collect();
    let [serial, chip, batch, key, format, kind] = fields.as_slice() else {
        return Err(format!("{} fields instead of 6", fields.len()));
    };
    let is_serial = (1..=9).contains(&serial.len())
        && serial.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit());
    if !is_serial {
        return Err("serial must be 1 to 9 capital letters and digits, as the MRZ writes it".to_owned());
    }
    let chip_serial = hexadecimal(chip)
        .filter(|bytes| (8..=32).contains(&bytes.len()))
        .ok_or("chip_serial must be 8 to 32 bytes in hexadecimal")?;
    Ok(Blank {
        serial: (*serial).into(),
        chip_serial,
        batch: (*batch).to_owned(),
        key_version: key.parse().map_err(|_| "key_version must be a number from 0 to 255")?,
        format: DocumentType::parse(format).ok_or("format must be passport-32 or passport-48")?,
        kind: BlankKind::parse(kind).ok_or("kind must be production, test or specimen")?,
    })
}

fn hexadecimal(text: &str) -> Option<Vec<u8>> {
    if !text.is_ascii() || !text.len().is_multiple_of(2) {
        return None;
    }
    (0..text.len()).step_by(2).map(|at| u8::from_str_radix(&text[at..at + 2], 16).ok()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_reads_back() {
        let blanks = super::super::invent(2, 1, 7);
        assert_eq!(parse(&write(&blanks)), Ok(blanks));
    }

    #[test]
    fn faults_are_told_with_their_line() {
        let file = |line: &str| format!("{HEADER}\n{line}\n");
        for (line, what) in [
            ("K1,0102030405060708,B,1,passport-32", "line 2: 5 fields"),
            ("k1,0102030405060708,B,1,passport-32,production", "line 2: serial"),
            ("K1,01,B,1,passport-32,production", "line 2: chip_serial"),
            ("K1,0102030405060708,B,300,passport-32,production", "line 2: key_version"),
            ("K1,0102030405060708,B,1,passport-33,production", "line 2: format"),
            ("K1,0102030405060708,B,1,passport-32,real", "line 2: kind"),
        ] {
            let fault = parse(&file(line)).unwrap_err();
            assert!(fault.starts_with(what), "{fault}");
        }
        let twice = "K1,0102030405060708,B,1,passport-32,production\nK1,0102030405060709,B,1,passport-32,production";
        assert!(parse(&file(twice)).unwrap_err().contains("line 2 already"));
        assert!(parse("").unwrap_err().contains("header"));
    }
}
