//! Shifts, and the reconciliation without which none can close.

use persoline_domain::booklet::{BookletState, Reconciliation};
use persoline_domain::clock::Timestamp;
use persoline_domain::deed::Act;
use persoline_domain::identifiers::ShiftNumber;
use persoline_domain::store::Refusal;
use rusqlite::{Connection, params};

use super::Stop;
use crate::log::Subjects;
use crate::read;

pub(super) fn open(connection: &Connection, shift: ShiftNumber, act: &Act) -> Result<Subjects, Stop> {
    if let Some(open) = read::shift(connection)? {
        return Err(Refusal::ShiftOpen(open.shift).into());
    }
    let was_open: bool = connection
        .prepare_cached("SELECT EXISTS (SELECT 1 FROM shift WHERE number = ?1)")?
        .query_row([shift.0.cast_signed()], |row| row.get(0))?;
    if was_open {
        return Err(Refusal::ShiftBefore(shift).into());
    }
    connection.prepare_cached("INSERT INTO shift (number, opened, by) VALUES (?1, ?2, ?3)")?.execute(params![
        shift.0.cast_signed(),
        act.at.0,
        act.actor.to_string()
    ])?;
    Ok(subjects(shift))
}

pub(super) fn close(
    connection: &Connection,
    shift: ShiftNumber,
    counted: &[(BookletState, u64)],
    at: Timestamp,
) -> Result<Subjects, Stop> {
    if read::shift(connection)?.is_none_or(|open| open.shift != shift) {
        return Err(Refusal::NotFound("open shift").into());
    }
    let differences = differences(&read::reconcile(connection)?, counted);
    if !differences.is_empty() {
        return Err(Refusal::NotReconciled { differences }.into());
    }
    let mut note = connection.prepare_cached("INSERT INTO shift_count (shift, state, counted) VALUES (?1, ?2, ?3)")?;
    for state in BookletState::ALL.into_iter().filter(|state| state.is_counted()) {
        note.execute(params![shift.0.cast_signed(), state.name(), count_of(counted, state).cast_signed()])?;
    }
    connection
        .prepare_cached("UPDATE shift SET closed = ?2 WHERE number = ?1")?
        .execute(params![shift.0.cast_signed(), at.0])?;
    Ok(subjects(shift))
}

/// Every state at odds, with what was counted less what the books say.
fn differences(books: &Reconciliation, counted: &[(BookletState, u64)]) -> Vec<(BookletState, i64)> {
    let signed = |count: u64| i64::try_from(count).unwrap_or(i64::MAX);
    BookletState::ALL
        .into_iter()
        .filter_map(|state| {
            let difference = if state.is_counted() {
                signed(count_of(counted, state)).saturating_sub(signed(books.count(state)))
            } else if state.is_in_motion() {
                -signed(books.count(state))
            } else if state == BookletState::Missing {
                books.difference()
            } else {
                0
            };
            (difference != 0).then_some((state, difference))
        })
        .collect()
}

fn count_of(counted: &[(BookletState, u64)], state: BookletState) -> u64 {
    counted.iter().filter(|(of, _)| *of == state).fold(0, |sum, (_, count)| sum.saturating_add(*count))
}

fn subjects(shift: ShiftNumber) -> Subjects {
    Subjects { detail: shift.to_string(), ..Subjects::default() }
}
