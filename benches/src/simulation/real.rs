//! The stages of production for some of the seeds: real keys, portraits, pages and chips, a machine that encodes by itself.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use chip_profile::ec::{Curve, KeyPair};
use chip_profile::lds::FileId;
use mock_devices::chip::{ChipIdentity, ChipSettings, EmulatedChip, LifeCycle};
use mock_devices::machine::{Coupler, MachineSettings, restore_emulated_chip};
use mock_devices::time::{Clock as _, VirtualClock};
use persoline_domain::application::{DocumentType, Payload};
use persoline_domain::booklet::Blank;
use persoline_domain::chance::RandomSource;
use persoline_domain::clock::{Clock, Timestamp};
use persoline_domain::deed::NewOrder;
use persoline_domain::seal::PayloadVault;
use persoline_domain::signer::SigningLedger;
use persoline_domain::store::Store;
use persoline_keys::{CeremonyRequest, KeyStore, Passphrase, PassphraseCost, SignatureEngine, ceremony};
use persoline_stage::workshop::Workshop;
use persoline_stage::{Centre, CentreWorkshop, WorkshopParts, payload};

use super::dice::Dice;
use super::ledger::digest;
use crate::{Failure, failure, inputs};

/// A centre with keys, made once for a run.
pub struct RealCentre {
    _folder: tempfile::TempDir,
    keys: KeyStore,
    payloads: Vec<Payload>,
    encoding_key: KeyPair,
}

/// Randomness that follows from a seed.
struct SeededRandom(Mutex<Dice>);

impl SeededRandom {
    fn shared(seed: u64, purpose: &str) -> Arc<dyn RandomSource> {
        Arc::new(SeededRandom(Mutex::new(Dice::new(seed, purpose))))
    }
}

impl RandomSource for SeededRandom {
    fn fill(&self, bytes: &mut [u8]) {
        let mut dice = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        for part in bytes.chunks_mut(8) {
            part.iter_mut().zip(dice.draw().to_le_bytes()).for_each(|(to, from)| *to = from);
        }
    }
}

/// The time of a seed.
struct WorldClock(Arc<VirtualClock>);

impl Clock for WorldClock {
    fn now(&self) -> Timestamp {
        Timestamp(self.0.unix_ms())
    }
    fn elapsed(&self) -> Duration {
        self.0.now()
    }
    fn sleep(&self, _: Duration) {}
}

impl RealCentre {
    /// Makes keys, as of the first moment of every seed, and reads the sample set.
    ///
    /// # Errors
    /// Files cannot be written or read.
    pub fn open(at: Timestamp) -> Result<Self, Failure> {
        let folder = tempfile::tempdir()?;
        let random = SeededRandom::shared(0, "ceremony");
        let passphrase = Passphrase::new("a simulation has nothing to hide".to_owned());
        let cost = PassphraseCost { memory: 64, iterations: 1, lanes: 1 };
        let request = CeremonyRequest { cost, ..CeremonyRequest::specimen() };
        let place = folder.path().join("keys");
        ceremony(&request, &passphrase, at, &*random, &place)?;
        let keys = KeyStore::open(&place, &passphrase, "UTO")?;
        let mut payloads = inputs::sample_set()?;
        let is_passport = |payload: &Payload| {
            matches!(payload.application.document, DocumentType::Passport32 | DocumentType::Passport48)
        };
        payloads.retain(is_passport);
        let mut scalar = [0; 32];
        scalar.iter_mut().zip(digest(b"the simulation's encoding machine")).for_each(|(to, from)| *to = from);
        let encoding_key = KeyPair::from_private_scalar(Curve::P256, &scalar).map_err(failure)?;
        Ok(RealCentre { _folder: folder, keys, payloads, encoding_key })
    }

    /// The stages over a store.
    ///
    /// # Errors
    /// A certificate cannot be read.
    pub fn workshop(
        &self,
        seed: u64,
        store: Arc<dyn Store>,
        ledger: Arc<dyn SigningLedger>,
        clock: &Arc<VirtualClock>,
    ) -> Result<Arc<dyn Workshop>, Failure> {
        let random = SeededRandom::shared(seed, "real workshop");
        let parts = WorkshopParts {
            store,
            vault: Arc::new(self.keys.vault(Arc::clone(&random))),
            signer: Arc::new(self.keys.signer_with(SignatureEngine::Reproducible, ledger, Arc::clone(&random))),
            random,
            clock: Arc::new(WorldClock(Arc::clone(clock))),
        };
        let workshop = CentreWorkshop::new(Centre::utopia(), parts).map_err(failure)?;
        Ok(Arc::new(workshop))
    }

    /// An order of the sample set in the place of an invented one.
    pub fn order(&self, seed: u64, index: usize, invented: NewOrder) -> NewOrder {
        let place = seed.wrapping_mul(31).wrapping_add(index as u64) % self.payloads.len().max(1) as u64;
        let Some(payload) = self.payloads.get(usize::try_from(place).unwrap_or(0)) else { return invented };
        let payload = inputs::renumbered(payload, index);
        let application = &payload.application;
        let vault = self.keys.vault(SeededRandom::shared(seed ^ (index as u64 + 1) << 32, "vault"));
        let Ok(sealed) = vault.seal(&application.number, &payload::encode(&payload)) else { return invented };
        NewOrder {
            application: application.number.clone(),
            digest: application.digest,
            person: application.person,
            document: application.document,
            received: application.received,
            approved: application.approved,
            payload: sealed,
            ..invented
        }
    }

    /// The chip of a blank as its maker delivers it.
    pub fn chip(&self, blank: &Blank) -> Box<dyn Coupler> {
        let identity = ChipIdentity {
            chip_serial: blank.chip_serial.clone(),
            key_version: blank.key_version,
            transport_keys: self.keys.chip_transport_keys(&blank.chip_serial, blank.key_version),
        };
        let seed =
            blank.chip_serial.iter().fold(7, |seed: u64, byte| seed.wrapping_mul(31).wrapping_add(u64::from(*byte)));
        Box::new(EmulatedChip::new(identity, ChipSettings::default(), seed))
    }

    /// A machine that engraves numbers and encodes chips by itself, or a passport line.
    pub fn machine(&self, name: &str, engraves: bool) -> MachineSettings {
        if engraves {
            MachineSettings::engraving_line_150(name, restore_emulated_chip, self.encoding_key.clone())
        } else {
            MachineSettings::line_300(name, restore_emulated_chip)
        }
    }
}

/// The digest of the security object in a chip, and whether it is locked; none when there is none.
pub fn security_object(snapshot: &[u8]) -> Option<([u8; 32], bool)> {
    let chip = EmulatedChip::restore(snapshot).ok()?;
    let is_locked = chip.life_cycle() == LifeCycle::Locked;
    Some((digest(chip.contents(FileId::SOD)?), is_locked))
}
