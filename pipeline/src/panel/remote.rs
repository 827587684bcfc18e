//! The panel of an emulated machine in another process.

use std::sync::{Mutex, MutexGuard, PoisonError};

use mock_devices::desk_service::{BlankBooklet, DeskClient};
use persoline_domain::application::DocumentType;
use persoline_domain::booklet::{Blank, Numbering};
use persoline_keys::KeyStore;
use printer_driver::remote::{RemoteDriver, RemoteError, RemoteSettings};
use printer_driver::{ControlCommand, FeederId, Format, MachineDriver, Snapshot, Stack, State};

use super::Panel;
use crate::machines::{Takes, chip_identity, chip_seed};

/// Somebody who stands at the machine's desk and reads its display through a session of their own.
pub(crate) struct RemotePanel {
    desk: Mutex<DeskClient>,
    display: Mutex<RemoteDriver>,
}

impl RemotePanel {
    /// The panel of the machine at `machine` with its desk at `desk`; nothing is asked yet.
    pub(crate) fn new(machine: RemoteSettings, desk: &RemoteSettings) -> Result<RemotePanel, RemoteError> {
        let (desk, display) = (DeskClient::connect(desk)?, RemoteDriver::connect(machine)?);
        Ok(RemotePanel { desk: Mutex::new(desk), display: Mutex::new(display) })
    }

    fn desk(&self) -> MutexGuard<'_, DeskClient> {
        self.desk.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn display(&self) -> MutexGuard<'_, RemoteDriver> {
        self.display.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Panel for RemotePanel {
    /// Emulated machines have a feeder for each format, in the formats' order.
    fn takes(&self) -> Option<Takes> {
        // One after the other: a guard that lives on within one statement would wait for itself.
        let description = self.display().describe().ok()?;
        let snapshot = self.display().snapshot().ok()?;
        let numbering = match description.capabilities.numbering {
            printer_driver::Numbering::Engraved => Numbering::Engraved,
            _ => Numbering::Perforated,
        };
        let formats = description.capabilities.formats.iter();
        let of = |(feeder, format): (_, &Format)| Some((feeder, DocumentType::parse(&format.0)?));
        let feeders = snapshot.feeders.iter().map(|feeder| feeder.id).zip(formats).filter_map(of).collect();
        Some(Takes { feeders, numbering })
    }
    fn look(&self) -> Option<Snapshot> {
        self.display().snapshot().ok()
    }
    fn load(&self, feeder: FeederId, blanks: &[&Blank], keys: &KeyStore) -> bool {
        let booklet = |blank: &&Blank| BlankBooklet {
            serial: blank.serial.0.clone(),
            format: Format(blank.format.name().to_owned()),
            chip: chip_identity(blank, keys),
            chip_seed: chip_seed(blank),
        };
        let booklets: Vec<BlankBooklet> = blanks.iter().map(booklet).collect();
        self.desk().load(feeder, &booklets).is_ok()
    }
    fn has_held(&self, _serial: &str) -> bool {
        // The desk leaves out what the machine has ever held.
        false
    }
    fn empty(&self, stack: Stack) -> Option<Vec<String>> {
        let booklets = self.desk().empty_stack(stack, false).ok()?;
        Some(booklets.into_iter().map(|booklet| booklet.serial).collect())
    }
    fn refill(&self, name: &str) {
        let _ = self.desk().refill(name, None, None);
    }
    fn clear_jam(&self) {
        let _ = self.desk().clear_jam();
    }
    fn press(&self, command: ControlCommand) {
        let _ = self.desk().press(command);
    }
    fn memory_failure(&self) -> Option<String> {
        None
    }
    fn is_busy(&self) -> bool {
        // It lives on when this program ends; what it has begun it finishes by itself.
        self.look().is_some_and(|snapshot| matches!(snapshot.state, State::Stopping | State::Aborting))
    }
}
