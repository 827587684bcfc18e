//! A store in memory, on the caller's thread.

use std::path::Path;
use std::sync::{Mutex, OnceLock, PoisonError};

use persoline_domain::deed::Act;
use persoline_domain::identifiers::{Fence, MachineName, SignerName};
use persoline_domain::store::{Outcome, StoreError};
use rusqlite::Connection;

use crate::access::Access;
use crate::{apply, fault, schema, writer};

/// The tables and the code of [`SqliteStore`](crate::SqliteStore) in memory: nothing is written to a disk, there is no
/// thread, and what is handed in is done when the call returns. For simulations, which need ten thousand of them.
///
/// ```
/// use persoline_domain::store::Store;
/// use persoline_store::DirectStore;
///
/// let store = DirectStore::in_memory()?;
/// assert_eq!(store.reconcile()?.difference(), 0);
/// # Ok::<(), persoline_domain::store::StoreError>(())
/// ```
pub struct DirectStore {
    connection: Mutex<Connection>,
}

/// What errors call it.
const PLACE: &str = "memory";

impl DirectStore {
    /// An empty store.
    ///
    /// # Errors
    /// [`StoreError::Broken`] when there is no memory left.
    pub fn in_memory() -> Result<Self, StoreError> {
        let connection = connection().map_err(|error| fault::of(Path::new(PLACE), &error))?;
        Ok(DirectStore { connection: Mutex::new(connection) })
    }

    fn with<T>(&self, work: impl FnOnce(&mut Connection) -> Result<T, StoreError>) -> Result<T, StoreError> {
        work(&mut self.connection.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Access for DirectStore {
    fn write(&self, acts: Vec<Act>) -> Result<Vec<Outcome>, StoreError> {
        let place = Path::new(PLACE);
        self.with(|connection| {
            // Dropped before it is committed, a transaction is undone.
            let transaction = connection.transaction().map_err(|error| fault::of(place, &error))?;
            let outcomes = apply::acts(&transaction, place, &acts)?;
            transaction.commit().map_err(|error| fault::of(place, &error))?;
            Ok(outcomes)
        })
    }
    fn new_fence(&self, machine: &MachineName) -> Result<Fence, StoreError> {
        self.read(|connection| writer::take_fence(connection, machine))
    }
    fn grant_uses(&self, signer: &SignerName, count: u32, limit: u64) -> Result<u32, StoreError> {
        self.read(|connection| writer::reserve_uses(connection, signer, count, limit))
    }
    fn read<T>(&self, query: impl FnOnce(&Connection) -> rusqlite::Result<T>) -> Result<T, StoreError> {
        self.with(|connection| query(connection).map_err(|error| fault::of(Path::new(PLACE), &error)))
    }
}

store_by_access!(DirectStore);

/// A connection to an empty store of its own. The tables are made once and copied from then on: the image is the same
/// for all, so nothing is shared by it.
fn connection() -> rusqlite::Result<Connection> {
    static IMAGE: OnceLock<Vec<u8>> = OnceLock::new();
    let image = match IMAGE.get() {
        Some(image) => image,
        None => {
            let image = empty_image()?;
            IMAGE.get_or_init(|| image)
        }
    };
    let mut connection = Connection::open_in_memory()?;
    connection.deserialize_read_exact("main", image.as_slice(), image.len(), false)?;
    connection.execute_batch(
        "PRAGMA foreign_keys = ON; PRAGMA synchronous = OFF; PRAGMA journal_mode = MEMORY; PRAGMA locking_mode = EXCLUSIVE",
    )?;
    schema::keep_statements(&connection);
    Ok(connection)
}

fn empty_image() -> rusqlite::Result<Vec<u8>> {
    let mut connection = Connection::open_in_memory()?;
    schema::create(&connection)?;
    Ok(connection.serialize("main")?.to_vec())
}
