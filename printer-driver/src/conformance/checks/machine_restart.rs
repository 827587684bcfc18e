use super::super::bench::{Bench, Booklet, Result, demand, failed};
use super::Check;
use super::steps::{Prepared, Step};
use super::stopping;
use crate::{BookletFate, Command, Completion, DeviceError, JournalEntry, Operation, Stack};

pub(super) const RESTART: Check = Check {
    name: "restart of the machine at each step",
    demand: "after a power cut the journal says truly what became of each command, or that it cannot say",
    run: restart,
};

pub(super) const REPEATED: Check = Check {
    name: "repeats after a restart",
    demand: "a command that ended before a power cut is not carried out again after it",
    run: repeated,
};

fn power_cut(bench: &mut Bench<'_>) -> Result<()> {
    let before = bench.cursor();
    bench.rig.restart_machine()?;
    bench.take_up_again()?;
    // What was told before may be gone with the power; what is told from now on counts.
    let newest = bench.driver()?.events(before, core::time::Duration::ZERO);
    match newest {
        Ok(batch) => {
            let last = bench.watch.batch(before, &batch);
            bench.set_cursor(last);
            Ok(())
        }
        Err(error) if error.kind == crate::ErrorKind::CursorGone => {
            let token = bench.token();
            let newest = bench.attach(token)?;
            bench.set_cursor(newest);
            Ok(())
        }
        Err(error) => failed(format!("events after a restart were answered: {error}"), "answer them, or CursorGone"),
    }
}

fn restart(bench: &mut Bench<'_>) -> Result<()> {
    for step in Step::ALL {
        for parts in [0u32, 1, 4] {
            let prepared = Prepared::new(bench, step)?;
            prepared.start(bench)?;
            let patience = bench.rig.patience();
            bench.rig.let_time_pass(patience / 100 * parts);
            power_cut(bench)?;
            let entry = settled(bench, &prepared.command)?;
            judge(bench, &prepared, &entry)?;
            bench.execute()?;
            if let Some(booklet) = &prepared.booklet
                && !matches!(entry, JournalEntry::Ended(Ok(Completion::Delivered { .. } | Completion::Cancelled)))
            {
                account_for(bench, booklet, step)?;
            }
        }
    }
    Ok(())
}

/// The journal's entry, once the command is no longer under way.
fn settled(bench: &mut Bench<'_>, command: &Command) -> Result<JournalEntry> {
    let entry = bench.until("the end of a command after a restart", |bench| {
        let entry = bench.journal(command.key)?;
        Ok((entry != JournalEntry::InProgress).then_some(entry))
    })?;
    demand(
        entry != JournalEntry::NotReceived,
        || format!("the journal says NotReceived of {:?}, which was accepted", command.operation),
        "what was accepted is known after a power cut; a machine whose memory does not survive answers Unknown",
    )?;
    Ok(entry)
}

/// Demands that the journal's entry is true of the booklet.
fn judge(bench: &mut Bench<'_>, prepared: &Prepared, entry: &JournalEntry) -> Result<()> {
    let marks = bench.rig.marks_on(&prepared.serial);
    let most = u32::from(matches!(prepared.step, Step::Mark | Step::Photograph | Step::Deliver));
    demand(
        marks.is_none_or(|marks| marks <= most),
        || format!("the page was marked {marks:?} times after a power cut at {}", prepared.step.name()),
        "nothing is marked again after a power cut",
    )?;
    let lie = |what: &str| {
        failed(
            format!("after a power cut at {} the journal says {entry:?}, and {what}", prepared.step.name()),
            "when the machine cannot know, it answers Unknown; it never guesses",
        )
    };
    match (prepared.step, entry) {
        (Step::Mark, JournalEntry::Ended(Ok(_))) if marks == Some(0) => lie("the page is blank"),
        (Step::Mark, JournalEntry::Ended(Err(DeviceError { fate: BookletFate::Untouched, .. })))
            if marks.is_some_and(|marks| marks > 0) =>
        {
            lie("the page is marked")
        }
        (Step::Deliver, JournalEntry::Ended(ended)) => {
            let lies = bench.rig.found_on(Stack::Good).map(|found| found.contains(&prepared.serial));
            match (ended, lies) {
                (Ok(_), Some(false)) => lie("the booklet is not on the good stack"),
                (Err(error), Some(true)) if error.fate == BookletFate::Untouched => {
                    lie("the booklet lies on the good stack")
                }
                _ => Ok(()),
            }
        }
        (Step::Cancel, JournalEntry::Ended(Ok(_))) => {
            let lies = bench.rig.found_on(Stack::Reject).map(|found| found.contains(&prepared.serial));
            if lies == Some(false) { lie("the booklet is not on the reject stack") } else { Ok(()) }
        }
        _ => Ok(()),
    }
}

/// Demands that the booklet is not lost.
fn account_for(bench: &mut Bench<'_>, booklet: &Booklet, step: Step) -> Result<()> {
    let on_good = bench.rig.found_on(Stack::Good).is_some_and(|found| found.contains(&booklet.serial));
    if step == Step::Deliver && on_good {
        return Ok(());
    }
    stopping::account_for(bench, booklet)
}

fn repeated(bench: &mut Bench<'_>) -> Result<()> {
    for step in [Step::Pick, Step::Chip, Step::Mark, Step::Deliver, Step::Cancel] {
        let mut prepared = Prepared::new(bench, step)?;
        prepared.start(bench)?;
        let end = bench.end_of(&prepared.command)?;
        prepared.ended_well(&end)?;
        power_cut(bench)?;
        match settled(bench, &prepared.command)? {
            JournalEntry::Unknown => {}
            JournalEntry::Ended(result) if result == end => {}
            other => {
                return failed(
                    format!("{} was told as {end:?}, and after a power cut the journal says {other:?}", step.name()),
                    "keep results in memory that survives, or answer Unknown for what is gone",
                );
            }
        }
        bench.execute()?;
        let picked = bench.snapshot()?.counters.picked;
        let again = bench.hand_in(&prepared.command)?;
        match again {
            // A machine that forgot its jobs may refuse; it may not begin anew.
            Ok(crate::Acceptance::Repeated) | Err(_) => {}
            Ok(crate::Acceptance::Accepted) => {
                return failed(
                    format!("{} ended before the power cut and was accepted as new after it", step.name()),
                    "keep the keys in memory that survives a power cut",
                );
            }
        }
        let patience = bench.rig.patience();
        bench.read_for(patience / 8)?;
        let marks = u32::from(matches!(step, Step::Mark | Step::Deliver));
        bench.marks_are(&prepared.serial, marks)?;
        let now = bench.snapshot()?.counters.picked;
        demand(now == picked, || "a booklet was picked again".to_owned(), "a repeat does nothing")?;
        if let (Step::Mark, Some(booklet)) = (step, &prepared.booklet) {
            let order = Operation::Photograph { job: booklet.job };
            // A marked page stays a marked page; taking its picture again shows that the job is still known.
            if let Err(error) = bench.carry_out(order)? {
                return failed(
                    format!("Photograph after a power cut ended with: {error}"),
                    "a job survives a power cut",
                );
            }
        }
    }
    Ok(())
}
