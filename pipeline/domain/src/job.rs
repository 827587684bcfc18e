//! A job: one try at one order with one booklet on one machine, as far as the store remembers it.

use crate::application::DocumentType;
use crate::clock::Date;
use crate::identifiers::{
    ApplicationNumber, BookletSerial, Digest, DocumentNumber, Fence, JobNumber, MachineName, OrderId, SignerName,
};

/// How far a job has come. Each phase is durable before the step that it allows: so after a crash the phase says what may
/// have happened, and what certainly has not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum JobPhase {
    /// The machine may have been asked to pick.
    Dispatched,
    /// A booklet is bound; nothing has been written to it.
    Bound,
    /// Data is signed; from here the chip may hold personal data, not yet locked.
    Ticketed,
    /// From here the chip may be locked.
    Locking,
    /// From here the page may be marked.
    Marking,
    /// Chip and page were read back and are right; the booklet may be on the good stack.
    Verified,
    /// Nothing more is to be done.
    Ended,
}

impl JobPhase {
    /// All, in order.
    pub const ALL: [JobPhase; 7] = [
        JobPhase::Dispatched,
        JobPhase::Bound,
        JobPhase::Ticketed,
        JobPhase::Locking,
        JobPhase::Marking,
        JobPhase::Verified,
        JobPhase::Ended,
    ];
    /// The name used in the store and in views.
    pub fn name(self) -> &'static str {
        match self {
            JobPhase::Dispatched => "dispatched",
            JobPhase::Bound => "bound",
            JobPhase::Ticketed => "ticketed",
            JobPhase::Locking => "locking",
            JobPhase::Marking => "marking",
            JobPhase::Verified => "verified",
            JobPhase::Ended => "ended",
        }
    }
    /// The phase of that name.
    pub fn parse(name: &str) -> Option<JobPhase> {
        JobPhase::ALL.into_iter().find(|phase| phase.name() == name)
    }
}

/// A job as the store remembers it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JobRecord {
    /// Its number.
    pub job: JobNumber,
    /// The order it works on.
    pub order: OrderId,
    /// That order's application.
    pub application: ApplicationNumber,
    /// What is to be made.
    pub document: DocumentType,
    /// The machine that has it.
    pub machine: MachineName,
    /// The host that dispatched it.
    pub fence: Fence,
    /// How far it has come.
    pub phase: JobPhase,
    /// The booklet, once bound.
    pub serial: Option<BookletSerial>,
    /// The document number, once bound.
    pub number: Option<DocumentNumber>,
    /// The booklet's chip as its delivery file lists it, once bound: serial and version of the transport key.
    pub chip: Option<(Vec<u8>, u8)>,
    /// The latest ticket, once signed.
    pub ticket: Option<TicketRecord>,
    /// Whether somebody wants the order stopped before its chip is locked.
    pub stop_requested: bool,
}

/// What was signed for a job. With it and the order's payload the page can be made again exactly.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TicketRecord {
    /// Date of issue on the document.
    pub issued: Date,
    /// Date of expiry on the document.
    pub expires: Date,
    /// SHA-256 of the EF.SOD: the chip must give these bytes back.
    pub security_object: Digest,
    /// The document signer that signed it.
    pub signer: SignerName,
}
