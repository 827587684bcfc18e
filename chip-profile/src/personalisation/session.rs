//! The host's way through the personalisation of one chip, without I/O: it says what to send and judges the answers.
//!
//! Three round trips and one question to the signer, over SCP03:
//!
//! 1. [`PersonalisationSession::start`]: SELECT of the issuer's domain, GET DATA of the chip serial, INITIALIZE UPDATE.
//! 2. [`PersonalisationSession::next`] gives [`Step::DeriveKeys`]: the signer derives session keys from the chip serial and
//!    both challenges; they go into [`PersonalisationSession::authenticate`].
//! 3. EXTERNAL AUTHENTICATE and the whole plan, wrapped ahead, in one script; `next` gives [`Step::Written`].
//! 4. After the last stop check, [`PersonalisationSession::lock`]: one command; `next` gives [`Step::Locked`].
//!
//! A chip that makes its own keys ([`PersonalisationSession::two_phase`]) takes one round trip more: with the third script it
//! makes them, `next` gives [`Step::KeysMade`], and the plan that was made with them goes into
//! [`PersonalisationSession::write`].
//!
//! Whoever sends a script may stop at the first status word that is not 9000 and hand in the answers up to there. When a
//! link or the field is lost in between, [`PersonalisationSession::fate`] says what the chip has become, at any time.

mod failure;
mod identity;

pub use failure::{ChipFate, PersonalisationError, PersonalisationErrorKind};
pub use identity::{CARD_IMAGE_NUMBER, GET_DATA, ISSUER_SECURITY_DOMAIN, chip_serial, identity_script};

use super::channel::{ChannelError, ChannelStep, PersonalisationChannel};
use super::scp03::{Challenge, SessionKeys};
use super::two_phase::{KeyGeneration, MadeKeys};
use super::write_plan::{PlannedCommand, Purpose, WritePlan};
use crate::apdu::{Command, Response};

/// What the signer needs to derive session keys.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyRequest {
    /// Serial of the chip, by which its static keys are diversified.
    pub chip_serial: Vec<u8>,
    /// Version of the keys.
    pub key_version: u8,
    /// The host's challenge.
    pub host_challenge: Challenge,
    /// The chip's challenge.
    pub card_challenge: Challenge,
}

/// What to do next.
#[derive(Debug)]
#[must_use]
pub enum Step {
    /// Have the session keys derived and call [`PersonalisationSession::authenticate`].
    DeriveKeys(KeyRequest),
    /// The channel wants one more exchange: send these and call [`PersonalisationSession::next`]. SCP03 never does.
    Send(Vec<Command>),
    /// The chip has made its keys. Make the files that hold the public ones, and call [`PersonalisationSession::write`].
    KeysMade(MadeKeys),
    /// Everything is written. Make the last stop check, then call [`PersonalisationSession::lock`].
    Written,
    /// The chip is locked: done.
    Locked,
}

/// One chip's personalisation.
#[derive(Debug)]
pub struct PersonalisationSession {
    work: Work,
    expected_serial: Option<Vec<u8>>,
    state: State,
}

/// What is to be done once the channel stands.
#[derive(Debug)]
enum Work {
    /// The chip makes keys first.
    MakeKeys(KeyGeneration),
    /// Everything is known.
    Write(WritePlan),
}

type Channel = Box<dyn PersonalisationChannel>;

#[derive(Debug)]
enum State {
    Ready {
        channel: Channel,
    },
    Identifying {
        channel: Channel,
    },
    Opening {
        channel: Channel,
        serial: Vec<u8>,
    },
    Deriving {
        channel: Channel,
    },
    /// A script was sent whose first `opening` commands open the channel.
    Making {
        channel: Channel,
        opening: usize,
    },
    KeysMade {
        channel: Channel,
        keys: MadeKeys,
    },
    Writing {
        channel: Channel,
        opening: usize,
    },
    Written {
        channel: Channel,
    },
    Locking {
        channel: Channel,
    },
    Ended {
        fate: ChipFate,
    },
}

impl PersonalisationSession {
    /// A session that writes `plan` over `channel`. With `expected_serial` any other chip than the bound one is refused before it
    /// is touched.
    pub fn new(
        plan: WritePlan,
        expected_serial: Option<Vec<u8>>,
        channel: impl PersonalisationChannel + 'static,
    ) -> Self {
        Self::with_work(Work::Write(plan), expected_serial, Box::new(channel))
    }

    /// A session in which the chip makes keys first. What is written follows from them.
    pub fn two_phase(
        keys: KeyGeneration,
        expected_serial: Option<Vec<u8>>,
        channel: impl PersonalisationChannel + 'static,
    ) -> Self {
        Self::with_work(Work::MakeKeys(keys), expected_serial, Box::new(channel))
    }

    fn with_work(work: Work, expected_serial: Option<Vec<u8>>, channel: Channel) -> Self {
        PersonalisationSession { work, expected_serial, state: State::Ready { channel } }
    }

    /// The first script: SELECT, GET DATA of the chip serial, and what opens the channel.
    ///
    /// # Errors
    /// [`PersonalisationErrorKind::OutOfOrder`] when it was called before, [`PersonalisationErrorKind::Unencrypted`] when the
    /// channel would not keep secrets.
    pub fn start(&mut self) -> Result<Vec<Command>, PersonalisationError> {
        match self.take() {
            State::Ready { channel } if !channel.encrypts_commands() => {
                Err(untouched(PersonalisationErrorKind::Unencrypted))
            }
            State::Ready { mut channel } => {
                let mut script = identity_script();
                script.extend(channel.begin());
                self.state = State::Identifying { channel };
                Ok(script)
            }
            other => Err(self.out_of_order(other)),
        }
    }

    /// Judges the answers to the script that was sent last.
    ///
    /// # Errors
    /// What went wrong and what the chip has become; the session is over then.
    pub fn next(&mut self, answers: &[Response]) -> Result<Step, PersonalisationError> {
        match self.take() {
            State::Identifying { channel } => self.identified(channel, answers),
            State::Opening { channel, serial } => self.advance(channel, serial, answers),
            State::Making { channel, opening } => self.keys_made(channel, opening, answers),
            State::Writing { channel, opening } => self.written(channel, opening, answers),
            State::Locking { channel } => self.locked(channel, answers),
            other => Err(self.out_of_order(other)),
        }
    }

    /// The script that opens the channel and does the first part of the work: all up to the lock, or the keys that the chip makes.
    ///
    /// # Errors
    /// The chip does not have these keys (nothing was sent to it), or a step is out of order.
    pub fn authenticate(&mut self, keys: SessionKeys) -> Result<Vec<Command>, PersonalisationError> {
        match self.take() {
            State::Deriving { mut channel } => {
                match channel.authenticate(keys).map_err(|error| untouched(error.into()))? {
                    ChannelStep::Open(opening) => self.begin_work(channel, opening),
                    _ => Err(untouched(ChannelError::OutOfOrder.into())),
                }
            }
            other => Err(self.out_of_order(other)),
        }
    }

    /// After [`Step::KeysMade`]: the script that writes all up to the lock.
    ///
    /// # Errors
    /// [`PersonalisationErrorKind::OtherKeys`] when the plan was not made for the keys that the chip has made, or would delete
    /// them; the session can go on with another. [`PersonalisationErrorKind::OutOfOrder`] at any other time.
    pub fn write(&mut self, plan: WritePlan) -> Result<Vec<Command>, PersonalisationError> {
        match self.take() {
            State::KeysMade { channel, keys } => {
                let deletes = plan.commands().iter().any(|planned| planned.purpose == Purpose::StartOver);
                if deletes || *plan.made_on_chip() != keys {
                    self.state = State::KeysMade { channel, keys };
                    let kind = PersonalisationErrorKind::OtherKeys;
                    return Err(PersonalisationError { fate: ChipFate::PartWritten, kind });
                }
                self.work = Work::Write(plan);
                self.begin_work(channel, Vec::new())
                    .map_err(|error| PersonalisationError { fate: ChipFate::PartWritten, ..error })
            }
            other => Err(self.out_of_order(other)),
        }
    }

    /// The last script: the lock. Nothing takes it back.
    ///
    /// # Errors
    /// [`PersonalisationErrorKind::OutOfOrder`] when not everything was written.
    pub fn lock(&mut self) -> Result<Vec<Command>, PersonalisationError> {
        match self.take() {
            State::Written { mut channel } => {
                let mut script = Vec::with_capacity(1);
                wrap(&mut channel, self.lock_commands(), &mut script)
                    .map_err(|kind| PersonalisationError { fate: ChipFate::PartWritten, kind: kind.into() })?;
                self.state = State::Locking { channel };
                Ok(script)
            }
            other => Err(self.out_of_order(other)),
        }
    }

    /// What the chip has become if nothing more is heard of it.
    pub fn fate(&self) -> ChipFate {
        self.state.fate()
    }

    fn identified(&mut self, channel: Channel, answers: &[Response]) -> Result<Step, PersonalisationError> {
        let serial = chip_serial(answers).map_err(untouched)?;
        if self.expected_serial.as_ref().is_some_and(|expected| *expected != serial) {
            return Err(untouched(PersonalisationErrorKind::OtherChip));
        }
        self.advance(channel, serial, answers.get(identity_script().len()..).unwrap_or_default())
    }

    fn advance(
        &mut self,
        mut channel: Channel,
        serial: Vec<u8>,
        answers: &[Response],
    ) -> Result<Step, PersonalisationError> {
        match channel.advance(answers).map_err(|error| untouched(error.into()))? {
            ChannelStep::Send(commands) => {
                self.state = State::Opening { channel, serial };
                Ok(Step::Send(commands))
            }
            ChannelStep::DeriveKeys(challenges) => {
                self.state = State::Deriving { channel };
                Ok(Step::DeriveKeys(KeyRequest {
                    chip_serial: serial,
                    key_version: challenges.key_version,
                    host_challenge: challenges.host,
                    card_challenge: challenges.card,
                }))
            }
            ChannelStep::Open(opening) => self.begin_work(channel, opening).map(Step::Send),
        }
    }

    /// The commands that open the channel, and behind them the first part of the work, wrapped ahead.
    fn begin_work(
        &mut self,
        mut channel: Channel,
        opening: Vec<Command>,
    ) -> Result<Vec<Command>, PersonalisationError> {
        let count = opening.len();
        let mut script = opening;
        let wrapped = match &self.work {
            Work::MakeKeys(keys) => wrap(&mut channel, &keys.commands(), &mut script),
            Work::Write(plan) => wrap(&mut channel, plan.before_lock(), &mut script),
        };
        wrapped.map_err(|error| untouched(error.into()))?;
        self.state = match &self.work {
            Work::MakeKeys(_) => State::Making { channel, opening: count },
            Work::Write(_) => State::Writing { channel, opening: count },
        };
        Ok(script)
    }

    fn keys_made(
        &mut self,
        mut channel: Channel,
        opening: usize,
        answers: &[Response],
    ) -> Result<Step, PersonalisationError> {
        let Work::MakeKeys(phase) = &self.work else { return Err(self.failed(PersonalisationErrorKind::OutOfOrder)) };
        let answers = match self.opened(&mut channel, opening, answers) {
            Ok(answers) => answers,
            Err(error) => return Err(self.end(error)),
        };
        let answers = match judge(&mut channel, &phase.commands(), answers) {
            Ok(answers) => answers,
            Err(kind) => return Err(self.failed(kind)),
        };
        match phase.made_keys(&answers) {
            Ok(keys) => {
                self.state = State::KeysMade { channel, keys: keys.clone() };
                Ok(Step::KeysMade(keys))
            }
            Err(error) => Err(self.failed(PersonalisationErrorKind::MadeKey(error))),
        }
    }

    fn written(
        &mut self,
        mut channel: Channel,
        opening: usize,
        answers: &[Response],
    ) -> Result<Step, PersonalisationError> {
        let Work::Write(plan) = &self.work else { return Err(self.failed(PersonalisationErrorKind::OutOfOrder)) };
        let answers = match self.opened(&mut channel, opening, answers) {
            Ok(answers) => answers,
            Err(error) => return Err(self.end(error)),
        };
        if let Err(kind) = judge(&mut channel, plan.before_lock(), answers) {
            return Err(self.failed(kind));
        }
        self.state = State::Written { channel };
        Ok(Step::Written)
    }

    /// Judges the answers to what opens the channel, and gives the others.
    fn opened<'a>(
        &self,
        channel: &mut Channel,
        opening: usize,
        answers: &'a [Response],
    ) -> Result<&'a [Response], PersonalisationError> {
        let Some((to_opening, answers)) = answers.split_at_checked(opening) else {
            // An answer that says no is told as such; one that did not come leaves open whether commands behind it were taken.
            let refused = channel.opened(answers);
            return Err(match refused {
                Err(error @ ChannelError::Refused { .. }) => untouched(error.into()),
                _ => PersonalisationError { fate: ChipFate::PartWritten, kind: PersonalisationErrorKind::Interrupted },
            });
        };
        if opening > 0 {
            channel.opened(to_opening).map_err(|error| untouched(error.into()))?;
        }
        Ok(answers)
    }

    fn locked(&mut self, mut channel: Channel, answers: &[Response]) -> Result<Step, PersonalisationError> {
        let result = judge(&mut channel, self.lock_commands(), answers);
        let fate = match &result {
            Ok(_) => ChipFate::Locked,
            // The chip itself says that it did not lock.
            Err(PersonalisationErrorKind::RefusedInPlan { .. }) => ChipFate::PartWritten,
            Err(_) => ChipFate::Unknown,
        };
        self.state = State::Ended { fate };
        result.map(|_| Step::Locked).map_err(|kind| PersonalisationError { fate, kind })
    }

    fn lock_commands(&self) -> &[PlannedCommand] {
        match &self.work {
            Work::Write(plan) => plan.lock(),
            Work::MakeKeys(_) => &[],
        }
    }

    /// Takes the state out; unless a step puts a new one in, the session has ended.
    fn take(&mut self) -> State {
        let fate = self.state.fate();
        core::mem::replace(&mut self.state, State::Ended { fate })
    }

    fn failed(&mut self, kind: PersonalisationErrorKind) -> PersonalisationError {
        self.end(PersonalisationError { fate: ChipFate::PartWritten, kind })
    }

    fn end(&mut self, error: PersonalisationError) -> PersonalisationError {
        self.state = State::Ended { fate: error.fate };
        error
    }

    fn out_of_order(&mut self, state: State) -> PersonalisationError {
        self.state = state;
        PersonalisationError { fate: self.fate(), kind: PersonalisationErrorKind::OutOfOrder }
    }
}

impl State {
    fn fate(&self) -> ChipFate {
        match self {
            State::Ready { .. } | State::Identifying { .. } | State::Opening { .. } | State::Deriving { .. } => {
                ChipFate::Untouched
            }
            State::Making { .. } | State::KeysMade { .. } | State::Writing { .. } | State::Written { .. } => {
                ChipFate::PartWritten
            }
            State::Locking { .. } => ChipFate::Unknown,
            State::Ended { fate } => *fate,
        }
    }
}

fn untouched(kind: PersonalisationErrorKind) -> PersonalisationError {
    PersonalisationError { fate: ChipFate::Untouched, kind }
}

fn wrap(channel: &mut Channel, plan: &[PlannedCommand], script: &mut Vec<Command>) -> Result<(), ChannelError> {
    script.reserve(plan.len());
    for planned in plan {
        script.push(channel.wrap(&planned.command)?);
    }
    Ok(())
}

/// The answers without protection, when all of the plan's commands were carried out.
fn judge(
    channel: &mut Channel,
    plan: &[PlannedCommand],
    answers: &[Response],
) -> Result<Vec<Response>, PersonalisationErrorKind> {
    let mut plain = Vec::with_capacity(answers.len());
    for (planned, answer) in plan.iter().zip(answers) {
        let answer = channel.unwrap(answer)?;
        if !answer.status.is_ok() {
            let (purpose, status) = (planned.purpose, answer.status);
            return Err(PersonalisationErrorKind::RefusedInPlan { purpose, status });
        }
        plain.push(answer);
    }
    if answers.len() == plan.len() { Ok(plain) } else { Err(PersonalisationErrorKind::Interrupted) }
}
