//! Deeds about orders.

use persoline_domain::deed::{HoldReason, NewOrder};
use persoline_domain::identifiers::OrderId;
use persoline_domain::order::{OrderMove, OrderState, Priority, effective_due};
use persoline_domain::seal::SealedPayload;
use persoline_domain::store::Refusal;
use rusqlite::{Connection, OptionalExtension, params};

use super::{Effect, Stop, add_to_tally};
use crate::log::{Subjects, parse_date};

/// Whether a person has an open order.
pub(crate) const SAME_PERSON: &str =
    "SELECT EXISTS (SELECT 1 FROM production_order WHERE person = ?1 AND state NOT IN ('finished', 'cancelled'))";

pub(super) fn accept(connection: &Connection, new: &NewOrder) -> Result<Effect, Stop> {
    let known: Option<(i64, [u8; 32])> = connection
        .prepare_cached("SELECT id, digest FROM production_order WHERE application = ?1")?
        .query_row([new.application.as_str()], |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()?;
    if let Some((id, digest)) = known {
        return if digest == new.digest.0 {
            Ok(Effect::Unchanged(OrderId(id.unsigned_abs())))
        } else {
            Err(Refusal::OtherContents(new.application.clone()).into())
        };
    }
    let held: bool =
        connection.prepare_cached(SAME_PERSON)?.query_row([new.person.0.0.as_slice()], |row| row.get(0))?;
    let (state, hold) =
        if held { (OrderState::Held, Some(HoldReason::SamePerson.name())) } else { (OrderState::Waiting, None) };
    let due = new.due.to_string();
    connection
        .prepare_cached(
            "INSERT INTO production_order
             (application, digest, person, state, hold, channel, document, priority, effective_due, place, place_kind,
              received, due, batch)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14)",
        )?
        .execute(params![
            new.application.as_str(),
            new.digest.0.as_slice(),
            new.person.0.0.as_slice(),
            state.name(),
            hold,
            new.channel.name(),
            new.document.name(),
            new.priority.name(),
            effective_due(new.due, new.priority).to_string(),
            new.collection.place,
            new.collection.kind.name(),
            new.received.0,
            due,
            new.batch.as_str(),
        ])?;
    let order = OrderId(connection.last_insert_rowid().unsigned_abs());
    count_state(connection, state.name(), 1)?;
    count_due(connection, &due, 1)?;
    let detail = if held { HoldReason::SamePerson.name().to_owned() } else { String::new() };
    Ok(Effect::Accepted { subjects: Subjects { order: Some(order), detail, ..Subjects::default() }, order, held })
}

pub(super) fn keep_payload(connection: &Connection, order: OrderId, payload: &SealedPayload) -> Result<(), Stop> {
    connection
        .prepare_cached("INSERT INTO payload (order_id, wrapped_key, ciphertext) VALUES (?1, ?2, ?3)")?
        .execute(params![order.0.cast_signed(), payload.wrapped_key, payload.ciphertext])?;
    Ok(())
}

pub(super) fn hold(connection: &Connection, order: OrderId, reason: HoldReason) -> Result<Subjects, Stop> {
    let state = state_of(connection, order)?;
    if state.is_on_machine() {
        // It is stopped before its chip is locked; the job's end then leaves it held.
        connection
            .prepare_cached("UPDATE production_order SET stop_requested = 1, hold = ?2 WHERE id = ?1")?
            .execute(params![order.0.cast_signed(), reason.name()])?;
    } else {
        step(connection, order, state, OrderMove::Hold, Some(reason))?;
    }
    Ok(subjects(order, reason.name()))
}

pub(super) fn release(connection: &Connection, order: OrderId) -> Result<Subjects, Stop> {
    let state = state_of(connection, order)?;
    if state.is_on_machine() {
        let changed = connection
            .prepare_cached(
                "UPDATE production_order SET stop_requested = 0, hold = NULL WHERE id = ?1 AND stop_requested = 1",
            )?
            .execute([order.0.cast_signed()])?;
        if changed == 0 {
            return Err(unlawful(order, state).into());
        }
    } else {
        step(connection, order, state, OrderMove::Release, None)?;
        // Who releases an order that failed too often gives it as many tries again.
        connection
            .prepare_cached("UPDATE production_order SET remakes_forgiven = remakes WHERE id = ?1")?
            .execute([order.0.cast_signed()])?;
    }
    Ok(subjects(order, ""))
}

pub(super) fn cancel(connection: &Connection, order: OrderId) -> Result<Subjects, Stop> {
    let state = state_of(connection, order)?;
    step(connection, order, state, OrderMove::Cancel, None)?;
    leave_due(connection, order)?;
    Ok(subjects(order, ""))
}

pub(super) fn change_priority(connection: &Connection, order: OrderId, priority: Priority) -> Result<Subjects, Stop> {
    let state = state_of(connection, order)?;
    if matches!(state, OrderState::Finished | OrderState::Cancelled) {
        return Err(unlawful(order, state).into());
    }
    let due: String = connection
        .prepare_cached("SELECT due FROM production_order WHERE id = ?1")?
        .query_row([order.0.cast_signed()], |row| row.get(0))?;
    let due = parse_date(&due).ok_or(Refusal::NotFound("due date"))?;
    connection
        .prepare_cached("UPDATE production_order SET priority = ?2, effective_due = ?3 WHERE id = ?1")?
        .execute(params![order.0.cast_signed(), priority.name(), effective_due(due, priority).to_string()])?;
    Ok(subjects(order, priority.name()))
}

/// Moves an order as the table allows; `hold` is kept with a held order and gone with any other.
pub(super) fn step(
    connection: &Connection,
    order: OrderId,
    from: OrderState,
    by: OrderMove,
    hold: Option<HoldReason>,
) -> Result<OrderState, Stop> {
    let to = from.after(by).ok_or_else(|| unlawful(order, from))?;
    if to != from {
        connection
            .prepare_cached("UPDATE production_order SET state = ?2, hold = ?3, stop_requested = 0 WHERE id = ?1")?
            .execute(params![order.0.cast_signed(), to.name(), hold.map(HoldReason::name)])?;
        count_state(connection, from.name(), -1)?;
        count_state(connection, to.name(), 1)?;
    }
    Ok(to)
}

/// Moves an order within its machine's work, where a stop that was asked for stays asked for.
pub(super) fn step_on_machine(
    connection: &Connection,
    order: OrderId,
    from: OrderState,
    by: OrderMove,
) -> Result<(), Stop> {
    let to = from.after(by).ok_or_else(|| unlawful(order, from))?;
    if to != from {
        connection
            .prepare_cached("UPDATE production_order SET state = ?2 WHERE id = ?1")?
            .execute(params![order.0.cast_signed(), to.name()])?;
        count_state(connection, from.name(), -1)?;
        count_state(connection, to.name(), 1)?;
    }
    Ok(())
}

/// After a job without a good document: the order waits again, or is held if somebody asked for that meanwhile.
pub(super) fn back_from_machine(connection: &Connection, order: OrderId, by: OrderMove) -> Result<(), Stop> {
    let (state, asked): (String, Option<String>) = connection
        .prepare_cached("SELECT state, CASE WHEN stop_requested THEN hold END FROM production_order WHERE id = ?1")?
        .query_row([order.0.cast_signed()], |row| Ok((row.get(0)?, row.get(1)?)))?;
    let state = OrderState::parse(&state).ok_or(Refusal::NotFound("order state"))?;
    if by == OrderMove::Remake {
        connection
            .prepare_cached("UPDATE production_order SET remakes = remakes + 1 WHERE id = ?1")?
            .execute([order.0.cast_signed()])?;
    }
    match asked.as_deref().and_then(HoldReason::parse) {
        Some(reason) => step(connection, order, state, OrderMove::Hold, Some(reason))?,
        None => step(connection, order, state, by, None)?,
    };
    Ok(())
}

/// A finished order: counts, and whether it was late.
pub(super) fn finish(
    connection: &Connection,
    order: OrderId,
    at: persoline_domain::clock::Timestamp,
    on: persoline_domain::clock::Date,
) -> Result<(), Stop> {
    let state = state_of(connection, order)?;
    let to = state.after(OrderMove::Finish).ok_or_else(|| unlawful(order, state))?;
    let due: String = connection
        .prepare_cached(
            "UPDATE production_order SET state = ?2, finished = ?3, hold = NULL, stop_requested = 0
             WHERE id = ?1 RETURNING due",
        )?
        .query_row(params![order.0.cast_signed(), to.name(), at.0], |row| row.get(0))?;
    count_state(connection, state.name(), -1)?;
    count_state(connection, to.name(), 1)?;
    count_due(connection, &due, -1)?;
    if on.to_string() > due {
        add_to_tally(connection, "late", 1)?;
    }
    Ok(())
}

pub(super) fn state_of(connection: &Connection, order: OrderId) -> Result<OrderState, Stop> {
    let name: Option<String> = connection
        .prepare_cached("SELECT state FROM production_order WHERE id = ?1")?
        .query_row([order.0.cast_signed()], |row| row.get(0))
        .optional()?;
    name.and_then(|name| OrderState::parse(&name)).ok_or_else(|| Refusal::NotFound("order").into())
}

fn leave_due(connection: &Connection, order: OrderId) -> Result<(), Stop> {
    let due: String = connection
        .prepare_cached("SELECT due FROM production_order WHERE id = ?1")?
        .query_row([order.0.cast_signed()], |row| row.get(0))?;
    count_due(connection, &due, -1)
}

fn count_state(connection: &Connection, state: &str, change: i64) -> Result<(), Stop> {
    connection
        .prepare_cached("UPDATE count_of_orders SET count = count + ?2 WHERE state = ?1")?
        .execute(params![state, change])?;
    Ok(())
}

fn count_due(connection: &Connection, due: &str, change: i64) -> Result<(), Stop> {
    connection
        .prepare_cached("INSERT OR IGNORE INTO count_of_open_by_due (due, count) VALUES (?1, 0)")?
        .execute([due])?;
    connection
        .prepare_cached("UPDATE count_of_open_by_due SET count = count + ?2 WHERE due = ?1")?
        .execute(params![due, change])?;
    if change < 0 {
        connection.prepare_cached("DELETE FROM count_of_open_by_due WHERE due = ?1 AND count = 0")?.execute([due])?;
    }
    Ok(())
}

fn unlawful(order: OrderId, state: OrderState) -> Refusal {
    Refusal::Unlawful { what: format!("order {order}"), state: state.name() }
}

fn subjects(order: OrderId, detail: &str) -> Subjects {
    Subjects { order: Some(order), detail: detail.to_owned(), ..Subjects::default() }
}
