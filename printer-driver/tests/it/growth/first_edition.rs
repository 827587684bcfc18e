//! A driver as it was written against the first edition of the contract. NEVER EDIT THIS FILE.
//!
//! It stands for drivers of strangers, which are compiled again with each version of the contract and cannot be changed
//! by us. When it no longer compiles, or no longer passes the kit, the change to the contract is wrong, not this file.

use std::time::Duration;

use printer_driver::{
    Acceptance, Alarm, AlarmId, Attached, BookletFate, CameraImage, Capabilities, ChipIdentity, Command, Completion,
    ControlCommand, ControlMode, Cursor, Description, DeviceError, ErrorKind, Event, EventBatch, EventBody, Feeder,
    FeederId, FencingToken, Format, IdempotencyKey, Identity, ImageId, JobId, JobPosition, JournalEntry, Layer,
    LayerCoding, LayerKind, MachineDriver, Mode, Numbering, Operation, ProgressStep, Severity, Snapshot, Stack,
    StackLevel, State, StationDescription, StationId, StationKind,
};

use crate::acme::wire::Wire;

const FORMAT: &str = "passport-32";

/// How often the box is asked for events while the host waits for them.
const POLL: Duration = Duration::from_millis(20);

/// A session with an Acme 150.
pub(crate) struct FirstEdition {
    wire: Wire,
}

impl FirstEdition {
    /// A session over this cable.
    pub(crate) fn new(wire: Wire) -> Self {
        FirstEdition { wire }
    }

    /// Asks the box; what it refuses becomes an error, and so does a cable that is cut.
    fn ask(&self, request: &str) -> Result<String, DeviceError> {
        let lost = |_| DeviceError::unknown(ErrorKind::LinkLost, "the cable to the controller is cut");
        let answer = self.wire.ask(request).map_err(lost)?;
        if answer.starts_with("ERR ") { Err(trouble(&answer)) } else { Ok(answer) }
    }

    /// Events after a cursor that the box has told so far, in order, each once, up to the first that is missing.
    fn poll(&self, after: Cursor) -> Result<Vec<Event>, DeviceError> {
        let answer = self.ask(&format!("EVENTS {}", after.0))?;
        let mut events: Vec<Event> =
            answer.lines().map(|line| event(line).ok_or_else(garbled)).collect::<Result<_, _>>()?;
        events.sort_by_key(|event| event.cursor);
        events.dedup_by_key(|event| event.cursor);
        let whole = events.iter().zip(after.0.saturating_add(1)..).take_while(|(event, next)| event.cursor.0 == *next);
        let whole = whole.count();
        events.truncate(whole);
        Ok(events)
    }
}

impl MachineDriver for FirstEdition {
    fn describe(&mut self) -> Result<Description, DeviceError> {
        let mut can = Capabilities::minimal();
        can.states = STATES.iter().map(|(_, state)| *state).collect();
        can.modes = vec![Mode::Production, Mode::Maintenance];
        can.control_modes = vec![ControlMode::Offline, ControlMode::Local, ControlMode::Remote];
        can.formats = vec![Format(FORMAT.to_owned())];
        can.numbering = Numbering::PrePrinted;
        can.layers = vec![LayerKind::Laser];
        can.codings = vec![(LayerKind::Laser, LayerCoding::PngGrey)];
        can.dots_per_inch = vec![300];
        can.jobs_at_once = 3;
        can.queue_depth = 1;
        can.apdu_bytes = 261;
        can.documents_per_hour = 150;
        let stations = vec![
            StationDescription::new(StationId(1), StationKind::Feed, "Feeder"),
            StationDescription::new(StationId(2), StationKind::Encode, "Coupler"),
            StationDescription::new(StationId(3), StationKind::Laser, "Laser and camera"),
            StationDescription::new(StationId(4), StationKind::Output, "Stacks"),
        ];
        let identity = Identity::new("Acme", "Acme 150", "A-0001", "2.4");
        Ok(Description::new(identity, can).with_stations(stations))
    }

    fn attach(&mut self, token: FencingToken) -> Result<Attached, DeviceError> {
        let answer = self.ask(&format!("ATTACH {}", token.0))?;
        let numbers: Vec<u64> = answer.split(' ').skip(1).filter_map(|word| word.parse().ok()).collect();
        let [newest, starts] = numbers[..] else { return Err(garbled()) };
        Ok(Attached::new(Cursor(newest), starts))
    }

    fn submit(&mut self, command: &Command) -> Result<Acceptance, DeviceError> {
        // Sizes first: what is too large never goes out on the cable.
        let too_large =
            |excess: printer_driver::limits::Excess| DeviceError::untouched(ErrorKind::Invalid, excess.to_string());
        command.check_limits().map_err(too_large)?;
        let line = request(&command.operation)?;
        let answer = self.ask(&format!("DO {} {:x} {line}", command.token.0, command.key.0))?;
        match answer.as_str() {
            "ACCEPTED" => Ok(Acceptance::Accepted),
            "REPEATED" => Ok(Acceptance::Repeated),
            _ => Err(garbled()),
        }
    }

    fn events(&mut self, after: Cursor, wait: Duration) -> Result<EventBatch, DeviceError> {
        let mut left = wait;
        loop {
            let events = self.poll(after)?;
            if !events.is_empty() || left.is_zero() {
                return Ok(EventBatch::new(events));
            }
            let turn = left.min(POLL);
            self.wire.wait(turn);
            left = left.saturating_sub(turn);
        }
    }

    fn snapshot(&mut self) -> Result<Snapshot, DeviceError> {
        let answer = self.ask("STATUS")?;
        let mut snapshot = Snapshot::new(State::Stopped, Mode::Production, ControlMode::Offline);
        for line in answer.lines() {
            show(&mut snapshot, line).ok_or_else(garbled)?;
        }
        Ok(snapshot)
    }

    fn journal(&mut self, key: IdempotencyKey) -> Result<JournalEntry, DeviceError> {
        let answer = self.ask(&format!("JOURNAL {:x}", key.0))?;
        Ok(match answer.split_once(' ') {
            Some(("ENDED", end)) => JournalEntry::Ended(result(end).ok_or_else(garbled)?),
            _ if answer == "NONE" => JournalEntry::NotReceived,
            _ if answer == "RUNNING" => JournalEntry::InProgress,
            _ => JournalEntry::Unknown,
        })
    }

    fn image(&mut self, image: ImageId) -> Result<CameraImage, DeviceError> {
        let answer = self.ask(&format!("IMAGE {}", image.0))?;
        let words: Vec<&str> = answer.split(' ').collect();
        let ["IMG", width, height, dots_per_inch, grey] = words[..] else { return Err(garbled()) };
        let number = |word: &str| word.parse::<u32>().map_err(|_| garbled());
        let grey = unhex(grey).ok_or_else(garbled)?;
        Ok(CameraImage::new(number(width)?, number(height)?, number(dots_per_inch)?, grey))
    }
}

/// What the box is told to do.
fn request(operation: &Operation) -> Result<String, DeviceError> {
    Ok(match operation {
        Operation::Control(command) => format!("CONTROL {}", control_word(*command)),
        Operation::SetMode(mode) => format!("MODE {}", mode_word(*mode)),
        Operation::AcknowledgeAlarm(id) => format!("SEEN {}", id.0),
        Operation::Pick { job, feeder, format } => format!("PICK {} {} {}", job.0, feeder.0, one_word(&format.0)?),
        Operation::Exchange { job, script } => {
            let commands: Vec<String> = script.commands.iter().map(|command| hex(command)).collect();
            let accept: Vec<String> = script.accept.iter().map(|status| format!("{status:04x}")).collect();
            let accept = if accept.is_empty() { "-".to_owned() } else { accept.join(",") };
            format!("CHIP {} {} {accept} {}", job.0, u8::from(script.reset_first), commands.join(","))
        }
        Operation::Personalise { job, expected_serial, number, layers } => {
            let number = number.as_deref().map_or(Ok("-"), one_word)?;
            let layers: Vec<String> = layers.iter().map(layer).collect::<Result<_, _>>()?;
            if layers.is_empty() {
                return Err(DeviceError::untouched(ErrorKind::Invalid, "a page has layers"));
            }
            format!("MARK {} {} {number} {}", job.0, one_word(expected_serial)?, layers.join(" "))
        }
        Operation::Photograph { job } => format!("PHOTO {}", job.0),
        Operation::Deliver { job, stack: Stack::Good } => format!("OUT {} good", job.0),
        Operation::Deliver { job, stack: Stack::Reject } => format!("OUT {} reject", job.0),
        Operation::Cancel { job } => format!("GIVEUP {}", job.0),
        // Operations that came after this driver, and Encode, for the chips are written through the coupler.
        _ => return Err(DeviceError::untouched(ErrorKind::Unsupported, "this machine does not do that")),
    })
}

fn layer(layer: &Layer) -> Result<String, DeviceError> {
    let (LayerKind::Laser, LayerCoding::PngGrey) = (layer.kind, layer.coding) else {
        return Err(DeviceError::untouched(ErrorKind::Unsupported, "the laser takes grey PNG"));
    };
    Ok(format!(
        "laser:png-grey:{}:{}:{}:{}:{}:{}",
        layer.dots_per_inch,
        layer.left_micrometres,
        layer.top_micrometres,
        layer.width,
        layer.height,
        hex(&layer.bytes)
    ))
}

/// The protocol parts words by spaces, so none may stand in a word.
fn one_word(text: &str) -> Result<&str, DeviceError> {
    if !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Ok(text);
    }
    Err(DeviceError::untouched(ErrorKind::Invalid, "a name is one word of printable ASCII"))
}

fn event(line: &str) -> Option<Event> {
    let mut words = line.splitn(4, ' ');
    let ("EV", cursor, time, what) = (words.next()?, words.next()?, words.next()?, words.next()?) else { return None };
    Some(Event::new(Cursor(cursor.parse().ok()?), time.parse().ok()?, body(what)?))
}

/// Takes one line of the box's status into a snapshot.
fn show(snapshot: &mut Snapshot, line: &str) -> Option<()> {
    let (what, rest) = line.split_once(' ')?;
    let words: Vec<&str> = rest.split(' ').collect();
    match (what, words.as_slice()) {
        ("STATE", [word]) => snapshot.state = state(word)?,
        ("MODE", [word]) => snapshot.mode = mode(word),
        ("CONTROL", [word]) => snapshot.control = control(word),
        ("FEEDER", words) => snapshot.feeders.push(feeder(words)?),
        ("STACK", words) => snapshot.stacks.push(level(words)?),
        ("COUNT", [picked, good]) => {
            snapshot.counters.picked = picked.parse().ok()?;
            snapshot.counters.good = good.parse().ok()?;
        }
        ("REJECTED", [count, reason @ ..]) => {
            snapshot.counters.rejected.push((reason.join(" "), count.parse().ok()?));
        }
        ("ALARM", [id, code, severity, set, seen, text @ ..]) => {
            let mut alarm = alarm(id, code, severity, &text.join(" "))?;
            alarm.is_set = *set == "true";
            alarm.is_acknowledged = *seen == "true";
            snapshot.alarms.push(alarm);
        }
        ("JOB", [job, serial, station, touched]) => {
            let station = station.parse().ok().map(StationId);
            let position = JobPosition::new(JobId(job.parse().ok()?), *serial, station);
            snapshot.jobs.push(position.with_mark(*touched == "true"));
        }
        _ => return None,
    }
    Some(())
}

/// States of the box, each with the state of PackML that it stands for.
const STATES: [(&str, State); 8] = [
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
fn garbled() -> DeviceError {
    DeviceError::unknown(ErrorKind::Fault, "the controller's answer cannot be read")
}

/// The box's word for a control command.
fn control_word(command: ControlCommand) -> &'static str {
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
fn mode_word(mode: Mode) -> &'static str {
    match mode {
        Mode::Production => "production",
        Mode::Maintenance => "maintenance",
        Mode::Manual => "manual",
    }
}

/// A line that begins with ERR.
fn trouble(line: &str) -> DeviceError {
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
fn result(line: &str) -> Option<Result<Completion, DeviceError>> {
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
fn body(line: &str) -> Option<EventBody> {
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
        ("ALARM", ["CLEARED", id]) => EventBody::AlarmCleared(AlarmId(id.parse().ok()?)),
        ("ALARM", ["SEEN", id]) => EventBody::AlarmAcknowledged(AlarmId(id.parse().ok()?)),
        ("FEEDER", words) => EventBody::FeederChanged(feeder(words)?),
        ("STACK", words) => EventBody::StackChanged(level(words)?),
        _ => return None,
    })
}

/// The state that a word stands for.
fn state(word: &str) -> Option<State> {
    STATES.iter().find(|(known, _)| *known == word).map(|(_, state)| *state)
}

/// The mode that a word stands for.
fn mode(word: &str) -> Mode {
    if word == "maintenance" { Mode::Maintenance } else { Mode::Production }
}

/// Who commands, by a word.
fn control(word: &str) -> ControlMode {
    match word {
        "remote" => ControlMode::Remote,
        "local" => ControlMode::Local,
        _ => ControlMode::Offline,
    }
}

/// An alarm as it was set.
fn alarm(id: &str, code: &str, severity: &str, text: &str) -> Option<Alarm> {
    let severity = if severity == "critical" { Severity::Critical } else { Severity::Warning };
    Some(Alarm::new(AlarmId(id.parse().ok()?), code, severity, text))
}

/// The feeder, from what follows its name.
fn feeder(words: &[&str]) -> Option<Feeder> {
    let [remaining, lowest, highest] = words else { return None };
    let range = (*lowest != "-").then(|| ((*lowest).to_owned(), (*highest).to_owned()));
    Some(Feeder::new(FeederId(1)).with_load(Format(FORMAT.to_owned()), range, remaining.parse().ok()?))
}

/// A stack, from what follows its name.
fn level(words: &[&str]) -> Option<StackLevel> {
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
fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Bytes that the box wrote.
fn unhex(word: &str) -> Option<Vec<u8>> {
    let pairs: Vec<&[u8]> = word.as_bytes().chunks(2).collect();
    pairs.iter().map(|pair| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok()).collect()
}
