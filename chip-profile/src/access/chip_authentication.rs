//! Chip authentication with ECDH, Doc 9303-11 6.2: a static key of the chip gives new session keys, which a copy of the
//! chip cannot know.
//!
//! ```text
//! MSE:Set AT  80 OID [84 key]               →      with AES (6.2.4.2)
//! GENERAL AUTHENTICATE 7C { 80 public key } →
//!                                           ←  7C {}
//!
//! MSE:Set KAT  91 public key [84 key]       →      with Triple-DES (6.2.4.1)
//! ```
//!
//! A terminal uses the one command where the session is to have Triple-DES; a chip takes either then. All exchanges run inside the session that stands; the new one begins with the next command. That it works is the
//! proof. The chip's public key is in DG14, and passive authentication must vouch for it.

use const_oid::ObjectIdentifier;
use rand_core::CryptoRng;

use super::secure_messaging::{ChipSecureMessaging, SecureMessaging, SessionKeys};
use super::{AccessError, ChipStep, CipherSuite, TerminalStep, require_ok};
use crate::apdu::{Command, Response, StatusWord};
use crate::ec::{KeyPair, PublicKey, SharedSecret};
use crate::tlv::{self, Reader, TlvError};

const MANAGE_SECURITY_ENVIRONMENT: u8 = 0x22;
const GENERAL_AUTHENTICATE: u8 = 0x86;
const DYNAMIC_AUTHENTICATION_DATA: u32 = 0x7C;
const EPHEMERAL_PUBLIC_KEY: u32 = 0x80;
const EPHEMERAL_PUBLIC_KEY_OF_KAT: u32 = 0x91;
const PRIVATE_KEY_REFERENCE: u32 = 0x84;
/// P1 and P2 of MSE:Set AT for internal authentication.
const SET_AT: (u8, u8) = (0x41, 0xA4);
/// P1 and P2 of MSE:Set KAT.
const SET_KAT: (u8, u8) = (0x41, 0xA6);

/// id-CA-ECDH-… with the cipher (Doc 9303-11 9.2).
pub const fn object_identifier(suite: CipherSuite) -> ObjectIdentifier {
    ObjectIdentifier::new_unwrap(match suite {
        CipherSuite::TripleDes => "0.4.0.127.0.7.2.2.3.2.1",
        CipherSuite::Aes128 => "0.4.0.127.0.7.2.2.3.2.2",
        CipherSuite::Aes192 => "0.4.0.127.0.7.2.2.3.2.3",
        CipherSuite::Aes256 => "0.4.0.127.0.7.2.2.3.2.4",
    })
}

/// The cipher of an id-CA-ECDH-… identifier, as a ChipAuthenticationInfo of DG14 gives it.
pub fn suite_of(protocol: &ObjectIdentifier) -> Option<CipherSuite> {
    [CipherSuite::TripleDes, CipherSuite::Aes128, CipherSuite::Aes192, CipherSuite::Aes256]
        .into_iter()
        .find(|suite| object_identifier(*suite) == *protocol)
}

/// The terminal's side.
#[derive(Debug)]
pub struct ChipAuthenticationTerminal {
    suite: CipherSuite,
    chip_key: PublicKey,
    key_identifier: Option<u8>,
    state: TerminalState,
}

#[derive(Debug)]
enum TerminalState {
    Idle,
    SettingUp,
    Agreed { secret: SharedSecret, step: &'static str },
    Ended,
}

const GENERAL: &str = "GENERAL AUTHENTICATE";

impl ChipAuthenticationTerminal {
    /// A terminal that has read the chip's public key from DG14, with the key identifier if DG14 gives one.
    pub fn new(suite: CipherSuite, chip_key: PublicKey, key_identifier: Option<u8>) -> Self {
        ChipAuthenticationTerminal { suite, chip_key, key_identifier, state: TerminalState::Idle }
    }

    /// Whether one command does it all: MSE:Set KAT, for a session with Triple-DES.
    pub fn is_one_command(&self) -> bool {
        self.suite == CipherSuite::TripleDes
    }

    /// The first command, MSE:Set AT or MSE:Set KAT. For the latter an ephemeral private key is drawn.
    ///
    /// # Errors
    /// The chip's key leads to no shared secret.
    pub fn start(&mut self, rng: &mut (impl CryptoRng + ?Sized)) -> Result<Command, AccessError> {
        let mut data = Vec::with_capacity(112);
        let ((p1, p2), state) = if self.is_one_command() {
            let (public_key, secret) = self.agree(rng)?;
            tlv::push(&mut data, EPHEMERAL_PUBLIC_KEY_OF_KAT, public_key.uncompressed());
            (SET_KAT, TerminalState::Agreed { secret, step: "MSE:Set KAT" })
        } else {
            tlv::push(&mut data, 0x80, object_identifier(self.suite).as_bytes());
            (SET_AT, TerminalState::SettingUp)
        };
        if let Some(identifier) = self.key_identifier {
            tlv::push(&mut data, PRIVATE_KEY_REFERENCE, &[identifier]);
        }
        self.state = state;
        Ok(Command::new(0x00, MANAGE_SECURITY_ENVIRONMENT, p1, p2).with_data(data))
    }

    /// Takes the answer to the last command, opened by the session that stands. Draws an ephemeral private key for GENERAL
    /// AUTHENTICATE.
    ///
    /// # Errors
    /// The chip refused, its key leads to no shared secret, its answer is not dynamic authentication data (7C), or no
    /// answer is due ([`AccessError::OutOfOrder`]). Every error ends the run.
    pub fn advance(
        &mut self,
        response: &Response,
        rng: &mut (impl CryptoRng + ?Sized),
    ) -> Result<TerminalStep, AccessError> {
        match core::mem::replace(&mut self.state, TerminalState::Ended) {
            TerminalState::SettingUp => {
                require_ok(response, "MSE:Set AT")?;
                let (public_key, secret) = self.agree(rng)?;
                let mut data = Vec::with_capacity(112);
                tlv::push_nested(&mut data, DYNAMIC_AUTHENTICATION_DATA, |out| {
                    tlv::push(out, EPHEMERAL_PUBLIC_KEY, public_key.uncompressed());
                });
                self.state = TerminalState::Agreed { secret, step: GENERAL };
                let command = Command::new(0x00, GENERAL_AUTHENTICATE, 0x00, 0x00).with_data(data).expecting(256);
                Ok(TerminalStep::Send(command))
            }
            TerminalState::Agreed { secret, step } => {
                require_ok(response, step)?;
                if step == GENERAL {
                    tlv::parse_single(&response.data, DYNAMIC_AUTHENTICATION_DATA)
                        .map_err(|error| AccessError::Structure { step, error })?;
                }
                let keys = SessionKeys::derive(self.suite, secret.as_bytes(), 0);
                Ok(TerminalStep::Established(SecureMessaging::new(keys)))
            }
            TerminalState::Idle | TerminalState::Ended => Err(AccessError::OutOfOrder { step: "chip authentication" }),
        }
    }

    fn agree(&self, mut rng: &mut (impl CryptoRng + ?Sized)) -> Result<(PublicKey, SharedSecret), AccessError> {
        let ephemeral = KeyPair::generate(self.chip_key.curve(), &mut rng);
        let refused = AccessError::PublicKey { step: "chip authentication" };
        let secret = ephemeral.agree(&self.chip_key).ok_or(refused)?;
        Ok((ephemeral.public_key().clone(), secret))
    }
}

/// The chip's side.
#[derive(Debug)]
pub struct ChipAuthenticationChip {
    suite: CipherSuite,
    key_pair: KeyPair,
    key_identifier: Option<u8>,
    selected: bool,
}

impl ChipAuthenticationChip {
    /// A chip that was personalised with this key; `key_identifier` as DG14 gives it.
    pub fn new(suite: CipherSuite, key_pair: KeyPair, key_identifier: Option<u8>) -> Self {
        ChipAuthenticationChip { suite, key_pair, key_identifier, selected: false }
    }

    /// Whether a command belongs to this protocol: MSE:Set AT for internal authentication, MSE:Set KAT, or GENERAL
    /// AUTHENTICATE after the former.
    pub fn accepts(&self, command: &Command) -> bool {
        command.instruction == MANAGE_SECURITY_ENVIRONMENT && matches!((command.p1, command.p2), SET_AT | SET_KAT)
            || self.selected && command.instruction == GENERAL_AUTHENTICATE
    }

    /// Carries out one command. The answer that establishes the new session is still sealed by the old one.
    pub fn process(&mut self, command: &Command) -> ChipStep {
        let selected = core::mem::take(&mut self.selected);
        let outcome = match (command.instruction, (command.p1, command.p2)) {
            (MANAGE_SECURITY_ENVIRONMENT, SET_AT) => self.select(command).map(|()| None),
            (MANAGE_SECURITY_ENVIRONMENT, SET_KAT) if self.suite == CipherSuite::TripleDes => {
                self.set_key_agreement(command).map(|keys| Some((keys, Vec::new())))
            }
            (GENERAL_AUTHENTICATE, (0, 0)) if selected => {
                self.agree(command).map(|keys| Some((keys, vec![DYNAMIC_AUTHENTICATION_DATA as u8, 0x00])))
            }
            (GENERAL_AUTHENTICATE, (0, 0)) => Err(StatusWord::CONDITIONS),
            _ => Err(StatusWord::WRONG_P1P2),
        };
        match outcome {
            Ok(None) => {
                self.selected = true;
                ChipStep::answer(Response::status(StatusWord::OK))
            }
            Ok(Some((keys, data))) => {
                ChipStep { response: Response::data(data), established: Some(ChipSecureMessaging::new(keys)) }
            }
            Err(status) => ChipStep::refuse(status),
        }
    }

    fn select(&self, command: &Command) -> Result<(), StatusWord> {
        let mut reader = Reader::new(&command.data);
        if reader.expect(0x80).map_err(wrong_data)?.value != object_identifier(self.suite).as_bytes() {
            return Err(StatusWord::WRONG_DATA);
        }
        self.check_reference(reader)
    }

    fn set_key_agreement(&self, command: &Command) -> Result<SessionKeys, StatusWord> {
        let mut reader = Reader::new(&command.data);
        let point = reader.expect(EPHEMERAL_PUBLIC_KEY_OF_KAT).map_err(wrong_data)?.value;
        self.check_reference(reader)?;
        self.keys(point)
    }

    fn agree(&self, command: &Command) -> Result<SessionKeys, StatusWord> {
        let data = tlv::parse_single(&command.data, DYNAMIC_AUTHENTICATION_DATA).map_err(wrong_data)?;
        self.keys(tlv::parse_single(data.value, EPHEMERAL_PUBLIC_KEY).map_err(wrong_data)?.value)
    }

    /// The reference of the private key, where the terminal gives one; nothing may follow it.
    fn check_reference(&self, mut rest: Reader<'_>) -> Result<(), StatusWord> {
        if let Some(reference) = rest.optional(PRIVATE_KEY_REFERENCE).map_err(wrong_data)?
            && self.key_identifier.is_none_or(|identifier| reference.value != [identifier])
        {
            return Err(StatusWord::REFERENCE_NOT_FOUND);
        }
        rest.finish().map_err(wrong_data)
    }

    fn keys(&self, point: &[u8]) -> Result<SessionKeys, StatusWord> {
        let terminal_key = PublicKey::from_uncompressed(self.key_pair.curve(), point).ok();
        let secret = terminal_key.and_then(|key| self.key_pair.agree(&key)).ok_or(StatusWord::WRONG_DATA)?;
        Ok(SessionKeys::derive(self.suite, secret.as_bytes(), 0))
    }
}

fn wrong_data(_: TlvError) -> StatusWord {
    StatusWord::WRONG_DATA
}

#[cfg(test)]
mod tests;
