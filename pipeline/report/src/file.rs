//! A receiver that is a file: JSON Lines, one report a line, appended and synced before the cursor moves.

use std::fs::{File, OpenOptions};
use std::io::{Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use persoline_domain::identifiers::Sequence;
use serde::Deserialize;

use crate::receiver::{Delivery, Fault, Mark, Receiver, Trouble};
use crate::view::{FORMAT, Report};

/// Reports that are appended with one sync, at most.
const BATCH: usize = 256;
/// Longest line that may be a report, in bytes; what is longer is none of ours.
const LONGEST_LINE: u64 = 64 * 1024;

/// A file of reports. It may be moved away at any time when the program does not run; a new one is begun then.
pub struct JsonLinesFile {
    path: PathBuf,
    file: Option<File>,
}

impl JsonLinesFile {
    /// The file at `path`, which need not exist; its folder must.
    pub fn new(path: impl Into<PathBuf>) -> Self {
        JsonLinesFile { path: path.into(), file: None }
    }

    fn open(&mut self) -> std::io::Result<Option<Result<Mark, Trouble>>> {
        self.file = None;
        let is_new = !self.path.exists();
        let mut options = OpenOptions::new();
        options.read(true).append(true).create(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let mut file = options.open(&self.path)?;
        file.try_lock()?;
        if is_new {
            sync_folder(&self.path)?;
        }
        let mark = mend(&mut file)?;
        self.file = Some(file);
        Ok(mark)
    }
}

impl Receiver for JsonLinesFile {
    fn batch(&self) -> usize {
        BATCH
    }

    fn reached(&mut self) -> Result<Option<Mark>, Fault> {
        match self.open() {
            Ok(None) => Ok(None),
            Ok(Some(Ok(mark))) => Ok(Some(mark)),
            Ok(Some(Err(trouble))) => Err(Fault::Stop(trouble)),
            Err(error) => Err(later(&self.path, &error)),
        }
    }

    fn deliver(&mut self, reports: &[Report]) -> Delivery {
        let Some(file) = &mut self.file else {
            let why = format!("{} is not open", self.path.display());
            return Delivery { taken: 0, fault: Some(Fault::Later { why, asked: None }) };
        };
        let mut lines = String::new();
        for report in reports {
            lines.push_str(&report.to_json());
            lines.push('\n');
        }
        match file.write_all(lines.as_bytes()).and_then(|()| file.sync_data()) {
            Ok(()) => Delivery { taken: reports.len(), fault: None },
            Err(error) => {
                // How much of it stands there is found out when the file is opened again.
                self.file = None;
                Delivery { taken: 0, fault: Some(later(&self.path, &error)) }
            }
        }
    }
}

/// The last whole line's report; a torn line behind it is cut off.
fn mend(file: &mut File) -> std::io::Result<Option<Result<Mark, Trouble>>> {
    let length = file.metadata()?.len();
    let Some(end) = last_newline(file, length)? else {
        // A first line that never became whole is cut off; what is none of ours is left as it is.
        return if is_torn_report(file, length)? {
            cut(file, length, 0).map(|()| None)
        } else {
            Ok(Some(Err(Trouble::Foreign)))
        };
    };
    if length - end > LONGEST_LINE * BATCH as u64 {
        return Ok(Some(Err(Trouble::Foreign)));
    }
    let begin = last_newline(file, end - 1)?.unwrap_or(0);
    if end - begin > LONGEST_LINE {
        return Ok(Some(Err(Trouble::Foreign)));
    }
    let mut line = vec![0; usize::try_from(end - begin).unwrap_or(0)];
    file.seek(SeekFrom::Start(begin))?;
    file.read_exact(&mut line)?;
    match serde_json::from_slice::<LineMark>(&line) {
        Ok(mark) => {
            cut(file, length, end)?;
            Ok(Some(Ok(Mark { sequence: Sequence(mark.sequence), key: mark.key })))
        }
        Err(_) => Ok(Some(Err(Trouble::Foreign))),
    }
}

/// Whether a file that has no whole line is empty or the beginning of a report.
fn is_torn_report(file: &mut File, length: u64) -> std::io::Result<bool> {
    let begin = format!("{{\"format\":\"{FORMAT}\"");
    let mut text = Vec::new();
    file.seek(SeekFrom::Start(0))?;
    file.take(begin.len() as u64).read_to_end(&mut text)?;
    Ok(length <= LONGEST_LINE && begin.as_bytes().starts_with(&text))
}

/// What of a line says which report it is.
#[derive(Deserialize)]
struct LineMark {
    sequence: u64,
    key: String,
}

/// The position after the last newline before `end`; `None` when there is none.
fn last_newline(file: &mut File, end: u64) -> std::io::Result<Option<u64>> {
    let mut block = vec![0; 4096];
    let mut end = end;
    while end > 0 {
        let begin = end.saturating_sub(block.len() as u64);
        let part = block.get_mut(..usize::try_from(end - begin).unwrap_or(0)).unwrap_or_default();
        file.seek(SeekFrom::Start(begin))?;
        file.read_exact(part)?;
        if let Some(at) = part.iter().rposition(|byte| *byte == b'\n') {
            return Ok(Some(begin + at as u64 + 1));
        }
        end = begin;
    }
    Ok(None)
}

fn cut(file: &mut File, length: u64, to: u64) -> std::io::Result<()> {
    if to < length {
        file.set_len(to)?;
        file.sync_all()?;
    }
    Ok(())
}

/// A new file's name is durable only with its folder.
fn sync_folder(path: &Path) -> std::io::Result<()> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    if cfg!(unix) { File::open(folder)?.sync_all() } else { Ok(()) }
}

fn later(path: &Path, error: &dyn std::fmt::Display) -> Fault {
    Fault::Later { why: format!("{}: {error}", path.display()), asked: None }
}

#[cfg(test)]
mod tests;
