//! The auditor's report: the event log read from its first event to its newest, its chain checked on the way.
//!
//! Only what the hashes cover is used: position, time, actor and body of each event. The state columns are read once, at
//! the end, to be held against what the log says.

use std::path::Path;

use persoline_domain::clock::Timestamp;
use persoline_domain::deed::{Act, Deed};
use persoline_domain::identifiers::{BookletSerial, Digest, Sequence};
use persoline_domain::stock::{LogPosition, Span, StockLedger, StockPeriod, StockReport};
use persoline_domain::store::{Refusal, StoreError};
use rusqlite::{Connection, OptionalExtension, Row};

use crate::access::Access;
use crate::log::Body;
use crate::rebuild::LogFault;
use crate::{DirectStore, SqliteStore, fault, log};

/// Kinds of events, by the tag of their body, that are many and move no booklet: their bodies are hashed but not parsed.
const WITHOUT_BOOKLETS: [&str; 4] = ["order_accepted", "locking", "marking", "verified"];
const BEFORE_THE_FIRST: LogPosition = LogPosition { sequence: Sequence(0), hash: Digest([0; 32]) };

impl SqliteStore {
    /// The booklet ledger of a period, worked out from the event log alone and compared with the state columns. Reads the
    /// whole log, and checks its hash chain.
    ///
    /// # Errors
    /// [`StoreError::Broken`] when the file cannot be read, or the log was changed, cut, or says what cannot have happened:
    /// no report rests on such a log. [`Refusal::NotFound`] when there is no such shift.
    pub fn stock_report(&self, period: StockPeriod) -> Result<StockReport, StoreError> {
        report_of(self, self.file(), period)
    }
}

impl DirectStore {
    /// As [`SqliteStore::stock_report`].
    ///
    /// # Errors
    /// As there.
    pub fn stock_report(&self, period: StockPeriod) -> Result<StockReport, StoreError> {
        report_of(self, Path::new("memory"), period)
    }
}

fn report_of(store: &impl Access, place: &Path, period: StockPeriod) -> Result<StockReport, StoreError> {
    match store.read(|connection| Ok(stock_report(connection, period)))? {
        Ok(report) => Ok(report),
        Err(Stop::Sqlite(error)) => Err(fault::of(place, &error)),
        Err(Stop::Log(log_fault)) => Err(fault::broken(place, log_fault)),
        Err(Stop::NoShift) => Err(StoreError::Refused { index: 0, refusal: Refusal::NotFound("shift") }),
    }
}

/// Why there is no report.
enum Stop {
    Sqlite(rusqlite::Error),
    Log(LogFault),
    NoShift,
}

impl From<rusqlite::Error> for Stop {
    fn from(error: rusqlite::Error) -> Self {
        Stop::Sqlite(error)
    }
}

fn stock_report(connection: &Connection, period: StockPeriod) -> Result<StockReport, Stop> {
    let (after, through) = bounds(connection, period)?;
    let mut ledger = StockLedger::new();
    let mut span =
        Span { after: BEFORE_THE_FIRST, through: BEFORE_THE_FIRST, first: None, last: None, head: BEFORE_THE_FIRST };
    if after == 0 {
        ledger.begin();
    }
    if through == 0 {
        ledger.end();
    }
    let mut statement = connection.prepare("SELECT sequence, at, actor, body, hash FROM event ORDER BY sequence")?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let at = replay(row, &mut ledger, &mut span.head)?;
        let sequence = span.head.sequence.0;
        if sequence <= after {
            span.after = span.head;
        }
        if sequence == after {
            ledger.begin();
        }
        if sequence <= through {
            span.through = span.head;
        }
        if sequence > after && sequence <= through {
            span.first = span.first.or(Some(at));
            span.last = Some(at);
        }
        if sequence == through {
            ledger.end();
        }
    }
    Ok(ledger.report(period, span, columns(connection)?))
}

/// Checks an event's place in the chain, does in the ledger what it did, and moves `head` onto it.
fn replay(row: &Row<'_>, ledger: &mut StockLedger, head: &mut LogPosition) -> Result<Timestamp, Stop> {
    let sequence: i64 = row.get(0)?;
    let at = Timestamp(row.get(1)?);
    let (actor, body) = (row.get_ref(2)?.as_str(), row.get_ref(3)?.as_str());
    let (Ok(actor), Ok(body)) = (actor, body) else { return Err(Stop::Log(LogFault::Changed(sequence))) };
    let hash: Option<[u8; 32]> = row.get(4).ok();
    if sequence.unsigned_abs() != head.sequence.0 + 1 {
        return Err(Stop::Log(LogFault::Gap(head.sequence.0.cast_signed() + 1)));
    }
    if hash != Some(log::chain(&head.hash.0, sequence, at, actor, body)) {
        return Err(Stop::Log(LogFault::Changed(sequence)));
    }
    *head = LogPosition { sequence: Sequence(sequence.unsigned_abs()), hash: Digest(hash.unwrap_or_default()) };
    let tag = body.strip_prefix("{\"deed\":\"").and_then(|rest| rest.split('"').next()).unwrap_or_default();
    if WITHOUT_BOOKLETS.contains(&tag) {
        return Ok(at);
    }
    let unknown = || Stop::Log(LogFault::Unknown(sequence));
    let (actor, fence) = log::parse_actor(actor).ok_or_else(unknown)?;
    let body: Body = serde_json::from_str(body).map_err(|_| unknown())?;
    let stored = counted_while_receiving(&body);
    let deed = log::deed(body).ok_or_else(unknown)?;
    for deed in std::iter::once(deed).chain(stored) {
        let act = Act { at, actor: actor.clone(), fence, deed };
        ledger
            .apply(head.sequence, &act)
            .map_err(|wrong| Stop::Log(LogFault::Unlawful(sequence, wrong.to_string())))?;
    }
    Ok(at)
}

/// The count into the vault that was part of receiving in logs of the first version.
fn counted_while_receiving(body: &Body) -> Option<Deed> {
    match body {
        Body::StockReceived { delivery, blanks, uncounted: false } => Some(Deed::StockStored {
            delivery: delivery.clone(),
            cartons: Vec::new(),
            counted: u32::try_from(blanks.len()).unwrap_or(u32::MAX),
        }),
        _ => None,
    }
}

/// The last event before the period, and the last within; the latter as far as there can be events if it goes to the
/// newest.
fn bounds(connection: &Connection, period: StockPeriod) -> Result<(u64, u64), Stop> {
    Ok(match period {
        StockPeriod::All => (0, u64::MAX),
        StockPeriod::Sequences { after, through } => (after.0, through.0.max(after.0)),
        StockPeriod::Times { from, to } => {
            let first = first_at(connection, from, 0)?;
            let after = first.saturating_sub(1);
            (after, first_at(connection, to, first)?.saturating_sub(1).max(after))
        }
        StockPeriod::Shift(shift) => {
            let mut statement = connection.prepare(
                "SELECT sequence, body FROM event WHERE kind IN ('shift_opened', 'shift_closed') ORDER BY sequence",
            )?;
            let mut rows = statement.query([])?;
            let (mut after, mut is_open) = (0, false);
            while let Some(row) = rows.next()? {
                let sequence: i64 = row.get(0)?;
                let body: Option<Body> = serde_json::from_str(row.get_ref(1)?.as_str().unwrap_or_default()).ok();
                match body.and_then(log::deed) {
                    Some(Deed::ShiftOpened { shift: number }) if number == shift => is_open = true,
                    Some(Deed::ShiftClosed { shift: number, .. }) if number == shift => {
                        return Ok((after, sequence.unsigned_abs()));
                    }
                    Some(Deed::ShiftClosed { .. }) => after = sequence.unsigned_abs(),
                    _ => {}
                }
            }
            if !is_open {
                return Err(Stop::NoShift);
            }
            (after, u64::MAX)
        }
    })
}

/// The first event at or after a moment, not before a position; one past all that can be when there is none.
fn first_at(connection: &Connection, moment: Timestamp, not_before: u64) -> rusqlite::Result<u64> {
    let found: Option<i64> = connection
        .prepare("SELECT sequence FROM event WHERE at >= ?1 AND sequence >= ?2 ORDER BY sequence LIMIT 1")?
        .query_row([moment.0, i64::try_from(not_before).unwrap_or(i64::MAX)], |row| row.get(0))
        .optional()?;
    Ok(found.map_or(u64::MAX, i64::unsigned_abs))
}

fn columns(connection: &Connection) -> rusqlite::Result<Vec<(BookletSerial, String)>> {
    connection
        .prepare("SELECT serial, state FROM booklet ORDER BY serial")?
        .query_map([], |row| Ok((BookletSerial(row.get(0)?), row.get(1)?)))?
        .collect()
}
