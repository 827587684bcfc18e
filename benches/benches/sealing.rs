//! Payloads and signed documents: sealed, opened, and the form in which they are sealed.

#![allow(missing_docs, clippy::unwrap_used, reason = "a bench whose input is missing has nothing to measure")]

use std::time::Duration;

use benches::inputs::Photographs;
use benches::shelf::Shelf;
use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use persoline_stage::document::SignedDocument;
use persoline_stage::payload;

fn sealing(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("sealing");
    group.sample_size(30).measurement_time(Duration::from_secs(1)).warm_up_time(Duration::from_millis(300));
    let shelf = Shelf::fill(Photographs::Samples).unwrap();
    let specimen = &shelf.specimens()[0];
    let (number, vault) = (&specimen.payload.application.number, &shelf.hall.vault);

    let plain = payload::encode(&specimen.payload);
    let sealed = vault.seal(number, &plain).unwrap();
    group.throughput(Throughput::Bytes(plain.len() as u64));
    group.bench_function("payload/encoded", |bencher| bencher.iter(|| payload::encode(&specimen.payload)));
    group.bench_function("payload/sealed", |bencher| bencher.iter(|| vault.seal(number, &plain).unwrap()));
    group.bench_function("payload/opened", |bencher| bencher.iter(|| vault.open(number, &sealed).unwrap()));
    group.bench_function("payload/decoded", |bencher| bencher.iter(|| payload::decode(&plain).unwrap()));

    let plain = SignedDocument { files: specimen.chip.files.clone(), card_access_number: None }.encode();
    let sealed = vault.seal(number, &plain).unwrap();
    group.throughput(Throughput::Bytes(plain.len() as u64));
    group.bench_function("document/sealed", |bencher| bencher.iter(|| vault.seal(number, &plain).unwrap()));
    group.bench_function("document/opened", |bencher| bencher.iter(|| vault.open(number, &sealed).unwrap()));
    group.finish();
}

criterion_group!(benches, sealing);
criterion_main!(benches);
