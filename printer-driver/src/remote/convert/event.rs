//! What a machine tells, and how commands ended.

use super::names::Name;
use super::{Malformed, error, key_told, key_understood, parts, small};
use crate::remote::wire;
use crate::remote::wire::ending::Ending as WireEnding;
use crate::remote::wire::event::Body;
use crate::remote::wire::{JournalState, PlainCompletion};
use crate::{
    AlarmId, ChipIdentity, Completion, ControlMode, Cursor, DeviceError, ErrorKind, Event, EventBatch, EventBody,
    ImageId, JobId, JournalEntry, Mode, ProgressStep, Stack, State, StationId,
};

pub(crate) fn told(answer: Result<EventBatch, DeviceError>) -> wire::EventsResponse {
    use wire::events_response::Answer;
    let answer = match answer {
        Ok(batch) => Answer::Batch(wire::EventBatch { events: batch.events.into_iter().map(event_told).collect() }),
        Err(error) => Answer::Error(error::told(&error)),
    };
    wire::EventsResponse { answer: Some(answer) }
}

pub(crate) fn understood(response: wire::EventsResponse) -> Result<Result<EventBatch, DeviceError>, Malformed> {
    use wire::events_response::Answer;
    match response.answer.ok_or(Malformed::Missing("the answer"))? {
        Answer::Batch(batch) => {
            let events = batch.events.into_iter().map(event_understood).collect::<Result<_, _>>()?;
            let batch = EventBatch::new(events);
            batch.check_limits()?;
            Ok(Ok(batch))
        }
        Answer::Error(error) => error::understood(error).map(Err),
    }
}

pub(crate) fn told_journal(answer: Result<JournalEntry, DeviceError>) -> wire::JournalResponse {
    use wire::journal_entry::Entry;
    use wire::journal_response::Answer;
    let state = |state: JournalState| Entry::State(state.into());
    let answer = match answer {
        Ok(entry) => {
            let entry = match entry {
                JournalEntry::NotReceived => state(JournalState::NotReceived),
                JournalEntry::InProgress => state(JournalState::InProgress),
                JournalEntry::Unknown => state(JournalState::Unknown),
                JournalEntry::Ended(result) => Entry::Ended(ending_told(result)),
            };
            Answer::Entry(wire::JournalEntry { entry: Some(entry) })
        }
        Err(error) => Answer::Error(error::told(&error)),
    };
    wire::JournalResponse { answer: Some(answer) }
}

/// An entry that is not known is one of which nothing is known.
pub(crate) fn understood_journal(
    response: wire::JournalResponse,
) -> Result<Result<JournalEntry, DeviceError>, Malformed> {
    use wire::journal_entry::Entry;
    use wire::journal_response::Answer;
    let entry = match response.answer.ok_or(Malformed::Missing("the answer"))? {
        Answer::Entry(entry) => entry.entry,
        Answer::Error(error) => return error::understood(error).map(Err),
    };
    let entry = match entry {
        Some(Entry::State(number)) => match JournalState::try_from(number) {
            Ok(JournalState::NotReceived) => JournalEntry::NotReceived,
            Ok(JournalState::InProgress) => JournalEntry::InProgress,
            Ok(JournalState::Unknown | JournalState::Unspecified) | Err(_) => JournalEntry::Unknown,
        },
        Some(Entry::Ended(ending)) => JournalEntry::Ended(ending_understood(ending)?),
        None => JournalEntry::Unknown,
    };
    entry.check_limits()?;
    Ok(Ok(entry))
}

fn event_told(event: Event) -> wire::Event {
    let body = match event.body {
        EventBody::StateChanged(state) => Some(Body::StateChanged(state.told())),
        EventBody::ModeChanged(mode) => Some(Body::ModeChanged(mode.told())),
        EventBody::ControlChanged(control) => Some(Body::ControlChanged(control.told())),
        EventBody::Completed { key, job, result } => Some(Body::Completed(wire::Completed {
            key: key_told(key),
            job: job.map(|job| job.0),
            ending: Some(ending_told(result)),
        })),
        EventBody::Progress { job, step } => Some(Body::Progress(wire::Progress { job: job.0, step: step.told() })),
        EventBody::AlarmSet(alarm) => Some(Body::AlarmSet(parts::alarm_told(alarm))),
        EventBody::AlarmCleared(alarm) => Some(Body::AlarmCleared(alarm.0)),
        EventBody::AlarmAcknowledged(alarm) => Some(Body::AlarmAcknowledged(alarm.0)),
        EventBody::FeederChanged(feeder) => Some(Body::FeederChanged(parts::feeder_told(feeder))),
        EventBody::StackChanged(level) => Some(Body::StackChanged(parts::stack_told(level))),
        EventBody::ConsumableChanged(consumable) => Some(Body::ConsumableChanged(parts::consumable_told(consumable))),
        EventBody::StationChanged(station) => Some(Body::StationChanged(parts::station_told(station))),
        EventBody::Unrecognised => None,
    };
    wire::Event { cursor: event.cursor.0, machine_time_ms: event.machine_time_ms, body }
}

/// What is not known becomes [`EventBody::Unrecognised`], so that cursors stay consecutive.
fn event_understood(event: wire::Event) -> Result<Event, Malformed> {
    let body = match event.body {
        Some(Body::StateChanged(state)) => State::understood(state).map(EventBody::StateChanged),
        Some(Body::ModeChanged(mode)) => Mode::understood(mode).map(EventBody::ModeChanged),
        Some(Body::ControlChanged(control)) => ControlMode::understood(control).map(EventBody::ControlChanged),
        Some(Body::Completed(completed)) => Some(EventBody::Completed {
            key: key_understood(&completed.key)?,
            job: completed.job.map(JobId),
            result: ending_understood(completed.ending.unwrap_or_default())?,
        }),
        Some(Body::Progress(progress)) => {
            let job = JobId(progress.job);
            ProgressStep::understood(progress.step).map(|step| EventBody::Progress { job, step })
        }
        Some(Body::AlarmSet(alarm)) => Some(EventBody::AlarmSet(parts::alarm_understood(alarm)?)),
        Some(Body::AlarmCleared(alarm)) => Some(EventBody::AlarmCleared(AlarmId(alarm))),
        Some(Body::AlarmAcknowledged(alarm)) => Some(EventBody::AlarmAcknowledged(AlarmId(alarm))),
        Some(Body::FeederChanged(feeder)) => Some(EventBody::FeederChanged(parts::feeder_understood(feeder)?)),
        Some(Body::StackChanged(level)) => parts::stack_understood(level).map(EventBody::StackChanged),
        Some(Body::ConsumableChanged(consumable)) => {
            Some(EventBody::ConsumableChanged(parts::consumable_understood(consumable)?))
        }
        Some(Body::StationChanged(station)) => Some(EventBody::StationChanged(parts::station_understood(station)?)),
        None => None,
    };
    Ok(Event::new(Cursor(event.cursor), event.machine_time_ms, body.unwrap_or(EventBody::Unrecognised)))
}

fn ending_told(result: Result<Completion, DeviceError>) -> wire::Ending {
    let plain = |completion: PlainCompletion| WireEnding::Plain(completion.into());
    let ending = match result {
        Ok(Completion::Done) => plain(PlainCompletion::Done),
        Ok(Completion::Encoded) => plain(PlainCompletion::Encoded),
        Ok(Completion::Cancelled) => plain(PlainCompletion::Cancelled),
        Ok(Completion::Picked { serial, chip, station }) => WireEnding::Picked(wire::Picked {
            serial,
            chip_serial: chip.chip_serial,
            key_version: chip.key_version.into(),
            station: station.0.into(),
        }),
        Ok(Completion::Answered { answers }) => WireEnding::Answered(wire::Answered { answers }),
        Ok(Completion::Personalised { image }) => WireEnding::Personalised(wire::Personalised { image: image.0 }),
        Ok(Completion::Delivered { stack }) => WireEnding::Delivered(wire::Delivered { stack: stack.told() }),
        Err(error) => WireEnding::Error(error::told(&error)),
    };
    wire::Ending { ending: Some(ending) }
}

/// An ending that is not known leaves a booklet of which nobody can say anything.
fn ending_understood(ending: wire::Ending) -> Result<Result<Completion, DeviceError>, Malformed> {
    let completion = match ending.ending {
        Some(WireEnding::Plain(number)) => match PlainCompletion::try_from(number) {
            Ok(PlainCompletion::Done) => Some(Completion::Done),
            Ok(PlainCompletion::Encoded) => Some(Completion::Encoded),
            Ok(PlainCompletion::Cancelled) => Some(Completion::Cancelled),
            Ok(PlainCompletion::Unspecified) | Err(_) => None,
        },
        Some(WireEnding::Picked(picked)) => {
            let key_version =
                u8::try_from(picked.key_version).map_err(|_| Malformed::OutOfRange("version of a chip's key"))?;
            let chip = ChipIdentity::new(picked.chip_serial, key_version);
            let station = StationId(small("station", picked.station)?);
            Some(Completion::Picked { serial: picked.serial, chip, station })
        }
        Some(WireEnding::Answered(answered)) => Some(Completion::Answered { answers: answered.answers }),
        Some(WireEnding::Personalised(done)) => Some(Completion::Personalised { image: ImageId(done.image) }),
        Some(WireEnding::Delivered(out)) => Stack::understood(out.stack).map(|stack| Completion::Delivered { stack }),
        Some(WireEnding::Error(error)) => return error::understood(error).map(Err),
        None => None,
    };
    let unknown = || DeviceError::unknown(ErrorKind::Fault, "the machine ended in a way that this host does not know");
    Ok(completion.ok_or_else(unknown))
}
