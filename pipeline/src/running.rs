//! A run of the line: machines switched on, attendant at them, until nothing waits or somebody ends it.

mod keys_ahead;
mod stuck;

use std::io::Write;
use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use persoline_dashboard::{BilingualName, CentreSight, Dashboard, DashboardParts, LineSight};
use persoline_dispatch::IdleReason;
use persoline_domain::booklet::Reconciliation;
use persoline_domain::calendar::Calendar;
use persoline_domain::clock::Clock;
use persoline_domain::identifiers::MachineName;
use persoline_domain::order::OrderState;
use persoline_domain::outbox::ReceiverStanding;
use persoline_domain::stock::StockSight;
use persoline_domain::store::{Counts, FirstPiece, Store};
use persoline_line::executor::{Line, LineParts, LineSettings};
use persoline_line::session::SessionSettings;
use persoline_line::watch::MachineSight;
use persoline_stage::CentreWorkshop;
use persoline_stage::centre::KeyOrigin;
use persoline_stage::workshop::Workshop;
use printer_driver::Stack;

use crate::attendant::{Attendant, AttendantParts};
use crate::care;
use crate::centre::{KeyedCentre, OpenCentre};
use crate::commands::remake;
use crate::exit::{Failure, Kind};
use crate::machines::{self, Attended, Emulation, switch_on};
use crate::progress::Progress;
use crate::reports::Reports;

use self::keys_ahead::KeysAhead;

/// Hours that machines work on a working day: two shifts and a bit, as the forecast counts them.
const HOURS_PER_WORKING_DAY: f64 = 20.0;
/// How often a run looks whether it is done.
const LOOK: Duration = Duration::from_millis(100);
/// Looks without any move of any machine after which a run that has orders left says that it is stuck.
const QUIET_LOOKS: u32 = 50;

/// Machine time within which emulated machines end what they have begun, unless a person is needed.
const FINISHES_WITHIN: Duration = Duration::from_secs(300);

/// What a run is to do.
pub(crate) struct RunRequest {
    /// How emulated machines behave.
    pub(crate) emulation: Emulation,
    /// Threads that prepare documents.
    pub(crate) workers: usize,
    /// Whether to go on when nothing waits.
    pub(crate) stay: bool,
}

/// Why a run ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ended {
    /// Nothing waits any more.
    Done,
    /// Orders wait for which there is no blank.
    NoBlanks,
    /// Orders wait, and no machine may take one until people act.
    NeedsPeople,
    /// Somebody asked for it.
    Interrupted,
}

/// What a run has done.
pub(crate) struct RunReport {
    /// Why it ended.
    pub(crate) ended: Ended,
    /// How long it took.
    pub(crate) seconds: f64,
    /// Documents finished in this run.
    pub(crate) finished: u64,
    /// Counts afterwards.
    pub(crate) counts: Counts,
    /// Stock afterwards.
    pub(crate) stock: Reconciliation,
    /// What people have to do, a sentence each.
    pub(crate) for_people: Vec<String>,
    /// How the receivers of reports stand.
    pub(crate) reports: Vec<ReceiverStanding>,
    /// Booklets as they physically lie at attended machines: blanks in feeders, good documents.
    pub(crate) at_machines: AtMachines,
}

/// Booklets as they physically lie at attended machines.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct AtMachines {
    /// In feeders.
    pub(crate) loaded: u64,
    /// On good stacks, or taken off them.
    pub(crate) good: u64,
}

/// The line at work, with its attendant.
pub(crate) struct Running {
    line: Line,
    attendant: Attendant,
    attended: Vec<Attended>,
    reports: Reports,
    parts: Parts,
    started: Duration,
    /// Makes keys ahead as long as the line runs.
    _keys_ahead: KeysAhead,
    /// How long machines may take for what they have begun.
    finishes_within: Duration,
}

struct Parts {
    store: Arc<dyn Store>,
    clock: Arc<dyn Clock>,
    keys: Arc<persoline_keys::KeyStore>,
    machines: Vec<MachineName>,
}

impl Running {
    /// Switches everything on.
    pub(crate) fn start(
        keyed: KeyedCentre,
        workshop: Arc<CentreWorkshop>,
        request: &RunRequest,
    ) -> Result<(OpenCentre, Running), Failure> {
        care::settle(&keyed.open)?;
        let reports = Reports::start(&keyed.open)?;
        let (machines, attended) = switch_on(&keyed, &request.emulation)?;
        let KeyedCentre { open, keys, .. } = keyed;
        let parts = Parts {
            store: Arc::clone(&open.store) as Arc<dyn Store>,
            clock: Arc::clone(&open.clock),
            keys: Arc::new(keys),
            machines: open.settings.machine_names().collect(),
        };
        let at_machines = parts.attendant(&attended);
        at_machines.prepare()?;
        let keys_ahead = KeysAhead::start(Arc::clone(&workshop), Arc::clone(&parts.clock));
        let needs_coupler = workshop.centre().keys == KeyOrigin::OnChip;
        let line_parts = LineParts {
            store: Arc::clone(&parts.store),
            workshop: workshop as Arc<dyn Workshop>,
            calendar: Arc::new(open.calendars.production.clone()) as Arc<dyn Calendar>,
            clock: Arc::clone(&parts.clock),
        };
        let settings = LineSettings {
            workers: request.workers,
            // Waits are told in machine time, so that a scaled machine is not asked a hundred times as often.
            poll_wait: Duration::from_millis(20) * request.emulation.scale,
            session: SessionSettings { needs_coupler, ..SessionSettings::default() },
        };
        let started = parts.clock.elapsed();
        let line = Line::start(&line_parts, machines, settings)
            .map_err(|error| Failure::new(Kind::Line, error.to_string()))?;
        let attendant =
            at_machines.start().map_err(|error| Failure::new(Kind::Line, format!("no more threads: {error}")))?;
        let finishes_within = FINISHES_WITHIN / request.emulation.scale;
        let keys_ahead = keys_ahead.map_err(|error| Failure::new(Kind::Line, format!("no more threads: {error}")))?;
        let running =
            Running { line, attendant, attended, reports, parts, started, _keys_ahead: keys_ahead, finishes_within };
        Ok((open, running))
    }

    /// Works until nothing waits or somebody ends it.
    pub(crate) fn finish(self, stay: bool, interrupted: &AtomicBool) -> Result<RunReport, Failure> {
        let mut progress = Progress::new();
        let mut quiet = (0, self.line.moves());
        let watch = self.line.watch();
        let ended = loop {
            let counts = self.parts.store.counts()?;
            progress.show(&counts, &*self.parts.clock);
            if interrupted.load(Ordering::Relaxed) {
                break Ended::Interrupted;
            }
            // What cannot be kept must not be done, by whatever machine.
            let cannot_keep = watch.store_failure().is_some() || self.memory_failure().is_some();
            if self.line.has_ended() || cannot_keep {
                break Ended::Done;
            }
            let on_machines: u64 =
                counts.by_state.iter().filter(|(state, _)| state.is_on_machine()).map(|(_, count)| count).sum();
            // They stay until a person acts, or until the next run; the other machines go on meanwhile.
            let sights = watch.machines();
            let at_a_stand = stuck::jobs_at_a_stand(&sights) as u64;
            let on_machines = on_machines.saturating_sub(at_a_stand);
            let waiting = counts.count(OrderState::Waiting);
            if on_machines == 0 && !stay {
                let lacks_numbers = sights.iter().any(stuck::lacks_numbers);
                if waiting == 0 && !lacks_numbers {
                    break Ended::Done;
                }
                let moves = self.line.moves();
                // A session that waits for a number asks again and again, which moves nothing.
                quiet = if moves == quiet.1 || lacks_numbers { (quiet.0 + 1, moves) } else { (0, moves) };
                if quiet.0 > QUIET_LOOKS
                    && let Some(why) = stuck::why(&*self.parts.store, &sights)?
                {
                    break why;
                }
            } else {
                quiet.0 = 0;
            }
            self.parts.clock.sleep(LOOK);
        };
        progress.end();
        let memory_failure = self.memory_failure();
        // What waits for a person would not come to its end by waiting.
        let stands = matches!(ended, Ended::Interrupted | Ended::NeedsPeople);
        if stands || memory_failure.is_some() || watch.store_failure().is_some() {
            self.line.stop();
        } else {
            self.line.drain();
        }
        self.wait_for_machines(interrupted);
        let sights = watch.machines();
        let stopped = self.line.wait();
        if memory_failure.is_none() {
            let_machines_finish(&self.attended, &*self.parts.clock, self.finishes_within);
        }
        self.attendant.stop();
        let cleared_up = self.parts.attendant(&self.attended).clear_up();
        let at_machines = count(&self.attended);
        let reports = self.reports.finish();
        if let Err(failures) = stopped {
            let text: Vec<String> = failures.iter().map(|(machine, why)| format!("machine {machine}: {why}")).collect();
            let kind = if watch.store_failure().is_some() { Kind::Store } else { Kind::Line };
            return Err(Failure::new(kind, format!("the line had to stop: {}", text.join(", "))));
        }
        if let Some(failure) = memory_failure {
            return Err(failure);
        }
        cleared_up?;
        Ok(RunReport {
            ended,
            seconds: self.parts.clock.elapsed().saturating_sub(self.started).as_secs_f64(),
            finished: watch.finished(),
            counts: self.parts.store.counts()?,
            stock: self.parts.store.reconcile()?,
            for_people: self.parts.for_people(&sights)?,
            reports,
            at_machines,
        })
    }

    /// An emulated machine keeps its memory in the data folder; when that cannot be written it falls silent.
    fn memory_failure(&self) -> Option<Failure> {
        self.attended.iter().find_map(|attended| {
            let what = attended.panel.memory_failure()?;
            Some(machines::memory_trouble(attended.machine.as_str(), &what))
        })
    }

    /// Waits until every session has ended. A booklet for which a stack has no room can keep one from ending: then people
    /// are told, and may end it.
    fn wait_for_machines(&self, interrupted: &AtomicBool) {
        let watch = self.line.watch();
        let (mut quiet, mut told) = ((0, self.line.moves()), false);
        while !self.line.has_ended() {
            if interrupted.load(Ordering::Relaxed) {
                self.line.stop();
            }
            let moves = self.line.moves();
            quiet = if moves == quiet.1 { (quiet.0 + 1, moves) } else { (0, moves) };
            if quiet.0 > QUIET_LOOKS && !told {
                told = true;
                for sight in watch.machines() {
                    let _ = writeln!(
                        std::io::stderr(),
                        "persoline: machine {} is {} and may hold a booklet that it cannot put out: look at its stacks and \
                         alarms; Ctrl-C ends without waiting, the next run carries on",
                        sight.machine,
                        sight.state.name(),
                    );
                }
            }
            self.parts.clock.sleep(LOOK);
        }
    }
}

impl Parts {
    fn attendant(&self, machines: &[Attended]) -> AttendantParts {
        AttendantParts {
            store: Arc::clone(&self.store),
            clock: Arc::clone(&self.clock),
            keys: Arc::clone(&self.keys),
            machines: machines.to_vec(),
        }
    }

    /// What keeps machines from work that only people can change.
    fn for_people(&self, sights: &[MachineSight]) -> Result<Vec<String>, Failure> {
        let mut told = Vec::new();
        for machine in &self.machines {
            let standing = self.store.standing(machine)?;
            if let Some(reason) = &standing.fenced_off {
                told.push(format!("machine {machine} is fenced off ({reason}): `persoline machine clear {machine}`"));
            } else if standing.is_paused || standing.is_draining {
                told.push(format!("machine {machine} is paused: `persoline machine resume {machine}`"));
            } else if standing.needs_shift && !standing.has_shift {
                told.push(format!("machine {machine} works in a shift only: `persoline shift open`"));
            } else if standing.first_piece == FirstPiece::Pending {
                told.push(format!(
                    "machine {machine} waits for the approval of its first piece: `persoline inspection list`"
                ));
            }
        }
        for MachineSight { machine, idle, .. } in sights {
            if *idle == Some(IdleReason::NoCoupler) {
                told.push(format!(
                    "machine {machine} encodes chips by itself, and chips are to make their own keys: set \"keys\" in \
                     \"chip\" of centre.json to \"injected\", or take the machine out"
                ));
            }
            if *idle == Some(IdleReason::SpoiledTooMany) {
                told.push(format!(
                    "machine {machine} spoiled too many booklets in a row: look at it, then `persoline machine resume {machine}`"
                ));
            }
        }
        if sights.iter().any(stuck::lacks_numbers) {
            told.push("no document number is left: `persoline numbers grant FIRST LAST`".to_owned());
        }
        let remakes = remake::waiting(&*self.store)?.len();
        if remakes > 0 {
            told.push(format!("{remakes} remakes wait for approval: `persoline remake list`"));
        }
        Ok(told)
    }
}

/// Emulated machines end with the program, so what they have begun is let come to its end first: a page that is cut off
/// amid its engraving would be for a person to look at.
fn let_machines_finish(machines: &[Attended], clock: &dyn Clock, within: Duration) {
    let is_busy = || machines.iter().any(|attended| attended.panel.is_busy());
    if is_busy() {
        let text = "machines finish what they have begun; Ctrl-C again ends at once";
        let _ = writeln!(std::io::stderr(), "persoline: {text}");
    }
    let begun = clock.elapsed();
    while is_busy() && clock.elapsed().saturating_sub(begun) < within {
        clock.sleep(LOOK);
    }
}

/// Counts what lies at the machines.
fn count(machines: &[Attended]) -> AtMachines {
    let mut counted = AtMachines::default();
    for attended in machines {
        let Some(snapshot) = attended.panel.look() else { continue };
        let stacked = snapshot.stacks.iter().filter(|stack| stack.stack == Stack::Good);
        counted.loaded += snapshot.feeders.iter().map(|feeder| u64::from(feeder.remaining)).sum::<u64>();
        counted.good += stacked.map(|stack| u64::from(stack.count)).sum::<u64>();
        counted.good += attended.taken.load(Ordering::Relaxed);
    }
    counted
}

/// Whether a dashboard can be shown at `address`, asked before anything else is done.
pub(crate) fn check_address(address: SocketAddr) -> Result<(), Failure> {
    TcpListener::bind(address).map(drop).map_err(|error| {
        let what = format!("{address} cannot be listened on ({error}): choose another with --dashboard ADDRESS:PORT");
        Failure::new(Kind::Port, what)
    })
}

/// Shows a dashboard of a running line at `address`.
pub(crate) fn dashboard(open: &OpenCentre, running: &Running, address: SocketAddr) -> Result<Dashboard, Failure> {
    let settings = &open.settings;
    let parts = DashboardParts {
        store: Arc::clone(&open.store) as Arc<dyn Store>,
        stock: Arc::clone(&open.store) as Arc<dyn StockSight>,
        clock: Arc::clone(&open.clock),
        calendar: Arc::new(open.calendars.pledge.clone()) as Arc<dyn Calendar>,
        centre: CentreSight {
            name: BilingualName {
                english: settings.state_name.english.clone(),
                chinese: settings.state_name.chinese.clone(),
            },
            is_specimen: !settings.production,
            documents_per_hour: None,
            hours_per_working_day: HOURS_PER_WORKING_DAY,
        },
        receivers: settings.reports.iter().map(|report| report.name.clone()).collect(),
        outbox: Some(running.reports.sight()),
        line: Some(LineSight { watch: running.line.watch(), steering: running.line.steering() }),
    };
    Dashboard::serve(parts, address).map_err(|error| Failure::new(Kind::Port, error.to_string()))
}
