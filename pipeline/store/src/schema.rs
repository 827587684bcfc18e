//! The file: opening, versions, tables.

use std::path::Path;
use std::time::Duration;

use persoline_domain::booklet::BOOKLET_MOVES;
use persoline_domain::order::{ORDER_MOVES, OrderState};
use persoline_domain::store::StoreError;
use rusqlite::{Connection, OpenFlags, params};

use crate::fault;

/// Marks the file as ours (`PRAGMA application_id`): "PRSL".
const APPLICATION_ID: i64 = 0x5052_534C;
/// Version of the tables (`PRAGMA user_version`).
const VERSION: i64 = 1;
/// Tables that follow from the log, in an order in which they can be dropped.
const STATE_TABLES: [&str; 9] = [
    "binding",
    "job",
    "production_order",
    "booklet",
    "delivery",
    "count_of_orders",
    "count_of_open_by_due",
    "tally",
    "order_move",
];

/// Opens the file for the one writer, making it when it is new.
pub(crate) fn open_for_writing(file: &Path) -> Result<Connection, StoreError> {
    let mut connection = Connection::open(file).map_err(|error| fault::of(file, &error))?;
    prepare(&mut connection).map_err(|error| fault::of(file, &error))?.map_err(|what| fault::broken(file, what))?;
    Ok(connection)
}

/// Opens the file for reading only.
pub(crate) fn open_for_reading(file: &Path) -> Result<Connection, StoreError> {
    let open = || {
        let connection =
            Connection::open_with_flags(file, OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX)?;
        connection.busy_timeout(Duration::from_secs(10))?;
        connection.execute_batch("PRAGMA query_only = ON; PRAGMA cache_size = -8000;")?;
        Ok(connection)
    };
    open().map_err(|error| fault::of(file, &error))
}

/// Makes the tables that follow from the log.
pub(crate) fn create_state(connection: &Connection) -> rusqlite::Result<()> {
    connection.execute_batch(include_str!("state.sql"))?;
    for (from, _, to) in ORDER_MOVES {
        connection.execute("INSERT OR IGNORE INTO order_move VALUES (?1, ?2)", params![from.name(), to.name()])?;
    }
    for (from, _, to) in BOOKLET_MOVES {
        connection.execute("INSERT OR IGNORE INTO booklet_move VALUES (?1, ?2)", params![from.name(), to.name()])?;
    }
    for state in OrderState::ALL {
        connection.execute("INSERT INTO count_of_orders VALUES (?1, 0)", [state.name()])?;
    }
    for name in ["received", "spoiled", "late"] {
        connection.execute("INSERT INTO tally VALUES (?1, 0)", [name])?;
    }
    Ok(())
}

/// Drops the tables that follow from the log.
pub(crate) fn drop_state(connection: &Connection) -> rusqlite::Result<()> {
    for table in STATE_TABLES {
        connection.execute_batch(&format!("DROP TABLE {table}"))?;
    }
    connection.execute_batch("DROP TABLE booklet_move")
}

fn prepare(connection: &mut Connection) -> rusqlite::Result<Result<(), &'static str>> {
    connection.busy_timeout(Duration::from_secs(2))?;
    connection.execute_batch("PRAGMA foreign_keys = ON; PRAGMA cache_size = -64000;")?;
    let pragma = |name: &str| connection.query_row(&format!("PRAGMA {name}"), [], |row| row.get::<_, i64>(0));
    let (id, version) = (pragma("application_id")?, pragma("user_version")?);
    let tables: i64 = connection.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))?;
    if tables > 0 && id != APPLICATION_ID {
        return Ok(Err("the file is a database of another program; name another folder with --data"));
    }
    if version > VERSION {
        return Ok(Err("the store was written by a newer version of this program; use that version"));
    }
    let mode: String = connection.query_row("PRAGMA journal_mode = WAL", [], |row| row.get(0))?;
    if !mode.eq_ignore_ascii_case("wal") {
        return Ok(Err("the file system does not allow a write-ahead log"));
    }
    connection.execute_batch("PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 4000;")?;
    if tables == 0 {
        let transaction = connection.transaction()?;
        transaction.execute_batch(include_str!("schema.sql"))?;
        create_state(&transaction)?;
        transaction
            .execute_batch(&format!("PRAGMA application_id = {APPLICATION_ID}; PRAGMA user_version = {VERSION};"))?;
        transaction.commit()?;
    }
    Ok(Ok(()))
}
