use super::super::bench::{Bench, Result, demand, failed};
use super::Check;
use super::steps::{Prepared, Step};
use crate::{IdempotencyKey, JournalEntry};

pub(super) const TRUE: Check = Check {
    name: "journal",
    demand: "the journal says of each command what the events say, and nothing of others",
    run: journal,
};

fn journal(bench: &mut Bench<'_>) -> Result<()> {
    bench.ready()?;
    let entry = bench.journal(IdempotencyKey(u128::MAX))?;
    demand(
        entry == JournalEntry::NotReceived,
        || format!("of a key that was never handed in: {entry:?}"),
        "answer NotReceived",
    )?;
    for step in Step::ALL {
        let mut prepared = Prepared::new(bench, step)?;
        let key = prepared.command.key;
        prepared.start(bench)?;
        let entry = bench.journal(key)?;
        let is_possible = match &entry {
            JournalEntry::InProgress => true,
            // It may have ended before it was asked; then the end that is told is the same.
            JournalEntry::Ended(result) => bench.end_of(&prepared.command)? == *result,
            _ => false,
        };
        demand(
            is_possible,
            || format!("of {} that is under way: {entry:?}", step.name()),
            "answer InProgress from acceptance to the end",
        )?;
        let end = bench.end_of(&prepared.command)?;
        prepared.ended_well(&end)?;
        match bench.journal(key)? {
            JournalEntry::Ended(result) if result == end => {}
            other => {
                return failed(
                    format!("of {} that ended as {end:?}: {other:?}", step.name()),
                    "answer Ended with the result that was told",
                );
            }
        }
    }
    Ok(())
}
