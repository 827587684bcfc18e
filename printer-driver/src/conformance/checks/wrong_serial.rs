use super::super::When;
use super::super::bench::{Bench, Booklet, Result, demand, failed};
use super::Check;
use crate::{BookletFate, Completion, DeviceError, ErrorKind, Operation, Stack};

pub(super) const AT_PICK: Check = Check {
    name: "wrong serial at pick",
    demand: "the serial that is told is the one that was read, whatever was loaded",
    run: at_pick,
};

pub(super) const EXPECTED: Check = Check {
    name: "wrong serial expected",
    demand: "a page whose booklet is not the expected one is not marked, and the serial that was read is told",
    run: expected,
};

pub(super) const BEFORE_MARK: Check = Check {
    name: "wrong serial before the mark",
    demand: "the serial is read again before the first mark; another one than expected is told, and nothing is marked",
    run: before_mark,
};

fn at_pick(bench: &mut Bench<'_>) -> Result<()> {
    bench.ready()?;
    let loaded = bench.load_only(2)?;
    let read = bench.rig.present_wrong_serial(When::AtNextPick)?;
    let (_, pick) = bench.pick_order()?;
    let told = match bench.carry_out(pick)? {
        Ok(Completion::Picked { serial, .. }) => Some(serial),
        Err(DeviceError { kind: ErrorKind::WrongSerial, fate: BookletFate::Untouched, serial, .. }) => serial,
        other => return failed(format!("the pick ended as {other:?}"), "tell the serial that was read, as Picked"),
    };
    let is_right = match (&read, &told) {
        (Some(read), Some(told)) => read == told,
        (_, told) => told.as_ref() != loaded.first(),
    };
    demand(
        is_right,
        || format!("{told:?} was told, {read:?} lies there, {:?} was loaded", loaded.first()),
        "never tell the serial that should be there: tell what was read",
    )
}

fn expected(bench: &mut Bench<'_>) -> Result<()> {
    bench.ready()?;
    bench.load_only(1)?;
    let booklet = bench.encoded()?;
    let mut order = bench.page_order(&booklet);
    if let Operation::Personalise { expected_serial, .. } = &mut order {
        *expected_serial = "KIT999999".to_owned();
    }
    let error = bench.refusal(order)?;
    told_as_read(bench, &error, Some(&booklet.serial))?;
    bench.marks_are(&booklet.serial, 0)?;
    bench.mark(&booklet)?;
    bench.deliver(&booklet, Stack::Good)
}

fn before_mark(bench: &mut Bench<'_>) -> Result<()> {
    bench.ready()?;
    bench.load_only(2)?;
    let booklet: Booklet = bench.encoded()?;
    let read = bench.rig.present_wrong_serial(When::BeforeNextMark)?;
    let order = bench.page_order(&booklet);
    let error = bench.refusal(order)?;
    told_as_read(bench, &error, read.as_ref())?;
    demand(
        error.serial.as_ref() != Some(&booklet.serial),
        || format!("{:?} was told, which is the one that was expected", error.serial),
        "tell the serial that was read",
    )?;
    bench.marks_are(&booklet.serial, 0)?;
    read.map_or(Ok(()), |read| bench.marks_are(&read, 0))
}

fn told_as_read(bench: &Bench<'_>, error: &DeviceError, read: Option<&String>) -> Result<()> {
    bench.refused_as(error, &[ErrorKind::WrongSerial], "a page whose booklet is not the expected one")?;
    let is_right = match (read, &error.serial) {
        (Some(read), told) => told.as_ref() == Some(read),
        (None, told) => told.is_some(),
    };
    demand(
        is_right,
        || format!("the error's serial is {:?}, {read:?} was read", error.serial),
        "DeviceError::with_serial carries the serial that was read",
    )
}
