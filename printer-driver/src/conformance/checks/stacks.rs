use super::super::bench::{Bench, Result, demand, failed};
use super::Check;
use crate::{Completion, ErrorKind, Operation, Stack};

pub(super) const FULL: Check = Check {
    name: "full stack",
    demand: "a booklet whose stack is full stays where it is, and goes out when the stack was emptied",
    run: full,
};

fn full(bench: &mut Bench<'_>) -> Result<()> {
    bench.ready()?;
    bench.load_only(1)?;
    let booklet = bench.marked()?;
    bench.rig.fill_stack(Stack::Good)?;
    let deliver = Operation::Deliver { job: booklet.job, stack: Stack::Good };
    let command = bench.command(deliver.clone());
    let answer = bench.hand_in(&command)?;
    let patience = bench.rig.patience();
    bench.read_for(patience / 4)?;
    let end = bench.watch.ends(command.key).first().cloned();
    let still_waits = match (answer, end) {
        (Err(error), _) | (Ok(_), Some(Err(error))) => {
            bench.refused_as(&error, &[ErrorKind::StackFull], "Deliver to a full stack")?;
            false
        }
        (Ok(_), Some(Ok(completion))) => {
            return failed(format!("Deliver to a full stack ended as {completion:?}"), "answer StackFull, or wait");
        }
        (Ok(_), None) => true,
    };
    let snapshot = bench.snapshot()?;
    let level = snapshot.stacks.iter().find(|level| level.stack == Stack::Good).copied();
    demand(
        level.is_some_and(|level| level.count >= level.capacity) || snapshot.alarms.iter().any(|alarm| alarm.is_set),
        || format!("the stack is told as {level:?}, and no alarm is set"),
        "tell the people at the machine: StackChanged, and an alarm that is set",
    )?;
    demand(
        snapshot.jobs.iter().any(|at| at.job == booklet.job && at.station.is_some()),
        || "the booklet is not told to lie in the machine".to_owned(),
        "a booklet that cannot go out stays in the machine, and Snapshot::jobs says so",
    )?;
    bench.rig.empty_stack(Stack::Good)?;
    bench.execute()?;
    let end = if still_waits { bench.end_of(&command)? } else { bench.carry_out(deliver)? };
    match end {
        Ok(Completion::Delivered { stack: Stack::Good }) => bench.lies_on(&booklet, Stack::Good),
        other => failed(format!("after the stack was emptied Deliver ended as {other:?}"), "go on when there is room"),
    }
}
