//! The register learns of every booklet exactly once, whatever happens to program, file and link.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use persoline_domain::identifiers::Sequence;
use persoline_domain::store::Store;
use serde_json::Value;

use crate::support::{Centre, Running, asked, check_books, plain, sample_records, wait_for};

/// A register that takes a report once for each key, and every third time loses the request or the answer.
struct Register {
    address: SocketAddr,
    seen: Arc<Mutex<Seen>>,
}

#[derive(Default)]
struct Seen {
    calls: u32,
    /// Whether it takes nothing from anybody: somebody has changed the token.
    turns_away: bool,
    /// The one token that it takes, if it wants one.
    token: Option<String>,
    taken: Vec<String>,
    came: BTreeMap<String, u32>,
}

impl Register {
    fn start() -> Register {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let address = listener.local_addr().expect("an address");
        let seen = Arc::new(Mutex::new(Seen::default()));
        let shared = Arc::clone(&seen);
        std::thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                let seen = Arc::clone(&shared);
                std::thread::spawn(move || while answer(&stream, &seen).is_some() {});
            }
        });
        Register { address, seen }
    }

    fn setting(&self) -> Value {
        serde_json::json!({"name": "office", "to": {"http": {"url": format!("http://{}/", self.address)}}})
    }
}

/// Serves one request; nothing when the connection is to be closed.
fn answer(stream: &TcpStream, seen: &Mutex<Seen>) -> Option<()> {
    let mut lines = BufReader::new(stream);
    let mut length = 0;
    let mut authorization = None;
    loop {
        let mut line = String::new();
        if lines.read_line(&mut line).ok()? == 0 {
            return None;
        }
        if let Some((name, value)) = line.split_once(": ")
            && name.eq_ignore_ascii_case("authorization")
        {
            authorization = Some(value.trim().to_owned());
        }
        if let Some(value) = line.to_lowercase().strip_prefix("content-length:") {
            length = value.trim().parse().ok()?;
        }
        if line == "\r\n" {
            break;
        }
    }
    let mut body = vec![0; length];
    lines.read_exact(&mut body).ok()?;
    let report: Value = serde_json::from_slice(&body).ok()?;
    let key = report["key"].as_str()?.to_owned();
    let mut seen = seen.lock().ok()?;
    let is_known = seen.token.as_ref().is_none_or(|token| authorization == Some(format!("Bearer {token}")));
    if seen.turns_away || !is_known {
        drop(seen);
        return (&*stream).write_all(b"HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\n\r\n").ok();
    }
    seen.calls += 1;
    if seen.calls.is_multiple_of(6) {
        return None;
    }
    *seen.came.entry(key.clone()).or_default() += 1;
    if !seen.taken.contains(&key) {
        seen.taken.push(key);
    }
    let loses_answer = seen.calls.is_multiple_of(3);
    drop(seen);
    if loses_answer {
        return None;
    }
    (&*stream).write_all(b"HTTP/1.1 201 Created\r\nContent-Length: 0\r\n\r\n").ok()
}

fn keys(centre: &Centre) -> Vec<String> {
    centre.store().outbox(Sequence(0), 10_000).expect("the outbox").into_iter().map(|entry| entry.key).collect()
}

/// A run that stays, and the address of its dashboard.
fn with_dashboard(centre: &Centre) -> (Running, String) {
    let mut run = centre.start(&["run", "--scale", "1000", "--stay", "--dashboard", "127.0.0.1:0"]);
    let line = run.first_line();
    let address = line.trim().strip_prefix("dashboard: http://").expect("an address").trim_end_matches('/').to_owned();
    (run, address)
}

/// What the dashboard says of the first receiver.
fn first_receiver(address: &str) -> Value {
    let answer = asked(address, "GET /api/overview.json", "");
    let body = answer.split_once("\r\n\r\n").expect("a body").1;
    let view: Value = serde_json::from_str(body).expect("JSON");
    view["receivers"][0].clone()
}

#[test]
fn file_and_register_have_every_report_once_though_the_program_is_killed() {
    let centre = Centre::with_blanks(40, 40);
    let register = Register::start();
    centre.set(|settings| settings["reports"].as_array_mut().expect("receivers").push(register.setting()));
    let records = sample_records();
    centre.feed("orders.jsonl", &records[..24]).with(0, &[]);
    for kill in 0..6 {
        let store = centre.store();
        let told = |store: &persoline_store::SqliteStore| {
            store.newest_events(400).expect("events").iter().filter(|event| event.kind == "reports_delivered").count()
        };
        let before = told(&store);
        let mut running = centre.start(&["run", "--scale", "400", "--faults", "10000"]);
        let reached = wait_for(&mut running, || (told(&store) > before).then_some(()));
        drop(store);
        if reached.is_some() && !running.has_ended() {
            std::thread::sleep(Duration::from_millis(kill * 9));
            running.kill();
        }
    }
    centre.run(&["run", "--scale", "1000"]).with(0, &["report to register:", "report to office:"]);
    // What the register's link kept from it is told now, if it was not already.
    for _ in 0..20 {
        if centre.run(&["report", "once"]).code == Some(0) {
            break;
        }
    }
    let expected = keys(&centre);
    assert!(expected.len() >= 24);
    let in_file: Vec<String> =
        centre.reports().iter().map(|report| report["key"].as_str().expect("a key").to_owned()).collect();
    assert_eq!(in_file, expected);
    let seen = register.seen.lock().expect("no server panics");
    assert_eq!(seen.taken, expected);
    assert!(seen.came.values().any(|times| *times > 1), "nothing ever came twice, so nothing was proven");
    check_books(&centre.store(), 24);
    let schema = plain(&["schema", "report"]).with(0, &[]).json();
    let fields = schema["properties"].as_object().expect("properties");
    for report in centre.reports() {
        assert!(report.as_object().expect("an object").keys().all(|field| fields.contains_key(field)), "{report}");
    }
}

#[test]
fn a_register_that_turns_the_centre_away_is_an_alarm_and_needs_no_new_start() {
    let centre = Centre::with_blanks(6, 6);
    centre.feed("orders.jsonl", &sample_records()[..3]).with(0, &[]);
    let register = Register::start();
    register.seen.lock().expect("no server panics").turns_away = true;
    centre.set(|settings| settings["reports"] = serde_json::json!([register.setting()]));
    let (mut run, address) = with_dashboard(&centre);
    let receiver = || first_receiver(&address);
    let is_alarm = || (receiver()["turned_away"] == 401 && keys(&centre).len() == 3).then_some(());
    wait_for(&mut run, is_alarm).expect("an alarm");
    assert!(asked(&address, "GET /", "").contains("data-hindered=\"turned_away\""));
    assert_eq!(centre.run(&["report", "status", "--json"]).with(0, &[]).json()[0]["undelivered"], 3);

    // Put right at the register. Nobody starts anything again; a person who does not want to wait says so.
    register.seen.lock().expect("no server panics").turns_away = false;
    let answer = asked(&address, "POST /receivers/office/try", "person=ada");
    assert!(answer.starts_with("HTTP/1.1 303"), "{answer}");
    wait_for(&mut run, || (receiver()["undelivered"] == 0).then_some(())).expect("all is delivered");
    assert!(receiver()["turned_away"].is_null());
    assert_eq!(register.seen.lock().expect("no server panics").taken, keys(&centre));
    run.signal("INT");
    run.wait().with(0, &["turned away", "report to office: 3 delivered, nothing left"]);

    // A run that ends while it is turned away is told so, with what to do.
    register.seen.lock().expect("no server panics").turns_away = true;
    centre.feed("more.jsonl", &sample_records()[3..4]).with(0, &[]);
    centre.run(&["run", "--scale", "1000"]).with(1, &["HTTP status 401", "centre.json"]);
    let once = centre.run(&["report", "once", "--json"]).with(1, &[]).json();
    assert_eq!((&once[0]["turned_away"], &once[0]["stopped"]), (&401.into(), &false.into()));
    register.seen.lock().expect("no server panics").turns_away = false;
    centre.run(&["report", "once"]).with(0, &["nothing left"]);
    assert_eq!(register.seen.lock().expect("no server panics").taken, keys(&centre));
}

#[test]
fn a_token_is_renewed_while_the_line_works() {
    let centre = Centre::with_blanks(6, 6);
    centre.feed("orders.jsonl", &sample_records()[..2]).with(0, &[]);
    let register = Register::start();
    register.seen.lock().expect("no server panics").token = Some("new".to_owned());
    let token = centre.data.join("register.token");
    std::fs::write(&token, "old\n").expect("a token");
    centre.set(|settings| {
        let mut setting = register.setting();
        setting["to"]["http"]["token_file"] = "register.token".into();
        settings["reports"] = serde_json::json!([setting]);
    });
    let (mut run, address) = with_dashboard(&centre);
    let receiver = || first_receiver(&address);
    let try_now = || asked(&address, "POST /receivers/office/try", "person=ada");
    let is_alarm = || (receiver()["turned_away"] == 401 && keys(&centre).len() == 2).then_some(());
    wait_for(&mut run, is_alarm).expect("an alarm");

    // One that no header may hold is not taken, and the one before it is tried again.
    std::fs::write(&token, "two words").expect("a token");
    try_now();
    std::thread::sleep(Duration::from_millis(300));
    assert_eq!(receiver()["turned_away"], 401);
    std::fs::write(&token, "new\n").expect("a token");
    let is_done = || {
        let is_done = receiver()["undelivered"] == 0;
        if !is_done {
            try_now();
        }
        is_done.then_some(())
    };
    wait_for(&mut run, is_done).expect("all is delivered");
    assert_eq!(register.seen.lock().expect("no server panics").taken, keys(&centre));
    run.signal("INT");
    run.wait().with(0, &["credentials are left as they were", "2 delivered, nothing left"]);
}

#[test]
fn how_far_each_receiver_is_can_be_asked_and_told_now() {
    let centre = Centre::with_blanks(3, 3);
    centre.set(|settings| settings["reports"] = serde_json::json!([]));
    centre.run(&["report", "status"]).with(0, &["no receiver is set up"]);
    centre.feed("orders.jsonl", &sample_records()[..2]).with(0, &[]);
    centre.run(&["run", "--scale", "1000"]).with(0, &[]);
    let register = Register::start();
    centre.set(|settings| {
        settings["reports"] =
            serde_json::json!([{"name": "archive", "to": {"file": "archive.jsonl"}}, register.setting()]);
    });
    let status = centre.run(&["report", "status", "--json"]).with(0, &[]).json();
    assert_eq!((&status[0]["undelivered"], &status[1]["undelivered"]), (&2.into(), &2.into()));
    // A file in which something else stands is left alone, and the other receiver is told all the same.
    std::fs::write(centre.data.join("archive.jsonl"), "a list of things\n").expect("a file");
    let told = centre.run(&["report", "once", "--json"]).with(1, &[]).json();
    assert_eq!((&told[0]["stopped"], &told[0]["delivered"]), (&true.into(), &0.into()));
    assert_eq!((&told[1]["done"], &told[1]["delivered"]), (&true.into(), &2.into()));
    std::fs::remove_file(centre.data.join("archive.jsonl")).expect("a file");
    centre
        .run(&["report", "once"])
        .with(0, &["archive: 2 delivered, nothing left", "office: 0 delivered, nothing left"]);
    centre.run(&["report", "status"]).with(0, &["archive: delivered up to", "0 not yet"]);

    // A run waits for whoever delivers when it starts; from then on nobody else does.
    let delivering = std::fs::File::create(centre.data.join("reports.lock")).expect("the lock");
    delivering.lock().expect("nobody delivers");
    let mut run = centre.start(&["run", "--scale", "100", "--stay"]);
    let lock = centre.data.join("store.sqlite-shm");
    wait_for(&mut run, || lock.exists().then_some(())).expect("a run");
    centre.run(&["report", "once"]).with(5, &["another program delivers the reports"]);
    // Long enough for it to come to the lock.
    let held = std::time::Instant::now();
    while held.elapsed() < Duration::from_secs(2) {
        assert!(!run.has_ended(), "the run did not wait: {}", run.sight());
        std::thread::sleep(Duration::from_millis(20));
    }
    drop(delivering);
    let begun = std::time::Instant::now();
    while centre.run(&["report", "once"]).code != Some(5) {
        assert!(!run.has_ended(), "the run did not wait: {}", run.sight());
        assert!(begun.elapsed() < Duration::from_secs(30), "two programs deliver at once");
    }
    run.signal("INT");
    run.wait().with(0, &[]);
}

#[test]
fn receivers_that_cannot_be_are_refused_before_anything_is_done() {
    let centre = Centre::with_blanks(2, 2);
    let begun = centre.store().newest_events(1).expect("events");
    for (to, told) in [
        (serde_json::json!({"http": {"url": "http://register.example/"}}), "plain http is for a loopback address"),
        (serde_json::json!({"http": {"url": "https://register.example/"}}), "authorities"),
        (serde_json::json!({"http": {"url": "https://a.example/", "key": "centre.key"}}), "belong together"),
        (serde_json::json!({"fax": "12345"}), "mend the file"),
    ] {
        centre.set(|settings| settings["reports"] = serde_json::json!([{"name": "office", "to": to}]));
        centre.run(&["run"]).with(3, &[told]);
    }
    let to = serde_json::json!({"http": {"url": "https://a.example/", "certificate_authority": "none.pem"}});
    centre.set(|settings| settings["reports"] = serde_json::json!([{"name": "office", "to": to}]));
    centre.run(&["run"]).with(5, &["none.pem", "check the name"]);
    assert_eq!(centre.store().newest_events(1).expect("events"), begun);
}
