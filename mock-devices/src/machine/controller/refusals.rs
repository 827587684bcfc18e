//! Chips that refuse the keys. Three in a row at one station, and the machine holds itself: going on with a wrong key version
//! would block one chip after the other.

use std::time::Duration;

use printer_driver::{EventBody, Severity, StationId};

use super::MachineCore;

/// Chips in a row at one station that refuse the keys.
pub(crate) const REFUSED_IN_A_ROW: u32 = 3;
/// The alarm about it.
pub(crate) const CHIP_KEYS: &str = "CHIP-KEYS";

impl MachineCore {
    /// Counts what a conversation at a station has shown of the keys; none when it did not come to that.
    pub(super) fn note_keys(&mut self, station: StationId, accepted: Option<bool>, now: Duration) {
        match accepted {
            None => {}
            Some(true) => {
                self.refused_keys.remove(&station);
            }
            Some(false) => {
                let count = self.refused_keys.entry(station).or_insert(0);
                *count = count.saturating_add(1);
                if *count >= REFUSED_IN_A_ROW {
                    let text = "Chip after chip refuses the keys: compare batch and key version.";
                    self.set_alarm(CHIP_KEYS, Severity::Critical, text, Some(station), now);
                    self.hold_itself(now);
                }
            }
        }
    }

    /// A person lets the machine go on.
    pub(super) fn forget_refusals(&mut self, now: Duration) {
        self.refused_keys.clear();
        for id in self.desk.clear_alarms(|alarm| alarm.code == CHIP_KEYS) {
            self.tell(EventBody::AlarmCleared(id), now);
        }
    }
}
