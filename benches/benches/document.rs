//! The whole document: from a bound booklet to a ticket, as the line asks for it.

#![allow(missing_docs, clippy::unwrap_used, reason = "a bench whose input is missing has nothing to measure")]

use std::time::Duration;

use benches::burn_down::accepted;
use benches::hall::Hall;
use benches::inputs::{self, Photographs};
use benches::specimen::serial;
use criterion::{BenchmarkId, Criterion, criterion_group, criterion_main};
use persoline_domain::identifiers::{BookletSerial, DocumentNumber, JobNumber};
use persoline_domain::store::{Outcome, Store};
use persoline_stage::workshop::{TicketTask, Workshop};
use printer_driver::ChipIdentity;

/// Orders that are ticketed in turn.
const ORDERS: usize = 16;

fn document(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("document");
    group.sample_size(20).measurement_time(Duration::from_secs(5)).warm_up_time(Duration::from_secs(1));
    for photographs in Photographs::available() {
        let hall = Hall::open(None).unwrap();
        let store = hall.store("document.sqlite").unwrap();
        let payloads = inputs::payloads(photographs).unwrap();
        let tasks: Vec<TicketTask> = payloads
            .iter()
            .take(ORDERS)
            .enumerate()
            .map(|(number, payload)| task(&hall, &*store, payload, number))
            .collect();
        let workshop = hall.workshop(&store).unwrap();
        let mut turn = tasks.iter().cycle();
        group.bench_function(BenchmarkId::new("ticket", photographs.name()), |bencher| {
            bencher.iter(|| turn.next().map(|task| workshop.ticket(task).unwrap()));
        });
    }
    group.finish();
}

fn task(hall: &Hall, store: &dyn Store, payload: &persoline_domain::application::Payload, number: usize) -> TicketTask {
    let payload = inputs::renumbered(payload, number);
    let outcome = store.commit(vec![accepted(hall, &payload).unwrap()]).unwrap().swap_remove(0);
    let (Outcome::Accepted { order, .. } | Outcome::Unchanged(order)) = outcome else { unreachable!() };
    let at = hall.clock.now();
    TicketTask {
        order,
        application: payload.application.number,
        job: JobNumber(number as u64 + 1),
        serial: BookletSerial(serial(number)),
        number: DocumentNumber(serial(number)),
        recipient: None,
        chip: ChipIdentity::new(format!("UTOCHIP{number:08}").into_bytes(), 1),
        at,
        today: at.utc_date(),
        again: false,
    }
}

criterion_group!(benches, document);
criterion_main!(benches);
