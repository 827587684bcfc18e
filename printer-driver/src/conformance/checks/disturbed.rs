use super::super::Disturbance;
use super::super::bench::{Bench, Result, failed};
use super::super::watch::Breach;
use super::Check;
use crate::Stack;

pub(super) const DISTURBED: Check = Check {
    name: "disturbed events",
    demand: "events that reach the driver late, twice or in another order are told in order, each once",
    run: disturbed,
};

fn disturbed(bench: &mut Bench<'_>) -> Result<()> {
    for disturbance in [Disturbance::Late, Disturbance::Twice, Disturbance::OutOfOrder] {
        bench.ready()?;
        bench.load_only(1)?;
        let before = bench.watch.breaches(Breach::Cursors);
        bench.rig.disturb_events(disturbance)?;
        let booklet = bench.marked()?;
        bench.deliver(&booklet, Stack::Good)?;
        bench.rig.disturb_events(Disturbance::None)?;
        let after = bench.watch.breaches(Breach::Cursors);
        if after != before {
            return failed(
                format!("with events that come {disturbance:?}: {}", after.unwrap_or_default()),
                "order events by their cursor, drop what was told, and tell none before the one that is missing",
            );
        }
    }
    Ok(())
}
