//! Drivers whose journal lies.

use printer_driver::{Completion, DeviceError, IdempotencyKey, JournalEntry, MachineDriver};

use super::{Case, Right, Wrong, wrong};

pub(super) const CASES: &[Case] = &[
    ("says that what it never heard of is done", wrong::<DoneUnheard>, "journal"),
    ("says that what is done never arrived", wrong::<NeverArrived>, "journal"),
    ("says that what is under way is done", wrong::<DoneTooEarly>, "journal"),
];

#[derive(Default)]
struct DoneUnheard;
impl Wrong for DoneUnheard {
    fn journal(&mut self, right: &mut Right, key: IdempotencyKey) -> Result<JournalEntry, DeviceError> {
        Ok(match right.driver.journal(key)? {
            JournalEntry::NotReceived => JournalEntry::Ended(Ok(Completion::Done)),
            entry => entry,
        })
    }
}

#[derive(Default)]
struct NeverArrived;
impl Wrong for NeverArrived {
    fn journal(&mut self, right: &mut Right, key: IdempotencyKey) -> Result<JournalEntry, DeviceError> {
        Ok(match right.driver.journal(key)? {
            JournalEntry::Ended(_) => JournalEntry::NotReceived,
            entry => entry,
        })
    }
}

#[derive(Default)]
struct DoneTooEarly;
impl Wrong for DoneTooEarly {
    fn journal(&mut self, right: &mut Right, key: IdempotencyKey) -> Result<JournalEntry, DeviceError> {
        Ok(match right.driver.journal(key)? {
            JournalEntry::InProgress => JournalEntry::Ended(Ok(Completion::Done)),
            entry => entry,
        })
    }
}
