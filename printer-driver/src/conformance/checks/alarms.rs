use super::super::bench::{Bench, Result, demand};
use super::Check;
use crate::{Alarm, AlarmId, EventBody, Operation};

pub(super) const LIFE: Check = Check {
    name: "alarms",
    demand: "an alarm is told when it is set, acknowledged and cleared, and the snapshot agrees",
    run: life,
};

fn told<T>(bench: &Bench<'_>, after: u64, pick: impl Fn(&EventBody) -> Option<T>) -> Option<T> {
    bench.watch.told_after(after).find_map(pick)
}

fn shown(bench: &mut Bench<'_>, id: AlarmId) -> Result<Option<Alarm>> {
    Ok(bench.snapshot()?.alarms.into_iter().find(|alarm| alarm.id == id))
}

fn life(bench: &mut Bench<'_>) -> Result<()> {
    bench.ready()?;
    let after = bench.cursor().0;
    bench.rig.raise_alarm()?;
    let alarm = bench.until("AlarmSet", |bench| {
        Ok(told(bench, after, |body| match body {
            EventBody::AlarmSet(alarm) => Some(alarm.clone()),
            _ => None,
        }))
    })?;
    let id = alarm.id;
    let now = shown(bench, id)?;
    demand(
        now.as_ref().is_some_and(|now| now.is_set && !now.is_acknowledged) && alarm.is_set,
        || format!("the alarm was told as {alarm:?}, the snapshot says {now:?}"),
        "an alarm that is set stands in the snapshot",
    )?;
    demand(
        !alarm.code.is_empty() && !alarm.text.is_empty(),
        || format!("{alarm:?}"),
        "say what it is (code) and what to do (text)",
    )?;
    bench.succeed(Operation::AcknowledgeAlarm(id))?;
    bench.until("AlarmAcknowledged", |bench| {
        Ok(told(bench, after, |body| (*body == EventBody::AlarmAcknowledged(id)).then_some(())))
    })?;
    let now = shown(bench, id)?;
    demand(
        now.as_ref().is_some_and(|now| now.is_set && now.is_acknowledged),
        || format!("after it was acknowledged the snapshot says {now:?}"),
        "an alarm stays as long as its condition holds",
    )?;
    bench.rig.end_alarm()?;
    bench.until("AlarmCleared", |bench| {
        Ok(told(bench, after, |body| (*body == EventBody::AlarmCleared(id)).then_some(())))
    })?;
    let now = shown(bench, id)?;
    demand(
        now.is_none(),
        || format!("after it was cleared and acknowledged the snapshot says {now:?}"),
        "an alarm that is cleared and acknowledged is over",
    )
}
