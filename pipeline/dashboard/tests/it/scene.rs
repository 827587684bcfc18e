//! The centre that the tests look at: a clock that stands, a few orders and booklets, and a line with one machine.

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use persoline_dashboard::{BilingualName, CentreSight, Dashboard, DashboardParts, LineSight};
use persoline_domain::application::{Channel, Collection, CollectionKind, DocumentType};
use persoline_domain::booklet::BookletState;
use persoline_domain::clock::{Clock, Date, Timestamp};
use persoline_domain::identifiers::{ApplicationNumber, BatchName, MachineName, OrderId};
use persoline_domain::order::{OrderState, Priority};
use persoline_domain::outbox::OutboxSight;
use persoline_domain::stock::StockSight;
use persoline_domain::store::{OrderRecord, Store};
use persoline_line::executor::{Line, LineParts, LineSettings, MachineParts};
use persoline_line::session::SessionSettings;
use printer_driver::{Alarm, AlarmId, Severity};

use crate::fake::machine::AnsweringMachine;
use crate::fake::store::MemoryStore;
use crate::fake::workshop::IdleWorkshop;
use crate::fake::{PlainCalendar, SetClock};

/// Friday 20 November 2026, 14:00 in Hong Kong.
pub(crate) const NOW: Timestamp = Timestamp(1_795_154_400_000);
pub(crate) const TODAY: Date = Date::constant(2026, 11, 20);

pub(crate) struct Scene {
    pub(crate) store: Arc<MemoryStore>,
    pub(crate) clock: Arc<SetClock>,
    pub(crate) dashboard: Dashboard,
    pub(crate) line: Option<Line>,
    /// Alarms of which the machine was told that a person has seen them.
    pub(crate) acknowledged: Arc<Mutex<Vec<AlarmId>>>,
}

impl Scene {
    /// A centre whose line does not run.
    pub(crate) fn at_rest(orders: Vec<OrderRecord>) -> Scene {
        Scene::with(orders, true)
    }

    pub(crate) fn with(orders: Vec<OrderRecord>, is_specimen: bool) -> Scene {
        Scene::over(store_with(orders), is_specimen, None)
    }

    /// A centre whose line does not run, with somebody who carries reports.
    pub(crate) fn with_outbox(outbox: Arc<dyn OutboxSight>) -> Scene {
        Scene::over(store_with(Vec::new()), true, Some(outbox))
    }

    fn over(store: Arc<MemoryStore>, is_specimen: bool, outbox: Option<Arc<dyn OutboxSight>>) -> Scene {
        let clock = Arc::new(SetClock::standing_at(NOW));
        let parts = DashboardParts {
            store: Arc::clone(&store) as Arc<dyn Store>,
            stock: Arc::clone(&store) as Arc<dyn StockSight>,
            clock: Arc::clone(&clock) as Arc<dyn Clock>,
            calendar: Arc::new(PlainCalendar),
            centre: centre(is_specimen),
            receivers: vec!["register".to_owned()],
            outbox,
            line: None,
        };
        let dashboard = Dashboard::serve(parts, SocketAddr::from((Ipv4Addr::LOCALHOST, 0))).unwrap();
        Scene { store, clock, dashboard, line: None, acknowledged: Arc::default() }
    }

    /// A centre with one machine, "North", that has an alarm, picks a booklet for each order and never ends.
    pub(crate) fn at_work(orders: Vec<OrderRecord>) -> Scene {
        let store = store_with(orders);
        let serials: Vec<String> = (0..40).map(|number| format!("U{number:07}")).collect();
        store.stock(serials.clone(), BookletState::Loaded, Some("North"));
        let mut scene = Scene::over(store, true, None);
        let mut machine = AnsweringMachine::new("PL-300", serials, None);
        machine.alarms.push(Alarm::new(AlarmId(1), "FEEDER-LOW", Severity::Warning, "Load the <feeder> soon."));
        scene.acknowledged = Arc::clone(&machine.acknowledged);
        let parts = LineParts {
            store: Arc::clone(&scene.store) as Arc<dyn Store>,
            workshop: Arc::new(IdleWorkshop { preparation: Duration::ZERO }),
            calendar: Arc::new(PlainCalendar),
            clock: Arc::clone(&scene.clock) as Arc<dyn Clock>,
        };
        let settings =
            LineSettings { workers: 1, poll_wait: Duration::from_millis(5), session: SessionSettings::default() };
        let machines = vec![MachineParts { machine: MachineName::from("North"), driver: Box::new(machine) }];
        let line = Line::start(&parts, machines, settings).unwrap();
        wait_until(|| line.watch().machines().iter().any(|sight| sight.is_linked && !sight.alarms.is_empty()));
        scene.dashboard.set_line(Some(line_sight(&line)));
        scene.line = Some(line);
        scene
    }

    /// Lets the pages see what a test has written into the store past its log, as when the log had grown since.
    pub(crate) fn look_again(&self) {
        self.store.with(|kept| kept.note_of_test(self.clock.now()));
        self.clock.advance(Duration::from_secs(10));
        self.dashboard.set_line(self.line.as_ref().map(line_sight));
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.dashboard.address()
    }
}

impl Drop for Scene {
    fn drop(&mut self) {
        if let Some(line) = self.line.take() {
            line.stop();
            line.wait().unwrap();
        }
    }
}

/// What the dashboard sees of a line.
pub(crate) fn line_sight(line: &Line) -> LineSight {
    LineSight { watch: line.watch(), steering: line.steering() }
}

fn store_with(orders: Vec<OrderRecord>) -> Arc<MemoryStore> {
    let store = MemoryStore::default();
    for order in orders {
        store.order(order);
    }
    Arc::new(store)
}

fn centre(is_specimen: bool) -> CentreSight {
    CentreSight {
        name: BilingualName { english: "Utopia".to_owned(), chinese: "烏托邦".to_owned() },
        is_specimen,
        documents_per_hour: Some(300),
        hours_per_working_day: 8.0,
    }
}

/// An order that was received a day before now.
pub(crate) fn order(number: u64, application: &str, state: OrderState, due: Date) -> OrderRecord {
    OrderRecord {
        order: OrderId(number),
        application: ApplicationNumber::from(application),
        state,
        hold: None,
        channel: Channel::Web,
        batch: BatchName(String::new()),
        document: DocumentType::Passport32,
        priority: Priority::Normal,
        collection: Collection { place: "Wan Chai 2".to_owned(), kind: CollectionKind::Counter },
        received: Timestamp(NOW.0 - 86_400_000),
        due,
        finished: None,
        remakes: 0,
        machine: None,
        job: None,
        serial: None,
        number: None,
        stop_requested: false,
    }
}

/// Waits for something that another thread does.
pub(crate) fn wait_until(holds: impl Fn() -> bool) {
    let started = Instant::now();
    while !holds() {
        assert!(started.elapsed() < Duration::from_secs(20), "it never came true");
        std::thread::sleep(Duration::from_millis(5));
    }
}
