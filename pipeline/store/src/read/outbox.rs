//! Queries about reports to the issuing register.

use persoline_domain::clock::{Date, Timestamp};
use persoline_domain::identifiers::{ApplicationNumber, BookletSerial, DocumentNumber, Sequence};
use persoline_domain::store::{OutboxEntry, OutboxKind};
use rusqlite::{Connection, OptionalExtension, Row, params};

use super::{parsed, to_i64};
use crate::log::parse_date;

/// Reports after a position with what the books say of their booklets. All of it is fixed once a report is written.
pub(super) const OUTBOX: &str =
    "SELECT outbox.sequence, outbox.kind, outbox.serial, number, application, chip_serial, issued, expires, at,
    outbox.reason
    FROM outbox JOIN booklet ON booklet.serial = outbox.serial LEFT JOIN binding ON binding.serial = outbox.serial
    LEFT JOIN production_order ON production_order.id = binding.order_id LEFT JOIN job ON job.job = binding.job
    WHERE outbox.sequence > ?1 ORDER BY outbox.sequence LIMIT ?2";

pub(crate) fn outbox(connection: &Connection, after: Sequence, limit: usize) -> rusqlite::Result<Vec<OutboxEntry>> {
    connection.prepare_cached(OUTBOX)?.query_map(params![after.0.cast_signed(), to_i64(limit)], entry)?.collect()
}

pub(crate) fn delivered_through(connection: &Connection, receiver: &str) -> rusqlite::Result<Sequence> {
    let delivered: Option<i64> = connection
        .prepare_cached("SELECT delivered FROM receiver WHERE name = ?1")?
        .query_row([receiver], |row| row.get(0))
        .optional()?;
    Ok(Sequence(delivered.unwrap_or(0).unsigned_abs()))
}

fn entry(row: &Row<'_>) -> rusqlite::Result<OutboxEntry> {
    let sequence = row.get::<_, i64>(0)?.unsigned_abs();
    let kind = parsed(row, 1, OutboxKind::parse)?;
    let serial = BookletSerial(row.get(2)?);
    Ok(OutboxEntry {
        sequence: Sequence(sequence),
        key: format!("{}-{serial}-{sequence}", kind.name()),
        kind,
        serial,
        number: row.get::<_, Option<String>>(3)?.map(DocumentNumber),
        application: row.get::<_, Option<String>>(4)?.map(ApplicationNumber),
        chip_serial: row.get(5)?,
        issued: date(row, 6)?,
        expires: date(row, 7)?,
        at: Timestamp(row.get(8)?),
        reason: row.get(9)?,
    })
}

fn date(row: &Row<'_>, column: usize) -> rusqlite::Result<Option<Date>> {
    match row.get::<_, Option<String>>(column)? {
        Some(_) => parsed(row, column, parse_date).map(Some),
        None => Ok(None),
    }
}
