use super::super::LinkCut;
use super::super::bench::{Bench, Result, demand, failed};
use super::Check;
use super::steps::{Prepared, Step};
use crate::{Acceptance, ErrorKind, JournalEntry};

pub(super) const CUT: Check = Check {
    name: "link cut at each step",
    demand: "after the link was cut a command is handed in again, and is carried out once",
    run: cut,
};

fn cut(bench: &mut Bench<'_>) -> Result<()> {
    for step in Step::ALL {
        for at in [LinkCut::BeforeRequest, LinkCut::BeforeAnswer] {
            cut_at(bench, step, at)?;
        }
    }
    Ok(())
}

fn cut_at(bench: &mut Bench<'_>, step: Step, at: LinkCut) -> Result<()> {
    let mut prepared = Prepared::new(bench, step)?;
    bench.rig.cut_link(at)?;
    match bench.hand_in(&prepared.command)? {
        Err(error) => demand(
            matches!(error.kind, ErrorKind::LinkLost | ErrorKind::Timeout),
            || format!("with the link cut {at:?}, {} was answered: {error}", step.name()),
            "answer LinkLost or Timeout: then the host knows that the command may have arrived",
        )?,
        Ok(answer) => {
            return failed(
                format!("with the link cut {at:?}, {} was answered {answer:?}", step.name()),
                "nothing is accepted before the machine has answered",
            );
        }
    }
    bench.take_up_again()?;
    let entry = bench.journal(prepared.command.key)?;
    let arrived = !matches!(entry, JournalEntry::NotReceived);
    demand(
        arrived == (at == LinkCut::BeforeAnswer),
        || format!("with the link cut {at:?}, the journal says of {}: {entry:?}", step.name()),
        "NotReceived for what never arrived, and for nothing else",
    )?;
    let wanted = if arrived { Acceptance::Repeated } else { Acceptance::Accepted };
    match bench.hand_in(&prepared.command)? {
        Ok(answer) if answer == wanted => {}
        other => {
            return failed(
                format!("with the link cut {at:?}, {} handed in again was answered {other:?}", step.name()),
                "a command that arrived is repeated, one that did not is new",
            );
        }
    }
    let end = bench.end_of(&prepared.command)?;
    prepared.ended_well(&end)?;
    prepared.was_done_once(bench)
}
