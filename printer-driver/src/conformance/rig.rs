//! The bench on which a machine is checked: what the vendor's own test provides.

use std::time::Duration;

use thiserror::Error;

use crate::{
    ApduScript, ChipIdentity, ControlCommand, ControlMode, DeviceError, EncodingPackage, FeederId, JobId, Layer,
    MachineDriver, Stack,
};

/// Something that cannot be done at this bench; says what is missing.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{0}")]
pub struct NotPossible(pub String);

impl NotPossible {
    /// Not possible, because of this.
    pub fn because(reason: impl Into<String>) -> Self {
        NotPossible(reason.into())
    }
}

/// Where the link breaks, while the next command is handed in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum LinkCut {
    /// Before the command arrives: the machine never hears of it.
    BeforeRequest,
    /// After the command arrived and before the answer: the machine carries it out, and the host does not know.
    BeforeAnswer,
}

/// What the link does to events on their way from the machine to the driver.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Disturbance {
    /// Nothing.
    None,
    /// They come late.
    Late,
    /// They come twice.
    Twice,
    /// They come in another order.
    OutOfOrder,
}

/// When a booklet turns up that is not the one that should lie there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum When {
    /// The next booklet that is picked is not the next of those that were loaded.
    AtNextPick,
    /// Another booklet, or another reading, is before the laser when the serial is confirmed.
    BeforeNextMark,
}

/// What goes wrong inside the machine the next time it can.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Provocation {
    /// No booklet comes out of the feeder, or it comes askew.
    Misfeed,
    /// The chip of the next booklet that is picked does not answer.
    MuteChip,
    /// The next marking breaks off after it has begun.
    MarkingBreaksOff,
    /// The next picture cannot be taken.
    CameraFails,
    /// The next booklet that is put out is stuck.
    Jam,
}

/// The bench on which a machine is checked.
///
/// The first seven methods are what every bench must have; the others are acts of people at the machine and of the world
/// around it, which answer [`NotPossible`] until a bench can do them. A bench that simulates the machine can do them all.
pub trait Rig {
    /// Opens a new session with the machine, as a host that has just started would.
    ///
    /// # Errors
    /// What the driver's own constructor says.
    fn connect(&mut self) -> Result<Box<dyn MachineDriver>, DeviceError>;

    /// Loads this many untouched booklets of the feeder's format onto what lies in the feeder, and says their serials in
    /// the order in which they will be picked.
    ///
    /// # Errors
    /// [`NotPossible`] when nobody can load; then most checks are not run.
    fn load(&mut self, feeder: FeederId, count: u32) -> Result<Vec<String>, NotPossible>;

    /// Commands that write something irreversible onto the untouched chip of this booklet when they are sent as one script,
    /// all of which are answered with a status that the script accepts. On machines that encode by themselves: commands
    /// that read something back after encoding.
    fn chip_script(&mut self, serial: &str) -> ApduScript;

    /// Layers that the machine can mark onto the page of this booklet.
    fn page(&mut self, serial: &str) -> Vec<Layer>;

    /// The bench's time, which the machine's deeds take: since some moment, never going back.
    fn now(&self) -> Duration;

    /// Lets this much of the bench's time pass: virtual benches advance, real ones sleep.
    fn let_time_pass(&mut self, time: Duration);

    /// How long any single deed of the machine may take, boot and state changes included. The kit gives up after it.
    fn patience(&self) -> Duration;

    /// The document number that is engraved on this booklet; none where numbers are pre-printed.
    fn number(&mut self, _serial: &str) -> Option<String> {
        None
    }

    /// A package with which the machine encodes the chip of this job's booklet by itself.
    ///
    /// # Errors
    /// [`NotPossible`] on machines that are encoded through their coupler.
    fn package(&mut self, _job: JobId, _serial: &str, _chip: &ChipIdentity) -> Result<EncodingPackage, NotPossible> {
        Err(NotPossible::because("the rig makes no packages (Rig::package)"))
    }

    /// A number that grows with each run of the kit on the same machine, above zero and below 2^40, because a machine never
    /// forgets tokens and jobs. A real bench takes the seconds since 1970.
    fn run_number(&self) -> u64 {
        1
    }

    /// How long a call of the driver may take beyond what it was asked to wait: what a link takes to fail.
    fn link_patience(&self) -> Duration {
        Duration::from_secs(5)
    }

    /// Does whatever a person does so that the machine can go on: takes stuck booklets out, closes covers, replaces what
    /// is used up. Asked before each check.
    ///
    /// # Errors
    /// [`NotPossible`] when nobody is there; ignored.
    fn put_right(&mut self) -> Result<(), NotPossible> {
        Ok(())
    }

    /// Takes all booklets out of a feeder.
    ///
    /// # Errors
    /// [`NotPossible`] when nobody is there.
    fn empty_feeder(&mut self, _feeder: FeederId) -> Result<(), NotPossible> {
        Err(NotPossible::because("the rig cannot empty a feeder (Rig::empty_feeder)"))
    }

    /// Lays spare booklets onto an output stack, or covers its sensor, until it is full.
    ///
    /// # Errors
    /// [`NotPossible`] when nobody is there.
    fn fill_stack(&mut self, _stack: Stack) -> Result<(), NotPossible> {
        Err(NotPossible::because("the rig cannot fill a stack (Rig::fill_stack)"))
    }

    /// Takes everything off an output stack and says the serials that lay there, without the spare ones that
    /// [`Rig::fill_stack`] laid.
    ///
    /// # Errors
    /// [`NotPossible`] when nobody is there.
    fn empty_stack(&mut self, _stack: Stack) -> Result<Vec<String>, NotPossible> {
        Err(NotPossible::because("the rig cannot empty a stack (Rig::empty_stack)"))
    }

    /// Serials that lie on an output stack; none when the rig cannot look.
    fn found_on(&mut self, _stack: Stack) -> Option<Vec<String>> {
        None
    }

    /// How often marking the page of this booklet was begun, counting one for one order of several layers; none when the
    /// rig cannot look.
    fn marks_on(&mut self, _serial: &str) -> Option<u32> {
        None
    }

    /// Lets another booklet turn up than the one that should be there. Says the serial that the machine will read, when
    /// the rig knows it.
    ///
    /// # Errors
    /// [`NotPossible`] when nobody is there.
    fn present_wrong_serial(&mut self, _when: When) -> Result<Option<String>, NotPossible> {
        Err(NotPossible::because("the rig cannot exchange booklets (Rig::present_wrong_serial)"))
    }

    /// Cuts the machine's power now and switches it on again. Returns when power is back; the machine may still boot.
    ///
    /// # Errors
    /// [`NotPossible`] when nobody is there.
    fn restart_machine(&mut self) -> Result<(), NotPossible> {
        Err(NotPossible::because("the rig cannot cut the machine's power (Rig::restart_machine)"))
    }

    /// Breaks the link at the next command that is handed in; from then on nothing gets through until
    /// [`Rig::mend_link`].
    ///
    /// # Errors
    /// [`NotPossible`] when there is no link to cut.
    fn cut_link(&mut self, _at: LinkCut) -> Result<(), NotPossible> {
        Err(NotPossible::because("the rig cannot cut the link (Rig::cut_link)"))
    }

    /// Mends the link. Asked before each check too.
    fn mend_link(&mut self) {}

    /// Disturbs events on their way until further notice.
    ///
    /// # Errors
    /// [`NotPossible`] when the rig does not stand between machine and driver.
    fn disturb_events(&mut self, disturbance: Disturbance) -> Result<(), NotPossible> {
        match disturbance {
            Disturbance::None => Ok(()),
            _ => Err(NotPossible::because("the rig cannot disturb events (Rig::disturb_events)")),
        }
    }

    /// Presses a button on the machine's panel.
    ///
    /// # Errors
    /// [`NotPossible`] when nobody is there or there is no such button.
    fn press(&mut self, _command: ControlCommand) -> Result<(), NotPossible> {
        Err(NotPossible::because("the rig cannot press buttons (Rig::press)"))
    }

    /// Turns the key on the machine's panel that says who commands it.
    ///
    /// # Errors
    /// [`NotPossible`] when nobody is there or there is no key.
    fn turn_key(&mut self, _control: ControlMode) -> Result<(), NotPossible> {
        Err(NotPossible::because("the rig cannot turn the panel's key (Rig::turn_key)"))
    }

    /// Makes a condition that sets an alarm and does not stop the machine: an open flap, a consumable that runs low.
    ///
    /// # Errors
    /// [`NotPossible`] when nobody is there.
    fn raise_alarm(&mut self) -> Result<(), NotPossible> {
        Err(NotPossible::because("the rig cannot raise an alarm (Rig::raise_alarm)"))
    }

    /// Ends the condition that [`Rig::raise_alarm`] made.
    ///
    /// # Errors
    /// [`NotPossible`] when nobody is there.
    fn end_alarm(&mut self) -> Result<(), NotPossible> {
        Err(NotPossible::because("the rig cannot end an alarm (Rig::end_alarm)"))
    }

    /// Makes something go wrong inside the machine the next time it can.
    ///
    /// # Errors
    /// [`NotPossible`] when the rig cannot make this go wrong.
    fn provoke(&mut self, _provocation: Provocation) -> Result<(), NotPossible> {
        Err(NotPossible::because("the rig cannot make the machine fail (Rig::provoke)"))
    }
}
