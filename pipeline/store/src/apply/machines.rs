//! Deeds about machines and the policy that governs them.

use persoline_domain::identifiers::MachineName;
use persoline_domain::policy::CentrePolicy;
use persoline_domain::store::{FirstPiece, Refusal};
use rusqlite::{Connection, params};

use super::Stop;
use crate::log::Subjects;
use crate::read;

pub(super) fn pause(connection: &Connection, machine: &MachineName) -> Result<Subjects, Stop> {
    set(connection, machine, "paused = 1", "")
}

pub(super) fn drain(connection: &Connection, machine: &MachineName) -> Result<Subjects, Stop> {
    set(connection, machine, "draining = 1", "")
}

pub(super) fn resume(connection: &Connection, machine: &MachineName) -> Result<Subjects, Stop> {
    set(connection, machine, "paused = 0, draining = 0", "")
}

/// A machine that has lied. A later lie replaces the reason.
pub(super) fn fence_off(connection: &Connection, machine: &MachineName, reason: &str) -> Result<Subjects, Stop> {
    set(connection, machine, "fenced_off = ?2", reason)
}

pub(super) fn clear(connection: &Connection, machine: &MachineName) -> Result<Subjects, Stop> {
    if read::standing(connection, machine)?.fenced_off.is_none() {
        return Err(Refusal::NotFound("machine that is fenced off").into());
    }
    set(connection, machine, "fenced_off = NULL", "")
}

/// The alarm itself is the machine's: only the act stands in the books.
pub(super) fn acknowledge(
    connection: &Connection,
    machine: &MachineName,
    alarm: u64,
    code: &str,
) -> Result<Subjects, Stop> {
    let is_known: bool = connection
        .prepare_cached("SELECT EXISTS (SELECT 1 FROM machine WHERE name = ?1)")?
        .query_row([machine.as_str()], |row| row.get(0))?;
    if !is_known {
        return Err(Refusal::NotFound("machine").into());
    }
    Ok(Subjects { machine: Some(machine.0.clone()), detail: format!("{code} {alarm}"), ..Subjects::default() })
}

pub(super) fn set_policy(connection: &Connection, policy: CentrePolicy) -> Result<Subjects, Stop> {
    connection
        .prepare_cached("UPDATE policy SET remake_approvals = ?1, first_piece = ?2, sample_every = ?3")?
        .execute(params![policy.remake_approvals, policy.first_piece, policy.sample_every])?;
    let detail = format!(
        "remake_approvals {}, first_piece {}, sample_every {}",
        policy.remake_approvals, policy.first_piece, policy.sample_every
    );
    Ok(Subjects { detail, ..Subjects::default() })
}

/// Refuses work to a machine that has lied, and to one whose first document of the shift is not approved. A pause is a
/// wish that the line heeds; these are walls.
pub(super) fn refuse_barred(connection: &Connection, machine: &MachineName) -> Result<(), Stop> {
    let standing = read::standing(connection, machine)?;
    let why = if standing.fenced_off.is_some() {
        "it was fenced off"
    } else if standing.needs_shift && !standing.has_shift {
        "no shift is open"
    } else if standing.first_piece == FirstPiece::Pending {
        "its first document of the shift is not approved yet"
    } else {
        return Ok(());
    };
    Err(Refusal::MachineBarred(machine.clone(), why).into())
}

fn set(connection: &Connection, machine: &MachineName, columns: &str, detail: &str) -> Result<Subjects, Stop> {
    connection
        .prepare_cached("INSERT INTO standing (machine) VALUES (?1) ON CONFLICT DO NOTHING")?
        .execute([machine.as_str()])?;
    let sql = format!("UPDATE standing SET {columns} WHERE machine = ?1 AND ?2 IS NOT NULL");
    connection.prepare_cached(&sql)?.execute(params![machine.as_str(), detail])?;
    Ok(Subjects { machine: Some(machine.0.clone()), detail: detail.to_owned(), ..Subjects::default() })
}
