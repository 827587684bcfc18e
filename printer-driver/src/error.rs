//! Errors of a machine, each with what became of the booklet.

use thiserror::Error;

/// What went wrong, and what became of the booklet.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{kind}: {detail} (booklet {fate})")]
#[non_exhaustive]
pub struct DeviceError {
    /// What went wrong, as a kind that a host can decide on.
    pub kind: ErrorKind,
    /// What became of the booklet that the command was about.
    pub fate: BookletFate,
    /// For the operator: what, where and what to do. No personal data.
    pub detail: String,
    /// The serial that was read, when one was: of a pick that failed, or where another serial was expected.
    pub serial: Option<String>,
}

impl DeviceError {
    /// An error of this kind after which the booklet is what `fate` says.
    pub fn new(kind: ErrorKind, fate: BookletFate, detail: impl Into<String>) -> Self {
        DeviceError { kind, fate, detail: detail.into(), serial: None }
    }
    /// An error after which the booklet is as it was before the command.
    pub fn untouched(kind: ErrorKind, detail: impl Into<String>) -> Self {
        DeviceError::new(kind, BookletFate::Untouched, detail)
    }
    /// An error after which the booklet can no longer become a document.
    pub fn spoiled(kind: ErrorKind, detail: impl Into<String>) -> Self {
        DeviceError::new(kind, BookletFate::Spoiled, detail)
    }
    /// An error after which nobody can say without looking.
    pub fn unknown(kind: ErrorKind, detail: impl Into<String>) -> Self {
        DeviceError::new(kind, BookletFate::Unknown, detail)
    }
    /// The same error with the serial that was read.
    #[must_use]
    pub fn with_serial(mut self, serial: impl Into<String>) -> Self {
        self.serial = Some(serial.into());
        self
    }
}

/// What became of the booklet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum BookletFate {
    /// As before the command; the command may be repeated.
    Untouched,
    /// It carries marks or data and cannot become a document.
    Spoiled,
    /// An irreversible step may or may not have happened.
    Unknown,
}

impl core::fmt::Display for BookletFate {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str(match self {
            BookletFate::Untouched => "untouched",
            BookletFate::Spoiled => "spoiled",
            BookletFate::Unknown => "unknown",
        })
    }
}

/// Kinds of errors a host decides on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Error)]
#[non_exhaustive]
pub enum ErrorKind {
    /// No control was taken, or it was lost with the link.
    #[error("not attached")]
    NotAttached,
    /// Another host has taken control with a higher token.
    #[error("fenced off by a newer host")]
    Fenced,
    /// The link to the machine broke; whether the command arrived is not known.
    #[error("link lost")]
    LinkLost,
    /// The machine did not answer in time; whether the command arrived is not known.
    #[error("no answer in time")]
    Timeout,
    /// The machine's state, mode or control does not allow the command now.
    #[error("not in this state")]
    WrongState,
    /// The machine's queue is full; hand the command in later.
    #[error("queue full")]
    Busy,
    /// The machine does not do this.
    #[error("not supported")]
    Unsupported,
    /// The command is malformed.
    #[error("invalid command")]
    Invalid,
    /// No such job, station, feeder or image.
    #[error("not found")]
    NotFound,
    /// Events after the cursor are no longer kept.
    #[error("events no longer kept")]
    CursorGone,
    /// Nothing left in the feeder.
    #[error("feeder empty")]
    FeederEmpty,
    /// The output stack is full.
    #[error("stack full")]
    StackFull,
    /// No booklet came, or it came askew.
    #[error("misfeed")]
    Misfeed,
    /// Two booklets came at once.
    #[error("double feed")]
    DoubleFeed,
    /// The serial read is not the serial expected, or cannot be read.
    #[error("wrong serial")]
    WrongSerial,
    /// The chip does not answer.
    #[error("chip mute")]
    ChipMute,
    /// Engraving or inking failed.
    #[error("marking failed")]
    MarkingFailed,
    /// The camera could not take a usable picture.
    #[error("camera failed")]
    CameraFailed,
    /// A booklet is stuck.
    #[error("jam")]
    Jam,
    /// Power was cut while the command was under way.
    #[error("power lost")]
    PowerLost,
    /// A fault inside the machine that none of the others names.
    #[error("machine fault")]
    Fault,
}
