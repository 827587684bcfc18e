//! The driver contract's types, and the booklet's, as records.

use printer_driver::{
    Alarm, AlarmId, BookletFate, ChipIdentity, Completion, Consumable, ControlMode, DeviceError, ErrorKind, EventBody,
    Feeder, FeederId, Format, IdempotencyKey, ImageId, JobId, Layer, LayerCoding, LayerKind, Mode, ProgressStep,
    Severity, Stack, StackLevel, State, Station, StationId,
};

use super::{Reader, Record, record_made, record_names, record_struct};
use crate::machine::booklet::{Mark, Place};
use crate::machine::memory::MemoryError;

record_struct!(JobId { 0 });
record_struct!(IdempotencyKey { 0 });
record_struct!(AlarmId { 0 });
record_struct!(FeederId { 0 });
record_struct!(StationId { 0 });
record_struct!(ImageId { 0 });
record_struct!(Format { 0 });
record_made!(Alarm { id, code, severity, text, station, is_set, is_acknowledged } => {
    let (code, text): (String, String) = (code, text);
    let mut alarm = Alarm::new(id, code, severity, text).with_station(station);
    alarm.is_set = is_set;
    alarm.is_acknowledged = is_acknowledged;
    alarm
});
record_made!(Feeder { id, format, serial_range, remaining } => {
    let mut feeder = Feeder::new(id);
    feeder.format = format;
    feeder.serial_range = serial_range;
    feeder.remaining = remaining;
    feeder
});
record_made!(StackLevel { stack, count, capacity } => StackLevel::new(stack, count, capacity));
record_made!(Consumable { name, level_per_mille, lot, expiry } => {
    let name: String = name;
    Consumable::new(name, level_per_mille).with_lot(lot, expiry)
});
record_made!(Station { id, job, cycles, temperature_decidegrees } => {
    Station::new(id, cycles).with_job(job).with_temperature(temperature_decidegrees)
});
record_made!(DeviceError { kind, fate, detail, serial } => {
    let detail: String = detail;
    let mut error = DeviceError::new(kind, fate, detail);
    error.serial = serial;
    error
});
record_made!(ChipIdentity { chip_serial, key_version } => {
    let chip_serial: Vec<u8> = chip_serial;
    ChipIdentity::new(chip_serial, key_version)
});
record_made!(Layer { kind, coding, dots_per_inch, left_micrometres, top_micrometres, width, height, bytes } => {
    let bytes: std::sync::Arc<[u8]> = bytes;
    Layer::new(kind, coding, dots_per_inch, (width, height), bytes).at(left_micrometres, top_micrometres)
});
record_struct!(Mark { layer, done_per_mille });

record_names!(State in State::ALL);
record_names!(Mode { Production, Maintenance, Manual });
record_names!(ControlMode { Offline, Local, Remote });
record_names!(Severity { Notice, Warning, Critical });
record_names!(Stack { Good, Reject });
record_names!(LayerKind { Laser, Window, Observation });
record_names!(LayerCoding { PngGrey, PngRgb, JpegRgb });
record_names!(BookletFate { Untouched, Spoiled, Unknown });
record_names!(ProgressStep { SerialConfirmed, Engraved, Inked, Captured });
record_names!(ErrorKind {
    NotAttached,
    Fenced,
    LinkLost,
    Timeout,
    WrongState,
    Busy,
    Unsupported,
    Invalid,
    NotFound,
    CursorGone,
    FeederEmpty,
    StackFull,
    Misfeed,
    DoubleFeed,
    WrongSerial,
    ChipMute,
    MarkingFailed,
    CameraFailed,
    Jam,
    PowerLost,
    Fault
});

/// What is written for a variant of the contract that this machine never tells. Completions are kept in the journal.
const FOREIGN: u8 = u8::MAX;

impl Record for Place {
    fn write(&self, out: &mut Vec<u8>) {
        match self {
            Place::Feeder(feeder) => (0u8, *feeder).write(out),
            Place::Station(station) => (1u8, *station).write(out),
            Place::Stack(stack) => (2u8, *stack).write(out),
            Place::Taken => 3u8.write(out),
        }
    }
    fn read(input: &mut Reader<'_>) -> Result<Self, MemoryError> {
        Ok(match u8::read(input)? {
            0 => Place::Feeder(Record::read(input)?),
            1 => Place::Station(Record::read(input)?),
            2 => Place::Stack(Record::read(input)?),
            3 => Place::Taken,
            _ => return Err(input.damaged()),
        })
    }
}

impl Record for Completion {
    fn write(&self, out: &mut Vec<u8>) {
        match self {
            Completion::Done => 0u8.write(out),
            Completion::Picked { serial, chip, station } => {
                1u8.write(out);
                serial.write(out);
                chip.write(out);
                station.write(out);
            }
            Completion::Answered { answers } => {
                2u8.write(out);
                answers.write(out);
            }
            Completion::Personalised { image } => {
                3u8.write(out);
                image.write(out);
            }
            Completion::Delivered { stack } => {
                4u8.write(out);
                stack.write(out);
            }
            Completion::Cancelled => 5u8.write(out),
            Completion::Encoded => 6u8.write(out),
            _ => FOREIGN.write(out),
        }
    }
    fn read(input: &mut Reader<'_>) -> Result<Self, MemoryError> {
        Ok(match u8::read(input)? {
            0 => Completion::Done,
            1 => Completion::Picked {
                serial: Record::read(input)?,
                chip: Record::read(input)?,
                station: Record::read(input)?,
            },
            2 => Completion::Answered { answers: Record::read(input)? },
            3 => Completion::Personalised { image: Record::read(input)? },
            4 => Completion::Delivered { stack: Record::read(input)? },
            5 => Completion::Cancelled,
            6 => Completion::Encoded,
            _ => return Err(input.damaged()),
        })
    }
}

impl Record for EventBody {
    fn write(&self, out: &mut Vec<u8>) {
        match self {
            EventBody::StateChanged(state) => (0u8, *state).write(out),
            EventBody::ModeChanged(mode) => (1u8, *mode).write(out),
            EventBody::ControlChanged(control) => (2u8, *control).write(out),
            EventBody::Progress { job, step } => {
                3u8.write(out);
                job.write(out);
                step.write(out);
            }
            EventBody::AlarmSet(alarm) => {
                4u8.write(out);
                alarm.write(out);
            }
            EventBody::AlarmCleared(alarm) => (5u8, *alarm).write(out),
            EventBody::AlarmAcknowledged(alarm) => (6u8, *alarm).write(out),
            EventBody::FeederChanged(feeder) => {
                7u8.write(out);
                feeder.write(out);
            }
            EventBody::StackChanged(level) => (8u8, *level).write(out),
            EventBody::ConsumableChanged(consumable) => {
                9u8.write(out);
                consumable.write(out);
            }
            EventBody::StationChanged(station) => {
                10u8.write(out);
                station.write(out);
            }
            _ => FOREIGN.write(out),
        }
    }
    fn read(input: &mut Reader<'_>) -> Result<Self, MemoryError> {
        Ok(match u8::read(input)? {
            0 => EventBody::StateChanged(Record::read(input)?),
            1 => EventBody::ModeChanged(Record::read(input)?),
            2 => EventBody::ControlChanged(Record::read(input)?),
            3 => EventBody::Progress { job: Record::read(input)?, step: Record::read(input)? },
            4 => EventBody::AlarmSet(Record::read(input)?),
            5 => EventBody::AlarmCleared(Record::read(input)?),
            6 => EventBody::AlarmAcknowledged(Record::read(input)?),
            7 => EventBody::FeederChanged(Record::read(input)?),
            8 => EventBody::StackChanged(Record::read(input)?),
            9 => EventBody::ConsumableChanged(Record::read(input)?),
            10 => EventBody::StationChanged(Record::read(input)?),
            _ => return Err(input.damaged()),
        })
    }
}
