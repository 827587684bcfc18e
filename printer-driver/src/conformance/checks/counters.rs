use super::super::bench::{Bench, Result, demand};
use super::Check;
use crate::{Operation, Stack};

pub(super) const SUM: Check = Check {
    name: "counters",
    demand: "picked, good and rejected add up, and stacks, feeders and stations agree",
    run: sum,
};

fn sum(bench: &mut Bench<'_>) -> Result<()> {
    bench.ready()?;
    bench.load_only(3)?;
    let (feeder, _) = bench.feeder()?;
    let before = bench.snapshot()?;
    let good = bench.marked()?;
    bench.deliver(&good, Stack::Good)?;
    let bad = bench.marked()?;
    bench.deliver(&bad, Stack::Reject)?;
    let unused = bench.pick()?;
    bench.succeed(Operation::Cancel { job: unused.job })?;
    let after = bench.snapshot()?;
    let grown = |now: u64, then: u64| now.saturating_sub(then);
    let picked = grown(after.counters.picked, before.counters.picked);
    let to_good = grown(after.counters.good, before.counters.good);
    let rejected = grown(after.counters.rejected_total(), before.counters.rejected_total());
    demand(
        (picked, to_good, rejected) == (3, 1, 2),
        || format!("of 3 booklets, 1 good and 2 rejected, it counted {picked}, {to_good} and {rejected}"),
        "count each booklet once when it is picked and once when it is put out",
    )?;
    let level = |stack| after.stacks.iter().find(|level| level.stack == stack).map(|level| level.count);
    let found = [Stack::Good, Stack::Reject].map(|stack| bench.rig.found_on(stack).map(|found| found.len()));
    let told = [Stack::Good, Stack::Reject].map(|stack| level(stack).and_then(|count| usize::try_from(count).ok()));
    let agree = found.iter().zip(&told).all(|(found, told)| found.is_none() || found == told);
    demand(agree, || format!("on the stacks lie {found:?}, {told:?} is told"), "tell each stack's level")?;
    let left = |snapshot: &crate::Snapshot| snapshot.feeders.iter().find(|at| at.id == feeder).map(|at| at.remaining);
    let [was, is] = [&before, &after].map(left);
    demand(
        was.zip(is).is_some_and(|(was, is)| was.saturating_sub(is) == 3),
        || format!("the feeder held {was:?} before and holds {is:?} after three picks"),
        "tell what is left in the feeder as far as it can be known",
    )
}
