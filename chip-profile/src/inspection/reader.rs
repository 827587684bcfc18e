//! A chip that nobody knows yet, read as an inspection system reads it: the terminal's side of Doc 9303-11 4.2, without I/O.
//!
//! Commands go out one by one and their answers come in. The order is that of the standard: (1) EF.CardAccess and what else
//! everyone may read; (2) PACE when the chip announces it, else basic access control, unless the chip gives its files to
//! everyone; (3) EF.CardSecurity; (4) EF.COM and EF.SOD, and the data groups that they list, the lengths taken from the files
//! themselves, with extended length when EF.ATR/INFO announces it; (5) active authentication, then chip authentication. The
//! two come last, so that a chip that fails them has been read all the same and can be judged as a whole.
//!
//! What cannot be read of a single file is noted in the result; what ends the session ends the reading with an error that
//! names the step, the file and the status word. Whatever a chip answers, the reading ends: each file has a greatest length,
//! each answer must bring something, and the number of exchanges is bounded.
//!
//! ```
//! use chip_profile::access::MrzInformation;
//! use chip_profile::apdu::{Command, Response};
//! use chip_profile::inspection::reader::{ChipReader, ChipReading, ReaderError, ReaderPassword, ReaderSettings, ReaderStep};
//!
//! fn read(
//!     mut transmit: impl FnMut(&Command) -> Response,
//!     password: ReaderPassword,
//!     rng: &mut dyn rand_core::CryptoRng,
//! ) -> Result<ChipReading, ReaderError> {
//!     let mut reader = ChipReader::new(ReaderSettings::with_password(password));
//!     let mut step = reader.start();
//!     loop {
//!         match step {
//!             ReaderStep::Send(command) => step = reader.next(&transmit(&command), rng)?,
//!             ReaderStep::Done(reading) => return Ok(reading),
//!         }
//!     }
//! }
//! # let zone = MrzInformation::new("L898902C<", "690806", "940623").unwrap();
//! # let mut rng: rand_chacha::ChaCha20Rng = rand_core::SeedableRng::seed_from_u64(1);
//! # let mute = |_: &Command| Response::status(chip_profile::apdu::StatusWord::FILE_NOT_FOUND);
//! # assert!(matches!(read(mute, ReaderPassword::Mrz(zone), &mut rng), Err(ReaderError::Refused { .. })));
//! ```

mod conversation;
mod error;
mod file;
mod result;
#[cfg(test)]
mod tests;

pub use conversation::ChipReader;
pub use error::ReaderError;
pub use result::{AccessUsed, ActiveAuthenticationAnswer, ChipReading, NotRead, NotReadReason};

use core::fmt;

use crate::access::MrzInformation;
use crate::access::pace::PacePassword;
use crate::apdu::Command;
use crate::lds::FileId;

/// What opens the chip.
#[derive(Clone)]
pub enum ReaderPassword {
    /// The machine readable zone: for PACE and for basic access control.
    Mrz(MrzInformation),
    /// The card access number as printed: for PACE alone.
    Can(PacePassword),
}

impl ReaderPassword {
    /// The card access number with these digits.
    pub fn can(digits: &str) -> Self {
        ReaderPassword::Can(PacePassword::can(digits))
    }

    fn for_pace(&self) -> PacePassword {
        match self {
            ReaderPassword::Mrz(information) => PacePassword::mrz(information),
            ReaderPassword::Can(password) => password.clone(),
        }
    }
}

impl fmt::Debug for ReaderPassword {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            ReaderPassword::Mrz(_) => "Mrz(redacted)",
            ReaderPassword::Can(_) => "Can(redacted)",
        })
    }
}

/// How a chip is read.
#[derive(Debug, Clone)]
pub struct ReaderSettings {
    /// What opens the chip; without one only a chip without access control can be read.
    pub password: Option<ReaderPassword>,
    /// Data groups that are wanted; `None` reads all that EF.COM or EF.SOD lists. EF.COM, EF.SOD, DG14 and DG15 are read
    /// anyhow. DG3 and DG4 want terminal authentication and are not tried.
    pub data_groups: Option<Vec<FileId>>,
    /// Whether the reader can carry extended length fields. They are used only with a chip that announces them.
    pub extended_length: bool,
    /// Whether the chip is asked to prove its keys by active and chip authentication.
    pub authenticate: bool,
    /// Commands after which the reading gives up.
    pub most_exchanges: usize,
}

impl ReaderSettings {
    /// All files, both authentications, short and extended length, at most 4,000 commands.
    pub fn with_password(password: ReaderPassword) -> Self {
        ReaderSettings { password: Some(password), ..ReaderSettings::default() }
    }
}

impl Default for ReaderSettings {
    fn default() -> Self {
        ReaderSettings {
            password: None,
            data_groups: None,
            extended_length: true,
            authenticate: true,
            most_exchanges: MOST_EXCHANGES,
        }
    }
}

/// A chip of 100 KB that takes short length fields only needs some 500.
const MOST_EXCHANGES: usize = 4_000;

/// What to do next.
#[derive(Debug)]
#[must_use]
pub enum ReaderStep {
    /// Send this command and hand its answer to [`ChipReader::next`].
    Send(Command),
    /// Everything was read.
    Done(ChipReading),
}

/// Where a reading stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ReaderPhase {
    /// The master file is selected.
    MasterFile,
    /// Password authenticated connection establishment.
    Pace,
    /// The eMRTD application is selected.
    Application,
    /// Basic access control.
    BasicAccessControl,
    /// A file is read.
    File(FileId),
    /// Active authentication.
    ActiveAuthentication,
    /// Chip authentication.
    ChipAuthentication,
    /// Ended, well or by an error.
    Ended,
}

impl fmt::Display for ReaderPhase {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            ReaderPhase::MasterFile => "selection of the master file",
            ReaderPhase::Pace => "PACE",
            ReaderPhase::Application => "selection of the eMRTD application",
            ReaderPhase::BasicAccessControl => "basic access control",
            ReaderPhase::File(file) => return write!(f, "reading {file}"),
            ReaderPhase::ActiveAuthentication => "active authentication",
            ReaderPhase::ChipAuthentication => "chip authentication",
            ReaderPhase::Ended => "end",
        })
    }
}

/// How far a reading is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ReaderProgress {
    /// The step that is under way.
    pub phase: ReaderPhase,
    /// Bytes of the file that have come, when one is read.
    pub bytes: usize,
    /// Length of that file in bytes, once its beginning is known.
    pub of: Option<usize>,
    /// Commands sent so far.
    pub exchanges: usize,
}
