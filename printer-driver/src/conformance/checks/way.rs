use super::super::bench::{Bench, Result, demand, failed};
use super::Check;
use crate::{Completion, EventBody, ProgressStep, Stack};

pub(super) const ONE_BOOKLET: Check = Check {
    name: "one booklet's way",
    demand: "a booklet is picked, written, marked once, photographed and put out, and each step is told",
    run: one_booklet,
};

fn one_booklet(bench: &mut Bench<'_>) -> Result<()> {
    bench.ready()?;
    let serials = bench.load_only(1)?;
    let (job, order) = bench.pick_order()?;
    let Completion::Picked { serial, chip, station } = bench.succeed(order)? else {
        return failed("Pick did not end as Picked", "see Completion::Picked");
    };
    demand(
        serials.first() == Some(&serial),
        || format!("{serial} was read, {serials:?} was loaded"),
        "read the serial of the booklet that was picked",
    )?;
    demand(
        !chip.chip_serial.is_empty(),
        || "the chip's serial is empty".to_owned(),
        "read the chip's identity at pick",
    )?;
    let known = bench.description()?.stations.iter().any(|described| described.id == station);
    demand(
        known,
        || format!("it lies at station {}, which is not described", station.0),
        "Description::stations lists all",
    )?;
    let booklet = super::super::bench::Booklet { job, serial, chip };
    let position = bench.snapshot()?.jobs.into_iter().find(|position| position.job == job);
    demand(
        position.as_ref().is_some_and(|at| at.serial == booklet.serial && at.station.is_some() && !at.is_marked),
        || format!("after the pick the snapshot says {position:?}"),
        "Snapshot::jobs says where each booklet lies; is_marked only after something irreversible",
    )?;
    bench.write_chip(&booklet)?;
    bench.marks_are(&booklet.serial, 0)?;
    let before = bench.cursor();
    bench.mark(&booklet)?;
    bench.marks_are(&booklet.serial, 1)?;
    let steps = progress_since(bench, before.0, job);
    demand(
        steps.first() == Some(&ProgressStep::SerialConfirmed) && steps.contains(&ProgressStep::Captured),
        || format!("the steps that were told are {steps:?}"),
        "tell SerialConfirmed before the first mark, each mark, and Captured",
    )?;
    let position = bench.snapshot()?.jobs.into_iter().find(|position| position.job == job);
    demand(
        position.as_ref().is_some_and(|at| at.is_marked),
        || format!("after the mark the snapshot says {position:?}"),
        "is_marked is true from the first irreversible step on",
    )?;
    bench.deliver(&booklet, Stack::Good)?;
    let inside = bench.snapshot()?.jobs.iter().any(|at| at.job == job && at.station.is_some());
    demand(!inside, || "the booklet is out and has a station".to_owned(), "a booklet that is out lies at no station")
}

fn progress_since(bench: &Bench<'_>, after: u64, of: crate::JobId) -> Vec<ProgressStep> {
    let told = bench.watch.told_after(after);
    told.filter_map(|body| match body {
        EventBody::Progress { job, step } if *job == of => Some(*step),
        _ => None,
    })
    .collect()
}
