use super::super::bench::{Bench, Result, demand, failed};
use super::super::watch::Breach;
use super::Check;
use super::steps::{Prepared, Step};
use crate::{Acceptance, Command, ControlCommand, ErrorKind, Operation, State};

pub(super) const REPEATS: Check = Check {
    name: "repeated commands",
    demand: "a command that is handed in again is answered as repeated, carried out once, and its end is told again",
    run: repeats,
};

pub(super) const ONE_KEY_ONE_COMMAND: Check = Check {
    name: "one key, one command",
    demand: "a key that stands for one command is refused with another",
    run: one_key_one_command,
};

pub(super) const ENDS: Check = Check {
    name: "told ends",
    demand: "each end was told once for each time its command was handed in, the same each time, and no other",
    run: ends,
};

fn repeats(bench: &mut Bench<'_>) -> Result<()> {
    for step in Step::ALL {
        let mut prepared = Prepared::new(bench, step)?;
        prepared.start(bench)?;
        repeat(bench, &prepared.command, "while it was under way")?;
        let end = bench.end_of(&prepared.command)?;
        prepared.ended_well(&end)?;
        repeat_after_end(bench, &prepared.command)?;
        prepared.was_done_once(bench)?;
    }
    // The key is known before the state is looked at.
    let mut prepared = Prepared::new(bench, Step::Deliver)?;
    prepared.start(bench)?;
    let end = bench.end_of(&prepared.command)?;
    prepared.ended_well(&end)?;
    let stop = bench.submit(Operation::Control(ControlCommand::Stop))?;
    let _ = bench.end_of(&stop)?;
    repeat_after_end(bench, &prepared.command)?;
    repeat_after_end(bench, &stop)?;
    let state = bench.snapshot()?.state;
    demand(state == State::Stopped, || format!("a repeated Stop led to {}", state.name()), "a repeat does nothing")?;
    prepared.was_done_once(bench)
}

fn repeat(bench: &mut Bench<'_>, command: &Command, when: &str) -> Result<()> {
    match bench.hand_in(command)? {
        Ok(Acceptance::Repeated) => Ok(()),
        other => failed(
            format!("{:?} was handed in again {when} and answered {other:?}", command.operation),
            "look the key up before anything else but the token, and answer Repeated",
        ),
    }
}

fn repeat_after_end(bench: &mut Bench<'_>, command: &Command) -> Result<()> {
    let told = bench.watch.ends(command.key).len();
    let first = bench.watch.ends(command.key).first().cloned();
    repeat(bench, command, "after its end")?;
    let end = bench.end_after(command, told)?;
    demand(
        first.as_ref() == Some(&end),
        || format!("the end was told as {first:?} and again as {end:?}"),
        "keep the result by its key and tell the same again",
    )
}

fn one_key_one_command(bench: &mut Bench<'_>) -> Result<()> {
    let mut prepared = Prepared::new(bench, Step::Cancel)?;
    prepared.start(bench)?;
    let end = bench.end_of(&prepared.command)?;
    prepared.ended_well(&end)?;
    let (_, pick) = bench.pick_order()?;
    let other = Command::new(prepared.command.key, bench.token(), pick);
    match bench.hand_in(&other)? {
        Err(error) => bench.refused_as(&error, &[ErrorKind::Invalid], "another command under a known key")?,
        Ok(answer) => {
            return failed(
                format!("another command under a known key was answered {answer:?}"),
                "keep what a key stands for and answer Invalid to another command under it",
            );
        }
    }
    prepared.was_done_once(bench)
}

fn ends(bench: &mut Bench<'_>) -> Result<()> {
    bench.ready()?;
    match bench.watch.breaches(Breach::Ends) {
        None => Ok(()),
        Some(seen) => {
            failed(seen, "tell the end of a command that was accepted, once, and once for each repeat after it")
        }
    }
}
