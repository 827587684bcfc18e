//! The present stock by everything that a count can tell apart.

use persoline_domain::application::DocumentType;
use persoline_domain::booklet::{BlankKind, BookletState, Numbering};
use persoline_domain::identifiers::MachineName;
use persoline_domain::stock::{StockClass, StockLine, StockSight, StockStanding};
use persoline_domain::store::StoreError;
use rusqlite::Connection;

use super::parsed;
use crate::access::Access;
use crate::{DirectStore, SqliteStore};

impl SqliteStore {
    /// The present stock by state, format, kind, numbering and machine: what a shift is reconciled against, and by
    /// [`StockStanding::differences`] what does not fit. Reads every booklet's row.
    ///
    /// # Errors
    /// [`StoreError::Broken`] when the file cannot be read.
    pub fn stock_standing(&self) -> Result<StockStanding, StoreError> {
        self.read(stock_standing)
    }
}

impl StockSight for SqliteStore {
    fn stock_standing(&self) -> Result<StockStanding, StoreError> {
        SqliteStore::stock_standing(self)
    }
}

impl DirectStore {
    /// As [`SqliteStore::stock_standing`].
    ///
    /// # Errors
    /// As there.
    pub fn stock_standing(&self) -> Result<StockStanding, StoreError> {
        self.read(stock_standing)
    }
}

fn stock_standing(connection: &Connection) -> rusqlite::Result<StockStanding> {
    // A booklet's row names the machine also after it has left it.
    let mut statement = connection.prepare_cached(
        "SELECT state, format, kind, numbering,
            CASE WHEN state IN ('loaded', 'reserved', 'bound', 'in_work', 'unknown') THEN machine END AS place, count(*)
         FROM booklet GROUP BY state, format, kind, numbering, place",
    )?;
    let rows = statement.query_map([], |row| {
        Ok(StockLine {
            state: parsed(row, 0, BookletState::parse)?,
            class: StockClass {
                format: parsed(row, 1, DocumentType::parse)?,
                kind: parsed(row, 2, BlankKind::parse)?,
                numbering: parsed(row, 3, Numbering::parse)?,
            },
            machine: row.get::<_, Option<String>>(4)?.map(MachineName),
            count: row.get::<_, i64>(5)?.unsigned_abs(),
        })
    })?;
    let mut lines = rows.collect::<rusqlite::Result<Vec<_>>>()?;
    lines.sort_by(|a, b| (a.state, a.class, &a.machine).cmp(&(b.state, b.class, &b.machine)));
    let received: i64 =
        connection.prepare_cached("SELECT coalesce(sum(blanks), 0) FROM delivery")?.query_row([], |row| row.get(0))?;
    Ok(StockStanding { received: received.unsigned_abs(), lines })
}
