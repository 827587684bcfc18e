use std::time::Duration;

use super::super::bench::{Bench, Result, demand, failed};
use super::super::watch::Breach;
use super::Check;
use crate::{Command, Cursor, DeviceError, ErrorKind, EventBatch, JournalEntry, Operation, Stack};

pub(super) const REPLAY: Check = Check {
    name: "replay from a cursor",
    demand: "events are told again from any cursor that is kept, and are the same",
    run: replay,
};

pub(super) const GONE: Check = Check {
    name: "cursors that are gone",
    demand: "a cursor whose events the machine does not have is answered as CursorGone, never with a gap",
    run: gone,
};

pub(super) const UNREAD: Check =
    Check { name: "unread events", demand: "events that nobody read for long are kept and told in order", run: unread };

pub(super) const CONSECUTIVE: Check = Check {
    name: "consecutive cursors",
    demand: "in all that was told, events had consecutive cursors and never changed",
    run: consecutive,
};

fn replay(bench: &mut Bench<'_>) -> Result<()> {
    bench.ready()?;
    bench.load_only(1)?;
    let from = bench.cursor().0;
    let booklet = bench.marked()?;
    bench.deliver(&booklet, Stack::Good)?;
    let newest = bench.cursor().0;
    for after in (from..newest).take(10_000) {
        let answer = told_after(bench, Cursor(after))?;
        let batch = bench.unexpected("replaying events", answer)?;
        let first = batch.events.first().map(|event| event.cursor.0);
        demand(
            first == after.checked_add(1),
            || format!("after cursor {after} the first event was {first:?}"),
            "events after a cursor begin with the next one",
        )?;
        bench.watch.batch(Cursor(after), &batch);
        let other = batch.events.iter().find(|event| {
            event.cursor.0 <= newest && bench.watch.seen(event.cursor.0).is_none_or(|known| known != *event)
        });
        if let Some(other) = other {
            return failed(
                format!("event {} was another one when it was told again", other.cursor.0),
                "keep events as they were told",
            );
        }
    }
    Ok(())
}

/// Events after a cursor, asked for until some come: a link may hold them back for a while.
fn told_after(bench: &mut Bench<'_>, after: Cursor) -> Result<core::result::Result<EventBatch, DeviceError>> {
    let patience = bench.rig.patience();
    for _ in 0..64 {
        match bench.driver()?.events(after, Duration::ZERO) {
            Ok(batch) if batch.events.is_empty() => bench.rig.let_time_pass(patience / 64),
            answer => return Ok(answer),
        }
    }
    Ok(Ok(EventBatch::default()))
}

fn gone(bench: &mut Bench<'_>) -> Result<()> {
    bench.ready()?;
    let ahead = Cursor(bench.cursor().0.saturating_add(1_000_000));
    let answer = bench.driver()?.events(ahead, Duration::ZERO);
    match answer {
        Err(error) if error.kind == ErrorKind::CursorGone => {}
        other => {
            let seen = other.map(|batch| batch.events.len());
            return failed(
                format!("events after a cursor that was never reached were answered {seen:?}"),
                "answer CursorGone: the machine's memory is not the one that the host knew",
            );
        }
    }
    let answer = told_after(bench, Cursor(0))?;
    match answer {
        Err(error) if error.kind == ErrorKind::CursorGone => Ok(()),
        Err(error) => failed(format!("events from the first on were answered: {error}"), "answer them, or CursorGone"),
        Ok(batch) => {
            let first = batch.events.first().map(|event| event.cursor.0);
            demand(
                first == Some(1) || (first.is_none() && bench.cursor().0 == 0),
                || format!("after cursor 0 the first event was {first:?}"),
                "when the first events are gone, answer CursorGone, so that the host knows that it missed some",
            )
        }
    }
}

/// Waits for an end without reading events.
fn end_by_journal(bench: &mut Bench<'_>, command: &Command) -> Result<()> {
    let (began, patience) = (bench.rig.now(), bench.rig.patience());
    for _ in 0..100_000 {
        match bench.journal(command.key)? {
            JournalEntry::Ended(Ok(_)) => return Ok(()),
            JournalEntry::InProgress if bench.rig.now().saturating_sub(began) <= patience => {
                bench.rig.let_time_pass(patience / 64);
            }
            other => {
                return failed(
                    format!("the journal says of {:?}: {other:?}", command.operation),
                    "a machine goes on while nobody reads its events",
                );
            }
        }
    }
    failed("the rig's time stands still", "Rig::let_time_pass must let Rig::now grow")
}

fn unread(bench: &mut Bench<'_>) -> Result<()> {
    bench.ready()?;
    bench.load_only(3)?;
    let from = bench.cursor();
    let mut commands = Vec::new();
    for _ in 0..3 {
        let (job, pick) = bench.pick_order()?;
        for operation in [pick, Operation::Cancel { job }] {
            let command = bench.submit(operation)?;
            end_by_journal(bench, &command)?;
            commands.push(command);
        }
    }
    bench.set_cursor(from);
    for command in commands {
        if let Err(error) = bench.end_of(&command)? {
            return failed(
                format!("{:?} ended with: {error}", command.operation),
                "the journal said that it ended well",
            );
        }
    }
    Ok(())
}

fn consecutive(bench: &mut Bench<'_>) -> Result<()> {
    bench.ready()?;
    match bench.watch.breaches(Breach::Cursors) {
        None => Ok(()),
        Some(seen) => failed(seen, "number events by one, tell them in order, and keep them as they were told"),
    }
}
