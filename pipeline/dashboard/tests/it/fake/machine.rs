//! A machine that does nothing but answer, after some time.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use printer_driver::{
    Acceptance, Alarm, AlarmId, Attached, CameraImage, Capabilities, ChipIdentity, Command, Completion, ControlMode,
    Cursor, Description, DeviceError, Event, EventBatch, EventBody, Feeder, FeederId, FencingToken, Format,
    IdempotencyKey, Identity, ImageId, JournalEntry, MachineDriver, Mode, Operation, Snapshot, State, StationId,
};

/// What the machine is, and what it has to work on.
pub(crate) struct AnsweringMachine {
    pub(crate) model: &'static str,
    pub(crate) state: State,
    pub(crate) alarms: Vec<Alarm>,
    pub(crate) serials: VecDeque<String>,
    /// How long each command takes; never, if none.
    pub(crate) pace: Option<Duration>,
    pub(crate) events: Vec<Event>,
    pub(crate) pending: Vec<(Instant, EventBody)>,
    /// Alarms of which it was told that a person has seen them.
    pub(crate) acknowledged: Arc<Mutex<Vec<AlarmId>>>,
}

impl AnsweringMachine {
    pub(crate) fn new(model: &'static str, serials: impl IntoIterator<Item = String>, pace: Option<Duration>) -> Self {
        AnsweringMachine {
            model,
            state: State::Execute,
            alarms: Vec::new(),
            serials: serials.into_iter().collect(),
            pace,
            events: Vec::new(),
            pending: Vec::new(),
            acknowledged: Arc::default(),
        }
    }

    fn feeder(&self) -> Feeder {
        Feeder::new(FeederId(1)).with_load(
            Format("passport-32".to_owned()),
            self.serials.front().cloned().zip(self.serials.back().cloned()),
            u32::try_from(self.serials.len()).expect("few booklets"),
        )
    }

    fn tell(&mut self, body: EventBody) {
        let cursor = Cursor(self.events.len() as u64 + 1);
        self.events.push(Event::new(cursor, 0, body));
    }

    fn tell_what_is_done(&mut self) {
        let now = Instant::now();
        let (done, pending): (Vec<_>, Vec<_>) = self.pending.drain(..).partition(|(at, _)| *at <= now);
        self.pending = pending;
        for (_, body) in done {
            self.tell(body);
        }
    }
}

impl MachineDriver for AnsweringMachine {
    fn describe(&mut self) -> Result<Description, DeviceError> {
        let mut capabilities = Capabilities::minimal();
        capabilities.formats = vec![Format("passport-32".to_owned())];
        capabilities.jobs_at_once = 5;
        capabilities.documents_per_hour = 300;
        Ok(Description::new(Identity::new("Example", self.model, "1", "1"), capabilities))
    }

    fn attach(&mut self, _: FencingToken) -> Result<Attached, DeviceError> {
        Ok(Attached::new(Cursor(self.events.len() as u64), 1))
    }

    fn submit(&mut self, command: &Command) -> Result<Acceptance, DeviceError> {
        let completion = match &command.operation {
            Operation::Pick { .. } => {
                let serial = self.serials.pop_front().unwrap_or_default();
                let feeder = self.feeder();
                self.tell(EventBody::FeederChanged(feeder));
                let chip = ChipIdentity::new(vec![1], 1);
                Completion::Picked { serial, chip, station: StationId(1) }
            }
            Operation::Exchange { .. } => Completion::Answered { answers: vec![vec![0x90, 0]] },
            Operation::Personalise { .. } => Completion::Personalised { image: ImageId(1) },
            Operation::Deliver { stack, .. } => Completion::Delivered { stack: *stack },
            Operation::AcknowledgeAlarm(alarm) => {
                self.acknowledged.lock().expect("no test died with it").push(*alarm);
                self.alarms
                    .iter_mut()
                    .filter(|known| known.id == *alarm)
                    .for_each(|known| known.is_acknowledged = true);
                self.tell(EventBody::AlarmAcknowledged(*alarm));
                Completion::Done
            }
            _ => Completion::Done,
        };
        if let Some(pace) = self.pace {
            let job = command.operation.job();
            // Some commands take longer than others, or all jobs would march in step.
            let share = 60 + u32::try_from(command.key.0 % 83).expect("below 83");
            let body = EventBody::Completed { key: command.key, job, result: Ok(completion) };
            self.pending.push((Instant::now() + pace * share / 100, body));
        }
        Ok(Acceptance::Accepted)
    }

    fn events(&mut self, after: Cursor, wait: Duration) -> Result<EventBatch, DeviceError> {
        self.tell_what_is_done();
        if self.events.len() as u64 <= after.0 {
            std::thread::sleep(wait);
            self.tell_what_is_done();
        }
        let seen = usize::try_from(after.0).expect("few events");
        Ok(EventBatch::new(self.events.get(seen..).unwrap_or_default().to_vec()))
    }

    fn snapshot(&mut self) -> Result<Snapshot, DeviceError> {
        let mut snapshot = Snapshot::new(self.state, Mode::Production, ControlMode::Remote);
        snapshot.alarms = self.alarms.clone();
        snapshot.feeders = vec![self.feeder()];
        Ok(snapshot)
    }

    fn journal(&mut self, _: IdempotencyKey) -> Result<JournalEntry, DeviceError> {
        Ok(JournalEntry::Unknown)
    }

    fn image(&mut self, _: ImageId) -> Result<CameraImage, DeviceError> {
        Ok(CameraImage::new(1, 1, 300, vec![0]))
    }
}
