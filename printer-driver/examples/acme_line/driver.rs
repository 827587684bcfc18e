//! The driver: the contract on one side, the vendor's protocol on the other. Copy this file.
//!
//! It keeps nothing but the cable: what must be remembered is remembered by the box, which survives both the host and the
//! driver. A box that forgets its commands when power is cut needs a small computer beside it that does not.

use std::time::Duration;

use printer_driver::{
    Acceptance, Attached, CameraImage, Capabilities, Command, ControlMode, Cursor, Description, DeviceError, ErrorKind,
    Event, EventBatch, FencingToken, Format, IdempotencyKey, Identity, ImageId, JobId, JobPosition, JournalEntry,
    Layer, LayerCoding, LayerKind, MachineDriver, Mode, Numbering, Operation, Snapshot, Stack, State,
    StationDescription, StationId, StationKind,
};

use super::controller::{APDU_BYTES, AT_ONCE, FORMAT, QUEUE};
use super::wire::Wire;
use super::words::{self, garbled};

/// How often the box is asked for events while the host waits for them.
const POLL: Duration = Duration::from_millis(20);

/// A session with an Acme 150.
pub(crate) struct AcmeDriver {
    wire: Wire,
}

impl AcmeDriver {
    /// A session over this cable.
    pub(crate) fn new(wire: Wire) -> Self {
        AcmeDriver { wire }
    }

    /// Asks the box; what it refuses becomes an error, and so does a cable that is cut.
    fn ask(&self, request: &str) -> Result<String, DeviceError> {
        let lost = |_| DeviceError::unknown(ErrorKind::LinkLost, "the cable to the controller is cut");
        let answer = self.wire.ask(request).map_err(lost)?;
        if answer.starts_with("ERR ") { Err(words::trouble(&answer)) } else { Ok(answer) }
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

impl MachineDriver for AcmeDriver {
    fn describe(&mut self) -> Result<Description, DeviceError> {
        let mut can = Capabilities::minimal();
        can.states = words::STATES.iter().map(|(_, state)| *state).collect();
        can.modes = vec![Mode::Production, Mode::Maintenance];
        can.control_modes = vec![ControlMode::Offline, ControlMode::Local, ControlMode::Remote];
        can.formats = vec![Format(FORMAT.to_owned())];
        can.numbering = Numbering::PrePrinted;
        can.layers = vec![LayerKind::Laser];
        can.codings = vec![(LayerKind::Laser, LayerCoding::PngGrey)];
        can.dots_per_inch = vec![300];
        can.jobs_at_once = u32::try_from(AT_ONCE).unwrap_or(1);
        can.queue_depth = u32::try_from(QUEUE).unwrap_or(0);
        can.apdu_bytes = u32::try_from(APDU_BYTES).unwrap_or(261);
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
            Some(("ENDED", end)) => JournalEntry::Ended(words::result(end).ok_or_else(garbled)?),
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
        let grey = words::unhex(grey).ok_or_else(garbled)?;
        Ok(CameraImage::new(number(width)?, number(height)?, number(dots_per_inch)?, grey))
    }
}

/// What the box is told to do.
fn request(operation: &Operation) -> Result<String, DeviceError> {
    Ok(match operation {
        Operation::Control(command) => format!("CONTROL {}", words::control_word(*command)),
        Operation::SetMode(mode) => format!("MODE {}", words::mode_word(*mode)),
        Operation::AcknowledgeAlarm(id) => format!("SEEN {}", id.0),
        Operation::Pick { job, feeder, format } => format!("PICK {} {} {}", job.0, feeder.0, one_word(&format.0)?),
        Operation::Exchange { job, script } => {
            let commands: Vec<String> = script.commands.iter().map(|command| words::hex(command)).collect();
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
        words::hex(&layer.bytes)
    ))
}

/// The protocol parts words by spaces, so none may stand in a word.
fn one_word(text: &str) -> Result<&str, DeviceError> {
    if !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Ok(text);
    }
    Err(DeviceError::untouched(ErrorKind::Invalid, "a name is one word of printable ASCII"))
}

pub(crate) fn event(line: &str) -> Option<Event> {
    let mut words = line.splitn(4, ' ');
    let ("EV", cursor, time, what) = (words.next()?, words.next()?, words.next()?, words.next()?) else { return None };
    Some(Event::new(Cursor(cursor.parse().ok()?), time.parse().ok()?, words::body(what)?))
}

/// Takes one line of the box's status into a snapshot.
fn show(snapshot: &mut Snapshot, line: &str) -> Option<()> {
    let (what, rest) = line.split_once(' ')?;
    let words: Vec<&str> = rest.split(' ').collect();
    match (what, words.as_slice()) {
        ("STATE", [word]) => snapshot.state = words::state(word)?,
        ("MODE", [word]) => snapshot.mode = words::mode(word),
        ("CONTROL", [word]) => snapshot.control = words::control(word),
        ("FEEDER", words) => snapshot.feeders.push(words::feeder(words)?),
        ("STACK", words) => snapshot.stacks.push(words::level(words)?),
        ("COUNT", [picked, good]) => {
            snapshot.counters.picked = picked.parse().ok()?;
            snapshot.counters.good = good.parse().ok()?;
        }
        ("REJECTED", [count, reason @ ..]) => {
            snapshot.counters.rejected.push((reason.join(" "), count.parse().ok()?));
        }
        ("ALARM", [id, code, severity, set, seen, text @ ..]) => {
            let mut alarm = words::alarm(id, code, severity, &text.join(" "))?;
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
