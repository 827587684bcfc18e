//! Deliveries, quarantine, what is lost and found.

use persoline_domain::application::DocumentType;
use persoline_domain::booklet::{Numbering, QuarantineDecision};
use persoline_domain::deed::Deed;
use persoline_domain::identifiers::{BookletSerial, DocumentNumber};
use persoline_domain::store::Store as _;

use super::PEOPLE;
use crate::simulation::house::{blank, take};
use crate::simulation::world::World;

/// Blanks of a kind in the vault below which more are ordered.
const FEW: usize = 6;
/// Blanks in a carton.
const CARTON: u32 = 10;

impl World<'_> {
    /// A delivery arrives for each kind that machines take, and is counted in.
    pub(in crate::simulation) fn mind_the_stock(&mut self) {
        let mut kinds: Vec<(DocumentType, Numbering)> = Vec::new();
        for site in 0..self.sites.len() {
            let engraves = self.sites.get(site).is_some_and(|site| site.plan.engraves);
            for (_, format) in self.feeders_of(site) {
                let numbering = if engraves { Numbering::Engraved } else { Numbering::Perforated };
                let kind = DocumentType::parse(&format).map(|document| (document, numbering));
                kinds.extend(kind.filter(|kind| !kinds.contains(kind)));
            }
        }
        for (document, numbering) in kinds {
            let letter = if numbering == Numbering::Engraved { 'S' } else { 'P' };
            let fits = |booklet: &&mock_devices::machine::MockBooklet| {
                booklet.format.0 == document.name() && booklet.serial.starts_with(letter)
            };
            let left = self.house.vault.iter().filter(fits).count() + self.house.received.iter().filter(fits).count();
            if left < FEW {
                self.receive(document, numbering);
            }
        }
        self.count_in();
        self.decide_quarantine();
        self.find();
        if !self.people.is_clearing_up && !self.is_calm() && self.people.dice.per_mille(self.plan.meddling / 6) {
            self.lose();
        }
    }

    fn receive(&mut self, document: DocumentType, numbering: Numbering) {
        let (first, carton) = (self.people.blanks + 1, self.people.cartons + 1);
        let blanks: Vec<_> = (first..first + CARTON).map(|number| blank(number, carton, document, numbering)).collect();
        let booklets: Vec<_> = blanks.iter().map(|blank| self.booklet(blank)).collect();
        let delivery = format!("D{carton}");
        if self.person("cho", Deed::StockReceived { delivery, blanks }).is_ok() {
            self.tally.act("receives blanks");
            self.people.blanks += CARTON;
            self.people.cartons = carton;
            self.house.received.extend(booklets);
        }
        if numbering == Numbering::Engraved {
            let number = |number: u32| DocumentNumber(format!("K{number:07}"));
            // A range that was granted before is refused, and that is as well.
            let (first, last) = (number(first), number(first + CARTON - 1));
            let _ = self.person("cho", Deed::NumbersGranted { first, last });
        }
    }

    /// What was received is counted into the vault, carton by carton.
    fn count_in(&mut self) {
        let serials: Vec<String> = self.house.received.iter().map(|booklet| booklet.serial.clone()).collect();
        let Some(first) = serials.first() else { return };
        let record = self.truth.booklet(&BookletSerial(first.clone())).ok().flatten();
        let Some(record) = record else { return };
        let (delivery, carton) = (record.delivery, record.blank.carton);
        let of_carton: Vec<String> = serials
            .into_iter()
            .filter(|serial| {
                let record = self.truth.booklet(&BookletSerial(serial.clone())).ok().flatten();
                record.is_some_and(|record| record.delivery == delivery && record.blank.carton == carton)
            })
            .collect();
        let counted = u32::try_from(of_carton.len()).unwrap_or(0);
        let miscounted = self.people.dice.per_mille(100);
        let said = counted - u32::from(miscounted && counted > 0);
        let deed = Deed::StockStored { delivery, cartons: vec![carton], counted: said };
        match (self.person("cho", deed), said == counted) {
            (Ok(_), true) => {
                self.tally.act("counts a carton into the vault");
                for serial in of_carton {
                    let booklet = take(&mut self.house.received, &serial);
                    self.house.vault.extend(booklet);
                }
            }
            (Ok(_), false) => self.violated("2", "a carton was stored though its count was wrong".to_owned()),
            (Err(_), _) => self.tally.act("a count is refused"),
        }
    }

    /// A person looks at what lies in quarantine, and decides by what chip and page really show.
    fn decide_quarantine(&mut self) {
        if !self.people.is_clearing_up && !self.people.dice.per_mille(300) {
            return;
        }
        let Some(booklet) = self.house.shelf.first() else { return };
        let serial = BookletSerial(booklet.serial.clone());
        let Some(record) = self.truth.booklet(&serial).ok().flatten() else { return };
        let decision = match record.order {
            None if self.is_virgin(booklet) => QuarantineDecision::Clear,
            _ if self.people.dice.per_mille(100) => QuarantineDecision::SendBack,
            _ => QuarantineDecision::Spoil,
        };
        let reason = "looked_at".to_owned();
        if self.person("ben", Deed::QuarantineDecided { serial, decision, reason }).is_ok() {
            self.tally.act("decides about quarantine");
            let booklet = self.house.shelf.remove(0);
            match decision {
                QuarantineDecision::Clear => self.house.vault.push(booklet),
                QuarantineDecision::SendBack => self.house.away.push(booklet),
                QuarantineDecision::Spoil => self.house.rejects.push(booklet),
            }
        }
    }

    /// A booklet disappears from the vault or from among the documents, and is missed at once.
    fn lose(&mut self) {
        let from_vault = self.people.dice.per_mille(600);
        let pile = if from_vault { &mut self.house.vault } else { &mut self.house.good };
        let Some(booklet) = pile.pop() else { return };
        let serial = BookletSerial(booklet.serial.clone());
        if self.person("ada", Deed::BookletMissing { serial, reason: "not_found".to_owned() }).is_ok() {
            self.tally.act("misses a booklet");
            self.house.lost.push(booklet);
        } else if from_vault {
            self.house.vault.push(booklet);
        } else {
            self.house.good.push(booklet);
        }
    }

    /// Somebody finds what was lost.
    fn find(&mut self) {
        if self.house.lost.is_empty() || !self.people.dice.per_mille(60) {
            return;
        }
        let booklet = self.house.lost.remove(0);
        let serial = BookletSerial(booklet.serial.clone());
        if self.person("ada", Deed::BookletFound { serial }).is_ok() {
            self.tally.act("finds a booklet");
            self.house.shelf.push(booklet);
        } else {
            self.house.lost.push(booklet);
        }
    }

    /// What is spoiled is destroyed before the eyes of two.
    pub(in crate::simulation) fn destroy(&mut self) {
        let serials: Vec<_> = self.house.rejects.iter().map(|booklet| BookletSerial(booklet.serial.clone())).collect();
        if serials.is_empty() {
            return;
        }
        let [one, other, ..] = PEOPLE;
        let alone = Deed::BookletsDestroyed { serials: serials.clone(), witness: one.to_owned() };
        if self.person(one, alone).is_ok() {
            self.violated("2", "one person alone destroyed booklets".to_owned());
        }
        if self.person(one, Deed::BookletsDestroyed { serials, witness: other.to_owned() }).is_ok() {
            self.tally.act("destroys rejects");
            self.house.destroyed += self.house.rejects.len() as u64;
            self.witness.destroyed.extend(self.house.rejects.drain(..).map(|booklet| booklet.serial));
        }
    }

    /// A booklet that is in no delivery, or one with another chip, gets into a feeder.
    pub(in crate::simulation) fn misplace(&mut self, site: usize, other_chip: bool) {
        let Some((feeder, format)) = self.feeders_of(site).into_iter().next() else { return };
        if !other_chip {
            self.tally.fault("foreign booklet in a feeder");
            self.people.blanks += 1;
            let Some(document) = DocumentType::parse(&format) else { return };
            let mut stranger = self.booklet(&blank(self.people.blanks, 0, document, Numbering::Perforated));
            stranger.serial = format!("X{:07}", self.people.blanks);
            self.at(site, |site| drop(site.handle.load(feeder, vec![stranger])));
            return;
        }
        let engraves = self.sites.get(site).is_some_and(|site| site.plan.engraves);
        let letter = if engraves { 'S' } else { 'P' };
        let place = self
            .house
            .vault
            .iter()
            .position(|booklet| booklet.format.0 == format && booklet.serial.starts_with(letter));
        self.people.blanks += 1;
        let number = self.people.blanks;
        let Some(document) = DocumentType::parse(&format) else { return };
        let stranger = self.booklet(&blank(number, 0, document, Numbering::Perforated));
        if let Some(booklet) = place.and_then(|place| self.house.vault.get_mut(place)) {
            booklet.chip = stranger.chip;
            self.tally.fault("booklet with another chip");
        }
    }
}
