//! The machine readable zone: transliterated, written and parsed, over the names of the sample set.

#![allow(missing_docs, clippy::unwrap_used, reason = "a bench whose input is missing has nothing to measure")]

use std::time::Duration;

use benches::inputs;
use benches::shelf::Shelf;
use chip_profile::mrz::{MrzName, Td3, TransliterationPolicy};
use criterion::{Criterion, criterion_group, criterion_main};

fn mrz(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("mrz");
    group.sample_size(30).measurement_time(Duration::from_secs(1)).warm_up_time(Duration::from_millis(300));
    let shelf = Shelf::fill(inputs::Photographs::Samples).unwrap();
    let (centre, payloads) = (&shelf.hall.centre, inputs::sample_set().unwrap());
    let specimen = &shelf.specimens()[0];

    group.bench_function("name_transliterated", |bencher| {
        bencher.iter(|| {
            let holder = &shelf.turn(&payloads).application.holder;
            MrzName::from_visual(holder.primary.expose(), holder.secondary.expose(), &TransliterationPolicy::default())
                .unwrap()
        });
    });
    group.bench_function("td3_of_an_application", |bencher| {
        bencher.iter(|| {
            let application = &shelf.turn(&payloads).application;
            let (issued, expires) = (specimen.prepared.issued, specimen.prepared.expires);
            let number = &specimen.number;
            persoline_stage::prepare::machine_readable_zone(centre, application, number, issued, expires).unwrap()
        });
    });
    let text = specimen.prepared.mrz.text();
    let parsed = Td3::parse(text).unwrap();
    group.bench_function("td3_written", |bencher| bencher.iter(|| parsed.encode().unwrap()));
    group.bench_function("td3_parsed", |bencher| bencher.iter(|| Td3::parse(text).unwrap()));
    group.finish();
}

criterion_group!(benches, mrz);
criterion_main!(benches);
