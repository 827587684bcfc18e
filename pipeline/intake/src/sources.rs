//! Which files are meant.

use std::fs;
use std::path::{Path, PathBuf};

use crate::error::IntakeError;
use crate::set_aside;

/// The applications files among `paths`: a file is taken as it is; of a folder all `*.jsonl` directly in it, by name,
/// except what was set aside (`*.rejected.jsonl`), which is fed by naming it.
///
/// # Errors
/// [`IntakeError::Read`] for what is not there or may not be read, [`IntakeError::NoFiles`] for a folder without an
/// applications file.
pub fn sources(paths: &[PathBuf]) -> Result<Vec<PathBuf>, IntakeError> {
    let mut files = Vec::new();
    for path in paths {
        let metadata = fs::metadata(path).map_err(|source| IntakeError::Read { path: path.clone(), source })?;
        if metadata.is_dir() { files.append(&mut in_folder(path)?) } else { files.push(path.clone()) }
    }
    Ok(files)
}

fn in_folder(folder: &Path) -> Result<Vec<PathBuf>, IntakeError> {
    let unreadable = |source| IntakeError::Read { path: folder.to_owned(), source };
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).map_err(unreadable)? {
        let path = entry.map_err(unreadable)?.path();
        let named_so =
            path.extension().is_some_and(|extension| extension == "jsonl") && !set_aside::is_set_aside(&path);
        if named_so && path.is_file() {
            files.push(path);
        }
    }
    if files.is_empty() {
        return Err(IntakeError::NoFiles { path: folder.to_owned() });
    }
    files.sort();
    Ok(files)
}
