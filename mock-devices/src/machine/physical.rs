//! The collection of all booklets with where they are: the physical truth, whatever a controller believes.

use std::collections::{BTreeMap, VecDeque};

use printer_driver::{FeederId, Format, Layer};

use super::booklet::{Mark, MockBooklet, Place};
use super::coupler::ChipRestorer;
use super::memory::{MemoryError, RecordKey, Records};
use super::record::{Record, record_struct};
use super::table;

/// A booklet's own number in its machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct BookletId(pub(crate) u64);

record_struct!(BookletId { 0 });

/// A booklet and where it is; its body is gone once a person has taken it.
pub(crate) struct Kept {
    pub(crate) serial: String,
    pub(crate) format: Format,
    pub(crate) place: Place,
    pub(crate) body: Option<MockBooklet>,
}

/// All booklets that were ever loaded.
#[derive(Default)]
pub(crate) struct PhysicalStore {
    pub(crate) booklets: BTreeMap<BookletId, Kept>,
    pub(crate) by_serial: BTreeMap<String, BookletId>,
    /// What lies in each feeder, the next to come first. No machine knows this order.
    pub(crate) feeders: BTreeMap<FeederId, VecDeque<BookletId>>,
}

/// What a booklet's record holds.
struct Cover {
    serial: String,
    format: Format,
    place: Place,
    chip_is_dead: bool,
    number: Option<String>,
    times_marked: u32,
}

record_struct!(Cover { serial, format, place, chip_is_dead, number, times_marked });

impl PhysicalStore {
    pub(crate) fn body(&self, id: BookletId) -> Option<&MockBooklet> {
        self.booklets.get(&id)?.body.as_ref()
    }

    pub(crate) fn body_mut(&mut self, id: BookletId) -> Option<&mut MockBooklet> {
        self.booklets.get_mut(&id)?.body.as_mut()
    }

    pub(crate) fn add(&mut self, booklet: MockBooklet, feeder: FeederId) -> BookletId {
        let id = BookletId(self.booklets.last_key_value().map_or(1, |(last, _)| last.0.saturating_add(1)));
        self.by_serial.insert(booklet.serial.clone(), id);
        let (serial, format) = (booklet.serial.clone(), booklet.format.clone());
        self.booklets.insert(id, Kept { serial, format, place: Place::Feeder(feeder), body: Some(booklet) });
        self.feeders.entry(feeder).or_default().push_back(id);
        id
    }

    /// The record with this key as it is now; none when there is nothing to keep.
    pub(crate) fn encode(&self, key: RecordKey) -> Option<Vec<u8>> {
        let number = u64::try_from(key.id).ok()?;
        match key.table {
            table::BOOKLET => {
                let kept = self.booklets.get(&BookletId(number))?;
                let body = kept.body.as_ref();
                let cover = Cover {
                    serial: kept.serial.clone(),
                    format: kept.format.clone(),
                    place: kept.place,
                    chip_is_dead: body.is_some_and(|body| body.chip_is_dead),
                    number: body.and_then(|body| body.number.clone()),
                    times_marked: body.map_or(0, |body| body.times_marked),
                };
                Some(cover.to_bytes())
            }
            table::CHIP => Some(self.body(BookletId(number))?.chip.snapshot()),
            table::MARKS => {
                let body = self.body(BookletId(number))?;
                (!body.marks.is_empty()).then(|| body.marks.to_bytes())
            }
            table::FEEDER => {
                let order = self.feeders.get(&FeederId(u16::try_from(number).ok()?))?;
                Some(order.iter().copied().collect::<Vec<_>>().to_bytes())
            }
            _ => None,
        }
    }

    pub(crate) fn decode(records: &Records, restore_chip: ChipRestorer) -> Result<Self, MemoryError> {
        let mut store = PhysicalStore::default();
        for (key, bytes) in records {
            let number = u64::try_from(key.id).unwrap_or(u64::MAX);
            match key.table {
                table::BOOKLET => {
                    let cover = Cover::from_bytes(bytes)?;
                    let chip = records.get(&RecordKey { table: table::CHIP, ..*key });
                    let marks = records.get(&RecordKey { table: table::MARKS, ..*key });
                    let body = match chip {
                        None => None,
                        Some(chip) => Some(MockBooklet {
                            serial: cover.serial.clone(),
                            format: cover.format.clone(),
                            chip: restore_chip(chip).ok_or(MemoryError::Damaged { position: 0 })?,
                            chip_is_dead: cover.chip_is_dead,
                            number: cover.number,
                            marks: marks.map_or(Ok(Vec::new()), |marks| Vec::<Mark>::from_bytes(marks))?,
                            times_marked: cover.times_marked,
                        }),
                    };
                    store.by_serial.insert(cover.serial.clone(), BookletId(number));
                    let kept = Kept { serial: cover.serial, format: cover.format, place: cover.place, body };
                    store.booklets.insert(BookletId(number), kept);
                }
                table::FEEDER => {
                    let order = Vec::<BookletId>::from_bytes(bytes)?;
                    let feeder = FeederId(u16::try_from(number).unwrap_or(u16::MAX));
                    store.feeders.insert(feeder, order.into());
                }
                _ => {}
            }
        }
        Ok(store)
    }
}

/// What a personalisation was handed in with.
#[derive(Clone)]
pub(crate) struct PageOrder {
    pub(crate) expected_serial: String,
    /// The document number that is engraved, where the machine does that.
    pub(crate) number: Option<String>,
    pub(crate) layers: Vec<Layer>,
}

record_struct!(PageOrder { expected_serial, number, layers });
