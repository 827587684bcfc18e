//! Queries about booklets.

use persoline_domain::application::DocumentType;
use persoline_domain::booklet::{Blank, BlankKind, BookletState, Numbering, Reconciliation};
use persoline_domain::identifiers::{BookletSerial, DocumentNumber, MachineName, OrderId};
use persoline_domain::store::BookletRecord;
use rusqlite::{Connection, OptionalExtension, Row, params};

use super::{parsed, to_i64};

const BOOKLETS: &str =
    "SELECT booklet.serial, chip_serial, key_version, batch, format, kind, delivery, state, machine, booklet.order_id,
    reason, carton, check_value, numbering, number, replaces
    FROM booklet LEFT JOIN binding ON binding.serial = booklet.serial";

pub(crate) fn booklet(connection: &Connection, serial: &BookletSerial) -> rusqlite::Result<Option<BookletRecord>> {
    connection
        .prepare_cached(&format!("{BOOKLETS} WHERE booklet.serial = ?1"))?
        .query_row([serial.as_str()], booklet_record)
        .optional()
}

pub(crate) fn booklets(
    connection: &Connection,
    state: BookletState,
    machine: Option<&MachineName>,
    after: Option<&BookletSerial>,
    limit: usize,
) -> rusqlite::Result<Vec<BookletRecord>> {
    let after = after.map_or("", BookletSerial::as_str);
    // Two texts, so that each walks its own index and stops at the limit.
    match machine {
        None => connection
            .prepare_cached(&booklets_sql(false))?
            .query_map(params![state.name(), after, to_i64(limit)], booklet_record)?
            .collect(),
        Some(machine) => connection
            .prepare_cached(&booklets_sql(true))?
            .query_map(params![state.name(), after, to_i64(limit), machine.as_str()], booklet_record)?
            .collect(),
    }
}

pub(crate) fn reconcile(connection: &Connection) -> rusqlite::Result<Reconciliation> {
    let mut by_state: Vec<(BookletState, u64)> = BookletState::ALL.map(|state| (state, 0)).to_vec();
    let mut statement = connection.prepare_cached("SELECT state, count(*) FROM booklet GROUP BY state")?;
    let rows = statement
        .query_map([], |row| Ok((parsed(row, 0, BookletState::parse)?, row.get::<_, i64>(1)?.unsigned_abs())))?;
    for row in rows {
        let (state, count) = row?;
        if let Some(slot) = by_state.iter_mut().find(|(s, _)| *s == state) {
            slot.1 = count;
        }
    }
    let received: i64 =
        connection.prepare_cached("SELECT coalesce(sum(blanks), 0) FROM delivery")?.query_row([], |row| row.get(0))?;
    Ok(Reconciliation { received: received.unsigned_abs(), by_state })
}

pub(super) fn booklets_sql(of_machine: bool) -> String {
    let machine = if of_machine { "AND machine = ?4" } else { "" };
    format!("{BOOKLETS} WHERE state = ?1 AND booklet.serial > ?2 {machine} ORDER BY booklet.serial LIMIT ?3")
}

fn booklet_record(row: &Row<'_>) -> rusqlite::Result<BookletRecord> {
    Ok(BookletRecord {
        blank: Blank {
            serial: BookletSerial(row.get(0)?),
            chip_serial: row.get(1)?,
            key_version: row.get(2)?,
            batch: row.get(3)?,
            format: parsed(row, 4, DocumentType::parse)?,
            kind: parsed(row, 5, BlankKind::parse)?,
            carton: row.get(11)?,
            check_value: row.get(12)?,
            numbering: parsed(row, 13, Numbering::parse)?,
        },
        delivery: row.get(6)?,
        state: parsed(row, 7, BookletState::parse)?,
        machine: row.get::<_, Option<String>>(8)?.map(MachineName),
        order: row.get::<_, Option<i64>>(9)?.map(|order| OrderId(order.unsigned_abs())),
        reason: row.get(10)?,
        number: row.get::<_, Option<String>>(14)?.map(DocumentNumber),
        replaces: row.get::<_, Option<String>>(15)?.map(BookletSerial),
    })
}
