use super::super::bench::{Bench, Result, demand};
use super::Check;
use crate::{AlarmId, ApduScript, ErrorKind, FeederId, JobId, Operation, Stack};

pub(super) const UNKNOWN: Check = Check {
    name: "unknown jobs",
    demand: "a command about a job, a feeder or an alarm that does not exist is refused as NotFound",
    run: unknown,
};

pub(super) const USED: Check = Check {
    name: "used jobs",
    demand: "a job that was used is not given to another booklet, and is over when its booklet is out",
    run: used,
};

fn about(bench: &mut Bench<'_>, job: JobId) -> Vec<Operation> {
    vec![
        Operation::Exchange { job, script: ApduScript::new(vec![vec![0, 0xA4, 4, 0]]) },
        Operation::Personalise {
            job,
            expected_serial: "KIT000001".to_owned(),
            number: bench.rig.number("KIT000001"),
            layers: bench.rig.page("KIT000001"),
        },
        Operation::Photograph { job },
        Operation::Deliver { job, stack: Stack::Good },
        Operation::Cancel { job },
    ]
}

fn unknown(bench: &mut Bench<'_>) -> Result<()> {
    bench.ready()?;
    bench.load_only(1)?;
    let before = bench.snapshot()?.counters;
    let job = bench.new_job();
    let (_, format) = bench.feeder()?;
    let mut orders = about(bench, job);
    orders.push(Operation::AcknowledgeAlarm(AlarmId(u64::MAX)));
    orders.push(Operation::Pick { job: JobId(job.0.saturating_add(1)), feeder: FeederId(u16::MAX), format });
    for operation in orders {
        let doing = format!("{operation:?}");
        let error = bench.refusal(operation)?;
        bench.refused_as(&error, &[ErrorKind::NotFound, ErrorKind::Unsupported], &doing)?;
    }
    let after = bench.snapshot()?.counters;
    demand(before == after, || format!("counted {after:?} after {before:?}"), "what is refused does nothing")
}

fn used(bench: &mut Bench<'_>) -> Result<()> {
    bench.ready()?;
    bench.load_only(2)?;
    let booklet = bench.pick()?;
    let (feeder, format) = bench.feeder()?;
    let again = Operation::Pick { job: booklet.job, feeder, format };
    let error = bench.refusal(again.clone())?;
    bench.refused_as(&error, &[ErrorKind::Invalid], "a pick for a job that has a booklet")?;
    bench.deliver(&booklet, Stack::Reject)?;
    let error = bench.refusal(again)?;
    bench.refused_as(&error, &[ErrorKind::Invalid], "a pick for a job whose booklet is out")?;
    let page = bench.page_order(&booklet);
    for operation in [page, Operation::Photograph { job: booklet.job }] {
        let doing = format!("{operation:?} after delivery");
        let error = bench.refusal(operation)?;
        bench.refused_as(&error, &[ErrorKind::NotFound, ErrorKind::Invalid], &doing)?;
    }
    bench.marks_are(&booklet.serial, 0)
}
