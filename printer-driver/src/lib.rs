//! What a personalisation machine is, as its host sees it.
//!
//! One trait, [`MachineDriver`], stands between the personalisation line and a machine. It is blocking, object-safe and
//! [`Send`]: the host gives each machine a thread of its own, because a device session is serial, and a driver may talk
//! over whatever its machine speaks. The trait has seven methods; what is to be done travels as data.
//!
//! Whoever has a machine to connect begins with `docs/guide.md` and `examples/acme_line.rs`, and is done when
//! [`conformance::check`] says so. A machine whose controller speaks another language than Rust implements the same
//! contract as a service over the network: `docs/remote.md`.
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
//!    the machine until they were read past by far; a host that stores its cursor after acting loses none. On
//!    [`ErrorKind::CursorGone`] take a [`MachineDriver::snapshot`], ask the journal about each open command, and read on
//!    from where [`MachineDriver::attach`] says.
//! 5. [`MachineDriver::journal`] tells what became of a command, also across a restart of the machine. When it cannot
//!    say, the outcome is unknown, and a booklet whose outcome is unknown goes to a person, never to an automatic retry.
//!
//! Every error says what became of the booklet: [`BookletFate`]. A host may retry only what is untouched. An error that
//! came of reading a serial carries the serial that was read ([`DeviceError::serial`]), so that the booklet can be found
//! in the ledger.
//!
//! A machine may lie, or be somebody else's. Nothing that it says is larger than [`limits`] allow, states follow each
//! other as [`State::leads_to`] says, and the end of a command that was never handed in means nothing: a host that sees
//! otherwise closes the session and raises an alarm of its own.
//!
//! # One booklet's way
//!
//! ```text
//! Pick ────────▶ Completed(Picked { serial, chip, station })        nothing irreversible has happened
//! Exchange ────▶ Completed(Answered { answers })                    APDUs to the chip at that station, as a script;
//!   … again                                                         several scripts, until the chip is locked and read
//! Personalise ─▶ Progress(SerialConfirmed)                          the last moment at which nothing is marked
//!              ─▶ Progress(Engraved) Progress(Inked) …               irreversible from the first mark
//!              ─▶ Completed(Personalised { image })                  what the camera saw, to be fetched
//! Photograph ──▶ Completed(Personalised { image })                  if the picture was no good; nothing is marked
//! Deliver ─────▶ Completed(Delivered { stack })                      good stack or reject stack
//! ```
//!
//! A job whose booklet is still untouched can be [`Operation::Cancel`]led; the booklet then goes to the reject stack as
//! unused and is told as [`Completion::Cancelled`].
//!
//! Two things differ between machines, and [`Capabilities`] say which:
//!
//! - **Who encodes.** Through a coupler ([`ChipEncoding::Coupler`]) the host talks to the chip itself, a script at a time
//!   and not a command at a time, because a round trip for each command wastes takt. A machine that encodes by itself
//!   ([`ChipEncoding::Machine`]) is given an [`EncodingPackage`]: data and keys, wrapped to its public key and opaque to
//!   this contract. It opens the package, writes *and locks* the chip, and ends [`Operation::Encode`] as
//!   [`Completion::Encoded`]; a package for another machine, job or chip it refuses, untouched. Afterwards it takes
//!   [`Operation::Exchange`] all the same, because a host believes no encoding that it has not read back.
//! - **Where numbers come from.** On pre-printed booklets ([`Numbering::PrePrinted`]) the serial is the document number,
//!   and [`Operation::Personalise`] names none. A machine that engraves ([`Numbering::Engraved`]) is told the number there;
//!   the serial that it reads at pick, and confirms before the first mark, is then the stock's own.
//!
//! # For those who write a driver
//!
//! - Four states of PackML (ISA-TR88.00.02) are required: [`State::Stopped`], [`State::Idle`], [`State::Execute`] and
//!   [`State::Aborted`]; the other thirteen are announced in [`Capabilities::states`] if the machine has them. Booklets are
//!   picked in Execute and in production only; elsewhere a pick is refused at once.
//! - Check the token of every command, then the key, then the state: a repeat is answered, even when the machine has
//!   stopped meanwhile. A key that stands for one command is [`ErrorKind::Invalid`] with another.
//! - Keep the results by key in memory that survives a power cut if the machine has such memory; if not, answer
//!   [`JournalEntry::Unknown`] for what is gone. Never guess, and never begin anew what was accepted before.
//! - Every accepted command ends, once, whatever stops the machine; a stop or an abort ends it with an error that is true.
//! - Read serial and chip at pick, confirm the serial before the first mark, and report what was read, not what was
//!   expected. Automatic reprint is off. A booklet stays in [`Snapshot::jobs`] until it is out.
//! - Refuse what cannot be carried out before anything is done: what is malformed or beyond [`limits`] is
//!   [`ErrorKind::Invalid`], what the machine cannot do is [`ErrorKind::Unsupported`], one command too many is
//!   [`ErrorKind::Busy`], each with [`BookletFate::Untouched`]. Check sizes with [`Command::check_limits`].
//! - An alarm lives from [`EventBody::AlarmSet`] until it is both cleared and acknowledged, in whatever order; until then
//!   it stands in the snapshot.
//! - A call must not block for longer than [`MachineDriver::events`] was asked to wait plus what a link takes to fail.
//! - Send nothing personal in alarms, names of stations or error texts: nothing of what stood in a page or a script.
//!
//! Everything is counted in the units that the field's name ends in or its doc states; machine time is informative only.
//!
//! # How this contract grows
//!
//! Drivers are written by strangers and compiled again with each version of this crate. Within an edition ([`EDITION`])
//! nothing that they wrote may stop compiling, and nothing that their machines do may become wrong:
//!
//! - **New data** comes as a field of a struct. All structs are `#[non_exhaustive]` and made by `new` with what is required
//!   today; a new field has a default that is neutral: what a machine means that never heard of it.
//! - **New operations** come as variants of [`Operation`]. A driver matches the ones it knows and ends in a wildcard arm
//!   that answers [`ErrorKind::Unsupported`], untouched. A new operation is announced by a capability whose default is
//!   that the machine cannot, and a host asks for it only when it is announced.
//! - **New events, completions, kinds of errors, layers, codings and journal entries** come as variants too: a host treats
//!   those it does not know as it treats silence, an error, or an outcome that is unknown, and a driver never has to send
//!   them.
//! - **Variants keep their fields.** What is new for one comes as another variant, or inside a struct that it carries.
//! - **New methods** of the trait come with a body that answers [`ErrorKind::Unsupported`].
//! - **Closed for good** are what standards or the meaning of a booklet close: [`State`], [`Mode`], [`ControlMode`],
//!   [`ControlCommand`], [`Stack`], [`Severity`], [`BookletFate`], [`Acceptance`]. They may be matched without a wildcard.
//! - **Nothing is taken away** and nothing changes its meaning. When that must be, the edition grows; a driver says in
//!   [`Description::edition`] which one it was written against.
//! - **The kit** may demand more only of what is announced, so that a machine that passed passes again.
//!
//! A driver that was written against the first edition is kept as it was, in `tests/it/growth/first_edition.rs`. It is
//! never edited, and goes on compiling and passing the kit.

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
