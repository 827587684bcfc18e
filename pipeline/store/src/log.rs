//! The event log: view type of a deed, hash chain, appending.
//!
//! `hash = SHA-256(previous hash ‖ sequence ‖ at ‖ actor ‖ 0 ‖ body)`, numbers as eight big-endian bytes; before the first
//! event the previous hash is 32 zero bytes. The body holds the whole deed except what is sealed, so the state columns can
//! be made again from the log alone.

use persoline_domain::application::{Channel, Collection, CollectionKind, DocumentType};
use persoline_domain::booklet::{Blank, BlankKind, Numbering};
use persoline_domain::clock::{Date, Timestamp};
use persoline_domain::deed::{Act, Deed, HoldReason, NewOrder};
use persoline_domain::identifiers::{BatchName, Digest, Fence, JobNumber, OrderId, PersonKey, Sequence};
use persoline_domain::job::TicketRecord;
use persoline_domain::order::Priority;
use persoline_domain::seal::SealedPayload;
use rusqlite::{Connection, OptionalExtension, params};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

/// A deed as the log keeps it.
#[derive(Serialize, Deserialize)]
#[serde(tag = "deed", rename_all = "snake_case")]
pub(crate) enum Body {
    OrderAccepted {
        application: String,
        digest: String,
        person: String,
        channel: String,
        #[serde(default)]
        batch: String,
        document: String,
        priority: String,
        place: String,
        place_kind: String,
        received: i64,
        approved: i64,
        due: String,
    },
    OrderHeld {
        order: u64,
        reason: String,
    },
    OrderReleased {
        order: u64,
    },
    OrderCancelled {
        order: u64,
    },
    PriorityChanged {
        order: u64,
        priority: String,
    },
    StockReceived {
        delivery: String,
        blanks: Vec<BlankBody>,
    },
    StockLoaded {
        machine: String,
        serials: Vec<String>,
    },
    StockUnloaded {
        machine: String,
        serials: Vec<String>,
    },
    MachinePaused {
        machine: String,
    },
    MachineResumed {
        machine: String,
    },
    MachineReported {
        machine: String,
        code: String,
    },
    Dispatched {
        order: u64,
        job: u64,
        machine: String,
    },
    Withdrawn {
        job: u64,
        reason: String,
    },
    Bound {
        job: u64,
        serial: String,
        chip_serial: String,
    },
    Ticketed {
        job: u64,
        issued: String,
        expires: String,
        security_object: String,
        signer: String,
    },
    Locking {
        job: u64,
    },
    Marking {
        job: u64,
    },
    Verified {
        job: u64,
    },
    Finished {
        job: u64,
        on: String,
    },
    Spoiled {
        job: u64,
        reason: String,
    },
    Doubtful {
        job: u64,
        reason: String,
    },
    BlankSpoiled {
        serial: String,
        reason: String,
    },
    BlankQuarantined {
        serial: String,
        reason: String,
    },
}

/// A blank as the log keeps it.
#[derive(Serialize, Deserialize)]
pub(crate) struct BlankBody {
    serial: String,
    chip: String,
    key: u8,
    batch: String,
    format: String,
    kind: String,
    #[serde(default)]
    carton: String,
    #[serde(default)]
    check: String,
    #[serde(default = "perforated")]
    numbering: String,
}

/// The numbering of blanks that were written down before others were known.
fn perforated() -> String {
    Numbering::Perforated.name().to_owned()
}

/// What the log shows of an event without its body.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Subjects {
    pub(crate) order: Option<OrderId>,
    pub(crate) job: Option<JobNumber>,
    pub(crate) serial: Option<String>,
    pub(crate) machine: Option<String>,
    pub(crate) detail: String,
}

/// Appends an event.
pub(crate) fn append(
    connection: &Connection,
    act: &Act,
    kind: &str,
    body: &Body,
    subjects: &Subjects,
) -> rusqlite::Result<Sequence> {
    let (last, previous) = newest(connection)?;
    let sequence = last + 1;
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

/// The kind of a deed, in snake case.
pub(crate) fn kind(deed: &Deed) -> &'static str {
    match deed {
        Deed::OrderAccepted(_) => "order_accepted",
        Deed::OrderHeld { .. } => "order_held",
        Deed::OrderReleased { .. } => "order_released",
        Deed::OrderCancelled { .. } => "order_cancelled",
        Deed::PriorityChanged { .. } => "priority_changed",
        Deed::StockReceived { .. } => "stock_received",
        Deed::StockLoaded { .. } => "stock_loaded",
        Deed::StockUnloaded { .. } => "stock_unloaded",
        Deed::MachinePaused { .. } => "machine_paused",
        Deed::MachineResumed { .. } => "machine_resumed",
        Deed::MachineReported { .. } => "machine_reported",
        Deed::Dispatched { .. } => "dispatched",
        Deed::Withdrawn { .. } => "withdrawn",
        Deed::Bound { .. } => "bound",
        Deed::Ticketed { .. } => "ticketed",
        Deed::Locking { .. } => "locking",
        Deed::Marking { .. } => "marking",
        Deed::Verified { .. } => "verified",
        Deed::Finished { .. } => "finished",
        Deed::Spoiled { .. } => "spoiled",
        Deed::Doubtful { .. } => "doubtful",
        Deed::BlankSpoiled { .. } => "blank_spoiled",
        Deed::BlankQuarantined { .. } => "blank_quarantined",
        _ => "other",
    }
}

/// The view of a deed; `None` for a kind that this version does not know.
pub(crate) fn body(deed: &Deed) -> Option<Body> {
    let texts =
        |serials: &[persoline_domain::identifiers::BookletSerial]| serials.iter().map(|s| s.0.clone()).collect();
    Some(match deed {
        Deed::OrderAccepted(new) => Body::OrderAccepted {
            application: new.application.0.clone(),
            digest: new.digest.to_string(),
            person: new.person.0.to_string(),
            channel: new.channel.name().into(),
            batch: new.batch.0.clone(),
            document: new.document.name().into(),
            priority: new.priority.name().into(),
            place: new.collection.place.clone(),
            place_kind: new.collection.kind.name().into(),
            received: new.received.0,
            approved: new.approved.0,
            due: new.due.to_string(),
        },
        Deed::OrderHeld { order, reason } => Body::OrderHeld { order: order.0, reason: reason.name().into() },
        Deed::OrderReleased { order } => Body::OrderReleased { order: order.0 },
        Deed::OrderCancelled { order } => Body::OrderCancelled { order: order.0 },
        Deed::PriorityChanged { order, priority } => {
            Body::PriorityChanged { order: order.0, priority: priority.name().into() }
        }
        Deed::StockReceived { delivery, blanks } => {
            Body::StockReceived { delivery: delivery.clone(), blanks: blanks.iter().map(BlankBody::of).collect() }
        }
        Deed::StockLoaded { machine, serials } => {
            Body::StockLoaded { machine: machine.0.clone(), serials: texts(serials) }
        }
        Deed::StockUnloaded { machine, serials } => {
            Body::StockUnloaded { machine: machine.0.clone(), serials: texts(serials) }
        }
        Deed::MachinePaused { machine } => Body::MachinePaused { machine: machine.0.clone() },
        Deed::MachineResumed { machine } => Body::MachineResumed { machine: machine.0.clone() },
        Deed::MachineReported { machine, code } => {
            Body::MachineReported { machine: machine.0.clone(), code: code.clone() }
        }
        Deed::Dispatched { order, job, machine } => {
            Body::Dispatched { order: order.0, job: job.0, machine: machine.0.clone() }
        }
        Deed::Withdrawn { job, reason } => Body::Withdrawn { job: job.0, reason: reason.clone() },
        Deed::Bound { job, serial, chip_serial } => {
            Body::Bound { job: job.0, serial: serial.0.clone(), chip_serial: hexadecimal(chip_serial) }
        }
        Deed::Ticketed { job, ticket, .. } => Body::Ticketed {
            job: job.0,
            issued: ticket.issued.to_string(),
            expires: ticket.expires.to_string(),
            security_object: ticket.security_object.to_string(),
            signer: ticket.signer.0.clone(),
        },
        Deed::Locking { job } => Body::Locking { job: job.0 },
        Deed::Marking { job } => Body::Marking { job: job.0 },
        Deed::Verified { job } => Body::Verified { job: job.0 },
        Deed::Finished { job, on } => Body::Finished { job: job.0, on: on.to_string() },
        Deed::Spoiled { job, reason } => Body::Spoiled { job: job.0, reason: reason.clone() },
        Deed::Doubtful { job, reason } => Body::Doubtful { job: job.0, reason: reason.clone() },
        Deed::BlankSpoiled { serial, reason } => {
            Body::BlankSpoiled { serial: serial.0.clone(), reason: reason.clone() }
        }
        Deed::BlankQuarantined { serial, reason } => {
            Body::BlankQuarantined { serial: serial.0.clone(), reason: reason.clone() }
        }
        _ => return None,
    })
}

/// The deed of a view; `None` when a field is not what this version writes. An accepted order comes without its payload.
pub(crate) fn deed(body: Body) -> Option<Deed> {
    let serials = |texts: Vec<String>| texts.into_iter().map(persoline_domain::identifiers::BookletSerial).collect();
    Some(match body {
        Body::OrderAccepted {
            application,
            digest,
            person,
            channel,
            batch,
            document,
            priority,
            place,
            place_kind,
            received,
            approved,
            due,
        } => Deed::OrderAccepted(Box::new(NewOrder {
            application: application.as_str().into(),
            digest: parse_digest(&digest)?,
            person: PersonKey(parse_digest(&person)?),
            channel: Channel::parse(&channel)?,
            batch: BatchName(batch),
            document: DocumentType::parse(&document)?,
            priority: Priority::parse(&priority)?,
            collection: Collection { place, kind: CollectionKind::parse(&place_kind)? },
            received: Timestamp(received),
            approved: Timestamp(approved),
            due: parse_date(&due)?,
            payload: SealedPayload { wrapped_key: Vec::new(), ciphertext: Vec::new() },
        })),
        Body::OrderHeld { order, reason } => {
            Deed::OrderHeld { order: OrderId(order), reason: HoldReason::parse(&reason)? }
        }
        Body::OrderReleased { order } => Deed::OrderReleased { order: OrderId(order) },
        Body::OrderCancelled { order } => Deed::OrderCancelled { order: OrderId(order) },
        Body::PriorityChanged { order, priority } => {
            Deed::PriorityChanged { order: OrderId(order), priority: Priority::parse(&priority)? }
        }
        Body::StockReceived { delivery, blanks } => Deed::StockReceived {
            delivery,
            blanks: blanks.into_iter().map(BlankBody::into_blank).collect::<Option<_>>()?,
        },
        Body::StockLoaded { machine, serials: texts } => {
            Deed::StockLoaded { machine: machine.as_str().into(), serials: serials(texts) }
        }
        Body::StockUnloaded { machine, serials: texts } => {
            Deed::StockUnloaded { machine: machine.as_str().into(), serials: serials(texts) }
        }
        Body::MachinePaused { machine } => Deed::MachinePaused { machine: machine.as_str().into() },
        Body::MachineResumed { machine } => Deed::MachineResumed { machine: machine.as_str().into() },
        Body::MachineReported { machine, code } => Deed::MachineReported { machine: machine.as_str().into(), code },
        Body::Dispatched { order, job, machine } => {
            Deed::Dispatched { order: OrderId(order), job: JobNumber(job), machine: machine.as_str().into() }
        }
        Body::Withdrawn { job, reason } => Deed::Withdrawn { job: JobNumber(job), reason },
        Body::Bound { job, serial, chip_serial } => Deed::Bound {
            job: JobNumber(job),
            serial: serial.as_str().into(),
            chip_serial: parse_hexadecimal(&chip_serial)?,
        },
        Body::Ticketed { job, issued, expires, security_object, signer } => Deed::Ticketed {
            job: JobNumber(job),
            ticket: TicketRecord {
                issued: parse_date(&issued)?,
                expires: parse_date(&expires)?,
                security_object: parse_digest(&security_object)?,
                signer: signer.as_str().into(),
            },
            document: SealedPayload { wrapped_key: Vec::new(), ciphertext: Vec::new() },
        },
        Body::Locking { job } => Deed::Locking { job: JobNumber(job) },
        Body::Marking { job } => Deed::Marking { job: JobNumber(job) },
        Body::Verified { job } => Deed::Verified { job: JobNumber(job) },
        Body::Finished { job, on } => Deed::Finished { job: JobNumber(job), on: parse_date(&on)? },
        Body::Spoiled { job, reason } => Deed::Spoiled { job: JobNumber(job), reason },
        Body::Doubtful { job, reason } => Deed::Doubtful { job: JobNumber(job), reason },
        Body::BlankSpoiled { serial, reason } => Deed::BlankSpoiled { serial: serial.as_str().into(), reason },
        Body::BlankQuarantined { serial, reason } => Deed::BlankQuarantined { serial: serial.as_str().into(), reason },
    })
}

impl BlankBody {
    fn of(blank: &Blank) -> Self {
        BlankBody {
            serial: blank.serial.0.clone(),
            chip: hexadecimal(&blank.chip_serial),
            key: blank.key_version,
            batch: blank.batch.clone(),
            format: blank.format.name().into(),
            kind: blank.kind.name().into(),
            carton: blank.carton.clone(),
            check: hexadecimal(&blank.check_value),
            numbering: blank.numbering.name().into(),
        }
    }
    fn into_blank(self) -> Option<Blank> {
        Some(Blank {
            chip_serial: parse_hexadecimal(&self.chip)?,
            key_version: self.key,
            format: DocumentType::parse(&self.format)?,
            kind: BlankKind::parse(&self.kind)?,
            serial: self.serial.as_str().into(),
            batch: self.batch,
            check_value: parse_hexadecimal(&self.check)?,
            numbering: Numbering::parse(&self.numbering)?,
            carton: self.carton,
        })
    }
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
