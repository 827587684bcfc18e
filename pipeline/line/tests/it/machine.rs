//! A machine after the contract of `printer-driver`: accepts, completes later, keeps a journal, can lose its link, its power
//! and its memory. What it does to booklets is done for good, whatever it tells.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use printer_driver::{
    Acceptance, Alarm, Attached, CameraImage, Capabilities, ChipEncoding, ChipIdentity, Command, Completion,
    ControlCommand, ControlMode, Cursor, Description, DeviceError, ErrorKind, Event, EventBatch, EventBody, Feeder,
    FeederId, FencingToken, Format, IdempotencyKey, Identity, ImageId, JobId, JobPosition, JournalEntry, Mode,
    Numbering, Operation, ProgressStep, Snapshot, Stack, StackLevel, State, StationId,
};

use crate::chance::Chance;

/// A booklet as it physically is.
#[derive(Debug, Clone, Default)]
pub(crate) struct Booklet {
    pub(crate) serial: String,
    pub(crate) chip_serial: Vec<u8>,
    pub(crate) content: Vec<u8>,
    /// The key that the chip has made itself, if any.
    pub(crate) key: Vec<u8>,
    pub(crate) is_locked: bool,
    /// Every marking that the page ever got.
    pub(crate) marks: Vec<Vec<u8>>,
    /// The number that was engraved.
    pub(crate) number: Option<String>,
}

impl Booklet {
    pub(crate) fn new(serial: &str) -> Self {
        Booklet { serial: serial.to_owned(), chip_serial: format!("chip {serial}").into_bytes(), ..Booklet::default() }
    }
}

#[derive(Clone)]
enum Known {
    UnderWay,
    Ended(Result<Completion, DeviceError>),
}

/// Rates in a thousand, each for one command.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Rates {
    /// The link breaks before the command arrives.
    pub(crate) lost_before: u64,
    /// The link breaks after the command arrived, before the answer.
    pub(crate) lost_after: u64,
    /// Refused as busy.
    pub(crate) busy: u64,
    /// Accepted and then ended without effect, because the machine stood still.
    pub(crate) wrong_state: u64,
    /// The booklet is spoiled by the command.
    pub(crate) spoils: u64,
    /// Nobody can say what became of the booklet.
    pub(crate) unknown: u64,
    /// A pick fails.
    pub(crate) misfeed: u64,
    /// Power is cut while a command is under way.
    pub(crate) power: u64,
    /// Of power cuts: the journal is gone afterwards.
    pub(crate) amnesia: u64,
}

/// What shall happen to the submission of this number, counted from one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Loss {
    Before(u64),
    After(u64),
}

pub(crate) struct Machine {
    pub(crate) chance: Chance,
    pub(crate) rates: Rates,
    pub(crate) state: State,
    pub(crate) feeder: VecDeque<Booklet>,
    /// Said of the feeder beyond what is in it.
    pub(crate) feeder_lie: u32,
    pub(crate) inside: BTreeMap<u64, Booklet>,
    pub(crate) good: Vec<Booklet>,
    pub(crate) good_capacity: usize,
    /// Good documents that a person took from the stack.
    pub(crate) taken: Vec<Booklet>,
    pub(crate) rejected: Vec<Booklet>,
    /// Booklets that a person took out of the machine by hand after it had forgotten them.
    pub(crate) by_hand: Vec<Booklet>,
    /// Every accepted command, in order.
    pub(crate) accepted: Vec<Command>,
    /// Serials of which a marking or delivery was told as unknown.
    pub(crate) told_unknown: BTreeSet<String>,
    /// The next completions of this kind of command end so, without effect.
    pub(crate) next_ends: VecDeque<(&'static str, DeviceError)>,
    pub(crate) loss: Option<Loss>,
    pub(crate) submissions: u64,
    /// Submissions of control commands that are refused.
    pub(crate) refuses_control: u32,
    pub(crate) token: u64,
    pub(crate) alarms: Vec<Alarm>,
    /// Whether it engraves numbers and encodes chips by itself.
    pub(crate) engraves: bool,
    /// Whether it says that it has the acting state before Stopped.
    pub(crate) announces_stopping: bool,
    /// Pages that it marks a second time by itself.
    pub(crate) reprints: u32,
    /// Pages that it marks well and gets no picture of.
    pub(crate) camera_fails: u32,
    /// Milliseconds that a pick waits in the machine before it begins.
    pub(crate) picks_wait: u64,
    /// How the next pick ends, with the booklet put out.
    pub(crate) next_pick_loses: Option<DeviceError>,
    now: u64,
    is_attached: bool,
    start_count: u64,
    link_down_until: u64,
    jobs_used: BTreeSet<u64>,
    serial_of: BTreeMap<u64, String>,
    journal: BTreeMap<u128, Known>,
    forgot: bool,
    under_way: Vec<(u64, Command)>,
    events: VecDeque<Event>,
    newest: u64,
    images: BTreeMap<u64, Vec<u8>>,
}

pub(crate) fn kind(operation: &Operation) -> &'static str {
    match operation {
        Operation::Control(_) => "control",
        Operation::Pick { .. } => "pick",
        Operation::Exchange { .. } => "exchange",
        Operation::Encode { .. } => "encode",
        Operation::Photograph { .. } => "photograph",
        Operation::AcknowledgeAlarm(_) => "acknowledge",
        Operation::Personalise { .. } => "personalise",
        Operation::Deliver { stack: Stack::Good, .. } => "deliver good",
        Operation::Deliver { stack: Stack::Reject, .. } => "deliver reject",
        _ => "other",
    }
}

fn refused<T>(kind: ErrorKind) -> Result<T, DeviceError> {
    Err(DeviceError::untouched(kind, "refused"))
}

impl Machine {
    pub(crate) fn new(seed: u64) -> Self {
        Machine {
            chance: Chance(seed),
            rates: Rates::default(),
            state: State::Stopped,
            feeder: VecDeque::new(),
            feeder_lie: 0,
            inside: BTreeMap::new(),
            good: Vec::new(),
            good_capacity: 1000,
            taken: Vec::new(),
            rejected: Vec::new(),
            by_hand: Vec::new(),
            accepted: Vec::new(),
            told_unknown: BTreeSet::new(),
            next_ends: VecDeque::new(),
            loss: None,
            submissions: 0,
            refuses_control: 0,
            token: 0,
            alarms: Vec::new(),
            engraves: false,
            announces_stopping: false,
            reprints: 0,
            camera_fails: 0,
            picks_wait: 0,
            next_pick_loses: None,
            now: 0,
            is_attached: false,
            start_count: 1,
            link_down_until: 0,
            jobs_used: BTreeSet::new(),
            serial_of: BTreeMap::new(),
            journal: BTreeMap::new(),
            forgot: false,
            under_way: Vec::new(),
            events: VecDeque::new(),
            newest: 0,
            images: BTreeMap::new(),
        }
    }

    /// Time passes: what is due is done. Answers when the next command is due.
    pub(crate) fn advance(&mut self, now: u64) -> Option<u64> {
        self.now = now;
        self.under_way.sort_by_key(|(due, _)| *due);
        while self.under_way.first().is_some_and(|(due, _)| *due <= now) {
            if self.chance.per_mille(self.rates.power) {
                let forgets = self.chance.per_mille(self.rates.amnesia);
                self.cut_power(forgets);
                break;
            }
            let (_, command) = self.under_way.remove(0);
            let result = self.carry_out(&command.operation);
            self.end(command.key, command.operation.job(), result);
        }
        self.under_way.first().map(|(due, _)| *due)
    }

    /// Power is gone and back: every command under way may or may not have had its effect.
    pub(crate) fn cut_power(&mut self, forgets: bool) {
        self.is_attached = false;
        self.start_count += 1;
        self.link_down_until = self.now + 30;
        for (_, command) in std::mem::take(&mut self.under_way) {
            let happened = self.chance.per_mille(500);
            let touches = !matches!(command.operation, Operation::Control(_));
            if happened {
                let _ = self.carry_out(&command.operation);
            }
            let lost = DeviceError::unknown(ErrorKind::PowerLost, "power was cut");
            let told = if happened || touches { Err(lost) } else { refused(ErrorKind::PowerLost) };
            self.end(command.key, command.operation.job(), told);
        }
        self.images.clear();
        self.tell(EventBody::StateChanged(State::Stopped));
        self.state = State::Stopped;
        if forgets {
            self.journal.clear();
            self.forgot = true;
            if self.chance.per_mille(500) {
                self.by_hand.extend(std::mem::take(&mut self.inside).into_values());
            }
        }
    }

    /// As a power cut over a link that mends itself before anybody asks: nothing that is called fails.
    pub(crate) fn cut_power_unseen(&mut self) {
        self.cut_power(false);
        (self.link_down_until, self.is_attached) = (self.now, true);
    }

    pub(crate) fn break_link(&mut self, milliseconds: u64) {
        self.link_down_until = self.now + milliseconds;
        self.is_attached = false;
    }

    /// A person empties the good stack.
    pub(crate) fn empty_stack(&mut self) {
        self.taken.append(&mut self.good);
        self.tell(EventBody::StackChanged(self.good_level()));
    }

    /// A person fills the feeder.
    pub(crate) fn fill(&mut self, booklets: Vec<Booklet>) {
        self.feeder.extend(booklets);
        self.feeder_lie = 0;
        self.tell(EventBody::FeederChanged(self.feeder()));
    }

    pub(crate) fn set_state(&mut self, state: State) {
        self.state = state;
        self.tell(EventBody::StateChanged(state));
    }

    pub(crate) fn tell(&mut self, body: EventBody) {
        self.newest += 1;
        self.events.push_back(Event::new(Cursor(self.newest), 0, body));
        if self.events.len() > 200 {
            self.events.pop_front();
        }
    }

    fn end(&mut self, key: IdempotencyKey, job: Option<JobId>, result: Result<Completion, DeviceError>) {
        self.journal.insert(key.0, Known::Ended(result.clone()));
        self.tell(EventBody::Completed { key, job, result });
    }

    fn feeder(&self) -> Feeder {
        Feeder::new(FeederId(1)).with_load(
            Format("passport-32".to_owned()),
            None,
            u32::try_from(self.feeder.len()).unwrap() + self.feeder_lie,
        )
    }

    fn good_level(&self) -> StackLevel {
        let count = |number: usize| u32::try_from(number).unwrap();
        StackLevel::new(Stack::Good, count(self.good.len()), count(self.good_capacity))
    }

    /// Does a command for good and says how it ended.
    fn carry_out(&mut self, operation: &Operation) -> Result<Completion, DeviceError> {
        if self.next_ends.front().is_some_and(|(what, _)| *what == kind(operation)) {
            let (_, error) = self.next_ends.pop_front().unwrap();
            return Err(error);
        }
        if let Operation::AcknowledgeAlarm(alarm) = operation {
            self.alarms.iter_mut().filter(|known| known.id == *alarm).for_each(|known| known.is_acknowledged = true);
            self.tell(EventBody::AlarmAcknowledged(*alarm));
            return Ok(Completion::Done);
        }
        if let Operation::Control(command) = operation {
            let to = match command {
                ControlCommand::Clear => State::Stopped,
                ControlCommand::Reset => State::Idle,
                ControlCommand::Start => State::Execute,
                ControlCommand::Stop => State::Stopped,
                _ => return refused(ErrorKind::Unsupported),
            };
            self.set_state(to);
            return Ok(Completion::Done);
        }
        if self.state != State::Execute || self.chance.per_mille(self.rates.wrong_state) {
            return refused(ErrorKind::WrongState);
        }
        let id = operation.job().unwrap().0;
        if let Operation::Pick { .. } = operation {
            self.tell(EventBody::FeederChanged(self.feeder()));
            let Some(booklet) = self.feeder.pop_front() else { return refused(ErrorKind::FeederEmpty) };
            if let Some(error) = self.next_pick_loses.take() {
                self.rejected.push(booklet);
                return Err(error);
            }
            if self.chance.per_mille(self.rates.misfeed) {
                let error = DeviceError::spoiled(ErrorKind::Misfeed, "askew");
                let is_read = self.chance.per_mille(500);
                let error = if is_read { error.with_serial(booklet.serial.as_str()) } else { error };
                self.rejected.push(booklet);
                return Err(error);
            }
            let chip = ChipIdentity::new(booklet.chip_serial.clone(), 1);
            let serial = booklet.serial.clone();
            self.serial_of.insert(id, serial.clone());
            self.inside.insert(id, booklet);
            return Ok(Completion::Picked { serial, chip, station: StationId(2) });
        }
        let spoils = self.chance.per_mille(self.rates.spoils);
        let unknown = self.chance.per_mille(self.rates.unknown);
        let Some(booklet) = self.inside.get_mut(&id) else { return refused(ErrorKind::NotFound) };
        match operation {
            Operation::Exchange { script, .. } => {
                if spoils {
                    return Err(DeviceError::spoiled(ErrorKind::ChipMute, "mute"));
                }
                let mut answers = Vec::new();
                for command in &script.commands {
                    let answer = match command.split_first() {
                        Some((b'W', _)) if booklet.is_locked => vec![0x69, 0x85],
                        Some((b'W', data)) => {
                            booklet.content = data.to_vec();
                            vec![0x90, 0]
                        }
                        // A chip makes its key once, until it is emptied; no two are alike.
                        Some((b'K', _)) if booklet.is_locked || !booklet.key.is_empty() => vec![0x6A, 0x89],
                        Some((b'K', _)) => {
                            booklet.key = self.chance.below(u64::MAX).to_be_bytes().to_vec();
                            [&booklet.key[..], &[0x90, 0]].concat()
                        }
                        Some((b'E', _)) if booklet.is_locked => vec![0x69, 0x85],
                        Some((b'E', _)) => {
                            booklet.key.clear();
                            booklet.content.clear();
                            vec![0x90, 0]
                        }
                        Some((b'L', _)) => {
                            booklet.is_locked = true;
                            vec![0x90, 0]
                        }
                        _ => [&booklet.content[..], &[u8::from(booklet.is_locked), 0x90, 0]].concat(),
                    };
                    let accepted = answer.ends_with(&[0x90, 0]);
                    answers.push(answer);
                    if !accepted {
                        break;
                    }
                }
                if unknown {
                    return Err(DeviceError::unknown(ErrorKind::Fault, "nobody knows"));
                }
                Ok(Completion::Answered { answers })
            }
            Operation::Encode { package, .. } => {
                if spoils {
                    return Err(DeviceError::spoiled(ErrorKind::ChipMute, "mute"));
                }
                assert!(!booklet.is_locked, "a locked chip cannot be written");
                (booklet.content, booklet.is_locked) = (package.0.clone(), true);
                if unknown {
                    return Err(DeviceError::unknown(ErrorKind::Fault, "nobody knows"));
                }
                Ok(Completion::Encoded)
            }
            Operation::Photograph { .. } => match booklet.marks.last() {
                Some(marking) => {
                    self.images.insert(id, marking.clone());
                    Ok(Completion::Personalised { image: ImageId(id) })
                }
                None => refused(ErrorKind::Invalid),
            },
            Operation::Personalise { expected_serial, layers, number, .. } => {
                assert_eq!(number.is_some(), self.engraves, "a number for a machine that engraves, and for no other");
                booklet.number.clone_from(number);
                assert!(!layers.is_empty(), "a page without anything to mark");
                assert_eq!(*expected_serial, booklet.serial);
                let marking = layers[0].bytes.to_vec();
                booklet.marks.push(marking.clone());
                let again = self.reprints > 0;
                self.reprints = self.reprints.saturating_sub(1);
                booklet.marks.extend(again.then(|| marking.clone()));
                if unknown {
                    self.told_unknown.insert(booklet.serial.clone());
                    return Err(DeviceError::unknown(ErrorKind::Fault, "nobody knows"));
                }
                if spoils {
                    return Err(DeviceError::spoiled(ErrorKind::MarkingFailed, "blurred"));
                }
                if self.camera_fails > 0 {
                    self.camera_fails -= 1;
                    return Err(DeviceError::unknown(ErrorKind::CameraFailed, "dark"));
                }
                self.images.insert(id, marking);
                for _ in 0..=u32::from(again) {
                    self.tell(EventBody::Progress { job: JobId(id), step: ProgressStep::Engraved });
                }
                Ok(Completion::Personalised { image: ImageId(id) })
            }
            Operation::Deliver { stack: Stack::Good, .. } => {
                if self.good.len() >= self.good_capacity {
                    return refused(ErrorKind::StackFull);
                }
                let booklet = self.inside.remove(&id).unwrap();
                if unknown {
                    self.told_unknown.insert(booklet.serial.clone());
                }
                self.good.push(booklet);
                if unknown { Err(DeviceError::unknown(ErrorKind::Jam, "nobody knows")) } else { delivered(Stack::Good) }
            }
            Operation::Deliver { stack: Stack::Reject, .. } => {
                self.rejected.extend(self.inside.remove(&id));
                delivered(Stack::Reject)
            }
            _ => refused(ErrorKind::Unsupported),
        }
    }

    fn answers(&self) -> Result<(), DeviceError> {
        if self.now < self.link_down_until { refused(ErrorKind::LinkLost) } else { Ok(()) }
    }

    // The driver's methods.

    pub(crate) fn attach(&mut self, token: FencingToken) -> Result<Attached, DeviceError> {
        self.answers()?;
        if token.0 < self.token {
            return refused(ErrorKind::Fenced);
        }
        (self.token, self.is_attached) = (token.0, true);
        Ok(Attached::new(Cursor(self.newest), self.start_count))
    }

    pub(crate) fn describe(&mut self) -> Result<Description, DeviceError> {
        self.answers()?;
        let identity = Identity::new("Nobody", "Test", "1", "1");
        let mut capabilities = Capabilities::minimal();
        capabilities.jobs_at_once = 3;
        capabilities.states.extend([State::Held, State::Holding, State::Unholding, State::Completing, State::Complete]);
        if self.announces_stopping {
            capabilities.states.push(State::Stopping);
        }
        if self.engraves {
            capabilities.numbering = Numbering::Engraved;
            capabilities.encoding = ChipEncoding::Machine { recipient: b"its key".to_vec() };
        }
        Ok(Description::new(identity, capabilities))
    }

    pub(crate) fn snapshot(&mut self) -> Result<Snapshot, DeviceError> {
        self.answers()?;
        let position = |(job, booklet): (&u64, &Booklet)| {
            JobPosition::new(JobId(*job), booklet.serial.clone(), Some(StationId(2)))
                .with_mark(!booklet.marks.is_empty())
        };
        let mut snapshot = Snapshot::new(self.state, Mode::Production, ControlMode::Remote);
        snapshot.alarms = self.alarms.clone();
        snapshot.feeders = vec![self.feeder()];
        snapshot.stacks = vec![self.good_level()];
        snapshot.jobs = self.inside.iter().map(position).collect();
        Ok(snapshot)
    }

    pub(crate) fn submit(&mut self, command: &Command) -> Result<Acceptance, DeviceError> {
        self.answers()?;
        if command.token.0 < self.token {
            return refused(ErrorKind::Fenced);
        }
        if !self.is_attached {
            return refused(ErrorKind::NotAttached);
        }
        self.submissions += 1;
        if self.loss == Some(Loss::Before(self.submissions)) || self.chance.per_mille(self.rates.lost_before) {
            self.break_link(20);
            return refused(ErrorKind::LinkLost);
        }
        let answer = self.admit(command)?;
        if self.loss == Some(Loss::After(self.submissions)) || self.chance.per_mille(self.rates.lost_after) {
            self.break_link(20);
            return Err(DeviceError::unknown(ErrorKind::Timeout, "no answer"));
        }
        Ok(answer)
    }

    fn admit(&mut self, command: &Command) -> Result<Acceptance, DeviceError> {
        if let Some(known) = self.journal.get(&command.key.0).cloned() {
            if let Known::Ended(result) = known {
                self.tell(EventBody::Completed { key: command.key, job: command.operation.job(), result });
            }
            return Ok(Acceptance::Repeated);
        }
        if let Operation::Control(_) | Operation::AcknowledgeAlarm(_) = command.operation {
            if self.refuses_control > 0 {
                self.refuses_control -= 1;
                return refused(ErrorKind::WrongState);
            }
        } else {
            if self.chance.per_mille(self.rates.busy) {
                return refused(ErrorKind::Busy);
            }
            let id = command.operation.job().unwrap().0;
            if self.under_way.iter().any(|(_, other)| other.operation.job() == Some(JobId(id))) {
                return refused(ErrorKind::Busy);
            }
            match command.operation {
                Operation::Pick { .. } if self.state != State::Execute => return refused(ErrorKind::WrongState),
                Operation::Pick { feeder, .. } => {
                    assert_eq!(feeder, FeederId(1));
                    assert!(self.jobs_used.insert(id), "job {id} was used before");
                }
                _ if !self.inside.contains_key(&id) => return refused(ErrorKind::NotFound),
                _ => {}
            }
        }
        self.journal.insert(command.key.0, Known::UnderWay);
        self.accepted.push(command.clone());
        let waits = if kind(&command.operation) == "pick" { self.picks_wait } else { 0 };
        let due = self.now + 1 + self.chance.below(40) + waits;
        self.under_way.push((due, command.clone()));
        Ok(Acceptance::Accepted)
    }

    pub(crate) fn events(&mut self, after: Cursor) -> Result<EventBatch, DeviceError> {
        self.answers()?;
        if !self.is_attached {
            return refused(ErrorKind::NotAttached);
        }
        let oldest = self.events.front().map_or(self.newest + 1, |event| event.cursor.0);
        if after.0 + 1 < oldest {
            return refused(ErrorKind::CursorGone);
        }
        Ok(EventBatch::new(self.events.iter().filter(|event| event.cursor > after).cloned().collect()))
    }

    /// A job of a host before this one has picked this booklet and read so.
    pub(crate) fn picked_before(&mut self, job: u64, serial: &str, chip_serial: &[u8]) {
        let chip = ChipIdentity::new(chip_serial, 1);
        let picked = Completion::Picked { serial: serial.to_owned(), chip, station: StationId(2) };
        self.journal.insert(IdempotencyKey::of_job(JobId(job), 1).0, Known::Ended(Ok(picked)));
    }

    pub(crate) fn journal(&mut self, key: IdempotencyKey) -> Result<JournalEntry, DeviceError> {
        self.answers()?;
        let entry = match self.journal.get(&key.0) {
            None if self.forgot => JournalEntry::Unknown,
            None => JournalEntry::NotReceived,
            Some(Known::UnderWay) => JournalEntry::InProgress,
            Some(Known::Ended(result)) => JournalEntry::Ended(result.clone()),
        };
        Ok(entry)
    }

    pub(crate) fn image(&mut self, image: ImageId) -> Result<CameraImage, DeviceError> {
        self.answers()?;
        match self.images.get(&image.0) {
            Some(grey) if self.inside.contains_key(&image.0) => {
                Ok(CameraImage::new(u32::try_from(grey.len()).unwrap(), 1, 300, grey.clone()))
            }
            _ => refused(ErrorKind::NotFound),
        }
    }
}

fn delivered(stack: Stack) -> Result<Completion, DeviceError> {
    Ok(Completion::Delivered { stack })
}
