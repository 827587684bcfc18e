//! The house: where booklets physically lie, whatever the books say.

use mock_devices::machine::{Mark, MockBooklet, Place};
use persoline_domain::application::DocumentType;
use persoline_domain::booklet::{Blank, BlankKind, BookletState, Numbering};
use persoline_domain::identifiers::{ApplicationNumber, BookletSerial};
use printer_driver::{FeederId, Format, LayerKind, Stack};

use super::chip::CheapChip;
use super::ledger::digest;
use super::real;
use super::world::World;

/// Booklets outside machines.
#[derive(Default)]
pub(crate) struct House {
    /// Delivered, not yet counted.
    pub(crate) received: Vec<MockBooklet>,
    /// In the vault.
    pub(crate) vault: Vec<MockBooklet>,
    /// Good documents.
    pub(crate) good: Vec<MockBooklet>,
    /// Packed documents.
    pub(crate) packed: Vec<MockBooklet>,
    /// With their holders.
    pub(crate) handed_over: Vec<MockBooklet>,
    /// Spoiled, to be destroyed.
    pub(crate) rejects: Vec<MockBooklet>,
    /// Quarantine.
    pub(crate) shelf: Vec<MockBooklet>,
    /// In somebody's hand: taken from a stack, and the books do not say yet what it is.
    pub(crate) hand: Vec<(MockBooklet, Stack)>,
    /// Nobody knows where they are.
    pub(crate) lost: Vec<MockBooklet>,
    /// Called back, or back at their maker.
    pub(crate) away: Vec<MockBooklet>,
    /// In no delivery.
    pub(crate) foreign: Vec<MockBooklet>,
    /// Torn up before two people.
    pub(crate) destroyed: u64,
}

/// What a border finds on a booklet, apart from what the register says of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Seen {
    /// Whose document it is.
    pub(crate) application: ApplicationNumber,
    /// The document number that chip and page agree on.
    pub(crate) number: String,
}

/// How a maker makes a blank.
pub(crate) fn blank(number: u32, carton: u32, format: DocumentType, numbering: Numbering) -> Blank {
    let serial = match numbering {
        Numbering::Perforated => format!("P{number:07}"),
        Numbering::Engraved => format!("S{number:07}"),
    };
    Blank {
        serial: BookletSerial(serial),
        chip_serial: format!("UTOCHIP{number:08}").into_bytes(),
        key_version: 1,
        batch: "B".to_owned(),
        format,
        kind: BlankKind::Production,
        carton: format!("C{carton}"),
        check_value: Vec::new(),
        numbering,
    }
}

impl House {
    /// What lies in the house outside machines, by the state that its place stands for.
    pub(crate) fn piles(&self) -> [(BookletState, &[MockBooklet]); 6] {
        [
            (BookletState::Received, &self.received),
            (BookletState::Vault, &self.vault),
            (BookletState::Good, &self.good),
            (BookletState::Packed, &self.packed),
            (BookletState::Spoiled, &self.rejects),
            (BookletState::Quarantined, &self.shelf),
        ]
    }

    /// Every booklet outside machines that is not torn up.
    pub(crate) fn all(&self) -> impl Iterator<Item = &MockBooklet> {
        let piles = self.piles().into_iter().flat_map(|(_, pile)| pile);
        let others = self.handed_over.iter().chain(&self.lost).chain(&self.away).chain(&self.foreign);
        piles.chain(others).chain(self.hand.iter().map(|(booklet, _)| booklet))
    }
}

/// Takes the booklet with this serial off a pile.
pub(crate) fn take(pile: &mut Vec<MockBooklet>, serial: &str) -> Option<MockBooklet> {
    let index = pile.iter().position(|booklet| booklet.serial == serial)?;
    Some(pile.remove(index))
}

impl World<'_> {
    /// The booklet of a blank.
    pub(crate) fn booklet(&self, blank: &Blank) -> MockBooklet {
        let chip = match &self.real {
            Some(centre) => centre.chip(blank),
            None => Box::new(CheapChip::new(blank.chip_serial.clone())),
        };
        MockBooklet::blank(blank.serial.0.clone(), Format(blank.format.name().to_owned()), chip)
    }

    /// The digest of the security object in a booklet's chip, as anybody can read it, and whether the chip is locked.
    fn security_object(&self, booklet: &MockBooklet) -> Option<(Vec<u8>, bool)> {
        let snapshot = booklet.chip.snapshot();
        if self.real.is_some() {
            return real::security_object(&snapshot).map(|(digest, is_locked)| (digest.to_vec(), is_locked));
        }
        let chip = CheapChip::restore(&snapshot)?;
        (!chip.content.is_empty()).then_some((chip.content, chip.is_locked))
    }

    /// Whether nothing was ever written or marked.
    pub(crate) fn is_virgin(&self, booklet: &MockBooklet) -> bool {
        booklet.marks.is_empty() && booklet.number.is_none() && self.security_object(booklet).is_none()
    }

    /// What a border finds: a locked chip with data that was signed for this booklet, and a page that was engraved and
    /// agrees with it, number and all. None when it would turn the holder away.
    pub(crate) fn at_border(&self, booklet: &MockBooklet) -> Option<Seen> {
        if booklet.marks.is_empty() || booklet.chip_is_dead {
            return None;
        }
        let (object, is_locked) = self.security_object(booklet)?;
        let signed = self.ledger.signed(&object).filter(|_| is_locked)?;
        let is_engraved = |mark: &&Mark| mark.layer.kind == LayerKind::Laser;
        let mut engraved = booklet.marks.iter().filter(is_engraved);
        // Two equal marks upon each other look like one, though one of them broke off.
        let is_right = engraved.clone().all(|mark| signed.pages.contains(&digest(&mark.layer.bytes)));
        let is_whole = engraved.any(|mark| mark.done_per_mille >= 1000);
        let is_numbered = match &booklet.number {
            Some(number) => *number == signed.number,
            None => booklet.serial == signed.number,
        };
        let is_valid = is_right && is_whole && is_numbered && signed.serial.0 == booklet.serial;
        is_valid.then_some(Seen { application: signed.application, number: signed.number })
    }

    /// Booklets in a machine's feeder.
    pub(crate) fn in_feeder(&self, site: usize, feeder: FeederId) -> usize {
        self.sites
            .get(site)
            .map_or(0, |site| site.handle.places().iter().filter(|(_, place)| *place == Place::Feeder(feeder)).count())
    }

    /// Booklets on a machine's stack.
    pub(crate) fn on_stack(&self, site: usize, stack: Stack) -> usize {
        self.sites
            .get(site)
            .map_or(0, |site| site.handle.places().iter().filter(|(_, place)| *place == Place::Stack(stack)).count())
    }
}
