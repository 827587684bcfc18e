//! A machine that engraves document numbers takes them from what the register granted.

use crate::support::{Centre, check_books, sample_records};

#[test]
fn engraved_numbers_come_from_the_granted_range_and_run_out_with_it() {
    let centre = Centre::with_keys();
    centre.set(|settings| {
        settings["machines"] = serde_json::json!([{"name": "east", "driver": {"mock": "engraving-line"}}]);
    });
    let file = centre.input("engraved.csv");
    let invented = ["stock", "invent", "--passport-32", "10", "--passport-48", "10", "--engraved", "--out", &file];
    centre.run(&invented).with(0, &[]);
    centre.run(&["stock", "receive", &file]).with(0, &[]);
    centre.run(&["stock", "store", "engraved.csv", "--counted", "20"]).with(0, &[]);
    let records = sample_records();
    centre.feed("orders.jsonl", &records[..3]).with(0, &[]);

    let grant = |first: &str, last: &str| centre.run(&["numbers", "grant", first, last]);
    grant("UT0000009", "UT0000001").with(3, &["the last comes before the first"]);
    grant("ut1", "ut2").with(3, &["capital letters"]);
    grant("UT0000001", "UT0000003").with(0, &["UT0000001 to UT0000003 granted"]);
    grant("UT0000003", "UT0000005").with(3, &["granted before"]);
    // Ranges of the settings are granted at the start, and only once.
    centre.set(|settings| {
        settings["document_numbers"] = serde_json::json!([{"first": "UT0000004", "last": "UT0000009"}]);
    });
    for _ in 0..2 {
        centre.run(&["run", "--scale", "1000"]).with(0, &["finished 3 in all"]);
    }
    let mut numbers = Vec::new();
    for record in &records[..3] {
        let number = record["application_number"].as_str().expect("a number");
        let shown = centre.run(&["show", number, "--json"]).with(0, &[]).json();
        assert!(shown["booklet"].as_str().is_some_and(|serial| serial.starts_with('E')), "{shown}");
        numbers.push(shown["document_number"].as_str().expect("a number").to_owned());
    }
    numbers.sort();
    assert_eq!(numbers, ["UT0000001", "UT0000002", "UT0000003"]);
    let out = centre.input("export");
    let written = centre.run(&["export", "--out", &out, "--json"]).with(0, &[]).json();
    for document in written.as_array().expect("documents") {
        let number = document["document_number"].as_str().expect("a number");
        let mrz = std::fs::read_to_string(format!("{}/mrz.txt", document["folder"].as_str().expect("a folder")));
        assert!(numbers.iter().any(|known| known == number) && mrz.expect("an MRZ").contains(number), "{document}");
    }
    let mut told: Vec<_> = centre.reports().iter().map(|report| report["document_number"].clone()).collect();
    told.sort_by_key(ToString::to_string);
    assert_eq!(told, numbers);
    check_books(&centre.store(), 3);
}

#[test]
fn a_run_that_has_no_number_left_ends_and_asks_for_more() {
    let centre = Centre::with_keys();
    centre.set(|settings| {
        settings["machines"] = serde_json::json!([{"name": "east", "driver": {"mock": "engraving-line"}}]);
    });
    let file = centre.input("engraved.csv");
    let invented = ["stock", "invent", "--passport-32", "10", "--passport-48", "10", "--engraved", "--out", &file];
    centre.run(&invented).with(0, &[]);
    centre.run(&["stock", "receive", &file]).with(0, &[]);
    centre.run(&["stock", "store", "engraved.csv", "--counted", "20"]).with(0, &[]);
    centre.feed("orders.jsonl", &sample_records()[..4]).with(0, &[]);
    centre.run(&["numbers", "grant", "UT0000001", "UT0000002"]).with(0, &[]);
    let ended = centre.run(&["run", "--scale", "1000"]);
    ended.with(1, &["until people act", "no document number is left: `persoline numbers grant FIRST LAST`"]);
    centre.run(&["numbers", "grant", "UT0000003", "UT0000009"]).with(0, &[]);
    centre.run(&["run", "--scale", "1000"]).with(0, &["finished 4 in all"]);
    check_books(&centre.store(), 4);
}
