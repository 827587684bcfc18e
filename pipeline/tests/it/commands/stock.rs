//! The booklet ledger as people keep it. Deliveries: whole or not at all, and once.

mod audit;
mod days;

use crate::support::{Centre, sample_records};

/// A delivery file of two invented blanks, `K00005001` and `K00005002`, with right check values and trailer.
fn delivery(centre: &Centre, name: &str, first: u32) -> String {
    let file = centre.input(name);
    let first = first.to_string();
    let arguments = ["stock", "invent", "--passport-32", "2", "--passport-48", "0", "--first", &first, "--out", &file];
    centre.run(&arguments).with(0, &["2 blanks in"]);
    file
}

/// The file with something in it replaced, and the trailer made right again, as its maker would have written it.
fn rewritten(centre: &Centre, name: &str, file: &str, from: &str, to: &str) -> String {
    use sha2::{Digest, Sha256};
    let text = std::fs::read_to_string(file).expect("a delivery file");
    assert!(text.contains(from), "{from} is not in {text}");
    let body: String =
        text.lines().filter(|line| !line.starts_with("trailer")).map(|line| format!("{line}\n")).collect();
    let body = body.replace(from, to);
    let sum: String = Sha256::digest(body.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect();
    centre.write_input(name, format!("{body}trailer,{},{sum}\n", body.lines().count() - 1).as_bytes())
}

#[test]
fn a_delivery_with_a_fault_is_not_received_at_all() {
    let centre = Centre::with_blanks(2, 1);
    let good = delivery(&centre, "good.csv", 5001);
    for (from, to, told) in [
        ("K00005002", "k00005002", "line 3, column 1 (serial): must be capital"),
        ("K00005002", "K00005001", "line 3, column 1 (serial): stands on line 2 already"),
        (",1,", ",256,", "(key_version): must be a number from 0 to 255"),
        ("perforated,passport-32,production\nK00005002", "perforated,passport-32,test\nK00005002", "one carton"),
        (
            ",passport-32,production\nK00005002",
            ",production\nK00005002",
            "line 2, column 1 (serial): 8 fields instead of 9",
        ),
    ] {
        let file = rewritten(&centre, "faulty.csv", &good, from, to);
        centre.run(&["stock", "receive", &file]).with(3, &[told, "nothing was received"]);
        assert_eq!(received(&centre), 3);
    }
    let text = std::fs::read_to_string(&good).expect("a delivery file");
    let cut = centre.write_input("cut.csv", &text.as_bytes()[..text.len() / 2]);
    centre.run(&["stock", "receive", &cut]).with(3, &["(trailer)", "cut off"]);
    let edited = centre.write_input("edited.csv", text.replace("SPECIMEN", "SPECIMAN").as_bytes());
    centre
        .run(&["stock", "receive", &edited])
        .with(3, &["line 4, column 11 (sum)", "was changed since its maker wrote it"]);
    let file = centre.write_input("binary.csv", &[0xFF, 0xFE, 0x00, 0x80]);
    centre.run(&["stock", "receive", &file]).with(3, &["UTF-8"]);
    centre.run(&["stock", "receive", &centre.input("none.csv")]).with(5, &["check the name"]);
    assert_eq!(received(&centre), 3);
}

#[test]
fn another_transport_key_is_found_before_a_chip_is_touched() {
    let centre = Centre::with_keys();
    let good = delivery(&centre, "good.csv", 1);
    // The maker put another key version in than it wrote down.
    let version = rewritten(&centre, "version.csv", &good, ",1,", ",2,");
    let told = ["carton C-00000001: 2 blanks have other transport keys", "first K00000001 with key version 2"];
    centre.run(&["stock", "receive", &version]).with(3, &told);
    // Keys of another centre.
    let other = Centre::with_keys();
    other.run(&["stock", "receive", &good]).with(3, &["2 blanks have other transport keys", "nothing was received"]);
    // No value at all is taken only by a word of its own; the value of one key is enough.
    let text = std::fs::read_to_string(&good).expect("a delivery file");
    let value = text.lines().nth(1).and_then(|line| line.split(',').nth(5)).expect("a check value").to_owned();
    assert_eq!(value.len(), 18);
    let short = rewritten(&centre, "short.csv", &good, &value, &value[..6]);
    let none = rewritten(&centre, "none.csv", &short, &format!(",{},", &value[..6]), ",,");
    centre.run(&["stock", "receive", &none]).with(3, &["1 blanks have no key check value", "--without-check-values"]);
    centre.run(&["stock", "receive", &none, "--without-check-values"]).with(0, &["2 blanks", "1 check values right"]);
}

#[test]
fn a_delivery_is_received_once() {
    let centre = Centre::with_keys();
    let file = delivery(&centre, "delivery.csv", 1);
    let answer = centre.run(&["stock", "receive", &file, "--json"]).with(0, &[]).json();
    assert_eq!((&answer["delivery"], &answer["blanks"]), (&"delivery.csv".into(), &2.into()));
    assert_eq!((&answer["check_values"], &answer["serials"][0]), (&2.into(), &"K00000001-K00000002".into()));
    centre.run(&["stock", "receive", &file]).with(3, &["was received before"]);
    // Nor under another name, nor a part of it among others.
    centre.run(&["stock", "receive", &file, "--name", "another"]).with(3, &["was received before"]);
    let mixed = delivery(&centre, "mixed.csv", 2);
    centre.run(&["stock", "receive", &mixed]).with(3, &["was received before"]);
    assert_eq!(received(&centre), 2);
    centre.run(&["stock", "reconcile"]).with(0, &["received 2 = 2 received; difference 0"]);
}

#[test]
fn a_run_without_blanks_says_so_and_goes_on_with_them() {
    let centre = Centre::with_keys();
    let mut records = sample_records();
    records.retain(|record| record["document_type"] == "passport_32");
    centre.feed("orders.jsonl", &records[..2]).with(0, &["2 accepted"]);
    centre.run(&["run", "--scale", "1000"]).with(1, &["orders wait for blanks", "stock receive", "waiting 2"]);
    // Blanks of another kind are no help.
    centre.receive(0, 2);
    let report = centre.run(&["run", "--scale", "1000", "--json"]).with(1, &[]).json();
    assert_eq!((&report["ended"], &report["orders"]["waiting"]), (&"no_blanks".into(), &2.into()));
    centre.receive(2, 0);
    centre.run(&["run", "--scale", "1000"]).with(0, &["done: nothing waits", "finished 2 in all"]);
}

fn received(centre: &Centre) -> u64 {
    centre.run(&["stock", "reconcile", "--json"]).with(0, &[]).json()["received"].as_u64().expect("a number")
}
