//! What outlives the program, in one folder.
//!
//! ```text
//! memory/         booklets, journal, events, sealed under
//! memory.key      32 random bytes, made at the first start
//! encoding.key    the private number on P-256 to which packages are sealed, 32 bytes, made at the first start
//! ```

use std::fs::{self, OpenOptions};
use std::io::{ErrorKind, Write};
use std::path::Path;

use chip_profile::ec::{Curve, KeyPair};
use mock_devices::machine::{FolderMemory, MemoryKey};
use rand_chacha::ChaCha20Rng;
use rand_core::SeedableRng;

use crate::Trouble;

/// The folder, opened.
pub(crate) struct State {
    pub(crate) memory: FolderMemory,
    pub(crate) encoding_key: KeyPair,
}

impl State {
    pub(crate) fn open(folder: &Path) -> Result<Self, Trouble> {
        fs::create_dir_all(folder).map_err(|error| told(folder, &error))?;
        let key = secret(&folder.join("memory.key"), random_bytes)?;
        let scalar = secret(&folder.join("encoding.key"), || {
            let pair = KeyPair::generate(Curve::P256, &mut random()?);
            pair.private_scalar().as_bytes().try_into().map_err(|_| "a key of an unexpected length".to_owned())
        })?;
        let place = folder.join("memory");
        let memory = FolderMemory::open(&place, &MemoryKey(key)).map_err(|error| told(&place, &error))?;
        let encoding_key = KeyPair::from_private_scalar(Curve::P256, &scalar);
        let encoding_key = encoding_key.map_err(|error| told(&folder.join("encoding.key"), &error))?;
        Ok(State { memory, encoding_key })
    }
}

/// A source of randomness, fresh from the system.
pub(crate) fn random() -> Result<ChaCha20Rng, Trouble> {
    Ok(ChaCha20Rng::from_seed(random_bytes()?))
}

fn random_bytes() -> Result<[u8; 32], Trouble> {
    let mut bytes = [0; 32];
    getrandom::fill(&mut bytes).map_err(|error| format!("the system gives no randomness: {error}"))?;
    Ok(bytes)
}

/// A secret of 32 bytes from its file, which is made first if it is not there.
fn secret(file: &Path, make: impl FnOnce() -> Result<[u8; 32], Trouble>) -> Result<[u8; 32], Trouble> {
    match fs::read(file) {
        Ok(bytes) => bytes.try_into().map_err(|_| format!("{}: is not 32 bytes long", file.display())),
        Err(error) if error.kind() == ErrorKind::NotFound => {
            let bytes = make()?;
            // Put in place when it is whole, so that a kill leaves none or all of it.
            let draft = file.with_extension("new");
            let _ = fs::remove_file(&draft);
            write_private(&draft, &bytes)?;
            fs::rename(&draft, file).map_err(|error| told(file, &error))?;
            Ok(bytes)
        }
        Err(error) => Err(told(file, &error)),
    }
}

/// Writes a new file that only its owner may read.
pub(crate) fn write_private(file: &Path, bytes: &[u8]) -> Result<(), Trouble> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut opened = options.open(file).map_err(|error| told(file, &error))?;
    opened.write_all(bytes).and_then(|()| opened.sync_all()).map_err(|error| told(file, &error))
}

/// An error with the file that it is about.
pub(crate) fn told(file: &Path, error: &dyn core::fmt::Display) -> Trouble {
    format!("{}: {error}", file.display())
}
