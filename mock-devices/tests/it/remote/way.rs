//! One booklet's way over mutual TLS, two hosts, and the desk.

use std::time::{Duration, Instant};

use mock_devices::chip::LifeCycle;
use mock_devices::desk_service::DeskError;
use mock_devices::machine::{FaultKind, Place};
use printer_driver::{
    Acceptance, ApduScript, BookletFate, Command, Completion, ControlCommand, ControlMode, Cursor, DeviceError,
    ErrorKind, EventBody, FeederId, FencingToken, Format, IdempotencyKey, JobId, Layer, LayerCoding, LayerKind,
    MachineDriver, Operation, Stack, State,
};

use super::program::{Program, blank, certificates, desk, driver, host, serial};

/// Waits no longer than this for anything.
const PATIENCE: Duration = Duration::from_secs(60);

/// A host with its place in the events.
pub(super) struct Host<D> {
    pub(super) driver: D,
    pub(super) token: FencingToken,
    pub(super) cursor: Cursor,
}

impl<D: MachineDriver> Host<D> {
    pub(super) fn attach(mut driver: D, token: u64) -> Self {
        let token = FencingToken(token);
        let attached = driver.attach(token).unwrap();
        Host { driver, token, cursor: attached.newest }
    }

    pub(super) fn submit(&mut self, key: u128, operation: Operation) -> Result<Acceptance, DeviceError> {
        self.driver.submit(&Command::new(IdempotencyKey(key), self.token, operation))
    }

    /// Hands a command in and waits for its end.
    pub(super) fn carry_out(&mut self, key: u128, operation: Operation) -> Result<Completion, DeviceError> {
        assert_eq!(self.submit(key, operation)?, Acceptance::Accepted);
        self.until(|body| match body {
            EventBody::Completed { key: of, result, .. } if of.0 == key => Some(result.clone()),
            _ => None,
        })
    }

    /// Reads events until one is what is looked for.
    pub(super) fn until<T>(&mut self, mut wanted: impl FnMut(&EventBody) -> Option<T>) -> T {
        let until = Instant::now() + PATIENCE;
        while Instant::now() < until {
            let batch = self.driver.events(self.cursor, Duration::from_secs(1)).unwrap();
            for event in batch.events {
                assert_eq!(event.cursor.0, self.cursor.0 + 1);
                self.cursor = event.cursor;
                if let Some(found) = wanted(&event.body) {
                    return found;
                }
            }
        }
        panic!("it never came");
    }

    pub(super) fn start(&mut self, key: u128) {
        self.carry_out(key, Operation::Control(ControlCommand::Reset)).unwrap();
        self.carry_out(key + 1, Operation::Control(ControlCommand::Start)).unwrap();
        assert_eq!(self.driver.snapshot().unwrap().state, State::Execute);
    }
}

pub(super) fn pick(job: u64) -> Operation {
    Operation::Pick { job: JobId(job), feeder: FeederId(1), format: Format("passport-32".into()) }
}

/// Reads the chip's serial.
pub(super) fn exchange(job: u64) -> Operation {
    let script = ApduScript::new(vec![vec![0x80, 0xCA, 0x00, 0x45, 0x00]]).with_reset_first(true);
    Operation::Exchange { job: JobId(job), script }
}

pub(super) fn personalise(job: u64, serial: &str) -> Operation {
    let mut image = Vec::new();
    let mut encoder = png::Encoder::new(&mut image, 64, 64);
    encoder.set_color(png::ColorType::Grayscale);
    encoder.set_depth(png::BitDepth::Eight);
    encoder.write_header().unwrap().write_image_data(&[0; 64 * 64]).unwrap();
    let layer = Layer::new(LayerKind::Laser, LayerCoding::PngGrey, 600, (64, 64), image).at(5_000, 5_000);
    Operation::Personalise { job: JobId(job), expected_serial: serial.into(), number: None, layers: vec![layer] }
}

#[test]
fn a_booklet_goes_its_way_over_mutual_tls() {
    let folder = tempfile::tempdir().unwrap();
    let tls = certificates(folder.path());
    let program = Program::start(folder.path(), &tls.iter().map(String::as_str).collect::<Vec<_>>());
    let security = host(folder.path());
    let mut desk = desk(&program.desk, &security);
    assert_eq!(desk.load(FeederId(1), &[blank(1), blank(2)]).unwrap(), 2);
    assert_eq!(desk.load(FeederId(1), &[blank(1)]).unwrap(), 0, "a booklet that it has held is left out");

    let mut host = Host::attach(driver(&program.machine, &security), 5);
    assert!(host.driver.describe().unwrap().capabilities.formats.contains(&Format("passport-32".into())));
    host.start(1);
    let picked = host.carry_out(3, pick(1)).unwrap();
    assert!(matches!(&picked, Completion::Picked { serial: read, chip, .. } if *read == serial(1)
        && chip.chip_serial == b"CHIP0001"));
    let answered = host.carry_out(4, exchange(1)).unwrap();
    assert_eq!(answered, Completion::Answered { answers: vec![b"\x45\x08CHIP0001\x90\x00".to_vec()] });
    let personalised = host.carry_out(5, personalise(1, &serial(1))).unwrap();
    let Completion::Personalised { image } = personalised else { panic!("{personalised:?}") };
    let picture = host.driver.image(image).unwrap();
    assert_eq!(picture.grey.len(), (picture.width * picture.height) as usize);
    assert_eq!(host.submit(5, personalise(1, &serial(1))).unwrap(), Acceptance::Repeated);
    host.carry_out(6, Operation::Deliver { job: JobId(1), stack: Stack::Good }).unwrap();

    let found = desk.empty_stack(Stack::Good, true).unwrap();
    let [booklet] = found.as_slice() else { panic!("{found:?}") };
    assert_eq!((booklet.serial.as_str(), booklet.times_marked, booklet.marks), (serial(1).as_str(), 1, 1));
    assert_eq!(booklet.life_cycle, Some(LifeCycle::Initialised));
    assert!(booklet.chip.is_some());
    let mut places = desk.places().unwrap();
    places.sort_by(|one, other| one.0.cmp(&other.0));
    assert_eq!(places, [(serial(1), Place::Taken), (serial(2), Place::Feeder(FeederId(1)))]);
}

#[test]
fn a_host_of_yesterday_is_fenced_off() {
    let folder = tempfile::tempdir().unwrap();
    let program = Program::start(folder.path(), &[]);
    let security = printer_driver::remote::LinkSecurity::PlainLoopback;
    let mut old = Host::attach(driver(&program.machine, &security), 1);
    old.start(1);
    let mut new = Host::attach(driver(&program.machine, &security), 2);
    let stop = Operation::Control(ControlCommand::Stop);
    let refused = old.submit(3, stop.clone()).unwrap_err();
    assert_eq!((refused.kind, refused.fate), (ErrorKind::Fenced, BookletFate::Untouched));
    assert_eq!(old.driver.attach(FencingToken(1)).unwrap_err().kind, ErrorKind::Fenced);
    assert_eq!(new.driver.snapshot().unwrap().state, State::Execute, "what the old host asked for was not done");
    assert_eq!(new.carry_out(4, stop).unwrap(), Completion::Done);
}

#[test]
fn a_person_at_the_desk_does_what_people_do() {
    let folder = tempfile::tempdir().unwrap();
    let program = Program::start(folder.path(), &["--seed", "7"]);
    let security = printer_driver::remote::LinkSecurity::PlainLoopback;
    let mut desk = desk(&program.desk, &security);
    let mut host = Host::attach(driver(&program.machine, &security), 1);
    desk.load(FeederId(1), &[blank(1), blank(2), blank(3)]).unwrap();
    host.start(1);

    assert!(matches!(desk.load(FeederId(9), &[blank(4)]), Err(DeskError::Refused(_))));
    assert!(matches!(desk.press(ControlCommand::Clear), Err(DeskError::Refused(_))), "nothing to clear");
    assert_eq!(desk.look("K99999999", false).unwrap(), None);
    assert!(matches!(desk.transmit("K99999999", &[]), Err(DeskError::Refused(_))));
    let answers = desk.transmit(&serial(3), &[vec![0x80, 0xCA, 0x00, 0x45, 0x00]]).unwrap();
    assert_eq!(answers, [b"\x45\x08CHIP0003\x90\x00".to_vec()]);

    desk.use_up("ink", 3).unwrap();
    let level = |host: &mut Host<_>| {
        let snapshot = MachineDriver::snapshot(&mut host.driver).unwrap();
        snapshot.consumables.into_iter().find(|consumable| consumable.name == "ink").unwrap().level_per_mille
    };
    assert_eq!(level(&mut host), 3);
    desk.refill("ink", Some("INK-9"), None).unwrap();
    assert_eq!(level(&mut host), 1000);

    desk.force_fault(FaultKind::JamAtFeed, None).unwrap();
    assert_eq!(host.carry_out(3, pick(1)).unwrap_err().kind, ErrorKind::Jam);
    assert_eq!(desk.faults_reached().unwrap()["jam-at-feed"], 1);
    assert_eq!(desk.clear_jam().unwrap(), 1);
    let stuck = desk.empty_stack(Stack::Reject, false).unwrap();
    assert_eq!(stuck.iter().map(|booklet| booklet.serial.clone()).collect::<Vec<_>>(), [serial(1)]);

    desk.turn_key(ControlMode::Local).unwrap();
    assert_eq!(host.driver.snapshot().unwrap().control, ControlMode::Local);
    desk.turn_key(ControlMode::Remote).unwrap();
    desk.power_cut().unwrap();
    let until = Instant::now() + PATIENCE;
    while host.driver.attach(host.token).map(|attached| attached.start_count).unwrap_or(0) < 2 {
        assert!(Instant::now() < until, "the machine never came back");
    }
}
