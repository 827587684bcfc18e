//! Inspections by people: first pieces, samples, rejected documents.

use persoline_domain::booklet::{BookletMove, BookletState};
use persoline_domain::identifiers::{BookletSerial, JobNumber, OrderId};
use persoline_domain::store::{InspectionKind, OutboxKind, Refusal};
use rusqlite::{Connection, OptionalExtension, params};

use super::booklets::{of_booklet, state_of, step};
use super::{Moment, Stop, add_to_tally, orders, outbox};
use crate::log::Subjects;
use crate::read;

/// A document is good: it is drawn for inspection as its machine's first of the shift or as a sample, or it is issued.
pub(super) fn draw(
    connection: &Connection,
    serial: &BookletSerial,
    order: OrderId,
    job: JobNumber,
    machine: &str,
    moment: Moment,
) -> Result<(), Stop> {
    let goods: i64 = connection
        .prepare_cached(
            "INSERT INTO standing (machine, goods) VALUES (?1, 1)
             ON CONFLICT (machine) DO UPDATE SET goods = goods + 1 RETURNING goods",
        )?
        .query_row([machine], |row| row.get(0))?;
    let policy = read::policy(connection)?;
    let shift = read::shift(connection)?.map(|shift| shift.shift.0.cast_signed());
    let is_first = match shift {
        Some(shift) if policy.first_piece => !has_first_piece(connection, machine, shift)?,
        _ => false,
    };
    let kind = if is_first {
        InspectionKind::FirstPiece
    } else if policy.sample_every > 0 && goods % i64::from(policy.sample_every) == 0 {
        InspectionKind::Sample
    } else {
        return outbox::tell(connection, OutboxKind::Issued, serial, "", moment);
    };
    connection
        .prepare_cached(
            "INSERT INTO inspection (serial, order_id, job, machine, shift, kind, at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
        )?
        .execute(params![
            serial.as_str(),
            order.0.cast_signed(),
            job.0.cast_signed(),
            machine,
            shift,
            kind.name(),
            moment.at.0
        ])?;
    Ok(())
}

/// A person has looked at a document that waits for inspection.
pub(super) fn decide(
    connection: &Connection,
    serial: &BookletSerial,
    is_approved: bool,
    reason: &str,
    moment: Moment,
) -> Result<Subjects, Stop> {
    if !waits(connection, serial)? {
        return Err(Refusal::NotFound("inspection").into());
    }
    if !is_approved {
        return reject(connection, serial, reason, moment);
    }
    end(connection, serial, true)?;
    outbox::tell(connection, OutboxKind::Issued, serial, "", moment)?;
    about(connection, serial, reason)
}

/// A good document is rejected, whether it waits for inspection or not.
pub(super) fn reject(
    connection: &Connection,
    serial: &BookletSerial,
    reason: &str,
    moment: Moment,
) -> Result<Subjects, Stop> {
    let subjects = about(connection, serial, reason)?;
    // Spoiling is lawful from other states too, but only a good document can be rejected.
    let state = state_of(connection, serial)?;
    let order = subjects
        .order
        .filter(|_| state == BookletState::Good)
        .ok_or_else(|| Refusal::Unlawful { what: format!("booklet {serial}"), state: state.name() })?;
    orders::reject(connection, order)?;
    step(connection, serial, BookletMove::Spoil, Some(reason))?;
    add_to_tally(connection, "spoiled", 1)?;
    forget(connection, serial)?;
    outbox::tell(connection, OutboxKind::Rejected, serial, reason, moment)?;
    Ok(subjects)
}

/// Whether a document waits for inspection.
pub(super) fn waits(connection: &Connection, serial: &BookletSerial) -> Result<bool, Stop> {
    Ok(connection
        .prepare_cached("SELECT EXISTS (SELECT 1 FROM inspection WHERE serial = ?1 AND approved IS NULL)")?
        .query_row([serial.as_str()], |row| row.get(0))?)
}

/// A document that waits for inspection is no longer one.
pub(super) fn forget(connection: &Connection, serial: &BookletSerial) -> Result<(), Stop> {
    end(connection, serial, false)
}

fn end(connection: &Connection, serial: &BookletSerial, is_approved: bool) -> Result<(), Stop> {
    connection
        .prepare_cached("UPDATE inspection SET approved = ?2 WHERE serial = ?1 AND approved IS NULL")?
        .execute(params![serial.as_str(), is_approved])?;
    Ok(())
}

fn has_first_piece(connection: &Connection, machine: &str, shift: i64) -> Result<bool, Stop> {
    Ok(connection
        .prepare_cached(
            "SELECT EXISTS (SELECT 1 FROM inspection
             WHERE machine = ?1 AND shift = ?2 AND kind = 'first_piece' AND approved IS NOT 0)",
        )?
        .query_row(params![machine, shift], |row| row.get(0))?)
}

/// A booklet with the order and job to which it was bound.
fn about(connection: &Connection, serial: &BookletSerial, reason: &str) -> Result<Subjects, Stop> {
    let bound: Option<(i64, i64)> = connection
        .prepare_cached("SELECT order_id, job FROM binding WHERE serial = ?1")?
        .query_row([serial.as_str()], |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()?;
    Ok(Subjects {
        order: bound.map(|(order, _)| OrderId(order.unsigned_abs())),
        job: bound.map(|(_, job)| JobNumber(job.unsigned_abs())),
        ..of_booklet(serial, reason)
    })
}
