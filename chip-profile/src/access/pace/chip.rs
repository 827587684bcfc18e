//! The chip's side of PACE.

use rand_core::CryptoRng;
use zeroize::Zeroizing;

use super::super::curve::{self, Point, Scalar};
use super::super::secure_messaging::{ChipSecureMessaging, SessionKeys};
use super::super::{ChipStep, equal_in_constant_time};
use super::*;
use crate::apdu::{Command, Response, StatusWord};
use crate::ec::KeyPair;
use crate::tlv::Reader;

/// The chip's side: every command of the protocol goes into [`PaceChip::process`].
#[derive(Debug)]
pub struct PaceChip {
    offered: Vec<PaceParameters>,
    passwords: Vec<PacePassword>,
    static_key: Option<KeyPair>,
    state: State,
}

enum State {
    Idle,
    Selected(Run),
    NonceSent(Run, Zeroizing<Vec<u8>>),
    Mapped {
        run: Run,
        private_key: Scalar,
        generator: Zeroizing<Point>,
    },
    Agreed {
        keys: SessionKeys,
        token: Checksum,
        expected: Checksum,
        /// The encrypted chip authentication data, with that mapping.
        proof: Option<Vec<u8>>,
    },
}

/// What MSE:Set AT chose.
struct Run {
    parameters: PaceParameters,
    password: Box<Cipher>,
}

impl core::fmt::Debug for State {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str(match self {
            State::Idle => "Idle",
            State::Selected(_) => "Selected",
            State::NonceSent(..) => "NonceSent",
            State::Mapped { .. } => "Mapped",
            State::Agreed { .. } => "Agreed",
        })
    }
}

impl PaceChip {
    /// A chip that offers these parameters (in the order of EF.CardAccess) and knows these passwords.
    pub fn new(offered: Vec<PaceParameters>, passwords: Vec<PacePassword>) -> Self {
        PaceChip { offered, passwords, static_key: None, state: State::Idle }
    }

    /// The chip with the static key that EF.CardSecurity announces: with it, and only with it, the chip carries out chip
    /// authentication mapping, on the key's curve.
    pub fn with_chip_authentication_key(mut self, key: KeyPair) -> Self {
        self.static_key = Some(key);
        self
    }

    /// Whether a command belongs to this protocol: MSE:Set AT for mutual authentication, GENERAL AUTHENTICATE.
    pub fn accepts(command: &Command) -> bool {
        command.instruction == GENERAL_AUTHENTICATE
            || (command.instruction, command.p1, command.p2) == (MANAGE_SECURITY_ENVIRONMENT, 0xC1, 0xA4)
    }

    /// Carries out one command. Draws the nonce, then a private key for the mapping, then one for the key agreement.
    ///
    /// Any refusal ends the run; the terminal begins again with MSE:Set AT.
    pub fn process(&mut self, command: &Command, rng: &mut (impl CryptoRng + ?Sized)) -> ChipStep {
        let state = core::mem::replace(&mut self.state, State::Idle);
        if command.instruction == MANAGE_SECURITY_ENVIRONMENT {
            return self.select(command);
        }
        if (command.instruction, command.p1, command.p2) != (GENERAL_AUTHENTICATE, 0, 0) {
            return ChipStep::refuse(StatusWord::WRONG_P1P2);
        }
        let last = matches!(state, State::Agreed { .. });
        if command.class & CHAINING != if last { 0 } else { CHAINING } {
            return ChipStep::refuse(StatusWord::CLASS);
        }
        let outcome = match state {
            State::Idle => Err(StatusWord::CONDITIONS),
            State::Selected(run) => self.send_nonce(command, run, rng),
            State::NonceSent(run, nonce) => self.map(command, run, &nonce, rng),
            State::Mapped { run, private_key, generator } => self.agree(command, run, &private_key, &generator, rng),
            State::Agreed { keys, token, expected, proof } => {
                return match request(command, TERMINAL_TOKEN) {
                    Ok(theirs) if equal_in_constant_time(theirs, &expected) => ChipStep {
                        response: Response::data(token_and_proof(&token, proof.as_deref())),
                        established: Some(ChipSecureMessaging::new(keys)),
                    },
                    Ok(_) => ChipStep::refuse(StatusWord::AUTHENTICATION_FAILED),
                    Err(status) => ChipStep::refuse(status),
                };
            }
        };
        match outcome {
            Ok(data) => ChipStep::answer(Response::data(data)),
            Err(status) => ChipStep::refuse(status),
        }
    }

    /// `80` object identifier, `83` password reference, optionally `84` number of the domain parameters.
    fn select(&mut self, command: &Command) -> ChipStep {
        let mut identifier = None;
        let mut password = None;
        let mut number = None;
        let mut reader = Reader::new(&command.data);
        loop {
            match reader.next_object() {
                Ok(None) => break,
                Ok(Some(object)) => match (object.tag, object.value) {
                    (0x80, value) => identifier = Some(value),
                    (0x83, [value]) => password = Some(*value),
                    (0x84, [value]) => number = Some(*value),
                    // A certificate holder authorisation template is for terminal authentication.
                    (0x7F4C, _) => {}
                    _ => return ChipStep::refuse(StatusWord::WRONG_DATA),
                },
                Err(_) => return ChipStep::refuse(StatusWord::WRONG_DATA),
            }
        }
        let parameters = self.offered.iter().find(|offered| {
            identifier == Some(offered.object_identifier().as_bytes())
                && number.is_none_or(|number| number == offered.curve.standardized_parameter_id())
                && (offered.mapping == Mapping::Generic || self.static_key_on(offered.curve).is_some())
        });
        let Some(&parameters) = parameters else { return ChipStep::refuse(StatusWord::WRONG_DATA) };
        let password = self.passwords.iter().find(|known| password == Some(known.reference as u8));
        let Some(password) = password else { return ChipStep::refuse(StatusWord::REFERENCE_NOT_FOUND) };
        self.state = State::Selected(Run { parameters, password: Box::new(password.cipher(parameters.suite)) });
        ChipStep::answer(Response::status(StatusWord::OK))
    }

    fn send_nonce(
        &mut self,
        command: &Command,
        run: Run,
        rng: &mut (impl CryptoRng + ?Sized),
    ) -> Result<Vec<u8>, StatusWord> {
        let empty = tlv::parse_single(&command.data, DYNAMIC_AUTHENTICATION_DATA);
        if !empty.is_ok_and(|object| object.value.is_empty()) {
            return Err(StatusWord::WRONG_DATA);
        }
        let mut nonce = Zeroizing::new(vec![0; run.parameters.nonce_length()]);
        rng.fill_bytes(&mut nonce);
        let mut encrypted = nonce.to_vec();
        run.password.encrypt(&[0; 16], &mut encrypted);
        self.state = State::NonceSent(run, nonce);
        Ok(dynamic_authentication_data(ENCRYPTED_NONCE, &encrypted))
    }

    fn map(
        &mut self,
        command: &Command,
        run: Run,
        nonce: &[u8],
        rng: &mut (impl CryptoRng + ?Sized),
    ) -> Result<Vec<u8>, StatusWord> {
        let theirs = request(command, TERMINAL_MAPPING_DATA)?;
        let curve = run.parameters.curve;
        let private_key = curve::random_scalar(curve, rng);
        let public_key = curve::multiply_generator(curve, &private_key).ok_or(StatusWord::WRONG_DATA)?;
        if public_key == theirs {
            return Err(StatusWord::WRONG_DATA);
        }
        let agreed = Zeroizing::new(curve::multiply(curve, &private_key, theirs).ok_or(StatusWord::WRONG_DATA)?);
        let generator = curve::map_generator(curve, nonce, &agreed).ok_or(StatusWord::WRONG_DATA)?;
        self.state = State::Mapped { run, private_key, generator: Zeroizing::new(generator) };
        Ok(dynamic_authentication_data(CHIP_MAPPING_DATA, &public_key))
    }

    fn agree(
        &mut self,
        command: &Command,
        run: Run,
        mapping_key: &[u8],
        generator: &[u8],
        rng: &mut (impl CryptoRng + ?Sized),
    ) -> Result<Vec<u8>, StatusWord> {
        let theirs = request(command, TERMINAL_PUBLIC_KEY)?;
        let curve = run.parameters.curve;
        let private_key = curve::random_scalar(curve, rng);
        let public_key = curve::multiply(curve, &private_key, generator).ok_or(StatusWord::WRONG_DATA)?;
        if public_key == theirs || theirs == generator {
            return Err(StatusWord::WRONG_DATA);
        }
        let shared = Zeroizing::new(curve::multiply(curve, &private_key, theirs).ok_or(StatusWord::WRONG_DATA)?);
        let secret = curve::x_coordinate(curve, &shared).ok_or(StatusWord::WRONG_DATA)?;
        let mut keys = SessionKeys::derive(run.parameters.suite, &secret, 0);
        let token = run.parameters.token(&mut keys, theirs);
        let expected = run.parameters.token(&mut keys, &public_key);
        let proof = match (run.parameters.mapping, self.static_key_on(curve)) {
            (Mapping::Generic, _) => None,
            (Mapping::ChipAuthentication, None) => return Err(StatusWord::CONDITIONS),
            (Mapping::ChipAuthentication, Some(key)) => {
                let data = chip_authentication::encrypted(curve, &keys, key.private_scalar().as_bytes(), mapping_key);
                Some(data.ok_or(StatusWord::CONDITIONS)?)
            }
        };
        self.state = State::Agreed { keys, token, expected, proof };
        Ok(dynamic_authentication_data(CHIP_PUBLIC_KEY, &public_key))
    }

    fn static_key_on(&self, curve: Curve) -> Option<&KeyPair> {
        self.static_key.as_ref().filter(|key| key.curve() == curve)
    }
}

fn token_and_proof(token: &[u8], proof: Option<&[u8]>) -> Vec<u8> {
    let mut out = Vec::with_capacity(96);
    tlv::push_nested(&mut out, DYNAMIC_AUTHENTICATION_DATA, |out| {
        tlv::push(out, CHIP_TOKEN, token);
        if let Some(proof) = proof {
            tlv::push(out, ENCRYPTED_CHIP_AUTHENTICATION_DATA, proof);
        }
    });
    out
}

/// The value of `tag`, which must be alone in the dynamic authentication data of a command.
fn request(command: &Command, tag: u32) -> Result<&[u8], StatusWord> {
    let inner = || {
        let data = tlv::parse_single(&command.data, DYNAMIC_AUTHENTICATION_DATA)?;
        let mut reader = data.reader();
        let object = reader.expect(tag)?;
        reader.finish()?;
        Ok::<_, tlv::TlvError>(object.value)
    };
    inner().map_err(|_| StatusWord::WRONG_DATA)
}
