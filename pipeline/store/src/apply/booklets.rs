//! Deeds about booklets.

use persoline_domain::booklet::{Blank, BookletMove, BookletState};
use persoline_domain::clock::Timestamp;
use persoline_domain::identifiers::{BookletSerial, MachineName};
use persoline_domain::store::Refusal;
use rusqlite::{Connection, ErrorCode, OptionalExtension, params};

use super::{Moment, Stop, add_to_tally, outbox};
use crate::log::Subjects;

/// What the table says of a serial that is among the granted document numbers.
const GRANTED: &str = "a serial is among the granted numbers";

pub(super) fn receive(
    connection: &Connection,
    delivery: &str,
    blanks: &[Blank],
    at: Timestamp,
) -> Result<Subjects, Stop> {
    let before = |error: rusqlite::Error| match &error {
        rusqlite::Error::SqliteFailure(failure, text)
            if failure.code == ErrorCode::ConstraintViolation && text.as_deref() != Some(GRANTED) =>
        {
            Stop::Refused(Refusal::DeliveredBefore(delivery.to_owned()))
        }
        _ => error.into(),
    };
    let count = i64::try_from(blanks.len()).unwrap_or(i64::MAX);
    connection
        .prepare_cached("INSERT INTO delivery (name, blanks, at) VALUES (?1, ?2, ?3)")?
        .execute(params![delivery, count, at.0])
        .map_err(before)?;
    let mut insert = connection.prepare_cached(
        "INSERT INTO booklet
         (serial, chip_serial, key_version, batch, format, kind, delivery, state, carton, check_value, numbering)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)",
    )?;
    for blank in blanks {
        insert
            .execute(params![
                blank.serial.as_str(),
                blank.chip_serial,
                blank.key_version,
                blank.batch,
                blank.format.name(),
                blank.kind.name(),
                delivery,
                BookletState::Received.name(),
                blank.carton,
                blank.check_value,
                blank.numbering.name()
            ])
            .map_err(before)?;
    }
    add_to_tally(connection, "received", count)?;
    Ok(Subjects { detail: format!("{delivery}: {count}"), ..Subjects::default() })
}

pub(super) fn load(
    connection: &Connection,
    machine: &MachineName,
    serials: &[BookletSerial],
) -> Result<Subjects, Stop> {
    for serial in serials {
        connection
            .prepare_cached("UPDATE booklet SET machine = ?2 WHERE serial = ?1")?
            .execute(params![serial.as_str(), machine.as_str()])?;
        step(connection, serial, BookletMove::Load, None)?;
    }
    Ok(of_machine(machine, serials))
}

pub(super) fn unload(
    connection: &Connection,
    machine: &MachineName,
    serials: &[BookletSerial],
) -> Result<Subjects, Stop> {
    for serial in serials {
        let held_by: Option<Option<String>> = connection
            .prepare_cached("SELECT machine FROM booklet WHERE serial = ?1")?
            .query_row([serial.as_str()], |row| row.get(0))
            .optional()?;
        if held_by.flatten().is_some_and(|name| name != machine.as_str()) {
            return Err(Refusal::Unfit(serial.clone(), "loaded in another machine").into());
        }
        step(connection, serial, BookletMove::Unload, None)?;
        connection.prepare_cached("UPDATE booklet SET machine = NULL WHERE serial = ?1")?.execute([serial.as_str()])?;
    }
    Ok(of_machine(machine, serials))
}

pub(super) fn spoil_unbound(
    connection: &Connection,
    serial: &BookletSerial,
    reason: &str,
    moment: Moment,
) -> Result<Subjects, Stop> {
    refuse_bound(connection, serial)?;
    step(connection, serial, BookletMove::Spoil, Some(reason))?;
    add_to_tally(connection, "spoiled", 1)?;
    outbox::tell_if_encoded(connection, serial, reason, moment)?;
    Ok(of_booklet(serial, reason))
}

pub(super) fn quarantine_unbound(
    connection: &Connection,
    serial: &BookletSerial,
    reason: &str,
) -> Result<Subjects, Stop> {
    refuse_bound(connection, serial)?;
    step(connection, serial, BookletMove::Quarantine, Some(reason))?;
    Ok(of_booklet(serial, reason))
}

/// Moves a booklet as the table allows.
pub(super) fn step(
    connection: &Connection,
    serial: &BookletSerial,
    by: BookletMove,
    reason: Option<&str>,
) -> Result<(), Stop> {
    let state = state_of(connection, serial)?;
    let to =
        state.after(by).ok_or_else(|| Refusal::Unlawful { what: format!("booklet {serial}"), state: state.name() })?;
    connection
        .prepare_cached("UPDATE booklet SET state = ?2, reason = coalesce(?3, reason) WHERE serial = ?1")?
        .execute(params![serial.as_str(), to.name(), reason])?;
    Ok(())
}

pub(super) fn state_of(connection: &Connection, serial: &BookletSerial) -> Result<BookletState, Stop> {
    let name: Option<String> = connection
        .prepare_cached("SELECT state FROM booklet WHERE serial = ?1")?
        .query_row([serial.as_str()], |row| row.get(0))
        .optional()?;
    let name = name.ok_or_else(|| Refusal::ForeignBooklet(serial.clone()))?;
    BookletState::parse(&name).ok_or_else(|| Refusal::NotFound("booklet state").into())
}

/// A bound booklet goes its way with its job only.
fn refuse_bound(connection: &Connection, serial: &BookletSerial) -> Result<(), Stop> {
    let state = state_of(connection, serial)?;
    if matches!(state, BookletState::Bound | BookletState::InWork | BookletState::Good) {
        return Err(Refusal::Unlawful { what: format!("booklet {serial}"), state: state.name() }.into());
    }
    Ok(())
}

pub(super) fn of_serials(serials: &[BookletSerial]) -> Subjects {
    Subjects { detail: range(serials), ..Subjects::default() }
}

fn of_machine(machine: &MachineName, serials: &[BookletSerial]) -> Subjects {
    Subjects { machine: Some(machine.0.clone()), ..of_serials(serials) }
}

fn range(serials: &[BookletSerial]) -> String {
    match (serials.first(), serials.last()) {
        (Some(first), Some(last)) => format!("{}: {first}-{last}", serials.len()),
        _ => "0".to_owned(),
    }
}

pub(super) fn of_booklet(serial: &BookletSerial, reason: &str) -> Subjects {
    Subjects { serial: Some(serial.0.clone()), detail: reason.to_owned(), ..Subjects::default() }
}
