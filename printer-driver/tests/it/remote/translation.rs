//! What a driver tells is what the host gets, and the other way round: every variant, over a real link.

use std::time::Duration;

use printer_driver::{
    Acceptance, Alarm, AlarmId, ApduScript, Attached, BookletFate, CameraImage, Capabilities, ChipEncoding,
    ChipIdentity, Command, Completion, Consumable, ControlCommand, ControlMode, Counters, Cursor, Description,
    DeviceError, EncodingPackage, ErrorKind, Event, EventBatch, EventBody, Feeder, FeederId, FencingToken, Format,
    IdempotencyKey, Identity, ImageId, JobId, JobPosition, JournalEntry, Layer, LayerCoding, LayerKind, MachineDriver,
    Mode, Numbering, Operation, ProgressStep, Severity, Snapshot, Stack, StackLevel, State, Station,
    StationDescription, StationId, StationKind,
};

use super::parrot::Parrot;

const KEY: IdempotencyKey = IdempotencyKey(0x0123_4567_89AB_CDEF_0011_2233_4455_6677);
const ERROR_KINDS: [ErrorKind; 21] = [
    ErrorKind::NotAttached,
    ErrorKind::Fenced,
    ErrorKind::LinkLost,
    ErrorKind::Timeout,
    ErrorKind::WrongState,
    ErrorKind::Busy,
    ErrorKind::Unsupported,
    ErrorKind::Invalid,
    ErrorKind::NotFound,
    ErrorKind::CursorGone,
    ErrorKind::FeederEmpty,
    ErrorKind::StackFull,
    ErrorKind::Misfeed,
    ErrorKind::DoubleFeed,
    ErrorKind::WrongSerial,
    ErrorKind::ChipMute,
    ErrorKind::MarkingFailed,
    ErrorKind::CameraFailed,
    ErrorKind::Jam,
    ErrorKind::PowerLost,
    ErrorKind::Fault,
];

fn states() -> Vec<State> {
    let numbered = State::ALL.into_iter();
    numbered.collect()
}

#[test]
fn commands_arrive_as_they_were_handed_in() {
    let parrot = Parrot::default();
    let (_listener, mut driver) = parrot.over_the_wire();
    let layer = |kind, coding| Layer::new(kind, coding, 600, (3, 2), vec![1, 2, 3]).at(1_000, 2_000);
    let job = JobId(u64::MAX);
    let controls = [
        ControlCommand::Reset,
        ControlCommand::Start,
        ControlCommand::Stop,
        ControlCommand::Hold,
        ControlCommand::Unhold,
        ControlCommand::Suspend,
        ControlCommand::Unsuspend,
        ControlCommand::Abort,
        ControlCommand::Clear,
        ControlCommand::Complete,
    ];
    let mut operations: Vec<Operation> = controls.map(Operation::Control).into();
    operations.extend([Mode::Production, Mode::Maintenance, Mode::Manual].map(Operation::SetMode));
    operations.extend([
        Operation::AcknowledgeAlarm(AlarmId(7)),
        Operation::Pick { job, feeder: FeederId(u16::MAX), format: Format("passport-48".into()) },
        Operation::Exchange { job, script: ApduScript::new(vec![vec![0, 0xA4, 4, 0], vec![]]) },
        Operation::Exchange {
            job,
            script: ApduScript::new(vec![vec![0; 300]]).with_accept(vec![0x6282, 0xFFFF]).with_reset_first(true),
        },
        Operation::Encode { job, package: EncodingPackage(vec![9; 1000]) },
        Operation::Personalise {
            job,
            expected_serial: "K00000001".into(),
            number: None,
            layers: vec![layer(LayerKind::Laser, LayerCoding::PngGrey)],
        },
        Operation::Personalise {
            job,
            expected_serial: "S1".into(),
            number: Some("KJ1234567".into()),
            layers: vec![
                layer(LayerKind::Window, LayerCoding::PngRgb),
                layer(LayerKind::Observation, LayerCoding::JpegRgb),
            ],
        },
        Operation::Photograph { job },
        Operation::Deliver { job, stack: Stack::Good },
        Operation::Deliver { job, stack: Stack::Reject },
        Operation::Cancel { job },
    ]);
    let commands: Vec<Command> =
        operations.into_iter().map(|operation| Command::new(KEY, FencingToken(u64::MAX), operation)).collect();
    for command in &commands {
        assert_eq!(driver.submit(command).unwrap(), Acceptance::Accepted);
    }
    assert_eq!(parrot.0.lock().unwrap().commands, commands);
    parrot.teach(|taught| taught.acceptance = Ok(Acceptance::Repeated));
    assert_eq!(driver.submit(&commands[0]).unwrap(), Acceptance::Repeated);
}

#[test]
fn errors_come_as_they_were_said() {
    let parrot = Parrot::default();
    let (_listener, mut driver) = parrot.over_the_wire();
    let command = Command::new(KEY, FencingToken(1), Operation::Photograph { job: JobId(1) });
    for kind in ERROR_KINDS {
        for fate in [BookletFate::Untouched, BookletFate::Spoiled, BookletFate::Unknown] {
            let plain = DeviceError::new(kind, fate, "what, where, what to do");
            for error in [plain.clone(), plain.with_serial("K1")] {
                parrot.teach(|taught| taught.acceptance = Err(error.clone()));
                assert_eq!(driver.submit(&command), Err(error));
            }
        }
    }
    let error = DeviceError::untouched(ErrorKind::CursorGone, "gone");
    parrot.teach(|taught| {
        taught.description = Err(error.clone());
        taught.attached = Err(error.clone());
        taught.events = Err(error.clone());
        taught.snapshot = Err(error.clone());
        taught.entry = Err(error.clone());
        taught.image = Err(error.clone());
    });
    assert_eq!(driver.describe(), Err(error.clone()));
    assert_eq!(driver.attach(FencingToken(1)), Err(error.clone()));
    assert_eq!(driver.events(Cursor(0), Duration::ZERO), Err(error.clone()));
    assert_eq!(driver.snapshot(), Err(error.clone()));
    assert_eq!(driver.journal(KEY), Err(error.clone()));
    assert_eq!(driver.image(ImageId(1)), Err(error));
}

#[test]
fn descriptions_come_as_they_were_told() {
    let parrot = Parrot::default();
    let (_listener, mut driver) = parrot.over_the_wire();
    let mut capabilities = Capabilities::minimal();
    capabilities.states = states();
    capabilities.modes = vec![Mode::Production, Mode::Maintenance, Mode::Manual];
    capabilities.control_modes = vec![ControlMode::Offline, ControlMode::Local, ControlMode::Remote];
    capabilities.formats = vec![Format("passport-32".into()), Format("護照".into())];
    capabilities.numbering = Numbering::Engraved;
    capabilities.layers = vec![LayerKind::Laser, LayerKind::Window, LayerKind::Observation];
    capabilities.dots_per_inch = vec![300, 600];
    capabilities.codings =
        vec![(LayerKind::Laser, LayerCoding::PngGrey), (LayerKind::Observation, LayerCoding::JpegRgb)];
    capabilities.encoding = ChipEncoding::Machine { recipient: vec![4; 65] };
    capabilities.jobs_at_once = 6;
    capabilities.queue_depth = 3;
    capabilities.apdu_bytes = 65_544;
    capabilities.documents_per_hour = 150;
    let kinds = [
        StationKind::Feed,
        StationKind::Identify,
        StationKind::Encode,
        StationKind::Laser,
        StationKind::Inkjet,
        StationKind::Camera,
        StationKind::Output,
        StationKind::Other,
    ];
    let stations = kinds.iter().zip(1..).map(|(kind, id)| StationDescription::new(StationId(id), *kind, "Station"));
    let identity = Identity::new("Maker", "Model", "Serial", "1.2.3");
    let mut description = Description::new(identity, capabilities).with_stations(stations.collect());
    description.edition = 2;
    parrot.teach(|taught| taught.description = Ok(description.clone()));
    assert_eq!(driver.describe().unwrap(), description);

    description.capabilities.encoding = ChipEncoding::Coupler;
    description.capabilities.numbering = Numbering::PrePrinted;
    parrot.teach(|taught| taught.description = Ok(description.clone()));
    assert_eq!(driver.describe().unwrap(), description);
}

fn alarm() -> Alarm {
    let mut alarm = Alarm::new(AlarmId(3), "JAM", Severity::Critical, "Take it out.").with_station(Some(StationId(4)));
    alarm.is_acknowledged = true;
    alarm
}

fn feeder() -> Feeder {
    let range = Some(("K00000001".to_owned(), "K00000500".to_owned()));
    Feeder::new(FeederId(2)).with_load(Format("passport-32".into()), range, 499)
}

fn consumable() -> Consumable {
    Consumable::new("ink", 999).with_lot(Some("L1".into()), Some("2028-06-30".into()))
}

fn station() -> Station {
    Station::new(StationId(5), 1_000_000).with_job(Some(JobId(8))).with_temperature(Some(-55))
}

#[test]
fn snapshots_come_as_they_were_taken() {
    let parrot = Parrot::default();
    let (_listener, mut driver) = parrot.over_the_wire();
    for (mode, control) in [
        (Mode::Production, ControlMode::Remote),
        (Mode::Maintenance, ControlMode::Local),
        (Mode::Manual, ControlMode::Offline),
    ] {
        for state in states() {
            let bare = Snapshot::new(state, mode, control);
            let mut full = bare.clone();
            let mut cleared = Alarm::new(AlarmId(4), "LOW", Severity::Notice, "Soon empty.");
            cleared.is_set = false;
            full.alarms = vec![alarm(), cleared, Alarm::new(AlarmId(5), "WARM", Severity::Warning, "Warm.")];
            full.feeders = vec![feeder(), Feeder::new(FeederId(0))];
            full.stacks = vec![StackLevel::new(Stack::Good, 3, 500), StackLevel::new(Stack::Reject, 0, 500)];
            full.consumables = vec![consumable(), Consumable::new("ribbon", 0)];
            full.stations = vec![station(), Station::new(StationId(6), 0)];
            full.jobs = vec![
                JobPosition::new(JobId(8), "K00000008", Some(StationId(5))).with_mark(true),
                JobPosition::new(JobId(9), "", None),
            ];
            full.counters = Counters::new(9, 7, vec![("jam".into(), 2)]);
            for snapshot in [bare, full] {
                parrot.teach(|taught| taught.snapshot = Ok(snapshot.clone()));
                assert_eq!(driver.snapshot().unwrap(), snapshot);
            }
        }
    }
}

fn endings() -> Vec<Result<Completion, DeviceError>> {
    vec![
        Ok(Completion::Done),
        Ok(Completion::Picked {
            serial: "K00000001".into(),
            chip: ChipIdentity::new(vec![0, 1, 2, 255], 255),
            station: StationId(3),
        }),
        Ok(Completion::Answered { answers: vec![vec![0x90, 0], vec![], vec![7; 70_000 - 5_000]] }),
        Ok(Completion::Encoded),
        Ok(Completion::Personalised { image: ImageId(u64::MAX) }),
        Ok(Completion::Delivered { stack: Stack::Good }),
        Ok(Completion::Delivered { stack: Stack::Reject }),
        Ok(Completion::Cancelled),
        Err(DeviceError::spoiled(ErrorKind::Jam, "Stuck.").with_serial("K00000001")),
    ]
}

#[test]
fn events_and_journal_come_as_they_were_told() {
    let parrot = Parrot::default();
    let (_listener, mut driver) = parrot.over_the_wire();
    let mut bodies: Vec<EventBody> = states().into_iter().map(EventBody::StateChanged).collect();
    bodies.extend([
        EventBody::ModeChanged(Mode::Manual),
        EventBody::ControlChanged(ControlMode::Local),
        EventBody::AlarmSet(alarm()),
        EventBody::AlarmCleared(AlarmId(3)),
        EventBody::AlarmAcknowledged(AlarmId(3)),
        EventBody::FeederChanged(feeder()),
        EventBody::StackChanged(StackLevel::new(Stack::Reject, 1, 2)),
        EventBody::ConsumableChanged(consumable()),
        EventBody::StationChanged(station()),
        EventBody::Unrecognised,
    ]);
    let steps = [ProgressStep::SerialConfirmed, ProgressStep::Engraved, ProgressStep::Inked, ProgressStep::Captured];
    bodies.extend(steps.map(|step| EventBody::Progress { job: JobId(8), step }));
    for result in endings() {
        bodies.push(EventBody::Completed { key: KEY, job: None, result: result.clone() });
        bodies.push(EventBody::Completed { key: KEY, job: Some(JobId(0)), result });
    }
    let events: Vec<Event> =
        bodies.into_iter().zip(43..).map(|(body, cursor)| Event::new(Cursor(cursor), -1, body)).collect();
    let batch = EventBatch::new(events);
    parrot.teach(|taught| taught.events = Ok(batch.clone()));
    assert_eq!(driver.events(Cursor(42), Duration::ZERO).unwrap(), batch);
    assert!(parrot.0.lock().unwrap().asked.contains(&"Cursor(42)".to_owned()));

    let mut entries: Vec<JournalEntry> = endings().into_iter().map(JournalEntry::Ended).collect();
    entries.extend([JournalEntry::NotReceived, JournalEntry::InProgress, JournalEntry::Unknown]);
    for entry in entries {
        parrot.teach(|taught| taught.entry = Ok(entry.clone()));
        assert_eq!(driver.journal(KEY).unwrap(), entry);
    }
    assert!(parrot.0.lock().unwrap().asked.contains(&format!("{KEY:?}")));
}

#[test]
fn control_and_pictures_come_as_they_were_given() {
    let parrot = Parrot::default();
    let (_listener, mut driver) = parrot.over_the_wire();
    parrot.teach(|taught| taught.attached = Ok(Attached::new(Cursor(u64::MAX), 77)));
    assert_eq!(driver.attach(FencingToken(9)).unwrap(), Attached::new(Cursor(u64::MAX), 77));
    // A page at 600 pixels an inch, which is larger than what gRPC takes unasked.
    let image = CameraImage::new(3_000, 2_100, 600, vec![5; 6_300_000]);
    parrot.teach(|taught| taught.image = Ok(image.clone()));
    assert_eq!(driver.image(ImageId(12)).unwrap(), image);
    let asked = parrot.0.lock().unwrap().asked.clone();
    assert_eq!(asked, ["FencingToken(9)", "ImageId(12)"]);
}
