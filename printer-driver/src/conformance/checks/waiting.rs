use super::super::bench::{Bench, Result, failed};
use super::super::watch::Breach;
use super::Check;

pub(super) const IN_TIME: Check = Check {
    name: "calls that return in time",
    demand: "reading events takes no longer than it was asked to wait, plus what a link takes to fail",
    run: in_time,
};

fn in_time(bench: &mut Bench<'_>) -> Result<()> {
    bench.ready()?;
    // Nothing happens on a machine at rest, so each call waits as long as it was asked to.
    for _ in 0..4 {
        bench.read_once()?;
    }
    match bench.watch.breaches(Breach::Waiting) {
        None => Ok(()),
        Some(seen) => failed(seen, "return with no events when the time is over, or raise Rig::link_patience"),
    }
}
