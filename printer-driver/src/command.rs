//! What a host asks of a machine.

use core::fmt;

use crate::{AlarmId, FeederId, Format, Mode};

/// A host's job: one booklet's way through the machine. Chosen by the host, never reused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct JobId(pub u64);

impl fmt::Display for JobId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "job {}", self.0)
    }
}

/// Makes a repeat of a command recognisable. Chosen by the host; the same for every repeat of the same command.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct IdempotencyKey(pub u128);

impl IdempotencyKey {
    /// The key of a job's step; `ordinal` counts the commands of that job, so that it is the same after a restart.
    pub fn of_job(job: JobId, ordinal: u32) -> Self {
        IdempotencyKey(u128::from(job.0) << 32 | u128::from(ordinal))
    }
}

/// Proves that a host is the newest one. Tokens grow; a machine obeys the highest it has seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FencingToken(pub u64);

/// An operation with what makes it safe to repeat.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Command {
    /// Recognises a repeat.
    pub key: IdempotencyKey,
    /// Proves control.
    pub token: FencingToken,
    /// What is to be done.
    pub operation: Operation,
}

impl Command {
    /// An operation under a key, with the token that proves control.
    pub fn new(key: IdempotencyKey, token: FencingToken, operation: Operation) -> Self {
        Command { key, token, operation }
    }
}

/// What is to be done.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Operation {
    /// A PackML command to the machine as a whole.
    Control(ControlCommand),
    /// Production, maintenance or manual.
    SetMode(Mode),
    /// A person has seen the alarm.
    AcknowledgeAlarm(AlarmId),
    /// Take the next booklet from a feeder, read its serial and its chip's identity, bring it to an encoding station.
    /// Completed as [`Completion::Picked`](crate::Completion::Picked).
    Pick {
        /// The host's job for this booklet.
        job: JobId,
        /// From which feeder.
        feeder: FeederId,
        /// The format that the host expects in that feeder.
        format: Format,
    },
    /// Send commands to the chip of a picked booklet, in order, at once. Stops at the first answer whose status word is
    /// not in [`ApduScript::accept`]. Completed as [`Completion::Answered`](crate::Completion::Answered).
    Exchange {
        /// The job whose chip is meant.
        job: JobId,
        /// The commands.
        script: ApduScript,
    },
    /// Let the machine write and lock the chip of a picked booklet by itself. Irreversible from the first byte. A package
    /// that is not for this machine, this job or this chip is refused, and the booklet stays untouched.
    /// [`Unsupported`](crate::ErrorKind::Unsupported) where [`Capabilities::encoding`](crate::Capabilities::encoding) is
    /// [`ChipEncoding::Coupler`](crate::ChipEncoding::Coupler).
    /// Completed as [`Completion::Encoded`](crate::Completion::Encoded).
    Encode {
        /// The job whose chip is meant.
        job: JobId,
        /// Data and keys, wrapped to the machine.
        package: EncodingPackage,
    },
    /// Confirm the serial, then mark the page with these layers and take its picture. Irreversible from the first mark.
    /// A page that is marked is never marked again: a second order for it is refused as
    /// [`Invalid`](crate::ErrorKind::Invalid), untouched by it.
    /// Completed as [`Completion::Personalised`](crate::Completion::Personalised).
    Personalise {
        /// The job whose page is meant.
        job: JobId,
        /// The serial that must be read again before the first mark.
        expected_serial: String,
        /// The document number that is engraved or perforated, where numbering is
        /// [`Engraved`](crate::Numbering::Engraved); none on pre-printed booklets. With a number a machine for
        /// pre-printed booklets answers [`Unsupported`](crate::ErrorKind::Unsupported), without one a machine that
        /// engraves answers [`Invalid`](crate::ErrorKind::Invalid); the booklet stays untouched.
        number: Option<String>,
        /// What is marked, in the order of the machine's stations.
        layers: Vec<Layer>,
    },
    /// Take the picture of a marked page again, without marking anything.
    /// Completed as [`Completion::Personalised`](crate::Completion::Personalised).
    Photograph {
        /// The job whose page is meant.
        job: JobId,
    },
    /// Put the booklet out. Completed as [`Completion::Delivered`](crate::Completion::Delivered).
    Deliver {
        /// The job whose booklet is meant.
        job: JobId,
        /// Where to.
        stack: Stack,
    },
    /// Give a job up whose booklet carries no marks and no data yet; the booklet goes to the reject stack, unused.
    /// Completed as [`Completion::Cancelled`](crate::Completion::Cancelled).
    Cancel {
        /// The job to give up.
        job: JobId,
    },
}

impl Operation {
    /// The job that the operation is about, if it is about one.
    pub fn job(&self) -> Option<JobId> {
        match self {
            Operation::Pick { job, .. }
            | Operation::Exchange { job, .. }
            | Operation::Encode { job, .. }
            | Operation::Personalise { job, .. }
            | Operation::Photograph { job }
            | Operation::Deliver { job, .. }
            | Operation::Cancel { job } => Some(*job),
            Operation::Control(_) | Operation::SetMode(_) | Operation::AcknowledgeAlarm(_) => None,
        }
    }
}

/// Commands of PackML.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[allow(missing_docs, reason = "the names are the standard's own, and the standard defines them")]
pub enum ControlCommand {
    Reset,
    Start,
    Stop,
    Hold,
    Unhold,
    Suspend,
    Unsuspend,
    Abort,
    Clear,
    Complete,
}

/// Where a finished booklet goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Stack {
    /// Documents that were verified.
    Good,
    /// Everything else: spoiled, unknown, unused.
    Reject,
}

/// Commands to a chip, each the bytes of one APDU (ISO/IEC 7816-4).
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ApduScript {
    /// The commands, in order.
    pub commands: Vec<Vec<u8>>,
    /// Status words after which the script goes on; 9000 always does.
    pub accept: Vec<u16>,
    /// Whether the field is dropped and raised before the first command, which ends any session of the chip.
    pub reset_first: bool,
}

impl ApduScript {
    /// These commands, in order, in the chip's present session; the script ends with the first answer that is not 9000.
    pub fn new(commands: Vec<Vec<u8>>) -> Self {
        ApduScript { commands, accept: Vec::new(), reset_first: false }
    }
    /// The same script, which goes on after these status words too.
    #[must_use]
    pub fn with_accept(mut self, accept: Vec<u16>) -> Self {
        self.accept = accept;
        self
    }
    /// The same script, before which the field is dropped and raised or is not.
    #[must_use]
    pub fn with_reset_first(mut self, reset_first: bool) -> Self {
        self.reset_first = reset_first;
        self
    }
}

impl fmt::Debug for ApduScript {
    // Before the chip is locked a script can carry keys, so only its shape is shown.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let bytes: usize = self.commands.iter().map(Vec::len).sum();
        write!(f, "ApduScript({} commands, {bytes} bytes)", self.commands.len())
    }
}

/// What a machine that encodes by itself writes onto a chip: data and keys, wrapped to its public key. The machine knows
/// the form; to everybody else, this contract too, it is opaque bytes.
#[derive(Clone, PartialEq, Eq)]
pub struct EncodingPackage(pub Vec<u8>);

impl fmt::Debug for EncodingPackage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "EncodingPackage({} bytes)", self.0.len())
    }
}

/// What a layer is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum LayerKind {
    /// Laser engraving of the data page.
    Laser,
    /// Portrait in the transparent window.
    Window,
    /// Colour inkjet on the observation page.
    Observation,
}

/// How a layer's bytes are coded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum LayerCoding {
    /// PNG, 8-bit grey, 0 is full engraving.
    PngGrey,
    /// PNG, 8-bit RGB.
    PngRgb,
    /// Baseline JPEG, RGB.
    JpegRgb,
}

/// An image of what is personal on a page; the rest of the page is pre-printed.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Layer {
    /// Which station marks it.
    pub kind: LayerKind,
    /// Coding of `bytes`.
    pub coding: LayerCoding,
    /// Pixels per inch.
    pub dots_per_inch: u32,
    /// Left edge on the page, in micrometres from the page's left edge.
    pub left_micrometres: u32,
    /// Top edge on the page, in micrometres from the page's top edge.
    pub top_micrometres: u32,
    /// Pixels in a row.
    pub width: u32,
    /// Rows.
    pub height: u32,
    /// The coded image.
    pub bytes: std::sync::Arc<[u8]>,
}

impl Layer {
    /// A coded image of `width * height` pixels for one station, at the page's top left corner.
    pub fn new(
        kind: LayerKind,
        coding: LayerCoding,
        dots_per_inch: u32,
        (width, height): (u32, u32),
        bytes: impl Into<std::sync::Arc<[u8]>>,
    ) -> Self {
        let bytes = bytes.into();
        Layer { kind, coding, dots_per_inch, left_micrometres: 0, top_micrometres: 0, width, height, bytes }
    }
    /// The same layer with its top left corner there, in micrometres from the page's left and top edges.
    #[must_use]
    pub fn at(mut self, left_micrometres: u32, top_micrometres: u32) -> Self {
        self.left_micrometres = left_micrometres;
        self.top_micrometres = top_micrometres;
        self
    }
}

impl fmt::Debug for Layer {
    // The image is personal data, so only its shape is shown.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Layer({:?} {}x{} at {} dpi)", self.kind, self.width, self.height, self.dots_per_inch)
    }
}

/// Answer to a command that was handed in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Acceptance {
    /// The machine will carry it out and tell when it is done.
    Accepted,
    /// The key is known: it is not carried out again; if it is completed, the completion is told again.
    Repeated,
}
