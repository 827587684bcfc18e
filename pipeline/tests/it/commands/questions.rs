//! What needs no centre, and what only looks at one.

use serde_json::Value;

use crate::support::{Centre, plain, sample_records};

#[test]
fn without_a_command_it_shows_its_help() {
    let help = plain(&[]).with(0, &["Usage: persoline", "demo", "intake", "stock", "Exit codes:", "7  port in use"]);
    assert!(help.err.is_empty());
    plain(&["--help"]).with(0, &["Exit codes:"]);
    plain(&["--version"]).with(0, &["persoline"]);
    plain(&["print"]).with(2, &["unrecognized subcommand"]);
}

#[test]
fn the_schema_describes_the_sample_set() {
    let schema = plain(&["schema"]).with(0, &[]).json();
    assert_eq!(schema["$schema"], "https://json-schema.org/draft/2020-12/schema");
    let fields = schema["properties"].as_object().expect("properties");
    let required: Vec<&str> =
        schema["required"].as_array().expect("required").iter().filter_map(Value::as_str).collect();
    for record in sample_records() {
        let record = record.as_object().expect("an object");
        assert!(record.keys().all(|field| fields.contains_key(field)));
        assert!(required.iter().all(|field| record.contains_key(*field)));
    }
    assert_eq!(schema["additionalProperties"], false);
}

#[test]
fn answers_as_json_have_their_fields() {
    let centre = Centre::with_blanks(6, 3);
    let records = sample_records();
    let taken = centre.write_records("orders.jsonl", &records[..3]);
    let taken = centre.run(&["intake", "--unsigned", "--json", &taken]).with(0, &[]).json();
    assert_eq!((&taken[0]["records"], &taken[0]["accepted"]), (&3.into(), &3.into()));

    let status = centre.run(&["status", "--json"]).with(0, &[]).json();
    assert_eq!(status["state"], "UTO");
    assert_eq!(status["orders"]["waiting"], 3);
    assert_eq!((&status["booklets_received"], &status["stock_difference"]), (&9.into(), &0.into()));
    assert_eq!(status["booklets"]["vault"], 9);
    assert_eq!(status["machines"], serde_json::json!(["north", "south"]));
    centre.run(&["status"]).with(0, &["waiting      3", "9 received, difference 0"]);

    let number = records[0]["application_number"].as_str().expect("a number");
    let order = centre.run(&["show", number, "--json"]).with(0, &[]).json();
    assert_eq!((&order["application"], &order["state"]), (&number.into(), &"waiting".into()));
    assert_eq!(order["timeline"][0]["kind"], "order_accepted");
    centre.run(&["show", number]).with(0, &[number, "order_accepted", "command:"]);
    centre.run(&["show", "UTP-0"]).with(3, &["there is no application UTP-0"]);

    let keys = centre.run(&["keys", "status", "--json"]).with(0, &[]).json();
    let signers = keys["document_signers"].as_array().expect("signers");
    assert_eq!(signers.len(), 3);
    assert_eq!((&signers[0]["standing"], &signers[0]["used"]), (&"active".into(), &0.into()));
    assert_eq!(signers[0]["left"], 100_000);
    assert_eq!(keys["country_signers"].as_array().map(Vec::len), Some(1));

    let books = centre.run(&["stock", "reconcile", "--json"]).with(0, &[]).json();
    assert_eq!((&books["received"], &books["difference"]), (&9.into(), &0.into()));
    assert_eq!(books["by_state"]["vault"], 9);
}

#[test]
fn export_writes_what_was_signed_and_tells_what_is_not_there() {
    let centre = Centre::with_blanks(4, 4);
    let records = sample_records();
    centre.feed("orders.jsonl", &records[..2]).with(0, &[]);
    let out = centre.input("export");
    let number = records[0]["application_number"].as_str().expect("a number");
    centre.run(&["export", "--out", &out, "--application", number]).with(3, &["is waiting, not finished"]);
    centre.run(&["export", "--out", &out, "--application", "UTP-0"]).with(3, &["there is no application"]);
    let report = centre.run(&["run", "--scale", "1000", "--json"]).with(0, &[]).json();
    assert_eq!((&report["ended"], &report["finished_in_this_run"]), (&"done".into(), &2.into()));
    assert_eq!((&report["orders"]["finished"], &report["stock_difference"]), (&2.into(), &0.into()));
    let written = centre.run(&["export", "--out", &out, "--json"]).with(0, &[]).json();
    assert_eq!(written.as_array().map(Vec::len), Some(2));
    for document in written.as_array().expect("documents") {
        let folder = std::path::Path::new(document["folder"].as_str().expect("a folder"));
        for file in
            ["EF.COM.bin", "EF.SOD.bin", "DG1.bin", "DG2.bin", "csca.der", "ds.der", "datapage.png", "datapage.pdf"]
        {
            assert!(folder.join(file).metadata().is_ok_and(|file| file.len() > 0), "{file}");
        }
        let mrz = std::fs::read_to_string(folder.join("mrz.txt")).expect("the MRZ");
        let lines: Vec<&str> = mrz.lines().collect();
        assert_eq!(lines.iter().map(|line| line.len()).collect::<Vec<_>>(), [44, 44]);
        let serial = document["document_number"].as_str().expect("a number");
        assert!(lines[0].starts_with("P<UTO") || lines[0].starts_with("PPUTO"), "{mrz}");
        assert!(lines[1].starts_with(serial), "{mrz}");
    }
    let keys = centre.run(&["keys", "status", "--json"]).with(0, &[]).json();
    let (used, left) = (&keys["document_signers"][0]["used"], &keys["document_signers"][0]["left"]);
    // Uses are reserved a few at a time before anything is signed, so a crash can only waste some.
    assert!(used.as_u64() >= Some(2) && used.as_u64() < Some(100), "{keys}");
    assert_eq!(used.as_u64().zip(left.as_u64()).map(|(used, left)| used + left), Some(100_000), "{keys}");
}
