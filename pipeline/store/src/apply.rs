//! What each deed does to the state columns, and whether it is lawful.

mod booklets;
mod inspections;
mod jobs;
mod machines;
mod newest;
mod numbers;
mod orders;
mod outbox;
mod shifts;
mod stock;

use std::path::Path;

use persoline_domain::clock::Timestamp;
use persoline_domain::deed::{Act, Deed};
use persoline_domain::identifiers::{DocumentNumber, Fence};
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
    /// So does one, and the caller is told the number of the document.
    Bound { subjects: Subjects, number: DocumentNumber },
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
    let Some(body) = log::body(&act.deed) else {
        let kind = log::kind(&act.deed);
        return Err(Refusal::Constraint(format!("this store does not know the deed {kind}")).into());
    };
    newest::refuse(connection, act)?;
    let newest = log::newest(connection)?;
    Ok(match deed(connection, act, newest.0 + 1)? {
        Effect::Logged(subjects) => {
            if let Deed::Ticketed { job, document, .. } = &act.deed {
                jobs::keep_document(connection, *job, document)?;
            }
            Outcome::Done(log::append(connection, newest, act, &body, &subjects)?)
        }
        Effect::Bound { subjects, number } => {
            Outcome::Bound { sequence: log::append(connection, newest, act, &body, &subjects)?, number }
        }
        Effect::Unchanged(order) => Outcome::Unchanged(order),
        Effect::Accepted { subjects, order, held } => {
            if let Deed::OrderAccepted(new) = &act.deed {
                orders::keep_payload(connection, order, &new.payload)?;
            }
            log::append(connection, newest, act, &body, &subjects)?;
            Outcome::Accepted { order, held }
        }
    })
}

/// Changes the state columns as the act says, which stands or will stand at `sequence` in the log. Used for new acts and
/// for rebuilding from the log alike.
pub(crate) fn deed(connection: &Connection, act: &Act, sequence: i64) -> Result<Effect, Stop> {
    let moment = Moment { sequence, at: act.at };
    Ok(Effect::Logged(match &act.deed {
        Deed::OrderAccepted(new) => return orders::accept(connection, new),
        Deed::OrderHeld { order, reason } => orders::hold(connection, *order, *reason)?,
        Deed::OrderReleased { order } => orders::release(connection, *order)?,
        Deed::OrderCancelled { order } => orders::cancel(connection, *order)?,
        Deed::PriorityChanged { order, priority } => orders::change_priority(connection, *order, *priority)?,
        Deed::RemakeApproved { order } => orders::approve(connection, *order, person(act)?)?,
        Deed::StockReceived { delivery, blanks } => booklets::receive(connection, delivery, blanks, act.at)?,
        Deed::StockLoaded { machine, serials } => booklets::load(connection, machine, serials)?,
        Deed::StockUnloaded { machine, serials } => booklets::unload(connection, machine, serials)?,
        Deed::BlankSpoiled { serial, reason } => booklets::spoil_unbound(connection, serial, reason, moment)?,
        Deed::BlankQuarantined { serial, reason } => booklets::quarantine_unbound(connection, serial, reason)?,
        Deed::MachinePaused { machine } => machines::pause(connection, machine)?,
        Deed::MachineDraining { machine } => machines::drain(connection, machine)?,
        Deed::MachineResumed { machine } => machines::resume(connection, machine)?,
        Deed::MachineFencedOff { machine, reason } => machines::fence_off(connection, machine, reason)?,
        Deed::MachineCleared { machine } => {
            person(act)?;
            machines::clear(connection, machine)?
        }
        Deed::AlarmAcknowledged { machine, alarm, code } => {
            person(act)?;
            machines::acknowledge(connection, machine, *alarm, code)?
        }
        Deed::MachineReported { machine, code } => {
            Subjects { machine: Some(machine.0.clone()), detail: code.clone(), ..Subjects::default() }
        }
        Deed::ShiftOpened { shift } => shifts::open(connection, *shift, act)?,
        Deed::ShiftClosed { shift, counted } => shifts::close(connection, *shift, counted, act.at)?,
        Deed::PolicySet { policy } => machines::set_policy(connection, *policy)?,
        Deed::NumbersGranted { first, last } => numbers::grant(connection, first, last)?,
        Deed::KeyHandled { act, name, reason, .. } => {
            let words = [act.name(), name, reason];
            let words: Vec<&str> = words.into_iter().filter(|word| !word.is_empty()).collect();
            Subjects { detail: words.join(" "), ..Subjects::default() }
        }
        Deed::InspectionDecided { serial, approved, reason } => {
            person(act)?;
            inspections::decide(connection, serial, *approved, reason, moment)?
        }
        Deed::DocumentRejected { serial, reason } => inspections::reject(connection, serial, reason, moment)?,
        Deed::ReportsDelivered { receiver, through } => outbox::delivered(connection, receiver, *through)?,
        Deed::Dispatched { order, job, machine } => jobs::dispatch(connection, *order, *job, machine, act.fence)?,
        Deed::Bound { job, serial, chip_serial } => {
            return jobs::bind(connection, *job, serial, chip_serial, act.fence);
        }
        other => match stock::apply(connection, other, act, moment)? {
            Some(subjects) => subjects,
            None => jobs::advance(connection, other, act, moment)?,
        },
    }))
}

/// Where in the log an act stands, and when it was done.
#[derive(Clone, Copy)]
struct Moment {
    sequence: i64,
    at: Timestamp,
}

/// The person who acts; refused when it is none.
fn person(act: &Act) -> Result<&str, Stop> {
    act.actor.person().map(str::trim).filter(|name| !name.is_empty()).ok_or_else(|| Refusal::NeedsPerson.into())
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

/// What receiving a delivery did in logs of the first version: all of it is counted into the vault.
pub(crate) fn count_in(connection: &Connection, deed: &Deed) -> Result<(), Stop> {
    match deed {
        Deed::StockReceived { delivery, blanks } => {
            let counted = u32::try_from(blanks.len()).unwrap_or(u32::MAX);
            stock::store(connection, delivery, &[], counted).map(drop)
        }
        _ => Ok(()),
    }
}
