//! The durable truth of the line in SQLite: event log, state columns, constraints.
//!
//! [`SqliteStore`] implements [`persoline_domain::store::Store`] and [`persoline_domain::signer::SigningLedger`]. One thread
//! writes; it takes what callers hand in, up to [`GROUP_LIMIT`] calls at a time, and makes them durable with one
//! transaction (write-ahead log, `synchronous = FULL`). Each call is all or nothing by itself: a refused one does not
//! disturb its neighbours. Readers have connections of their own and see what is committed. One program writes: it holds
//! the lock of a file beside the store as long as it runs; others may look ([`SqliteStore::open_read_only`]).
//!
//! [`DirectStore`] is the same tables and the same code in memory, on the caller's thread.
//!
//! The state columns stand in `state.sql` (orders, booklets, jobs) and `care.sql` (policy, shifts, numbers, approvals,
//! inspections, reports); what each deed does to them in `apply`, what is asked of them in `read`, one file for each group.
//!
//! The event log is the truth, a hash chain over identifiers; the state columns follow from it and can be rebuilt
//! ([`SqliteStore::rebuild`]); a store of an earlier version is brought up in the same way. The tables of lawful moves in
//! the domain become triggers, so that no statement, by whatever program, can move an order or a booklet where the tables
//! do not allow it.

#[macro_use]
mod access;
mod apply;
mod direct;
mod fault;
mod log;
mod read;
mod rebuild;
mod schema;
mod writer;

use std::path::{Path, PathBuf};
use std::sync::Mutex;

use crossbeam_channel::Sender;
use persoline_domain::deed::Act;
use persoline_domain::identifiers::{Fence, MachineName, SignerName};
use persoline_domain::store::{Outcome, StoreError};
use rusqlite::Connection;

use crate::access::Access;
use crate::writer::{Request, Writer};

pub use crate::direct::DirectStore;
pub use crate::rebuild::{LogFault, Rebuilt};

/// Calls that are committed together at most.
pub const GROUP_LIMIT: usize = 256;
/// Calls that wait for the writer at most; more callers block.
pub const QUEUE_LIMIT: usize = 1024;
/// Reading connections that are kept open at most.
const READERS_KEPT: usize = 8;
/// Prepared statements that a connection keeps at most: more than there are different ones.
const STATEMENTS_KEPT: usize = 256;

/// The store in one SQLite file.
pub struct SqliteStore {
    file: PathBuf,
    /// None when it was opened for reading only.
    requests: Option<Sender<Request>>,
    readers: Mutex<Vec<Connection>>,
    writer: Option<std::thread::JoinHandle<()>>,
}

impl SqliteStore {
    /// Opens the store in `file`, or makes it.
    ///
    /// # Errors
    /// [`StoreError::Broken`] when the file is no store, is of a newer version, is open for writing by another program,
    /// or cannot be read; [`StoreError::Full`] when there is no room.
    pub fn open(file: &Path) -> Result<Self, StoreError> {
        let (connection, lock) = schema::open_for_writing(file)?;
        SqliteStore::serve(file, connection, Some(lock))
    }

    /// Opens the store in `file` for writing a little beside the program that has it open, such as orders that come in
    /// while the line runs; makes it when there is none.
    ///
    /// # Errors
    /// As [`open`](SqliteStore::open), but another program that writes is no error unless it keeps the store for more than
    /// ten seconds.
    pub fn open_beside(file: &Path) -> Result<Self, StoreError> {
        if !file.is_file() {
            return SqliteStore::open(file);
        }
        SqliteStore::serve(file, schema::open_beside(file)?, None)
    }

    fn serve(file: &Path, connection: Connection, lock: Option<schema::WriteLock>) -> Result<Self, StoreError> {
        let (requests, receiver) = crossbeam_channel::bounded(QUEUE_LIMIT);
        let writer = Writer::new(connection, lock, file.to_owned());
        let handle = std::thread::Builder::new()
            .name("store writer".into())
            .spawn(move || writer.run(&receiver))
            .map_err(|error| fault::broken(file, error))?;
        let readers = Mutex::new(Vec::new());
        Ok(SqliteStore { file: file.to_owned(), requests: Some(requests), readers, writer: Some(handle) })
    }

    /// Opens a store that is there, for looking only, also while another program writes to it. Whatever would change it
    /// is refused as [`StoreError::Broken`].
    ///
    /// # Errors
    /// [`StoreError::Broken`] when there is no store, the file is none, is of a newer version, or cannot be read.
    pub fn open_read_only(file: &Path) -> Result<Self, StoreError> {
        let connection = schema::check_for_reading(file)?;
        Ok(SqliteStore { file: file.to_owned(), requests: None, readers: Mutex::new(vec![connection]), writer: None })
    }

    /// Checks the hash chain of the event log and makes all state columns again from it.
    ///
    /// # Errors
    /// [`StoreError::Broken`] when the chain is broken or an event is unlawful: nothing is changed then.
    pub fn rebuild(file: &Path) -> Result<Rebuilt, StoreError> {
        rebuild::rebuild(file)
    }

    /// The place of the store.
    pub fn file(&self) -> &Path {
        &self.file
    }

    fn ask<T>(&self, make: impl FnOnce(Sender<Result<T, StoreError>>) -> Request) -> Result<T, StoreError> {
        let requests =
            self.requests.as_ref().ok_or_else(|| fault::broken(&self.file, "it was opened for reading only"))?;
        let (reply, answer) = crossbeam_channel::bounded(1);
        let gone = || fault::broken(&self.file, "the writing thread has ended");
        requests.send(make(reply)).map_err(|_| gone())?;
        answer.recv().map_err(|_| gone())?
    }
}

impl Drop for SqliteStore {
    fn drop(&mut self) {
        // The writer ends when the last sender is gone, after it has committed what was handed in.
        drop(self.requests.take());
        if let Some(writer) = self.writer.take() {
            let _ = writer.join();
        }
    }
}

impl Access for SqliteStore {
    fn write(&self, acts: Vec<Act>) -> Result<Vec<Outcome>, StoreError> {
        self.ask(|reply| Request::Commit { acts, reply })
    }
    fn new_fence(&self, machine: &MachineName) -> Result<Fence, StoreError> {
        self.ask(|reply| Request::TakeFence { machine: machine.clone(), reply })
    }
    fn grant_uses(&self, signer: &SignerName, count: u32, limit: u64) -> Result<u32, StoreError> {
        self.ask(|reply| Request::ReserveUses { signer: signer.clone(), count, limit, reply })
    }
    fn read<T>(&self, query: impl FnOnce(&Connection) -> rusqlite::Result<T>) -> Result<T, StoreError> {
        let kept = self.readers.lock().unwrap_or_else(std::sync::PoisonError::into_inner).pop();
        let connection = match kept {
            Some(connection) => connection,
            None => schema::open_for_reading(&self.file)?,
        };
        // One transaction, so that a query of several statements sees one moment.
        let answer = connection
            .unchecked_transaction()
            .and_then(|transaction| query(&transaction))
            .map_err(|error| fault::of(&self.file, &error));
        let mut readers = self.readers.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        if readers.len() < READERS_KEPT {
            readers.push(connection);
        }
        answer
    }
}

store_by_access!(SqliteStore);
