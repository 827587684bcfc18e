//! The sample set that the program carries.

use std::path::{Path, PathBuf};

use crate::exit::{Failure, disk};

/// Names inside the sample set and contents.
const SAMPLES: &[(&str, &[u8])] = include!(concat!(env!("OUT_DIR"), "/samples.rs"));

/// Writes the sample set into a folder; answers its applications file.
pub(crate) fn unpack(folder: &Path) -> Result<PathBuf, Failure> {
    for (name, contents) in SAMPLES {
        let file = folder.join(name);
        let parent = file.parent().unwrap_or(folder);
        std::fs::create_dir_all(parent).map_err(|error| disk(parent, &error))?;
        std::fs::write(&file, contents).map_err(|error| disk(&file, &error))?;
    }
    Ok(folder.join("applications.jsonl"))
}
