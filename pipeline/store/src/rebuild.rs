//! State columns made again from the event log, and the log's chain checked on the way.

use std::path::Path;

use persoline_domain::clock::Timestamp;
use persoline_domain::deed::Act;
use persoline_domain::identifiers::{JobNumber, OrderId};
use persoline_domain::store::StoreError;
use rusqlite::{Connection, TransactionBehavior};

use crate::apply::{self, Effect, Stop};
use crate::log::{Body, Subjects};
use crate::{fault, log, schema};

/// What a rebuild has done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rebuilt {
    /// Events that were replayed.
    pub events: u64,
    /// Hash of the newest event, which stands for the whole log.
    pub head: [u8; 32],
}

/// What is wrong with a log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LogFault {
    /// A position is missing.
    Gap(i64),
    /// An event is not what it was when it was written.
    Changed(i64),
    /// An event is of a form that this version does not know.
    Unknown(i64),
    /// An event is unlawful after those before it.
    Unlawful(i64, String),
}

impl core::fmt::Display for LogFault {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        match self {
            LogFault::Gap(at) => write!(f, "event {at} is missing from the log"),
            LogFault::Changed(at) => write!(f, "event {at} was changed after it was written"),
            LogFault::Unknown(at) => write!(f, "event {at} is of a form that this version does not know"),
            LogFault::Unlawful(at, why) => write!(f, "event {at} is unlawful after those before it: {why}"),
        }
    }
}

struct Row {
    sequence: i64,
    at: i64,
    actor: String,
    kind: String,
    subjects: Subjects,
    body: String,
    hash: [u8; 32],
}

pub(crate) fn rebuild(file: &Path) -> Result<Rebuilt, StoreError> {
    let (mut connection, _lock) = schema::open_for_writing(file)?;
    all(&mut connection, file, |_| Ok(()))
}

/// Makes a store of an earlier version one of this version. Its log stays as it is, byte for byte; the state columns are
/// made again from it in the tables of this version.
pub(crate) fn bring_up(connection: &mut Connection, file: &Path) -> Result<(), StoreError> {
    all(connection, file, |connection| {
        connection.execute_batch("ALTER TABLE machine DROP COLUMN paused")?;
        schema::set_version(connection)
    })?;
    connection.execute_batch("PRAGMA foreign_keys = ON").map_err(|error| fault::of(file, &error))
}

/// Replays the whole log into new tables, in one transaction with what `change` does to the others.
fn all(
    connection: &mut Connection,
    file: &Path,
    change: impl FnOnce(&Connection) -> rusqlite::Result<()>,
) -> Result<Rebuilt, StoreError> {
    let broken = |error: rusqlite::Error| fault::of(file, &error);
    connection.execute_batch("PRAGMA foreign_keys = OFF").map_err(broken)?;
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate).map_err(broken)?;
    change(&transaction).map_err(broken)?;
    // Fences live beside the log. For the replay each event's own fence is the newest; afterwards they are as they were.
    transaction
        .execute_batch("CREATE TEMP TABLE fences AS SELECT name, fence FROM machine")
        .and_then(|()| schema::drop_state(&transaction))
        .and_then(|()| schema::create_state(&transaction))
        .map_err(broken)?;
    let mut previous = [0; 32];
    let mut events = 0;
    loop {
        let rows = batch(&transaction, events).map_err(broken)?;
        if rows.is_empty() {
            break;
        }
        for row in rows {
            previous = replay(&transaction, &row, events, &previous).map_err(|error| match error {
                Fault::Log(log_fault) => fault::broken(file, log_fault),
                Fault::Sqlite(error) => fault::of(file, &error),
            })?;
            events += 1;
        }
    }
    transaction
        .execute_batch(
            "UPDATE machine SET fence = coalesce((SELECT fence FROM fences WHERE fences.name = machine.name), fence);
             DROP TABLE fences",
        )
        .map_err(broken)?;
    transaction.commit().map_err(broken)?;
    Ok(Rebuilt { events: events.unsigned_abs(), head: previous })
}

enum Fault {
    Log(LogFault),
    Sqlite(rusqlite::Error),
}

fn batch(connection: &Connection, after: i64) -> rusqlite::Result<Vec<Row>> {
    connection
        .prepare_cached(
            "SELECT sequence, at, actor, kind, order_id, job, serial, machine, detail, body, hash
             FROM event WHERE sequence > ?1 ORDER BY sequence LIMIT 512",
        )?
        .query_map([after], |row| {
            Ok(Row {
                sequence: row.get(0)?,
                at: row.get(1)?,
                actor: row.get(2)?,
                kind: row.get(3)?,
                subjects: Subjects {
                    order: row.get::<_, Option<i64>>(4)?.map(|order| OrderId(order.unsigned_abs())),
                    job: row.get::<_, Option<i64>>(5)?.map(|job| JobNumber(job.unsigned_abs())),
                    serial: row.get(6)?,
                    machine: row.get(7)?,
                    detail: row.get(8)?,
                },
                body: row.get(9)?,
                hash: row.get(10)?,
            })
        })?
        .collect()
}

fn replay(connection: &Connection, row: &Row, before: i64, previous: &[u8; 32]) -> Result<[u8; 32], Fault> {
    let sequence = row.sequence;
    if sequence != before + 1 {
        return Err(Fault::Log(LogFault::Gap(before + 1)));
    }
    if log::chain(previous, sequence, Timestamp(row.at), &row.actor, &row.body) != row.hash {
        return Err(Fault::Log(LogFault::Changed(sequence)));
    }
    let unknown = || Fault::Log(LogFault::Unknown(sequence));
    let body = serde_json::from_str(&row.body).map_err(|_| unknown())?;
    let counts_while_receiving = matches!(&body, Body::StockReceived { uncounted: false, .. });
    let deed = log::deed(body).ok_or_else(unknown)?;
    let (actor, fence) = log::parse_actor(&row.actor).ok_or_else(unknown)?;
    if let Some(fence) = fence {
        connection.execute("UPDATE machine SET fence = ?1", [fence.0.cast_signed()]).map_err(Fault::Sqlite)?;
    }
    let act = Act { at: Timestamp(row.at), actor, fence, deed };
    let changed = Fault::Log(LogFault::Changed(sequence));
    if log::kind(&act.deed) != row.kind {
        return Err(changed);
    }
    let effect = apply::deed(connection, &act, sequence).and_then(|effect| {
        if counts_while_receiving {
            apply::count_in(connection, &act.deed)?;
        }
        Ok(effect)
    });
    match effect {
        // What the log shows beside the body follows from the body, so the chain guards it too.
        Ok(Effect::Logged(subjects) | Effect::Accepted { subjects, .. } | Effect::Bound { subjects, .. })
            if subjects == row.subjects =>
        {
            Ok(row.hash)
        }
        Ok(Effect::Logged(_) | Effect::Accepted { .. } | Effect::Bound { .. }) => Err(changed),
        Ok(Effect::Unchanged(order)) => {
            Err(Fault::Log(LogFault::Unlawful(sequence, format!("order {order} was accepted before"))))
        }
        Err(Stop::Refused(refusal)) => Err(Fault::Log(LogFault::Unlawful(sequence, refusal.to_string()))),
        Err(Stop::Sqlite(error)) => Err(Fault::Sqlite(error)),
    }
}
