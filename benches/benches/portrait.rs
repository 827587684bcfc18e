//! Portrait primitives, each alone: decode 1200 by 1600, resize to 413 by 531, JPEG 2000 and JPEG to 18,000 bytes.

#![allow(missing_docs, clippy::unwrap_used, reason = "a bench whose input is missing has nothing to measure")]

use std::hint::black_box;
use std::time::Duration;

use benches::inputs::Photographs;
use benches::shelf::Shelf;
use criterion::{BenchmarkId, Criterion, criterion_group, criterion_main};
use persoline_render::portrait::jpeg::{self, JpegScratch, JpegSettings};
use persoline_render::portrait::jpeg2000::{self, Jpeg2000Scratch, Jpeg2000Settings};
use persoline_render::portrait::resize::{self, ResizeScratch};
use persoline_render::portrait::{decode, prepare};

fn portrait(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("portrait");
    group.sample_size(20).measurement_time(Duration::from_secs(3)).warm_up_time(Duration::from_secs(1));
    for photographs in Photographs::available() {
        let shelf = Shelf::fill(photographs).unwrap();
        let (settings, specimens) = (&shelf.hall.centre.portrait, shelf.specimens());
        let id = |what: &str| BenchmarkId::new(what, photographs.name());

        let mut pixels = Vec::new();
        group.bench_function(id("decode"), |bencher| {
            bencher.iter(|| {
                let bytes = shelf.turn(specimens).payload.portrait.expose();
                let decoded = decode::decode_as_stored(bytes, &settings.limits, std::mem::take(&mut pixels)).unwrap();
                pixels = black_box(decoded).1.into_pixels();
            });
        });
        let (mut portrait, mut scratch) = (Vec::new(), ResizeScratch::default());
        group.bench_function(id("resize"), |bencher| {
            bencher.iter(|| {
                let specimen = shelf.turn(specimens);
                let memory = std::mem::take(&mut portrait);
                let resized =
                    resize::resize_upright(specimen.source(), &specimen.crop, settings.frame, memory, &mut scratch);
                portrait = black_box(resized.unwrap()).into_pixels();
            });
        });
        let mut scratch = Jpeg2000Scratch::default();
        group.bench_function(id("jpeg_2000"), |bencher| {
            bencher.iter(|| {
                let picture = &shelf.turn(specimens).prepared.portrait.picture;
                jpeg2000::encode(picture, &Jpeg2000Settings::default(), &mut scratch).unwrap()
            });
        });
        let mut scratch = JpegScratch::default();
        group.bench_function(id("jpeg"), |bencher| {
            bencher.iter(|| {
                let picture = &shelf.turn(specimens).prepared.portrait.picture;
                jpeg::encode(picture, &JpegSettings::default(), &mut scratch).unwrap()
            });
        });
        let mut scratch = prepare::PortraitScratch::default();
        group.bench_function(id("whole"), |bencher| {
            bencher.iter(|| {
                let payload = &shelf.turn(specimens).payload;
                prepare::prepare(payload.portrait.expose(), None, &shelf.hall.centre.portrait, &mut scratch).unwrap()
            });
        });
    }
    group.finish();
}

criterion_group!(benches, portrait);
criterion_main!(benches);
