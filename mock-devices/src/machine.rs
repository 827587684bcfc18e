//! Fully automated passport lines that do not exist: feeders, identification, encoding stations side by side, laser,
//! inkjet, camera, good and reject stacks.
//!
//! # Two kinds
//!
//! | | [`MachineSettings::line_300`] | [`MachineSettings::engraving_line_150`] |
//! |---|---|---|
//! | serial of the booklet | its document number, perforated by the maker | a stock serial |
//! | document number | pre-printed | engraved as the host says |
//! | chip | written by the host, through the coupler | written and locked by the machine, from a package sealed to it |
//! | layers | laser, window, observation | laser, window |
//! | takt | 12 seconds | 24 seconds |
//! | encoding stations, booklets under way | 4, 10 | 2, 6 |
//! | used up | laser source, ink, cleaning ribbon | laser source, laminate |
//!
//! A package is what [`chip_profile::personalisation::package`] makes; the machine opens it with its own key, runs the
//! personalisation with the chip and locks it. A package for another machine, job or chip is refused, untouched. Neither
//! packages nor keys are ever written to memory.
//!
//! # Layers
//!
//! [`MachineCore`] is the controller and the physics, a state machine without clock or threads. [`MockMachine`] puts it
//! behind a clock and a lock and is a [`printer_driver::MachineDriver`]; a [`StepMachine`] is the same without ever waiting,
//! for a simulation in virtual time. [`MockMachineHandle`] is for whoever stands at the machine. [`MachineMemory`] outlives
//! them: a program that is killed and started again over the same [`FolderMemory`] finds booklets, journal and events as
//! they physically were.
//!
//! # Timing
//!
//! Each station works on one booklet, and all stations work at once. [`MachineTimings::line_300`] gives the laser station
//! 12.0 seconds a booklet (in 1.0, confirm 0.5, engrave 9.5, out 1.0), which makes it the bottleneck of 300 an hour. A
//! pick takes 3.0 seconds from feeder to encoding station; a script takes what the chip's own model says; ink 6.0,
//! picture 0.5, output 1.0. Four encoding stations hide up to some 40 seconds between pick and laser.
//! A machine that is cold, after power was cut or when it has stood for half an hour, warms up while it is
//! [`Starting`](printer_driver::State::Starting). Everything runs on the clock that is passed in; on a [`ScaledClock`](crate::time::ScaledClock) waits given to
//! [`events`](printer_driver::MachineDriver::events) are machine time too.
//!
//! # What is told, and when it is true
//!
//! - A transparent chip channel does not know what a script writes, so a booklet counts as marked from its first
//!   exchange, and can no longer be cancelled but only delivered to the reject stack.
//! - After a failed pick the machine itself puts the booklet onto the reject stack; its job stays in the snapshot with
//!   the serial that was read, if one was. Delivering such a job to the reject stack is answered as done.
//! - A held machine accepts commands about booklets inside, and carries them out when it is unheld. A machine with a
//!   full stack suspends itself and goes on by itself when the stack is emptied.
//! - A page is marked once. Its picture can be taken again, as often as the host asks.
//! - An open cover aborts a machine that moves, and nothing starts until it is closed. A consumable warns at a tenth, and
//!   holds the machine when nothing is left; it is not unheld before it was replaced. A jam that outlives a start of the
//!   controller sets its alarm again.
//! - After a power cut nobody is attached, the start count has grown, and every command that was under way is told as
//!   ended with `PowerLost`. When the machine cannot know how far a step got, the fate is unknown, and the journal
//!   answers [`Unknown`](printer_driver::JournalEntry::Unknown).
//!
//! # Faults
//!
//! A [`FaultPlan`] switches each [`FaultKind`] on at a rate, or forces it onto one booklet; the kind's documentation
//! says how it is told, and [`MockMachineHandle::reached`] counts what has struck. Chance comes from printed seeds and depends on the booklet, not on the order of events.
//!
//! # Example
//!
//! ```no_run
//! use std::sync::Arc;
//! use mock_devices::machine::{FolderMemory, MachineSettings, MemoryKey, MockBooklet, MockMachine};
//! use mock_devices::time::ScaledClock;
//! use printer_driver::{FeederId, FencingToken, MachineDriver};
//!
//! fn switch_on(
//!     restore_chip: mock_devices::machine::ChipRestorer,
//!     stock: Vec<MockBooklet>,
//! ) -> Result<MockMachine, Box<dyn std::error::Error>> {
//!     let memory = FolderMemory::open("machines/1", &MemoryKey([0; 32]))?;
//!     let settings = MachineSettings::line_300("ML300-0001", restore_chip);
//!     let mut machine = MockMachine::start(settings, Arc::new(ScaledClock::start(100)), Box::new(memory), 42)?;
//!     machine.handle().load(FeederId(1), stock)?;
//!     machine.attach(FencingToken(1))?;
//!     Ok(machine)
//! }
//! ```

mod booklet;
mod camera;
mod controller;
mod coupler;
mod desk;
mod driver;
mod emulated;
mod faults;
mod job;
mod journal;
mod memory;
mod physical;
mod record;
mod settings;
mod step;
mod table;
#[cfg(test)]
pub(crate) mod tests;

pub use booklet::{Mark, MockBooklet, Place};
pub use camera::{CAMERA_DOTS_PER_INCH, PAGE_MICROMETRES, Shot};
pub use controller::{EVENTS_AT_ONCE, MachineCore, OperatorError, SCRIPT_COMMANDS_MAX};
pub use coupler::{ChipRestorer, Coupler};
pub use driver::{MockMachine, MockMachineHandle};
pub use emulated::restore_emulated_chip;
pub use faults::{FaultKind, FaultPlan, ForcedFault};
pub use memory::folder::{FolderMemory, MemoryKey};
pub use memory::{Change, InMemory, MachineMemory, MemoryError, RecordKey, Records};
pub use settings::{MachineSettings, MachineTimings, SupplySettings};
pub use step::StepMachine;
