use super::super::bench::{Bench, Result};
use super::Check;
use crate::{ErrorKind, Numbering, Operation, Stack};

pub(super) const NUMBERS: Check = Check {
    name: "numbers",
    demand: "a machine that engraves numbers wants one, one that does not refuses one; both before the first mark",
    run: numbers,
};

fn numbers(bench: &mut Bench<'_>) -> Result<()> {
    bench.ready()?;
    bench.load_only(1)?;
    let booklet = bench.encoded()?;
    let mut order = bench.page_order(&booklet);
    let engraves = bench.description()?.capabilities.numbering == Numbering::Engraved;
    if let Operation::Personalise { number, .. } = &mut order {
        *number = if engraves { None } else { Some("KIT000001".to_owned()) };
    }
    let error = bench.refusal(order)?;
    let doing = if engraves { "a page without its number" } else { "a page with a number to engrave" };
    bench.refused_as(&error, &[ErrorKind::Invalid, ErrorKind::Unsupported], doing)?;
    bench.marks_are(&booklet.serial, 0)?;
    bench.mark(&booklet)?;
    bench.deliver(&booklet, Stack::Reject)
}
