//! Nothing personal in logs, answers, the dashboard, or at rest.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::Path;

use persoline_domain::order::OrderState;
use persoline_domain::store::Store;
use serde_json::Value;

use crate::support::{Centre, sample_records, wait_for};

#[test]
fn names_and_numbers_stand_nowhere_but_in_the_documents() {
    let centre = Centre::with_blanks(20, 20);
    let mut records: Vec<Value> = sample_records();
    records.retain(|record| name_of(record).len() >= 10 && !record["identity_number"].is_null());
    records.truncate(8);
    assert!(records.len() > 4, "long names and numbers are not found by chance");
    let secrets: Vec<Vec<u8>> = records.iter().flat_map(secrets).collect();

    let file = centre.write_records("orders.jsonl", &records);
    let mut heard = Vec::new();
    let mut listen = |arguments: &[&str]| {
        let mut command = centre.command(arguments);
        let ended = command.env("RUST_LOG", "trace").output().expect("the program starts");
        heard.push((arguments.join(" "), [ended.stdout, ended.stderr].concat()));
    };
    listen(&["intake", "--unsigned", &file]);
    listen(&["intake", "--unsigned", "--json", &file]);

    let mut run = centre
        .start_with(&["run", "--scale", "100", "--faults", "20000", "--stay", "--dashboard", "127.0.0.1:0"], "trace");
    let address = run.first_line();
    let address =
        address.trim().strip_prefix("dashboard: http://").expect("an address").trim_end_matches('/').to_owned();
    let store = centre.store();
    let is_over = || {
        let counts = store.counts().expect("counts");
        let open: u64 = counts.by_state.iter().filter(|(state, _)| state.is_on_machine()).map(|(_, count)| count).sum();
        (open + counts.count(OrderState::Waiting) == 0).then_some(())
    };
    wait_for(&mut run, is_over).expect("the run stays");
    let number = records[0]["application_number"].as_str().expect("a number").to_owned();
    let mut pages = Vec::new();
    for path in [
        "/",
        "/orders",
        "/api/overview.json",
        "/metrics",
        "/stock",
        "/events",
        &format!("/orders/{number}"),
        &format!("/order/{number}"),
    ] {
        pages.push((path.to_owned(), page(&address, path)));
    }
    assert!(pages.iter().filter(|(_, page)| page.starts_with(b"HTTP/1.1 200")).count() >= 3);
    run.signal("INT");
    let ended = run.wait().with(0, &["interrupted"]);
    let mut listen = |arguments: &[&str]| {
        let mut command = centre.command(arguments);
        let ended = command.env("RUST_LOG", "trace").output().expect("the program starts");
        heard.push((arguments.join(" "), [ended.stdout, ended.stderr].concat()));
    };
    listen(&["status"]);
    listen(&["status", "--json"]);
    listen(&["show", &number]);
    listen(&["show", "--json", &number]);
    listen(&["store", "rebuild"]);
    heard.push(("run".to_owned(), ended.out.into_bytes()));
    heard.push(("run's log".to_owned(), ended.err.into_bytes()));
    heard.append(&mut pages);
    files(&centre.data, &mut heard);
    assert!(heard.iter().any(|(place, bytes)| place.ends_with("store.sqlite") && bytes.len() > 100_000));
    for (place, bytes) in &heard {
        for secret in &secrets {
            assert!(!contains(bytes, secret), "{} stands in {place}", String::from_utf8_lossy(secret));
        }
    }

    // The search itself works: the exported document holds what nothing else does.
    let out = centre.input("export");
    centre.run(&["export", "--out", &out]).with(0, &[]);
    let mut exported = Vec::new();
    files(Path::new(&out), &mut exported);
    assert!(exported.iter().any(|(_, bytes)| secrets.iter().any(|secret| contains(bytes, secret))));
}

fn name_of(record: &Value) -> &str {
    record["names"]["primary"].as_str().unwrap_or_default()
}

/// A surname as it is written, in capitals and as the MRZ has it; the identity number; the Chinese name.
fn secrets(record: &Value) -> Vec<Vec<u8>> {
    let name = name_of(record);
    let mrz = name.to_uppercase().replace([' ', '-'], "<");
    let number = record["identity_number"].as_str().unwrap_or_default();
    let mut all = vec![name.to_owned(), name.to_uppercase(), mrz, number.to_owned()];
    all.extend(record["names"]["chinese"].as_str().map(str::to_owned));
    all.into_iter().map(String::into_bytes).filter(|secret| secret.len() >= 6).collect()
}

fn contains(bytes: &[u8], secret: &[u8]) -> bool {
    bytes.windows(secret.len()).any(|window| window == secret)
}

fn page(address: &str, path: &str) -> Vec<u8> {
    let mut stream = TcpStream::connect(address).expect("the dashboard");
    write!(stream, "GET {path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n").expect("a question");
    stream.set_read_timeout(Some(std::time::Duration::from_secs(2))).expect("a limit");
    let mut bytes = Vec::new();
    // A page that stays open for news ends with the limit.
    let _ = stream.read_to_end(&mut bytes);
    bytes
}

fn files(folder: &Path, found: &mut Vec<(String, Vec<u8>)>) {
    for entry in std::fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            files(&path, found);
        } else {
            found.push((path.display().to_string(), std::fs::read(&path).expect("a file")));
        }
    }
}
