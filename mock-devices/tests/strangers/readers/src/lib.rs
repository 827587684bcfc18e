//! What both readers need: the chip on the first reader, and a folder for what was read.

use std::error::Error;
use std::ffi::CString;
use std::path::PathBuf;
use std::thread::sleep;
use std::time::{Duration, Instant};

/// Anything that ends a reading, in words.
pub type Trouble = Box<dyn Error>;

/// How long a chip is waited for.
const PATIENCE: Duration = Duration::from_secs(20);

/// The chip on the first reader that has one.
pub fn card() -> Result<pcsc::Card, Trouble> {
    let context = pcsc::Context::establish(pcsc::Scope::User)?;
    let deadline = Instant::now() + PATIENCE;
    loop {
        let mut names = [0; 2048];
        let readers: Vec<CString> = context.list_readers(&mut names)?.map(Into::into).collect();
        for reader in readers {
            if let Ok(card) = context.connect(&reader, pcsc::ShareMode::Shared, pcsc::Protocols::ANY) {
                return Ok(card);
            }
        }
        if Instant::now() > deadline {
            return Err("no chip on any reader".into());
        }
        sleep(Duration::from_millis(50));
    }
}

/// Where files go that were read: `EF.DG1.bin` and so on.
pub struct Folder(pub PathBuf);

impl Folder {
    /// Keeps a file.
    pub fn keep(&self, name: &str, contents: &[u8]) -> Result<(), Trouble> {
        std::fs::create_dir_all(&self.0)?;
        Ok(std::fs::write(self.0.join(format!("EF.{name}.bin")), contents)?)
    }
}
