//! Deeds of the stock ledger: what becomes of booklets outside of machines.

use persoline_domain::booklet::{BookletMove, BookletState, QuarantineDecision};
use persoline_domain::deed::{Act, Deed};
use persoline_domain::identifiers::{BookletSerial, OrderId};
use persoline_domain::store::{OutboxKind, Refusal};
use rusqlite::{Connection, OptionalExtension, params};

use super::booklets::{of_booklet, of_serials, state_of, step};
use super::{Moment, Stop, add_to_tally, inspections, orders, outbox, person};
use crate::log::Subjects;

/// Does a deed of the ledger; none for any other deed.
pub(super) fn apply(connection: &Connection, deed: &Deed, act: &Act, moment: Moment) -> Result<Option<Subjects>, Stop> {
    Ok(Some(match deed {
        Deed::StockStored { delivery, cartons, counted } => store(connection, delivery, cartons, *counted)?,
        Deed::StockReturned { serials, reason } => {
            step_all(connection, serials, BookletMove::SendBack, Some(reason))?;
            of_serials(serials)
        }
        Deed::BookletMissing { serial, reason } => lose(connection, serial, reason, moment)?,
        Deed::BookletFound { serial } => {
            step(connection, serial, BookletMove::Find, None)?;
            of_booklet(serial, "")
        }
        Deed::QuarantineDecided { serial, decision, reason } => {
            decide(connection, serial, *decision, reason, moment)?;
            of_booklet(serial, reason)
        }
        Deed::BookletsDestroyed { serials, witness } => destroy(connection, serials, person(act)?, witness)?,
        Deed::BookletRecalled { serial, reason } => {
            step(connection, serial, BookletMove::Recall, Some(reason))?;
            outbox::tell(connection, OutboxKind::Recalled, serial, reason, moment)?;
            of_booklet(serial, reason)
        }
        Deed::Packed { serials } => {
            for serial in serials {
                if inspections::waits(connection, serial)? {
                    return Err(Refusal::Unfit(serial.clone(), "it waits for inspection").into());
                }
            }
            step_all(connection, serials, BookletMove::Pack, None)?;
            of_serials(serials)
        }
        Deed::HandedOver { serials } => {
            step_all(connection, serials, BookletMove::HandOver, None)?;
            of_serials(serials)
        }
        _ => return Ok(None),
    }))
}

/// Counts received blanks of some cartons of a delivery, or of all, into the vault.
pub(super) fn store(
    connection: &Connection,
    delivery: &str,
    cartons: &[String],
    counted: u32,
) -> Result<Subjects, Stop> {
    let is_known: bool = connection
        .prepare_cached("SELECT EXISTS (SELECT 1 FROM delivery WHERE name = ?1)")?
        .query_row([delivery], |row| row.get(0))?;
    if !is_known {
        return Err(Refusal::NotFound("delivery").into());
    }
    let mut statement = connection.prepare_cached(
        "UPDATE booklet SET state = ?3 WHERE delivery = ?1 AND state = ?4 AND (?2 IS NULL OR carton = ?2)",
    )?;
    let (vault, received) = (BookletState::Vault.name(), BookletState::Received.name());
    let mut books = 0;
    if cartons.is_empty() {
        books += statement.execute(params![delivery, None::<&str>, vault, received])?;
    }
    for carton in cartons {
        books += statement.execute(params![delivery, carton, vault, received])?;
    }
    let books = u64::try_from(books).unwrap_or(u64::MAX);
    if books != u64::from(counted) {
        return Err(Refusal::Miscounted { counted: u64::from(counted), books }.into());
    }
    Ok(Subjects { detail: format!("{delivery}: {counted}"), ..Subjects::default() })
}

fn step_all(
    connection: &Connection,
    serials: &[BookletSerial],
    by: BookletMove,
    reason: Option<&str>,
) -> Result<(), Stop> {
    serials.iter().try_for_each(|serial| step(connection, serial, by, reason))
}

/// A lost booklet. When it was a good document, its order is made again: should it be found, it can be no document.
fn lose(connection: &Connection, serial: &BookletSerial, reason: &str, moment: Moment) -> Result<Subjects, Stop> {
    let was = state_of(connection, serial)?;
    step(connection, serial, BookletMove::Lose, Some(reason))?;
    outbox::tell(connection, OutboxKind::Missing, serial, reason, moment)?;
    if matches!(was, BookletState::Good | BookletState::Packed) {
        inspections::forget(connection, serial)?;
        if let Some(order) = order_of(connection, serial)? {
            orders::reject(connection, order)?;
        }
    }
    Ok(of_booklet(serial, reason))
}

fn decide(
    connection: &Connection,
    serial: &BookletSerial,
    decision: QuarantineDecision,
    reason: &str,
    moment: Moment,
) -> Result<(), Stop> {
    let state = state_of(connection, serial)?;
    if state != BookletState::Quarantined {
        return Err(Refusal::Unlawful { what: format!("booklet {serial}"), state: state.name() }.into());
    }
    if decision == QuarantineDecision::Clear && order_of(connection, serial)?.is_some() {
        return Err(Refusal::BoundBefore(serial.clone()).into());
    }
    step(connection, serial, decision.by(), Some(reason))?;
    if decision == QuarantineDecision::Clear {
        connection.prepare_cached("UPDATE booklet SET machine = NULL WHERE serial = ?1")?.execute([serial.as_str()])?;
    }
    if decision == QuarantineDecision::Spoil {
        add_to_tally(connection, "spoiled", 1)?;
        outbox::tell_if_encoded(connection, serial, reason, moment)?;
    }
    Ok(())
}

fn destroy(connection: &Connection, serials: &[BookletSerial], by: &str, witness: &str) -> Result<Subjects, Stop> {
    if witness.trim().is_empty() || witness.trim().eq_ignore_ascii_case(by.trim()) {
        return Err(Refusal::NeedsAnotherPerson.into());
    }
    for serial in serials {
        let state = state_of(connection, serial)?;
        if state.after(BookletMove::Destroy).is_none() {
            return Err(Refusal::Unlawful { what: format!("booklet {serial}"), state: state.name() }.into());
        }
        connection
            .prepare_cached("INSERT INTO destruction (serial, person, witness) VALUES (?1, ?2, ?3)")?
            .execute(params![serial.as_str(), by, witness])?;
    }
    step_all(connection, serials, BookletMove::Destroy, None)?;
    Ok(of_serials(serials))
}

/// The order to which a booklet was bound, if it ever was.
fn order_of(connection: &Connection, serial: &BookletSerial) -> Result<Option<OrderId>, Stop> {
    let order: Option<i64> = connection
        .prepare_cached("SELECT order_id FROM binding WHERE serial = ?1")?
        .query_row([serial.as_str()], |row| row.get(0))
        .optional()?;
    Ok(order.map(|order| OrderId(order.unsigned_abs())))
}
