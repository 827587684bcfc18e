//! The data folder: where what lies.

use std::path::{Path, PathBuf};

use crate::exit::{Failure, disk};

/// The data folder of a centre.
#[derive(Debug, Clone)]
pub(crate) struct Place {
    root: PathBuf,
}

impl Place {
    /// The folder given, or the platform's data folder.
    pub(crate) fn of(given: Option<PathBuf>) -> Result<Place, Failure> {
        let platform = || directories::ProjectDirs::from("", "", "persoline").map(|dirs| dirs.data_dir().to_owned());
        match given.or_else(platform) {
            Some(root) => Ok(Place { root }),
            None => Err(Failure::input("this system names no data folder: give one with --data DIR")),
        }
    }

    /// The store.
    pub(crate) fn store(&self) -> PathBuf {
        self.root.join("store.sqlite")
    }
    /// Keys and certificates.
    pub(crate) fn keys(&self) -> PathBuf {
        self.root.join("keys")
    }
    /// What the centre issues.
    pub(crate) fn settings(&self) -> PathBuf {
        self.root.join("centre.json")
    }
    /// The memory of an emulated machine.
    pub(crate) fn machine(&self, name: &str) -> PathBuf {
        self.root.join("machines").join(name)
    }

    /// The lock of the program that delivers reports.
    pub(crate) fn report_lock(&self) -> PathBuf {
        self.root.join("reports.lock")
    }
    /// A file that the settings name: inside this folder unless absolute.
    pub(crate) fn inside(&self, file: &Path) -> PathBuf {
        self.root.join(file)
    }

    /// Makes the folder, readable for its owner only.
    pub(crate) fn create(&self) -> Result<(), Failure> {
        let mut builder = std::fs::DirBuilder::new();
        builder.recursive(true);
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        builder.create(&self.root).map_err(|error| disk(&self.root, &error))
    }
}
