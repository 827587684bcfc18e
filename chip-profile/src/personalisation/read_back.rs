//! Reading a locked chip back as an inspection system does, in few round trips and without I/O.
//!
//! With basic access control: (1) free files, SELECT of the application, GET CHALLENGE; (2) EXTERNAL AUTHENTICATE; (3) all
//! files under secure messaging, wrapped ahead. With PACE: (1) free files, MSE:Set AT; (2) to (5) GENERAL AUTHENTICATE;
//! (6) SELECT of the application and all files. When DG15 is among the files, that script also asks for an active
//! authentication; with [`ReadBack::with_chip_authentication`] it ends in the key agreement, and one more command under the new
//! session shows that it holds. Only so is it seen that the chip's private keys belong to its data groups.

use super::read_plan::{PlannedRead, ReadPlan, select_master_file};
use crate::access::bac::BacTerminal;
use crate::access::chip_authentication::ChipAuthenticationTerminal;
use crate::access::pace::{ChipAuthenticationData, PaceParameters, PacePassword, PaceTerminal};
use crate::access::secure_messaging::SecureMessaging;
use crate::access::{AccessError, MrzInformation, TerminalStep, active_authentication, require_ok, select_application};
use crate::apdu::{Command, Response, StatusWord};
use crate::lds::{ElementaryFiles, FileId};
use core::fmt;
use rand_core::CryptoRng;
use thiserror::Error;

/// By which access control a chip is read.
#[derive(Debug, Clone)]
pub enum ReadAccess {
    /// Basic access control.
    BasicAccessControl(MrzInformation),
    /// PACE.
    Pace(PaceParameters, PacePassword),
}

/// What to do next.
#[derive(Debug)]
#[must_use]
pub enum ReadStep {
    /// Send these commands and hand their answers to [`ReadBack::next`].
    Send(Vec<Command>),
    /// Everything was read.
    Done(ReadResult),
}

/// What was read.
#[derive(PartialEq, Eq)]
pub struct ReadResult {
    /// The files.
    pub files: ElementaryFiles,
    /// Challenge and answer of active authentication, to be verified with the public key of DG15.
    pub active_authentication: Option<([u8; 8], Response)>,
    /// What the chip sent in PACE with chip authentication mapping, to be verified with EF.CardSecurity.
    pub chip_authentication_mapping: Option<ChipAuthenticationData>,
    /// Whether the chip proved its chip authentication key; false when it was not asked to.
    pub chip_authentication: bool,
}

impl fmt::Debug for ReadResult {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let lengths: Vec<_> = self.files.iter().map(|(file, contents)| (file.name(), contents.len())).collect();
        formatter.debug_struct("ReadResult").field("files", &lengths).finish_non_exhaustive()
    }
}

/// Why a chip could not be read back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum ReadBackError {
    /// The chip refused to select something.
    #[error("SELECT was answered {status}")]
    Select {
        /// The status word.
        status: StatusWord,
    },
    /// The chip refused to give a file.
    #[error("READ BINARY of {file} was answered {status}")]
    Read {
        /// The file.
        file: FileId,
        /// The status word.
        status: StatusWord,
    },
    /// A file is shorter than it was written.
    #[error("{file} gave {found} bytes where {expected} were asked for")]
    Length {
        /// The file.
        file: FileId,
        /// Bytes asked for in one command.
        expected: usize,
        /// Bytes of answer data.
        found: usize,
    },
    /// Access control or secure messaging failed.
    #[error(transparent)]
    Access(#[from] AccessError),
    /// The chip did not prove its chip authentication key.
    #[error("chip authentication: {0}")]
    ChipAuthentication(AccessError),
    /// There are fewer answers than commands, and the last is no refusal.
    #[error("answers are missing")]
    Interrupted,
    /// It has ended already.
    #[error("step out of order")]
    OutOfOrder,
}

/// One chip's read back.
#[derive(Debug)]
pub struct ReadBack {
    plan: ReadPlan,
    terminal: Terminal,
    chip_authentication: Option<Box<ChipAuthenticationTerminal>>,
    state: State,
    files: Contents,
}

#[derive(Debug)]
enum Terminal {
    BasicAccessControl(BacTerminal),
    Pace(Box<PaceTerminal>),
}

#[derive(Debug)]
enum State {
    Ready,
    Opening(Vec<Expected>),
    Authenticating,
    Reading {
        session: Box<SecureMessaging>,
        expected: Vec<Expected>,
        challenge: Option<[u8; 8]>,
    },
    /// A command was sent under the session that chip authentication gave.
    Proving {
        session: Box<SecureMessaging>,
        active_authentication: Option<([u8; 8], Response)>,
    },
    Ended,
}

/// Contents read so far, not shown by Debug.
#[derive(Default)]
struct Contents(ElementaryFiles);

impl fmt::Debug for Contents {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} files", self.0.len())
    }
}

/// What the answer to a command of a script means.
#[derive(Debug)]
enum Expected {
    Selected,
    Contents(PlannedRead),
    ActiveAuthentication,
    ChipAuthenticationSetup,
    ChipAuthentication,
}

/// Answers of a script that are no files.
#[derive(Default)]
struct Proofs {
    active_authentication: Option<Response>,
    chip_authentication: Option<Response>,
}

impl ReadBack {
    /// A read back of what `plan` names. Call [`ReadBack::next`] without answers for the first script.
    pub fn new(plan: ReadPlan, access: ReadAccess) -> Self {
        let terminal = match access {
            ReadAccess::BasicAccessControl(information) => Terminal::BasicAccessControl(BacTerminal::new(&information)),
            ReadAccess::Pace(parameters, password) => Terminal::Pace(Box::new(PaceTerminal::new(parameters, password))),
        };
        ReadBack { plan, terminal, chip_authentication: None, state: State::Ready, files: Contents::default() }
    }

    /// Also has the chip prove its chip authentication key. The host knows the public key, for it made it.
    pub fn with_chip_authentication(mut self, terminal: ChipAuthenticationTerminal) -> Self {
        self.chip_authentication = Some(Box::new(terminal));
        self
    }

    /// Takes the answers to the last script and gives the next, or the result. `rng` is asked for the challenges and keys of
    /// access control and of active authentication.
    ///
    /// # Errors
    /// The chip refused, answered too little, or its messages are not authentic; the read back is over then.
    pub fn next(&mut self, answers: &[Response], rng: &mut dyn CryptoRng) -> Result<ReadStep, ReadBackError> {
        match core::mem::replace(&mut self.state, State::Ended) {
            State::Ready => Ok(self.open()),
            State::Opening(expected) => {
                let (plain, last) = answers.split_at_checked(expected.len()).unwrap_or((answers, &[]));
                self.take(expected, plain.iter().cloned().map(Ok))?;
                let [last] = last else { return Err(ReadBackError::Interrupted) };
                self.advance(last, rng)
            }
            State::Authenticating => {
                let [answer] = answers else { return Err(ReadBackError::Interrupted) };
                self.advance(answer, rng)
            }
            State::Reading { mut session, expected, challenge } => {
                let proofs = self.take(expected, answers.iter().map(|answer| session.unprotect(answer)))?;
                let active_authentication = challenge.zip(proofs.active_authentication);
                match (self.chip_authentication.take(), proofs.chip_authentication) {
                    (Some(terminal), Some(agreed)) => self.prove(*terminal, &agreed, active_authentication, rng),
                    _ => Ok(ReadStep::Done(self.result(active_authentication, false))),
                }
            }
            State::Proving { mut session, active_authentication } => {
                let [answer] = answers else { return Err(ReadBackError::Interrupted) };
                let answer = session.unprotect(answer).map_err(ReadBackError::ChipAuthentication)?;
                if !answer.status.is_ok() {
                    return Err(ReadBackError::Select { status: answer.status });
                }
                Ok(ReadStep::Done(self.result(active_authentication, true)))
            }
            State::Ended => Err(ReadBackError::OutOfOrder),
        }
    }

    fn open(&mut self) -> ReadStep {
        let mut script = vec![select_master_file()];
        let mut expected = vec![Expected::Selected];
        push_reads(self.plan.free_reads(), &mut script, &mut expected);
        match &self.terminal {
            Terminal::BasicAccessControl(terminal) => {
                script.push(select_application());
                expected.push(Expected::Selected);
                script.push(terminal.start());
            }
            Terminal::Pace(terminal) => script.push(terminal.start()),
        }
        self.state = State::Opening(expected);
        ReadStep::Send(script)
    }

    fn advance(&mut self, answer: &Response, rng: &mut dyn CryptoRng) -> Result<ReadStep, ReadBackError> {
        let step = match &mut self.terminal {
            Terminal::BasicAccessControl(terminal) => terminal.advance(answer, rng)?,
            Terminal::Pace(terminal) => terminal.advance(answer, rng)?,
        };
        match step {
            TerminalStep::Send(command) => {
                self.state = State::Authenticating;
                Ok(ReadStep::Send(vec![command]))
            }
            TerminalStep::Established(session) => self.read(session, rng),
        }
    }

    fn read(&mut self, mut session: SecureMessaging, rng: &mut dyn CryptoRng) -> Result<ReadStep, ReadBackError> {
        let mut script = Vec::new();
        let mut expected = Vec::new();
        let master = self.plan.protected_master_file_reads(session.suite());
        let mut selected = matches!(self.terminal, Terminal::BasicAccessControl(_));
        if !master.is_empty() {
            script.push(select_master_file());
            expected.push(Expected::Selected);
            push_reads(master, &mut script, &mut expected);
            selected = false;
        }
        if !selected {
            script.push(select_application());
            expected.push(Expected::Selected);
        }
        push_reads(self.plan.application_reads(session.suite()), &mut script, &mut expected);
        let challenge = self.plan.contains(FileId::DG15).then(|| {
            let mut challenge = [0; 8];
            rng.fill_bytes(&mut challenge);
            challenge
        });
        if let Some(challenge) = challenge {
            // An RSA signature may be longer than short length fields can carry.
            script.push(match self.plan.extended_length() {
                true => active_authentication::extended_command(challenge),
                false => active_authentication::command(challenge),
            });
            expected.push(Expected::ActiveAuthentication);
        }
        if let Some(terminal) = &mut self.chip_authentication {
            script.push(terminal.start(rng).map_err(ReadBackError::ChipAuthentication)?);
            if terminal.is_one_command() {
                expected.push(Expected::ChipAuthentication);
            } else {
                expected.push(Expected::ChipAuthenticationSetup);
                // Whether the chip takes the choice of key is seen in its answer; the next command does not depend on it.
                let chosen = Response::status(StatusWord::OK);
                if let TerminalStep::Send(command) =
                    terminal.advance(&chosen, rng).map_err(ReadBackError::ChipAuthentication)?
                {
                    script.push(command);
                    expected.push(Expected::ChipAuthentication);
                }
            }
        }
        let script = session.protect_script(&script)?;
        self.state = State::Reading { session: Box::new(session), expected, challenge };
        Ok(ReadStep::Send(script))
    }

    fn prove(
        &mut self,
        mut terminal: ChipAuthenticationTerminal,
        agreed: &Response,
        active_authentication: Option<([u8; 8], Response)>,
        rng: &mut dyn CryptoRng,
    ) -> Result<ReadStep, ReadBackError> {
        match terminal.advance(agreed, rng).map_err(ReadBackError::ChipAuthentication)? {
            TerminalStep::Send(_) => Err(ReadBackError::OutOfOrder),
            TerminalStep::Established(mut session) => {
                let command = session.protect(&select_application())?;
                self.state = State::Proving { session: Box::new(session), active_authentication };
                Ok(ReadStep::Send(vec![command]))
            }
        }
    }

    fn result(&mut self, active_authentication: Option<([u8; 8], Response)>, chip_authentication: bool) -> ReadResult {
        let chip_authentication_mapping = match &self.terminal {
            Terminal::BasicAccessControl(_) => None,
            Terminal::Pace(terminal) => terminal.chip_authentication().cloned(),
        };
        ReadResult {
            files: core::mem::take(&mut self.files.0),
            active_authentication,
            chip_authentication_mapping,
            chip_authentication,
        }
    }

    fn take(
        &mut self,
        expected: Vec<Expected>,
        mut answers: impl Iterator<Item = Result<Response, AccessError>>,
    ) -> Result<Proofs, ReadBackError> {
        let mut proofs = Proofs::default();
        for expected in expected {
            let answer = answers.next().ok_or(ReadBackError::Interrupted)??;
            match expected {
                Expected::Selected if answer.status.is_ok() => {}
                Expected::Selected => return Err(ReadBackError::Select { status: answer.status }),
                Expected::ActiveAuthentication => proofs.active_authentication = Some(answer),
                Expected::ChipAuthentication => proofs.chip_authentication = Some(answer),
                Expected::ChipAuthenticationSetup => {
                    require_ok(&answer, "MSE:Set AT").map_err(ReadBackError::ChipAuthentication)?;
                }
                Expected::Contents(read) => {
                    let file = read.file;
                    if !answer.status.is_ok() && answer.status != StatusWord::END_OF_FILE {
                        return Err(ReadBackError::Read { file, status: answer.status });
                    }
                    let contents = read.contents(&answer.data).ok_or(ReadBackError::Length {
                        file,
                        expected: read.length,
                        found: answer.data.len(),
                    })?;
                    self.files.0.entry(file).or_default().extend_from_slice(contents);
                }
            }
        }
        Ok(proofs)
    }
}

fn push_reads(reads: Vec<PlannedRead>, script: &mut Vec<Command>, expected: &mut Vec<Expected>) {
    for read in reads {
        script.push(read.command.clone());
        expected.push(Expected::Contents(read));
    }
}
