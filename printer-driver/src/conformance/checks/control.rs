use super::super::bench::{Bench, Result, demand, failed};
use super::super::watch::Breach;
use super::Check;
use crate::{ControlCommand as C, Cursor, ErrorKind, EventBody, Operation, State as S};

pub(super) const LIFECYCLES: Check = Check {
    name: "lifecycles",
    demand: "each announced state is reached by its command and told, and no other",
    run: lifecycles,
};

pub(super) const IMPOSSIBLE: Check = Check {
    name: "impossible control commands",
    demand: "a command that the standard does not allow in a state is refused there and changes nothing",
    run: impossible,
};

pub(super) const STATES: Check = Check {
    name: "told states",
    demand: "in all that was told, states followed each other as the standard allows",
    run: states,
};

/// Commands that lead round, each with the state it leads to.
const TOUR: &[(C, S)] = &[
    (C::Stop, S::Stopped),
    (C::Reset, S::Idle),
    (C::Start, S::Execute),
    (C::Hold, S::Held),
    (C::Unhold, S::Execute),
    (C::Suspend, S::Suspended),
    (C::Unsuspend, S::Execute),
    (C::Complete, S::Complete),
    (C::Reset, S::Idle),
    (C::Start, S::Execute),
    (C::Abort, S::Aborted),
    (C::Clear, S::Stopped),
    (C::Reset, S::Idle),
    (C::Start, S::Execute),
];

fn lifecycles(bench: &mut Bench<'_>) -> Result<()> {
    bench.ready()?;
    let began = bench.cursor();
    let mut state = S::Execute;
    for &(command, leads_to) in TOUR {
        let is_way_back = matches!((command, state), (C::Unhold | C::Unsuspend, S::Execute) | (C::Reset, S::Execute));
        if is_way_back || (command == C::Start && state == S::Execute) {
            // The state that this one leads back from is not announced.
            continue;
        }
        if !bench.announces(leads_to)? {
            let error = bench.refusal(Operation::Control(command))?;
            bench.refused_as(&error, &[ErrorKind::Unsupported, ErrorKind::WrongState], &format!("{command:?}"))?;
            let now = bench.snapshot()?.state;
            demand(now == state, || format!("{command:?} led to {}", now.name()), "announce every state that occurs")?;
            continue;
        }
        bench.control(command)?;
        state = bench.snapshot()?.state;
        demand(
            state == leads_to,
            || format!("after {command:?} the machine is in {}", state.name()),
            "the end of a control command is told when the state it leads to is reached",
        )?;
        let told = bench.watch.state();
        demand(
            told == Some(leads_to),
            || format!("after {command:?} the last state that was told is {told:?}"),
            "each change of state is told as StateChanged, before the end of the command that made it",
        )?;
        let patience = bench.rig.patience();
        bench.read_for(patience / 32)?;
        let stays = bench.snapshot()?.state;
        demand(
            stays == leads_to,
            || format!("the machine left {} for {} by itself", leads_to.name(), stays.name()),
            "a machine in order stays where its last command has led it",
        )?;
    }
    let told = states_since(bench, began);
    for state in bench.description()?.capabilities.states.clone() {
        demand(
            told.contains(&state),
            || format!("{} is announced and was never told", state.name()),
            "announce only states that occur, and tell each as StateChanged",
        )?;
    }
    Ok(())
}

fn states_since(bench: &Bench<'_>, began: Cursor) -> Vec<S> {
    let told = bench.watch.told_after(began.0);
    told.filter_map(|body| match body {
        EventBody::StateChanged(state) => Some(*state),
        _ => None,
    })
    .collect()
}

fn impossible(bench: &mut Bench<'_>) -> Result<()> {
    bench.ready()?;
    let leads_to: [(C, S); 4] =
        [(C::Stop, S::Stopped), (C::Reset, S::Idle), (C::Start, S::Execute), (C::Abort, S::Aborted)];
    refuse_all(bench, S::Execute, &[C::Reset, C::Start, C::Unhold, C::Unsuspend, C::Clear])?;
    for (command, state) in leads_to {
        bench.control(command)?;
        let refused: &[C] = match state {
            S::Stopped => &[C::Start, C::Clear, C::Hold, C::Unhold, C::Suspend, C::Complete],
            S::Idle => &[C::Clear, C::Unhold, C::Unsuspend, C::Complete],
            S::Aborted => &[C::Reset, C::Start, C::Stop, C::Hold, C::Abort],
            _ => &[],
        };
        refuse_all(bench, state, refused)?;
        if state != S::Execute {
            refuse_pick(bench, state)?;
        }
    }
    bench.execute()
}

fn refuse_all(bench: &mut Bench<'_>, state: S, commands: &[C]) -> Result<()> {
    for &command in commands {
        let error = bench.refusal(Operation::Control(command))?;
        let doing = format!("{command:?} in {}", state.name());
        bench.refused_as(&error, &[ErrorKind::WrongState, ErrorKind::Unsupported], &doing)?;
        let now = bench.snapshot()?.state;
        demand(now == state, || format!("{doing} led to {}", now.name()), "what is refused changes nothing")?;
    }
    Ok(())
}

/// Demands that no booklet is picked in a state that is not Execute.
pub(super) fn refuse_pick(bench: &mut Bench<'_>, state: S) -> Result<()> {
    let (_, pick) = bench.pick_order()?;
    let command = bench.command(pick);
    match bench.hand_in(&command)? {
        Err(error) => bench.refused_as(&error, &[ErrorKind::WrongState], &format!("Pick in {}", state.name())),
        Ok(_) => failed(
            format!("Pick was accepted in {}", state.name()),
            "booklets are picked in Execute only; refuse at once, so that the host gives the order to another machine",
        ),
    }
}

fn states(bench: &mut Bench<'_>) -> Result<()> {
    bench.ready()?;
    match bench.watch.breaches(Breach::States) {
        None => Ok(()),
        Some(seen) => failed(seen, "see State::followed_by; states that the machine does not have are passed silently"),
    }
}
