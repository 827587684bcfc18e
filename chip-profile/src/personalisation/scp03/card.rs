//! The card's side, mirrored: it answers INITIALIZE UPDATE, checks the host and unwraps commands.

use super::block::{self, ChainingValue, Direction, equal};
use super::host::{S16_BIT, authenticated_header};
use super::keys::{context, derive_session_keys, pseudo_random_challenge};
use super::{Challenge, INITIALIZE_UPDATE, Mode, Scp03Error, SecurityLevel, SessionKeys, StaticKeys};
use crate::apdu::{Command, Response};

/// Parameter "i" of the card: pseudo-random challenge, R-MAC and R-ENCRYPTION supported.
const PARAMETER: u8 = 0x70;

/// A card that has answered INITIALIZE UPDATE and waits for EXTERNAL AUTHENTICATE.
#[derive(Debug)]
pub struct CardSession {
    keys: SessionKeys,
    mode: Mode,
    context: Vec<u8>,
}

impl CardSession {
    /// Answers INITIALIZE UPDATE with a challenge drawn from the sequence counter (24 bits) and the identifier of the
    /// selected application, as Amendment D 6.2.2.1 has it. The card is set up for one mode with its keys.
    ///
    /// # Errors
    /// [`Scp03Error::Layout`] when the command is not INITIALIZE UPDATE with a challenge of that mode.
    pub fn initialize_update(
        command: &Command,
        keys: &StaticKeys,
        mode: Mode,
        key_version: u8,
        diversification_data: &[u8; 10],
        sequence_counter: u32,
        application: &[u8],
    ) -> Result<(Self, Response), Scp03Error> {
        let layout = Scp03Error::Layout { length: command.data.len() };
        let host_challenge =
            Challenge::from_slice(&command.data).filter(|challenge| challenge.mode() == mode).ok_or(layout)?;
        if command.instruction != INITIALIZE_UPDATE {
            return Err(layout);
        }
        let card_challenge = pseudo_random_challenge(keys, mode, sequence_counter, application);
        let session_keys = derive_session_keys(keys, &host_challenge, &card_challenge);
        let context = context(&host_challenge, &card_challenge);
        let parameter = if mode == Mode::S16 { PARAMETER | S16_BIT } else { PARAMETER };
        let mut answer = diversification_data.to_vec();
        answer.extend_from_slice(&[key_version, 0x03, parameter]);
        answer.extend_from_slice(card_challenge.as_bytes());
        answer.extend_from_slice(session_keys.card_cryptogram(mode, &context).as_bytes());
        answer.extend_from_slice(&sequence_counter.to_be_bytes()[1..]);
        Ok((CardSession { keys: session_keys, mode, context }, Response::data(answer)))
    }

    /// Checks EXTERNAL AUTHENTICATE and opens the channel. The answer goes out unprotected.
    ///
    /// # Errors
    /// [`Scp03Error::Cryptogram`] or [`Scp03Error::Mac`] when the host does not have the keys, [`Scp03Error::Layout`] when
    /// the command is malformed or asks for a level that Amendment D does not name.
    pub fn external_authenticate(self, command: &Command) -> Result<CardChannel, Scp03Error> {
        let layout = Scp03Error::Layout { length: command.data.len() };
        let level = SecurityLevel::from_value(command.p1).ok_or(layout)?;
        let cryptogram = command.data.get(..self.mode.length()).ok_or(layout)?;
        let expected = self.keys.host_cryptogram(self.mode, &self.context);
        let mut channel = CardChannel { keys: self.keys, mode: self.mode, level, chaining: [0; 16], counter: 0 };
        let correct = equal(expected.as_bytes(), cryptogram);
        let data = channel.check_mac(command)?;
        match (correct, data.len() == self.mode.length()) {
            (true, true) => Ok(channel),
            (false, _) => Err(Scp03Error::Cryptogram),
            _ => Err(layout),
        }
    }
}

/// An open channel on the card. After any error the session is over: drop it.
#[derive(Debug)]
pub struct CardChannel {
    keys: SessionKeys,
    mode: Mode,
    level: SecurityLevel,
    chaining: ChainingValue,
    counter: u64,
}

impl CardChannel {
    /// What the channel protects.
    pub fn level(&self) -> SecurityLevel {
        self.level
    }

    /// Checks and decrypts a command; the class byte comes back without the bit of secure messaging.
    ///
    /// # Errors
    /// [`Scp03Error::Mac`] or [`Scp03Error::Padding`] when the command was altered, is out of order or was not wrapped.
    pub fn unwrap(&mut self, command: &Command) -> Result<Command, Scp03Error> {
        let data = self.check_mac(command)?.to_vec();
        self.counter += 1;
        let mut plain = command.clone();
        plain.class &= !0x04;
        plain.data = if self.level.encrypts_commands() && !data.is_empty() {
            block::decrypt(&self.keys.enc, self.counter, Direction::Command, &data)?
        } else {
            data
        };
        Ok(plain)
    }

    /// Protects the answer to the command that was unwrapped last. A status word that tells an error goes out alone.
    pub fn wrap(&mut self, response: Response) -> Response {
        if !response.status.is_ok() && !matches!(response.status.0 >> 8, 0x62 | 0x63) {
            return Response::status(response.status);
        }
        if !self.level.protects_responses() {
            return response;
        }
        let mut data = if self.level.encrypts_responses() && !response.data.is_empty() {
            block::encrypt(&self.keys.enc, self.counter, Direction::Response, &response.data)
        } else {
            response.data
        };
        let tag = block::mac(&self.keys.rmac, &[&self.chaining, &data, &response.status.0.to_be_bytes()]);
        data.extend(tag.iter().take(self.mode.length()));
        Response { data, status: response.status }
    }

    /// Checks the C-MAC and hands out the data before it.
    fn check_mac<'a>(&mut self, command: &'a Command) -> Result<&'a [u8], Scp03Error> {
        let layout = Scp03Error::Layout { length: command.data.len() };
        if command.class & 0x04 == 0 {
            return Err(Scp03Error::Mac);
        }
        let end = command.data.len().checked_sub(self.mode.length()).ok_or(layout)?;
        let (data, tag) = command.data.split_at_checked(end).ok_or(layout)?;
        let header = authenticated_header(command, command.data.len(), !command.is_extended()).ok_or(layout)?;
        let chaining = block::mac(&self.keys.mac, &[&self.chaining, &header, data]);
        if !chaining.get(..tag.len()).is_some_and(|expected| equal(expected, tag)) {
            return Err(Scp03Error::Mac);
        }
        self.chaining = chaining;
        Ok(data)
    }
}
