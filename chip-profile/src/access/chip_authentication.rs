//! Chip authentication with ECDH, Doc 9303-11 6.2: a static key of the chip gives new session keys, which a copy of the
//! chip cannot know.
//!
//! ```text
//! MSE:Set AT  80 OID [84 key]               →
//! GENERAL AUTHENTICATE 7C { 80 public key } →
//!                                           ←  7C {}
//! ```
//!
//! Both exchanges run inside the session that stands; the new one begins with the next command. That it works is the
//! proof. The chip's public key is in DG14, and passive authentication must vouch for it.

use const_oid::ObjectIdentifier;
use rand_core::CryptoRng;

use super::secure_messaging::{ChipSecureMessaging, SecureMessaging, SessionKeys};
use super::{AccessError, ChipStep, CipherSuite, TerminalStep, require_ok};
use crate::apdu::{Command, Response, StatusWord};
use crate::ec::{KeyPair, PublicKey, SharedSecret};
use crate::tlv::{self, Reader};

const MANAGE_SECURITY_ENVIRONMENT: u8 = 0x22;
const GENERAL_AUTHENTICATE: u8 = 0x86;
const DYNAMIC_AUTHENTICATION_DATA: u32 = 0x7C;
const EPHEMERAL_PUBLIC_KEY: u32 = 0x80;

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
    SettingUp,
    Agreed(SharedSecret),
    Ended,
}

impl ChipAuthenticationTerminal {
    /// A terminal that has read the chip's public key from DG14, with the key identifier if DG14 gives one.
    pub fn new(suite: CipherSuite, chip_key: PublicKey, key_identifier: Option<u8>) -> Self {
        ChipAuthenticationTerminal { suite, chip_key, key_identifier, state: TerminalState::SettingUp }
    }

    /// The first command: MSE:Set AT for internal authentication.
    pub fn start(&self) -> Command {
        let mut data = Vec::with_capacity(16);
        tlv::push(&mut data, 0x80, object_identifier(self.suite).as_bytes());
        if let Some(identifier) = self.key_identifier {
            tlv::push(&mut data, 0x84, &[identifier]);
        }
        Command::new(0x00, MANAGE_SECURITY_ENVIRONMENT, 0x41, 0xA4).with_data(data)
    }

    /// Takes the answer to the last command, opened by the session that stands. Draws an ephemeral private key.
    pub fn advance(
        &mut self,
        response: &Response,
        mut rng: &mut (impl CryptoRng + ?Sized),
    ) -> Result<TerminalStep, AccessError> {
        match core::mem::replace(&mut self.state, TerminalState::Ended) {
            TerminalState::SettingUp => {
                require_ok(response, "MSE:Set AT")?;
                let ephemeral = KeyPair::generate(self.chip_key.curve(), &mut rng);
                let refused = AccessError::PublicKey { step: "chip authentication" };
                let secret = ephemeral.agree(&self.chip_key).ok_or(refused)?;
                let mut data = Vec::with_capacity(128);
                tlv::push_nested(&mut data, DYNAMIC_AUTHENTICATION_DATA, |out| {
                    tlv::push(out, EPHEMERAL_PUBLIC_KEY, ephemeral.public_key().uncompressed());
                });
                self.state = TerminalState::Agreed(secret);
                let command = Command::new(0x00, GENERAL_AUTHENTICATE, 0x00, 0x00).with_data(data).expecting(256);
                Ok(TerminalStep::Send(command))
            }
            TerminalState::Agreed(secret) => {
                let step = "GENERAL AUTHENTICATE";
                require_ok(response, step)?;
                tlv::parse_single(&response.data, DYNAMIC_AUTHENTICATION_DATA)
                    .map_err(|error| AccessError::Structure { step, error })?;
                let keys = SessionKeys::derive(self.suite, secret.as_bytes(), 0);
                Ok(TerminalStep::Established(SecureMessaging::new(keys)))
            }
            TerminalState::Ended => Err(AccessError::OutOfOrder { step: "chip authentication" }),
        }
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

    /// Whether a command belongs to this protocol: MSE:Set AT for internal authentication, or GENERAL AUTHENTICATE
    /// after it.
    pub fn accepts(&self, command: &Command) -> bool {
        (command.instruction, command.p1, command.p2) == (MANAGE_SECURITY_ENVIRONMENT, 0x41, 0xA4)
            || self.selected && command.instruction == GENERAL_AUTHENTICATE
    }

    /// Carries out one command. The answer that establishes the new session is still sealed by the old one.
    pub fn process(&mut self, command: &Command) -> ChipStep {
        if command.instruction == MANAGE_SECURITY_ENVIRONMENT {
            let chosen = self.select(command);
            self.selected = chosen.is_ok();
            return ChipStep::answer(Response::status(chosen.err().unwrap_or(StatusWord::OK)));
        }
        if !core::mem::take(&mut self.selected) {
            return ChipStep::refuse(StatusWord::CONDITIONS);
        }
        let Some(keys) = self.agree(command) else { return ChipStep::refuse(StatusWord::WRONG_DATA) };
        ChipStep {
            response: Response::data([DYNAMIC_AUTHENTICATION_DATA as u8, 0x00]),
            established: Some(ChipSecureMessaging::new(keys)),
        }
    }

    fn select(&self, command: &Command) -> Result<(), StatusWord> {
        let mut reader = Reader::new(&command.data);
        let wrong = |_| StatusWord::WRONG_DATA;
        if reader.expect(0x80).map_err(wrong)?.value != object_identifier(self.suite).as_bytes() {
            return Err(StatusWord::WRONG_DATA);
        }
        if let Some(reference) = reader.optional(0x84).map_err(wrong)?
            && self.key_identifier.is_none_or(|identifier| reference.value != [identifier])
        {
            return Err(StatusWord::REFERENCE_NOT_FOUND);
        }
        reader.finish().map_err(wrong)
    }

    fn agree(&self, command: &Command) -> Option<SessionKeys> {
        let data = tlv::parse_single(&command.data, DYNAMIC_AUTHENTICATION_DATA).ok()?;
        let point = tlv::parse_single(data.value, EPHEMERAL_PUBLIC_KEY).ok()?;
        let terminal_key = PublicKey::from_uncompressed(self.key_pair.curve(), point.value).ok()?;
        let secret = self.key_pair.agree(&terminal_key)?;
        Some(SessionKeys::derive(self.suite, secret.as_bytes(), 0))
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::seeded;
    use super::*;
    use crate::ec::Curve;

    fn run(terminal_view: &PublicKey, chip_key: KeyPair) -> Option<(SecureMessaging, ChipSecureMessaging)> {
        let mut rng = seeded(9);
        let suite = CipherSuite::Aes128;
        let mut terminal = ChipAuthenticationTerminal::new(suite, terminal_view.clone(), Some(7));
        let mut chip = ChipAuthenticationChip::new(suite, chip_key, Some(7));
        let mut command = terminal.start();
        loop {
            assert!(chip.accepts(&command));
            let step = chip.process(&command);
            match terminal.advance(&step.response, &mut rng).ok()? {
                TerminalStep::Send(next) => command = next,
                TerminalStep::Established(session) => return Some((session, step.established?)),
            }
        }
    }

    #[test]
    fn the_new_session_works_only_with_the_chips_own_key() {
        for curve in [Curve::P256, Curve::P384] {
            assert_eq!(suite_of(&object_identifier(CipherSuite::Aes192)), Some(CipherSuite::Aes192));
            let key_pair = KeyPair::generate(curve, &mut seeded(1));
            let copy = KeyPair::generate(curve, &mut seeded(2));
            let genuine = key_pair.public_key().clone();
            let read = Command::new(0, 0xB0, 0, 0).expecting(4);
            let (mut terminal, mut chip) = run(&genuine, key_pair).unwrap();
            assert_eq!(chip.open(&terminal.protect(&read).unwrap()).unwrap(), read);
            let (mut terminal, mut chip) = run(&genuine, copy).unwrap();
            assert_eq!(chip.open(&terminal.protect(&read).unwrap()), Err(AccessError::Checksum));
        }
    }

    #[test]
    fn what_does_not_fit_is_refused() {
        let key_pair = KeyPair::generate(Curve::P256, &mut seeded(1));
        let terminal = |suite, identifier| {
            ChipAuthenticationTerminal::new(suite, key_pair.public_key().clone(), identifier).start()
        };
        let mut chip = ChipAuthenticationChip::new(CipherSuite::Aes128, key_pair.clone(), None);
        let mut status = |command: &Command| chip.process(command).response.status;
        assert_eq!(status(&terminal(CipherSuite::Aes256, None)), StatusWord::WRONG_DATA);
        assert_eq!(status(&terminal(CipherSuite::Aes128, Some(1))), StatusWord::REFERENCE_NOT_FOUND);
        let general_authenticate = Command::new(0, 0x86, 0, 0).with_data([0x7C, 0x03, 0x80, 0x01, 0x04]);
        assert_eq!(status(&general_authenticate), StatusWord::CONDITIONS);
        assert_eq!(status(&terminal(CipherSuite::Aes128, None)), StatusWord::OK);
        assert_eq!(status(&general_authenticate), StatusWord::WRONG_DATA);
    }
}
