use std::collections::BTreeMap;

use super::super::bench::{Bench, Booklet, Result, booklet, demand, failed};
use super::Check;
use crate::{Command, Completion, ErrorKind, JobId, Operation, Stack};

pub(super) const SEVERAL: Check = Check {
    name: "several booklets at once",
    demand: "as many booklets as are announced can be under way at once, and each goes its own way",
    run: several,
};

pub(super) const QUEUE_FULL: Check = Check {
    name: "full queue",
    demand: "what the machine cannot take any more is refused as Busy, untouched, and what it accepted is carried out",
    run: queue_full,
};

/// Where each booklet is on its way.
#[derive(Default)]
struct Under {
    waiting: BTreeMap<JobId, (Command, Option<Booklet>)>,
    serials: Vec<String>,
}

fn several(bench: &mut Bench<'_>) -> Result<()> {
    bench.ready()?;
    let at_once = bench.description()?.capabilities.jobs_at_once.min(64);
    let loaded = bench.load_only(at_once)?;
    let mut under = Under::default();
    for _ in 0..at_once {
        let (job, pick) = bench.pick_order()?;
        let command = bench.submit(pick)?;
        under.waiting.insert(job, (command, None));
    }
    bring_through(bench, &mut under)?;
    came_through(bench, under, &loaded)
}

fn queue_full(bench: &mut Bench<'_>) -> Result<()> {
    bench.ready()?;
    let can = &bench.description()?.capabilities;
    let (at_once, most) = (can.jobs_at_once, can.jobs_at_once.saturating_add(can.queue_depth).min(1_000));
    let loaded = bench.load_only(most.saturating_add(1))?;
    let mut under = Under::default();
    for _ in 0..=most {
        let (job, pick) = bench.pick_order()?;
        let command = bench.command(pick);
        match bench.hand_in(&command)? {
            Ok(_) => {
                under.waiting.insert(job, (command, None));
            }
            Err(error) => {
                bench.refused_as(&error, &[ErrorKind::Busy], "one command more than the machine takes")?;
                break;
            }
        }
    }
    let accepted = u32::try_from(under.waiting.len()).unwrap_or(u32::MAX);
    demand(
        (at_once..=most).contains(&accepted),
        || format!("{accepted} picks were accepted at once"),
        "accept jobs_at_once picks, and queue_depth beyond them at most; answer Busy to the rest",
    )?;
    bring_through(bench, &mut under)?;
    let picked: Vec<String> = loaded.into_iter().take(accepted as usize).collect();
    came_through(bench, under, &picked)
}

/// Hands in each booklet's next command as soon as its last one has ended, until all are out.
fn bring_through(bench: &mut Bench<'_>, under: &mut Under) -> Result<()> {
    while !under.waiting.is_empty() {
        let keys: Vec<_> = under.waiting.iter().map(|(job, (command, _))| (*job, command.key)).collect();
        let (job, end) = bench.until("the next end of several", |bench| {
            Ok(keys.iter().find_map(|(job, key)| Some((*job, bench.watch.ends(*key).first()?.clone()))))
        })?;
        let Some((command, known)) = under.waiting.remove(&job) else { continue };
        let completion = match end {
            Ok(completion) => completion,
            Err(error) => {
                return failed(
                    format!("{:?} ended with: {error}", command.operation),
                    "booklets that are under way at once must not disturb each other",
                );
            }
        };
        let (booklet, next) = match (known, completion) {
            (None, completion) => {
                let booklet = booklet::picked(job, completion)?;
                let order = bench.chip_order(&booklet)?;
                (booklet, order)
            }
            (Some(booklet), Completion::Answered { .. } | Completion::Encoded) => {
                let order = bench.page_order(&booklet);
                (booklet, order)
            }
            (Some(booklet), Completion::Personalised { .. }) => {
                (booklet, Operation::Deliver { job, stack: wanted_stack(job) })
            }
            (Some(booklet), Completion::Delivered { stack }) if stack == wanted_stack(job) => {
                bench.lies_on(&booklet, stack)?;
                under.serials.push(booklet.serial);
                continue;
            }
            (Some(_), other) => {
                return failed(
                    format!("{:?} ended as {other:?}", command.operation),
                    "see Completion for each operation",
                );
            }
        };
        let command = bench.submit(next)?;
        under.waiting.insert(job, (command, Some(booklet)));
    }
    Ok(())
}

/// Neighbours go to different stacks, so that booklets that were mixed up are found on the wrong one.
fn wanted_stack(job: JobId) -> Stack {
    if job.0.is_multiple_of(2) { Stack::Good } else { Stack::Reject }
}

fn came_through(bench: &mut Bench<'_>, under: Under, loaded: &[String]) -> Result<()> {
    let [mut out, mut wanted] = [under.serials, loaded.to_vec()];
    out.sort();
    wanted.sort();
    demand(
        out == wanted,
        || format!("{} booklets were loaded, and others came out: {out:?}", wanted.len()),
        "each job has one booklet, from pick to delivery",
    )?;
    out.iter().try_for_each(|serial| bench.marks_are(serial, 1))
}
