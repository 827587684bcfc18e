//! The host's way through the personalisation of one chip, without I/O: it says what to send and judges the answers.
//!
//! Three round trips and one question to the signer:
//!
//! 1. [`PersonalisationSession::start`]: SELECT of the issuer's domain, GET DATA of the chip serial, INITIALIZE UPDATE.
//! 2. [`PersonalisationSession::next`] gives [`Step::DeriveKeys`]: the signer derives session keys from the chip serial and
//!    both challenges; they go into [`PersonalisationSession::authenticate`].
//! 3. EXTERNAL AUTHENTICATE and the whole plan, wrapped ahead, in one script; `next` gives [`Step::Written`].
//! 4. After the last stop check, [`PersonalisationSession::lock`]: one command; `next` gives [`Step::Locked`].
//!
//! Whoever sends a script may stop at the first status word that is not 9000 and hand in the answers up to there. When a
//! link or the field is lost in between, [`PersonalisationSession::fate`] says what the chip has become, at any time.

use super::scp03::{
    CHALLENGE_LENGTH, Host, HostChannel, InitializeUpdateResponse, Scp03Error, SecurityLevel, SessionKeys,
};
use super::write_plan::{PlannedCommand, Purpose, SELECT, WritePlan};
use crate::apdu::{Command, Response, StatusWord};
use crate::tlv::{self, TlvError};
use core::fmt;
use thiserror::Error;

/// Identifier of the issuer's security domain (GlobalPlatform Card Specification 2.3).
pub const ISSUER_SECURITY_DOMAIN: [u8; 8] = [0xA0, 0x00, 0x00, 0x01, 0x51, 0x00, 0x00, 0x00];
/// INS of GET DATA.
pub const GET_DATA: u8 = 0xCA;
/// Tag of the chip serial: card image number (GlobalPlatform Card Specification 2.3).
pub const CARD_IMAGE_NUMBER: u32 = 0x45;

/// The commands that read a chip's identity, as at pick: SELECT of the issuer's domain and GET DATA.
pub fn identity_script() -> Vec<Command> {
    vec![
        Command::new(0x00, SELECT, 0x04, 0x0C).with_data(ISSUER_SECURITY_DOMAIN),
        Command::new(0x80, GET_DATA, 0x00, CARD_IMAGE_NUMBER as u8).expecting(256),
    ]
}

/// The chip serial from the answers to [`identity_script`].
///
/// # Errors
/// The chip refused, is locked already, or answered something else; it is untouched by these commands.
pub fn chip_serial(answers: &[Response]) -> Result<Vec<u8>, PersonalisationErrorKind> {
    let [selected, serial, ..] = answers else {
        return Err(refused(answers, "GET DATA").unwrap_or(PersonalisationErrorKind::Interrupted));
    };
    require(selected, "SELECT of the issuer's domain")?;
    require(serial, "GET DATA")?;
    let serial = tlv::parse_single(&serial.data, CARD_IMAGE_NUMBER).map_err(PersonalisationErrorKind::Identity)?;
    Ok(serial.value.to_vec())
}

/// What a chip has become.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ChipFate {
    /// Nothing was written. It can be tried again, but a refused authentication counts on the chip.
    Untouched,
    /// Some or all data were written, and it is not locked. It bears a valid signature if EF.SOD is among them. A plan that is
    /// [`WritePlan::starting_over`] can write it again.
    PartWritten,
    /// Everything was written and it is locked.
    Locked,
    /// The lock was sent and its answer is missing or not to be trusted: for a person to judge. A read back can show that it
    /// is locked, for an unlocked chip offers no access control.
    Unknown,
}

impl fmt::Display for ChipFate {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            ChipFate::Untouched => "untouched",
            ChipFate::PartWritten => "part-written",
            ChipFate::Locked => "locked",
            ChipFate::Unknown => "unknown",
        })
    }
}

/// Why personalisation stopped and what the chip has become.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("chip {fate}: {kind}")]
pub struct PersonalisationError {
    /// What the chip has become.
    pub fate: ChipFate,
    /// What went wrong.
    pub kind: PersonalisationErrorKind,
}

/// What went wrong.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum PersonalisationErrorKind {
    /// The chip refused a command before the secure channel stood.
    #[error("{command} was answered {status}")]
    Refused {
        /// Which command.
        command: &'static str,
        /// The status word.
        status: StatusWord,
    },
    /// The chip refused a command of the plan.
    #[error("{purpose} was answered {status}")]
    RefusedInPlan {
        /// What the command was for.
        purpose: Purpose,
        /// The status word.
        status: StatusWord,
    },
    /// The chip serial is not encoded as it must be.
    #[error("chip serial: {0}")]
    Identity(TlvError),
    /// Another chip lies in the station than the one that was bound.
    #[error("chip is not the one that was bound")]
    OtherChip,
    /// The secure channel failed.
    #[error("secure channel: {0}")]
    Channel(#[from] Scp03Error),
    /// The security level does not encrypt commands, so the chip's private keys would go out in the clear.
    #[error("security level {0:?} does not encrypt commands")]
    Level(SecurityLevel),
    /// There are fewer answers than commands, and the last is no refusal.
    #[error("answers are missing")]
    Interrupted,
    /// A step was called out of its order.
    #[error("step out of order")]
    OutOfOrder,
}

impl PersonalisationErrorKind {
    /// Whether this error says that host and chip do not have the same keys. Several of them in a row at one station mean that
    /// a batch or a key version is mistaken, and going on would harm one chip after the other.
    pub fn speaks_for_wrong_keys(&self) -> bool {
        matches!(
            self,
            PersonalisationErrorKind::Refused { command: EXTERNAL_AUTHENTICATE, .. }
                | PersonalisationErrorKind::Channel(Scp03Error::Cryptogram)
        )
    }
}

const EXTERNAL_AUTHENTICATE: &str = "EXTERNAL AUTHENTICATE";

/// What the signer needs to derive session keys.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyRequest {
    /// Serial of the chip, by which its static keys are diversified.
    pub chip_serial: Vec<u8>,
    /// Version of the keys.
    pub key_version: u8,
    /// The host's challenge.
    pub host_challenge: [u8; CHALLENGE_LENGTH],
    /// The chip's challenge.
    pub card_challenge: [u8; CHALLENGE_LENGTH],
}

/// What to do next.
#[derive(Debug)]
#[must_use]
pub enum Step {
    /// Have the session keys derived and call [`PersonalisationSession::authenticate`].
    DeriveKeys(KeyRequest),
    /// Everything is written. Make the last stop check, then call [`PersonalisationSession::lock`].
    Written,
    /// The chip is locked: done.
    Locked,
}

/// One chip's personalisation.
#[derive(Debug)]
pub struct PersonalisationSession {
    plan: WritePlan,
    expected_serial: Option<Vec<u8>>,
    state: State,
}

#[derive(Debug)]
enum State {
    Ready { host: Host, key_version: u8 },
    Identifying { host: Host, key_version: u8 },
    Deriving { host: Host, answer: Response },
    Writing { channel: HostChannel },
    Written { channel: HostChannel },
    Locking { channel: HostChannel },
    Ended { fate: ChipFate },
}

impl PersonalisationSession {
    /// A session that writes `plan` with transport keys of `key_version`. `host_challenge` is fresh randomness. With
    /// `expected_serial` any other chip than the bound one is refused before it is touched.
    pub fn new(
        plan: WritePlan,
        expected_serial: Option<Vec<u8>>,
        key_version: u8,
        host_challenge: [u8; CHALLENGE_LENGTH],
        level: SecurityLevel,
    ) -> Self {
        let host = Host::new(key_version, host_challenge, level);
        PersonalisationSession { plan, expected_serial, state: State::Ready { host, key_version } }
    }

    /// The first script: SELECT, GET DATA of the chip serial, INITIALIZE UPDATE.
    ///
    /// # Errors
    /// [`PersonalisationErrorKind::OutOfOrder`] when it was called before, [`PersonalisationErrorKind::Level`] when the
    /// security level would not keep secrets.
    pub fn start(&mut self) -> Result<Vec<Command>, PersonalisationError> {
        match self.take() {
            State::Ready { host, .. } if !host.level().encrypts_commands() => Err(PersonalisationError {
                fate: ChipFate::Untouched,
                kind: PersonalisationErrorKind::Level(host.level()),
            }),
            State::Ready { host, key_version } => {
                let mut script = identity_script();
                script.push(host.initialize_update());
                self.state = State::Identifying { host, key_version };
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
            State::Identifying { host, key_version } => self.identified(host, key_version, answers),
            State::Writing { channel } => self.written(channel, answers),
            State::Locking { channel } => self.locked(channel, answers),
            other => Err(self.out_of_order(other)),
        }
    }

    /// The second script: EXTERNAL AUTHENTICATE and the whole plan up to the lock, wrapped ahead.
    ///
    /// # Errors
    /// The chip does not have these keys (nothing was sent to it), or a step is out of order.
    pub fn authenticate(&mut self, keys: SessionKeys) -> Result<Vec<Command>, PersonalisationError> {
        match self.take() {
            State::Deriving { host, answer } => {
                let untouched =
                    |kind: Scp03Error| PersonalisationError { fate: ChipFate::Untouched, kind: kind.into() };
                let (mut channel, authenticate) = host.authenticate(&answer, keys).map_err(untouched)?;
                let mut script = Vec::with_capacity(1 + self.plan.before_lock().len());
                script.push(authenticate);
                wrap(&mut channel, self.plan.before_lock(), &mut script).map_err(untouched)?;
                self.state = State::Writing { channel };
                Ok(script)
            }
            other => Err(self.out_of_order(other)),
        }
    }

    /// The third script: the lock. Nothing takes it back.
    ///
    /// # Errors
    /// [`PersonalisationErrorKind::OutOfOrder`] when not everything was written.
    pub fn lock(&mut self) -> Result<Vec<Command>, PersonalisationError> {
        match self.take() {
            State::Written { mut channel } => {
                let mut script = Vec::with_capacity(1);
                wrap(&mut channel, self.plan.lock(), &mut script)
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

    fn identified(&mut self, host: Host, key_version: u8, answers: &[Response]) -> Result<Step, PersonalisationError> {
        let untouched = |kind| PersonalisationError { fate: ChipFate::Untouched, kind };
        let serial = chip_serial(answers).map_err(untouched)?;
        if self.expected_serial.as_ref().is_some_and(|expected| *expected != serial) {
            return Err(untouched(PersonalisationErrorKind::OtherChip));
        }
        let answer = answers.get(2).ok_or(untouched(PersonalisationErrorKind::Interrupted))?;
        require(answer, "INITIALIZE UPDATE").map_err(untouched)?;
        let parsed = InitializeUpdateResponse::parse(answer).map_err(|error| untouched(error.into()))?;
        let request = KeyRequest {
            chip_serial: serial,
            key_version: if key_version == 0 { parsed.key_version } else { key_version },
            host_challenge: *host.host_challenge(),
            card_challenge: parsed.card_challenge,
        };
        self.state = State::Deriving { host, answer: answer.clone() };
        Ok(Step::DeriveKeys(request))
    }

    fn written(&mut self, mut channel: HostChannel, answers: &[Response]) -> Result<Step, PersonalisationError> {
        let fail = |this: &mut Self, fate, kind| {
            this.state = State::Ended { fate };
            Err(PersonalisationError { fate, kind })
        };
        let Some((authenticated, answers)) = answers.split_first() else {
            return fail(self, ChipFate::PartWritten, PersonalisationErrorKind::Interrupted);
        };
        if let Err(kind) = require(authenticated, EXTERNAL_AUTHENTICATE) {
            return fail(self, ChipFate::Untouched, kind);
        }
        if let Err(kind) = judge(&mut channel, self.plan.before_lock(), answers) {
            return fail(self, ChipFate::PartWritten, kind);
        }
        self.state = State::Written { channel };
        Ok(Step::Written)
    }

    fn locked(&mut self, mut channel: HostChannel, answers: &[Response]) -> Result<Step, PersonalisationError> {
        let result = judge(&mut channel, self.plan.lock(), answers);
        let fate = match &result {
            Ok(()) => ChipFate::Locked,
            // The chip itself says that it did not lock.
            Err(PersonalisationErrorKind::RefusedInPlan { .. }) => ChipFate::PartWritten,
            Err(_) => ChipFate::Unknown,
        };
        self.state = State::Ended { fate };
        result.map(|()| Step::Locked).map_err(|kind| PersonalisationError { fate, kind })
    }

    /// Takes the state out; unless a step puts a new one in, the session has ended.
    fn take(&mut self) -> State {
        let fate = self.state.fate();
        core::mem::replace(&mut self.state, State::Ended { fate })
    }

    fn out_of_order(&mut self, state: State) -> PersonalisationError {
        self.state = state;
        PersonalisationError { fate: self.fate(), kind: PersonalisationErrorKind::OutOfOrder }
    }
}

impl State {
    fn fate(&self) -> ChipFate {
        match self {
            State::Ready { .. } | State::Identifying { .. } | State::Deriving { .. } => ChipFate::Untouched,
            State::Writing { .. } | State::Written { .. } => ChipFate::PartWritten,
            State::Locking { .. } => ChipFate::Unknown,
            State::Ended { fate } => *fate,
        }
    }
}

fn wrap(channel: &mut HostChannel, plan: &[PlannedCommand], script: &mut Vec<Command>) -> Result<(), Scp03Error> {
    for planned in plan {
        script.push(channel.wrap(&planned.command)?);
    }
    Ok(())
}

fn judge(
    channel: &mut HostChannel,
    plan: &[PlannedCommand],
    answers: &[Response],
) -> Result<(), PersonalisationErrorKind> {
    for (planned, answer) in plan.iter().zip(answers) {
        let status = channel.unwrap(answer)?.status;
        if !status.is_ok() {
            return Err(PersonalisationErrorKind::RefusedInPlan { purpose: planned.purpose, status });
        }
    }
    if answers.len() == plan.len() { Ok(()) } else { Err(PersonalisationErrorKind::Interrupted) }
}

fn require(answer: &Response, command: &'static str) -> Result<(), PersonalisationErrorKind> {
    if answer.status.is_ok() {
        Ok(())
    } else {
        Err(PersonalisationErrorKind::Refused { command, status: answer.status })
    }
}

/// The refusal with which a script stopped early, if it did.
fn refused(answers: &[Response], command: &'static str) -> Option<PersonalisationErrorKind> {
    answers.iter().find_map(|answer| require(answer, command).err())
}
