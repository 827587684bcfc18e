//! Encode and read back: one chip's conversation, from its transport key to an inspected document.

use std::sync::Arc;

use chip_profile::apdu::{Command, Response};
use chip_profile::inspection::{
    ChipProof, Conclusion, InspectionContext, TrustAnchors, inspect, verify_active_authentication,
};
use chip_profile::lds::{ElementaryFiles, FileId};
use chip_profile::personalisation::scp03::{SecurityLevel, SessionKeys};
use chip_profile::personalisation::{
    ChipFate, PersonalisationError, PersonalisationSession, ReadBack, ReadResult, ReadStep, Step,
};
use chip_profile::pki::UnixTime;
use persoline_domain::chance::{AsRng, RandomSource};
use persoline_domain::identifiers::Digest;
use persoline_domain::signer::{ChipSessionRequest, Signer};
use printer_driver::{ApduScript, BookletFate};
use sha2::{Digest as _, Sha256};

use crate::workshop::{ChipTurn, Conversation};

/// What a chip that was read back is held against.
pub struct ChipExpectation {
    /// SHA-256 of the EF.SOD that was signed.
    pub security_object: Digest,
    /// The files that were signed.
    pub files: ElementaryFiles,
    /// The MRZ that was ordered.
    pub mrz: String,
    /// The country signers.
    pub anchors: Arc<TrustAnchors>,
    /// Now.
    pub now: UnixTime,
}

/// What a conversation needs of the centre.
pub struct ChipContext {
    /// Derives session keys.
    pub signer: Arc<dyn Signer>,
    /// For the terminal's side of PACE.
    pub random: Arc<dyn RandomSource>,
}

/// A conversation that writes a chip, locks it, reads it back and inspects it; or only the second half.
pub struct ChipConversation {
    context: ChipContext,
    expected: ChipExpectation,
    state: State,
    /// Still to be tried when everything was read and inspected: the other password of PACE.
    other_password: Option<Box<ReadBack>>,
    is_inspected: bool,
}

enum State {
    /// Nothing was sent yet.
    Ready {
        session: Box<PersonalisationSession>,
        read_back: Box<ReadBack>,
    },
    /// A script of the personalisation was sent.
    Writing {
        session: Box<PersonalisationSession>,
        read_back: Box<ReadBack>,
    },
    /// Everything is written.
    Written {
        session: Box<PersonalisationSession>,
        read_back: Box<ReadBack>,
    },
    /// To be read back.
    Locked {
        read_back: Box<ReadBack>,
    },
    /// A script of the read back was sent.
    Reading {
        read_back: Box<ReadBack>,
    },
    Over,
}

impl ChipConversation {
    /// A conversation that writes, locks, reads back and inspects.
    pub fn write(
        context: ChipContext,
        session: PersonalisationSession,
        read_back: ReadBack,
        expected: ChipExpectation,
    ) -> Self {
        let state = State::Ready { session: Box::new(session), read_back: Box::new(read_back) };
        ChipConversation { context, expected, state, other_password: None, is_inspected: false }
    }

    /// A conversation with a chip that was locked before a crash.
    pub fn read(context: ChipContext, read_back: ReadBack, expected: ChipExpectation) -> Self {
        ChipConversation {
            context,
            expected,
            state: State::Locked { read_back: Box::new(read_back) },
            other_password: None,
            is_inspected: false,
        }
    }

    /// The same, which at the end opens the chip with its other password too: a card access number that is printed but does
    /// not open the chip would be found at a border, years later.
    #[must_use]
    pub fn with_other_password(mut self, read_back: Option<ReadBack>) -> Self {
        self.other_password = read_back.map(Box::new);
        self
    }

    fn advance(&mut self, answers: Option<Vec<Response>>) -> Result<ChipTurn, ChipTurn> {
        match (std::mem::replace(&mut self.state, State::Over), answers) {
            (State::Ready { mut session, read_back }, None) => {
                let script = session.start().map_err(|error| personalisation(&error))?;
                self.state = State::Writing { session, read_back };
                Ok(ChipTurn::Send(self::script(&script, true)))
            }
            (State::Writing { session, read_back }, Some(answers)) => self.written(session, read_back, &answers),
            (State::Written { mut session, read_back }, None) => {
                let script = session.lock().map_err(|error| personalisation(&error))?;
                self.state = State::Writing { session, read_back };
                Ok(ChipTurn::Send(self::script(&script, false)))
            }
            (State::Locked { read_back }, None) => self.read_next(read_back, &[], true),
            (State::Reading { read_back }, Some(answers)) => self.read_next(read_back, &answers, false),
            _ => Err(failed(BookletFate::Unknown, "out_of_order")),
        }
    }

    fn written(
        &mut self,
        mut session: Box<PersonalisationSession>,
        read_back: Box<ReadBack>,
        answers: &[Response],
    ) -> Result<ChipTurn, ChipTurn> {
        match session.next(answers).map_err(|error| personalisation(&error))? {
            Step::DeriveKeys(request) => {
                let request = ChipSessionRequest {
                    chip_serial: request.chip_serial,
                    key_version: request.key_version,
                    host_challenge: request.host_challenge.as_bytes().to_vec(),
                    card_challenge: request.card_challenge.as_bytes().to_vec(),
                };
                let keys = self.session_keys(&request)?;
                let script = session.authenticate(keys).map_err(|error| personalisation(&error))?;
                self.state = State::Writing { session, read_back };
                Ok(ChipTurn::Send(self::script(&script, false)))
            }
            Step::Send(commands) => {
                self.state = State::Writing { session, read_back };
                Ok(ChipTurn::Send(self::script(&commands, false)))
            }
            // The plan brings all keys to the chip, so it is not asked to make any.
            Step::KeysMade(_) => Err(failed(BookletFate::Spoiled, "chip_write")),
            Step::Written => {
                self.state = State::Written { session, read_back };
                Ok(ChipTurn::BeforeLock)
            }
            Step::Locked => self.read_next(read_back, &[], true),
        }
    }

    fn session_keys(&self, request: &ChipSessionRequest) -> Result<SessionKeys, ChipTurn> {
        let derived = self.context.signer.chip_session_keys(std::slice::from_ref(request)).ok();
        let keys = derived.and_then(|keys| keys.into_iter().next());
        keys.and_then(|keys| {
            SessionKeys::from_slices(keys.encryption.expose(), keys.command_mac.expose(), keys.response_mac.expose())
        })
        .ok_or_else(|| failed(BookletFate::Untouched, "chip_keys"))
    }

    fn read_next(
        &mut self,
        mut read_back: Box<ReadBack>,
        answers: &[Response],
        reset: bool,
    ) -> Result<ChipTurn, ChipTurn> {
        let mut random = AsRng(&*self.context.random);
        match read_back.next(answers, &mut random) {
            Ok(ReadStep::Send(commands)) => {
                self.state = State::Reading { read_back };
                Ok(ChipTurn::Send(script(&commands, reset)))
            }
            Ok(ReadStep::Done(result)) if self.is_inspected => self.judge_other_password(&result),
            Ok(ReadStep::Done(result)) => {
                self.judge(&result)?;
                self.is_inspected = true;
                match self.other_password.take() {
                    Some(read_back) => self.read_next(read_back, &[], true),
                    None => Ok(ChipTurn::Done),
                }
            }
            Err(_) if self.is_inspected => Err(failed(BookletFate::Spoiled, "card_access_number")),
            Err(_) => Err(failed(BookletFate::Spoiled, "read_back")),
        }
    }

    fn judge_other_password(&self, result: &ReadResult) -> Result<ChipTurn, ChipTurn> {
        let is_same = result.files.iter().all(|(file, contents)| self.expected.files.get(file) == Some(contents));
        if is_same { Ok(ChipTurn::Done) } else { Err(failed(BookletFate::Spoiled, "read_back_differs")) }
    }

    /// What was read back, held against what was signed and inspected as at a border.
    fn judge(&self, result: &ReadResult) -> Result<(), ChipTurn> {
        let expected = &self.expected;
        let sod = result.files.get(&FileId::SOD).ok_or_else(|| failed(BookletFate::Spoiled, "read_back_sod"))?;
        if Digest(Sha256::digest(sod).into()) != expected.security_object {
            return Err(failed(BookletFate::Spoiled, "read_back_differs"));
        }
        if expected.files != result.files {
            return Err(failed(BookletFate::Spoiled, "read_back_differs"));
        }
        let context = InspectionContext {
            printed_mrz: Some(expected.mrz.clone()),
            active_authentication: Some(is_authentic(result)),
            chip_authentication: Some(result.chip_authentication.into()),
            signed_at: Some(expected.now),
            ..InspectionContext::at(expected.now)
        };
        match inspect(&result.files, &expected.anchors, &context).conclusion() {
            Conclusion::Accepted => Ok(()),
            _ => Err(failed(BookletFate::Spoiled, "inspection")),
        }
    }
}

impl Conversation for ChipConversation {
    fn turn(&mut self, answers: Option<Vec<Vec<u8>>>) -> ChipTurn {
        let parsed = answers
            .map(|answers| answers.iter().map(|bytes| Response::parse(bytes)).collect::<Result<Vec<_>, _>>())
            .transpose();
        let Ok(answers) = parsed else { return failed(BookletFate::Spoiled, "chip_answer") };
        self.advance(answers).unwrap_or_else(|failed| failed)
    }
}

/// Whether the chip proved that it has the private key to DG15.
fn is_authentic(result: &ReadResult) -> ChipProof {
    match &result.active_authentication {
        Some((challenge, answer)) => verify_active_authentication(&result.files, *challenge, answer),
        None => false.into(),
    }
}

/// Security of the channel over which chips are written: commands encrypted and authenticated, answers authenticated.
pub const SECURITY_LEVEL: SecurityLevel = SecurityLevel::CommandEncryptionResponseMac;

fn script(commands: &[Command], reset_first: bool) -> ApduScript {
    ApduScript::new(commands.iter().map(Command::to_bytes).collect()).with_reset_first(reset_first)
}

fn personalisation(error: &PersonalisationError) -> ChipTurn {
    let fate = match error.fate {
        ChipFate::Untouched => BookletFate::Untouched,
        ChipFate::PartWritten | ChipFate::Locked => BookletFate::Spoiled,
        ChipFate::Unknown => BookletFate::Unknown,
    };
    failed(fate, if error.kind.speaks_for_wrong_keys() { "chip_keys" } else { "chip_write" })
}

fn failed(fate: BookletFate, code: &str) -> ChipTurn {
    ChipTurn::Failed { fate, code: code.to_owned() }
}
