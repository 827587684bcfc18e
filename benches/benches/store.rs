//! The store: acts made durable one at a time and in groups of 256, and what every document asks of it.

#![allow(missing_docs, clippy::unwrap_used, reason = "a bench whose input is missing has nothing to measure")]

use std::sync::Arc;
use std::time::{Duration, Instant};

use benches::burn_down::accepted;
use benches::hall::Hall;
use benches::inputs::{self, Photographs};
use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use persoline_domain::application::DocumentType;
use persoline_domain::clock::Timestamp;
use persoline_domain::deed::{Act, Deed};
use persoline_domain::identifiers::{Actor, MachineName};
use persoline_domain::signer::SigningLedger;
use persoline_domain::store::{Outcome, Store};
use persoline_store::{GROUP_LIMIT, SqliteStore};

/// Callers side by side: the writer makes one group of what they hand in.
const CALLERS: usize = 32;

fn report() -> Act {
    let machine = MachineName("north".to_owned());
    let deed = Deed::MachineReported { machine, code: "bench".to_owned() };
    Act { at: Timestamp(1_795_000_000_000), actor: Actor::Line, fence: None, deed }
}

/// Time for `iterations` acts handed in one by one by callers side by side.
fn side_by_side(store: &Arc<SqliteStore>, iterations: u64) -> Duration {
    let before = Instant::now();
    std::thread::scope(|scope| {
        for caller in 0..CALLERS as u64 {
            scope.spawn(move || {
                for _ in (caller..iterations).step_by(CALLERS) {
                    store.commit(vec![report()]).unwrap();
                }
            });
        }
    });
    before.elapsed()
}

fn store(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("store");
    group.sample_size(20).measurement_time(Duration::from_secs(2)).warm_up_time(Duration::from_millis(500));
    let hall = Hall::open(None).unwrap();
    let store = hall.store("store.sqlite").unwrap();
    store.take_fence(&MachineName("north".to_owned())).unwrap();

    group.throughput(Throughput::Elements(1));
    group.bench_function("act_alone", |bencher| bencher.iter(|| store.commit(vec![report()]).unwrap()));
    group.bench_function(format!("act_of_{CALLERS}_callers"), |bencher| {
        bencher.iter_custom(|iterations| side_by_side(&store, iterations));
    });
    group.throughput(Throughput::Elements(GROUP_LIMIT as u64));
    group.bench_function(format!("group_of_{GROUP_LIMIT}_acts"), |bencher| {
        bencher.iter_batched(
            || (0..GROUP_LIMIT).map(|_| report()).collect::<Vec<_>>(),
            |acts| store.commit(acts).unwrap(),
            criterion::BatchSize::SmallInput,
        );
    });

    group.throughput(Throughput::Elements(1));
    let payloads = inputs::payloads(Photographs::Samples).unwrap();
    let mut number = 0;
    let mut next = || {
        number += 1;
        accepted(&hall, &inputs::renumbered(&payloads[number % payloads.len()], number)).unwrap()
    };
    let Outcome::Accepted { order, .. } = store.commit(vec![next()]).unwrap().swap_remove(0) else { return };
    group.bench_function("order_accepted", |bencher| {
        bencher.iter_batched(&mut next, |act| store.commit(vec![act]).unwrap(), criterion::BatchSize::SmallInput);
    });
    group.bench_function("waiting_16", |bencher| {
        bencher.iter(|| store.waiting(&DocumentType::ALL, 16).unwrap());
    });
    group.bench_function("payload", |bencher| bencher.iter(|| store.payload(order).unwrap().unwrap()));
    group.bench_function("counts", |bencher| bencher.iter(|| store.counts().unwrap()));
    let signer = "bench".into();
    group.bench_function("32_uses_reserved", |bencher| {
        bencher.iter(|| store.reserve_uses(&signer, 32, u64::from(u32::MAX)).unwrap());
    });
    group.finish();
}

criterion_group!(benches, store);
criterion_main!(benches);
