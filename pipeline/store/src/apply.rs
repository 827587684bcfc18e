//! What each deed does to the state columns, and whether it is lawful.

mod booklets;
mod jobs;
mod orders;

use std::path::Path;

use persoline_domain::deed::{Act, Deed};
use persoline_domain::identifiers::{Fence, MachineName};
use persoline_domain::store::{Outcome, Refusal, StoreError};
use rusqlite::{Connection, ErrorCode, OptionalExtension};

use crate::fault;
use crate::log::{self, Subjects};

#[cfg(test)]
pub(crate) use orders::SAME_PERSON;

/// Why an act was not done: it is unlawful, or the file does not work.
pub(crate) enum Stop {
    Refused(Refusal),
    Sqlite(rusqlite::Error),
}

impl From<rusqlite::Error> for Stop {
    fn from(error: rusqlite::Error) -> Self {
        match &error {
            rusqlite::Error::SqliteFailure(failure, text) if failure.code == ErrorCode::ConstraintViolation => {
                Stop::Refused(Refusal::Constraint(text.clone().unwrap_or_else(|| error.to_string())))
            }
            _ => Stop::Sqlite(error),
        }
    }
}

impl From<Refusal> for Stop {
    fn from(refusal: Refusal) -> Self {
        Stop::Refused(refusal)
    }
}

/// What an act did.
pub(crate) enum Effect {
    /// An event with these subjects belongs into the log.
    Logged(Subjects),
    /// An order was accepted; a second event tells that it is held.
    Accepted { subjects: Subjects, order: persoline_domain::identifiers::OrderId, held: bool },
    /// Nothing has changed and nothing is logged.
    Unchanged(persoline_domain::identifiers::OrderId),
}

/// Does all of `acts` and logs them; the caller undoes everything when one fails.
pub(crate) fn acts(connection: &Connection, file: &Path, acts: &[Act]) -> Result<Vec<Outcome>, StoreError> {
    acts.iter()
        .enumerate()
        .map(|(index, act)| {
            one(connection, act).map_err(|stop| match stop {
                Stop::Refused(refusal) => StoreError::Refused { index, refusal },
                Stop::Sqlite(error) => fault::of(file, &error),
            })
        })
        .collect()
}

fn one(connection: &Connection, act: &Act) -> Result<Outcome, Stop> {
    let kind = log::kind(&act.deed);
    let Some(body) = log::body(&act.deed) else {
        return Err(Refusal::Constraint(format!("this store does not know the deed {kind}")).into());
    };
    Ok(match deed(connection, act)? {
        Effect::Logged(subjects) => {
            if let Deed::Ticketed { job, document, .. } = &act.deed {
                jobs::keep_document(connection, *job, document)?;
            }
            Outcome::Done(log::append(connection, act, kind, &body, &subjects)?)
        }
        Effect::Unchanged(order) => Outcome::Unchanged(order),
        Effect::Accepted { subjects, order, held } => {
            if let Deed::OrderAccepted(new) = &act.deed {
                orders::keep_payload(connection, order, &new.payload)?;
            }
            log::append(connection, act, kind, &body, &subjects)?;
            Outcome::Accepted { order, held }
        }
    })
}

/// Changes the state columns as the act says. Used for new acts and for rebuilding from the log alike.
pub(crate) fn deed(connection: &Connection, act: &Act) -> Result<Effect, Stop> {
    Ok(Effect::Logged(match &act.deed {
        Deed::OrderAccepted(new) => return orders::accept(connection, new),
        Deed::OrderHeld { order, reason } => orders::hold(connection, *order, *reason)?,
        Deed::OrderReleased { order } => orders::release(connection, *order)?,
        Deed::OrderCancelled { order } => orders::cancel(connection, *order)?,
        Deed::PriorityChanged { order, priority } => orders::change_priority(connection, *order, *priority)?,
        Deed::StockReceived { delivery, blanks } => booklets::receive(connection, delivery, blanks, act.at)?,
        Deed::StockLoaded { machine, serials } => booklets::load(connection, machine, serials)?,
        Deed::StockUnloaded { machine, serials } => booklets::unload(connection, machine, serials)?,
        Deed::MachinePaused { machine } => set_paused(connection, machine, true)?,
        Deed::MachineResumed { machine } => set_paused(connection, machine, false)?,
        Deed::MachineReported { machine, code } => {
            Subjects { machine: Some(machine.0.clone()), detail: code.clone(), ..Subjects::default() }
        }
        Deed::BlankSpoiled { serial, reason } => booklets::spoil_unbound(connection, serial, reason)?,
        Deed::BlankQuarantined { serial, reason } => booklets::quarantine_unbound(connection, serial, reason)?,
        Deed::Dispatched { order, job, machine } => jobs::dispatch(connection, *order, *job, machine, act.fence)?,
        of_job => jobs::advance(connection, of_job, act)?,
    }))
}

fn set_paused(connection: &Connection, machine: &MachineName, paused: bool) -> Result<Subjects, Stop> {
    connection
        .prepare_cached(
            "INSERT INTO standing (machine, paused) VALUES (?1, ?2)
             ON CONFLICT (machine) DO UPDATE SET paused = excluded.paused",
        )?
        .execute(rusqlite::params![machine.as_str(), paused])?;
    Ok(Subjects { machine: Some(machine.0.clone()), ..Subjects::default() })
}

/// Refuses unless `fence` is the machine's newest.
fn check_fence(connection: &Connection, machine: &str, fence: Option<Fence>) -> Result<Fence, Stop> {
    let newest: Option<i64> = connection
        .prepare_cached("SELECT fence FROM machine WHERE name = ?1")?
        .query_row([machine], |row| row.get(0))
        .optional()?;
    match (newest, fence) {
        (Some(newest), Some(fence)) if newest.unsigned_abs() == fence.0 => Ok(fence),
        _ => Err(Refusal::Fenced.into()),
    }
}

/// Adds to one of the counters that are kept as it goes.
fn add_to_tally(connection: &Connection, name: &str, count: i64) -> Result<(), Stop> {
    connection
        .prepare_cached("UPDATE tally SET count = count + ?2 WHERE name = ?1")?
        .execute(rusqlite::params![name, count])?;
    Ok(())
}
