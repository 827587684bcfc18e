use super::super::bench::{Bench, Booklet, Result, demand, failed};
use super::Check;
use crate::{BookletFate, Command, Completion, DeviceError, ErrorKind, JournalEntry, Operation, Stack};

pub(super) const UNTOUCHED: Check = Check {
    name: "cancelling an untouched booklet",
    demand: "a booklet that carries nothing is given up and goes to the reject stack, unmarked",
    run: untouched,
};

pub(super) const MARKED: Check = Check {
    name: "cancelling a marked booklet",
    demand: "a booklet that is marked cannot be given up, and stays deliverable",
    run: marked,
};

pub(super) const RACE: Check = Check {
    name: "cancelling in a race",
    demand: "a job is either cancelled or its other command is carried out, never both, and the journal agrees",
    run: race,
};

fn untouched(bench: &mut Bench<'_>) -> Result<()> {
    bench.ready()?;
    bench.load_only(2)?;
    let booklet = bench.pick()?;
    match bench.succeed(Operation::Cancel { job: booklet.job })? {
        Completion::Cancelled => {}
        other => return failed(format!("Cancel ended as {other:?}"), "Cancel ends as Cancelled"),
    }
    bench.lies_on(&booklet, Stack::Reject)?;
    let order = bench.page_order(&booklet);
    let error = bench.refusal(order)?;
    bench.refused_as(&error, &[ErrorKind::NotFound, ErrorKind::Invalid], "a page of a cancelled job")?;
    bench.marks_are(&booklet.serial, 0)
}

fn marked(bench: &mut Bench<'_>) -> Result<()> {
    bench.ready()?;
    bench.load_only(1)?;
    let booklet = bench.marked()?;
    let error = bench.refusal(Operation::Cancel { job: booklet.job })?;
    bench.refused_as(&error, &[ErrorKind::WrongState, ErrorKind::Invalid], "cancelling a marked booklet")?;
    bench.deliver(&booklet, Stack::Reject)
}

fn race(bench: &mut Bench<'_>) -> Result<()> {
    for marks in [true, false] {
        bench.ready()?;
        bench.load_only(1)?;
        let booklet = bench.pick()?;
        let order = if marks {
            bench.page_order(&booklet)
        } else {
            Operation::Deliver { job: booklet.job, stack: Stack::Good }
        };
        let other = bench.submit(order)?;
        let cancel = bench.command(Operation::Cancel { job: booklet.job });
        let answer = bench.hand_in(&cancel)?;
        let end = bench.end_of(&other)?;
        let given_up = match answer {
            Ok(_) => bench.end_of(&cancel)?,
            Err(error) => Err(error),
        };
        agree(bench, &other, &end)?;
        if given_up.is_ok() {
            agree(bench, &cancel, &given_up)?;
        }
        judge(bench, &booklet, marks, &end, &given_up)?;
    }
    Ok(())
}

/// Demands that the journal says what was told.
fn agree(bench: &mut Bench<'_>, command: &Command, end: &core::result::Result<Completion, DeviceError>) -> Result<()> {
    match bench.journal(command.key)? {
        JournalEntry::Ended(result) if result == *end => Ok(()),
        other => failed(
            format!("{:?} was told as {end:?}, and the journal says {other:?}", command.operation),
            "tell and keep one result",
        ),
    }
}

fn judge(
    bench: &mut Bench<'_>,
    booklet: &Booklet,
    marks: bool,
    end: &core::result::Result<Completion, DeviceError>,
    given_up: &core::result::Result<Completion, DeviceError>,
) -> Result<()> {
    match (end, given_up) {
        (Ok(done), Ok(_)) => failed(
            format!("the job was cancelled, and the other command ended as {done:?}"),
            "refuse Cancel while another command is under way, or end that command with an error",
        ),
        (Ok(_), Err(error)) => {
            demand(
                matches!(
                    error.kind,
                    ErrorKind::Busy | ErrorKind::WrongState | ErrorKind::Invalid | ErrorKind::NotFound
                ),
                || format!("Cancel was answered: {error}"),
                "answer Busy while another command is under way, WrongState when the booklet is no longer untouched",
            )?;
            if marks { bench.marks_are(&booklet.serial, 1) } else { bench.lies_on(booklet, Stack::Good) }
        }
        (Err(error), Ok(_)) => {
            demand(
                error.fate == BookletFate::Untouched,
                || format!("the cancelled job's other command ended with: {error}"),
                "a booklet that is given up carries nothing",
            )?;
            bench.marks_are(&booklet.serial, 0)?;
            bench.lies_on(booklet, Stack::Reject)
        }
        (Err(end), Err(given_up)) => failed(
            format!("neither was done: {end}; {given_up}"),
            "one of the two must be carried out on a machine that is in order",
        ),
    }
}
