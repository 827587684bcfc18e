//! The conversation itself: which command follows which answer.

use std::collections::VecDeque;

use rand_core::CryptoRng;

use super::file::{FileReading, FileStep};
use super::{
    AccessUsed, ActiveAuthenticationAnswer, ChipReading, NotRead, NotReadReason, ReaderError, ReaderPassword,
    ReaderPhase, ReaderProgress, ReaderSettings, ReaderStep,
};
use crate::access::bac::BacTerminal;
use crate::access::chip_authentication::ChipAuthenticationTerminal;
use crate::access::pace::{Mapping, PaceParameters, PaceTerminal, PasswordReference};
use crate::access::secure_messaging::SecureMessaging;
use crate::access::{AccessError, TerminalStep, select_application};
use crate::apdu::{Command, Response, StatusWord};
use crate::inspection::authentication::active_authentication_command;
use crate::inspection::data_groups::EXTENDED_ACCESS;
use crate::inspection::{ChipProof, chip_authentication_terminal};
use crate::lds::{AtrInfo, CardAccess, Com, FileId};
use crate::personalisation::ChipLimits;
use crate::personalisation::read_plan::select_master_file;
use crate::sod::SecurityObject;

/// One chip's reading.
#[derive(Debug)]
pub struct ChipReader {
    settings: ReaderSettings,
    limits: ChipLimits,
    session: Option<Box<SecureMessaging>>,
    task: Task,
    files: VecDeque<FileId>,
    result: ChipReading,
}

/// What the command that was sent last is for.
#[derive(Debug)]
enum Task {
    Ready,
    MasterFile,
    File(FileReading, Reason),
    Pace(Box<PaceTerminal>, PaceParameters, PasswordReference),
    BasicAccessControl(BacTerminal),
    Application,
    ActiveAuthentication([u8; 8]),
    ChipAuthentication(Box<ChipAuthenticationTerminal>),
    /// A command was sent under the session that chip authentication gave.
    Proof,
    Ended,
}

/// Why a file is read, and so what comes after it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Reason {
    /// Everyone may read it.
    Free,
    /// EF.COM before access control: a chip may do without.
    Probe,
    /// EF.CardSecurity, after PACE.
    MasterFile,
    /// EF.COM and EF.SOD: what else there is.
    Lists,
    DataGroup,
}

impl ChipReader {
    /// A reading with these settings. Call [`ChipReader::start`] for the first command.
    pub fn new(settings: ReaderSettings) -> Self {
        ChipReader {
            settings,
            limits: ChipLimits::SHORT,
            session: None,
            task: Task::Ready,
            files: VecDeque::new(),
            result: ChipReading::default(),
        }
    }

    /// The first command. A chip that has just come into the field is expected; a second call begins anew.
    pub fn start(&mut self) -> ReaderStep {
        self.limits = ChipLimits::SHORT;
        self.session = None;
        self.result = ChipReading { exchanges: 1, ..ChipReading::default() };
        self.files = [FileId::CARD_ACCESS, FileId::ATR_INFO, FileId::DIR].into();
        self.task = Task::MasterFile;
        ReaderStep::Send(select_master_file())
    }

    /// How far it is.
    pub fn progress(&self) -> ReaderProgress {
        let (bytes, of) = match &self.task {
            Task::File(reading, _) => (reading.bytes(), reading.total()),
            _ => (0, None),
        };
        ReaderProgress { phase: self.phase(), bytes, of, exchanges: self.result.exchanges }
    }

    /// What was read until now: after an error, what there is to look at.
    pub fn so_far(&self) -> &ChipReading {
        &self.result
    }

    /// Takes the answer to the last command and gives the next, or the result. `rng` is asked for the challenges and keys of
    /// the protocols.
    ///
    /// # Errors
    /// The chip refused a step without which nothing can be read, left the session, answered what is not authentic or too
    /// often to no avail; or no password fits. The reading is over then.
    pub fn next(&mut self, answer: &Response, rng: &mut dyn CryptoRng) -> Result<ReaderStep, ReaderError> {
        let phase = self.phase();
        let task = core::mem::replace(&mut self.task, Task::Ended);
        let answer = match self.open(&task, answer) {
            Ok(answer) => answer,
            Err(error) => {
                if matches!(task, Task::Proof) {
                    return Ok(self.chip_authentication_failed(error));
                }
                return Err(ReaderError::Access { phase, error });
            }
        };
        let step = self.advance(task, &answer, rng)?;
        if matches!(step, ReaderStep::Send(_)) {
            if self.result.exchanges >= self.settings.most_exchanges {
                self.task = Task::Ended;
                return Err(ReaderError::TooManyExchanges { phase, most: self.settings.most_exchanges });
            }
            self.result.exchanges += 1;
        }
        Ok(step)
    }

    fn phase(&self) -> ReaderPhase {
        match &self.task {
            Task::Ready | Task::MasterFile => ReaderPhase::MasterFile,
            Task::File(reading, _) => ReaderPhase::File(reading.file()),
            Task::Pace(..) => ReaderPhase::Pace,
            Task::BasicAccessControl(_) => ReaderPhase::BasicAccessControl,
            Task::Application => ReaderPhase::Application,
            Task::ActiveAuthentication(_) => ReaderPhase::ActiveAuthentication,
            Task::ChipAuthentication(_) | Task::Proof => ReaderPhase::ChipAuthentication,
            Task::Ended => ReaderPhase::Ended,
        }
    }

    fn open(&mut self, task: &Task, answer: &Response) -> Result<Response, AccessError> {
        match (&mut self.session, task) {
            (Some(session), task) if !matches!(task, Task::Ready | Task::Ended) => session.unprotect(answer),
            _ => Ok(answer.clone()),
        }
    }

    fn advance(&mut self, task: Task, answer: &Response, rng: &mut dyn CryptoRng) -> Result<ReaderStep, ReaderError> {
        match task {
            Task::Ready | Task::Ended => Err(ReaderError::OutOfOrder),
            // A chip without a master file, or with another way to select it, shows in what follows.
            Task::MasterFile => self.next_file(Reason::Free, rng),
            Task::File(reading, reason) => self.file(reading, reason, answer, rng),
            Task::Pace(mut terminal, parameters, reference) => {
                let failed = |error| ReaderError::Access { phase: ReaderPhase::Pace, error };
                match terminal.advance(answer, rng).map_err(failed)? {
                    TerminalStep::Send(command) => self.send(command, Task::Pace(terminal, parameters, reference)),
                    TerminalStep::Established(session) => {
                        self.result.access = AccessUsed::Pace(parameters, reference);
                        self.result.chip_authentication_mapping = terminal.chip_authentication().cloned();
                        self.session = Some(Box::new(session));
                        self.files = [FileId::CARD_SECURITY].into();
                        self.next_file(Reason::MasterFile, rng)
                    }
                }
            }
            Task::BasicAccessControl(mut terminal) => {
                let failed = |error| ReaderError::Access { phase: ReaderPhase::BasicAccessControl, error };
                match terminal.advance(answer, rng).map_err(failed)? {
                    TerminalStep::Send(command) => self.send(command, Task::BasicAccessControl(terminal)),
                    TerminalStep::Established(session) => {
                        self.result.access = AccessUsed::BasicAccessControl;
                        self.session = Some(Box::new(session));
                        self.lists(rng)
                    }
                }
            }
            Task::Application if !answer.status.is_ok() => {
                Err(ReaderError::Refused { phase: ReaderPhase::Application, status: answer.status })
            }
            Task::Application if self.session.is_some() => self.lists(rng),
            Task::Application => self.begin_file(FileId::COM, Reason::Probe),
            Task::ActiveAuthentication(challenge) => {
                self.result.active_authentication =
                    Some(ActiveAuthenticationAnswer { challenge, response: answer.clone() });
                self.chip_authentication(rng)
            }
            Task::ChipAuthentication(mut terminal) => match terminal.advance(answer, rng) {
                Ok(TerminalStep::Send(command)) => self.send(command, Task::ChipAuthentication(terminal)),
                Ok(TerminalStep::Established(session)) => {
                    self.session = Some(Box::new(session));
                    self.send(select_application(), Task::Proof)
                }
                Err(error) => Ok(self.chip_authentication_failed(error)),
            },
            Task::Proof => {
                self.result.chip_authentication = Some(ChipProof::Proved);
                Ok(self.done())
            }
        }
    }

    fn send(&mut self, command: Command, task: Task) -> Result<ReaderStep, ReaderError> {
        self.task = task;
        let phase = self.phase();
        let command = match &mut self.session {
            Some(session) => session.protect(&command).map_err(|error| ReaderError::Access { phase, error })?,
            None => command,
        };
        Ok(ReaderStep::Send(command))
    }

    fn begin_file(&mut self, file: FileId, reason: Reason) -> Result<ReaderStep, ReaderError> {
        let chunk = match (&self.session, reason) {
            (Some(session), _) => self.limits.read_chunk(session.suite()),
            // Before EF.ATR/INFO is known, and without protection, all that a short answer can carry.
            (None, _) if self.limits.extended_length => self.limits.buffer.max(256),
            (None, _) => 256,
        };
        let mut reading = FileReading::new(file, chunk);
        let command = reading.command();
        self.send(command, Task::File(reading, reason))
    }

    /// Reads the next of the files that wait, or goes on after them.
    fn next_file(&mut self, reason: Reason, rng: &mut dyn CryptoRng) -> Result<ReaderStep, ReaderError> {
        if let Some(file) = self.files.pop_front() {
            return self.begin_file(file, reason);
        }
        match reason {
            Reason::Free => self.access(),
            Reason::MasterFile => self.send(select_application(), Task::Application),
            Reason::Probe | Reason::Lists => {
                self.files = self.data_groups();
                self.next_file(Reason::DataGroup, rng)
            }
            Reason::DataGroup => self.active_authentication(rng),
        }
    }

    fn file(
        &mut self,
        mut reading: FileReading,
        reason: Reason,
        answer: &Response,
        rng: &mut dyn CryptoRng,
    ) -> Result<ReaderStep, ReaderError> {
        let file = reading.file();
        match reading.take(answer) {
            FileStep::Send(command) => return self.send(command, Task::File(reading, reason)),
            FileStep::Done(contents) => {
                if file == FileId::ATR_INFO && self.settings.extended_length {
                    self.limits = announced_limits(&contents).unwrap_or(self.limits);
                }
                self.result.files.insert(file, contents);
            }
            FileStep::NotRead(NotReadReason::Refused(status)) if reason == Reason::Probe => {
                return self.basic_access_control(status);
            }
            // That a chip lacks one of these says nothing.
            FileStep::NotRead(NotReadReason::Refused(_)) if matches!(reason, Reason::Free | Reason::MasterFile) => {}
            FileStep::NotRead(why) => self.result.not_read.push(NotRead { file, reason: why }),
        }
        if reason == Reason::Probe {
            self.files = [FileId::SOD].into();
            return self.next_file(Reason::Lists, rng);
        }
        self.next_file(reason, rng)
    }

    /// Step 2: PACE when the chip announces one that is known here, else the application.
    fn access(&mut self) -> Result<ReaderStep, ReaderError> {
        let card_access = self.result.files.get(&FileId::CARD_ACCESS).and_then(|file| CardAccess::parse(file).ok());
        let announced = card_access.map(|file| file.security_infos).unwrap_or_default();
        let known = announced.iter().filter_map(PaceParameters::from_security_info);
        let Some(parameters) = known.max_by_key(strength) else {
            return self.send(select_application(), Task::Application);
        };
        let Some(password) = &self.settings.password else { return Err(ReaderError::PasswordNeeded) };
        let password = password.for_pace();
        let reference = password.reference();
        let terminal = Box::new(PaceTerminal::for_card_access(parameters, password, &announced));
        let command = terminal.start();
        self.send(command, Task::Pace(terminal, parameters, reference))
    }

    fn basic_access_control(&mut self, refused: StatusWord) -> Result<ReaderStep, ReaderError> {
        match &self.settings.password {
            _ if refused == StatusWord::FILE_NOT_FOUND => {
                Err(ReaderError::Refused { phase: ReaderPhase::File(FileId::COM), status: refused })
            }
            None => Err(ReaderError::PasswordNeeded),
            Some(ReaderPassword::Can(_)) => Err(ReaderError::CanWithoutPace),
            Some(ReaderPassword::Mrz(information)) => {
                let terminal = BacTerminal::new(information);
                let command = terminal.start();
                self.send(command, Task::BasicAccessControl(terminal))
            }
        }
    }

    fn lists(&mut self, rng: &mut dyn CryptoRng) -> Result<ReaderStep, ReaderError> {
        self.files = [FileId::COM, FileId::SOD].into();
        self.next_file(Reason::Lists, rng)
    }

    /// What EF.COM and EF.SOD list, the keys first; the mandatory ones when neither can be read.
    fn data_groups(&mut self) -> VecDeque<FileId> {
        let com = self.result.files.get(&FileId::COM).and_then(|file| Com::parse(file).ok());
        let sod = self.result.files.get(&FileId::SOD).and_then(|file| SecurityObject::parse(file).ok());
        let mut listed: Vec<FileId> = com.map(|com| com.data_groups).unwrap_or_default();
        if let Some(object) = sod {
            let signed = object.lds_security_object().data_group_hashes.keys();
            listed.extend(signed.filter_map(|number| FileId::from_data_group(*number)));
        }
        if listed.is_empty() {
            listed.extend([FileId::DG1, FileId::DG2]);
        }
        let keys = [FileId::DG14, FileId::DG15];
        let wanted = |file: &FileId| {
            keys.contains(file) || self.settings.data_groups.as_ref().is_none_or(|wanted| wanted.contains(file))
        };
        self.result.left_unread = listed.iter().copied().filter(|file| !wanted(file)).collect();
        listed.retain(|file| wanted(file) && !EXTENDED_ACCESS.contains(file));
        listed.sort_by_key(|file| (!keys.contains(file), *file));
        listed.dedup();
        listed.into()
    }

    fn active_authentication(&mut self, rng: &mut dyn CryptoRng) -> Result<ReaderStep, ReaderError> {
        if !self.settings.authenticate || !self.result.files.contains_key(&FileId::DG15) {
            return self.chip_authentication(rng);
        }
        let mut challenge = [0; 8];
        rng.fill_bytes(&mut challenge);
        let command = active_authentication_command(&self.result.files, challenge);
        self.send(command, Task::ActiveAuthentication(challenge))
    }

    fn chip_authentication(&mut self, rng: &mut dyn CryptoRng) -> Result<ReaderStep, ReaderError> {
        let terminal = chip_authentication_terminal(&self.result.files);
        match terminal.filter(|_| self.settings.authenticate) {
            None => Ok(self.done()),
            Some(mut terminal) => match terminal.start(rng) {
                Ok(command) => self.send(command, Task::ChipAuthentication(Box::new(terminal))),
                Err(error) => Ok(self.chip_authentication_failed(error)),
            },
        }
    }

    fn chip_authentication_failed(&mut self, error: AccessError) -> ReaderStep {
        self.result.chip_authentication = Some(ChipProof::Failed(error.to_string()));
        self.done()
    }

    fn done(&mut self) -> ReaderStep {
        self.task = Task::Ended;
        ReaderStep::Done(core::mem::take(&mut self.result))
    }
}

/// Extended length, where the reader carries it and EF.ATR/INFO announces it with its limits (Doc 9303-10 3.11.1).
fn announced_limits(atr_info: &[u8]) -> Option<ChipLimits> {
    let limits = ChipLimits::announced_by(&AtrInfo::parse(atr_info).ok()?);
    limits.extended_length.then(|| ChipLimits::new(limits.buffer.min(LARGEST_ANSWER), true))
}

/// Bytes that are asked for at once: readers in the field are not reliable with more.
const LARGEST_ANSWER: usize = 4_096;

/// The strongest of the announced parameters is taken: the longer key, the larger curve, and of two that are alike the one
/// that authenticates the chip as well.
fn strength(parameters: &PaceParameters) -> (usize, usize, u8, bool) {
    let suite = parameters.suite();
    let authenticates = parameters.mapping() == Mapping::ChipAuthentication;
    (suite.key_length(), suite.block_length(), parameters.curve().standardized_parameter_id(), authenticates)
}
