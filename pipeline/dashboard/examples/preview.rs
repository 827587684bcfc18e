//! Serves the dashboard over a centre that exists only in memory, to look at its pages without a store and machines:
//! `cargo run -p persoline-dashboard --example preview [PORT]`. Its line works until Enter is pressed.

#![allow(clippy::expect_used, clippy::print_stdout, missing_docs, unreachable_pub, reason = "a program to try things")]

#[allow(dead_code, reason = "the tests use more of it")]
#[path = "../tests/it/fake.rs"]
mod fake;

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use persoline_dashboard::{BilingualName, CentreSight, Dashboard, DashboardParts, LineSight};
use persoline_domain::application::{Channel, Collection, CollectionKind, DocumentType};
use persoline_domain::booklet::BookletState;
use persoline_domain::calendar::Calendar;
use persoline_domain::clock::{Clock, Timestamp};
use persoline_domain::deed::HoldReason;
use persoline_domain::identifiers::{ApplicationNumber, BatchName, JobNumber, MachineName, OrderId, ShiftNumber};
use persoline_domain::order::{OrderState, Priority};
use persoline_domain::policy::CentrePolicy;
use persoline_domain::stock::StockSight;
use persoline_domain::store::{InspectionKind, InspectionRecord, OrderRecord, ShiftRecord, Store};
use persoline_line::executor::{Line, LineParts, LineSettings, MachineParts};
use persoline_line::session::SessionSettings;
use printer_driver::{Alarm, AlarmId, Severity, State, StationId};

use fake::machine::AnsweringMachine;
use fake::store::MemoryStore;
use fake::workshop::IdleWorkshop;
use fake::{PlainCalendar, SetClock};

const HOUR: i64 = 3_600_000;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let port = std::env::args().nth(1).map_or(Ok(8080), |port| port.parse())?;
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH)?;
    let clock = Arc::new(SetClock::running_from(Timestamp(i64::try_from(now.as_millis())?)));
    let store = Arc::new(MemoryStore::default());
    orders(&store, clock.now());
    for_people(&store, clock.now());
    let parts = LineParts {
        store: Arc::clone(&store) as Arc<dyn Store>,
        workshop: Arc::new(IdleWorkshop { preparation: Duration::from_millis(180) }),
        calendar: Arc::new(PlainCalendar),
        clock: Arc::clone(&clock) as Arc<dyn Clock>,
    };
    let settings =
        LineSettings { workers: 2, poll_wait: Duration::from_millis(50), session: SessionSettings::default() };
    let line = Line::start(&parts, machines(&store), settings)?;
    let centre = CentreSight {
        name: BilingualName { english: "Utopia".to_owned(), chinese: "烏托邦".to_owned() },
        is_specimen: true,
        documents_per_hour: Some(900),
        hours_per_working_day: 6.0,
    };
    let sight = LineSight { watch: line.watch(), steering: line.steering() };
    let parts = DashboardParts {
        stock: Arc::clone(&store) as Arc<dyn StockSight>,
        store,
        clock,
        calendar: Arc::new(PlainCalendar),
        centre,
        receivers: Vec::new(),
        outbox: None,
        line: Some(sight),
    };
    let dashboard = Dashboard::serve(parts, SocketAddr::from((Ipv4Addr::LOCALHOST, port)))?;
    println!("http://{}/ until Enter is pressed", dashboard.address());
    std::io::stdin().read_line(&mut String::new())?;
    dashboard.stop();
    line.stop();
    Ok(())
}

/// Some thousand orders of the last days, most of them waiting.
fn orders(store: &MemoryStore, now: Timestamp) {
    for number in 1..=5200_i64 {
        let received = Timestamp(now.0 - (number * 17 % 190) * HOUR);
        let pick = usize::try_from(number).unwrap_or(0);
        let (state, hold) = match number % 97 {
            5 => (OrderState::Held, Some(HoldReason::SamePerson)),
            9 => (OrderState::Held, Some(HoldReason::Person)),
            11 => (OrderState::Cancelled, None),
            _ => (OrderState::Waiting, None),
        };
        store.order(OrderRecord {
            order: OrderId(number.unsigned_abs()),
            application: ApplicationNumber(format!("UT26-{:06}", 410_000 + number)),
            state,
            hold,
            channel: Channel::ALL[pick % Channel::ALL.len()],
            batch: BatchName(if number % 13 == 0 { "post-2026-11-20".to_owned() } else { String::new() }),
            document: if number % 11 == 0 { DocumentType::Passport48 } else { DocumentType::Passport32 },
            priority: if number % 41 == 0 { Priority::Urgent } else { Priority::Normal },
            collection: Collection {
                place: ["Wan Chai 2", "Yuen Long 1", "Kwun Tong 4"][pick % 3].to_owned(),
                kind: [CollectionKind::Counter, CollectionKind::Kiosk][pick % 2],
            },
            received,
            due: PlainCalendar.due_date(received),
            finished: None,
            remakes: 0,
            machine: None,
            job: None,
            serial: None,
            number: None,
            stop_requested: false,
        });
    }
}

/// What waits for people: a first piece, a sample, remakes to approve, a machine that lied, a shift.
fn for_people(store: &MemoryStore, now: Timestamp) {
    store.stock(["U70000001".to_owned(), "U70000002".to_owned()], BookletState::Good, None);
    store.stock(["U80000001".to_owned()], BookletState::Spoiled, None);
    store.with(|kept| {
        kept.policy = CentrePolicy { remake_approvals: 2, first_piece: true, sample_every: 50 };
        kept.shift = Some(ShiftRecord { shift: ShiftNumber(1), opened: now, by: "person:m.chan".to_owned() });
        for (job, serial, machine, kind) in
            [(1, "U70000001", "South", InspectionKind::FirstPiece), (2, "U70000002", "North", InspectionKind::Sample)]
        {
            kept.inspections.push(InspectionRecord {
                serial: serial.into(),
                order: OrderId(job),
                job: JobNumber(job),
                machine: machine.into(),
                shift: Some(ShiftNumber(1)),
                kind,
                at: now,
            });
        }
        for number in [20, 21] {
            if let Some(order) = kept.orders.get_mut(&number) {
                (order.state, order.hold, order.remakes) = (OrderState::Held, Some(HoldReason::RemakeApproval), 1);
                order.serial = Some("U80000001".into());
            }
        }
        if let Some(lost) = kept.booklets.get_mut("U80000001") {
            lost.reason = Some("marking_failed".to_owned());
        }
        kept.fenced_off.insert("Annexe".into(), "cursor_back".to_owned());
        kept.draining.push("North".into());
    });
}

/// Two machines at work, and one that waits for a person.
fn machines(store: &MemoryStore) -> Vec<MachineParts> {
    store.stock((0..4200).map(|n| format!("U4{n:07}")), BookletState::Vault, None);
    store.stock((0..3).map(|n| format!("U9{n:07}")), BookletState::Quarantined, None);
    let mut parts = Vec::new();
    for (index, (name, pace)) in [("North", 3200), ("South", 4100), ("Annexe", 3000)].into_iter().enumerate() {
        let serials: Vec<String> = (0..260).map(|n| format!("U{}{n:07}", index + 1)).collect();
        store.stock(serials.clone(), BookletState::Loaded, Some(name));
        let mut machine = AnsweringMachine::new("PL-300", serials, Some(Duration::from_millis(pace)));
        let alarm = |id, code: &str, severity, text: &str, is_set| {
            let mut alarm = Alarm::new(AlarmId(id), code, severity, text).with_station(Some(StationId(3)));
            alarm.is_set = is_set;
            alarm
        };
        match name {
            "South" => machine.alarms.push(alarm(1, "FEEDER-LOW", Severity::Warning, "Load the feeder soon.", true)),
            "Annexe" => {
                machine.state = State::Aborted;
                machine.alarms.push(alarm(1, "JAM", Severity::Critical, "A booklet is stuck at the laser.", true));
                machine.alarms.push(alarm(2, "X-217", Severity::Notice, "Filter due for change.", false));
            }
            _ => {}
        }
        parts.push(MachineParts { machine: MachineName::from(name), driver: Box::new(machine) });
    }
    parts
}
