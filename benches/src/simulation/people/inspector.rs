//! Inspectors: look at first pieces and samples, reject what was good, pack and hand over, call back.

use persoline_domain::deed::Deed;
use persoline_domain::identifiers::BookletSerial;
use persoline_domain::store::Store as _;

use crate::simulation::house::take;
use crate::simulation::world::World;

impl World<'_> {
    /// A look at the documents.
    pub(in crate::simulation) fn inspect(&mut self) {
        self.decide_inspections();
        if self.people.is_clearing_up || self.is_calm() {
            return;
        }
        let meddling = self.plan.meddling;
        if self.people.dice.per_mille(meddling) {
            self.pack();
        }
        if self.people.dice.per_mille(meddling / 3) {
            self.hand_over();
        }
        if self.people.dice.per_mille(meddling / 4) {
            self.reject();
        }
        if self.people.dice.per_mille(meddling / 6) {
            self.recall();
        }
    }

    fn decide_inspections(&mut self) {
        for inspection in self.truth.inspections(20).unwrap_or_default() {
            let serial = inspection.serial.clone();
            // One can only look at what one has in hand.
            let Some(booklet) = self.house.good.iter().find(|booklet| booklet.serial == serial.0) else { continue };
            let is_right = self.at_border(booklet).is_some_and(|seen| {
                self.truth
                    .order(inspection.order)
                    .ok()
                    .flatten()
                    .is_some_and(|order| order.application == seen.application)
            });
            if !is_right {
                self.violated("6", format!("document {serial} is finished, and an inspector finds it wrong"));
            }
            let approved = is_right && (self.people.is_clearing_up || !self.people.dice.per_mille(120));
            let reason = if approved { String::new() } else { "flaw".to_owned() };
            if self.person("ben", Deed::InspectionDecided { serial: serial.clone(), approved, reason }).is_ok() {
                self.tally.act(if approved { "approves a document" } else { "rejects an inspected document" });
                if !approved {
                    let booklet = take(&mut self.house.good, serial.as_str());
                    self.house.rejects.extend(booklet);
                }
            }
        }
    }

    fn pack(&mut self) {
        let Some(serial) = self.house.good.first().map(|booklet| booklet.serial.clone()) else { return };
        let deed = Deed::Packed { serials: vec![BookletSerial(serial.clone())] };
        if self.person("cho", deed).is_ok() {
            self.tally.act("packs a document");
            let booklet = take(&mut self.house.good, &serial);
            self.house.packed.extend(booklet);
        }
    }

    fn hand_over(&mut self) {
        let Some(serial) = self.house.packed.first().map(|booklet| booklet.serial.clone()) else { return };
        let deed = Deed::HandedOver { serials: vec![BookletSerial(serial.clone())] };
        if self.person("cho", deed).is_ok() {
            self.tally.act("hands a document over");
            let booklet = take(&mut self.house.packed, &serial);
            self.house.handed_over.extend(booklet);
        }
    }

    fn reject(&mut self) {
        let Some(serial) = self.house.good.first().map(|booklet| booklet.serial.clone()) else { return };
        let deed = Deed::DocumentRejected { serial: BookletSerial(serial.clone()), reason: "scratched".to_owned() };
        if self.person("ben", deed).is_ok() {
            self.tally.act("rejects a good document");
            let booklet = take(&mut self.house.good, &serial);
            self.house.rejects.extend(booklet);
        }
    }

    fn recall(&mut self) {
        let Some(serial) = self.house.handed_over.first().map(|booklet| booklet.serial.clone()) else { return };
        let deed = Deed::BookletRecalled { serial: BookletSerial(serial.clone()), reason: "recalled".to_owned() };
        if self.person("ben", deed).is_ok() {
            self.tally.act("calls a document back");
            let booklet = take(&mut self.house.handed_over, &serial);
            self.house.away.extend(booklet);
        }
    }
}
