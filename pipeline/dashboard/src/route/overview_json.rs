//! `/api/overview.json`: what the overview shows, for programs.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use persoline_domain::booklet::Reconciliation;
use persoline_domain::store::EventRecord;
use persoline_line::watch::MachineSight;
use serde::Serialize;

use crate::part::machine::severity;
use crate::sampler::Snapshot;
use crate::site::Site;

/// Events that are listed.
const EVENTS: usize = 20;

#[derive(Debug, Serialize)]
pub(super) struct Overview {
    /// RFC 3339, UTC.
    at: String,
    centre: String,
    specimen: bool,
    line: bool,
    orders: BTreeMap<&'static str, u64>,
    open: u64,
    overdue: u64,
    late: u64,
    spoiled: u64,
    rate: RateView,
    due: Vec<DueView>,
    people: PeopleView,
    machines: Vec<MachineView>,
    receivers: Vec<ReceiverView>,
    stock: Option<StockView>,
    events: Vec<EventView>,
    /// Why the store could not be read, if so; the rest is then older.
    trouble: Option<String>,
}

/// What waits for people.
#[derive(Debug, Serialize)]
struct PeopleView {
    inspections: usize,
    remakes: usize,
    fenced_off: u64,
    shift: Option<u64>,
}

/// Documents an hour.
#[derive(Debug, Serialize)]
struct RateView {
    now: Option<f64>,
    measured_over_seconds: Option<f64>,
    needed: Option<f64>,
    needed_for_due: Option<String>,
    nameplate: Option<u32>,
}

#[derive(Debug, Serialize)]
struct DueView {
    due: String,
    open: u64,
    working_days_left: i32,
    overdue: bool,
    needed_per_hour: f64,
}

#[derive(Debug, Serialize)]
struct MachineView {
    machine: String,
    model: String,
    state: &'static str,
    linked: bool,
    paused: bool,
    draining: bool,
    /// Why it was fenced off, as a code.
    fenced_off: Option<String>,
    health: &'static str,
    /// Why it gets no work, as a code.
    idle: Option<&'static str>,
    halted: Option<String>,
    alarms: Vec<AlarmView>,
    feeders: Vec<FeederView>,
    jobs: Vec<JobView>,
}

#[derive(Debug, Serialize)]
struct AlarmView {
    code: String,
    severity: &'static str,
    set: bool,
    acknowledged: bool,
}

#[derive(Debug, Serialize)]
struct FeederView {
    feeder: u16,
    format: Option<String>,
    remaining: u32,
}

#[derive(Debug, Serialize)]
struct JobView {
    job: u64,
    application: String,
    step: &'static str,
}

/// A receiver of reports.
#[derive(Debug, Serialize)]
struct ReceiverView {
    receiver: String,
    /// Reports that wait for it, 1000 at most.
    undelivered: usize,
    /// The HTTP status with which it turns this centre away, whatever it is sent.
    turned_away: Option<u16>,
    /// Since when it does, and when it is tried again: RFC 3339, UTC.
    turned_away_since: Option<String>,
    tried_again_at: Option<String>,
    /// Whether nothing more is sent to it until the program is started again.
    stopped: bool,
}

#[derive(Debug, Serialize)]
struct StockView {
    received: u64,
    difference: i64,
    states: BTreeMap<&'static str, u64>,
}

#[derive(Debug, Serialize)]
struct EventView {
    sequence: u64,
    at: String,
    actor: String,
    kind: String,
    application: Option<String>,
    serial: Option<String>,
    machine: Option<String>,
    detail: String,
}

pub(super) async fn overview(State(site): State<Arc<Site>>) -> Json<Overview> {
    Json(Overview::of(&site, &site.snapshot()))
}

impl Overview {
    fn of(site: &Site, snapshot: &Snapshot) -> Overview {
        let due = |line: &crate::pace::DueLine| DueView {
            due: line.due.to_string(),
            open: line.open,
            working_days_left: line.days,
            overdue: line.is_overdue,
            needed_per_hour: line.per_hour,
        };
        Overview {
            at: snapshot.at.to_string(),
            centre: site.centre.name.english.clone(),
            specimen: site.centre.is_specimen,
            line: snapshot.has_line,
            orders: snapshot.counts.by_state.iter().map(|(state, count)| (state.name(), *count)).collect(),
            open: snapshot.open(),
            overdue: snapshot.overdue(),
            late: snapshot.counts.late,
            spoiled: snapshot.counts.spoiled,
            rate: RateView {
                now: snapshot.rate.map(|rate| rate.per_hour),
                measured_over_seconds: snapshot.rate.map(|rate| rate.span.as_secs_f64()),
                needed: snapshot.needed.map(|needed| needed.per_hour),
                needed_for_due: snapshot.needed.map(|needed| needed.due.to_string()),
                nameplate: site.centre.documents_per_hour,
            },
            due: snapshot.due.iter().map(due).collect(),
            people: PeopleView {
                inspections: snapshot.queues.inspections.len(),
                remakes: snapshot.queues.remakes.len(),
                fenced_off: snapshot.queues.fenced_off(),
                shift: snapshot.queues.shift.as_ref().map(|open| open.shift.0),
            },
            machines: snapshot.machines.iter().map(|sight| machine(sight, snapshot)).collect(),
            receivers: snapshot.queues.reports.iter().map(|known| receiver(known, snapshot)).collect(),
            stock: snapshot.stock.as_ref().map(|(_, books)| stock(books)),
            events: snapshot.events.iter().take(EVENTS).map(event).collect(),
            trouble: snapshot.trouble.as_ref().map(ToString::to_string),
        }
    }
}

fn machine(sight: &MachineSight, snapshot: &Snapshot) -> MachineView {
    let alarm = |alarm: &printer_driver::Alarm| AlarmView {
        code: alarm.code.clone(),
        severity: severity(alarm.severity),
        set: alarm.is_set,
        acknowledged: alarm.is_acknowledged,
    };
    let feeder = |feeder: &printer_driver::Feeder| FeederView {
        feeder: feeder.id.0,
        format: feeder.format.as_ref().map(|format| format.0.clone()),
        remaining: feeder.remaining,
    };
    let standing = snapshot.standing(&sight.machine);
    MachineView {
        machine: sight.machine.0.clone(),
        model: sight.model.clone(),
        state: sight.state.name(),
        linked: sight.is_linked,
        paused: snapshot.is_paused(&sight.machine),
        draining: standing.is_some_and(|standing| standing.is_draining),
        fenced_off: standing.and_then(|standing| standing.fenced_off.clone()),
        health: sight.health.name(),
        idle: sight.idle.map(|reason| reason.name()),
        halted: sight.halted.clone(),
        alarms: sight.alarms.iter().map(alarm).collect(),
        feeders: sight.feeders.iter().map(feeder).collect(),
        jobs: sight
            .jobs
            .iter()
            .map(|(job, application, step)| JobView {
                job: job.0,
                application: application.0.clone(),
                step: step.name(),
            })
            .collect(),
    }
}

fn receiver((name, undelivered): &(String, usize), snapshot: &Snapshot) -> ReceiverView {
    let standing = snapshot.hindered.iter().find(|standing| standing.receiver == *name);
    let turned_away = standing.and_then(|standing| standing.turned_away);
    ReceiverView {
        receiver: name.clone(),
        undelivered: *undelivered,
        turned_away: turned_away.map(|turned_away| turned_away.objection.status),
        turned_away_since: turned_away.map(|turned_away| turned_away.since.to_string()),
        tried_again_at: turned_away.map(|turned_away| turned_away.next.to_string()),
        stopped: standing.is_some_and(|standing| standing.is_stopped),
    }
}

fn stock(books: &Reconciliation) -> StockView {
    StockView {
        received: books.received,
        difference: books.difference(),
        states: books.by_state.iter().map(|(state, count)| (state.name(), *count)).collect(),
    }
}

fn event(event: &EventRecord) -> EventView {
    EventView {
        sequence: event.sequence.0,
        at: event.at.to_string(),
        actor: event.actor.clone(),
        kind: event.kind.clone(),
        application: event.application.as_ref().map(|application| application.0.clone()),
        serial: event.serial.as_ref().map(|serial| serial.0.clone()),
        machine: event.machine.as_ref().map(|machine| machine.0.clone()),
        detail: event.detail.clone(),
    }
}
