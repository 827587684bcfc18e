//! The one writer: takes calls in groups, commits each group once.

use std::path::PathBuf;

use crossbeam_channel::{Receiver, Sender};
use persoline_domain::deed::Act;
use persoline_domain::identifiers::{Fence, MachineName, SignerName};
use persoline_domain::store::{Outcome, StoreError};
use rusqlite::{Connection, OptionalExtension, Transaction, TransactionBehavior, params};

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
enum Answer {
    Commit(Sender<Result<Vec<Outcome>, StoreError>>, Result<Vec<Outcome>, StoreError>),
    TakeFence(Sender<Result<Fence, StoreError>>, Result<Fence, StoreError>),
    ReserveUses(Sender<Result<u32, StoreError>>, Result<u32, StoreError>),
}

impl Answer {
    /// Sends it, or `failure` in its place. A caller that has gone away is no error.
    fn send(self, failure: Option<&StoreError>) {
        match self {
            Answer::Commit(reply, answer) => drop(reply.send(failure.map_or(answer, |error| Err(error.clone())))),
            Answer::TakeFence(reply, answer) => drop(reply.send(failure.map_or(answer, |error| Err(error.clone())))),
            Answer::ReserveUses(reply, answer) => drop(reply.send(failure.map_or(answer, |error| Err(error.clone())))),
        }
    }
}

/// Owns the writing connection.
pub(crate) struct Writer {
    connection: Connection,
    file: PathBuf,
}

impl Writer {
    pub(crate) fn new(connection: Connection, file: PathBuf) -> Self {
        connection.set_prepared_statement_cache_capacity(128);
        Writer { connection, file }
    }

    /// Serves requests until every sender is gone.
    pub(crate) fn run(mut self, requests: &Receiver<Request>) {
        while let Ok(first) = requests.recv() {
            let mut group = vec![first];
            group.extend(requests.try_iter().take(GROUP_LIMIT - 1));
            self.serve(group);
        }
    }

    fn serve(&mut self, group: Vec<Request>) {
        let file = self.file.clone();
        let transaction = match self.connection.transaction_with_behavior(TransactionBehavior::Immediate) {
            Ok(transaction) => transaction,
            Err(error) => {
                let failure = fault::of(&file, &error);
                return group.into_iter().for_each(|request| refuse(request, &failure));
            }
        };
        let answers: Vec<Answer> = group.into_iter().map(|request| answer(&transaction, &file, request)).collect();
        let failure = transaction.commit().err().map(|error| fault::of(&file, &error));
        answers.into_iter().for_each(|answer| answer.send(failure.as_ref()));
    }
}

fn refuse(request: Request, failure: &StoreError) {
    match request {
        Request::Commit { reply, .. } => drop(reply.send(Err(failure.clone()))),
        Request::TakeFence { reply, .. } => drop(reply.send(Err(failure.clone()))),
        Request::ReserveUses { reply, .. } => drop(reply.send(Err(failure.clone()))),
    }
}

fn answer(transaction: &Transaction<'_>, file: &std::path::Path, request: Request) -> Answer {
    match request {
        Request::Commit { acts, reply } => {
            let result = within_savepoint(transaction, file, || apply::acts(transaction, file, &acts));
            Answer::Commit(reply, result)
        }
        Request::TakeFence { machine, reply } => {
            let result = within_savepoint(transaction, file, || {
                take_fence(transaction, &machine).map_err(|error| fault::of(file, &error))
            });
            Answer::TakeFence(reply, result)
        }
        Request::ReserveUses { signer, count, limit, reply } => {
            let result = within_savepoint(transaction, file, || {
                reserve_uses(transaction, &signer, count, limit).map_err(|error| fault::of(file, &error))
            });
            Answer::ReserveUses(reply, result)
        }
    }
}

/// Runs `work` so that its failure undoes what it wrote and nothing else.
fn within_savepoint<T>(
    transaction: &Transaction<'_>,
    file: &std::path::Path,
    work: impl FnOnce() -> Result<T, StoreError>,
) -> Result<T, StoreError> {
    let run = |sql: &str| transaction.execute_batch(sql).map_err(|error| fault::of(file, &error));
    run("SAVEPOINT call")?;
    match work() {
        Ok(value) => run("RELEASE call").map(|()| value),
        Err(error) => {
            run("ROLLBACK TO call; RELEASE call")?;
            Err(error)
        }
    }
}

fn take_fence(transaction: &Transaction<'_>, machine: &MachineName) -> rusqlite::Result<Fence> {
    transaction
        .prepare_cached(
            "INSERT INTO machine (name, fence) VALUES (?1, 1)
             ON CONFLICT (name) DO UPDATE SET fence = fence + 1 RETURNING fence",
        )?
        .query_row([machine.as_str()], |row| row.get::<_, i64>(0))
        .map(|fence| Fence(fence.unsigned_abs()))
}

fn reserve_uses(transaction: &Transaction<'_>, signer: &SignerName, count: u32, limit: u64) -> rusqlite::Result<u32> {
    let used: i64 = transaction
        .prepare_cached("SELECT uses FROM signer_use WHERE signer = ?1")?
        .query_row([signer.as_str()], |row| row.get(0))
        .optional()?
        .unwrap_or(0);
    let left = limit.saturating_sub(used.unsigned_abs());
    let granted = u32::try_from(left).unwrap_or(u32::MAX).min(count);
    if granted > 0 {
        transaction
            .prepare_cached(
                "INSERT INTO signer_use (signer, uses) VALUES (?1, ?2)
                 ON CONFLICT (signer) DO UPDATE SET uses = uses + excluded.uses",
            )?
            .execute(params![signer.as_str(), granted])?;
    }
    Ok(granted)
}
