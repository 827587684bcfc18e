//! From what SQLite says to what the line says.

use std::path::Path;

use persoline_domain::store::StoreError;
use rusqlite::{ErrorCode, ffi};

/// What a second writer is told.
pub(crate) const ANOTHER_WRITER: &str = "another program is writing to it; end that program first";

/// The line's error for an error of SQLite in the store at `file`.
pub(crate) fn of(file: &Path, error: &rusqlite::Error) -> StoreError {
    match error {
        rusqlite::Error::SqliteFailure(failure, _) => match failure.code {
            ErrorCode::DiskFull => StoreError::Full { place: file.display().to_string() },
            // The index of the write-ahead log could not grow, which is how a full disk shows there.
            _ if failure.extended_code == ffi::SQLITE_IOERR_SHMSIZE => {
                StoreError::Full { place: file.display().to_string() }
            }
            ErrorCode::NotADatabase => {
                broken(file, "the file is not a store; name another folder with --data, or put the right file there")
            }
            ErrorCode::DatabaseCorrupt => broken(file, "the file is damaged; put a copy in its place"),
            ErrorCode::DatabaseBusy => broken(file, ANOTHER_WRITER),
            ErrorCode::CannotOpen => broken(file, "it cannot be opened; its folder must exist and be writable"),
            ErrorCode::ReadOnly | ErrorCode::PermissionDenied => {
                broken(file, "this account may not write to it; give it leave to write to the file and its folder")
            }
            _ => broken(file, error),
        },
        other => broken(file, other),
    }
}

/// An error of the store at `file` in the words of `what`.
pub(crate) fn broken(file: &Path, what: impl core::fmt::Display) -> StoreError {
    StoreError::Broken { place: file.display().to_string(), what: what.to_string() }
}
