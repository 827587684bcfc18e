//! What the store answers about the care of people: standing of machines, inspections, shifts, reports to the register.

use crate::clock::{Date, Timestamp};
use crate::identifiers::{
    ApplicationNumber, BookletSerial, DocumentNumber, JobNumber, MachineName, OrderId, Sequence, ShiftNumber,
};

/// Whether a machine may be given work.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing {
    /// A person has paused it.
    pub is_paused: bool,
    /// It finishes what it has and gets nothing new.
    pub is_draining: bool,
    /// Why it was fenced off, as a code, if it was: it gets nothing until a person clears it.
    pub fenced_off: Option<String>,
    /// Whether its first document of the shift was approved.
    pub first_piece: FirstPiece,
    /// Whether a shift is open.
    pub has_shift: bool,
    /// Whether it may work in a shift only, because the policy asks for first pieces.
    pub needs_shift: bool,
}

impl Standing {
    /// How many jobs it may be given now, of `free` places.
    pub fn allowed(&self, free: u32) -> u32 {
        let is_barred = self.is_paused
            || self.is_draining
            || self.fenced_off.is_some()
            || (self.needs_shift && !self.has_shift)
            || self.first_piece == FirstPiece::Pending;
        match self.first_piece {
            _ if is_barred => 0,
            FirstPiece::Needed => free.min(1),
            _ => free,
        }
    }
}

/// Whether a machine's first document of the open shift was approved.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FirstPiece {
    /// It was, or the policy does not ask for it, or no shift is open.
    NotNeeded,
    /// One job may go, and no more.
    Needed,
    /// A job is open, or its document waits for approval: nothing may go.
    Pending,
}

/// A document that waits for a person's inspection.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InspectionRecord {
    /// Its booklet.
    pub serial: BookletSerial,
    /// Its order.
    pub order: OrderId,
    /// The job that made it.
    pub job: JobNumber,
    /// The machine that made it.
    pub machine: MachineName,
    /// The shift in which it was finished, if one was open.
    pub shift: Option<ShiftNumber>,
    /// Why it was drawn.
    pub kind: InspectionKind,
    /// When it was finished.
    pub at: Timestamp,
}

/// Why a document is inspected.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum InspectionKind {
    /// It is its machine's first of the shift.
    FirstPiece,
    /// It was drawn as a sample.
    Sample,
}

impl InspectionKind {
    /// The name used in the store and in views.
    pub fn name(self) -> &'static str {
        match self {
            InspectionKind::FirstPiece => "first_piece",
            InspectionKind::Sample => "sample",
        }
    }
    /// The kind of that name.
    pub fn parse(name: &str) -> Option<InspectionKind> {
        [InspectionKind::FirstPiece, InspectionKind::Sample].into_iter().find(|kind| kind.name() == name)
    }
}

/// An open shift.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ShiftRecord {
    /// Its number.
    pub shift: ShiftNumber,
    /// When it was opened.
    pub opened: Timestamp,
    /// By whom, as the log writes actors.
    pub by: String,
}

/// What the register is told of a booklet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum OutboxKind {
    /// A good document exists.
    Issued,
    /// Its data was signed, and it can no longer become a document or nobody can say whether it did.
    SpoiledAfterEncoding,
    /// A blank or a document was lost.
    Missing,
    /// A good document was rejected.
    Rejected,
    /// A document was called back.
    Recalled,
}

impl OutboxKind {
    /// All.
    pub const ALL: [OutboxKind; 5] = [
        OutboxKind::Issued,
        OutboxKind::SpoiledAfterEncoding,
        OutboxKind::Missing,
        OutboxKind::Rejected,
        OutboxKind::Recalled,
    ];
    /// The name used in the store and in reports.
    pub fn name(self) -> &'static str {
        match self {
            OutboxKind::Issued => "issued",
            OutboxKind::SpoiledAfterEncoding => "spoiled_after_encoding",
            OutboxKind::Missing => "missing",
            OutboxKind::Rejected => "rejected",
            OutboxKind::Recalled => "recalled",
        }
    }
    /// The kind of that name.
    pub fn parse(name: &str) -> Option<OutboxKind> {
        OutboxKind::ALL.into_iter().find(|kind| kind.name() == name)
    }
}

/// A report for the issuing register: how a booklet's story ended. Written with the deed that ended it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutboxEntry {
    /// Position of that deed in the log, by which reports are ordered; not consecutive.
    pub sequence: Sequence,
    /// By which a receiver knows that it has this report already: unique and the same for ever.
    pub key: String,
    /// What happened.
    pub kind: OutboxKind,
    /// To which booklet.
    pub serial: BookletSerial,
    /// Its document number, if it was bound.
    pub number: Option<DocumentNumber>,
    /// The application for which it was bound, if it was.
    pub application: Option<ApplicationNumber>,
    /// Its chip's serial.
    pub chip_serial: Vec<u8>,
    /// Date of issue that was signed, if data was signed for it.
    pub issued: Option<Date>,
    /// Date of expiry that was signed, if data was signed for it.
    pub expires: Option<Date>,
    /// When.
    pub at: Timestamp,
    /// Why, as a code; empty for an issued document.
    pub reason: String,
}
