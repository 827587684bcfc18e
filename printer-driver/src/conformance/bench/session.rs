//! Taking control, handing commands in, bringing the machine where a check needs it.

use super::{Bench, Result, demand, failed};
use crate::conformance::Disturbance;
use crate::{
    Acceptance, BookletFate, Command, Completion, ControlCommand, Cursor, DeviceError, ErrorKind, FencingToken,
    IdempotencyKey, JobId, JournalEntry, MachineDriver, Mode, Operation, Snapshot, Stack, State,
};

/// An answer to a command that was handed in.
pub(in crate::conformance) type Answer = core::result::Result<Acceptance, DeviceError>;
/// The end of a command.
pub(in crate::conformance) type End = core::result::Result<Completion, DeviceError>;

impl Bench<'_> {
    /// Opens a session, takes control with a new token, and describes the machine.
    pub(in crate::conformance) fn open(&mut self) -> Result<()> {
        self.rig.mend_link();
        self.rig.disturb_events(Disturbance::None)?;
        self.connect()?;
        let token = self.new_token();
        let newest = self.attach(token)?;
        self.cursor = newest;
        let described = self.driver()?.describe();
        let description = self.unexpected("describe", described)?;
        self.watch.description(&description);
        self.description = Some(description);
        let state = self.snapshot()?.state;
        // Between attaching and looking the state may have changed; what is told of it is read before anything is judged.
        self.watch.set_state(None);
        self.read_once()?;
        if self.watch.state().is_none() {
            self.watch.set_state(Some(state));
        }
        Ok(())
    }

    /// A new session in place of the old one; control has to be taken in it.
    pub(in crate::conformance) fn connect(&mut self) -> Result<()> {
        self.driver = None;
        let driver = self.connect_beside()?;
        self.driver = Some(driver);
        Ok(())
    }

    /// A new session beside the old one, tried for as long as the machine may boot.
    pub(in crate::conformance) fn connect_beside(&mut self) -> Result<Box<dyn MachineDriver>> {
        let (began, patience, turn) = (self.rig.now(), self.rig.patience(), self.turn());
        for _ in 0..100_000 {
            match self.rig.connect() {
                Ok(driver) => return Ok(driver),
                Err(error) if self.rig.now().saturating_sub(began) > patience => {
                    return failed(
                        format!("no session: {error}"),
                        "Rig::connect must open one on a machine that is on",
                    );
                }
                Err(_) => self.rig.let_time_pass(turn),
            }
        }
        failed("no session, and the rig's time stands still", "Rig::let_time_pass must let Rig::now grow")
    }

    /// Plays on with another session and gives the present one back.
    pub(in crate::conformance) fn change_sessions(
        &mut self,
        other: Box<dyn MachineDriver>,
    ) -> Option<Box<dyn MachineDriver>> {
        self.driver.replace(other)
    }

    /// A token higher than all before.
    pub(in crate::conformance) fn new_token(&mut self) -> FencingToken {
        self.next_token += 1;
        FencingToken(self.next_token)
    }

    /// Takes control with this token, as soon as the machine answers.
    pub(in crate::conformance) fn attach(&mut self, token: FencingToken) -> Result<Cursor> {
        let (began, patience, turn) = (self.rig.now(), self.rig.patience(), self.turn());
        loop {
            let answer = self.driver()?.attach(token);
            match answer {
                Ok(attached) => {
                    self.token = token;
                    return Ok(attached.newest);
                }
                Err(error)
                    if matches!(error.kind, ErrorKind::LinkLost | ErrorKind::Timeout)
                        && self.rig.now().saturating_sub(began) <= patience =>
                {
                    self.watch.error(&error);
                    self.rig.let_time_pass(turn);
                }
                Err(error) => return self.unexpected("attach", Err(error)),
            }
        }
    }

    /// Takes control again with the same token after a link or a machine was away, and reads on from where it was.
    pub(in crate::conformance) fn take_up_again(&mut self) -> Result<()> {
        self.rig.mend_link();
        self.connect()?;
        let token = self.token;
        self.attach(token)?;
        self.watch.set_state(None);
        Ok(())
    }

    /// The machine as it is now.
    pub(in crate::conformance) fn snapshot(&mut self) -> Result<Snapshot> {
        let answer = self.driver()?.snapshot();
        let snapshot = self.unexpected("snapshot", answer)?;
        self.watch.snapshot(&snapshot);
        Ok(snapshot)
    }

    pub(in crate::conformance) fn new_job(&mut self) -> JobId {
        self.next_job += 1;
        JobId(self.next_job)
    }

    /// A command under a key of its own.
    pub(in crate::conformance) fn command(&mut self, operation: Operation) -> Command {
        self.next_key += 1;
        Command::new(IdempotencyKey(self.next_key), self.token, operation)
    }

    /// Hands a command in, once.
    pub(in crate::conformance) fn hand_in(&mut self, command: &Command) -> Result<Answer> {
        self.watch.handed_in(command.key);
        let answer = self.driver()?.submit(command);
        if let Err(error) = &answer {
            self.watch.error(error);
        }
        Ok(answer)
    }

    /// Hands a command in that must be accepted.
    pub(in crate::conformance) fn submit(&mut self, operation: Operation) -> Result<Command> {
        let command = self.command(operation);
        match self.hand_in(&command)? {
            Ok(Acceptance::Accepted) => Ok(command),
            Ok(Acceptance::Repeated) => failed(
                format!("a new key was answered as repeated: {:?}", command.operation),
                "only a key that was accepted before is repeated",
            ),
            Err(error) => failed(
                format!("{:?} was refused: {error}", command.operation),
                "this must be accepted in this state of machine and job",
            ),
        }
    }

    /// The command's end, as it is told for the first time.
    pub(in crate::conformance) fn end_of(&mut self, command: &Command) -> Result<End> {
        self.end_after(command, 0)
    }

    /// The command's end, after it was told `told` times.
    pub(in crate::conformance) fn end_after(&mut self, command: &Command, told: usize) -> Result<End> {
        let key = command.key;
        let what = format!("the end of {:?}", command.operation);
        self.until(&what, |bench| Ok(bench.watch.ends(key).get(told).cloned()))
    }

    /// Hands a command in and waits for its end.
    pub(in crate::conformance) fn carry_out(&mut self, operation: Operation) -> Result<End> {
        let command = self.submit(operation)?;
        self.end_of(&command)
    }

    /// Hands a command in that must end well.
    pub(in crate::conformance) fn succeed(&mut self, operation: Operation) -> Result<Completion> {
        let command = self.submit(operation)?;
        match self.end_of(&command)? {
            Ok(completion) => Ok(completion),
            Err(error) => failed(
                format!("{:?} ended with: {error}", command.operation),
                "this must end well on a machine that is in order",
            ),
        }
    }

    /// Hands a command in that must come to nothing: refused, or ended with an error.
    pub(in crate::conformance) fn refusal(&mut self, operation: Operation) -> Result<DeviceError> {
        let command = self.command(operation);
        let end = match self.hand_in(&command)? {
            Err(error) => return Ok(error),
            Ok(_) => self.end_of(&command)?,
        };
        match end {
            Err(error) => Ok(error),
            Ok(completion) => failed(
                format!("{:?} ended well: {completion:?}", command.operation),
                "it must be refused, or end with an error",
            ),
        }
    }

    /// What the journal says of a key.
    pub(in crate::conformance) fn journal(&mut self, key: IdempotencyKey) -> Result<JournalEntry> {
        let answer = self.driver()?.journal(key);
        let entry = self.unexpected("asking the journal", answer)?;
        self.watch.excess("journal", entry.check_limits());
        if let JournalEntry::Ended(Err(error)) = &entry {
            self.watch.error(error);
        }
        Ok(entry)
    }

    /// Hands in a PackML command and waits until it is done.
    pub(in crate::conformance) fn control(&mut self, command: ControlCommand) -> Result<()> {
        match self.succeed(Operation::Control(command))? {
            Completion::Done => Ok(()),
            other => failed(format!("{command:?} ended as {other:?}"), "a control command ends as Done"),
        }
    }

    /// Waits until the machine is in this state.
    pub(in crate::conformance) fn state_is(&mut self, wanted: State) -> Result<()> {
        self.until(&format!("the state {}", wanted.name()), |bench| {
            Ok((bench.snapshot()?.state == wanted).then_some(()))
        })
    }

    /// Whether the machine has this state.
    pub(in crate::conformance) fn announces(&self, state: State) -> Result<bool> {
        Ok(self.description()?.capabilities.states.contains(&state))
    }

    /// Brings the machine from wherever it is into Execute, in production.
    pub(in crate::conformance) fn execute(&mut self) -> Result<()> {
        let patience = self.rig.patience();
        let began = self.rig.now();
        let mut last = "not known";
        while self.rig.now().saturating_sub(began) <= patience.saturating_mul(4) {
            let snapshot = self.snapshot()?;
            last = snapshot.state.name();
            let command = match snapshot.state {
                State::Execute if snapshot.mode == Mode::Production => return Ok(()),
                State::Execute => ControlCommand::Stop,
                State::Stopped | State::Idle | State::Aborted if snapshot.mode != Mode::Production => {
                    self.succeed(Operation::SetMode(Mode::Production))?;
                    continue;
                }
                State::Stopped | State::Complete => ControlCommand::Reset,
                State::Idle => ControlCommand::Start,
                State::Held => ControlCommand::Unhold,
                State::Suspended => ControlCommand::Unsuspend,
                State::Aborted => ControlCommand::Clear,
                _ => {
                    self.read_once()?;
                    continue;
                }
            };
            let command = self.command(Operation::Control(command));
            // The state may have changed by itself meanwhile: then it is refused, and another command leads on.
            if self.hand_in(&command)?.is_ok() {
                let _ = self.end_of(&command)?;
            } else {
                self.read_once()?;
            }
        }
        failed(
            format!("the machine cannot be brought to Execute; it is in {last}"),
            "Clear, Reset and Start must lead from Aborted through Stopped and Idle to Execute",
        )
    }

    /// Opens a session, puts everything right, clears the machine of booklets of earlier checks, and brings it to Execute.
    pub(in crate::conformance) fn ready(&mut self) -> Result<()> {
        self.open()?;
        // Nobody there to put things right: then the machine must be in order as it is.
        let _ = self.rig.put_right();
        self.clear_stacks();
        self.execute()?;
        let left: Vec<_> = self.snapshot()?.jobs.into_iter().filter(|job| job.station.is_some()).collect();
        for position in left {
            // What earlier checks left behind goes out; that it does is shown by checks of its own.
            let command = self.command(Operation::Deliver { job: position.job, stack: Stack::Reject });
            if self.hand_in(&command)?.is_ok() {
                let _ = self.end_of(&command)?;
            }
        }
        self.clear_stacks();
        Ok(())
    }

    /// Takes away what lies on the stacks, if somebody can.
    pub(in crate::conformance) fn clear_stacks(&mut self) {
        for stack in [Stack::Good, Stack::Reject] {
            let _ = self.rig.empty_stack(stack);
        }
    }

    /// Demands that an error leaves the booklet as it was.
    pub(in crate::conformance) fn untouched(&self, error: &DeviceError, doing: &str) -> Result<()> {
        demand(
            error.fate == BookletFate::Untouched,
            || format!("{doing} was answered with a booklet {}: {error}", error.fate),
            "a command that did nothing leaves the booklet untouched, and says so",
        )
    }

    /// Demands an error of one of these kinds that leaves the booklet as it was.
    pub(in crate::conformance) fn refused_as(
        &self,
        error: &DeviceError,
        kinds: &[ErrorKind],
        doing: &str,
    ) -> Result<()> {
        demand(
            kinds.contains(&error.kind),
            || format!("{doing} was answered: {error}"),
            &format!("the kind must be one of {kinds:?}"),
        )?;
        self.untouched(error, doing)
    }
}
