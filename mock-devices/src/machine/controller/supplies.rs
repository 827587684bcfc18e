//! What is used up: levels that are told, warnings before the end, and a stop at it.

use std::time::Duration;

use printer_driver::{EventBody, Severity, StationId};

use super::{MachineCore, OperatorError};

const LOW: &str = "CONSUMABLE-LOW";
const EMPTY: &str = "CONSUMABLE-EMPTY";

impl MachineCore {
    /// One document has passed this station.
    pub(super) fn consume(&mut self, at: StationId, now: Duration) {
        for place in 0..self.desk.supplies.len() {
            if let Some(supply) = self.desk.supplies.get_mut(place).filter(|supply| supply.used_at == at) {
                supply.left = supply.left.saturating_sub(supply.per_document);
                self.tell_supply(place, now);
            }
        }
    }

    /// Tells a level that has changed; the machine holds itself when nothing is left.
    fn tell_supply(&mut self, place: usize, now: Duration) {
        let Some(supply) = self.desk.supplies.get_mut(place) else { return };
        let level = u16::try_from(supply.left.div_ceil(1000)).unwrap_or(1000);
        if level == supply.shown.level_per_mille {
            return;
        }
        supply.shown.level_per_mille = level;
        let (shown, at) = (supply.shown.clone(), supply.used_at);
        let name = shown.name.clone();
        self.tell(EventBody::ConsumableChanged(shown), now);
        if level == 0 {
            let text = format!("The {name} is used up: replace it.");
            self.set_alarm(EMPTY, Severity::Critical, text, Some(at), now);
            self.hold_itself(now);
        } else if level <= self.settings.consumable_low_per_mille {
            let text = format!("The {name} is running low.");
            self.set_alarm(LOW, Severity::Warning, text, Some(at), now);
        }
    }

    /// Makes a consumable as it is when only so much is left of it, in thousandths of full.
    ///
    /// # Errors
    /// [`OperatorError::NoSuchPart`] when no consumable has this name.
    pub fn use_up(&mut self, name: &str, left_per_mille: u16, now: Duration) -> Result<(), OperatorError> {
        self.advance(now)?;
        let place = self.supply(name)?;
        if let Some(supply) = self.desk.supplies.get_mut(place) {
            supply.left = u32::from(left_per_mille.min(1000)).saturating_mul(1000);
        }
        self.tell_supply(place, now);
        self.dispatch(now);
        Ok(self.settle()?)
    }

    /// Replaces a consumable by a full one.
    ///
    /// # Errors
    /// [`OperatorError::NoSuchPart`] when no consumable has this name.
    pub fn refill(
        &mut self,
        name: &str,
        lot: Option<String>,
        expiry: Option<String>,
        now: Duration,
    ) -> Result<(), OperatorError> {
        self.advance(now)?;
        let place = self.supply(name)?;
        let Some(supply) = self.desk.supplies.get_mut(place) else { return Err(OperatorError::NoSuchPart) };
        supply.left = 1_000_000;
        supply.shown.level_per_mille = 1000;
        supply.shown.lot = lot;
        supply.shown.expiry = expiry;
        let (shown, at) = (supply.shown.clone(), supply.used_at);
        self.tell(EventBody::ConsumableChanged(shown), now);
        self.clear_alarm(LOW, Some(at), now);
        self.clear_alarm(EMPTY, Some(at), now);
        Ok(self.settle()?)
    }

    fn supply(&self, name: &str) -> Result<usize, OperatorError> {
        let place = self.desk.supplies.iter().position(|supply| supply.shown.name == name);
        place.ok_or(OperatorError::NoSuchPart)
    }
}

#[cfg(test)]
impl MachineCore {
    /// Leaves this much of a consumable, in millionths of full, without telling it.
    pub(crate) fn drain_for_test(&mut self, name: &str, left: u32) {
        for supply in self.desk.supplies.iter_mut().filter(|supply| supply.shown.name == name) {
            supply.left = left;
        }
    }
}
