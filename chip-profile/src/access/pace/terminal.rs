//! The terminal's side of PACE.

use rand_core::CryptoRng;
use zeroize::Zeroizing;

use super::super::curve::{self, Point, Scalar};
use super::super::secure_messaging::{SecureMessaging, SessionKeys};
use super::super::{AccessError, TerminalStep, equal_in_constant_time, require_array, require_ok};
use super::*;
use crate::apdu::{Command, Response};
use crate::lds::SecurityInfos;
use crate::tlv::TlvError;

const SET_AT: &str = "MSE:Set AT";
const NONCE: &str = "PACE encrypted nonce";
const MAP: &str = "PACE map nonce";
const AGREE: &str = "PACE key agreement";
const AUTHENTICATE: &str = "PACE mutual authentication";

/// The terminal's side: [`PaceTerminal::start`], then every answer into [`PaceTerminal::advance`].
///
/// An error ends the run; a new one starts with a new terminal.
#[derive(Debug)]
pub struct PaceTerminal {
    parameters: PaceParameters,
    password: PacePassword,
    /// Whether MSE:Set AT says which curve.
    names_curve: bool,
    state: State,
    chip_authentication: Option<ChipAuthenticationData>,
}

enum State {
    SettingUp,
    WaitingForNonce,
    WaitingForMapping { nonce: Zeroizing<Vec<u8>>, private_key: Scalar, public_key: Point },
    WaitingForPublicKey { private_key: Scalar, public_key: Point, generator: Zeroizing<Point>, mapping_key: Point },
    WaitingForToken { keys: SessionKeys, expected: Checksum, mapping_key: Point },
    Ended,
}

impl core::fmt::Debug for State {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str(match self {
            State::SettingUp => SET_AT,
            State::WaitingForNonce => NONCE,
            State::WaitingForMapping { .. } => MAP,
            State::WaitingForPublicKey { .. } => AGREE,
            State::WaitingForToken { .. } => AUTHENTICATE,
            State::Ended => "ended",
        })
    }
}

impl PaceTerminal {
    /// A terminal that has chosen from EF.CardAccess and knows a password.
    pub fn new(parameters: PaceParameters, password: PacePassword) -> Self {
        PaceTerminal { parameters, password, names_curve: false, state: State::SettingUp, chip_authentication: None }
    }

    /// The same, for a chip that announces all this in EF.CardAccess: when the same protocol is there with more than one set
    /// of domain parameters, the first command says which one is meant (Doc 9303-11 4.4.4.1).
    pub fn for_card_access(parameters: PaceParameters, password: PacePassword, announced: &SecurityInfos) -> Self {
        let mut numbers = announced.iter().filter_map(|info| match info {
            SecurityInfo::Pace { protocol, parameter_id } if *protocol == parameters.object_identifier() => {
                Some(*parameter_id)
            }
            _ => None,
        });
        let ours = u32::from(parameters.curve.standardized_parameter_id());
        let names_curve = numbers.any(|number| number != Some(ours));
        PaceTerminal { names_curve, ..PaceTerminal::new(parameters, password) }
    }

    /// After chip authentication mapping: what the chip sent to prove its static key. It proves nothing until
    /// [`ChipAuthenticationData::verify`] has been called with a verified EF.CardSecurity.
    pub fn chip_authentication(&self) -> Option<&ChipAuthenticationData> {
        self.chip_authentication.as_ref()
    }

    /// The first command: MSE:Set AT with object identifier, password reference, and the curve's number if it is needed.
    pub fn start(&self) -> Command {
        let mut data = Vec::with_capacity(20);
        tlv::push(&mut data, 0x80, self.parameters.object_identifier().as_bytes());
        tlv::push(&mut data, 0x83, &[self.password.reference as u8]);
        if self.names_curve {
            tlv::push(&mut data, 0x84, &[self.parameters.curve.standardized_parameter_id()]);
        }
        Command::new(0x00, MANAGE_SECURITY_ENVIRONMENT, 0xC1, 0xA4).with_data(data)
    }

    /// Takes the answer to the last command. Draws a private key for the mapping and one for the key agreement.
    ///
    /// # Errors
    /// The chip refused a step: when it is the mutual authentication, the password is another than the chip's. Its
    /// answer has another structure or length, its public key is not acceptable ([`AccessError::PublicKey`]), its token
    /// is not that of the password ([`AccessError::NotAuthentic`]), or the run has ended.
    pub fn advance(
        &mut self,
        response: &Response,
        rng: &mut (impl CryptoRng + ?Sized),
    ) -> Result<TerminalStep, AccessError> {
        match core::mem::replace(&mut self.state, State::Ended) {
            State::SettingUp => {
                require_ok(response, SET_AT)?;
                self.state = State::WaitingForNonce;
                Ok(general_authenticate(CHAINING, vec![DYNAMIC_AUTHENTICATION_DATA as u8, 0x00]))
            }
            State::WaitingForNonce => self.map(answered(response, ENCRYPTED_NONCE, NONCE)?, rng),
            State::WaitingForMapping { nonce, private_key, public_key } => {
                let theirs = answered(response, CHIP_MAPPING_DATA, MAP)?;
                self.agree(theirs, &nonce, &private_key, &public_key, rng)
            }
            State::WaitingForPublicKey { private_key, public_key, generator, mapping_key } => {
                let theirs = answered(response, CHIP_PUBLIC_KEY, AGREE)?;
                self.authenticate(theirs, &private_key, &public_key, &generator, mapping_key)
            }
            State::WaitingForToken { keys, expected, mapping_key } => {
                require_ok(response, AUTHENTICATE)?;
                let proof = last_answer(&response.data, self.parameters.mapping)
                    .map_err(|error| AccessError::Structure { step: AUTHENTICATE, error })?;
                let token: Checksum = require_array(proof.token, AUTHENTICATE)?;
                if !equal_in_constant_time(&token, &expected) {
                    return Err(AccessError::NotAuthentic { step: AUTHENTICATE });
                }
                self.chip_authentication = proof
                    .encrypted
                    .map(|data| ChipAuthenticationData::decrypt(self.parameters.curve, &keys, data, mapping_key))
                    .transpose()?;
                Ok(TerminalStep::Established(SecureMessaging::new(keys)))
            }
            State::Ended => Err(AccessError::OutOfOrder { step: "PACE" }),
        }
    }

    fn map(
        &mut self,
        encrypted_nonce: &[u8],
        rng: &mut (impl CryptoRng + ?Sized),
    ) -> Result<TerminalStep, AccessError> {
        let expected = self.parameters.nonce_length();
        if encrypted_nonce.len() != expected {
            return Err(AccessError::Length { step: NONCE, expected, found: encrypted_nonce.len() });
        }
        let mut nonce = Zeroizing::new(encrypted_nonce.to_vec());
        self.password.cipher(self.parameters.suite).decrypt(&[0; 16], &mut nonce);
        let private_key = curve::random_scalar(self.parameters.curve, rng);
        let public_key = curve::multiply_generator(self.parameters.curve, &private_key)
            .ok_or(AccessError::PublicKey { step: MAP })?;
        let data = dynamic_authentication_data(TERMINAL_MAPPING_DATA, &public_key);
        self.state = State::WaitingForMapping { nonce, private_key, public_key };
        Ok(general_authenticate(CHAINING, data))
    }

    fn agree(
        &mut self,
        theirs: &[u8],
        nonce: &[u8],
        private_key: &[u8],
        ours: &[u8],
        rng: &mut (impl CryptoRng + ?Sized),
    ) -> Result<TerminalStep, AccessError> {
        let refused = AccessError::PublicKey { step: MAP };
        if theirs == ours {
            return Err(refused);
        }
        let curve = self.parameters.curve;
        let agreed = Zeroizing::new(curve::multiply(curve, private_key, theirs).ok_or(refused)?);
        let generator = Zeroizing::new(curve::map_generator(curve, nonce, &agreed).ok_or(refused)?);
        let private_key = curve::random_scalar(curve, rng);
        let public_key = curve::multiply(curve, &private_key, &generator).ok_or(refused)?;
        let data = dynamic_authentication_data(TERMINAL_PUBLIC_KEY, &public_key);
        let mapping_key = theirs.to_vec();
        self.state = State::WaitingForPublicKey { private_key, public_key, generator, mapping_key };
        Ok(general_authenticate(CHAINING, data))
    }

    fn authenticate(
        &mut self,
        theirs: &[u8],
        private_key: &[u8],
        ours: &[u8],
        generator: &[u8],
        mapping_key: Point,
    ) -> Result<TerminalStep, AccessError> {
        let refused = AccessError::PublicKey { step: AGREE };
        if theirs == ours || theirs == generator {
            return Err(refused);
        }
        let curve = self.parameters.curve;
        let shared = Zeroizing::new(curve::multiply(curve, private_key, theirs).ok_or(refused)?);
        let secret = curve::x_coordinate(curve, &shared).ok_or(refused)?;
        let mut keys = SessionKeys::derive(self.parameters.suite, &secret, 0);
        let token = self.parameters.token(&mut keys, theirs);
        let expected = self.parameters.token(&mut keys, ours);
        self.state = State::WaitingForToken { keys, expected, mapping_key };
        Ok(general_authenticate(0x00, dynamic_authentication_data(TERMINAL_TOKEN, &token)))
    }
}

fn general_authenticate(class: u8, data: Vec<u8>) -> TerminalStep {
    TerminalStep::Send(Command::new(class, GENERAL_AUTHENTICATE, 0x00, 0x00).with_data(data).expecting(256))
}

/// The value of `tag`, alone inside the dynamic authentication data of an answer.
fn answered<'a>(response: &'a Response, tag: u32, step: &'static str) -> Result<&'a [u8], AccessError> {
    require_ok(response, step)?;
    let inner = || {
        let mut reader = tlv::parse_single(&response.data, DYNAMIC_AUTHENTICATION_DATA)?.reader();
        let object = reader.expect(tag)?;
        reader.finish()?;
        Ok(object.value)
    };
    inner().map_err(|error| AccessError::Structure { step, error })
}

/// What the last answer brings.
struct LastAnswer<'a> {
    token: &'a [u8],
    encrypted: Option<&'a [u8]>,
}

/// Token, names of certification authorities for terminal authentication, encrypted chip authentication data: the last
/// exactly when the mapping has it (Doc 9303-11 4.4.4.2).
fn last_answer(data: &[u8], mapping: Mapping) -> Result<LastAnswer<'_>, TlvError> {
    let mut reader = tlv::parse_single(data, DYNAMIC_AUTHENTICATION_DATA)?.reader();
    let token = reader.expect(CHIP_TOKEN)?.value;
    reader.optional(CERTIFICATION_AUTHORITY)?;
    reader.optional(PREVIOUS_CERTIFICATION_AUTHORITY)?;
    let encrypted = match mapping {
        Mapping::Generic => None,
        Mapping::ChipAuthentication => Some(reader.expect(ENCRYPTED_CHIP_AUTHENTICATION_DATA)?.value),
    };
    reader.finish()?;
    Ok(LastAnswer { token, encrypted })
}
