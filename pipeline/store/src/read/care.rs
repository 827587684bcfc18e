//! Queries about the care of people: policy, shifts, inspections, standing of machines.

use persoline_domain::clock::Timestamp;
use persoline_domain::identifiers::{BookletSerial, JobNumber, MachineName, OrderId, ShiftNumber};
use persoline_domain::policy::CentrePolicy;
use persoline_domain::store::{FirstPiece, InspectionKind, InspectionRecord, ShiftRecord, Standing};
use rusqlite::{Connection, OptionalExtension, Row, params};

use super::{parsed, to_i64};

/// Inspections that wait, oldest first.
pub(super) const INSPECTIONS: &str = "SELECT serial, order_id, job, machine, shift, kind, at FROM inspection
     WHERE approved IS NULL ORDER BY job LIMIT ?1";

pub(crate) fn policy(connection: &Connection) -> rusqlite::Result<CentrePolicy> {
    connection.prepare_cached("SELECT remake_approvals, first_piece, sample_every FROM policy")?.query_row([], |row| {
        Ok(CentrePolicy { remake_approvals: row.get(0)?, first_piece: row.get(1)?, sample_every: row.get(2)? })
    })
}

pub(crate) fn shift(connection: &Connection) -> rusqlite::Result<Option<ShiftRecord>> {
    connection
        .prepare_cached("SELECT number, opened, by FROM shift WHERE closed IS NULL")?
        .query_row([], |row| {
            Ok(ShiftRecord {
                shift: ShiftNumber(row.get::<_, i64>(0)?.unsigned_abs()),
                opened: Timestamp(row.get(1)?),
                by: row.get(2)?,
            })
        })
        .optional()
}

pub(crate) fn inspections(connection: &Connection, limit: usize) -> rusqlite::Result<Vec<InspectionRecord>> {
    connection.prepare_cached(INSPECTIONS)?.query_map([to_i64(limit)], inspection_record)?.collect()
}

pub(crate) fn paused_machines(connection: &Connection) -> rusqlite::Result<Vec<MachineName>> {
    connection
        .prepare_cached("SELECT machine FROM standing WHERE paused ORDER BY machine")?
        .query_map([], |row| row.get(0).map(MachineName))?
        .collect()
}

pub(crate) fn standing(connection: &Connection, machine: &MachineName) -> rusqlite::Result<Standing> {
    let (is_paused, is_draining, fenced_off) = connection
        .prepare_cached("SELECT paused, draining, fenced_off FROM standing WHERE machine = ?1")?
        .query_row([machine.as_str()], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))
        .optional()?
        .unwrap_or((false, false, None));
    let needs_shift = policy(connection)?.first_piece;
    let shift = shift(connection)?;
    let first_piece = match &shift {
        Some(shift) if needs_shift => first_piece(connection, machine, shift.shift)?,
        _ => FirstPiece::NotNeeded,
    };
    Ok(Standing { is_paused, is_draining, fenced_off, first_piece, has_shift: shift.is_some(), needs_shift })
}

/// Whether a machine's first document of a shift was approved, where the policy asks for it.
fn first_piece(connection: &Connection, machine: &MachineName, shift: ShiftNumber) -> rusqlite::Result<FirstPiece> {
    let approved: Option<Option<bool>> = connection
        .prepare_cached(
            "SELECT approved FROM inspection
             WHERE machine = ?1 AND shift = ?2 AND kind = 'first_piece' AND approved IS NOT 0",
        )?
        .query_row(params![machine.as_str(), shift.0.cast_signed()], |row| row.get(0))
        .optional()?;
    if let Some(approved) = approved {
        return Ok(if approved == Some(true) { FirstPiece::NotNeeded } else { FirstPiece::Pending });
    }
    let is_busy: bool = connection
        .prepare_cached("SELECT EXISTS (SELECT 1 FROM job WHERE machine = ?1 AND phase <> 'ended')")?
        .query_row([machine.as_str()], |row| row.get(0))?;
    Ok(if is_busy { FirstPiece::Pending } else { FirstPiece::Needed })
}

fn inspection_record(row: &Row<'_>) -> rusqlite::Result<InspectionRecord> {
    Ok(InspectionRecord {
        serial: BookletSerial(row.get(0)?),
        order: OrderId(row.get::<_, i64>(1)?.unsigned_abs()),
        job: JobNumber(row.get::<_, i64>(2)?.unsigned_abs()),
        machine: MachineName(row.get(3)?),
        shift: row.get::<_, Option<i64>>(4)?.map(|shift| ShiftNumber(shift.unsigned_abs())),
        kind: parsed(row, 5, InspectionKind::parse)?,
        at: Timestamp(row.get(6)?),
    })
}
