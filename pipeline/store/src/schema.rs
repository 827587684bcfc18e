//! The file: opening, versions, tables.

use std::fs::{File, TryLockError};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::time::Duration;

use persoline_domain::booklet::{BOOKLET_MOVES, BookletState};
use persoline_domain::order::{ORDER_MOVES, OrderState};
use persoline_domain::store::StoreError;
use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags, params};

use crate::{STATEMENTS_KEPT, fault, rebuild};

/// Marks the file as ours (`PRAGMA application_id`): "PRSL".
const APPLICATION_ID: i64 = 0x5052_534C;
/// Version of the tables (`PRAGMA user_version`).
const VERSION: i64 = 2;
/// Tables that follow from the log, in an order in which they can be dropped.
const STATE_TABLES: [&str; 21] = [
    "receiver",
    "outbox",
    "destruction",
    "inspection",
    "approval",
    "number_range",
    "booklet_state",
    "shift_count",
    "shift",
    "standing",
    "policy",
    "binding",
    "job",
    "production_order",
    "booklet",
    "delivery",
    "count_of_orders",
    "count_of_open_by_due",
    "tally",
    "order_move",
    "booklet_move",
];

/// The right to write, held as long as this lives. The system takes it back when the program ends, however it ends.
pub(crate) struct WriteLock {
    _file: File,
}

impl WriteLock {
    /// Takes the lock file beside the store.
    fn take(file: &Path) -> Result<Self, StoreError> {
        let beside = lock_file(file);
        let lock =
            File::options().create(true).truncate(false).write(true).open(&beside).map_err(|error| {
                match error.kind() {
                    ErrorKind::StorageFull | ErrorKind::QuotaExceeded => {
                        StoreError::Full { place: file.display().to_string() }
                    }
                    _ => fault::broken(file, format!("{} cannot be written: {error}", beside.display())),
                }
            })?;
        match lock.try_lock() {
            Ok(()) => Ok(WriteLock { _file: lock }),
            Err(TryLockError::WouldBlock) => Err(fault::broken(file, fault::ANOTHER_WRITER)),
            Err(TryLockError::Error(error)) => {
                Err(fault::broken(file, format!("{} cannot be locked: {error}", beside.display())))
            }
        }
    }
}

/// The file whose lock is the right to write: the store's name with `.lock` after it.
fn lock_file(file: &Path) -> PathBuf {
    let mut name = file.as_os_str().to_owned();
    name.push(".lock");
    name.into()
}

/// Opens the file for the one writer, making it when it is new.
pub(crate) fn open_for_writing(file: &Path) -> Result<(Connection, WriteLock), StoreError> {
    let lock = WriteLock::take(file)?;
    let mut connection = Connection::open(file).map_err(|error| fault::of(file, &error))?;
    prepare(&mut connection, file)?;
    Ok((connection, lock))
}

/// Opens a store that is there for writing beside the one writer: for programs that write a little and end. SQLite lets
/// their transactions take turns with the writer's.
pub(crate) fn open_beside(file: &Path) -> Result<Connection, StoreError> {
    match whose(&open_for_reading(file)?, file)? {
        // Only the one writer brings it up.
        Foreign::Earlier => drop(open_for_writing(file)?),
        _ => drop(check_for_reading(file)?),
    }
    let mut connection = Connection::open(file).map_err(|error| fault::of(file, &error))?;
    prepare(&mut connection, file)?;
    Ok(connection)
}

/// Refuses a file that is no store of this version; a store that is read only must be there already.
pub(crate) fn check_for_reading(file: &Path) -> Result<Connection, StoreError> {
    if !file.is_file() {
        return Err(fault::broken(file, "there is no store; make one first, or name another folder with --data"));
    }
    let connection = open_for_reading(file)?;
    match whose(&connection, file)? {
        Foreign::Ours => Ok(connection),
        Foreign::Earlier => Err(fault::broken(
            file,
            "it was written by an earlier version of this program; `persoline store rebuild` brings it up",
        )),
        Foreign::Empty => Err(fault::broken(file, "the store has never been written")),
        Foreign::Other(what) => Err(fault::broken(file, what)),
    }
}

/// Opens the file for reading only.
pub(crate) fn open_for_reading(file: &Path) -> Result<Connection, StoreError> {
    let open = || {
        let connection =
            Connection::open_with_flags(file, OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX)?;
        connection.busy_timeout(Duration::from_secs(10))?;
        connection.execute_batch("PRAGMA query_only = ON; PRAGMA cache_size = -8000;")?;
        keep_statements(&connection);
        Ok(connection)
    };
    open().map_err(|error| fault::of(file, &error))
}

/// Keeps statements that were prepared once, with the plans that they have.
pub(crate) fn keep_statements(connection: &Connection) {
    connection.set_prepared_statement_cache_capacity(STATEMENTS_KEPT);
    // Otherwise a statement whose LIMIT is bound is planned anew each time it runs. A connection that refuses this is only
    // slower.
    let _ = connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true);
}

/// Makes everything in an empty database.
pub(crate) fn create(connection: &Connection) -> rusqlite::Result<()> {
    connection.execute_batch(include_str!("schema.sql"))?;
    create_state(connection)?;
    set_version(connection)
}

/// Makes the tables that follow from the log.
pub(crate) fn create_state(connection: &Connection) -> rusqlite::Result<()> {
    connection.execute_batch(include_str!("state.sql"))?;
    connection.execute_batch(include_str!("care.sql"))?;
    for state in BookletState::ALL {
        connection.execute(
            "INSERT INTO booklet_state VALUES (?1, ?2, ?3)",
            params![state.name(), state.is_counted(), state.is_in_motion()],
        )?;
    }
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
    // Last, because it seals the tables that were filled here.
    connection.execute_batch(include_str!("stock.sql"))
}

/// Drops the tables that follow from the log.
pub(crate) fn drop_state(connection: &Connection) -> rusqlite::Result<()> {
    for table in STATE_TABLES {
        connection.execute_batch(&format!("DROP TABLE IF EXISTS {table}"))?;
    }
    Ok(())
}

/// Marks the tables as of this version.
pub(crate) fn set_version(connection: &Connection) -> rusqlite::Result<()> {
    connection.execute_batch(&format!("PRAGMA application_id = {APPLICATION_ID}; PRAGMA user_version = {VERSION};"))
}

/// Whose file it is.
enum Foreign {
    Ours,
    /// Ours, with the tables of an earlier version.
    Earlier,
    Empty,
    Other(&'static str),
}

fn foreign(connection: &Connection) -> rusqlite::Result<Foreign> {
    let number = |sql: &str| connection.query_row(sql, [], |row| row.get::<_, i64>(0));
    let (id, version) = (number("PRAGMA application_id")?, number("PRAGMA user_version")?);
    let tables = number("SELECT count(*) FROM sqlite_schema")?;
    Ok(match (id, tables) {
        (0, 0) => Foreign::Empty,
        (APPLICATION_ID, _) if version > VERSION => {
            Foreign::Other("the store was written by a newer version of this program; use that version")
        }
        (APPLICATION_ID, _) if version < VERSION => Foreign::Earlier,
        (APPLICATION_ID, _) => Foreign::Ours,
        _ => Foreign::Other("the file is a database of another program; name another folder with --data"),
    })
}

fn whose(connection: &Connection, file: &Path) -> Result<Foreign, StoreError> {
    foreign(connection).map_err(|error| fault::of(file, &error))
}

fn prepare(connection: &mut Connection, file: &Path) -> Result<(), StoreError> {
    let broken = |error: rusqlite::Error| fault::of(file, &error);
    // Long enough for a batch of intake beside a running line, or the line's group beside intake.
    connection.busy_timeout(Duration::from_secs(10)).map_err(broken)?;
    connection.execute_batch("PRAGMA foreign_keys = ON; PRAGMA cache_size = -64000;").map_err(broken)?;
    let whose = whose(connection, file)?;
    if let Foreign::Other(what) = whose {
        return Err(fault::broken(file, what));
    }
    let mode: String = connection.query_row("PRAGMA journal_mode = WAL", [], |row| row.get(0)).map_err(broken)?;
    if !mode.eq_ignore_ascii_case("wal") {
        return Err(fault::broken(file, "the file system does not allow a write-ahead log"));
    }
    connection.execute_batch("PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 4000;").map_err(broken)?;
    match whose {
        Foreign::Empty => {
            let transaction = connection.transaction().map_err(broken)?;
            create(&transaction).map_err(broken)?;
            transaction.commit().map_err(broken)
        }
        Foreign::Earlier => rebuild::bring_up(connection, file),
        Foreign::Ours | Foreign::Other(_) => Ok(()),
    }
}
