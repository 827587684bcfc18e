use super::super::bench::{Bench, Result, demand, failed};
use super::Check;
use super::steps::{Prepared, Step};
use crate::{Acceptance, Command, ErrorKind};

pub(super) const RESTART: Check = Check {
    name: "restart of the host at each step",
    demand: "a host that starts anew with a higher token finds what became of the old one's command, and takes over",
    run: restart,
};

fn restart(bench: &mut Bench<'_>) -> Result<()> {
    for step in Step::ALL {
        let mut prepared = Prepared::new(bench, step)?;
        prepared.start(bench)?;
        let new = bench.connect_beside()?;
        let mut old = bench.change_sessions(new);
        let token = bench.new_token();
        let old_token = bench.token();
        bench.attach(token)?;
        if let Some(old) = old.as_deref_mut() {
            let (_, pick) = bench.pick_order()?;
            let late = Command { token: old_token, ..bench.command(pick) };
            match old.submit(&late) {
                Err(error) => demand(
                    matches!(
                        error.kind,
                        ErrorKind::Fenced | ErrorKind::NotAttached | ErrorKind::LinkLost | ErrorKind::Timeout
                    ),
                    || format!("the old host's command was answered: {error}"),
                    "a host whose token is not the highest is Fenced",
                )?,
                Ok(_) => {
                    return failed("the old host's command was accepted", "the highest token commands, and no other");
                }
            }
        }
        drop(old);
        // The new host hands the open command in again, under its own token and the old key.
        let again = Command { token, ..prepared.command.clone() };
        match bench.hand_in(&again)? {
            Ok(Acceptance::Repeated) => {}
            other => {
                return failed(
                    format!("{} of the old host, handed in again by the new one, was answered {other:?}", step.name()),
                    "keys are known whoever hands them in",
                );
            }
        }
        let end = bench.end_of(&prepared.command)?;
        prepared.ended_well(&end)?;
        prepared.was_done_once(bench)?;
    }
    Ok(())
}
