//! Reports to the issuing register, written with the deed that ends a booklet's story.

use persoline_domain::identifiers::{BookletSerial, Sequence};
use persoline_domain::store::{OutboxKind, Refusal};
use rusqlite::{Connection, params};

use super::{Moment, Stop};
use crate::log::Subjects;
use crate::read;

/// Writes a report, unless the register was told the same of this booklet already; only a loss can happen again.
pub(super) fn tell(
    connection: &Connection,
    kind: OutboxKind,
    serial: &BookletSerial,
    reason: &str,
    moment: Moment,
) -> Result<(), Stop> {
    connection
        .prepare_cached(
            "INSERT INTO outbox (sequence, kind, serial, at, reason) SELECT ?1, ?2, ?3, ?4, ?5
             WHERE ?2 = 'missing' OR NOT EXISTS (SELECT 1 FROM outbox WHERE serial = ?3 AND kind = ?2)",
        )?
        .execute(params![moment.sequence, kind.name(), serial.as_str(), moment.at.0, reason])?;
    Ok(())
}

/// Reports a booklet that is spoiled or in doubt, if data was signed for it.
pub(super) fn tell_if_encoded(
    connection: &Connection,
    serial: &BookletSerial,
    reason: &str,
    moment: Moment,
) -> Result<(), Stop> {
    let is_encoded: bool = connection
        .prepare_cached(
            "SELECT EXISTS (SELECT 1 FROM binding JOIN job ON job.job = binding.job
             WHERE binding.serial = ?1 AND security_object IS NOT NULL)",
        )?
        .query_row([serial.as_str()], |row| row.get(0))?;
    if is_encoded { tell(connection, OutboxKind::SpoiledAfterEncoding, serial, reason, moment) } else { Ok(()) }
}

/// Notes how far a receiver has come. It never goes back, and never beyond what was written.
pub(super) fn delivered(connection: &Connection, receiver: &str, through: Sequence) -> Result<Subjects, Stop> {
    let is_written: bool = connection
        .prepare_cached("SELECT EXISTS (SELECT 1 FROM outbox WHERE sequence = ?1)")?
        .query_row([through.0.cast_signed()], |row| row.get(0))?;
    if !is_written || through < read::delivered_through(connection, receiver)? {
        return Err(Refusal::NotFound("report").into());
    }
    connection
        .prepare_cached(
            "INSERT INTO receiver (name, delivered) VALUES (?1, ?2)
             ON CONFLICT (name) DO UPDATE SET delivered = excluded.delivered",
        )?
        .execute(params![receiver, through.0.cast_signed()])?;
    Ok(Subjects { detail: format!("{receiver}: {through}"), ..Subjects::default() })
}
