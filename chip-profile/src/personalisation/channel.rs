//! What personalisation asks of the protocol by which a chip obeys its issuer before it is locked.
//!
//! The standards leave that protocol open. The session, the plan and the machines know only this trait; [`scp03`](super::scp03)
//! of GlobalPlatform is what most chips speak. To add another protocol, implement the trait for the host's side: a state
//! machine without I/O whose commands can be wrapped ahead of their answers, so that a whole plan goes out as one script.

use super::scp03::{
    Challenge, Host, HostChannel, InitializeUpdateResponse, Mode, Scp03Error, SecurityLevel, SessionKeys,
};
use crate::apdu::{Command, Response, StatusWord};
use core::fmt;
use thiserror::Error;

/// The host's side of a channel over which a chip is personalised.
///
/// Order: [`begin`](Self::begin), then [`advance`](Self::advance) and [`authenticate`](Self::authenticate) as its steps ask for
/// them until [`ChannelStep::Open`], [`opened`](Self::opened) with the answers to what that step sent, and then any number of
/// [`wrap`](Self::wrap) and [`unwrap`](Self::unwrap). After an error the channel is over.
pub trait PersonalisationChannel: fmt::Debug + Send {
    /// The first commands. They follow those that ask the chip for its serial, in the same script.
    fn begin(&mut self) -> Vec<Command>;

    /// Judges the answers to the commands that were given last.
    ///
    /// # Errors
    /// The chip refused, or is not the chip that the channel expects. Nothing that counts on the chip was sent.
    fn advance(&mut self, answers: &[Response]) -> Result<ChannelStep, ChannelError>;

    /// Takes the session keys that [`ChannelStep::DeriveKeys`] asked for.
    ///
    /// # Errors
    /// The chip does not have these keys; it has not been told so.
    fn authenticate(&mut self, keys: SessionKeys) -> Result<ChannelStep, ChannelError>;

    /// Judges the answers to the commands of [`ChannelStep::Open`], as many as there were.
    ///
    /// # Errors
    /// The chip refused the host: its counter of failures has moved.
    fn opened(&mut self, answers: &[Response]) -> Result<(), ChannelError>;

    /// Protects a command. Any number may be protected before the first is sent; they must be sent in this order.
    ///
    /// # Errors
    /// The command is too long, or the channel does not stand; the channel is as before then.
    fn wrap(&mut self, command: &Command) -> Result<Command, ChannelError>;

    /// Takes the protection off the answer to the oldest command that has none yet.
    ///
    /// # Errors
    /// The answer was altered, or no command waits for one.
    fn unwrap(&mut self, answer: &Response) -> Result<Response, ChannelError>;

    /// Whether secrets may be sent through it.
    fn encrypts_commands(&self) -> bool;
}

/// What opening a channel asks for next.
#[derive(Debug)]
#[must_use]
pub enum ChannelStep {
    /// Send these and hand the answers to `advance`.
    Send(Vec<Command>),
    /// Have the session keys derived and hand them to `authenticate`.
    DeriveKeys(Challenges),
    /// The channel stands as soon as the chip has accepted these; wrapped commands may follow them in the same script.
    Open(Vec<Command>),
}

/// From what session keys are derived, besides the chip's own keys.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Challenges {
    /// Version of the chip's keys.
    pub key_version: u8,
    /// The host's challenge.
    pub host: Challenge,
    /// The chip's challenge.
    pub card: Challenge,
}

/// Why a channel could not be opened, or a message not be protected or read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum ChannelError {
    /// The chip refused a command of the protocol.
    #[error("{command} was answered {status}")]
    Refused {
        /// Which command.
        command: &'static str,
        /// The status word.
        status: StatusWord,
        /// Whether the command proved the host's keys, so that host and chip do not have the same.
        speaks_for_wrong_keys: bool,
    },
    /// SCP03 failed.
    #[error("SCP03: {0}")]
    Scp03(#[from] Scp03Error),
    /// An answer is missing.
    #[error("answers are missing")]
    Interrupted,
    /// A step was called out of its order.
    #[error("step out of order")]
    OutOfOrder,
}

impl ChannelError {
    /// Whether this error says that host and chip do not have the same keys.
    pub fn speaks_for_wrong_keys(&self) -> bool {
        matches!(
            self,
            ChannelError::Refused { speaks_for_wrong_keys: true, .. } | ChannelError::Scp03(Scp03Error::Cryptogram)
        )
    }
}

/// By which protocol a chip is personalised: what a plan must know of it to fill the chip's buffer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ChannelKind {
    /// GlobalPlatform SCP03.
    Scp03(Mode),
}

impl ChannelKind {
    /// Longest plain command data whose protected form takes no more than `field` bytes; `None` when there is no such.
    pub fn longest_data(self, field: usize) -> Option<usize> {
        match self {
            // Padded with at least one byte to whole blocks, then the C-MAC.
            ChannelKind::Scp03(mode) => (field.checked_sub(mode.length())? / 16 * 16).checked_sub(1),
        }
    }
}

/// SCP03 as a channel.
#[derive(Debug)]
pub struct Scp03Channel {
    state: State,
    level: SecurityLevel,
}

#[derive(Debug)]
enum State {
    Ready(Host),
    Initialized(Host, Response),
    Open(HostChannel),
    Ended,
}

impl Scp03Channel {
    /// A channel with transport keys of `key_version` (0: the chip's default). `host_challenge` is fresh randomness; its length
    /// fixes the mode.
    pub fn new(key_version: u8, host_challenge: impl Into<Challenge>, level: SecurityLevel) -> Self {
        Scp03Channel { state: State::Ready(Host::new(key_version, host_challenge, level)), level }
    }
}

impl PersonalisationChannel for Scp03Channel {
    fn begin(&mut self) -> Vec<Command> {
        match &self.state {
            State::Ready(host) => vec![host.initialize_update()],
            _ => Vec::new(),
        }
    }

    fn advance(&mut self, answers: &[Response]) -> Result<ChannelStep, ChannelError> {
        let State::Ready(host) = core::mem::replace(&mut self.state, State::Ended) else {
            return Err(ChannelError::OutOfOrder);
        };
        let [answer] = answers else { return Err(ChannelError::Interrupted) };
        require(answer, "INITIALIZE UPDATE", false)?;
        let parsed = InitializeUpdateResponse::parse(answer)?;
        let key_version = if host.key_version() == 0 { parsed.key_version } else { host.key_version() };
        let challenges = Challenges { key_version, host: *host.host_challenge(), card: parsed.card_challenge };
        self.state = State::Initialized(host, answer.clone());
        Ok(ChannelStep::DeriveKeys(challenges))
    }

    fn authenticate(&mut self, keys: SessionKeys) -> Result<ChannelStep, ChannelError> {
        let State::Initialized(host, answer) = core::mem::replace(&mut self.state, State::Ended) else {
            return Err(ChannelError::OutOfOrder);
        };
        let (channel, command) = host.authenticate(&answer, keys)?;
        self.state = State::Open(channel);
        Ok(ChannelStep::Open(vec![command]))
    }

    fn opened(&mut self, answers: &[Response]) -> Result<(), ChannelError> {
        let [answer] = answers else { return Err(ChannelError::Interrupted) };
        require(answer, "EXTERNAL AUTHENTICATE", true)
    }

    fn wrap(&mut self, command: &Command) -> Result<Command, ChannelError> {
        match &mut self.state {
            State::Open(channel) => Ok(channel.wrap(command)?),
            _ => Err(ChannelError::OutOfOrder),
        }
    }

    fn unwrap(&mut self, answer: &Response) -> Result<Response, ChannelError> {
        match &mut self.state {
            State::Open(channel) => Ok(channel.unwrap(answer)?),
            _ => Err(ChannelError::OutOfOrder),
        }
    }

    fn encrypts_commands(&self) -> bool {
        self.level.encrypts_commands()
    }
}

fn require(answer: &Response, command: &'static str, speaks_for_wrong_keys: bool) -> Result<(), ChannelError> {
    match answer.status {
        StatusWord::OK => Ok(()),
        status => Err(ChannelError::Refused { command, status, speaks_for_wrong_keys }),
    }
}
