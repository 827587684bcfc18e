//! Files of the key folder: readable by their owner alone, written so that a crash leaves the old or the new, whole.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use crate::error::KeyStoreError;

/// Ending of files and folders that are not finished.
const PARTIAL: &str = "partial";

pub(crate) fn io_error(path: &Path) -> impl FnOnce(io::Error) -> KeyStoreError {
    let file = path.file_name().unwrap_or(path.as_os_str()).to_string_lossy().into_owned();
    move |source| KeyStoreError::Io { file, source }
}

/// Makes a folder that only its owner may enter.
pub(crate) fn create_folder(path: &Path) -> Result<(), KeyStoreError> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::DirBuilderExt;
        builder.mode(0o700);
    }
    builder.create(path).map_err(io_error(path))
}

/// Writes `bytes` under a provisional name, makes them durable, then gives them their name.
pub(crate) fn write(folder: &Path, name: &str, bytes: &[u8]) -> Result<(), KeyStoreError> {
    let path = folder.join(name);
    let partial = folder.join(format!("{name}.{PARTIAL}"));
    let written = write_new(&partial, bytes).and_then(|()| fs::rename(&partial, &path)).and_then(|()| sync(folder));
    if written.is_err() {
        // A full disk is the usual reason; what was begun only takes up more of it.
        let _ = fs::remove_file(&partial);
    }
    written.map_err(io_error(&path))
}

fn write_new(path: &Path, bytes: &[u8]) -> io::Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        options.mode(0o600);
    }
    let mut file = options.open(path)?;
    file.write_all(bytes)?;
    file.sync_all()
}

/// Makes the names in a folder durable.
pub(crate) fn sync(folder: &Path) -> io::Result<()> {
    #[cfg(unix)]
    File::open(folder)?.sync_all()?;
    #[cfg(not(unix))]
    let _ = folder;
    Ok(())
}

/// Removes a file, durably, and tells whether there was one.
pub(crate) fn remove(folder: &Path, name: &str) -> Result<bool, KeyStoreError> {
    let path = folder.join(name);
    match fs::remove_file(&path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
        Err(error) => Err(io_error(&path)(error)),
        Ok(()) => sync(folder).map(|()| true).map_err(io_error(folder)),
    }
}

pub(crate) fn read(folder: &Path, name: &str) -> Result<Vec<u8>, KeyStoreError> {
    let path = folder.join(name);
    fs::read(&path).map_err(io_error(&path))
}

/// Names in a folder; none if it does not exist.
pub(crate) fn names(folder: &Path) -> Result<Vec<String>, KeyStoreError> {
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(io_error(folder)(error)),
    };
    let mut names = Vec::new();
    for entry in entries {
        names.push(entry.map_err(io_error(folder))?.file_name().to_string_lossy().into_owned());
    }
    names.sort();
    Ok(names)
}

/// A folder that is filled under a provisional name and then appears at once, with everything in it.
pub(crate) struct NewFolder {
    partial: PathBuf,
    place: PathBuf,
    finished: bool,
}

impl NewFolder {
    pub(crate) fn begin(place: &Path) -> Result<NewFolder, KeyStoreError> {
        let mut partial = place.as_os_str().to_owned();
        partial.push(format!(".{PARTIAL}"));
        let partial = PathBuf::from(partial);
        match fs::remove_dir_all(&partial) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(io_error(&partial)(error)),
            _ => {}
        }
        create_folder(&partial)?;
        Ok(NewFolder { partial, place: place.to_owned(), finished: false })
    }

    pub(crate) fn path(&self) -> &Path {
        &self.partial
    }

    pub(crate) fn finish(mut self) -> Result<(), KeyStoreError> {
        fs::rename(&self.partial, &self.place).map_err(io_error(&self.place))?;
        self.finished = true;
        match self.place.parent() {
            Some(parent) if !parent.as_os_str().is_empty() => sync(parent).map_err(io_error(parent)),
            _ => Ok(()),
        }
    }
}

impl Drop for NewFolder {
    fn drop(&mut self) {
        if !self.finished {
            let _ = fs::remove_dir_all(&self.partial);
        }
    }
}
