//! A driver that says what it was taught, and remembers what it was told.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use printer_driver::remote::listener::{ListenSettings, Listener};
use printer_driver::remote::{LinkSecurity, RemoteDriver, RemoteSettings, server};
use printer_driver::{
    Acceptance, Attached, CameraImage, Capabilities, Command, ControlMode, Cursor, Description, DeviceError, ErrorKind,
    EventBatch, FencingToken, IdempotencyKey, Identity, ImageId, JournalEntry, MachineDriver, Mode, Snapshot, State,
};

/// What the next calls answer; and what came.
pub(super) struct Taught {
    pub(super) description: Result<Description, DeviceError>,
    pub(super) attached: Result<Attached, DeviceError>,
    pub(super) acceptance: Result<Acceptance, DeviceError>,
    pub(super) events: Result<EventBatch, DeviceError>,
    pub(super) snapshot: Result<Snapshot, DeviceError>,
    pub(super) entry: Result<JournalEntry, DeviceError>,
    pub(super) image: Result<CameraImage, DeviceError>,
    /// How long a snapshot takes.
    pub(super) slowness: Duration,
    /// Commands that came.
    pub(super) commands: Vec<Command>,
    /// Everything else that came, in words.
    pub(super) asked: Vec<String>,
    /// Sessions that were begun.
    pub(super) sessions: u32,
    /// Whether the next snapshot brings the session down.
    pub(super) panics: bool,
}

impl Default for Taught {
    fn default() -> Self {
        let identity = Identity::new("Maker", "Parrot", "P-1", "1.0");
        Taught {
            description: Ok(Description::new(identity, Capabilities::minimal())),
            attached: Ok(Attached::new(Cursor(0), 1)),
            acceptance: Ok(Acceptance::Accepted),
            events: Ok(EventBatch::default()),
            snapshot: Ok(Snapshot::new(State::Idle, Mode::Production, ControlMode::Remote)),
            entry: Ok(JournalEntry::NotReceived),
            image: Err(DeviceError::untouched(ErrorKind::NotFound, "no picture")),
            slowness: Duration::ZERO,
            commands: Vec::new(),
            asked: Vec::new(),
            sessions: 0,
            panics: false,
        }
    }
}

#[derive(Clone, Default)]
pub(super) struct Parrot(pub(super) Arc<Mutex<Taught>>);

impl Parrot {
    pub(super) fn teach(&self, teach: impl FnOnce(&mut Taught)) {
        teach(&mut self.0.lock().unwrap());
    }

    pub(super) fn serve(&self, security: LinkSecurity) -> Listener {
        self.serve_with(ListenSettings::new(([127, 0, 0, 1], 0).into(), security))
    }

    pub(super) fn serve_with(&self, settings: ListenSettings) -> Listener {
        let parrot = self.clone();
        let factory = Arc::new(move || {
            parrot.teach(|taught| taught.sessions += 1);
            Ok(Box::new(parrot.clone()) as Box<dyn MachineDriver>)
        });
        server::serve(&settings, factory).unwrap()
    }

    /// The parrot, and a driver that reaches it over a plain link.
    pub(super) fn over_the_wire(&self) -> (Listener, RemoteDriver) {
        let listener = self.serve(LinkSecurity::PlainLoopback);
        let settings = RemoteSettings::new(listener.address().to_string(), LinkSecurity::PlainLoopback);
        (listener, RemoteDriver::connect(settings).unwrap())
    }

    fn ask<T: Clone>(&self, what: String, answer: impl FnOnce(&Taught) -> &T) -> T {
        let mut taught = self.0.lock().unwrap();
        taught.asked.push(what);
        answer(&taught).clone()
    }
}

impl MachineDriver for Parrot {
    fn describe(&mut self) -> Result<Description, DeviceError> {
        self.ask("describe".into(), |taught| &taught.description)
    }
    fn attach(&mut self, token: FencingToken) -> Result<Attached, DeviceError> {
        self.ask(format!("{token:?}"), |taught| &taught.attached)
    }
    fn submit(&mut self, command: &Command) -> Result<Acceptance, DeviceError> {
        let mut taught = self.0.lock().unwrap();
        taught.commands.push(command.clone());
        taught.acceptance.clone()
    }
    fn events(&mut self, after: Cursor, wait: Duration) -> Result<EventBatch, DeviceError> {
        let batch = self.ask(format!("{after:?}"), |taught| &taught.events);
        if batch.as_ref().is_ok_and(|batch| batch.events.is_empty()) {
            std::thread::sleep(wait);
        }
        batch
    }
    fn snapshot(&mut self) -> Result<Snapshot, DeviceError> {
        let (slowness, panics) = {
            let taught = self.0.lock().unwrap();
            (taught.slowness, taught.panics)
        };
        assert!(!panics, "a driver with a fault");
        std::thread::sleep(slowness);
        self.ask("snapshot".into(), |taught| &taught.snapshot)
    }
    fn journal(&mut self, key: IdempotencyKey) -> Result<JournalEntry, DeviceError> {
        self.ask(format!("{key:?}"), |taught| &taught.entry)
    }
    fn image(&mut self, image: ImageId) -> Result<CameraImage, DeviceError> {
        self.ask(format!("{image:?}"), |taught| &taught.image)
    }
}
