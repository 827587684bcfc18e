//! A personalised chip as a folder, so that other programs can hold it: a virtual reader, a test of a reader.
//!
//! ```text
//! EF.COM.bin  EF.DG1.bin … EF.SOD.bin  EF.CardAccess.bin …   elementary files as they lie on the chip
//! keys.json                                                   passwords and private keys, see [`keys`]
//! ```
//!
//! The folder holds private keys in the clear. It is for emulated documents only: a real chip never gives them out.

mod keys;
#[cfg(test)]
mod tests;

use super::PersonalisedChip;
use chip_profile::lds::FileId;
use std::path::{Path, PathBuf};
use std::{fs, io};
use thiserror::Error;

/// Name of the file with passwords and private keys.
pub const KEYS_FILE: &str = "keys.json";
/// Longest elementary file that is read, in bytes.
const LONGEST_FILE: u64 = 65_535;
/// Longest file of keys that is read, in bytes.
const LONGEST_KEYS: u64 = 1024 * 1024;

/// Why a folder is not a chip, or a chip could not be put into one.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum ImageError {
    /// The folder or a file in it cannot be read or written.
    #[error("{}: {error}", path.display())]
    Io {
        /// Which.
        path: PathBuf,
        /// Why.
        error: io::Error,
    },
    /// A file is longer than a chip can hold.
    #[error("{}: longer than a chip can hold", path.display())]
    TooLong {
        /// Which.
        path: PathBuf,
    },
    /// There is no elementary file in the folder.
    #[error("{}: holds no elementary file", path.display())]
    Empty {
        /// The folder.
        path: PathBuf,
    },
    /// The same elementary file lies in the folder under two names.
    #[error("{}: {file} is there twice", path.display())]
    Twice {
        /// The folder.
        path: PathBuf,
        /// The elementary file.
        file: FileId,
    },
    /// The file of keys does not say what keys say.
    #[error("{}: {field}", path.display())]
    Keys {
        /// The file of keys.
        path: PathBuf,
        /// Where in it, and what is wrong; no secret.
        field: String,
    },
}

/// Puts a chip into a folder, which is made if it is not there. Files of the same names are written over.
///
/// # Errors
/// [`ImageError::Io`] with the path that could not be written.
pub fn save(chip: &PersonalisedChip, folder: &Path) -> Result<(), ImageError> {
    let failed = |path: &Path| {
        let path = path.to_owned();
        move |error| ImageError::Io { path, error }
    };
    fs::create_dir_all(folder).map_err(failed(folder))?;
    for (file, contents) in &chip.files {
        let path = folder.join(file.file_name());
        fs::write(&path, contents).map_err(failed(&path))?;
    }
    let path = folder.join(KEYS_FILE);
    fs::write(&path, keys::to_json(&chip.keys).as_bytes()).map_err(failed(&path))
}

/// Takes a chip out of a folder. Names without `EF.` (`DG1.bin`) and in other cases are known too; other files are left
/// alone. Without a file of keys the chip has none, and only its free files can be read.
///
/// # Errors
/// As [`ImageError`] says.
pub fn load(folder: &Path) -> Result<PersonalisedChip, ImageError> {
    let failed = |error| ImageError::Io { path: folder.to_owned(), error };
    let mut chip = PersonalisedChip::default();
    for entry in fs::read_dir(folder).map_err(failed)? {
        let path = entry.map_err(failed)?.path();
        let Some(file) = path.file_name().and_then(|name| name.to_str()).and_then(FileId::from_file_name) else {
            continue;
        };
        if chip.files.insert(file, read(&path, LONGEST_FILE)?).is_some() {
            return Err(ImageError::Twice { path: folder.to_owned(), file });
        }
    }
    if chip.files.is_empty() {
        return Err(ImageError::Empty { path: folder.to_owned() });
    }
    let path = folder.join(KEYS_FILE);
    if path.exists() {
        let text = read(&path, LONGEST_KEYS)?;
        chip.keys = keys::from_json(&text).map_err(|field| ImageError::Keys { path, field })?;
    }
    Ok(chip)
}

fn read(path: &Path, longest: u64) -> Result<Vec<u8>, ImageError> {
    let failed = |error| ImageError::Io { path: path.to_owned(), error };
    if fs::metadata(path).map_err(failed)?.len() > longest {
        return Err(ImageError::TooLong { path: path.to_owned() });
    }
    fs::read(path).map_err(failed)
}
