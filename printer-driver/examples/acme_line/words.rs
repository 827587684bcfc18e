//! The vendor's words and the contract's, side by side.

use printer_driver::{
    BookletFate, ChipIdentity, Completion, ControlCommand, ControlMode, DeviceError, ErrorKind, EventBody, Feeder,
    FeederId, Format, IdempotencyKey, ImageId, JobId, Mode, ProgressStep, Severity, Stack, StackLevel, State,
    StationId,
};

use super::controller::FORMAT;

/// States of the box, each with the state of PackML that it stands for.
pub(crate) const STATES: [(&str, State); 8] = [
    ("HALTED", State::Stopped),
    ("HOMING", State::Resetting),
    ("READY", State::Idle),
    ("RUNNING", State::Execute),
    ("PAUSED", State::Held),
    ("WAITING", State::Suspended),
    ("ENDED", State::Complete),
    ("EMERGENCY", State::Aborted),
];

/// Kinds of trouble, each with the kind of error that it stands for.
const KINDS: [(&str, ErrorKind); 17] = [
    ("unattached", ErrorKind::NotAttached),
    ("fenced", ErrorKind::Fenced),
    ("state", ErrorKind::WrongState),
    ("busy", ErrorKind::Busy),
    ("unsupported", ErrorKind::Unsupported),
    ("invalid", ErrorKind::Invalid),
    ("missing", ErrorKind::NotFound),
    ("gone", ErrorKind::CursorGone),
    ("empty", ErrorKind::FeederEmpty),
    ("full", ErrorKind::StackFull),
    ("misfeed", ErrorKind::Misfeed),
    ("serial", ErrorKind::WrongSerial),
    ("mute", ErrorKind::ChipMute),
    ("laser", ErrorKind::MarkingFailed),
    ("camera", ErrorKind::CameraFailed),
    ("jam", ErrorKind::Jam),
    ("power", ErrorKind::PowerLost),
];

/// The box said something that is not in its manual. Never quotes what it said.
pub(crate) fn garbled() -> DeviceError {
    DeviceError::unknown(ErrorKind::Fault, "the controller's answer cannot be read")
}

/// The box's word for a control command.
pub(crate) fn control_word(command: ControlCommand) -> &'static str {
    match command {
        ControlCommand::Reset => "RESET",
        ControlCommand::Start => "START",
        ControlCommand::Stop => "STOP",
        ControlCommand::Hold => "HOLD",
        ControlCommand::Unhold => "UNHOLD",
        ControlCommand::Suspend => "SUSPEND",
        ControlCommand::Unsuspend => "UNSUSPEND",
        ControlCommand::Abort => "ABORT",
        ControlCommand::Clear => "CLEAR",
        ControlCommand::Complete => "COMPLETE",
    }
}

/// The box's word for a mode.
pub(crate) fn mode_word(mode: Mode) -> &'static str {
    match mode {
        Mode::Production => "production",
        Mode::Maintenance => "maintenance",
        Mode::Manual => "manual",
    }
}

/// A line that begins with ERR.
pub(crate) fn trouble(line: &str) -> DeviceError {
    let mut words = line.splitn(5, ' ').skip(1);
    let (Some(kind), Some(fate), Some(serial)) = (words.next(), words.next(), words.next()) else { return garbled() };
    let kind = KINDS.iter().find(|(word, _)| *word == kind).map_or(ErrorKind::Fault, |(_, kind)| *kind);
    let fate = match fate {
        "untouched" => BookletFate::Untouched,
        "spoiled" => BookletFate::Spoiled,
        _ => BookletFate::Unknown,
    };
    let error = DeviceError::new(kind, fate, words.next().unwrap_or_default());
    if serial == "-" { error } else { error.with_serial(serial) }
}

/// How a command ended.
pub(crate) fn result(line: &str) -> Option<Result<Completion, DeviceError>> {
    if line.starts_with("ERR ") {
        return Some(Err(trouble(line)));
    }
    let words: Vec<&str> = line.split(' ').collect();
    Some(Ok(match words.as_slice() {
        ["OK", "DONE"] => Completion::Done,
        ["OK", "PICKED", serial, chip, version, station] => Completion::Picked {
            serial: (*serial).to_owned(),
            chip: ChipIdentity::new(unhex(chip)?, version.parse().ok()?),
            station: StationId(station.parse().ok()?),
        },
        ["OK", "ANSWERED", answers] => {
            Completion::Answered { answers: answers.split(',').map(unhex).collect::<Option<_>>()? }
        }
        ["OK", "PHOTO", image] => Completion::Personalised { image: ImageId(image.parse().ok()?) },
        ["OK", "OUT", stack] => Completion::Delivered { stack: stack_of(stack)? },
        ["OK", "GIVENUP"] => Completion::Cancelled,
        _ => return None,
    }))
}

/// What an event says, after its cursor and time.
pub(crate) fn body(line: &str) -> Option<EventBody> {
    let (what, rest) = line.split_once(' ')?;
    let words: Vec<&str> = rest.split(' ').collect();
    Some(match (what, words.as_slice()) {
        ("STATE", [word]) => EventBody::StateChanged(state(word)?),
        ("MODE", [word]) => EventBody::ModeChanged(mode(word)),
        ("CONTROL", [word]) => EventBody::ControlChanged(control(word)),
        ("END", [key, job, ..]) => EventBody::Completed {
            key: IdempotencyKey(u128::from_str_radix(key, 16).ok()?),
            job: job.parse().ok().map(JobId),
            result: result(rest.splitn(3, ' ').nth(2)?)?,
        },
        ("STEP", [job, step]) => EventBody::Progress {
            job: JobId(job.parse().ok()?),
            step: match *step {
                "CONFIRMED" => ProgressStep::SerialConfirmed,
                "ENGRAVED" => ProgressStep::Engraved,
                _ => ProgressStep::Captured,
            },
        },
        ("ALARM", ["SET", id, code, severity, ..]) => {
            let text = rest.splitn(5, ' ').nth(4)?;
            EventBody::AlarmSet(alarm(id, code, severity, text)?)
        }
        ("ALARM", ["CLEARED", id]) => EventBody::AlarmCleared(printer_driver::AlarmId(id.parse().ok()?)),
        ("ALARM", ["SEEN", id]) => EventBody::AlarmAcknowledged(printer_driver::AlarmId(id.parse().ok()?)),
        ("FEEDER", words) => EventBody::FeederChanged(feeder(words)?),
        ("STACK", words) => EventBody::StackChanged(level(words)?),
        _ => return None,
    })
}

/// The state that a word stands for.
pub(crate) fn state(word: &str) -> Option<State> {
    STATES.iter().find(|(known, _)| *known == word).map(|(_, state)| *state)
}

/// The mode that a word stands for.
pub(crate) fn mode(word: &str) -> Mode {
    if word == "maintenance" { Mode::Maintenance } else { Mode::Production }
}

/// Who commands, by a word.
pub(crate) fn control(word: &str) -> ControlMode {
    match word {
        "remote" => ControlMode::Remote,
        "local" => ControlMode::Local,
        _ => ControlMode::Offline,
    }
}

/// An alarm as it was set.
pub(crate) fn alarm(id: &str, code: &str, severity: &str, text: &str) -> Option<printer_driver::Alarm> {
    let severity = if severity == "critical" { Severity::Critical } else { Severity::Warning };
    Some(printer_driver::Alarm::new(printer_driver::AlarmId(id.parse().ok()?), code, severity, text))
}

/// The feeder, from what follows its name.
pub(crate) fn feeder(words: &[&str]) -> Option<Feeder> {
    let [remaining, lowest, highest] = words else { return None };
    let range = (*lowest != "-").then(|| ((*lowest).to_owned(), (*highest).to_owned()));
    Some(Feeder::new(FeederId(1)).with_load(Format(FORMAT.to_owned()), range, remaining.parse().ok()?))
}

/// A stack, from what follows its name.
pub(crate) fn level(words: &[&str]) -> Option<StackLevel> {
    let [stack, count, capacity] = words else { return None };
    Some(StackLevel::new(stack_of(stack)?, count.parse().ok()?, capacity.parse().ok()?))
}

fn stack_of(word: &str) -> Option<Stack> {
    match word {
        "good" => Some(Stack::Good),
        "reject" => Some(Stack::Reject),
        _ => None,
    }
}

/// Bytes as the box writes them.
pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Bytes that the box wrote.
pub(crate) fn unhex(word: &str) -> Option<Vec<u8>> {
    let pairs: Vec<&[u8]> = word.as_bytes().chunks(2).collect();
    pairs.iter().map(|pair| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok()).collect()
}
