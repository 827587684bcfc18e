//! Messages of another edition, and messages that break the rules.

use prost::Message;
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};

use super::*;
use crate::remote::wire;
use crate::{
    BookletFate, ChipEncoding, Completion, ControlMode, DeviceError, ErrorKind, EventBatch, EventBody, JournalEntry,
    LayerKind, Mode, Numbering, Severity, Snapshot, StationKind,
};

/// A number that no enum has.
const FUTURE: i32 = 4_711;
const KEY: [u8; 16] = [7; 16];

fn submit(operation: Option<wire::submit_request::Operation>) -> wire::SubmitRequest {
    wire::SubmitRequest { key: KEY.to_vec(), token: 1, operation }
}

fn refusal(request: wire::SubmitRequest) -> (ErrorKind, BookletFate) {
    let refused = command::understood(request).unwrap_err().refused();
    (refused.kind, refused.fate)
}

#[test]
fn a_command_of_a_later_edition_is_unsupported_and_touches_nothing() {
    use wire::submit_request::Operation as Wire;
    let unsupported = (ErrorKind::Unsupported, BookletFate::Untouched);
    // An operation of a later edition is a field that this one skips.
    let mut bytes = submit(None).encode_to_vec();
    bytes.extend([0xFA, 0x01, 0x02, 0x08, 0x01]);
    assert_eq!(refusal(wire::SubmitRequest::decode(bytes.as_slice()).unwrap()), unsupported);
    let layer = |kind, coding| wire::Layer { kind, coding, ..wire::Layer::default() };
    let page =
        |layer| Wire::Personalise(wire::Personalise { job: 1, layers: vec![layer], ..wire::Personalise::default() });
    for operation in [
        Wire::Control(FUTURE),
        Wire::Control(0),
        Wire::SetMode(FUTURE),
        Wire::Deliver(wire::Deliver { job: 1, stack: FUTURE }),
        page(layer(FUTURE, 1)),
        page(layer(1, FUTURE)),
    ] {
        assert_eq!(refusal(submit(Some(operation))), unsupported);
    }
}

#[test]
fn a_command_that_breaks_the_rules_is_invalid_and_touches_nothing() {
    use wire::submit_request::Operation as Wire;
    let pick = |feeder, format: String| Wire::Pick(wire::Pick { job: 1, feeder, format });
    let exchange = |commands, accept| Wire::Exchange(wire::Exchange { job: 1, commands, accept, reset_first: false });
    let invalid = (ErrorKind::Invalid, BookletFate::Untouched);
    for operation in [
        pick(65_536, "passport-32".into()),
        pick(1, "x".repeat(2_000)),
        exchange(vec![Vec::new(); 5_000], Vec::new()),
        exchange(vec![vec![0; 70_000]], Vec::new()),
        exchange(Vec::new(), vec![65_536]),
        Wire::Encode(wire::Encode { job: 1, package: vec![0; 2 << 20] }),
    ] {
        assert_eq!(refusal(submit(Some(operation))), invalid);
    }
    for key in [Vec::new(), vec![1; 15], vec![1; 17]] {
        let request = wire::SubmitRequest { key, ..submit(Some(Wire::Cancel(wire::Cancel { job: 1 }))) };
        assert_eq!(refusal(request), invalid);
    }
}

fn events(events: Vec<wire::Event>) -> Result<EventBatch, Malformed> {
    use wire::events_response::Answer;
    let answer = Answer::Batch(wire::EventBatch { events });
    event::understood(wire::EventsResponse { answer: Some(answer) }).map(|answer| answer.unwrap())
}

fn completed(ending: Option<wire::ending::Ending>) -> wire::event::Body {
    let ending = Some(wire::Ending { ending });
    wire::event::Body::Completed(wire::Completed { key: KEY.to_vec(), job: Some(1), ending })
}

#[test]
fn events_of_a_later_edition_keep_their_place_and_say_nothing() {
    use wire::event::Body;
    let bodies = [
        None,
        Some(Body::StateChanged(FUTURE)),
        Some(Body::ModeChanged(FUTURE)),
        Some(Body::ControlChanged(FUTURE)),
        Some(Body::Progress(wire::Progress { job: 1, step: FUTURE })),
        Some(Body::StackChanged(wire::StackLevel { stack: FUTURE, count: 1, capacity: 2 })),
        Some(Body::AlarmCleared(5)),
    ];
    let count = bodies.len();
    let told = bodies.into_iter().zip(10..).map(|(body, cursor)| wire::Event { cursor, machine_time_ms: 0, body });
    let batch = events(told.collect()).unwrap();
    let cursors: Vec<u64> = batch.events.iter().map(|event| event.cursor.0).collect();
    assert_eq!(cursors, (10..10 + count as u64).collect::<Vec<_>>());
    let unrecognised = batch.events.iter().filter(|event| event.body == EventBody::Unrecognised).count();
    assert_eq!(unrecognised, count - 1);
}

#[test]
fn an_end_of_a_later_edition_is_an_outcome_that_nobody_knows() {
    use wire::ending::Ending;
    let endings = [
        None,
        Some(Ending::Plain(FUTURE)),
        Some(Ending::Plain(0)),
        Some(Ending::Delivered(wire::Delivered { stack: FUTURE })),
        Some(Ending::Error(wire::DeviceError { kind: FUTURE, fate: FUTURE, ..wire::DeviceError::default() })),
        Some(Ending::Error(wire::DeviceError::default())),
    ];
    for ending in endings {
        let event = wire::Event { cursor: 1, machine_time_ms: 0, body: Some(completed(ending)) };
        let batch = events(vec![event]).unwrap();
        let EventBody::Completed { result: Err(error), .. } = &batch.events[0].body else { panic!("{batch:?}") };
        assert_eq!((error.kind, error.fate), (ErrorKind::Fault, BookletFate::Unknown));
    }
    // No ending at all is no good end either.
    let body = wire::event::Body::Completed(wire::Completed { key: KEY.to_vec(), job: None, ending: None });
    let batch = events(vec![wire::Event { cursor: 1, machine_time_ms: 0, body: Some(body) }]).unwrap();
    assert!(matches!(&batch.events[0].body, EventBody::Completed { result: Err(_), .. }));
}

#[test]
fn a_journal_of_a_later_edition_says_nothing() {
    use wire::journal_entry::Entry;
    use wire::journal_response::Answer;
    for entry in [None, Some(Entry::State(FUTURE)), Some(Entry::State(0))] {
        let answer = Answer::Entry(wire::JournalEntry { entry });
        let entry = event::understood_journal(wire::JournalResponse { answer: Some(answer) }).unwrap().unwrap();
        assert_eq!(entry, JournalEntry::Unknown);
    }
}

fn description() -> wire::Description {
    wire::Description {
        edition: 9,
        identity: Some(wire::Identity::default()),
        capabilities: Some(wire::Capabilities {
            states: vec![1, FUTURE, 3],
            modes: vec![FUTURE, 1],
            layers: vec![1, FUTURE],
            codings: vec![
                wire::LayerCodingOf { kind: 1, coding: 1 },
                wire::LayerCodingOf { kind: 1, coding: FUTURE },
                wire::LayerCodingOf { kind: FUTURE, coding: 1 },
            ],
            numbering: 1,
            encoding: Some(wire::ChipEncoding {
                encoding: Some(wire::chip_encoding::Encoding::Coupler(wire::CouplerEncoding {})),
            }),
            ..wire::Capabilities::default()
        }),
        stations: vec![wire::StationDescription { id: 1, kind: FUTURE, name: "laminator".into() }],
    }
}

fn described(description: wire::Description) -> Result<crate::Description, Malformed> {
    let answer = wire::describe_response::Answer::Description(description);
    description::understood(wire::DescribeResponse { answer: Some(answer) }).map(|answer| answer.unwrap())
}

#[test]
fn capabilities_of_a_later_edition_are_left_out() {
    let understood = described(description()).unwrap();
    assert_eq!(understood.edition, 9);
    let capabilities = understood.capabilities;
    assert_eq!(capabilities.states.len(), 2);
    assert_eq!(capabilities.modes, [Mode::Production]);
    assert_eq!(capabilities.layers, [LayerKind::Laser]);
    assert_eq!(capabilities.codings.len(), 1);
    assert_eq!((capabilities.numbering, capabilities.encoding), (Numbering::PrePrinted, ChipEncoding::Coupler));
    assert_eq!(understood.stations[0].kind, StationKind::Other);
}

#[test]
fn a_machine_that_cannot_be_understood_at_all_is_not_guessed_at() {
    let with = |change: fn(&mut wire::Capabilities)| {
        let mut description = description();
        change(description.capabilities.as_mut().unwrap());
        described(description).unwrap_err()
    };
    assert!(matches!(with(|capabilities| capabilities.numbering = FUTURE), Malformed::Unknown(_)));
    assert!(matches!(with(|capabilities| capabilities.encoding = None), Malformed::Unknown(_)));
    assert!(matches!(with(|capabilities| capabilities.formats = vec![String::new(); 2_000]), Malformed::Excess(_)));
    assert!(described(wire::Description { identity: None, ..description() }).is_err());
    assert!(described(wire::Description { capabilities: None, ..description() }).is_err());
    assert!(description::understood(wire::DescribeResponse { answer: None }).is_err());
}

fn seen(snapshot: wire::Snapshot) -> Result<Snapshot, Malformed> {
    let answer = wire::snapshot_response::Answer::Snapshot(snapshot);
    snapshot::understood(wire::SnapshotResponse { answer: Some(answer) }).map(|answer| answer.unwrap())
}

#[test]
fn a_snapshot_of_a_later_edition_errs_on_the_safe_side() {
    let snapshot = seen(wire::Snapshot {
        state: 5,
        mode: FUTURE,
        control: FUTURE,
        alarms: vec![wire::Alarm { severity: FUTURE, ..wire::Alarm::default() }],
        stacks: vec![wire::StackLevel { stack: FUTURE, ..wire::StackLevel::default() }],
        ..wire::Snapshot::default()
    })
    .unwrap();
    assert_ne!(snapshot.mode, Mode::Production);
    assert_ne!(snapshot.control, ControlMode::Remote);
    assert_eq!(snapshot.alarms[0].severity, Severity::Critical);
    assert!(snapshot.stacks.is_empty());
    for state in [0, FUTURE] {
        assert!(seen(wire::Snapshot { state, ..wire::Snapshot::default() }).is_err());
    }
}

#[test]
fn answers_that_break_the_rules_are_no_answers() {
    let state = wire::Snapshot { state: 5, ..wire::Snapshot::default() };
    let station = wire::Station { id: 70_000, ..wire::Station::default() };
    let feeder = wire::Feeder { lowest_serial: Some("K1".into()), ..wire::Feeder::default() };
    let consumable = wire::Consumable { level_per_mille: 70_000, ..wire::Consumable::default() };
    let alarm = wire::Alarm { text: "x".repeat(2_000), ..wire::Alarm::default() };
    assert!(seen(wire::Snapshot { stations: vec![station], ..state.clone() }).is_err());
    assert!(seen(wire::Snapshot { feeders: vec![feeder], ..state.clone() }).is_err());
    assert!(seen(wire::Snapshot { consumables: vec![consumable], ..state.clone() }).is_err());
    assert!(seen(wire::Snapshot { alarms: vec![alarm], ..state.clone() }).is_err());
    assert!(seen(wire::Snapshot { jobs: vec![wire::JobPosition::default(); 2_000], ..state }).is_err());

    let picked = wire::Picked { serial: "K1".into(), chip_serial: vec![1], key_version: 256, station: 1 };
    let event = wire::Event {
        cursor: 1,
        machine_time_ms: 0,
        body: Some(completed(Some(wire::ending::Ending::Picked(picked)))),
    };
    assert!(events(vec![event]).is_err());
    let many = vec![wire::Event::default(); 2_000];
    assert!(matches!(events(many), Err(Malformed::Excess(_))));

    let picture = |width, height, grey| {
        let image = wire::CameraImage { width, height, dots_per_inch: 300, grey };
        let answer = wire::image_response::Answer::Image(image);
        session::understood_image(wire::ImageResponse { answer: Some(answer) })
    };
    assert!(picture(2, 2, vec![0; 4]).is_ok());
    assert!(picture(2, 2, vec![0; 3]).is_err());
    assert!(picture(u32::MAX, u32::MAX, Vec::new()).is_err());
    assert!(session::understood_submit(wire::SubmitResponse { answer: None }).is_err());
    let accepted = Some(wire::submit_response::Answer::Acceptance(FUTURE));
    assert!(session::understood_submit(wire::SubmitResponse { answer: accepted }).is_err());
    assert!(session::understood_attach(wire::AttachResponse { answer: None }).is_err());
    let error = wire::DeviceError { detail: "x".repeat(2_000), ..wire::DeviceError::default() };
    let error = Some(wire::attach_response::Answer::Error(error));
    assert!(session::understood_attach(wire::AttachResponse { answer: error }).is_err());
}

#[test]
fn keys_are_sixteen_bytes_with_the_most_significant_first() {
    let key = IdempotencyKey(0x0102);
    assert_eq!(key_told(key), [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 2]);
    assert_eq!(key_understood(&key_told(key)), Ok(key));
}

#[test]
fn completions_do_not_pass_for_one_another() {
    // Field by field as the .proto file numbers them: 1 plain, 2 picked, 3 answered, 4 personalised, 5 delivered.
    let ended = |bytes: &[u8]| {
        let ending = wire::Ending::decode(bytes).unwrap();
        let entry = wire::JournalEntry { entry: Some(wire::journal_entry::Entry::Ended(ending)) };
        let answer = wire::journal_response::Answer::Entry(entry);
        match event::understood_journal(wire::JournalResponse { answer: Some(answer) }).unwrap().unwrap() {
            JournalEntry::Ended(result) => result,
            other => panic!("{other:?}"),
        }
    };
    assert_eq!(ended(&[0x08, 1]), Ok(Completion::Done));
    assert_eq!(ended(&[0x08, 2]), Ok(Completion::Encoded));
    assert_eq!(ended(&[0x08, 3]), Ok(Completion::Cancelled));
    assert_eq!(ended(&[0x1A, 4, 0x0A, 2, 0x90, 0]), Ok(Completion::Answered { answers: vec![vec![0x90, 0]] }));
    assert_eq!(ended(&[0x22, 2, 0x08, 9]), Ok(Completion::Personalised { image: crate::ImageId(9) }));
    assert_eq!(ended(&[0x2A, 2, 0x08, 1]), Ok(Completion::Delivered { stack: crate::Stack::Good }));
    let error = DeviceError::spoiled(ErrorKind::Jam, "x");
    assert_eq!(ended(&[0x7A, 7, 0x08, 19, 0x10, 2, 0x1A, 1, b'x']), Err(error));
}

/// One message of each kind, with something in it.
fn samples() -> [Vec<u8>; 6] {
    let picked = wire::Picked { serial: "K1".into(), chip_serial: vec![1, 2], key_version: 3, station: 4 };
    let bodies = [
        completed(Some(wire::ending::Ending::Picked(picked))),
        completed(Some(wire::ending::Ending::Answered(wire::Answered { answers: vec![vec![0x90, 0], Vec::new()] }))),
        wire::event::Body::StateChanged(5),
        wire::event::Body::FeederChanged(wire::Feeder { id: 1, remaining: 9, ..wire::Feeder::default() }),
    ];
    let events = bodies.into_iter().zip(1..);
    let events = events.map(|(body, cursor)| wire::Event { cursor, machine_time_ms: -1, body: Some(body) }).collect();
    let snapshot = wire::Snapshot {
        state: 5,
        mode: 1,
        control: 3,
        stations: vec![wire::Station { id: 1, job: Some(2), cycles: 3, temperature_decidegrees: Some(-4) }],
        jobs: vec![wire::JobPosition { job: 2, serial: "K1".into(), station: Some(1), is_marked: true }],
        counters: Some(wire::Counters { picked: 1, good: 2, rejected: Vec::new() }),
        ..wire::Snapshot::default()
    };
    let image = wire::CameraImage { width: 2, height: 3, dots_per_inch: 300, grey: vec![7; 6] };
    let script =
        wire::Exchange { job: 1, commands: vec![vec![0, 0xA4, 4, 0]], accept: vec![0x6282], reset_first: true };
    let ending = wire::Ending { ending: Some(wire::ending::Ending::Plain(1)) };
    let entry = wire::JournalEntry { entry: Some(wire::journal_entry::Entry::Ended(ending)) };
    [
        submit(Some(wire::submit_request::Operation::Exchange(script))).encode_to_vec(),
        wire::DescribeResponse { answer: Some(wire::describe_response::Answer::Description(description())) }
            .encode_to_vec(),
        wire::EventsResponse { answer: Some(wire::events_response::Answer::Batch(wire::EventBatch { events })) }
            .encode_to_vec(),
        wire::SnapshotResponse { answer: Some(wire::snapshot_response::Answer::Snapshot(snapshot)) }.encode_to_vec(),
        wire::JournalResponse { answer: Some(wire::journal_response::Answer::Entry(entry)) }.encode_to_vec(),
        wire::ImageResponse { answer: Some(wire::image_response::Answer::Image(image)) }.encode_to_vec(),
    ]
}

#[test]
fn broken_messages_are_understood_or_refused_and_never_more() {
    let mut random = ChaCha8Rng::seed_from_u64(9_303);
    let samples = samples();
    let (mut understood, mut refused) = (0u32, 0u32);
    for round in 0..30_000 {
        let mut bytes = samples[round % 6].clone();
        for _ in 0..1 + random.next_u32() % 3 {
            let at = random.next_u32() as usize % bytes.len();
            match random.next_u32() % 3 {
                0 => bytes[at] = random.next_u32() as u8,
                1 => bytes.truncate(at.max(1)),
                _ => bytes.insert(at, random.next_u32() as u8),
            }
        }
        let bytes = bytes.as_slice();
        let answers = [
            wire::SubmitRequest::decode(bytes).is_ok_and(|message| command::understood(message).is_ok()),
            wire::DescribeResponse::decode(bytes).is_ok_and(|message| description::understood(message).is_ok()),
            wire::EventsResponse::decode(bytes).is_ok_and(|message| event::understood(message).is_ok()),
            wire::SnapshotResponse::decode(bytes).is_ok_and(|message| snapshot::understood(message).is_ok()),
            wire::JournalResponse::decode(bytes).is_ok_and(|message| event::understood_journal(message).is_ok()),
            wire::ImageResponse::decode(bytes).is_ok_and(|message| session::understood_image(message).is_ok()),
        ];
        *if answers[round % 6] { &mut understood } else { &mut refused } += 1;
    }
    assert!(understood > 1_000 && refused > 1_000, "{understood} understood, {refused} refused");
}
