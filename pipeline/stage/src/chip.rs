//! Encode and read back: one chip's conversation, from its transport key to an inspected document.
//!
//! A chip that makes its keys itself is spoken to in two phases. After the first the files are made that hold the public keys,
//! and signed; what was signed becomes durable before the second phase writes any of it.

use std::collections::VecDeque;
use std::sync::Arc;

use chip_profile::apdu::{Command, Response};
use chip_profile::inspection::{
    ChipProof, Conclusion, InspectionContext, TrustAnchors, inspect, verify_active_authentication,
    verify_chip_authentication_mapping,
};
use chip_profile::lds::{ElementaryFiles, FileId};
use chip_profile::personalisation::scp03::{SecurityLevel, SessionKeys};
use chip_profile::personalisation::two_phase::MadeKeys;
use chip_profile::personalisation::{
    ChipFate, PersonalisationError, PersonalisationSession, ReadBack, ReadResult, ReadStep, Step, WritePlan,
};
use chip_profile::pki::UnixTime;
use persoline_domain::chance::{AsRng, RandomSource};
use persoline_domain::identifiers::Digest;
use persoline_domain::signer::{ChipSessionRequest, Signer};
use printer_driver::{ApduScript, BookletFate};
use sha2::{Digest as _, Sha256};

use crate::desk::Completed;
use crate::workshop::{ChipTurn, Conversation, Trouble};

/// What a chip that was read back is held against.
pub struct ChipExpectation {
    /// SHA-256 of the EF.SOD that was signed.
    pub security_object: Digest,
    /// The files that were signed.
    pub files: ElementaryFiles,
    /// Whether the chip is read by chip authentication mapping, which must prove its key.
    pub proves_by_mapping: bool,
    /// The MRZ that was ordered.
    pub mrz: String,
    /// The country signers.
    pub anchors: Arc<TrustAnchors>,
    /// Now.
    pub now: UnixTime,
}

/// How a locked chip is read back.
pub struct ReadingTask {
    /// All files, with the proofs of the chip's keys.
    pub whole: ReadBack,
    /// The other ways in that the chip announces, each for what little proves that it opens: a password that is printed but does
    /// not open the chip would be found at a border, years later.
    pub others: VecDeque<ReadBack>,
    /// What it is held against.
    pub expected: ChipExpectation,
}

/// What a conversation needs of the centre.
pub struct ChipContext {
    /// Derives session keys.
    pub signer: Arc<dyn Signer>,
    /// For the terminal's side of PACE.
    pub random: Arc<dyn RandomSource>,
}

/// Makes and signs what follows from the keys that a chip has made.
pub(crate) type Completion = Box<dyn FnOnce(MadeKeys) -> Result<Completed, Trouble> + Send>;

/// A conversation that writes a chip, locks it, reads it back and inspects it; or only the second half.
pub struct ChipConversation {
    context: ChipContext,
    state: State,
    /// As long as the chip has not made its keys.
    completion: Option<Completion>,
    /// Ways in that are still to be tried when everything was read and inspected.
    others: VecDeque<ReadBack>,
    whole: Option<Box<ReadBack>>,
    /// Known once the document is signed.
    expected: Option<ChipExpectation>,
    is_inspected: bool,
}

enum State {
    /// Nothing was sent yet.
    Ready(Box<PersonalisationSession>),
    /// A script of the personalisation was sent.
    Writing(Box<PersonalisationSession>),
    /// What was signed with the chip's keys becomes durable.
    Signed(Box<PersonalisationSession>, Box<WritePlan>),
    /// Everything is written.
    Written(Box<PersonalisationSession>),
    /// To be read back.
    Locked,
    /// A script of a read back was sent.
    Reading(Box<ReadBack>),
    Over,
}

impl ChipConversation {
    /// A conversation that writes, locks, reads back and inspects.
    pub fn write(context: ChipContext, session: PersonalisationSession, reading: ReadingTask) -> Self {
        ChipConversation::new(context, State::Ready(Box::new(session)), Some(reading), None)
    }

    /// A conversation with a chip that was locked before.
    pub fn read(context: ChipContext, reading: ReadingTask) -> Self {
        ChipConversation::new(context, State::Locked, Some(reading), None)
    }

    /// A conversation with a chip that makes its keys first; `completion` signs what is then written.
    pub(crate) fn two_phase(context: ChipContext, session: PersonalisationSession, completion: Completion) -> Self {
        ChipConversation::new(context, State::Ready(Box::new(session)), None, Some(completion))
    }

    fn new(context: ChipContext, state: State, reading: Option<ReadingTask>, completion: Option<Completion>) -> Self {
        let mut conversation = ChipConversation {
            context,
            state,
            completion,
            others: VecDeque::new(),
            whole: None,
            expected: None,
            is_inspected: false,
        };
        if let Some(reading) = reading {
            conversation.take_reading(reading);
        }
        conversation
    }

    fn take_reading(&mut self, ReadingTask { whole, others, expected }: ReadingTask) {
        (self.whole, self.others, self.expected) = (Some(Box::new(whole)), others, Some(expected));
    }

    fn advance(&mut self, answers: Option<Vec<Response>>) -> Result<ChipTurn, ChipTurn> {
        match (std::mem::replace(&mut self.state, State::Over), answers) {
            (State::Ready(mut session), None) => {
                let script = session.start().map_err(|error| personalisation(&error))?;
                self.state = State::Writing(session);
                Ok(ChipTurn::Send(self::script(&script, true)))
            }
            (State::Writing(session), Some(answers)) => self.written(session, &answers),
            (State::Signed(mut session, plan), None) => {
                let script = session.write(*plan).map_err(|error| personalisation(&error))?;
                self.state = State::Writing(session);
                Ok(ChipTurn::Send(self::script(&script, false)))
            }
            (State::Written(mut session), None) => {
                let script = session.lock().map_err(|error| personalisation(&error))?;
                self.state = State::Writing(session);
                Ok(ChipTurn::Send(self::script(&script, false)))
            }
            (State::Locked, None) => self.read_whole(),
            (State::Reading(read_back), Some(answers)) => self.read_next(read_back, &answers, false),
            _ => Err(failed(BookletFate::Unknown, "out_of_order")),
        }
    }

    fn written(
        &mut self,
        mut session: Box<PersonalisationSession>,
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
                self.state = State::Writing(session);
                Ok(ChipTurn::Send(self::script(&script, false)))
            }
            Step::Send(commands) => {
                self.state = State::Writing(session);
                Ok(ChipTurn::Send(self::script(&commands, false)))
            }
            Step::KeysMade(keys) => {
                // A chip is asked to make keys by a conversation that can complete the document, and once.
                let completion = self.completion.take().ok_or_else(|| failed(BookletFate::Spoiled, "chip_write"))?;
                let Completed { signed, plan, reading } = completion(keys).map_err(ChipTurn::Trouble)?;
                self.take_reading(reading);
                self.state = State::Signed(session, Box::new(plan));
                Ok(ChipTurn::Signed(Box::new(signed)))
            }
            Step::Written => {
                self.state = State::Written(session);
                Ok(ChipTurn::BeforeLock)
            }
            Step::Locked => self.read_whole(),
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

    fn read_whole(&mut self) -> Result<ChipTurn, ChipTurn> {
        match self.whole.take() {
            Some(whole) => self.read_next(whole, &[], true),
            None => Err(failed(BookletFate::Unknown, "out_of_order")),
        }
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
                self.state = State::Reading(read_back);
                Ok(ChipTurn::Send(script(&commands, reset)))
            }
            Ok(ReadStep::Done(result)) => {
                self.judge(&result)?;
                self.is_inspected = true;
                match self.others.pop_front() {
                    Some(read_back) => self.read_next(Box::new(read_back), &[], true),
                    None => Ok(ChipTurn::Done),
                }
            }
            Err(_) if self.is_inspected => Err(failed(BookletFate::Spoiled, "other_access")),
            Err(_) => Err(failed(BookletFate::Spoiled, "read_back")),
        }
    }

    /// What was read back, held against what was signed; the first time inspected as at a border.
    fn judge(&self, result: &ReadResult) -> Result<(), ChipTurn> {
        let differs = || failed(BookletFate::Spoiled, "read_back_differs");
        let expected = self.expected.as_ref().ok_or_else(differs)?;
        if self.is_inspected {
            let is_same = result.files.iter().all(|(file, contents)| expected.files.get(file) == Some(contents));
            return if is_same { Ok(()) } else { Err(differs()) };
        }
        let sod = result.files.get(&FileId::SOD).ok_or_else(|| failed(BookletFate::Spoiled, "read_back_sod"))?;
        if Digest(Sha256::digest(sod).into()) != expected.security_object || expected.files != result.files {
            return Err(differs());
        }
        let mapping = expected.proves_by_mapping.then(|| match &result.chip_authentication_mapping {
            Some(data) => verify_chip_authentication_mapping(&result.files, data),
            None => false.into(),
        });
        let context = InspectionContext {
            printed_mrz: Some(expected.mrz.clone()),
            active_authentication: Some(is_authentic(result)),
            chip_authentication: Some(result.chip_authentication.into()),
            chip_authentication_mapping: mapping,
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
