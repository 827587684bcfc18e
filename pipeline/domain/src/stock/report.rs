//! What an auditor gets: opening stock, every move, closing stock, and how one follows from the other.

use std::collections::BTreeMap;

use crate::booklet::{BookletMove, BookletState};
use crate::clock::Timestamp;
use crate::identifiers::{Actor, BookletSerial, Digest, MachineName, OrderId, Sequence, ShiftNumber};
use crate::stock::{SerialRange, StockClass};

/// Which part of the log a report is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum StockPeriod {
    /// Everything.
    #[default]
    All,
    /// From the close of the shift before (or from the beginning) to this shift's close, or to now while it is open: so
    /// every event belongs to one shift's report, and one report's closing stock is the next one's opening stock.
    Shift(ShiftNumber),
    /// After one position, through another.
    Sequences {
        /// The last event before.
        after: Sequence,
        /// The last event within.
        through: Sequence,
    },
    /// From the first event at or after one moment, to before the first at or after another.
    Times {
        /// From here.
        from: Timestamp,
        /// Before here.
        to: Timestamp,
    },
}

/// A position in the log with the hash that stands for all before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LogPosition {
    /// The position; zero before the first event.
    pub sequence: Sequence,
    /// Hash of the event there; zeros before the first.
    pub hash: Digest,
}

/// The events that a report covers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Span {
    /// The last event before.
    pub after: LogPosition,
    /// The last event within.
    pub through: LogPosition,
    /// Time of the first event within, if there is one.
    pub first: Option<Timestamp>,
    /// Time of the last event within, if there is one.
    pub last: Option<Timestamp>,
    /// The newest event of the log, to which it was read and its chain checked.
    pub head: LogPosition,
}

/// The booklet ledger of a period. Moves point into `acts` and `booklets` by index: [`entries`](StockReport::entries)
/// puts them together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StockReport {
    /// What was asked for.
    pub period: StockPeriod,
    /// What is covered.
    pub span: Span,
    /// Every booklet that was in the books when the period ended, in the order of receipt.
    pub booklets: Vec<StockBooklet>,
    /// Every act of the period that moved a booklet.
    pub acts: Vec<StockAct>,
    /// Every move of the period.
    pub moves: Vec<StockMove>,
    /// Booklets of which the state columns say something else than the log, at its newest event. None when the books are
    /// right.
    pub disagreements: Vec<StockDisagreement>,
}

/// A booklet in a report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StockBooklet {
    /// Its number.
    pub serial: BookletSerial,
    /// What sort it is.
    pub class: StockClass,
    /// Its delivery.
    pub delivery: std::sync::Arc<str>,
    /// Its carton.
    pub carton: std::sync::Arc<str>,
    /// The maker's batch.
    pub batch: std::sync::Arc<str>,
    /// Its state when the period began; none when it came in within.
    pub opening: Option<BookletState>,
    /// Its state when the period ended.
    pub closing: BookletState,
    /// The order to which it was bound, as far as the log goes.
    pub order: Option<OrderId>,
    /// The booklet in whose place it was bound.
    pub replaces: Option<BookletSerial>,
    /// The booklet that was bound in its place.
    pub replaced_by: Option<BookletSerial>,
}

/// An act that moved booklets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StockAct {
    /// Its position in the log.
    pub sequence: Sequence,
    /// When.
    pub at: Timestamp,
    /// By whom.
    pub actor: Actor,
    /// Who saw it, if the deed asks for two people.
    pub witness: Option<String>,
    /// Why, as a code; may be empty.
    pub reason: String,
    /// The machine it is about, if it is about one.
    pub machine: Option<MachineName>,
}

/// One booklet's step from one state to another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StockMove {
    /// The act, as index into the report's.
    pub act: u32,
    /// The booklet, as index into the report's.
    pub booklet: u32,
    /// What moved it; none for the receipt.
    pub step: Option<BookletMove>,
    /// From where; none for the receipt.
    pub from: Option<BookletState>,
    /// To where.
    pub to: BookletState,
}

/// A move with its act and its booklet.
#[derive(Debug, Clone, Copy)]
pub struct StockEntry<'a> {
    /// The move.
    pub step: &'a StockMove,
    /// Its act.
    pub act: &'a StockAct,
    /// Its booklet.
    pub booklet: &'a StockBooklet,
}

/// A booklet about which log and state columns differ.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StockDisagreement {
    /// Which.
    pub serial: BookletSerial,
    /// Its state by the log; none when the log never received it.
    pub log: Option<BookletState>,
    /// Its state by the columns, as it is written there; none when it is not in them.
    pub books: Option<String>,
}

/// All moves of one kind of one class.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StockFlow {
    /// What moved them; none for the receipt.
    pub step: Option<BookletMove>,
    /// From where; none for the receipt.
    pub from: Option<BookletState>,
    /// To where.
    pub to: BookletState,
    /// What sort they are.
    pub class: StockClass,
    /// How many moves.
    pub count: u64,
    /// Which booklets; one that moved so twice stands here once.
    pub serials: Vec<SerialRange>,
}

/// One state's part of the equation: opening + entered − left = closing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StockSum {
    /// The state.
    pub state: BookletState,
    /// Booklets in it when the period began.
    pub opening: u64,
    /// Moves into it.
    pub entered: u64,
    /// Moves out of it.
    pub left: u64,
    /// Booklets in it when the period ended.
    pub closing: u64,
}

impl StockSum {
    /// Opening + entered − left − closing: zero when the equation holds.
    pub fn difference(&self) -> i64 {
        let signed = |count| i64::try_from(count).unwrap_or(i64::MAX);
        signed(self.opening) + signed(self.entered) - signed(self.left) - signed(self.closing)
    }
}

impl StockReport {
    /// Every move with its act and its booklet, in the order of the log.
    pub fn entries(&self) -> impl Iterator<Item = StockEntry<'_>> {
        self.moves.iter().filter_map(|step| {
            let act = self.acts.get(step.act as usize)?;
            let booklet = self.booklets.get(step.booklet as usize)?;
            Some(StockEntry { step, act, booklet })
        })
    }

    /// Booklets by class and state when the period began.
    pub fn opening(&self) -> BTreeMap<(StockClass, BookletState), u64> {
        let mut counts = BTreeMap::new();
        for booklet in &self.booklets {
            if let Some(state) = booklet.opening {
                *counts.entry((booklet.class, state)).or_default() += 1;
            }
        }
        counts
    }

    /// Booklets by class and state when the period ended.
    pub fn closing(&self) -> BTreeMap<(StockClass, BookletState), u64> {
        let mut counts = BTreeMap::new();
        for booklet in &self.booklets {
            *counts.entry((booklet.class, booklet.closing)).or_default() += 1;
        }
        counts
    }

    /// Moves by kind and class, in the order of a booklet's way.
    pub fn flows(&self) -> Vec<StockFlow> {
        let mut flows: BTreeMap<_, (u64, Vec<&BookletSerial>)> = BTreeMap::new();
        for entry in self.entries() {
            let key = (entry.step.from, entry.step.step, entry.step.to, entry.booklet.class);
            let (count, serials) = flows.entry(key).or_default();
            *count += 1;
            serials.push(&entry.booklet.serial);
        }
        flows
            .into_iter()
            .map(|((from, step, to, class), (count, serials))| StockFlow {
                step,
                from,
                to,
                class,
                count,
                serials: SerialRange::of(serials),
            })
            .collect()
    }

    /// The equation of every state that the period touched.
    pub fn sums(&self) -> Vec<StockSum> {
        let count = |hit: &dyn Fn(&StockBooklet) -> bool| self.booklets.iter().filter(|b| hit(b)).count() as u64;
        BookletState::ALL
            .into_iter()
            .map(|state| StockSum {
                state,
                opening: count(&|booklet| booklet.opening == Some(state)),
                entered: self.moves.iter().filter(|step| step.to == state).count() as u64,
                left: self.moves.iter().filter(|step| step.from == Some(state)).count() as u64,
                closing: count(&|booklet| booklet.closing == state),
            })
            .filter(|sum| sum.opening + sum.entered + sum.left + sum.closing > 0)
            .collect()
    }

    /// What is not accounted for: the differences of all states, the booklets that came in neither before nor within, and
    /// the disagreements with the state columns. Zero when the books are right.
    pub fn difference(&self) -> u64 {
        let sums: u64 = self.sums().iter().map(|sum| sum.difference().unsigned_abs()).sum();
        let before = self.booklets.iter().filter(|booklet| booklet.opening.is_some()).count();
        let within = self.moves.iter().filter(|step| step.from.is_none()).count();
        sums + self.booklets.len().abs_diff(before + within) as u64 + self.disagreements.len() as u64
    }
}
