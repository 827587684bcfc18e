use super::super::CANARY;
use super::super::bench::{Bench, Result, failed};
use super::super::watch::Breach;
use super::Check;
use crate::{ApduScript, Operation, Stack};

pub(super) const SECRECY: Check = Check {
    name: "secrecy",
    demand: "nothing that stood in a page or a script comes back in a text, an alarm or an error",
    run: secrecy,
};

fn secrecy(bench: &mut Bench<'_>) -> Result<()> {
    bench.ready()?;
    bench.load_only(1)?;
    let booklet = bench.pick()?;
    // A command that the chip does not know, with the canary as its data: it is answered or refused, but not quoted.
    let mut command = vec![0x80, 0xFE, 0, 0, u8::try_from(CANARY.len()).unwrap_or(0)];
    command.extend_from_slice(CANARY.as_bytes());
    let script = ApduScript::new(vec![command]);
    let exchange = bench.command(Operation::Exchange { job: booklet.job, script });
    if bench.hand_in(&exchange)?.is_ok() {
        let _ = bench.end_of(&exchange)?;
    }
    let mut order = bench.page_order(&booklet);
    if let Operation::Personalise { layers, .. } = &mut order
        && let Some(layer) = layers.first_mut()
    {
        layer.bytes = CANARY.as_bytes().into();
    }
    let _ = bench.refusal(order)?;
    bench.deliver(&booklet, Stack::Reject)?;
    bench.snapshot()?;
    match bench.watch.breaches(Breach::Secrecy) {
        None => Ok(()),
        Some(seen) => failed(seen, "texts name what and where, never whom: no contents of pages, scripts or chips"),
    }
}
