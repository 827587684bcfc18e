//! What is refused to new acts only. A log that was written before one of these rules holds acts that break it, and must
//! be replayed all the same.

use persoline_domain::booklet::BookletState;
use persoline_domain::deed::{Act, Deed};
use persoline_domain::identifiers::{Actor, JobNumber};
use persoline_domain::store::Refusal;
use rusqlite::{Connection, OptionalExtension};

use super::{Stop, booklets, check_fence};

/// Refuses what a hold has overtaken, and what a machine's supervision has no say in.
pub(super) fn refuse(connection: &Connection, act: &Act) -> Result<(), Stop> {
    match (&act.deed, &act.actor) {
        (Deed::Locking { job }, _) => refuse_stopped(connection, *job),
        // Who reads a machine that obeys another host takes that host's work for a lie.
        (Deed::MachineFencedOff { machine, .. }, Actor::Machine(_)) => {
            check_fence(connection, machine.as_str(), act.fence).map(drop)
        }
        // What lies with a person is the person's to decide, whatever serial a machine reads.
        (Deed::BlankSpoiled { serial, .. }, Actor::Machine(_)) => match booklets::state_of(connection, serial)? {
            state @ BookletState::Quarantined => {
                Err(Refusal::Unlawful { what: format!("booklet {serial}"), state: state.name() }.into())
            }
            _ => Ok(()),
        },
        _ => Ok(()),
    }
}

/// Whoever was told that an order is stopped before its chip is locked can rely on it.
fn refuse_stopped(connection: &Connection, job: JobNumber) -> Result<(), Stop> {
    let is_stopped: Option<bool> = connection
        .prepare_cached(
            "SELECT stop_requested FROM production_order JOIN job ON job.order_id = production_order.id
             WHERE job.job = ?1 AND phase = 'ticketed'",
        )?
        .query_row([job.0.cast_signed()], |row| row.get(0))
        .optional()?;
    if is_stopped == Some(true) { Err(Refusal::StopRequested.into()) } else { Ok(()) }
}
