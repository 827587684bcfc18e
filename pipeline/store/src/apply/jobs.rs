//! Deeds about jobs: one try at one order with one booklet on one machine.

use persoline_domain::booklet::{BlankKind, BookletMove, BookletState, Numbering};
use persoline_domain::deed::{Act, Deed};
use persoline_domain::identifiers::{BookletSerial, DocumentNumber, Fence, JobNumber, MachineName, OrderId};
use persoline_domain::job::JobPhase;
use persoline_domain::order::{OrderMove, OrderState};
use persoline_domain::seal::SealedPayload;
use persoline_domain::store::Refusal;
use rusqlite::{Connection, OptionalExtension, params};

use super::{
    Effect, Moment, Stop, add_to_tally, booklets, check_fence, inspections, machines, numbers, orders, outbox,
};
use crate::log::Subjects;

/// A job's row, as far as deeds need it.
struct Job {
    number: JobNumber,
    order: OrderId,
    machine: String,
    phase: JobPhase,
    serial: Option<BookletSerial>,
}

pub(super) fn dispatch(
    connection: &Connection,
    order: OrderId,
    job: JobNumber,
    machine: &MachineName,
    fence: Option<Fence>,
) -> Result<Subjects, Stop> {
    let fence = check_fence(connection, machine.as_str(), fence)?;
    machines::refuse_barred(connection, machine)?;
    let state = orders::state_of(connection, order)?;
    orders::step(connection, order, state, OrderMove::Dispatch, None)?;
    connection
        .prepare_cached("INSERT INTO job (job, order_id, machine, fence, phase) VALUES (?1, ?2, ?3, ?4, ?5)")?
        .execute(params![
            job.0.cast_signed(),
            order.0.cast_signed(),
            machine.as_str(),
            fence.0.cast_signed(),
            JobPhase::Dispatched.name()
        ])?;
    connection
        .prepare_cached("UPDATE production_order SET machine = ?2, job = ?3, serial = NULL WHERE id = ?1")?
        .execute(params![order.0.cast_signed(), machine.as_str(), job.0.cast_signed()])?;
    Ok(Subjects { order: Some(order), job: Some(job), machine: Some(machine.0.clone()), ..Subjects::default() })
}

/// Keeps the sealed files of a ticket, in place of those of an earlier one.
pub(super) fn keep_document(connection: &Connection, job: JobNumber, document: &SealedPayload) -> Result<(), Stop> {
    connection
        .prepare_cached("INSERT OR REPLACE INTO document (job, wrapped_key, ciphertext) VALUES (?1, ?2, ?3)")?
        .execute(params![job.0.cast_signed(), document.wrapped_key, document.ciphertext])?;
    Ok(())
}

/// Every other deed of a job.
pub(super) fn advance(connection: &Connection, deed: &Deed, act: &Act, moment: Moment) -> Result<Subjects, Stop> {
    let number = number_of(deed).ok_or(Refusal::NotFound("job"))?;
    let job = read(connection, number)?;
    check_fence(connection, &job.machine, act.fence)?;
    let mut detail = String::new();
    match deed {
        Deed::Withdrawn { reason, .. } => {
            job.require(&[JobPhase::Dispatched])?;
            set_phase(connection, number, JobPhase::Ended)?;
            orders::back_from_machine(connection, job.order, OrderMove::Withdraw)?;
            detail.clone_from(reason);
        }
        Deed::Ticketed { ticket, .. } => {
            job.require(&[JobPhase::Bound, JobPhase::Ticketed])?;
            let serial = job.booklet()?;
            if booklets::state_of(connection, serial)? == BookletState::Bound {
                booklets::step(connection, serial, BookletMove::Work, None)?;
            }
            connection
                .prepare_cached(
                    "UPDATE job SET phase = ?2, issued = ?3, expires = ?4, security_object = ?5, signer = ?6
                     WHERE job = ?1",
                )?
                .execute(params![
                    number.0.cast_signed(),
                    JobPhase::Ticketed.name(),
                    ticket.issued.to_string(),
                    ticket.expires.to_string(),
                    ticket.security_object.0.as_slice(),
                    ticket.signer.as_str()
                ])?;
            let state = orders::state_of(connection, job.order)?;
            orders::step_on_machine(connection, job.order, state, OrderMove::Ticket)?;
        }
        Deed::Locking { .. } => {
            orders::refuse_cancelled(connection, job.order)?;
            next_phase(connection, &job, JobPhase::Ticketed, JobPhase::Locking)?;
        }
        Deed::Marking { .. } => next_phase(connection, &job, JobPhase::Locking, JobPhase::Marking)?,
        Deed::Verified { .. } => next_phase(connection, &job, JobPhase::Marking, JobPhase::Verified)?,
        Deed::Finished { on, .. } => {
            job.require(&[JobPhase::Verified])?;
            set_phase(connection, number, JobPhase::Ended)?;
            booklets::step(connection, job.booklet()?, BookletMove::Pass, None)?;
            orders::finish(connection, job.order, act.at, *on)?;
            inspections::draw(connection, job.booklet()?, job.order, number, &job.machine, moment)?;
        }
        Deed::Spoiled { reason, .. } => {
            job.require_booklet()?;
            set_phase(connection, number, JobPhase::Ended)?;
            booklets::step(connection, job.booklet()?, BookletMove::Spoil, Some(reason))?;
            add_to_tally(connection, "spoiled", 1)?;
            outbox::tell_if_encoded(connection, job.booklet()?, reason, moment)?;
            orders::back_from_machine(connection, job.order, OrderMove::Remake)?;
            detail.clone_from(reason);
        }
        Deed::Doubtful { reason, .. } => {
            job.require_booklet()?;
            set_phase(connection, number, JobPhase::Ended)?;
            quarantine(connection, job.booklet()?, reason, moment)?;
            orders::doubt(connection, job.order)?;
            detail.clone_from(reason);
        }
        Deed::Abandoned { reason, .. } => {
            job.require(&[JobPhase::Dispatched, JobPhase::Bound, JobPhase::Ticketed])?;
            set_phase(connection, number, JobPhase::Ended)?;
            match &job.serial {
                None => orders::back_from_machine(connection, job.order, OrderMove::Withdraw)?,
                Some(serial) => {
                    quarantine(connection, serial, reason, moment)?;
                    orders::back_from_machine(connection, job.order, OrderMove::Remake)?;
                }
            }
            detail.clone_from(reason);
        }
        _ => return Err(Refusal::NotFound("deed").into()),
    }
    Ok(Subjects {
        order: Some(job.order),
        job: Some(number),
        serial: job.serial.map(|serial| serial.0),
        machine: Some(job.machine),
        detail,
    })
}

/// Binds a booklet to a job's order, for ever, and gives the document its number.
pub(super) fn bind(
    connection: &Connection,
    number: JobNumber,
    serial: &BookletSerial,
    chip_serial: &[u8],
    fence: Option<Fence>,
) -> Result<Effect, Stop> {
    let job = read(connection, number)?;
    check_fence(connection, &job.machine, fence)?;
    job.require(&[JobPhase::Dispatched])?;
    let document = match fitting(connection, &job, serial, chip_serial)? {
        Numbering::Perforated => DocumentNumber(serial.0.clone()),
        Numbering::Engraved => numbers::next(connection)?,
    };
    connection
        .prepare_cached(
            "INSERT INTO binding (serial, order_id, job, number, replaces) VALUES (?1, ?2, ?3, ?4,
             (SELECT serial FROM binding WHERE order_id = ?2 ORDER BY rowid DESC LIMIT 1))",
        )?
        .execute(params![serial.as_str(), job.order.0.cast_signed(), number.0.cast_signed(), document.as_str()])?;
    connection
        .prepare_cached("UPDATE booklet SET order_id = ?2 WHERE serial = ?1")?
        .execute(params![serial.as_str(), job.order.0.cast_signed()])?;
    booklets::step(connection, serial, BookletMove::Bind, None)?;
    connection.prepare_cached("UPDATE job SET phase = ?2, serial = ?3 WHERE job = ?1")?.execute(params![
        number.0.cast_signed(),
        JobPhase::Bound.name(),
        serial.as_str()
    ])?;
    connection
        .prepare_cached("UPDATE production_order SET serial = ?2, approvals_needed = 0 WHERE id = ?1")?
        .execute(params![job.order.0.cast_signed(), serial.as_str()])?;
    orders::step_on_machine(connection, job.order, OrderState::Dispatched, OrderMove::Bind)?;
    let detail = if document.0 == serial.0 { String::new() } else { document.0.clone() };
    let subjects = Subjects {
        order: Some(job.order),
        job: Some(number),
        serial: Some(serial.0.clone()),
        machine: Some(job.machine),
        detail,
    };
    Ok(Effect::Bound { subjects, number: document })
}

/// Where the number of the booklet comes from, if it is the one that its delivery file says and fits the order.
fn fitting(connection: &Connection, job: &Job, serial: &BookletSerial, chip_serial: &[u8]) -> Result<Numbering, Stop> {
    type Row = (Vec<u8>, String, String, String, Option<String>, String);
    let booklet: Option<Row> = connection
        .prepare_cached("SELECT chip_serial, format, kind, state, machine, numbering FROM booklet WHERE serial = ?1")?
        .query_row([serial.as_str()], |row| {
            Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?, row.get(4)?, row.get(5)?))
        })
        .optional()?;
    let (chip, format, kind, state, machine, numbering) =
        booklet.ok_or_else(|| Refusal::ForeignBooklet(serial.clone()))?;
    let bound_before: bool = connection
        .prepare_cached("SELECT EXISTS (SELECT 1 FROM binding WHERE serial = ?1)")?
        .query_row([serial.as_str()], |row| row.get(0))?;
    if bound_before {
        return Err(Refusal::BoundBefore(serial.clone()).into());
    }
    if chip != chip_serial {
        return Err(Refusal::OtherChip(serial.clone()).into());
    }
    let document: String = connection
        .prepare_cached("SELECT document FROM production_order WHERE id = ?1")?
        .query_row([job.order.0.cast_signed()], |row| row.get(0))?;
    let unfit = |what| Err(Refusal::Unfit(serial.clone(), what).into());
    if format != document {
        return unfit("another format");
    }
    if kind != BlankKind::Production.name() {
        return unfit("not for real documents");
    }
    if !matches!(BookletState::parse(&state), Some(BookletState::Loaded | BookletState::Reserved)) {
        return unfit("not loaded");
    }
    if machine.as_deref() != Some(job.machine.as_str()) {
        return unfit("loaded in another machine");
    }
    Numbering::parse(&numbering).ok_or_else(|| Refusal::NotFound("numbering").into())
}

/// A booklet of whose fate nobody knows.
fn quarantine(connection: &Connection, serial: &BookletSerial, reason: &str, moment: Moment) -> Result<(), Stop> {
    booklets::step(connection, serial, BookletMove::Doubt, Some(reason))?;
    booklets::step(connection, serial, BookletMove::Quarantine, None)?;
    outbox::tell_if_encoded(connection, serial, reason, moment)
}

fn number_of(deed: &Deed) -> Option<JobNumber> {
    match deed {
        Deed::Withdrawn { job, .. }
        | Deed::Abandoned { job, .. }
        | Deed::Ticketed { job, .. }
        | Deed::Locking { job }
        | Deed::Marking { job }
        | Deed::Verified { job }
        | Deed::Finished { job, .. }
        | Deed::Spoiled { job, .. }
        | Deed::Doubtful { job, .. } => Some(*job),
        _ => None,
    }
}

fn read(connection: &Connection, number: JobNumber) -> Result<Job, Stop> {
    let row: Option<(i64, String, String, Option<String>)> = connection
        .prepare_cached("SELECT order_id, machine, phase, serial FROM job WHERE job = ?1")?
        .query_row([number.0.cast_signed()], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?)))
        .optional()?;
    let (order, machine, phase, serial) = row.ok_or(Refusal::NotFound("job"))?;
    Ok(Job {
        number,
        order: OrderId(order.unsigned_abs()),
        machine,
        phase: JobPhase::parse(&phase).ok_or(Refusal::NotFound("job phase"))?,
        serial: serial.map(BookletSerial),
    })
}

fn next_phase(connection: &Connection, job: &Job, from: JobPhase, to: JobPhase) -> Result<(), Stop> {
    job.require(&[from])?;
    set_phase(connection, job.number, to)
}

fn set_phase(connection: &Connection, job: JobNumber, phase: JobPhase) -> Result<(), Stop> {
    connection
        .prepare_cached("UPDATE job SET phase = ?2 WHERE job = ?1")?
        .execute(params![job.0.cast_signed(), phase.name()])?;
    Ok(())
}

impl Job {
    fn require(&self, phases: &[JobPhase]) -> Result<(), Stop> {
        if phases.contains(&self.phase) { Ok(()) } else { Err(self.unlawful()) }
    }
    fn require_booklet(&self) -> Result<(), Stop> {
        if self.serial.is_some() && self.phase != JobPhase::Ended { Ok(()) } else { Err(self.unlawful()) }
    }
    fn booklet(&self) -> Result<&BookletSerial, Stop> {
        self.serial.as_ref().ok_or_else(|| self.unlawful())
    }
    fn unlawful(&self) -> Stop {
        Refusal::Unlawful { what: format!("job {}", self.number), state: self.phase.name() }.into()
    }
}
