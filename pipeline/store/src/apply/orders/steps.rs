//! Moves of orders along the table of states, and the counters that go with them.

use persoline_domain::clock::{Date, Timestamp};
use persoline_domain::deed::HoldReason;
use persoline_domain::identifiers::OrderId;
use persoline_domain::order::{OrderMove, OrderState};
use persoline_domain::store::Refusal;
use rusqlite::{Connection, OptionalExtension, params};

use crate::apply::{Stop, add_to_tally};
use crate::read;

/// Moves an order as the table allows; `hold` is kept with a held order and gone with any other.
pub(in crate::apply) fn step(
    connection: &Connection,
    order: OrderId,
    from: OrderState,
    by: OrderMove,
    hold: Option<HoldReason>,
) -> Result<OrderState, Stop> {
    let to = from.after(by).ok_or_else(|| unlawful(order, from))?;
    if to != from {
        connection
            .prepare_cached(
                "UPDATE production_order SET state = ?2, hold = ?3, stop_requested = 0, cancel_requested = 0
                 WHERE id = ?1",
            )?
            .execute(params![order.0.cast_signed(), to.name(), hold.map(HoldReason::name)])?;
        count_move(connection, from, to)?;
    }
    Ok(to)
}

/// Moves an order within its machine's work, where a stop that was asked for stays asked for.
pub(in crate::apply) fn step_on_machine(
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
        count_move(connection, from, to)?;
    }
    Ok(())
}

/// After a job without a good document: the order waits again, or what somebody asked for meanwhile is done: it is
/// cancelled or held. A remake is held where the policy asks for approvals.
pub(in crate::apply) fn back_from_machine(connection: &Connection, order: OrderId, by: OrderMove) -> Result<(), Stop> {
    let (state, is_cancelled, asked): (String, bool, Option<String>) = connection
        .prepare_cached(
            "SELECT state, cancel_requested, CASE WHEN stop_requested THEN hold END FROM production_order WHERE id = ?1",
        )?
        .query_row([order.0.cast_signed()], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
    let state = OrderState::parse(&state).ok_or(Refusal::NotFound("order state"))?;
    if by == OrderMove::Remake {
        count_remake(connection, order)?;
    }
    if is_cancelled {
        return cancel(connection, order, state);
    }
    let needs_approval = by == OrderMove::Remake && ask_approvals(connection, order)?;
    let approval = needs_approval.then_some(HoldReason::RemakeApproval);
    match asked.as_deref().and_then(HoldReason::parse).or(approval) {
        Some(reason) => step(connection, order, state, OrderMove::Hold, Some(reason))?,
        None => step(connection, order, state, by, None)?,
    };
    Ok(())
}

/// After a booklet of whose fate nobody knows: the order is held, and made again only where enough people approve.
pub(in crate::apply) fn doubt(connection: &Connection, order: OrderId) -> Result<(), Stop> {
    ask_approvals(connection, order)?;
    let state = state_of(connection, order)?;
    step(connection, order, state, OrderMove::Hold, Some(HoldReason::Doubt))?;
    Ok(())
}

/// A finished order: counts, and whether it was late.
pub(in crate::apply) fn finish(connection: &Connection, order: OrderId, at: Timestamp, on: Date) -> Result<(), Stop> {
    let state = state_of(connection, order)?;
    let to = state.after(OrderMove::Finish).ok_or_else(|| unlawful(order, state))?;
    let due: String = connection
        .prepare_cached(
            "UPDATE production_order SET state = ?2, finished = ?3, hold = NULL, stop_requested = 0,
             cancel_requested = 0 WHERE id = ?1 RETURNING due",
        )?
        .query_row(params![order.0.cast_signed(), to.name(), at.0], |row| row.get(0))?;
    count_move(connection, state, to)?;
    count_due(connection, &due, -1)?;
    if on.to_string() > due {
        add_to_tally(connection, "late", 1)?;
    }
    Ok(())
}

/// A finished order whose good document is no longer: it is made again, as a remake.
pub(in crate::apply) fn reject(connection: &Connection, order: OrderId) -> Result<(), Stop> {
    let state = state_of(connection, order)?;
    let to = state.after(OrderMove::Reject).ok_or_else(|| unlawful(order, state))?;
    let due: String = connection
        .prepare_cached("UPDATE production_order SET state = ?2, finished = NULL WHERE id = ?1 RETURNING due")?
        .query_row(params![order.0.cast_signed(), to.name()], |row| row.get(0))?;
    count_move(connection, state, to)?;
    count_due(connection, &due, 1)?;
    count_remake(connection, order)?;
    if ask_approvals(connection, order)? {
        step(connection, order, to, OrderMove::Hold, Some(HoldReason::RemakeApproval))?;
    }
    Ok(())
}

/// Ends an order for good.
pub(in crate::apply) fn cancel(connection: &Connection, order: OrderId, from: OrderState) -> Result<(), Stop> {
    step(connection, order, from, OrderMove::Cancel, None)?;
    let due: String = connection
        .prepare_cached("SELECT due FROM production_order WHERE id = ?1")?
        .query_row([order.0.cast_signed()], |row| row.get(0))?;
    count_due(connection, &due, -1)
}

pub(in crate::apply) fn state_of(connection: &Connection, order: OrderId) -> Result<OrderState, Stop> {
    let name: Option<String> = connection
        .prepare_cached("SELECT state FROM production_order WHERE id = ?1")?
        .query_row([order.0.cast_signed()], |row| row.get(0))
        .optional()?;
    name.and_then(|name| OrderState::parse(&name)).ok_or_else(|| Refusal::NotFound("order").into())
}

/// Counts a new order.
pub(super) fn count_new(connection: &Connection, state: OrderState, due: &str) -> Result<(), Stop> {
    count_state(connection, state, 1)?;
    count_due(connection, due, 1)
}

pub(super) fn unlawful(order: OrderId, state: OrderState) -> Refusal {
    Refusal::Unlawful { what: format!("order {order}"), state: state.name() }
}

/// Notes how many people must approve that an order is made again; whether it is any.
fn ask_approvals(connection: &Connection, order: OrderId) -> Result<bool, Stop> {
    let needed = read::policy(connection)?.remake_approvals;
    connection
        .prepare_cached("UPDATE production_order SET approvals_needed = ?2 WHERE id = ?1")?
        .execute(params![order.0.cast_signed(), needed])?;
    Ok(needed > 0)
}

fn count_remake(connection: &Connection, order: OrderId) -> Result<(), Stop> {
    connection
        .prepare_cached("UPDATE production_order SET remakes = remakes + 1 WHERE id = ?1")?
        .execute([order.0.cast_signed()])?;
    Ok(())
}

fn count_move(connection: &Connection, from: OrderState, to: OrderState) -> Result<(), Stop> {
    count_state(connection, from, -1)?;
    count_state(connection, to, 1)
}

fn count_state(connection: &Connection, state: OrderState, change: i64) -> Result<(), Stop> {
    connection
        .prepare_cached("UPDATE count_of_orders SET count = count + ?2 WHERE state = ?1")?
        .execute(params![state.name(), change])?;
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
