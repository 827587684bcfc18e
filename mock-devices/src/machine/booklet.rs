//! Booklets: what is physically there, whoever knows of it.

use core::fmt;

use printer_driver::{FeederId, Format, Layer, Stack, StationId};

use super::coupler::Coupler;

/// A booklet with its chip and its page.
pub struct MockBooklet {
    /// The number that the maker perforated through it, or its stock serial where the machine engraves the number.
    pub serial: String,
    /// Its kind.
    pub format: Format,
    /// Its chip.
    pub chip: Box<dyn Coupler>,
    /// Whether the chip has died; it never answers again.
    pub chip_is_dead: bool,
    /// The document number that the machine engraved.
    pub number: Option<String>,
    /// What was marked on it, in order.
    pub marks: Vec<Mark>,
    /// How often marking its page was begun. More than once is a page that can be no document.
    pub times_marked: u32,
}

impl MockBooklet {
    /// A blank.
    pub fn blank(serial: impl Into<String>, format: Format, chip: Box<dyn Coupler>) -> Self {
        let serial = serial.into();
        MockBooklet { serial, format, chip, chip_is_dead: false, number: None, marks: Vec::new(), times_marked: 0 }
    }
}

impl fmt::Debug for MockBooklet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "MockBooklet({}, {}, {} marks)", self.serial, self.format.0, self.marks.len())
    }
}

/// A layer as far as it was marked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mark {
    /// What was to be marked.
    pub layer: Layer,
    /// How far from the top it is done, in thousandths of its height.
    pub done_per_mille: u16,
}

/// Where a booklet is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Place {
    /// In a feeder.
    Feeder(FeederId),
    /// At a station.
    Station(StationId),
    /// On an output stack.
    Stack(Stack),
    /// Taken out of the machine by a person.
    Taken,
}
