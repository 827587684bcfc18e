use super::super::bench::{Bench, Result, demand, failed};
use super::Check;
use crate::{Command, ErrorKind, FencingToken};

pub(super) const CONTROL: Check = Check {
    name: "control and fencing",
    demand: "the machine obeys the highest token it has seen, and no other",
    run: control,
};

fn control(bench: &mut Bench<'_>) -> Result<()> {
    bench.ready()?;
    bench.load_only(1)?;
    let old = bench.token();
    let newer = bench.new_token();
    // A session that never took control commands nothing.
    let (_, operation) = bench.pick_order()?;
    let early = Command { token: newer, ..bench.command(operation) };
    match bench.hand_in(&early)? {
        Err(error) => {
            bench.refused_as(&error, &[ErrorKind::NotAttached], "a command with a token that was never attached")?
        }
        Ok(_) => return failed("a command with a token that was never attached was accepted", "attach comes first"),
    }
    bench.attach(newer)?;
    bench.attach(newer)?;
    for old in [old, FencingToken(1)] {
        let answer = bench.driver()?.attach(old);
        match answer {
            Err(error) => bench.refused_as(&error, &[ErrorKind::Fenced], "attaching with an old token")?,
            Ok(_) => return failed("an old token could be attached", "a token lower than one seen is Fenced"),
        }
        let (_, operation) = bench.pick_order()?;
        let late = Command { token: old, ..bench.command(operation) };
        match bench.hand_in(&late)? {
            Err(error) => bench.refused_as(&error, &[ErrorKind::Fenced], "a command with an old token")?,
            Ok(_) => {
                return failed("a command with an old token was accepted", "check the token of every command first");
            }
        }
        let known = bench.journal(late.key)?;
        demand(
            known == crate::JournalEntry::NotReceived,
            || format!("the journal says {known:?} of a command that was fenced off"),
            "what was refused was never received",
        )?;
    }
    // Whoever is fenced off disturbs nobody.
    bench.pick().map(|_| ())
}
