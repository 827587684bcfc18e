use super::super::bench::{Bench, Result, demand};
use super::Check;
use super::control::refuse_pick;
use crate::{ControlCommand, ErrorKind, EventBody, Mode, Operation, State};

pub(super) const MODES: Check = Check {
    name: "modes",
    demand: "each announced mode can be entered while the machine stands still, and only production picks booklets",
    run: modes,
};

fn modes(bench: &mut Bench<'_>) -> Result<()> {
    bench.ready()?;
    bench.load_only(1)?;
    let announced = bench.description()?.capabilities.modes.clone();
    for mode in [Mode::Maintenance, Mode::Manual] {
        bench.execute()?;
        let error = bench.refusal(Operation::SetMode(mode))?;
        let kinds = [ErrorKind::WrongState, ErrorKind::Unsupported, ErrorKind::Invalid];
        bench.refused_as(&error, &kinds, &format!("{mode:?} in Execute"))?;
        bench.control(ControlCommand::Stop)?;
        if !announced.contains(&mode) {
            let error = bench.refusal(Operation::SetMode(mode))?;
            bench.refused_as(&error, &[ErrorKind::Unsupported, ErrorKind::Invalid], "a mode that is not announced")?;
            continue;
        }
        let before = bench.cursor().0;
        bench.succeed(Operation::SetMode(mode))?;
        let now = bench.snapshot()?.mode;
        demand(
            now == mode,
            || format!("after SetMode({mode:?}) the mode is {now:?}"),
            "enter the mode, then tell the end",
        )?;
        let told = bench.watch.told_after(before).any(|body| *body == EventBody::ModeChanged(mode));
        demand(told, || format!("{mode:?} was not told"), "tell ModeChanged before the end of the command")?;
        refuse_pick(bench, State::Stopped)?;
        bench.succeed(Operation::SetMode(Mode::Production))?;
    }
    bench.execute()?;
    bench.pick().map(|_| ())
}
