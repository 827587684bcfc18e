//! An emulated chip of a passport: command bytes in, answer bytes out.
//!
//! It begins *initialised*: it tells its serial and lets the issuer's domain be selected, and obeys only who opens an SCP03
//! channel with its transport keys. Over that channel files and secrets are written. ACTIVATE FILE locks it: from then on
//! it is the passport's chip, read after basic access control or PACE under secure messaging, and nothing can be written.
//! A few failed authentications in a row with transport keys block them for good; wrong passwords make it slower and slower.
//! It makes key pairs itself when it is told to, and gives only the public keys out.
//!
//! The commands are those of ISO/IEC 7816-4 and -9 that [`chip_profile::personalisation::write_plan`] lists, the access
//! protocols those of Doc 9303-11.
//!
//! ```
//! use chip_profile::personalisation::scp03::StaticKeys;
//! use mock_devices::chip::{ChipIdentity, ChipSettings, EmulatedChip};
//!
//! let keys = StaticKeys::new([1; 16], [2; 16], [3; 16]);
//! let identity = ChipIdentity { chip_serial: b"CHIP0001".to_vec(), key_version: 1, transport_keys: keys };
//! let mut chip = EmulatedChip::new(identity, ChipSettings::default(), 7);
//! // GET DATA: card image number.
//! assert_eq!(chip.transmit(&[0x80, 0xCA, 0x00, 0x45, 0x00]), b"\x45\x08CHIP0001\x90\x00");
//! ```

mod authentication;
mod fault;
mod files;
pub mod image;
mod keys;
mod personalised;
mod process;
mod reading;
mod rsa;
mod session;
mod settings;
mod snapshot;
#[cfg(test)]
mod tests;
mod timing;
mod writing;

pub use fault::ChipFault;
pub use personalised::PersonalisedChip;
pub use settings::{BitRate, ChipIdentity, ChipSettings};
pub use snapshot::SnapshotError;

use chip_profile::lds::FileId;
use chip_profile::personalisation::key_object::KeyObject;
use chip_profile::personalisation::scp03::{CardSession, StaticKeys};
use fault::Faults;
use files::Files;
use rand_chacha::ChaCha20Rng;
use rand_core::SeedableRng;
use session::Session;
use std::time::Duration;

/// Where a chip stands in its life.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LifeCycle {
    /// As delivered: nothing written.
    Initialised,
    /// Something was written, not locked.
    Personalising,
    /// Personalised and locked for good.
    Locked,
    /// Too many failed authentications: no transport key opens it any more.
    Dead,
}

/// A chip.
#[derive(Debug)]
pub struct EmulatedChip {
    identity: ChipIdentity,
    settings: ChipSettings,
    memory: Memory,
    session: Session,
    faults: Faults,
    rng: ChaCha20Rng,
    elapsed: Duration,
}

/// What outlives the field.
#[derive(Debug)]
struct Memory {
    life_cycle: LifeCycle,
    failed_authentications: u8,
    /// Wrong passwords in a row.
    wrong_passwords: u8,
    sequence_counter: u32,
    files: Files,
    keys: Vec<KeyObject>,
}

impl EmulatedChip {
    /// A chip as its maker delivers it. Its randomness follows from `seed`.
    pub fn new(identity: ChipIdentity, settings: ChipSettings, seed: u64) -> Self {
        let memory = Memory {
            life_cycle: LifeCycle::Initialised,
            failed_authentications: 0,
            wrong_passwords: 0,
            sequence_counter: 0,
            files: Files::default(),
            keys: Vec::new(),
        };
        EmulatedChip {
            identity,
            settings,
            memory,
            session: Session::default(),
            faults: Faults::default(),
            rng: ChaCha20Rng::seed_from_u64(seed),
            elapsed: Duration::ZERO,
        }
    }

    /// One command. The answer ends in a status word; it is empty when the chip does not answer at all.
    pub fn transmit(&mut self, command: &[u8]) -> Vec<u8> {
        let Some(fate) = self.faults.before_command() else { return Vec::new() };
        if fate.drop_field {
            self.reset();
        }
        let answer = self.process(command);
        self.elapsed +=
            timing::transmission(self.settings.bit_rate, command.len(), answer.len()) * self.faults.slowness();
        answer
    }

    /// The field drops and rises again: every session is over.
    pub fn reset(&mut self) {
        self.session = Session::default();
        self.elapsed += timing::ACTIVATION;
    }

    /// Modelled time of all commands and activations since the chip was made.
    pub fn elapsed(&self) -> Duration {
        self.elapsed
    }

    /// Makes the chip misbehave. Faults stay until [`EmulatedChip::heal`].
    pub fn inject(&mut self, fault: ChipFault) {
        self.faults.add(fault);
    }

    /// Takes all faults away. What they did stays done.
    pub fn heal(&mut self) {
        self.faults = Faults::default();
    }

    /// Serial, key version and transport keys.
    pub fn identity(&self) -> &ChipIdentity {
        &self.identity
    }

    /// What the chip can do.
    pub fn settings(&self) -> &ChipSettings {
        &self.settings
    }

    /// Where the chip stands in its life.
    pub fn life_cycle(&self) -> LifeCycle {
        self.memory.life_cycle
    }

    /// Contents of a file as they lie in memory, for tests that look under the hood.
    pub fn contents(&self, file: FileId) -> Option<&[u8]> {
        self.memory.files.find(file.in_application(), file.number()).map(|found| found.contents.as_slice())
    }

    fn transport_keys(&self) -> StaticKeys {
        if self.faults.wrong_keys() {
            StaticKeys::new([0xA5; 16], [0x5A; 16], [0xAA; 16])
        } else {
            self.identity.transport_keys.clone()
        }
    }

    fn spend(&mut self, processing: Duration) {
        self.elapsed += processing * self.faults.slowness();
    }

    fn is_writable(&self) -> bool {
        matches!(self.memory.life_cycle, LifeCycle::Initialised | LifeCycle::Personalising)
    }
}

/// Channels as they come and go with the field.
#[derive(Debug, Default)]
enum Channel {
    #[default]
    None,
    /// INITIALIZE UPDATE was answered.
    Opening(Box<CardSession>),
    /// SCP03 stands.
    Transport(Box<chip_profile::personalisation::scp03::CardChannel>),
    /// Secure messaging after access control.
    Access(Box<chip_profile::access::secure_messaging::ChipSecureMessaging>),
}

/// Under what protection a command came.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Authority {
    None,
    Transport,
    Access,
}
