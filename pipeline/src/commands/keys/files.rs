//! Files that go between centre and country signer.

use std::io::Write;
use std::path::{Path, PathBuf};

use crate::exit::{Failure, disk};

/// Largest file that is read: certificates, requests and lists are far smaller.
const LARGEST: u64 = 16 * 1024 * 1024;

/// Reads the files named, and in folders those with one of `endings`, with their names, sorted within each folder.
pub(super) fn read_all(paths: &[PathBuf], endings: &[&str]) -> Result<Vec<(String, Vec<u8>)>, Failure> {
    let mut files = Vec::new();
    for path in paths {
        if !path.is_dir() {
            files.push(path.clone());
            continue;
        }
        let entries = std::fs::read_dir(path).and_then(|entries| entries.collect::<Result<Vec<_>, _>>());
        let mut found: Vec<PathBuf> = entries.map_err(|error| disk(path, &error))?.iter().map(|e| e.path()).collect();
        found.retain(|file| {
            let ending = file.extension().map(|ending| ending.to_string_lossy().to_ascii_lowercase());
            ending.is_some_and(|ending| endings.contains(&ending.as_str()))
        });
        if found.is_empty() {
            let wanted: Vec<String> = endings.iter().map(|ending| format!(".{ending}")).collect();
            return Err(Failure::input(format!("{} holds no file with {}", path.display(), wanted.join(" or "))));
        }
        found.sort();
        files.extend(found);
    }
    files.iter().map(|file| Ok((name(file), read(file)?))).collect()
}

/// Reads one file.
pub(super) fn read(file: &Path) -> Result<Vec<u8>, Failure> {
    let length = std::fs::metadata(file).map_err(|error| disk(file, &error))?.len();
    if length > LARGEST {
        return Err(Failure::input(format!(
            "{} is larger than 16 MiB: check that it is the right file",
            file.display()
        )));
    }
    std::fs::read(file).map_err(|error| disk(file, &error))
}

/// Makes a folder and writes files into it. What is there already is not replaced unless it says the same.
pub(super) fn write_all<'a>(folder: &Path, files: impl IntoIterator<Item = (String, &'a [u8])>) -> Result<(), Failure> {
    std::fs::create_dir_all(folder).map_err(|error| disk(folder, &error))?;
    for (name, bytes) in files {
        let file = folder.join(name);
        if file.exists() && read(&file)? != bytes {
            let text = format!("{} is there already and says something else: name another folder", file.display());
            return Err(Failure::input(text));
        }
        write(&file, bytes)?;
    }
    Ok(())
}

/// Writes a file, whole or not at all.
pub(super) fn write(file: &Path, bytes: &[u8]) -> Result<(), Failure> {
    let mut new = file.as_os_str().to_owned();
    new.push(".new");
    let new = PathBuf::from(new);
    let write = || {
        let mut out = std::fs::File::create(&new)?;
        out.write_all(bytes)?;
        out.sync_all()?;
        std::fs::rename(&new, file)
    };
    write().map_err(|error| disk(file, &error))
}

fn name(file: &Path) -> String {
    file.file_name().unwrap_or(file.as_os_str()).to_string_lossy().into_owned()
}
