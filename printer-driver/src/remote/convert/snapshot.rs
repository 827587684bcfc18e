//! A machine as it is at one moment.

use super::names::Name;
use super::{Malformed, error, parts};
use crate::remote::wire;
use crate::remote::wire::snapshot_response::Answer;
use crate::{ControlMode, Counters, DeviceError, JobId, JobPosition, Mode, Snapshot, State};

pub(crate) fn told(answer: Result<Snapshot, DeviceError>) -> wire::SnapshotResponse {
    let answer = match answer {
        Ok(snapshot) => Answer::Snapshot(snapshot_told(snapshot)),
        Err(error) => Answer::Error(error::told(&error)),
    };
    wire::SnapshotResponse { answer: Some(answer) }
}

pub(crate) fn understood(response: wire::SnapshotResponse) -> Result<Result<Snapshot, DeviceError>, Malformed> {
    match response.answer.ok_or(Malformed::Missing("the answer"))? {
        Answer::Snapshot(snapshot) => snapshot_understood(snapshot).map(Ok),
        Answer::Error(error) => error::understood(error).map(Err),
    }
}

fn snapshot_told(snapshot: Snapshot) -> wire::Snapshot {
    let job = |job: JobPosition| wire::JobPosition {
        job: job.job.0,
        serial: job.serial,
        station: job.station.map(|station| station.0.into()),
        is_marked: job.is_marked,
    };
    let Counters { picked, good, rejected } = snapshot.counters;
    let rejected = rejected.into_iter().map(|(reason, count)| wire::RejectedCount { reason, count }).collect();
    wire::Snapshot {
        state: snapshot.state.told(),
        mode: snapshot.mode.told(),
        control: snapshot.control.told(),
        alarms: snapshot.alarms.into_iter().map(parts::alarm_told).collect(),
        feeders: snapshot.feeders.into_iter().map(parts::feeder_told).collect(),
        stacks: snapshot.stacks.into_iter().map(parts::stack_told).collect(),
        consumables: snapshot.consumables.into_iter().map(parts::consumable_told).collect(),
        stations: snapshot.stations.into_iter().map(parts::station_told).collect(),
        jobs: snapshot.jobs.into_iter().map(job).collect(),
        counters: Some(wire::Counters { picked, good, rejected }),
    }
}

fn snapshot_understood(wire: wire::Snapshot) -> Result<Snapshot, Malformed> {
    let state = State::understood(wire.state).ok_or(Malformed::Unknown("the state"))?;
    // Whatever mode that is, it is not production; whoever that is, it is not the host.
    let mode = Mode::understood(wire.mode).unwrap_or(Mode::Manual);
    let control = ControlMode::understood(wire.control).unwrap_or(ControlMode::Local);
    let job = |job: wire::JobPosition| {
        let position = JobPosition::new(JobId(job.job), job.serial, parts::station_id(job.station)?);
        Ok(position.with_mark(job.is_marked))
    };
    let counters = wire.counters.unwrap_or_default();
    let rejected = counters.rejected.into_iter().map(|rejected| (rejected.reason, rejected.count)).collect();
    let mut snapshot = Snapshot::new(state, mode, control);
    snapshot.alarms = wire.alarms.into_iter().map(parts::alarm_understood).collect::<Result<_, _>>()?;
    snapshot.feeders = wire.feeders.into_iter().map(parts::feeder_understood).collect::<Result<_, _>>()?;
    snapshot.stacks = wire.stacks.into_iter().filter_map(parts::stack_understood).collect();
    snapshot.consumables = wire.consumables.into_iter().map(parts::consumable_understood).collect::<Result<_, _>>()?;
    snapshot.stations = wire.stations.into_iter().map(parts::station_understood).collect::<Result<_, _>>()?;
    snapshot.jobs = wire.jobs.into_iter().map(job).collect::<Result<_, Malformed>>()?;
    snapshot.counters = Counters::new(counters.picked, counters.good, rejected);
    snapshot.check_limits()?;
    Ok(snapshot)
}
