use super::super::CANARY;
use super::super::bench::{Bench, Booklet, Result, failed};
use super::super::watch::Breach;
use super::Check;
use crate::limits::{MAX_PACKAGE_BYTES, MAX_SCRIPT_COMMANDS, MAX_SERIAL_BYTES};
use crate::{ApduScript, EncodingPackage, ErrorKind, Format, Layer, Operation, Stack};

pub(super) const MALFORMED: Check = Check {
    name: "malformed commands",
    demand: "a command that cannot be carried out as it stands is refused before anything is done",
    run: malformed,
};

pub(super) const OVERSIZED: Check = Check {
    name: "oversized commands",
    demand: "a command beyond the limits is refused before anything is done",
    run: oversized,
};

pub(super) const LIMITS: Check =
    Check { name: "told sizes", demand: "all that was told kept within the limits", run: limits };

/// Kinds with which something malformed is refused.
const REFUSALS: [ErrorKind; 3] = [ErrorKind::Invalid, ErrorKind::Unsupported, ErrorKind::NotFound];

fn refuse(bench: &mut Bench<'_>, doing: &str, operation: Operation) -> Result<()> {
    let error = bench.refusal(operation)?;
    bench.refused_as(&error, &REFUSALS, doing)
}

fn with_layers(bench: &mut Bench<'_>, booklet: &Booklet, change: impl FnOnce(&mut Vec<Layer>)) -> Operation {
    let mut order = bench.page_order(booklet);
    if let Operation::Personalise { layers, .. } = &mut order {
        change(layers);
    }
    order
}

fn malformed(bench: &mut Bench<'_>) -> Result<()> {
    bench.ready()?;
    bench.load_only(2)?;
    let (feeder, _) = bench.feeder()?;
    let job = bench.new_job();
    let format = Format("no such format".to_owned());
    refuse(bench, "a pick of a format that is not loaded", Operation::Pick { job, feeder, format })?;
    let booklet = bench.pick()?;
    let job = booklet.job;
    let script = |commands| Operation::Exchange { job, script: ApduScript::new(commands) };
    refuse(bench, "an empty script", script(Vec::new()))?;
    refuse(bench, "a command to the chip of three bytes", script(vec![vec![0, 0xB0, 0]]))?;
    bench.write_chip(&booklet)?;
    let none = with_layers(bench, &booklet, Vec::clear);
    refuse(bench, "a page without layers", none)?;
    let garbage = with_layers(bench, &booklet, |layers| {
        if let Some(layer) = layers.first_mut() {
            layer.bytes = CANARY.as_bytes().repeat(40).into();
        }
    });
    refuse(bench, "a layer that is not an image", garbage)?;
    let beyond = with_layers(bench, &booklet, |layers| {
        if let Some(layer) = layers.first_mut() {
            layer.left_micrometres = 10_000_000;
        }
    });
    refuse(bench, "a layer ten metres off the page", beyond)?;
    let coarse = with_layers(bench, &booklet, |layers| {
        if let Some(layer) = layers.first_mut() {
            layer.dots_per_inch = 1;
        }
    });
    refuse(bench, "a resolution that is not announced", coarse)?;
    bench.marks_are(&booklet.serial, 0)?;
    bench.mark(&booklet)?;
    bench.deliver(&booklet, Stack::Good)
}

fn oversized(bench: &mut Bench<'_>) -> Result<()> {
    bench.ready()?;
    bench.load_only(2)?;
    let booklet = bench.pick()?;
    let job = booklet.job;
    let longest = bench.description()?.capabilities.apdu_bytes as usize;
    let long = vec![0; longest.saturating_add(1)];
    let script = ApduScript::new(vec![long]);
    refuse(bench, "a command to the chip that is too long", Operation::Exchange { job, script })?;
    let package = EncodingPackage(vec![0; MAX_PACKAGE_BYTES + 1]);
    refuse(bench, "a package that is too long", Operation::Encode { job, package })?;
    let script = ApduScript::new(vec![vec![0, 0xB0, 0, 0, 0]; MAX_SCRIPT_COMMANDS + 1]);
    refuse(bench, "a script of too many commands", Operation::Exchange { job, script })?;
    bench.write_chip(&booklet)?;
    let mut order = bench.page_order(&booklet);
    if let Operation::Personalise { expected_serial, .. } = &mut order {
        *expected_serial = "9".repeat(MAX_SERIAL_BYTES + 1);
    }
    let error = bench.refusal(order)?;
    bench.refused_as(&error, &[ErrorKind::Invalid, ErrorKind::WrongSerial], "a serial that is too long")?;
    let many = with_layers(bench, &booklet, |layers| {
        let first: Vec<Layer> = layers.iter().take(1).cloned().collect();
        *layers = first.iter().cycle().take(crate::limits::MAX_LAYERS + 1).cloned().collect();
    });
    refuse(bench, "a page of too many layers", many)?;
    let wide = with_layers(bench, &booklet, |layers| {
        if let Some(layer) = layers.first_mut() {
            (layer.width, layer.height) = (u32::MAX, u32::MAX);
        }
    });
    refuse(bench, "a layer of too many pixels", wide)?;
    bench.marks_are(&booklet.serial, 0)?;
    bench.mark(&booklet)?;
    bench.deliver(&booklet, Stack::Good)
}

fn limits(bench: &mut Bench<'_>) -> Result<()> {
    bench.ready()?;
    match bench.watch.breaches(Breach::Limits) {
        None => Ok(()),
        Some(seen) => failed(seen, "keep within printer_driver::limits: a host closes a session that sends more"),
    }
}
