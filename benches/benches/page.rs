//! Layers of the page at 600 dpi, each composed and coded alone.

#![allow(missing_docs, clippy::unwrap_used, reason = "a bench whose input is missing has nothing to measure")]

use std::time::{Duration, Instant};

use benches::inputs::Photographs;
use benches::shelf::Shelf;
use criterion::{BenchmarkId, Criterion, criterion_group, criterion_main};
use persoline_render::page::{self, DataPage, Layer, PageError, PageScratch, PageSettings};

type Compose = fn(&DataPage<'_>, &PageSettings, &mut PageScratch) -> Result<(), PageError>;
type Code = fn(&PageSettings, &PageScratch) -> Result<Layer, PageError>;

const LAYERS: [(&str, Compose, Code); 3] = [
    ("laser", page::compose_laser, page::code_laser),
    ("window", page::compose_window, page::code_window),
    ("observation", page::compose_observation, page::code_observation),
];

fn layers(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("page");
    group.sample_size(20).measurement_time(Duration::from_secs(3)).warm_up_time(Duration::from_secs(1));
    for photographs in Photographs::available() {
        let shelf = Shelf::fill(photographs).unwrap();
        let settings = shelf.hall.centre.page;
        let mut scratch = PageScratch::new();
        for (name, compose, code) in LAYERS {
            group.bench_function(BenchmarkId::new(format!("{name}_composed"), photographs.name()), |bencher| {
                bencher.iter_custom(|iterations| {
                    turns(&shelf, iterations, |data| {
                        let before = Instant::now();
                        compose(data, &settings, &mut scratch)?;
                        Ok(before.elapsed())
                    })
                });
            });
            group.bench_function(BenchmarkId::new(format!("{name}_coded"), photographs.name()), |bencher| {
                bencher.iter_custom(|iterations| {
                    turns(&shelf, iterations, |data| {
                        compose(data, &settings, &mut scratch)?;
                        let before = Instant::now();
                        std::hint::black_box(code(&settings, &scratch)?);
                        Ok(before.elapsed())
                    })
                });
            });
        }
    }
    group.finish();
}

/// The time that `work` says it took for so many pages.
fn turns(
    shelf: &Shelf,
    iterations: u64,
    mut work: impl FnMut(&DataPage<'_>) -> Result<Duration, PageError>,
) -> Duration {
    (0..iterations).map(|_| shelf.turn(shelf.specimens()).with_page(&shelf.hall, &mut work).unwrap()).sum()
}

criterion_group!(benches, layers);
criterion_main!(benches);
