//! The event log: hash chain, appending, and in [`body`] the view type of a deed.
//!
//! `hash = SHA-256(previous hash ‖ sequence ‖ at ‖ actor ‖ 0 ‖ body)`, numbers as eight big-endian bytes; before the first
//! event the previous hash is 32 zero bytes. The body holds the whole deed except what is sealed, so the state columns can
//! be made again from the log alone.

mod body;
mod kind;
mod read;
mod write;

use persoline_domain::clock::{Date, Timestamp};
use persoline_domain::deed::Act;
use persoline_domain::identifiers::{Digest, Fence, JobNumber, OrderId, Sequence};
use rusqlite::{Connection, OptionalExtension, params};
use sha2::{Digest as _, Sha256};

pub(crate) use body::Body;
pub(crate) use kind::kind;
pub(crate) use read::deed;
pub(crate) use write::body;

/// What the log shows of an event without its body.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Subjects {
    pub(crate) order: Option<OrderId>,
    pub(crate) job: Option<JobNumber>,
    pub(crate) serial: Option<String>,
    pub(crate) machine: Option<String>,
    pub(crate) detail: String,
}

/// Appends an event behind the newest, `(position, hash)`.
pub(crate) fn append(
    connection: &Connection,
    (last, previous): (i64, [u8; 32]),
    act: &Act,
    body: &Body,
    subjects: &Subjects,
) -> rusqlite::Result<Sequence> {
    let (sequence, kind) = (last + 1, kind(&act.deed));
    let body = serde_json::to_string(body).map_err(|error| rusqlite::Error::ToSqlConversionFailure(error.into()))?;
    let actor = actor_text(act);
    let hash = chain(&previous, sequence, act.at, &actor, &body);
    connection
        .prepare_cached(
            "INSERT INTO event (sequence, at, actor, kind, order_id, job, serial, machine, detail, body, hash)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)",
        )?
        .execute(params![
            sequence,
            act.at.0,
            actor,
            kind,
            subjects.order.map(|order| order.0.cast_signed()),
            subjects.job.map(|job| job.0.cast_signed()),
            subjects.serial,
            subjects.machine,
            subjects.detail,
            body,
            hash.as_slice()
        ])?;
    Ok(Sequence(sequence.unsigned_abs()))
}

/// The newest event's position and hash; position zero and zeros before the first.
pub(crate) fn newest(connection: &Connection) -> rusqlite::Result<(i64, [u8; 32])> {
    Ok(connection
        .prepare_cached("SELECT sequence, hash FROM event ORDER BY sequence DESC LIMIT 1")?
        .query_row([], |row| Ok((row.get(0)?, row.get::<_, [u8; 32]>(1)?)))
        .optional()?
        .unwrap_or((0, [0; 32])))
}

/// The hash of an event.
pub(crate) fn chain(previous: &[u8; 32], sequence: i64, at: Timestamp, actor: &str, body: &str) -> [u8; 32] {
    let mut hash = Sha256::new();
    hash.update(previous);
    hash.update(sequence.to_be_bytes());
    hash.update(at.0.to_be_bytes());
    hash.update(actor.as_bytes());
    hash.update([0]);
    hash.update(body.as_bytes());
    hash.finalize().into()
}

/// Actor and fence in one text: `machine:north@7`.
fn actor_text(act: &Act) -> String {
    match act.fence {
        Some(fence) => format!("{}@{fence}", act.actor),
        None => act.actor.to_string(),
    }
}

/// Actor and fence of a text that [`append`] wrote.
pub(crate) fn parse_actor(text: &str) -> Option<(persoline_domain::identifiers::Actor, Option<Fence>)> {
    let (actor, fence) = match text.rsplit_once('@') {
        Some((actor, fence)) => match fence.parse() {
            Ok(number) => (actor, Some(Fence(number))),
            Err(_) => (text, None),
        },
        None => (text, None),
    };
    Some((persoline_domain::identifiers::Actor::parse(actor)?, fence))
}

/// Civil date of the form `2026-11-20`.
pub(crate) fn parse_date(text: &str) -> Option<Date> {
    text.parse().ok()
}

fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn parse_hexadecimal(text: &str) -> Option<Vec<u8>> {
    if !text.is_ascii() || !text.len().is_multiple_of(2) {
        return None;
    }
    (0..text.len()).step_by(2).map(|at| u8::from_str_radix(&text[at..at + 2], 16).ok()).collect()
}

fn parse_digest(text: &str) -> Option<Digest> {
    parse_hexadecimal(text)?.try_into().ok().map(Digest)
}
