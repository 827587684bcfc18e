//! Queries. None of them scans orders or events: each walks an index and stops at its limit.

mod care;
mod outbox;
mod stock;
mod stock_report;
mod stock_standing;

use persoline_domain::application::{Channel, Collection, CollectionKind, DocumentType};
use persoline_domain::clock::{Date, Timestamp};
use persoline_domain::deed::HoldReason;
use persoline_domain::identifiers::{
    ApplicationNumber, BatchName, BookletSerial, Digest, DocumentNumber, Fence, JobNumber, MachineName, OrderId,
    Sequence, SignerName,
};
use persoline_domain::job::{JobPhase, JobRecord, TicketRecord};
use persoline_domain::order::{OrderState, Priority};
use persoline_domain::seal::SealedPayload;
use persoline_domain::store::{Counts, EventRecord, OrderQuery, OrderRecord, WaitingOrder};
use rusqlite::types::Type;
use rusqlite::{Connection, OptionalExtension, Row, ToSql, params};

use crate::log::parse_date;

pub(crate) use care::{inspections, paused_machines, policy, shift, standing};
pub(crate) use outbox::{delivered_through, outbox};
pub(crate) use stock::{booklet, booklets, reconcile};

const ORDER_COLUMNS: &str =
    "id, application, state, CASE WHEN state = 'held' THEN hold END, channel, document, priority,
    place, place_kind, received, due, finished, remakes, machine, job, serial, batch, stop_requested,
    (SELECT number FROM binding WHERE binding.serial = production_order.serial)";
const JOB_COLUMNS: &str = "job.job, job.order_id, application, document, job.machine, fence, phase, job.serial, issued,
    expires, security_object, signer, stop_requested, chip_serial, key_version,
    (SELECT number FROM binding WHERE binding.serial = job.serial)";
const JOB_TABLES: &str =
    "job JOIN production_order ON id = job.order_id LEFT JOIN booklet ON booklet.serial = job.serial";
const WAITING: &str =
    "SELECT id, application, document, priority, remakes - remakes_forgiven, due, effective_due, received, remakes = 0
     FROM production_order
     WHERE state = 'waiting' AND document = ?1 ORDER BY effective_due, (remakes = 0), id LIMIT ?2";
const EVENT_COLUMNS: &str = "sequence, at, actor, kind, order_id,
    (SELECT application FROM production_order WHERE id = event.order_id), job, serial, machine, detail";

pub(crate) fn waiting(
    connection: &Connection,
    documents: &[DocumentType],
    limit: usize,
) -> rusqlite::Result<Vec<WaitingOrder>> {
    // One walk of the partial index for each document type, then a merge: the cost does not grow with the backlog.
    let mut statement = connection.prepare_cached(WAITING)?;
    let mut found: Vec<(bool, WaitingOrder)> = Vec::new();
    for document in documents {
        let rows = statement.query_map(params![document.name(), to_i64(limit)], |row| {
            let order = WaitingOrder {
                order: OrderId(row.get::<_, i64>(0)?.unsigned_abs()),
                application: ApplicationNumber(row.get(1)?),
                document: parsed(row, 2, DocumentType::parse)?,
                priority: parsed(row, 3, Priority::parse)?,
                remakes: row.get(4)?,
                due: parsed(row, 5, parse_date)?,
                effective_due: parsed(row, 6, parse_date)?,
                received: Timestamp(row.get(7)?),
            };
            Ok((row.get(8)?, order))
        })?;
        for row in rows {
            found.push(row?);
        }
    }
    found.sort_by_key(|(is_first, order)| (order.effective_due, *is_first, order.order));
    Ok(found.into_iter().map(|(_, order)| order).collect())
}

pub(crate) fn open_jobs(connection: &Connection, machine: &MachineName) -> rusqlite::Result<Vec<JobRecord>> {
    connection.prepare_cached(&open_jobs_sql())?.query_map([machine.as_str()], job_record)?.collect()
}

pub(crate) fn job(connection: &Connection, job: JobNumber) -> rusqlite::Result<Option<JobRecord>> {
    connection
        .prepare_cached(&format!("SELECT {JOB_COLUMNS} FROM {JOB_TABLES} WHERE job.job = ?1"))?
        .query_row([job.0.cast_signed()], job_record)
        .optional()
}

pub(crate) fn highest_job(connection: &Connection) -> rusqlite::Result<JobNumber> {
    connection
        .query_row("SELECT coalesce(max(job), 0) FROM job", [], |row| row.get::<_, i64>(0))
        .map(|job| JobNumber(job.unsigned_abs()))
}

pub(crate) fn payload(connection: &Connection, order: OrderId) -> rusqlite::Result<Option<SealedPayload>> {
    connection
        .prepare_cached("SELECT wrapped_key, ciphertext FROM payload WHERE order_id = ?1")?
        .query_row([order.0.cast_signed()], |row| {
            Ok(SealedPayload { wrapped_key: row.get(0)?, ciphertext: row.get(1)? })
        })
        .optional()
}

pub(crate) fn document(connection: &Connection, job: JobNumber) -> rusqlite::Result<Option<SealedPayload>> {
    connection
        .prepare_cached("SELECT wrapped_key, ciphertext FROM document WHERE job = ?1")?
        .query_row([job.0.cast_signed()], |row| Ok(SealedPayload { wrapped_key: row.get(0)?, ciphertext: row.get(1)? }))
        .optional()
}

pub(crate) fn order(connection: &Connection, order: OrderId) -> rusqlite::Result<Option<OrderRecord>> {
    connection
        .prepare_cached(&format!("SELECT {ORDER_COLUMNS} FROM production_order WHERE id = ?1"))?
        .query_row([order.0.cast_signed()], order_record)
        .optional()
}

pub(crate) fn order_of(
    connection: &Connection,
    application: &ApplicationNumber,
) -> rusqlite::Result<Option<OrderRecord>> {
    connection
        .prepare_cached(&format!("SELECT {ORDER_COLUMNS} FROM production_order WHERE application = ?1"))?
        .query_row([application.as_str()], order_record)
        .optional()
}

pub(crate) fn orders(connection: &Connection, query: &OrderQuery) -> rusqlite::Result<Vec<OrderRecord>> {
    let (sql, values) = orders_sql(query);
    connection.prepare_cached(&sql)?.query_map(rusqlite::params_from_iter(values), order_record)?.collect()
}

fn orders_sql(query: &OrderQuery) -> (String, Vec<Box<dyn ToSql>>) {
    let mut conditions = Vec::new();
    let mut values: Vec<Box<dyn ToSql>> = Vec::new();
    if let Some(state) = query.state {
        values.push(Box::new(state.name()));
        conditions.push(format!("state = ?{}", values.len()));
    }
    if let Some(batch) = &query.batch {
        values.push(Box::new(batch.0.clone()));
        conditions.push(format!("batch = ?{}", values.len()));
    }
    if let Some(prefix) = query.prefix.as_deref().filter(|prefix| !prefix.is_empty()) {
        // A range instead of LIKE: it uses the index and needs no escaping.
        values.push(Box::new(prefix.to_owned()));
        values.push(Box::new(format!("{prefix}\u{10FFFF}")));
        let (low, high) = (values.len() - 1, values.len());
        conditions.push(format!(
            "id IN (SELECT id FROM production_order WHERE application BETWEEN ?{low} AND ?{high}
             UNION SELECT id FROM production_order WHERE serial IS NOT NULL AND serial BETWEEN ?{low} AND ?{high})"
        ));
    }
    let filter = if conditions.is_empty() { String::new() } else { format!("WHERE {}", conditions.join(" AND ")) };
    values.push(Box::new(to_i64(query.limit)));
    values.push(Box::new(to_i64(query.offset)));
    let sql = format!(
        "SELECT {ORDER_COLUMNS} FROM production_order {filter} ORDER BY due, id LIMIT ?{} OFFSET ?{}",
        values.len() - 1,
        values.len()
    );
    (sql, values)
}

pub(crate) fn events_after(
    connection: &Connection,
    after: Sequence,
    limit: usize,
) -> rusqlite::Result<Vec<EventRecord>> {
    connection
        .prepare_cached(&format!("SELECT {EVENT_COLUMNS} FROM event WHERE sequence > ?1 ORDER BY sequence LIMIT ?2"))?
        .query_map(params![after.0.cast_signed(), to_i64(limit)], event_record)?
        .collect()
}

pub(crate) fn newest_events(connection: &Connection, limit: usize) -> rusqlite::Result<Vec<EventRecord>> {
    connection
        .prepare_cached(&format!("SELECT {EVENT_COLUMNS} FROM event ORDER BY sequence DESC LIMIT ?1"))?
        .query_map([to_i64(limit)], event_record)?
        .collect()
}

pub(crate) fn timeline(connection: &Connection, order: OrderId) -> rusqlite::Result<Vec<EventRecord>> {
    connection
        .prepare_cached(&format!("SELECT {EVENT_COLUMNS} FROM event WHERE order_id = ?1 ORDER BY sequence"))?
        .query_map([order.0.cast_signed()], event_record)?
        .collect()
}

pub(crate) fn counts(connection: &Connection) -> rusqlite::Result<Counts> {
    let mut by_state = Vec::with_capacity(OrderState::ALL.len());
    for state in OrderState::ALL {
        let count: i64 = connection
            .prepare_cached("SELECT count FROM count_of_orders WHERE state = ?1")?
            .query_row([state.name()], |row| row.get(0))?;
        by_state.push((state, count.unsigned_abs()));
    }
    let open_by_due = connection
        .prepare_cached("SELECT due, count FROM count_of_open_by_due WHERE count > 0 ORDER BY due")?
        .query_map([], |row| Ok((parsed(row, 0, parse_date)?, row.get::<_, i64>(1)?.unsigned_abs())))?
        .collect::<rusqlite::Result<Vec<(Date, u64)>>>()?;
    Ok(Counts { by_state, open_by_due, spoiled: tally(connection, "spoiled")?, late: tally(connection, "late")? })
}

pub(crate) fn uses(connection: &Connection, signer: &SignerName) -> rusqlite::Result<u64> {
    let uses: Option<i64> = connection
        .prepare_cached("SELECT uses FROM signer_use WHERE signer = ?1")?
        .query_row([signer.as_str()], |row| row.get(0))
        .optional()?;
    Ok(uses.unwrap_or(0).unsigned_abs())
}

fn open_jobs_sql() -> String {
    format!("SELECT {JOB_COLUMNS} FROM {JOB_TABLES} WHERE phase <> 'ended' AND job.machine = ?1 ORDER BY job.job")
}

fn tally(connection: &Connection, name: &str) -> rusqlite::Result<u64> {
    connection
        .prepare_cached("SELECT count FROM tally WHERE name = ?1")?
        .query_row([name], |row| row.get::<_, i64>(0))
        .map(i64::unsigned_abs)
}

fn order_record(row: &Row<'_>) -> rusqlite::Result<OrderRecord> {
    Ok(OrderRecord {
        order: OrderId(row.get::<_, i64>(0)?.unsigned_abs()),
        application: ApplicationNumber(row.get(1)?),
        state: parsed(row, 2, OrderState::parse)?,
        hold: row.get::<_, Option<String>>(3)?.as_deref().and_then(HoldReason::parse),
        channel: parsed(row, 4, Channel::parse)?,
        document: parsed(row, 5, DocumentType::parse)?,
        priority: parsed(row, 6, Priority::parse)?,
        collection: Collection { place: row.get(7)?, kind: parsed(row, 8, CollectionKind::parse)? },
        received: Timestamp(row.get(9)?),
        due: parsed(row, 10, parse_date)?,
        finished: row.get::<_, Option<i64>>(11)?.map(Timestamp),
        remakes: row.get(12)?,
        machine: row.get::<_, Option<String>>(13)?.map(MachineName),
        job: row.get::<_, Option<i64>>(14)?.map(|job| JobNumber(job.unsigned_abs())),
        serial: row.get::<_, Option<String>>(15)?.map(BookletSerial),
        batch: BatchName(row.get(16)?),
        stop_requested: row.get(17)?,
        number: row.get::<_, Option<String>>(18)?.map(DocumentNumber),
    })
}

fn job_record(row: &Row<'_>) -> rusqlite::Result<JobRecord> {
    let ticket = match row.get::<_, Option<[u8; 32]>>(10)? {
        Some(digest) => Some(TicketRecord {
            issued: parsed(row, 8, parse_date)?,
            expires: parsed(row, 9, parse_date)?,
            security_object: Digest(digest),
            signer: SignerName(row.get(11)?),
        }),
        None => None,
    };
    Ok(JobRecord {
        job: JobNumber(row.get::<_, i64>(0)?.unsigned_abs()),
        order: OrderId(row.get::<_, i64>(1)?.unsigned_abs()),
        application: ApplicationNumber(row.get(2)?),
        document: parsed(row, 3, DocumentType::parse)?,
        machine: MachineName(row.get(4)?),
        fence: Fence(row.get::<_, i64>(5)?.unsigned_abs()),
        phase: parsed(row, 6, JobPhase::parse)?,
        serial: row.get::<_, Option<String>>(7)?.map(BookletSerial),
        number: row.get::<_, Option<String>>(15)?.map(DocumentNumber),
        chip: row.get::<_, Option<Vec<u8>>>(13)?.zip(row.get::<_, Option<u8>>(14)?),
        ticket,
        stop_requested: row.get(12)?,
    })
}

fn event_record(row: &Row<'_>) -> rusqlite::Result<EventRecord> {
    Ok(EventRecord {
        sequence: Sequence(row.get::<_, i64>(0)?.unsigned_abs()),
        at: Timestamp(row.get(1)?),
        actor: row.get(2)?,
        kind: row.get(3)?,
        order: row.get::<_, Option<i64>>(4)?.map(|order| OrderId(order.unsigned_abs())),
        application: row.get::<_, Option<String>>(5)?.map(ApplicationNumber),
        job: row.get::<_, Option<i64>>(6)?.map(|job| JobNumber(job.unsigned_abs())),
        serial: row.get::<_, Option<String>>(7)?.map(BookletSerial),
        machine: row.get::<_, Option<String>>(8)?.map(MachineName),
        detail: row.get(9)?,
    })
}

/// A text column as the type whose name it is.
fn parsed<T>(row: &Row<'_>, column: usize, parse: impl Fn(&str) -> Option<T>) -> rusqlite::Result<T> {
    let text: String = row.get(column)?;
    parse(&text).ok_or_else(|| {
        rusqlite::Error::FromSqlConversionFailure(column, Type::Text, format!("unknown value {text}").into())
    })
}

fn to_i64(number: usize) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests;
