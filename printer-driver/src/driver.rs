//! The trait itself.

use std::time::Duration;

use crate::{
    Acceptance, Command, Cursor, Description, DeviceError, EventBatch, FencingToken, IdempotencyKey, JournalEntry,
    Snapshot,
};

/// A session with one machine.
///
/// Methods block; the caller has a thread for each machine. See the crate's documentation for both sides of the contract.
pub trait MachineDriver: Send {
    /// Who the machine is and what it can do. Changes nothing, needs no control.
    ///
    /// # Errors
    /// The machine does not answer: [`LinkLost`](crate::ErrorKind::LinkLost) or [`Timeout`](crate::ErrorKind::Timeout).
    fn describe(&mut self) -> Result<Description, DeviceError>;

    /// Takes control of the machine.
    ///
    /// # Errors
    /// [`ErrorKind::Fenced`](crate::ErrorKind::Fenced) when the machine has seen a higher token.
    fn attach(&mut self, token: FencingToken) -> Result<Attached, DeviceError>;

    /// Hands in a command; returns when it is accepted, not when it is done.
    ///
    /// A command whose key the machine knows is not carried out again; its completion is told again as an event.
    ///
    /// # Errors
    /// An error means that the command was *not* accepted, unless its kind is
    /// [`LinkLost`](crate::ErrorKind::LinkLost) or [`Timeout`](crate::ErrorKind::Timeout): then repeat it.
    fn submit(&mut self, command: &Command) -> Result<Acceptance, DeviceError>;

    /// Events after `after`, oldest first; waits up to `wait` for the first one and may return none.
    ///
    /// # Errors
    /// [`CursorGone`](crate::ErrorKind::CursorGone) when the machine no longer has what followed `after`: take a
    /// [`snapshot`](MachineDriver::snapshot) and ask the journal about every open command.
    fn events(&mut self, after: Cursor, wait: Duration) -> Result<EventBatch, DeviceError>;

    /// The machine as it is now: state, alarms, feeders, stacks, consumables, and where each job's booklet is.
    ///
    /// # Errors
    /// The machine does not answer: [`LinkLost`](crate::ErrorKind::LinkLost) or [`Timeout`](crate::ErrorKind::Timeout).
    fn snapshot(&mut self) -> Result<Snapshot, DeviceError>;

    /// What became of the command with this key.
    ///
    /// # Errors
    /// The machine does not answer: [`LinkLost`](crate::ErrorKind::LinkLost) or [`Timeout`](crate::ErrorKind::Timeout).
    /// A command that it never received is no error but [`JournalEntry::NotReceived`].
    fn journal(&mut self, key: IdempotencyKey) -> Result<JournalEntry, DeviceError>;

    /// An image that a completion named; kept until the booklet is delivered.
    ///
    /// # Errors
    /// [`NotFound`](crate::ErrorKind::NotFound) when there is no such image, or its booklet is delivered;
    /// [`CameraFailed`](crate::ErrorKind::CameraFailed) when the picture cannot be given; or the machine does not
    /// answer.
    fn image(&mut self, image: ImageId) -> Result<CameraImage, DeviceError>;
}

/// Answer to [`MachineDriver::attach`].
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Attached {
    /// Cursor of the newest event at the moment of attaching.
    pub newest: Cursor,
    /// Grows each time the machine's controller starts: commands of an earlier start may have lost their outcome.
    pub start_count: u64,
}

impl Attached {
    /// The newest event and the count of starts.
    pub fn new(newest: Cursor, start_count: u64) -> Self {
        Attached { newest, start_count }
    }
}

/// Names an image that the machine's camera took.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ImageId(pub u64);

/// What a camera saw: 8-bit grey, row by row from the top left, 0 black.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct CameraImage {
    /// Pixels in a row.
    pub width: u32,
    /// Rows.
    pub height: u32,
    /// Pixels per inch on the page.
    pub dots_per_inch: u32,
    /// `width * height` bytes.
    pub grey: Vec<u8>,
}

impl CameraImage {
    /// A picture of `width * height` bytes of grey.
    pub fn new(width: u32, height: u32, dots_per_inch: u32, grey: Vec<u8>) -> Self {
        CameraImage { width, height, dots_per_inch, grey }
    }
}

impl core::fmt::Debug for CameraImage {
    // The picture of a page is personal data, so only its shape is shown.
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "CameraImage({}x{} at {} dpi)", self.width, self.height, self.dots_per_inch)
    }
}
