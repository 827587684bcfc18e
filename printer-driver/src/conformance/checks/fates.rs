use super::super::Provocation;
use super::super::bench::{Bench, Booklet, Result, Shortfall, demand, failed};
use super::Check;
use crate::{BookletFate, DeviceError, ErrorKind, Operation, Stack};

pub(super) const FATES: Check = Check {
    name: "fates of booklets",
    demand: "when something goes wrong inside the machine, the error says truly what became of the booklet",
    run: fates,
};

fn fates(bench: &mut Bench<'_>) -> Result<()> {
    let mut missing = None;
    for provocation in [
        Provocation::Misfeed,
        Provocation::MuteChip,
        Provocation::MarkingBreaksOff,
        Provocation::CameraFails,
        Provocation::Jam,
    ] {
        match provoked(bench, provocation) {
            Err(Shortfall::NotRun { reason }) => missing = Some(format!("{provocation:?}: {reason}")),
            other => other?,
        }
    }
    missing.map_or(Ok(()), |reason| Err(Shortfall::NotRun { reason }))
}

fn provoked(bench: &mut Bench<'_>, provocation: Provocation) -> Result<()> {
    bench.ready()?;
    let serials = bench.load_only(2)?;
    let booklet = match provocation {
        Provocation::Misfeed | Provocation::MuteChip => None,
        Provocation::Jam => Some(bench.marked()?),
        _ => Some(bench.encoded()?),
    };
    bench.rig.provoke(provocation)?;
    let order = match (&booklet, provocation) {
        (None, _) => bench.pick_order()?.1,
        (Some(booklet), Provocation::Jam) => Operation::Deliver { job: booklet.job, stack: Stack::Good },
        (Some(booklet), _) => bench.page_order(booklet),
    };
    let error = bench.refusal(order)?;
    let kind = match provocation {
        Provocation::Misfeed => ErrorKind::Misfeed,
        Provocation::MuteChip => ErrorKind::ChipMute,
        Provocation::MarkingBreaksOff => ErrorKind::MarkingFailed,
        Provocation::CameraFails => ErrorKind::CameraFailed,
        Provocation::Jam => ErrorKind::Jam,
    };
    demand(
        error.kind == kind,
        || format!("{provocation:?} was told as: {error}"),
        "tell each fault as its own kind, so that the host and the people know what to do",
    )?;
    match booklet {
        None => unmarked(bench, &serials, &error),
        Some(booklet) => judge(bench, provocation, &booklet, &error),
    }
}

/// A pick that failed has spoiled nothing.
fn unmarked(bench: &mut Bench<'_>, serials: &[String], error: &DeviceError) -> Result<()> {
    bench.untouched(error, "a pick that failed")?;
    serials.iter().try_for_each(|serial| bench.marks_are(serial, 0))
}

fn judge(bench: &mut Bench<'_>, provocation: Provocation, booklet: &Booklet, error: &DeviceError) -> Result<()> {
    let marks = bench.rig.marks_on(&booklet.serial);
    let must = match (provocation, marks) {
        (Provocation::Jam, _) => &[BookletFate::Spoiled, BookletFate::Unknown][..],
        (_, Some(0)) => &[BookletFate::Untouched][..],
        (Provocation::CameraFails, _) => &[BookletFate::Spoiled, BookletFate::Unknown][..],
        _ => &[BookletFate::Spoiled][..],
    };
    demand(
        must.contains(&error.fate),
        || format!("{provocation:?} was told with a booklet {}, whose page was marked {marks:?} times", error.fate),
        "untouched means no mark and no data; spoiled, that it cannot become a document; unknown, that somebody must look",
    )?;
    demand(
        marks.is_none_or(|marks| marks <= 1),
        || format!("the page was marked {marks:?} times after {provocation:?}"),
        "switch automatic reprint off",
    )?;
    // Whatever happened, the booklet can be put out once people have put the machine right.
    let _ = bench.rig.put_right();
    bench.execute()?;
    let position = bench.snapshot()?.jobs.into_iter().find(|at| at.job == booklet.job);
    if position.is_some_and(|at| at.station.is_some()) {
        return bench.deliver(booklet, Stack::Reject);
    }
    match bench.rig.found_on(Stack::Reject) {
        Some(found) if !found.contains(&booklet.serial) => failed(
            format!("{} is neither in the machine nor on the reject stack", booklet.serial),
            "Snapshot::jobs tells where each booklet lies until it is out",
        ),
        _ => Ok(()),
    }
}
