//! From what SQLite says to what the line says.

use std::path::Path;

use persoline_domain::store::StoreError;
use rusqlite::ErrorCode;

/// The line's error for an error of SQLite in the store at `file`.
pub(crate) fn of(file: &Path, error: &rusqlite::Error) -> StoreError {
    match error {
        rusqlite::Error::SqliteFailure(failure, _) if failure.code == ErrorCode::DiskFull => {
            StoreError::Full { place: file.display().to_string() }
        }
        rusqlite::Error::SqliteFailure(failure, _) if failure.code == ErrorCode::NotADatabase => {
            broken(file, "the file is not a store; name another folder with --data, or put the right file there")
        }
        rusqlite::Error::SqliteFailure(failure, _) if failure.code == ErrorCode::DatabaseBusy => {
            broken(file, "another program is writing to it; end that program first")
        }
        other => broken(file, other),
    }
}

/// An error of the store at `file` in the words of `what`.
pub(crate) fn broken(file: &Path, what: impl core::fmt::Display) -> StoreError {
    StoreError::Broken { place: file.display().to_string(), what: what.to_string() }
}
