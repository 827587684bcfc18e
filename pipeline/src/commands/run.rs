//! `persoline run`.

use std::collections::BTreeMap;

use mock_devices::machine::FaultPlan;
use persoline_domain::order::OrderState;
use persoline_domain::outbox::ReceiverStanding;
use persoline_keys::Passphrase;
use serde::Serialize;

use super::{print_json, report as report_command, say};
use crate::arguments::RunArguments;
use crate::centre::OpenCentre;
use crate::exit::{Ending, Failure};
use crate::machines::Emulation;
use crate::place::Place;
use crate::running::{Ended, RunReport, RunRequest, Running, check_address, dashboard};
use crate::system;

/// Works off what waits.
pub(crate) fn run(place: Place, passphrase: &Passphrase, arguments: &RunArguments) -> Result<Ending, Failure> {
    let interrupted = system::interrupted();
    if let Some(address) = arguments.dashboard {
        check_address(address)?;
    }
    let keyed = OpenCentre::open(place)?.unlock(passphrase)?;
    let workshop = keyed.workshop()?;
    let request = RunRequest {
        emulation: Emulation {
            scale: arguments.scale,
            seed: arguments.seed,
            faults: FaultPlan::all_at(arguments.seed, arguments.faults),
        },
        workers: arguments.workers.map_or_else(workers, usize::from),
        stay: arguments.stay,
    };
    let (open, running) = Running::start(keyed, workshop, &request)?;
    let shown = arguments.dashboard.map(|address| dashboard(&open, &running, address)).transpose()?;
    if let Some(shown) = &shown {
        say(format!("dashboard: http://{}/", shown.address()))?;
    }
    let report = running.finish(request.stay, &interrupted)?;
    if let Some(shown) = shown {
        shown.stop();
    }
    let view = ReportView::of(&report);
    if arguments.json {
        print_json(&view)?;
    } else {
        tell(&report)?;
    }
    let is_done = matches!(report.ended, Ended::Done | Ended::Interrupted) && report.stock.difference() == 0;
    Ok(if is_done && !report.reports.iter().any(ReceiverStanding::needs_people) {
        Ending::Done
    } else {
        Ending::Findings
    })
}

/// One thread for each core.
pub(crate) fn workers() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from)
}

/// Tells what a run has done.
pub(crate) fn tell(report: &RunReport) -> Result<(), Failure> {
    let count = |state| report.counts.count(state);
    match report.ended {
        Ended::Done => say("done: nothing waits")?,
        Ended::NoBlanks => say("stopped: orders wait for blanks; receive stock with `persoline stock receive`")?,
        Ended::NeedsPeople => say("stopped: orders wait, and no machine may take one until people act")?,
        Ended::Interrupted => say("interrupted: what was under way is taken up by the next run")?,
    }
    say(format!(
        "{} documents in {:.1} s; finished {} in all, waiting {}, held {}, booklets spoiled {}",
        report.finished,
        report.seconds,
        count(OrderState::Finished),
        count(OrderState::Waiting),
        count(OrderState::Held),
        report.counts.spoiled
    ))?;
    report.for_people.iter().try_for_each(|what| say(format!("for people: {what}")))?;
    report.reports.iter().try_for_each(report_command::tell)?;
    say(format!("stock: {} received, difference {}", report.stock.received, report.stock.difference()))
}

/// What a run has done, as JSON.
#[derive(Serialize)]
pub(crate) struct ReportView {
    ended: &'static str,
    seconds: f64,
    finished_in_this_run: u64,
    orders: BTreeMap<&'static str, u64>,
    booklets_spoiled: u64,
    stock_received: u64,
    stock: BTreeMap<&'static str, u64>,
    stock_difference: i64,
    for_people: Vec<String>,
    reports: Vec<report_command::View>,
}

impl ReportView {
    /// The view of a report.
    pub(crate) fn of(report: &RunReport) -> Self {
        ReportView {
            ended: match report.ended {
                Ended::Done => "done",
                Ended::NoBlanks => "no_blanks",
                Ended::NeedsPeople => "needs_people",
                Ended::Interrupted => "interrupted",
            },
            seconds: report.seconds,
            finished_in_this_run: report.finished,
            orders: report.counts.by_state.iter().map(|(state, count)| (state.name(), *count)).collect(),
            booklets_spoiled: report.counts.spoiled,
            stock_received: report.stock.received,
            stock: report.stock.by_state.iter().map(|(state, count)| (state.name(), *count)).collect(),
            stock_difference: report.stock.difference(),
            for_people: report.for_people.clone(),
            reports: report.reports.iter().map(report_command::View::of).collect(),
        }
    }
}
