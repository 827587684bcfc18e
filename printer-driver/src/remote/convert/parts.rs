//! Parts of a machine that stand both in events and in snapshots.

use super::names::Name;
use super::{Malformed, small};
use crate::remote::wire;
use crate::{
    Alarm, AlarmId, Consumable, Feeder, FeederId, Format, JobId, Severity, Stack, StackLevel, Station, StationId,
};

pub(crate) fn alarm_told(alarm: Alarm) -> wire::Alarm {
    wire::Alarm {
        id: alarm.id.0,
        code: alarm.code,
        severity: alarm.severity.told(),
        text: alarm.text,
        station: alarm.station.map(|station| station.0.into()),
        is_set: alarm.is_set,
        is_acknowledged: alarm.is_acknowledged,
    }
}

/// A severity that is not known is the worst.
pub(crate) fn alarm_understood(wire: wire::Alarm) -> Result<Alarm, Malformed> {
    let severity = Severity::understood(wire.severity).unwrap_or(Severity::Critical);
    let mut alarm =
        Alarm::new(AlarmId(wire.id), wire.code, severity, wire.text).with_station(station_id(wire.station)?);
    alarm.is_set = wire.is_set;
    alarm.is_acknowledged = wire.is_acknowledged;
    Ok(alarm)
}

pub(crate) fn feeder_told(feeder: Feeder) -> wire::Feeder {
    let (lowest, highest) = feeder.serial_range.unzip();
    wire::Feeder {
        id: feeder.id.0.into(),
        format: feeder.format.map(|format| format.0),
        lowest_serial: lowest,
        highest_serial: highest,
        remaining: feeder.remaining,
    }
}

pub(crate) fn feeder_understood(wire: wire::Feeder) -> Result<Feeder, Malformed> {
    let mut feeder = Feeder::new(FeederId(small("feeder", wire.id)?));
    feeder.format = wire.format.map(Format);
    feeder.serial_range = match (wire.lowest_serial, wire.highest_serial) {
        (Some(lowest), Some(highest)) => Some((lowest, highest)),
        (None, None) => None,
        _ => return Err(Malformed::Missing("one end of a feeder's range")),
    };
    feeder.remaining = wire.remaining;
    Ok(feeder)
}

pub(crate) fn stack_told(level: StackLevel) -> wire::StackLevel {
    wire::StackLevel { stack: level.stack.told(), count: level.count, capacity: level.capacity }
}

/// None for a stack that is not known.
pub(crate) fn stack_understood(wire: wire::StackLevel) -> Option<StackLevel> {
    Stack::understood(wire.stack).map(|stack| StackLevel::new(stack, wire.count, wire.capacity))
}

pub(crate) fn consumable_told(consumable: Consumable) -> wire::Consumable {
    wire::Consumable {
        name: consumable.name,
        level_per_mille: consumable.level_per_mille.into(),
        lot: consumable.lot,
        expiry: consumable.expiry,
    }
}

pub(crate) fn consumable_understood(wire: wire::Consumable) -> Result<Consumable, Malformed> {
    let level = small("level of a consumable", wire.level_per_mille)?;
    Ok(Consumable::new(wire.name, level).with_lot(wire.lot, wire.expiry))
}

pub(crate) fn station_told(station: Station) -> wire::Station {
    wire::Station {
        id: station.id.0.into(),
        job: station.job.map(|job| job.0),
        cycles: station.cycles,
        temperature_decidegrees: station.temperature_decidegrees,
    }
}

pub(crate) fn station_understood(wire: wire::Station) -> Result<Station, Malformed> {
    let station = Station::new(StationId(small("station", wire.id)?), wire.cycles);
    Ok(station.with_job(wire.job.map(JobId)).with_temperature(wire.temperature_decidegrees))
}

pub(crate) fn station_id(number: Option<u32>) -> Result<Option<StationId>, Malformed> {
    number.map(|number| small("station", number).map(StationId)).transpose()
}
