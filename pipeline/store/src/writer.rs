//! The one writer: takes calls in groups, commits each group once.

use std::path::{Path, PathBuf};

use crossbeam_channel::{Receiver, Sender};
use persoline_domain::deed::Act;
use persoline_domain::identifiers::{Fence, MachineName, SignerName};
use persoline_domain::store::{Outcome, StoreError};
use rusqlite::{Connection, OptionalExtension, Transaction, TransactionBehavior, params};

use crate::schema::{self, WriteLock};
use crate::{GROUP_LIMIT, apply, fault};

/// What a caller wants written, and where the answer goes.
pub(crate) enum Request {
    /// Acts, all or none.
    Commit { acts: Vec<Act>, reply: Sender<Result<Vec<Outcome>, StoreError>> },
    /// A new fence for a machine.
    TakeFence { machine: MachineName, reply: Sender<Result<Fence, StoreError>> },
    /// Uses of a document signer.
    ReserveUses { signer: SignerName, count: u32, limit: u64, reply: Sender<Result<u32, StoreError>> },
}

/// An answer that goes out once the group is durable.
enum Answer<'a> {
    Commit(&'a Sender<Result<Vec<Outcome>, StoreError>>, Result<Vec<Outcome>, StoreError>),
    TakeFence(&'a Sender<Result<Fence, StoreError>>, Fence),
    ReserveUses(&'a Sender<Result<u32, StoreError>>, u32),
}

impl Answer<'_> {
    /// Sends it. A caller that has gone away is no error.
    fn send(self) {
        match self {
            Answer::Commit(reply, answer) => drop(reply.send(answer)),
            Answer::TakeFence(reply, fence) => drop(reply.send(Ok(fence))),
            Answer::ReserveUses(reply, granted) => drop(reply.send(Ok(granted))),
        }
    }
}

/// Why a group was not written; nothing of it was.
struct GroupFailure {
    error: StoreError,
    /// Whether each call by itself may fare better: one of them may be at fault, or too large for what is left of the disk.
    tries_each: bool,
}

/// Owns the writing connection.
pub(crate) struct Writer {
    connection: Connection,
    file: PathBuf,
    /// Given back after the connection is closed.
    _lock: Option<WriteLock>,
}

impl Writer {
    pub(crate) fn new(connection: Connection, lock: Option<WriteLock>, file: PathBuf) -> Self {
        schema::keep_statements(&connection);
        Writer { connection, file, _lock: lock }
    }

    /// Serves requests until every sender is gone.
    pub(crate) fn run(mut self, requests: &Receiver<Request>) {
        while let Ok(first) = requests.recv() {
            let mut group = vec![first];
            group.extend(requests.try_iter().take(GROUP_LIMIT - 1));
            self.serve(&group);
        }
    }

    fn serve(&mut self, group: &[Request]) {
        match self.write(group) {
            Ok(()) => {}
            Err(failure) if failure.tries_each && group.len() > 1 => {
                for request in group {
                    self.serve(std::slice::from_ref(request));
                }
            }
            Err(failure) => group.iter().for_each(|request| refuse(request, &failure.error)),
        }
    }

    /// Writes a group in one transaction and answers its calls once it is durable. On an error nothing was written and
    /// nobody was answered.
    fn write(&mut self, group: &[Request]) -> Result<(), GroupFailure> {
        let (connection, file) = (&mut self.connection, &self.file);
        let transaction = connection
            .transaction_with_behavior(TransactionBehavior::Immediate)
            .map_err(|error| GroupFailure { error: fault::of(file, &error), tries_each: false })?;
        // An error of SQLite may have undone the whole transaction by itself, so the group ends with the first one.
        let answers = group
            .iter()
            .map(|request| answer(&transaction, file, request))
            .collect::<Result<Vec<_>, _>>()
            .map_err(|error| GroupFailure { error, tries_each: true })?;
        transaction.commit().map_err(|error| GroupFailure { error: fault::of(file, &error), tries_each: true })?;
        answers.into_iter().for_each(Answer::send);
        Ok(())
    }
}

fn refuse(request: &Request, failure: &StoreError) {
    match request {
        Request::Commit { reply, .. } => drop(reply.send(Err(failure.clone()))),
        Request::TakeFence { reply, .. } => drop(reply.send(Err(failure.clone()))),
        Request::ReserveUses { reply, .. } => drop(reply.send(Err(failure.clone()))),
    }
}

/// Does what a call asks; an unlawful call is answered, a file that does not work is an error.
fn answer<'a>(transaction: &Transaction<'_>, file: &Path, request: &'a Request) -> Result<Answer<'a>, StoreError> {
    let sqlite = |error: rusqlite::Error| fault::of(file, &error);
    Ok(match request {
        Request::Commit { acts, reply } => {
            transaction.execute_batch("SAVEPOINT call").map_err(sqlite)?;
            let result = match apply::acts(transaction, file, acts) {
                Ok(outcomes) => {
                    transaction.execute_batch("RELEASE call").map_err(sqlite)?;
                    Ok(outcomes)
                }
                Err(refused @ StoreError::Refused { .. }) => {
                    transaction.execute_batch("ROLLBACK TO call; RELEASE call").map_err(sqlite)?;
                    Err(refused)
                }
                Err(error) => return Err(error),
            };
            Answer::Commit(reply, result)
        }
        Request::TakeFence { machine, reply } => {
            Answer::TakeFence(reply, take_fence(transaction, machine).map_err(sqlite)?)
        }
        Request::ReserveUses { signer, count, limit, reply } => {
            Answer::ReserveUses(reply, reserve_uses(transaction, signer, *count, *limit).map_err(sqlite)?)
        }
    })
}

pub(crate) fn take_fence(connection: &Connection, machine: &MachineName) -> rusqlite::Result<Fence> {
    connection
        .prepare_cached(
            "INSERT INTO machine (name, fence) VALUES (?1, 1)
             ON CONFLICT (name) DO UPDATE SET fence = fence + 1 RETURNING fence",
        )?
        .query_row([machine.as_str()], |row| row.get::<_, i64>(0))
        .map(|fence| Fence(fence.unsigned_abs()))
}

pub(crate) fn reserve_uses(
    connection: &Connection,
    signer: &SignerName,
    count: u32,
    limit: u64,
) -> rusqlite::Result<u32> {
    let used: i64 = connection
        .prepare_cached("SELECT uses FROM signer_use WHERE signer = ?1")?
        .query_row([signer.as_str()], |row| row.get(0))
        .optional()?
        .unwrap_or(0);
    let left = limit.saturating_sub(used.unsigned_abs());
    let granted = u32::try_from(left).unwrap_or(u32::MAX).min(count);
    if granted > 0 {
        connection
            .prepare_cached(
                "INSERT INTO signer_use (signer, uses) VALUES (?1, ?2)
                 ON CONFLICT (signer) DO UPDATE SET uses = uses + excluded.uses",
            )?
            .execute(params![signer.as_str(), granted])?;
    }
    Ok(granted)
}

#[cfg(test)]
mod tests;
