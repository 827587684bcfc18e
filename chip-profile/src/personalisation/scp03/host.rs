//! The host's side: it opens the channel, wraps commands and unwraps answers.

use super::block::{self, ChainingValue, Direction, equal};
use super::keys::context;
use super::{Challenge, EXTERNAL_AUTHENTICATE, INITIALIZE_UPDATE, Mode, Scp03Error, SecurityLevel, SessionKeys};
use crate::apdu::{Command, Response};
use std::collections::VecDeque;

/// Bit of the parameter "i" that says S16 mode.
pub(super) const S16_BIT: u8 = 0x01;

/// What a card says in answer to INITIALIZE UPDATE (Amendment D 7.1.1.6).
///
/// ```text
/// key diversification data(10) key version(1) 03 i(1) card challenge(8) card cryptogram(8) [sequence counter(3)]
/// ```
///
/// In S16 mode challenge and cryptogram have sixteen bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InitializeUpdateResponse {
    /// Data from which the issuer tells the card's keys; our chips put the end of their serial here.
    pub diversification_data: [u8; 10],
    /// Version of the keys that the card used.
    pub key_version: u8,
    /// Parameter "i": 10 pseudo-random challenge, 20 R-MAC, 40 R-ENCRYPTION, 01 S16 mode.
    pub parameter: u8,
    /// The card's challenge.
    pub card_challenge: Challenge,
    /// Proof that the card has the keys.
    pub card_cryptogram: Challenge,
    /// Sequence counter when the challenge is pseudo-random.
    pub sequence_counter: Option<[u8; 3]>,
}

impl InitializeUpdateResponse {
    /// Reads a card's answer.
    ///
    /// # Errors
    /// [`Scp03Error::Status`] when it is not 9000, [`Scp03Error::Layout`] and [`Scp03Error::Protocol`] when the card
    /// speaks something else than SCP03.
    pub fn parse(response: &Response) -> Result<Self, Scp03Error> {
        if !response.status.is_ok() {
            return Err(Scp03Error::Status { status: response.status });
        }
        let layout = Scp03Error::Layout { length: response.data.len() };
        let (diversification_data, rest) = response.data.split_first_chunk::<10>().ok_or(layout)?;
        let ([key_version, protocol, parameter], rest) = rest.split_first_chunk::<3>().ok_or(layout)?;
        if *protocol != 0x03 {
            return Err(Scp03Error::Protocol { protocol: *protocol, parameter: *parameter });
        }
        let length = if parameter & S16_BIT == 0 { Mode::S8 } else { Mode::S16 }.length();
        let (card_challenge, rest) = rest.split_at_checked(length).ok_or(layout)?;
        let (card_cryptogram, rest) = rest.split_at_checked(length).ok_or(layout)?;
        let sequence_counter = match rest {
            [] => None,
            [a, b, c] => Some([*a, *b, *c]),
            _ => return Err(layout),
        };
        Ok(InitializeUpdateResponse {
            diversification_data: *diversification_data,
            key_version: *key_version,
            parameter: *parameter,
            card_challenge: Challenge::from_slice(card_challenge).ok_or(layout)?,
            card_cryptogram: Challenge::from_slice(card_cryptogram).ok_or(layout)?,
            sequence_counter,
        })
    }
}

/// A host that has not yet seen the card's answer to INITIALIZE UPDATE.
#[derive(Debug)]
pub struct Host {
    key_version: u8,
    host_challenge: Challenge,
    level: SecurityLevel,
}

impl Host {
    /// A host that asks for keys of `key_version` (0: the card's default) and brings a fresh random challenge. The mode of
    /// the session is that of the challenge.
    pub fn new(key_version: u8, host_challenge: impl Into<Challenge>, level: SecurityLevel) -> Self {
        Host { key_version, host_challenge: host_challenge.into(), level }
    }

    /// The host's challenge, which whoever derives the session keys needs.
    pub fn host_challenge(&self) -> &Challenge {
        &self.host_challenge
    }

    /// Version of the keys that the host asks for; 0 is the card's default.
    pub fn key_version(&self) -> u8 {
        self.key_version
    }

    /// What the channel will protect.
    pub fn level(&self) -> SecurityLevel {
        self.level
    }

    /// INITIALIZE UPDATE: `80 50 kv 00 Lc challenge 00`.
    pub fn initialize_update(&self) -> Command {
        let challenge = self.host_challenge.as_bytes();
        Command::new(0x80, INITIALIZE_UPDATE, self.key_version, 0).with_data(challenge).expecting(256)
    }

    /// Checks that the card has the keys and opens the channel. The command is EXTERNAL AUTHENTICATE; it goes out before
    /// the first wrapped command, in the same script if so wished. Its answer is not protected: only look at its status.
    ///
    /// # Errors
    /// As [`InitializeUpdateResponse::parse`]; [`Scp03Error::KeyVersion`] and [`Scp03Error::Cryptogram`] when the card does
    /// not have the keys: nothing was presented to the card then, so its counter of failures has not moved.
    pub fn authenticate(
        self,
        response: &Response,
        session_keys: SessionKeys,
    ) -> Result<(HostChannel, Command), Scp03Error> {
        let answer = InitializeUpdateResponse::parse(response)?;
        if self.key_version != 0 && answer.key_version != self.key_version {
            return Err(Scp03Error::KeyVersion { expected: self.key_version, found: answer.key_version });
        }
        let mode = self.host_challenge.mode();
        if answer.card_challenge.mode() != mode {
            return Err(Scp03Error::Protocol { protocol: 0x03, parameter: answer.parameter });
        }
        let context = context(&self.host_challenge, &answer.card_challenge);
        let expected = session_keys.card_cryptogram(mode, &context);
        if !equal(expected.as_bytes(), answer.card_cryptogram.as_bytes()) {
            return Err(Scp03Error::Cryptogram);
        }
        let cryptogram = session_keys.host_cryptogram(mode, &context);
        let mut channel = HostChannel {
            keys: session_keys,
            mode,
            level: self.level,
            chaining: [0; 16],
            counter: 0,
            pending: VecDeque::new(),
        };
        let command = Command::new(0x80, EXTERNAL_AUTHENTICATE, self.level.value(), 0).with_data(cryptogram.as_bytes());
        let command = channel.with_mac(command, true)?;
        Ok((channel, command))
    }
}

/// An open channel.
#[derive(Debug)]
pub struct HostChannel {
    keys: SessionKeys,
    mode: Mode,
    level: SecurityLevel,
    chaining: ChainingValue,
    counter: u64,
    /// What the answers to commands already wrapped depend on, in the order of the commands.
    pending: VecDeque<(ChainingValue, u64)>,
}

impl HostChannel {
    /// What the channel protects.
    pub fn level(&self) -> SecurityLevel {
        self.level
    }

    /// Wraps a command. Any number of commands may be wrapped before the first is sent; they must be sent in this order.
    ///
    /// # Errors
    /// [`Scp03Error::TooLong`] when the wrapped data would pass 65,535 bytes; the channel is as before then.
    pub fn wrap(&mut self, command: &Command) -> Result<Command, Scp03Error> {
        let too_long = Scp03Error::TooLong { length: command.data.len() };
        if block::padded_length(command.data.len()) + self.mode.length() > usize::from(u16::MAX) {
            return Err(too_long);
        }
        self.counter += 1;
        // The plain data, which may be a key, are copied nowhere but into the buffer that is encrypted in place.
        let data = if self.level.encrypts_commands() && !command.data.is_empty() {
            block::encrypt(&self.keys.enc, self.counter, Direction::Command, &command.data)
        } else {
            command.data.clone()
        };
        let mut wrapped = Command::new(command.class, command.instruction, command.p1, command.p2).with_data(data);
        wrapped.expected = command.expected;
        let extended = wrapped.is_extended() || wrapped.data.len() + self.mode.length() > 255;
        let wrapped = self.with_mac(wrapped, !extended)?;
        self.pending.push_back((self.chaining, self.counter));
        Ok(wrapped)
    }

    /// Unwraps the answer to the oldest wrapped command that has none yet. An answer whose status word tells an error is
    /// never protected (Amendment D 6.2.5) and is handed on as it is.
    ///
    /// # Errors
    /// [`Scp03Error::Mac`] or [`Scp03Error::Padding`] when the answer was altered; [`Scp03Error::Unexpected`] when no
    /// command waits for an answer.
    pub fn unwrap(&mut self, response: &Response) -> Result<Response, Scp03Error> {
        let (chaining, counter) = self.pending.pop_front().ok_or(Scp03Error::Unexpected)?;
        let protected = response.status.is_ok() || matches!(response.status.0 >> 8, 0x62 | 0x63);
        if !self.level.protects_responses() || !protected {
            return Ok(response.clone());
        }
        let layout = Scp03Error::Layout { length: response.data.len() };
        let end = response.data.len().checked_sub(self.mode.length()).ok_or(layout)?;
        let (data, tag) = response.data.split_at_checked(end).ok_or(layout)?;
        let expected = block::mac(&self.keys.rmac, &[&chaining, data, &response.status.0.to_be_bytes()]);
        if !expected.get(..tag.len()).is_some_and(|expected| equal(expected, tag)) {
            return Err(Scp03Error::Mac);
        }
        let data = if self.level.encrypts_responses() && !data.is_empty() {
            block::decrypt(&self.keys.enc, counter, Direction::Response, data)?
        } else {
            data.to_vec()
        };
        Ok(Response { data, status: response.status })
    }

    fn with_mac(&mut self, mut command: Command, short: bool) -> Result<Command, Scp03Error> {
        command.class |= 0x04;
        let header = authenticated_header(&command, command.data.len() + self.mode.length(), short)
            .ok_or(Scp03Error::TooLong { length: command.data.len() })?;
        self.chaining = block::mac(&self.keys.mac, &[&self.chaining, &header, &command.data]);
        command.data.extend(self.chaining.iter().take(self.mode.length()));
        Ok(command)
    }
}

/// Header and Lc as they enter the C-MAC: Lc counts the MAC itself and has the form in which it is sent.
pub(super) fn authenticated_header(command: &Command, length: usize, short: bool) -> Option<Vec<u8>> {
    let mut header = vec![command.class, command.instruction, command.p1, command.p2];
    if short {
        header.push(u8::try_from(length).ok()?);
    } else {
        header.push(0);
        header.extend_from_slice(&u16::try_from(length).ok()?.to_be_bytes());
    }
    Some(header)
}
