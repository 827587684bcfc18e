//! What a personalisation machine is, as its host sees it.
//!
//! One trait, [`MachineDriver`], stands between the personalisation line and a machine. It is blocking, object-safe and
//! [`Send`]: the host gives each machine a thread of its own, because a device session is serial, and a driver may talk
//! over whatever its machine speaks. The trait has few methods; what is to be done travels as data.
//!
//! # For those who call a driver
//!
//! 1. [`MachineDriver::describe`] says what the machine is and can do. It never changes anything.
//! 2. [`MachineDriver::attach`] takes control with a [`FencingToken`]. A machine obeys the highest token it has seen;
//!    a host that was thought dead and comes back is refused with [`ErrorKind::Fenced`].
//! 3. [`MachineDriver::submit`] hands in a [`Command`]. It returns as soon as the machine has *accepted* it; that it was
//!    *completed* is told once, by an [`EventBody::Completed`] with the command's key. The same key again is not carried
//!    out again: a machine answers [`Acceptance::Repeated`]. So after a lost link, a crash or a time-out, repeat.
//! 4. [`MachineDriver::events`] reads what happened since a [`Cursor`]. Events have consecutive cursors and are kept by
//!    the machine until they were read past by far; a host that stores its cursor after acting loses none.
//! 5. [`MachineDriver::journal`] tells what became of a command, also across a restart of the machine. When it cannot
//!    say, the outcome is unknown, and a booklet whose outcome is unknown goes to a person, never to an automatic retry.
//!
//! Every error says what became of the booklet: [`BookletFate`]. A host may retry only what is untouched.
//!
//! # One booklet's way
//!
//! ```text
//! Pick ────────▶ Completed(Picked { serial, chip, station })        nothing irreversible has happened
//! Exchange ────▶ Completed(Answered { answers })                    APDUs to the chip at that station, as a script;
//!   … again                                                         several scripts, until the chip is locked and read
//! Personalise ─▶ Progress(Engraved) Progress(Inked) …               irreversible from the first mark
//!              ─▶ Completed(Personalised { image })                  what the camera saw, to be fetched
//! Deliver ─────▶ Completed(Delivered { stack })                      good stack or reject stack
//! ```
//!
//! A job whose booklet is still untouched can be [`Operation::Cancel`]led; the booklet then goes to the reject stack as
//! unused and is told as [`Completion::Cancelled`].
//!
//! # For those who write a driver
//!
//! - Four states of PackML (ISA-TR88.00.02) are required: [`State::Stopped`], [`State::Idle`], [`State::Execute`] and
//!   [`State::Aborted`]; the other thirteen are announced in [`Capabilities::states`] if the machine has them.
//! - Check the token of every command, and the key before the state: a repeat is answered, even when the machine has
//!   stopped meanwhile.
//! - Keep the last results by key in memory that survives a power cut if the machine has such memory; if not, answer
//!   [`JournalEntry::Unknown`] for what is gone. Never guess.
//! - Read serial and chip at pick, confirm the serial before the first mark, and report what was read, not what was
//!   expected. Automatic reprint is off.
//! - A call must not block for longer than [`MachineDriver::events`] was asked to wait plus what a link takes to fail.
//! - Send nothing personal in alarms, names of stations or error texts.
//!
//! Everything is counted in the units that the field's name ends in or its doc states; machine time is informative only.

mod command;
pub mod conformance;
mod description;
mod driver;
mod error;
mod event;
pub mod limits;
#[cfg(feature = "remote")]
pub mod remote;
mod snapshot;
mod state;

pub use command::{
    Acceptance, ApduScript, Command, ControlCommand, EncodingPackage, FencingToken, IdempotencyKey, JobId, Layer,
    LayerCoding, LayerKind, Operation, Stack,
};
pub use description::{
    Capabilities, ChipEncoding, Description, EDITION, Format, Identity, Numbering, StationDescription, StationId,
    StationKind,
};
pub use driver::{Attached, CameraImage, ImageId, MachineDriver};
pub use error::{BookletFate, DeviceError, ErrorKind};
pub use event::{ChipIdentity, Completion, Cursor, Event, EventBatch, EventBody, JournalEntry, ProgressStep};
pub use snapshot::{
    Alarm, AlarmId, Consumable, Counters, Feeder, FeederId, JobPosition, Severity, Snapshot, StackLevel, Station,
};
pub use state::{ControlMode, Mode, State};
