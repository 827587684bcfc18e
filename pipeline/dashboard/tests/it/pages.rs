//! What pages show, in both languages.

use std::net::SocketAddr;

use persoline_dashboard::{Dashboard, DashboardError, DashboardParts};
use persoline_domain::booklet::BookletState;
use persoline_domain::clock::Date;
use persoline_domain::deed::HoldReason;
use persoline_domain::identifiers::BookletSerial;
use persoline_domain::order::OrderState;
use persoline_domain::store::StoreError;
use persoline_domain::texts::{Language, Text, machine, names};
use persoline_line::session::Step;
use printer_driver::State;

use crate::client::{get, send};
use crate::scene::{Scene, TODAY, order};

const PAGES: [&str; 12] = [
    "/",
    "/orders",
    "/orders/A-1",
    "/machines",
    "/machines/North",
    "/inspections",
    "/remakes",
    "/shift",
    "/batches/B/cancel",
    "/stock",
    "/stock?state=loaded",
    "/events",
];
const HOSTILE: &str = "<script>alert('x')</script>\"&";

fn of_batch(order: persoline_domain::store::OrderRecord) -> persoline_domain::store::OrderRecord {
    persoline_domain::store::OrderRecord { batch: "B".into(), ..order }
}

fn held(number: u64, application: &str) -> persoline_domain::store::OrderRecord {
    let mut order = order(number, application, OrderState::Held, TODAY);
    order.hold = Some(HoldReason::SamePerson);
    order
}

#[test]
fn every_page_says_specimen_in_its_language_and_carries_no_script_of_its_own() {
    let scene = Scene::at_work(vec![of_batch(order(1, "A-1", OrderState::Waiting, TODAY))]);
    for path in PAGES {
        for (asked, language) in [("en", Language::English), ("zh-HK", Language::TraditionalChinese)] {
            let answer = get(scene.address(), path, asked);
            assert_eq!(answer.status, 200, "{path}");
            assert!(answer.body.contains("SPECIMEN"), "{path}");
            assert!(answer.body.contains(Text::SpecimenMeaning.of(language)), "{path} {asked}");
            assert!(answer.body.contains(Text::Machines.of(language)), "{path} {asked}");
            assert!(!answer.body.contains("style=\"") && !answer.body.contains("onclick"), "{path}");
            assert_eq!(answer.body.matches("<script").count(), 1, "{path}");
            assert!(!answer.body.contains("{}") && !answer.body.contains("http://"), "{path}");
            let policy = answer.header("content-security-policy").unwrap();
            assert!(policy.contains("script-src 'self'") && !policy.contains("unsafe"), "{policy}");
        }
    }
    let real = Scene::with(Vec::new(), false);
    assert!(!get(real.address(), "/", "en").body.contains("SPECIMEN"));
}

#[test]
fn chinese_pages_speak_chinese() {
    let scene = Scene::at_work(vec![of_batch(order(1, "A-1", OrderState::Waiting, TODAY)), held(2, "A-2")]);
    for path in PAGES {
        let chinese = get(scene.address(), path, "zh-Hant").body;
        // Words between tags that are the same in both languages are identifiers, names and units.
        let english = get(scene.address(), path, "en").body;
        for text in Text::ALL.iter().filter(|text| text.of(Language::English).split(' ').count() > 3) {
            let sentence = text.of(Language::English);
            assert!(!chinese.contains(&format!(">{sentence}<")), "{path}: {sentence}");
        }
        assert!(chinese.contains("lang=\"zh-Hant-HK\"") && english.contains("lang=\"en-GB\""));
    }
}

#[test]
fn the_overview_shows_stages_due_dates_machines_and_stock() {
    let monday = Date::constant(2026, 11, 23);
    let mut orders: Vec<_> = (1..=9).map(|n| order(n, &format!("A-{n}"), OrderState::Cancelled, TODAY)).collect();
    orders.extend((10..=29).map(|n| order(n, &format!("B-{n}"), OrderState::Held, TODAY)));
    orders.extend((30..=99).map(|n| order(n, &format!("C-{n}"), OrderState::Held, monday)));
    orders.push(order(100, "D-1", OrderState::Held, Date::constant(2026, 11, 18)));
    let scene = Scene::at_work(orders);
    let page = get(scene.address(), "/", "en").body;
    assert!(page.contains("<b data-count=\"9\">9</b>") && page.contains("<b data-count=\"91\">91</b>"));
    // Friday 14:00, eight hours a day: 91 orders in 16 hours for Monday, which asks for more than 21 in 8 for today.
    assert!(page.contains("<b data-rate=\"needed\">6</b>"), "{page}");
    assert!(page.contains("For the 91 open orders due up to 2026-11-23, in 16 working hours left."));
    assert!(page.contains("data-due=\"2026-11-18\" data-tone=\"bad\"") && page.contains("2 working days overdue"));
    assert!(page.contains("data-machine=\"North\" data-state=\"Execute\" data-linked=\"yes\" data-paused=\"no\""));
    assert!(page.contains("Feeder runs low: load booklets soon.") && page.contains("40 left"));
    assert!(page.contains("data-difference=\"0\""));
}

#[test]
fn hostile_identifiers_stay_text() {
    let mut orders = vec![held(1, HOSTILE)];
    orders[0].collection.place = HOSTILE.to_owned();
    orders[0].serial = Some(BookletSerial::from(HOSTILE));
    let scene = Scene::at_work(orders);
    scene.store.stock([HOSTILE.to_owned()], BookletState::Spoiled, Some(HOSTILE));
    let address = "%3Cscript%3Ealert%28%27x%27%29%3C%2Fscript%3E%22%26";
    for path in [
        "/".to_owned(),
        "/orders".to_owned(),
        format!("/orders?search={address}"),
        format!("/orders/{address}"),
        format!("/orders/no{address}"),
        format!("/machines/{address}"),
        "/stock?state=spoiled".to_owned(),
        "/events".to_owned(),
    ] {
        let body = get(scene.address(), &path, "en").body;
        assert!(!body.contains("<script>") && !body.contains("alert('x')"), "{path}");
        assert!(!body.contains("\"&\""), "{path}");
    }
    assert!(get(scene.address(), &format!("/orders/{address}"), "en").body.contains("&lt;script&gt;"));
}

#[test]
fn orders_are_found_by_application_serial_and_state() {
    let mut orders: Vec<_> = (1..=120).map(|n| order(n, &format!("A-{n:03}"), OrderState::Waiting, TODAY)).collect();
    orders[7].serial = Some(BookletSerial::from("U777"));
    orders.push(held(200, "B-1"));
    let scene = Scene::at_rest(orders);
    let rows = |path: &str| get(scene.address(), path, "en").body.matches("<tr data-order=").count();
    assert_eq!(rows("/orders"), 50);
    assert_eq!(rows("/orders?page=3"), 21);
    assert_eq!(rows("/orders?search=A-01"), 10);
    assert_eq!(rows("/orders?search=a-01&state="), 10);
    assert_eq!(rows("/orders?search=U77"), 1);
    assert_eq!(rows("/orders?state=held"), 1);
    assert_eq!(rows("/orders?search=nothing"), 0);
    assert_eq!(rows("/orders?page=99999999999999999999&state=nonsense"), 50);
    assert!(
        get(scene.address(), "/orders?search=A-", "en").body.contains("search=A-&amp;state=&amp;batch=&amp;page=2")
    );
    // A booklet that was spoiled for an order is found though the order has another one now.
    scene.store.stock(["U9".to_owned()], BookletState::Spoiled, None);
    let order = persoline_domain::identifiers::OrderId(8);
    scene.store.with(|kept| kept.booklets.get_mut("U9").unwrap().order = Some(order));
    let page = get(scene.address(), "/orders?search=u9", "en").body;
    assert!(page.contains("Booklet U9: Spoiled") && page.contains("It was bound to application A-008."));
}

#[test]
fn events_page_back_to_the_first() {
    let scene = Scene::at_rest((1..=150).map(|n| order(n, &format!("A-{n}"), OrderState::Waiting, TODAY)).collect());
    let first = get(scene.address(), "/events", "en").body;
    assert!(first.contains("data-sequence=\"150\"") && first.contains("/events?before=91"));
    let second = get(scene.address(), "/events?before=91", "en").body;
    assert!(second.contains("data-sequence=\"90\"") && second.contains("data-sequence=\"31\""));
    let last = get(scene.address(), "/events?before=31", "en").body;
    assert_eq!(last.matches("<tr data-sequence=").count(), 30);
    assert!(!last.contains("before="));
}

#[test]
fn the_language_is_remembered_and_nobody_is_sent_elsewhere() {
    let scene = Scene::at_rest(Vec::new());
    let host = scene.address().to_string();
    let answer = get(scene.address(), "/language?to=zh-Hant&back=%2Forders%3Fstate%3Dheld", "en");
    assert_eq!((answer.status, answer.header("location")), (303, Some("/orders?state=held")));
    let cookie = answer.header("set-cookie").unwrap();
    assert!(cookie.contains("HttpOnly") && cookie.contains("SameSite=Strict"));
    let headers = [("Host", host.as_str()), ("Cookie", cookie.split(';').next().unwrap()), ("Accept-Language", "en")];
    assert!(send(scene.address(), "GET", "/orders", &headers, "").body.contains("繁體中文"));
    assert!(send(scene.address(), "GET", "/orders", &headers, "").body.contains("<h1>訂單</h1>"));
    let elsewhere = get(scene.address(), "/language?to=en&back=%2F%2Felsewhere.example", "en");
    assert_eq!(elsewhere.header("location"), Some("/"));
}

#[test]
fn what_is_not_there_is_said_so() {
    let scene = Scene::at_rest(Vec::new());
    for (path, text) in [
        ("/orders/A-404", "There is no order A-404."),
        ("/machines/X", "There is no machine X."),
        ("/stock?state=lost", "There is no such state."),
        ("/nowhere", "There is no such page."),
        ("/orders/%FF", "There is no such page."),
    ] {
        let answer = get(scene.address(), path, "en");
        assert_eq!(answer.status, 404, "{path}");
        assert!(answer.body.contains(text) && answer.body.contains("SPECIMEN"), "{path}: {}", answer.body);
    }
}

#[test]
fn a_store_that_does_not_answer_is_said_so() {
    let scene = Scene::at_rest(vec![order(1, "A-1", OrderState::Waiting, TODAY)]);
    let trouble = StoreError::Broken { place: "lines.db".to_owned(), what: "cannot be read".to_owned() };
    scene.store.with(|kept| kept.trouble = Some(trouble));
    scene.dashboard.set_line(None);
    let answer = get(scene.address(), "/orders", "en");
    assert_eq!(answer.status, 503);
    assert!(answer.body.contains("The store at lines.db does not work: cannot be read"));
    // The overview keeps what it knew last and says that it is old.
    let overview = get(scene.address(), "/", "en");
    assert!(overview.status == 200 && overview.body.contains("role=\"alert\""));
    assert!(overview.body.contains("<b data-count=\"1\">1</b>"));
    assert_eq!(get(scene.address(), "/health", "en").status, 503);
}

#[test]
fn a_port_in_use_is_named_with_a_way_out() {
    let scene = Scene::at_rest(Vec::new());
    let taken = scene.address();
    let error = Dashboard::serve(parts(&scene), taken).err().unwrap();
    assert!(matches!(error, DashboardError::PortInUse { address } if address == taken));
    let text = error.to_string();
    assert!(text.contains(&taken.port().to_string()) && text.contains("choose another port"), "{text}");
    let foreign: SocketAddr = "192.0.2.1:0".parse().unwrap();
    assert!(matches!(Dashboard::serve(parts(&scene), foreign), Err(DashboardError::Address { .. })));
}

fn parts(scene: &Scene) -> DashboardParts {
    DashboardParts {
        store: scene.store.clone(),
        stock: scene.store.clone(),
        clock: scene.clock.clone(),
        calendar: std::sync::Arc::new(crate::fake::PlainCalendar),
        centre: persoline_dashboard::CentreSight {
            name: persoline_dashboard::BilingualName { english: "U".to_owned(), chinese: "U".to_owned() },
            is_specimen: true,
            documents_per_hour: None,
            hours_per_working_day: 8.0,
        },
        receivers: Vec::new(),
        outbox: None,
        line: None,
    }
}

#[test]
fn machines_states_and_steps_have_names() {
    use State::{
        Aborted, Aborting, Clearing, Complete, Completing, Execute, Held, Holding, Idle, Resetting, Starting, Stopped,
        Stopping, Suspended, Suspending, Unholding, Unsuspending,
    };
    for state in [
        Aborted,
        Aborting,
        Clearing,
        Complete,
        Completing,
        Execute,
        Held,
        Holding,
        Idle,
        Resetting,
        Starting,
        Stopped,
        Stopping,
        Suspended,
        Suspending,
        Unholding,
        Unsuspending,
    ] {
        assert!(machine::state(state.name()).is_some(), "{state:?}");
    }
    for step in [
        Step::Dispatching,
        Step::Picking,
        Step::Binding,
        Step::Preparing,
        Step::Signing,
        Step::Wrapping,
        Step::Encoding,
        Step::StopCheck,
        Step::Locking,
        Step::Clearing,
        Step::Marking,
        Step::Fetching,
        Step::Verifying,
        Step::Passing,
        Step::Delivering,
        Step::Finishing,
        Step::Failing,
        Step::Rejecting,
        Step::Pausing,
        Step::Recovering,
    ] {
        assert!(machine::step(step.name()).is_some(), "{step:?}");
    }
    assert_eq!(names::order_state(OrderState::Ticketed).of(Language::TraditionalChinese), "個人化");
}
