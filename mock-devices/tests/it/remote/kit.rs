//! The conformance kit over a real link that is cut at each step: bytes on TCP, virtual time in the machine.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use mock_devices::conformance_rig::MockRig;
use mock_devices::link::Straight;
use mock_devices::machine::StepMachine;
use printer_driver::conformance::{self, Disturbance, LinkCut, NotPossible, Provocation, Rig, When};
use printer_driver::remote::listener::{ListenSettings, Listener};
use printer_driver::remote::{LinkSecurity, RemoteDriver, RemoteSettings, server};
use printer_driver::{
    Acceptance, ApduScript, Attached, CameraImage, ChipIdentity, Command, ControlCommand, ControlMode, Cursor,
    Description, DeviceError, EncodingPackage, ErrorKind, EventBatch, FeederId, FencingToken, IdempotencyKey, ImageId,
    JobId, JournalEntry, Layer, MachineDriver, Snapshot, Stack,
};

use super::proxy::{Cable, Mode};

/// The bench of the mock machines, with a network between machine and kit.
struct WireRig {
    bench: MockRig,
    _listener: Listener,
    cable: Cable,
    /// Where the cable breaks with the next command.
    armed: Arc<Mutex<Option<LinkCut>>>,
}

impl WireRig {
    fn new(bench: MockRig) -> Self {
        let machine = bench.machine().clone();
        // The cable is laid after the machine's address is known.
        let cable: Arc<Mutex<Option<Cable>>> = Arc::default();
        let laid = Arc::clone(&cable);
        let factory: server::DriverFactory = Arc::new(move || {
            let machine = StepMachine::connect(&machine);
            Ok(Box::new(AtTheMachine { machine, cable: laid.lock().unwrap().clone() }) as Box<dyn MachineDriver>)
        });
        let settings = ListenSettings::new(([127, 0, 0, 1], 0).into(), LinkSecurity::PlainLoopback);
        let listener = server::serve(&settings, factory).unwrap();
        let laid = Cable::to(listener.address());
        *cable.lock().unwrap() = Some(laid.clone());
        WireRig { bench, _listener: listener, cable: laid, armed: Arc::default() }
    }
}

macro_rules! pass_on {
    ($($call:ident($($argument:ident: $kind:ty),*) -> $answer:ty;)+) => {
        $(fn $call(&mut self, $($argument: $kind),*) -> Result<$answer, DeviceError> {
            self.machine.$call($($argument),*)
        })+
    };
}

/// At the machine's end of the cable: cuts it when a command has arrived and the answer must not.
struct AtTheMachine {
    machine: StepMachine,
    cable: Option<Cable>,
}

impl MachineDriver for AtTheMachine {
    fn submit(&mut self, command: &Command) -> Result<Acceptance, DeviceError> {
        let answer = self.machine.submit(command);
        if let Some(cable) = self.cable.as_ref().filter(|cable| cable.mode() == Mode::Deaf) {
            cable.cut();
        }
        answer
    }
    pass_on! {
        describe() -> Description;
        attach(token: FencingToken) -> Attached;
        events(after: Cursor, wait: Duration) -> EventBatch;
        snapshot() -> Snapshot;
        journal(key: IdempotencyKey) -> JournalEntry;
        image(image: ImageId) -> CameraImage;
    }
}

/// At the host's end: lets the cable break with the next command.
struct AtTheHost {
    machine: RemoteDriver,
    cable: Cable,
    armed: Arc<Mutex<Option<LinkCut>>>,
}

impl MachineDriver for AtTheHost {
    fn submit(&mut self, command: &Command) -> Result<Acceptance, DeviceError> {
        match self.armed.lock().unwrap().take() {
            Some(LinkCut::BeforeRequest) => self.cable.set(Mode::BreaksAtRequest),
            Some(LinkCut::BeforeAnswer) => self.cable.set(Mode::Deaf),
            None => {}
        }
        self.machine.submit(command)
    }
    pass_on! {
        describe() -> Description;
        attach(token: FencingToken) -> Attached;
        events(after: Cursor, wait: Duration) -> EventBatch;
        snapshot() -> Snapshot;
        journal(key: IdempotencyKey) -> JournalEntry;
        image(image: ImageId) -> CameraImage;
    }
}

impl Rig for WireRig {
    fn connect(&mut self) -> Result<Box<dyn MachineDriver>, DeviceError> {
        let settings = RemoteSettings::new(self.cable.address().to_string(), LinkSecurity::PlainLoopback);
        let machine = RemoteDriver::connect(settings)
            .map_err(|error| DeviceError::untouched(ErrorKind::LinkLost, error.to_string()))?;
        let driver = AtTheHost { machine, cable: self.cable.clone(), armed: Arc::clone(&self.armed) };
        // What disturbs events stands between the network and the kit.
        Ok(Box::new(Straight::new(self.bench.link().connect(driver))))
    }
    fn cut_link(&mut self, at: LinkCut) -> Result<(), NotPossible> {
        *self.armed.lock().unwrap() = Some(at);
        Ok(())
    }
    fn mend_link(&mut self) {
        *self.armed.lock().unwrap() = None;
        self.cable.set(Mode::Whole);
        self.bench.mend_link();
    }
    fn load(&mut self, feeder: FeederId, count: u32) -> Result<Vec<String>, NotPossible> {
        self.bench.load(feeder, count)
    }
    fn chip_script(&mut self, serial: &str) -> ApduScript {
        self.bench.chip_script(serial)
    }
    fn page(&mut self, serial: &str) -> Vec<Layer> {
        self.bench.page(serial)
    }
    fn now(&self) -> Duration {
        self.bench.now()
    }
    fn let_time_pass(&mut self, time: Duration) {
        self.bench.let_time_pass(time);
    }
    fn patience(&self) -> Duration {
        self.bench.patience()
    }
    fn number(&mut self, serial: &str) -> Option<String> {
        self.bench.number(serial)
    }
    fn package(&mut self, job: JobId, serial: &str, chip: &ChipIdentity) -> Result<EncodingPackage, NotPossible> {
        self.bench.package(job, serial, chip)
    }
    fn put_right(&mut self) -> Result<(), NotPossible> {
        self.bench.put_right()
    }
    fn empty_feeder(&mut self, feeder: FeederId) -> Result<(), NotPossible> {
        self.bench.empty_feeder(feeder)
    }
    fn fill_stack(&mut self, stack: Stack) -> Result<(), NotPossible> {
        self.bench.fill_stack(stack)
    }
    fn empty_stack(&mut self, stack: Stack) -> Result<Vec<String>, NotPossible> {
        self.bench.empty_stack(stack)
    }
    fn found_on(&mut self, stack: Stack) -> Option<Vec<String>> {
        self.bench.found_on(stack)
    }
    fn marks_on(&mut self, serial: &str) -> Option<u32> {
        self.bench.marks_on(serial)
    }
    fn present_wrong_serial(&mut self, when: When) -> Result<Option<String>, NotPossible> {
        self.bench.present_wrong_serial(when)
    }
    fn restart_machine(&mut self) -> Result<(), NotPossible> {
        self.bench.restart_machine()
    }
    fn disturb_events(&mut self, disturbance: Disturbance) -> Result<(), NotPossible> {
        self.bench.disturb_events(disturbance)
    }
    fn press(&mut self, command: ControlCommand) -> Result<(), NotPossible> {
        self.bench.press(command)
    }
    fn turn_key(&mut self, control: ControlMode) -> Result<(), NotPossible> {
        self.bench.turn_key(control)
    }
    fn raise_alarm(&mut self) -> Result<(), NotPossible> {
        self.bench.raise_alarm()
    }
    fn end_alarm(&mut self) -> Result<(), NotPossible> {
        self.bench.end_alarm()
    }
    fn provoke(&mut self, provocation: Provocation) -> Result<(), NotPossible> {
        self.bench.provoke(provocation)
    }
}

fn passes(bench: MockRig) {
    let mut rig = WireRig::new(bench);
    let report = conformance::check(&mut rig);
    assert!(report.is_conformant(), "{report}");
    assert_eq!(report.not_run().count(), 0, "{report}");
    assert_eq!(report.passed(), conformance::check_names().count());
    assert!(rig.cable.cuts() > 0, "the cable was never cut");
}

#[test]
fn the_line_for_pre_numbered_booklets_passes_over_the_wire() {
    passes(MockRig::line_300(11).unwrap());
}

#[test]
fn the_engraving_line_passes_over_the_wire() {
    passes(MockRig::engraving_line_150(12).unwrap());
}
