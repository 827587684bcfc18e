use super::super::bench::{Bench, Result, demand, failed};
use super::Check;
use super::control::refuse_pick;
use crate::{Completion, ControlCommand as C, ErrorKind, Operation, Stack, State as S};

pub(super) const HOLD: Check = Check {
    name: "hold amid a booklet",
    demand: "a held machine picks nothing, and what was under way is finished once it goes on",
    run: hold,
};

pub(super) const SUSPEND: Check = Check {
    name: "suspend amid a booklet",
    demand: "a suspended machine picks nothing, and what was under way is finished once it goes on",
    run: suspend,
};

fn hold(bench: &mut Bench<'_>) -> Result<()> {
    pause(bench, C::Hold, S::Held, C::Unhold)
}

fn suspend(bench: &mut Bench<'_>) -> Result<()> {
    pause(bench, C::Suspend, S::Suspended, C::Unsuspend)
}

fn pause(bench: &mut Bench<'_>, pause: C, paused: S, go_on: C) -> Result<()> {
    bench.ready()?;
    bench.load_only(2)?;
    if !bench.announces(paused)? {
        let error = bench.refusal(Operation::Control(pause))?;
        return bench.refused_as(&error, &[ErrorKind::Unsupported, ErrorKind::WrongState], &format!("{pause:?}"));
    }
    let booklet = bench.encoded()?;
    let order = bench.page_order(&booklet);
    let mark = bench.submit(order)?;
    bench.control(pause)?;
    bench.state_is(paused)?;
    refuse_pick(bench, paused)?;
    bench.control(go_on)?;
    bench.state_is(S::Execute)?;
    match bench.end_of(&mark)? {
        Ok(Completion::Personalised { .. }) => {}
        other => {
            return failed(
                format!("the page that was under way ended as {other:?}"),
                "a booklet that is under way waits, or is finished, and comes to no harm",
            );
        }
    }
    bench.marks_are(&booklet.serial, 1)?;
    let before = bench.snapshot()?.counters.picked;
    bench.deliver(&booklet, Stack::Good)?;
    let picked = bench.snapshot()?.counters.picked.saturating_sub(before);
    demand(picked == 0, || format!("{picked} booklets were picked meanwhile"), "nothing is picked without a command")
}
