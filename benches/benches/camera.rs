//! The camera: the machine readable zone read from a picture of the page at 300 dpi.

#![allow(missing_docs, clippy::unwrap_used, reason = "a bench whose input is missing has nothing to measure")]

use std::time::Duration;

use benches::inputs::Photographs;
use benches::machine::camera::Camera;
use benches::shelf::Shelf;
use criterion::{Criterion, criterion_group, criterion_main};
use persoline_render::camera::{MrzReader, MrzZone};
use persoline_render::page::PageScratch;
use persoline_render::picture::{Channels, Picture};
use persoline_stage::render;
use printer_driver::CameraImage;

fn camera(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("camera");
    group.sample_size(20).measurement_time(Duration::from_secs(2)).warm_up_time(Duration::from_millis(500));
    let shelf = Shelf::fill(Photographs::Samples).unwrap();
    let mut scratch = PageScratch::new();
    let pages: Vec<_> = shelf
        .specimens()
        .iter()
        .map(|specimen| render::layers(&shelf.hall.centre, &specimen.payload, &specimen.facts(), &mut scratch).unwrap())
        .collect();
    let mut device = Camera::default();
    let picture = |CameraImage { width, height, grey, .. }| Picture::new(width, height, Channels::Grey, grey).unwrap();
    let pictures: Vec<Picture> = pages.iter().map(|layers| picture(device.picture(layers).unwrap())).collect();
    let reader = MrzReader::new(300, &MrzZone::td3((0.0, 0.0))).unwrap();
    for (specimen, picture) in shelf.specimens().iter().zip(&pictures) {
        assert_eq!(reader.read(picture).unwrap().lines, specimen.prepared.mrz.lines());
    }

    group.bench_function("reader_made", |bencher| {
        bencher.iter(|| MrzReader::new(300, &MrzZone::td3((0.0, 0.0))).unwrap());
    });
    group.bench_function("mrz_read", |bencher| bencher.iter(|| reader.read(shelf.turn(&pictures)).unwrap()));
    group.bench_function("picture_of_the_instant_machine", |bencher| {
        bencher.iter(|| {
            let layers: &Vec<_> = shelf.turn(&pages);
            device.picture(layers).unwrap()
        });
    });
    group.finish();
}

criterion_group!(benches, camera);
criterion_main!(benches);
