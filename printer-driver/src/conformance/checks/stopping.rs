use super::super::bench::{Bench, Booklet, Result, demand, failed};
use super::Check;
use super::control::refuse_pick;
use crate::{BookletFate, Command, ControlCommand as C, JournalEntry, Operation, Stack, State as S};

pub(super) const STOP: Check = Check {
    name: "stop amid a booklet",
    demand: "a stop ends every command truly, and the booklet can be put out afterwards",
    run: stop,
};

pub(super) const ABORT: Check = Check {
    name: "abort amid a booklet",
    demand: "an abort ends every command truly, nothing is taken in Aborted, and the booklet can be put out afterwards",
    run: abort,
};

fn stop(bench: &mut Bench<'_>) -> Result<()> {
    amid(bench, C::Stop, S::Stopped)
}

fn abort(bench: &mut Bench<'_>) -> Result<()> {
    amid(bench, C::Abort, S::Aborted)
}

fn amid(bench: &mut Bench<'_>, command: C, leads_to: S) -> Result<()> {
    // At once, and a little later: before and after the first mark.
    for parts in [0u32, 1, 4] {
        bench.ready()?;
        bench.load_only(2)?;
        let booklet = bench.encoded()?;
        let order = bench.page_order(&booklet);
        let mark = bench.submit(order)?;
        let patience = bench.rig.patience();
        bench.rig.let_time_pass(patience / 100 * parts);
        bench.control(command)?;
        bench.state_is(leads_to)?;
        refuse_pick(bench, leads_to)?;
        judge(bench, &mark, &booklet)?;
        bench.execute()?;
        account_for(bench, &booklet)?;
    }
    Ok(())
}

/// Demands that what is told of an order to mark a page is true, whatever it is.
pub(super) fn judge(bench: &mut Bench<'_>, mark: &Command, booklet: &Booklet) -> Result<()> {
    let end = bench.end_of(mark)?;
    match bench.journal(mark.key)? {
        JournalEntry::Ended(result) if result == end => {}
        JournalEntry::Unknown if matches!(&end, Err(error) if error.fate == BookletFate::Unknown) => {}
        other => {
            return failed(
                format!("the page's end was told as {end:?}, and the journal says {other:?}"),
                "tell and keep one result; Unknown only where the booklet is told as unknown",
            );
        }
    }
    let Some(marks) = bench.rig.marks_on(&booklet.serial) else { return Ok(()) };
    let is_true = match &end {
        Ok(_) => marks == 1,
        Err(error) => match error.fate {
            BookletFate::Untouched => marks == 0,
            BookletFate::Spoiled | BookletFate::Unknown => marks <= 1,
        },
    };
    demand(
        is_true,
        || format!("the page was marked {marks} times, and its end was told as {end:?}"),
        "tell what was done: Ok when it was marked and photographed, untouched when no mark was made",
    )
}

/// Demands that the booklet is in the machine and can be put out, or lies on the reject stack.
pub(super) fn account_for(bench: &mut Bench<'_>, booklet: &Booklet) -> Result<()> {
    let position = bench.snapshot()?.jobs.into_iter().find(|at| at.job == booklet.job);
    let Some(position) = position.filter(|at| at.station.is_some()) else {
        return match bench.rig.found_on(Stack::Reject) {
            Some(found) if !found.contains(&booklet.serial) => failed(
                format!("{} is neither in the machine nor on the reject stack", booklet.serial),
                "a booklet is never lost: keep its job, or put it onto the reject stack",
            ),
            _ => Ok(()),
        };
    };
    demand(
        position.serial == booklet.serial,
        || format!("the job's booklet is told as {}, it was {}", position.serial, booklet.serial),
        "a job keeps its booklet",
    )?;
    match bench.carry_out(Operation::Deliver { job: booklet.job, stack: Stack::Reject })? {
        Ok(_) => bench.lies_on(booklet, Stack::Reject),
        Err(error) => {
            failed(format!("Deliver ended with: {error}"), "a booklet can always be put onto the reject stack")
        }
    }
}
