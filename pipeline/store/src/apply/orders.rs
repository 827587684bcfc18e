//! Deeds about orders.

mod steps;

use persoline_domain::deed::{HoldReason, NewOrder};
use persoline_domain::identifiers::OrderId;
use persoline_domain::job::JobPhase;
use persoline_domain::order::{OrderMove, OrderState, Priority, effective_due};
use persoline_domain::seal::SealedPayload;
use persoline_domain::store::Refusal;
use rusqlite::{Connection, OptionalExtension, params};

use super::{Effect, Stop};
use crate::log::{Subjects, parse_date};

pub(super) use steps::{back_from_machine, doubt, finish, reject, state_of, step, step_on_machine};
use steps::{count_new, unlawful};

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
    count_new(connection, state, &due)?;
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
                "UPDATE production_order SET stop_requested = 0, cancel_requested = 0, hold = NULL
                 WHERE id = ?1 AND stop_requested = 1",
            )?
            .execute([order.0.cast_signed()])?;
        if changed == 0 {
            return Err(unlawful(order, state).into());
        }
        return Ok(subjects(order, ""));
    }
    if state == OrderState::Held && approvals_missing(connection, order)? > 0 {
        // Nothing is left to release but the approvals.
        if hold_of(connection, order)? == Some(HoldReason::RemakeApproval) {
            return Err(unlawful(order, state).into());
        }
        connection
            .prepare_cached("UPDATE production_order SET hold = ?2 WHERE id = ?1")?
            .execute(params![order.0.cast_signed(), HoldReason::RemakeApproval.name()])?;
    } else {
        step(connection, order, state, OrderMove::Release, None)?;
    }
    // Who releases an order that failed too often gives it as many tries again.
    connection
        .prepare_cached("UPDATE production_order SET remakes_forgiven = remakes WHERE id = ?1")?
        .execute([order.0.cast_signed()])?;
    Ok(subjects(order, ""))
}

/// A person approves that an order is made again; nobody counts twice.
pub(super) fn approve(connection: &Connection, order: OrderId, person: &str) -> Result<Subjects, Stop> {
    let state = state_of(connection, order)?;
    if state != OrderState::Held || approvals_missing(connection, order)? == 0 {
        return Err(unlawful(order, state).into());
    }
    let added = connection
        .prepare_cached(
            "INSERT INTO approval (order_id, lost, person)
             SELECT ?1, (SELECT serial FROM binding WHERE order_id = ?1 ORDER BY rowid DESC LIMIT 1), ?2
             WHERE true ON CONFLICT DO NOTHING",
        )?
        .execute(params![order.0.cast_signed(), person])?;
    if added == 0 {
        return Err(Refusal::NeedsAnotherPerson.into());
    }
    let is_last = approvals_missing(connection, order)? == 0;
    if is_last && hold_of(connection, order)? == Some(HoldReason::RemakeApproval) {
        step(connection, order, state, OrderMove::Release, None)?;
    }
    Ok(subjects(order, ""))
}

/// Ends an order; one on a machine is stopped first, which is too late once its chip may be locked.
pub(super) fn cancel(connection: &Connection, order: OrderId) -> Result<Subjects, Stop> {
    let state = state_of(connection, order)?;
    if !state.is_on_machine() {
        steps::cancel(connection, order, state)?;
        return Ok(subjects(order, ""));
    }
    let phase: Option<String> = connection
        .prepare_cached("SELECT phase FROM job WHERE order_id = ?1 AND phase <> 'ended'")?
        .query_row([order.0.cast_signed()], |row| row.get(0))
        .optional()?;
    match phase.as_deref().and_then(JobPhase::parse) {
        Some(JobPhase::Dispatched | JobPhase::Bound | JobPhase::Ticketed) => {}
        _ => return Err(unlawful(order, state).into()),
    }
    connection
        .prepare_cached("UPDATE production_order SET stop_requested = 1, cancel_requested = 1 WHERE id = ?1")?
        .execute([order.0.cast_signed()])?;
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

/// Refuses what cannot be undone to an order that was cancelled on its machine.
pub(super) fn refuse_cancelled(connection: &Connection, order: OrderId) -> Result<(), Stop> {
    let is_cancelled: bool = connection
        .prepare_cached("SELECT cancel_requested FROM production_order WHERE id = ?1")?
        .query_row([order.0.cast_signed()], |row| row.get(0))?;
    if is_cancelled { Err(Refusal::StopRequested.into()) } else { Ok(()) }
}

fn hold_of(connection: &Connection, order: OrderId) -> Result<Option<HoldReason>, Stop> {
    let name: Option<String> = connection
        .prepare_cached("SELECT hold FROM production_order WHERE id = ?1")?
        .query_row([order.0.cast_signed()], |row| row.get(0))?;
    Ok(name.as_deref().and_then(HoldReason::parse))
}

/// People who have yet to approve that an order is made again in place of its last booklet.
fn approvals_missing(connection: &Connection, order: OrderId) -> Result<i64, Stop> {
    Ok(connection
        .prepare_cached(
            "SELECT max(0, approvals_needed - (SELECT count(*) FROM approval WHERE order_id = id AND lost =
             (SELECT serial FROM binding WHERE order_id = id ORDER BY rowid DESC LIMIT 1)))
             FROM production_order WHERE id = ?1",
        )?
        .query_row([order.0.cast_signed()], |row| row.get(0))?)
}

fn subjects(order: OrderId, detail: &str) -> Subjects {
    Subjects { order: Some(order), detail: detail.to_owned(), ..Subjects::default() }
}
