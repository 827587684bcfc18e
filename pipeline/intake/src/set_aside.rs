//! Records that were not taken: verbatim in one file, their faults in another.

use std::fs::{self, File};
use std::io::{self, BufWriter, Read, Write};
use std::path::{Path, PathBuf};

use crate::error::IntakeError;
use crate::fault::Fault;

const MARK: &str = ".rejected";

/// Where records that were not taken stand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SetAside {
    /// Their lines, verbatim: mend them and feed this file.
    pub records: PathBuf,
    /// Their faults, for people.
    pub faults: PathBuf,
}

/// Whether a file holds what was set aside.
pub(crate) fn is_set_aside(path: &Path) -> bool {
    let stem = path.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
    stem_before_mark(&stem).is_some()
}

/// Writes both files beside the input: under names ending in `.part` until the end, so that a file set aside is whole, and
/// never over one that is there already, since somebody may be mending it.
pub(crate) struct SetAsideWriter {
    input: PathBuf,
    open: Option<Open>,
}

struct Open {
    records: Part,
    faults: Part,
    count: u64,
}

struct Part {
    path: PathBuf,
    file: BufWriter<File>,
}

impl SetAsideWriter {
    pub(crate) fn new(input: &Path) -> Self {
        SetAsideWriter { input: input.to_owned(), open: None }
    }

    /// Sets a record aside. `rest` writes what of the line is not in `beginning`.
    pub(crate) fn add(
        &mut self,
        beginning: &[u8],
        rest: impl FnOnce(&mut dyn Write) -> Result<(), RestError>,
        name: Option<&str>,
        faults: &[Fault],
    ) -> Result<(), IntakeError> {
        let input = self.input.clone();
        let open = self.open()?;
        let unwritable = |path: &Path| {
            let path = path.to_owned();
            move |source| IntakeError::Write { path, source }
        };
        let records_path = open.records.path.clone();
        open.records.file.write_all(beginning).map_err(unwritable(&records_path))?;
        match rest(&mut open.records.file) {
            Ok(()) => {}
            Err(RestError::Write(source)) => return Err(IntakeError::Write { path: records_path, source }),
            Err(RestError::Read(source)) => return Err(IntakeError::Read { path: input, source }),
        }
        open.records.file.write_all(b"\n").map_err(unwritable(&records_path))?;
        open.count += 1;
        let told = told(open.count, name, faults);
        open.faults.file.write_all(told.as_bytes()).map_err(unwritable(&open.faults.path))
    }

    /// Gives both files their names; `None` when nothing was set aside.
    pub(crate) fn finish(mut self) -> Result<Option<SetAside>, IntakeError> {
        let Some(mut open) = self.open.take() else { return Ok(None) };
        for part in [&mut open.records, &mut open.faults] {
            let path = part.path.clone();
            let flushed = part.file.flush().and_then(|()| part.file.get_ref().sync_all());
            flushed.map_err(|source| IntakeError::Write { path, source })?;
        }
        for number in 1u32.. {
            let place = names(&self.input, number);
            if place.records.exists() && !same(&place.records, &open.records.path) {
                continue;
            }
            for (from, to) in [(&open.records.path, &place.records), (&open.faults.path, &place.faults)] {
                fs::rename(from, to).map_err(|source| IntakeError::Write { path: to.clone(), source })?;
            }
            return Ok(Some(place));
        }
        Ok(None)
    }

    fn open(&mut self) -> Result<&mut Open, IntakeError> {
        let open = match self.open.take() {
            Some(open) => open,
            None => {
                let place = names(&self.input, 1);
                let (records, mut faults) = (Part::create(&place.records)?, Part::create(&place.faults)?);
                let head = head(&self.input);
                let written = faults.file.write_all(head.as_bytes());
                written.map_err(|source| IntakeError::Write { path: faults.path.clone(), source })?;
                Open { records, faults, count: 0 }
            }
        };
        Ok(self.open.insert(open))
    }
}

impl Drop for SetAsideWriter {
    // What is left here was not finished; the input still has it all.
    fn drop(&mut self) {
        if let Some(open) = self.open.take() {
            for path in [open.records.path, open.faults.path] {
                let _ = fs::remove_file(path);
            }
        }
    }
}

/// Why the rest of a line could not be copied.
pub(crate) enum RestError {
    Read(io::Error),
    Write(io::Error),
}

impl Part {
    fn create(name: &Path) -> Result<Part, IntakeError> {
        let mut path = name.as_os_str().to_owned();
        path.push(".part");
        let path = PathBuf::from(path);
        match File::create(&path) {
            Ok(file) => Ok(Part { path, file: BufWriter::new(file) }),
            Err(source) => Err(IntakeError::Write { path, source }),
        }
    }
}

/// `a.jsonl` gives `a.rejected.jsonl`, then `a.rejected.2.jsonl` and so on; so does `a.rejected.jsonl`, never itself.
fn names(input: &Path, number: u32) -> SetAside {
    let stem = input.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
    let (base, first) = stem_before_mark(&stem).unwrap_or((&stem, 1));
    let number = number.saturating_add(first - 1);
    let stem = if number == 1 { format!("{base}{MARK}") } else { format!("{base}{MARK}.{number}") };
    SetAside {
        records: input.with_file_name(format!("{stem}.jsonl")),
        faults: input.with_file_name(format!("{stem}.txt")),
    }
}

/// The stem of the original file and the number after that of the file set aside, if it is one.
fn stem_before_mark(stem: &str) -> Option<(&str, u32)> {
    let (base, number) = stem.rsplit_once(MARK)?;
    match number.strip_prefix('.') {
        None if number.is_empty() => Some((base, 2)),
        None => None,
        Some(digits) => Some((base, digits.parse::<u32>().ok()?.saturating_add(1))),
    }
}

fn same(one: &Path, other: &Path) -> bool {
    let (Ok(one), Ok(other)) = (File::open(one), File::open(other)) else { return false };
    let (Ok(one_size), Ok(other_size)) = (one.metadata().map(|m| m.len()), other.metadata().map(|m| m.len())) else {
        return false;
    };
    let bytes = |file| io::BufReader::new(file).bytes().map_while(Result::ok);
    one_size == other_size && bytes(one).eq(bytes(other))
}

fn head(input: &Path) -> String {
    let name = input.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    format!(
        "Records of {name} that were not taken in. They stand verbatim in the .jsonl file beside this one, in this\n\
         order: mend them there and feed that file.\n"
    )
}

fn told(count: u64, name: Option<&str>, faults: &[Fault]) -> String {
    let line = faults.first().map_or(0, |fault| fault.line);
    let name = name.map(|name| format!(", application {name}")).unwrap_or_default();
    let mut text = format!("\nrecord {count} (line {line}{name})\n");
    for fault in faults {
        text.push_str(&format!("  {}: {}\n      {}\n", fault.field, fault.what, fault.remedy));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_never_fall_on_the_input() {
        let name = |input: &str, number| names(Path::new(input), number).records.to_string_lossy().into_owned();
        assert_eq!(name("in/a.jsonl", 1), "in/a.rejected.jsonl");
        assert_eq!(name("in/a.jsonl", 2), "in/a.rejected.2.jsonl");
        assert_eq!(name("in/a.rejected.jsonl", 1), "in/a.rejected.2.jsonl");
        assert_eq!(name("in/a.rejected.2.jsonl", 1), "in/a.rejected.3.jsonl");
        assert_eq!(names(Path::new("a.rejected.jsonl"), 1).faults, Path::new("a.rejected.2.txt"));
        assert!(is_set_aside(Path::new("a.rejected.7.jsonl")) && is_set_aside(Path::new("a.rejected.jsonl")));
        assert!(!is_set_aside(Path::new("a.jsonl")) && !is_set_aside(Path::new("a.rejectedly.jsonl")));
    }
}
