use super::*;
use crate::{
    Alarm, AlarmId, ApduScript, ChipIdentity, ControlMode, Cursor, ErrorKind, Event, FencingToken, Format,
    IdempotencyKey, Identity, JobId, JobPosition, Layer, LayerCoding, LayerKind, Mode, Severity, State, StationId,
};

fn command(operation: Operation) -> Result<(), Excess> {
    Command::new(IdempotencyKey(1), FencingToken(1), operation).check_limits()
}

fn exchange(commands: Vec<Vec<u8>>) -> Operation {
    Operation::Exchange { job: JobId(1), script: ApduScript::new(commands) }
}

fn page(layers: Vec<Layer>) -> Operation {
    Operation::Personalise { job: JobId(1), expected_serial: "A1".into(), number: None, layers }
}

fn layer(side: u32, bytes: usize) -> Layer {
    Layer::new(LayerKind::Laser, LayerCoding::PngGrey, 300, (side, side), vec![0; bytes])
}

#[test]
fn a_command_at_the_limit_passes_and_one_beyond_it_does_not() {
    assert_eq!(command(exchange(vec![vec![0; MAX_APDU_BYTES]])), Ok(()));
    assert!(command(exchange(vec![vec![0; MAX_APDU_BYTES + 1]])).is_err());
    assert_eq!(command(exchange(vec![vec![0; 5]; MAX_SCRIPT_COMMANDS])), Ok(()));
    assert!(command(exchange(vec![vec![0; 5]; MAX_SCRIPT_COMMANDS + 1])).is_err());
    assert!(command(exchange(vec![vec![0; MAX_APDU_BYTES]; 17])).is_err(), "the script as a whole");
    assert_eq!(command(page(vec![layer(100, 1_000); MAX_LAYERS])), Ok(()));
    assert!(command(page(vec![layer(100, 1_000); MAX_LAYERS + 1])).is_err());
    assert!(command(page(vec![layer(u32::MAX, 10)])).is_err(), "pixels, without overflow");
    assert!(command(page(vec![layer(100, MAX_LAYER_BYTES); 3])).is_err(), "the page as a whole");
    let package = crate::EncodingPackage(vec![0; MAX_PACKAGE_BYTES + 1]);
    assert!(command(Operation::Encode { job: JobId(1), package }).is_err());
}

#[test]
fn a_batch_is_limited_in_events_texts_and_answers() {
    let batch = |body: &EventBody, count: usize| {
        let events = (1..=count as u64).map(|cursor| Event::new(Cursor(cursor), 0, body.clone()));
        EventBatch::new(events.collect()).check_limits()
    };
    let state = EventBody::StateChanged(State::Idle);
    assert_eq!(batch(&state, MAX_EVENTS_IN_BATCH), Ok(()));
    assert!(batch(&state, MAX_EVENTS_IN_BATCH + 1).is_err());
    let ended = |completion| EventBody::Completed { key: IdempotencyKey(1), job: None, result: Ok(completion) };
    let answers = ended(Completion::Answered { answers: vec![vec![0; 60_000]; 17] });
    assert_eq!(batch(&answers, 8), Ok(()));
    assert!(batch(&answers, 9).is_err(), "answers of a batch together");
    let alarm = EventBody::AlarmSet(Alarm::new(AlarmId(1), "X", Severity::Notice, "x".repeat(MAX_TEXT_BYTES + 1)));
    assert_eq!(batch(&alarm, 1).unwrap_err().what, "text of an alarm");
    let chip = ChipIdentity::new(vec![0; MAX_SERIAL_BYTES + 1], 1);
    assert!(batch(&ended(Completion::Picked { serial: "A1".into(), chip, station: StationId(1) }), 1).is_err());
}

#[test]
fn what_a_machine_says_of_itself_is_limited() {
    let identity = Identity::new("A", "B", "C", "D");
    let mut description = Description::new(identity, Capabilities::minimal());
    assert_eq!(description.check_limits(), Ok(()));
    description.capabilities.encoding = ChipEncoding::Machine { recipient: vec![4; MAX_RECIPIENT_BYTES + 1] };
    assert!(description.check_limits().is_err());
    description.capabilities.encoding = ChipEncoding::Coupler;
    description.capabilities.formats = vec![Format("f".into()); MAX_LIST + 1];
    assert!(description.check_limits().is_err());
    let mut snapshot = Snapshot::new(State::Idle, Mode::Production, ControlMode::Remote);
    snapshot.jobs = vec![JobPosition::new(JobId(1), "A1", None); MAX_LIST];
    assert_eq!(snapshot.check_limits(), Ok(()));
    snapshot.jobs.push(JobPosition::new(JobId(1), "A1", None));
    assert!(snapshot.check_limits().is_err());
    let error = DeviceError::untouched(ErrorKind::Fault, "x").with_serial("9".repeat(MAX_SERIAL_BYTES + 1));
    assert!(error.check_limits().is_err());
    assert!(JournalEntry::Ended(Err(error)).check_limits().is_err());
}

#[test]
fn a_picture_has_a_byte_for_each_pixel() {
    assert_eq!(CameraImage::new(3, 2, 300, vec![0; 6]).check_limits(), Ok(()));
    let excess = CameraImage::new(3, 2, 300, vec![0; 5]).check_limits().unwrap_err();
    assert_eq!((excess.found, excess.limit), (5, 6));
    assert!(CameraImage::new(u32::MAX, u32::MAX, 300, Vec::new()).check_limits().is_err());
}
