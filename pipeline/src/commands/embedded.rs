//! The sample set that the program carries.

use std::path::{Path, PathBuf};

use jiff::ToSpan;
use persoline_domain::clock::Date;

use crate::exit::{Failure, disk};

/// Names inside the sample set and contents.
const SAMPLES: &[(&str, &[u8])] = include!(concat!(env!("OUT_DIR"), "/samples.rs"));
/// The file of records among them.
const RECORDS: &str = "applications.jsonl";
/// The day after the newest approval in the sample set.
const MADE_ON: Date = Date::constant(2026, 11, 20);

/// Writes the sample set into a folder, its dates of receipt and approval moved by whole days so that it is as fresh
/// `today` as it was when it was made; answers its applications file.
pub(crate) fn unpack(folder: &Path, today: Date) -> Result<PathBuf, Failure> {
    let days = MADE_ON.until(today).map_or(0, |span| i64::from(span.get_days()));
    for (name, contents) in SAMPLES {
        let file = folder.join(name);
        let parent = file.parent().unwrap_or(folder);
        std::fs::create_dir_all(parent).map_err(|error| disk(parent, &error))?;
        let moved = (*name == RECORDS).then(|| moved(contents, days)).flatten();
        std::fs::write(&file, moved.as_deref().unwrap_or(contents)).map_err(|error| disk(&file, &error))?;
    }
    Ok(folder.join(RECORDS))
}

/// Records whose dates of receipt and approval lie `days` later; `None` when they are not the records that were made.
fn moved(records: &[u8], days: i64) -> Option<Vec<u8>> {
    let mut out = Vec::with_capacity(records.len());
    for line in std::str::from_utf8(records).ok()?.lines() {
        let mut record: serde_json::Value = serde_json::from_str(line).ok()?;
        for field in ["received_at", "approved_at"] {
            let moment = record.get_mut(field)?;
            let (date, time) = moment.as_str()?.split_at_checked(10)?;
            let date: Date = date.parse().ok()?;
            *moment = format!("{}{time}", date.checked_add(days.days()).ok()?).into();
        }
        serde_json::to_writer(&mut out, &record).ok()?;
        out.push(b'\n');
    }
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_move_by_whole_days_and_nothing_else_changes() {
        let folder = tempfile::tempdir().unwrap();
        let file = unpack(folder.path(), Date::constant(2027, 1, 4)).unwrap();
        let records = SAMPLES.iter().find(|(name, _)| *name == RECORDS).unwrap().1;
        let lines = |text: &str| -> Vec<serde_json::Value> {
            text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
        };
        let before = lines(std::str::from_utf8(records).unwrap());
        let after = lines(&std::fs::read_to_string(file).unwrap());
        assert_eq!(before.len(), after.len());
        for (before, mut after) in before.into_iter().zip(after) {
            for field in ["received_at", "approved_at"] {
                let date = |value: &serde_json::Value| value[field].as_str().unwrap()[..10].parse::<Date>().unwrap();
                assert_eq!(date(&before).until(date(&after)).unwrap().get_days(), 45);
                assert_eq!(before[field].as_str().unwrap()[10..], after[field].as_str().unwrap()[10..]);
                after[field] = before[field].clone();
            }
            assert_eq!(before, after);
        }
    }
}
