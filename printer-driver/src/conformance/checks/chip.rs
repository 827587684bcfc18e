use super::super::CANARY;
use super::super::bench::{Bench, Result, demand};
use super::Check;
use crate::{ChipEncoding, Completion, EncodingPackage, ErrorKind, Operation, Stack};

pub(super) const ENCODING: Check = Check {
    name: "encoding the chip",
    demand: "chips are written in the announced way, and a package that is not for the machine is refused untouched",
    run: encoding,
};

fn encoding(bench: &mut Bench<'_>) -> Result<()> {
    bench.ready()?;
    bench.load_only(1)?;
    let booklet = bench.pick()?;
    let foreign = EncodingPackage(CANARY.as_bytes().repeat(20));
    let error = bench.refusal(Operation::Encode { job: booklet.job, package: foreign })?;
    match bench.description()?.capabilities.encoding {
        ChipEncoding::Coupler => {
            bench.refused_as(&error, &[ErrorKind::Unsupported], "Encode on a machine with a coupler")?
        }
        ChipEncoding::Machine { .. } => bench.refused_as(&error, &[ErrorKind::Invalid], "a package of nobody's")?,
    }
    bench.write_chip(&booklet)?;
    if matches!(bench.description()?.capabilities.encoding, ChipEncoding::Machine { .. }) {
        let script = bench.rig.chip_script(&booklet.serial);
        let completion = bench.succeed(Operation::Exchange { job: booklet.job, script })?;
        demand(
            matches!(completion, Completion::Answered { .. }),
            || format!("reading back ended as {completion:?}"),
            "a machine that encodes by itself takes Exchange afterwards, for reading back",
        )?;
    }
    bench.deliver(&booklet, Stack::Reject)
}
