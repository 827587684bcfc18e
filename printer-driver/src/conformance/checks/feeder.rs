use super::super::bench::{Bench, Result, demand};
use super::Check;
use crate::{ErrorKind, Stack};

pub(super) const EMPTY: Check = Check {
    name: "empty feeder",
    demand: "a pick from an empty feeder comes to nothing, and the machine goes on when it is loaded",
    run: empty,
};

fn empty(bench: &mut Bench<'_>) -> Result<()> {
    bench.ready()?;
    let (feeder, _) = bench.feeder()?;
    bench.rig.empty_feeder(feeder)?;
    let before = bench.snapshot()?.counters;
    let (job, pick) = bench.pick_order()?;
    let error = bench.refusal(pick)?;
    bench.refused_as(&error, &[ErrorKind::FeederEmpty], "a pick from an empty feeder")?;
    let after = bench.snapshot()?;
    let remaining = after.feeders.iter().find(|shown| shown.id == feeder).map(|shown| shown.remaining);
    demand(
        after.counters == before && remaining == Some(0) && !after.jobs.iter().any(|at| at.job == job),
        || format!("counted {:?} after {before:?}, with {remaining:?} left in the feeder", after.counters),
        "a pick without a booklet counts nothing and makes no job",
    )?;
    let serials = bench.load(1)?;
    bench.execute()?;
    let booklet = bench.pick()?;
    demand(
        serials.contains(&booklet.serial),
        || format!("{} was read, {serials:?} was loaded", booklet.serial),
        "read the serial of the booklet that was picked",
    )?;
    bench.deliver(&booklet, Stack::Reject)
}
