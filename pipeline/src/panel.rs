//! What a person at an emulated machine can see and do, wherever the machine is.

mod remote;

use mock_devices::machine::{MockBooklet, MockMachineHandle};
use persoline_domain::booklet::Blank;
use persoline_keys::KeyStore;
use printer_driver::{ControlCommand, FeederId, MachineDriver, Snapshot, Stack};

pub(crate) use self::remote::RemotePanel;
use crate::machines::{Takes, physical};

/// The panel of an emulated machine. What cannot be done at the moment is left undone: the next round tries again.
pub(crate) trait Panel: Send + Sync {
    /// Which blanks belong into it; nothing when it does not answer, or when whoever switched it on has to know.
    fn takes(&self) -> Option<Takes> {
        None
    }
    /// How the machine stands; nothing when it does not answer.
    fn look(&self) -> Option<Snapshot>;
    /// Puts blanks into a feeder, in their order; whether they are in it.
    fn load(&self, feeder: FeederId, blanks: &[&Blank], keys: &KeyStore) -> bool;
    /// Whether the machine has ever held a booklet with this serial.
    fn has_held(&self, serial: &str) -> bool;
    /// Takes all booklets off a stack; answers their serials.
    fn empty(&self, stack: Stack) -> Option<Vec<String>>;
    /// Replaces a consumable by a full one.
    fn refill(&self, name: &str);
    /// Takes stuck booklets out.
    fn clear_jam(&self);
    /// Presses a button.
    fn press(&self, command: ControlCommand);
    /// Why the machine cannot keep its memory, if it cannot.
    fn memory_failure(&self) -> Option<String>;
    /// Whether it works on something that it will end by itself.
    fn is_busy(&self) -> bool;
}

impl Panel for MockMachineHandle {
    fn look(&self) -> Option<Snapshot> {
        self.connect().snapshot().ok()
    }
    fn load(&self, feeder: FeederId, blanks: &[&Blank], keys: &KeyStore) -> bool {
        let booklets: Vec<MockBooklet> = blanks.iter().map(|blank| physical(blank, keys)).collect();
        MockMachineHandle::load(self, feeder, booklets).is_ok()
    }
    fn has_held(&self, serial: &str) -> bool {
        MockMachineHandle::has_held(self, serial)
    }
    fn empty(&self, stack: Stack) -> Option<Vec<String>> {
        let booklets = self.empty_stack(stack).ok()?;
        Some(booklets.into_iter().map(|booklet| booklet.serial).collect())
    }
    fn refill(&self, name: &str) {
        let _ = MockMachineHandle::refill(self, name, None, None);
    }
    fn clear_jam(&self) {
        let _ = MockMachineHandle::clear_jam(self);
    }
    fn press(&self, command: ControlCommand) {
        let _ = MockMachineHandle::press(self, command);
    }
    fn memory_failure(&self) -> Option<String> {
        MockMachineHandle::memory_failure(self)
    }
    fn is_busy(&self) -> bool {
        MockMachineHandle::is_busy(self)
    }
}
