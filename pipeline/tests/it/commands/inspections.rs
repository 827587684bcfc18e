//! First pieces wait for a person; so do samples; a good document can still be rejected.

use serde_json::Value;

use crate::support::{Centre, check_books, sample_records};

const RUN: [&str; 4] = ["run", "--scale", "1000", "--json"];

/// A centre with one machine, and orders.
fn centre(policy: Value, orders: usize) -> Centre {
    let centre = Centre::with_blanks(20, 20);
    centre.set(|settings| {
        settings["policy"] = policy;
        settings["machines"].as_array_mut().expect("machines").truncate(1);
    });
    centre.feed("orders.jsonl", &sample_records()[..orders]).with(0, &[]);
    centre
}

fn pending(centre: &Centre) -> Vec<String> {
    let listed = centre.run(&["inspection", "list", "--json"]).with(0, &[]).json();
    let serial = |record: &Value| record["serial"].as_str().expect("a serial").to_owned();
    listed.as_array().expect("a list").iter().map(serial).collect()
}

#[test]
fn a_machine_goes_on_only_after_its_first_piece_of_the_shift_is_approved() {
    let centre = centre(serde_json::json!({"first_piece": true}), 4);
    let report = centre.run(&RUN).with(1, &[]).json();
    assert_eq!((&report["ended"], &report["orders"]["waiting"]), (&"needs_people".into(), &4.into()));
    assert!(report["for_people"].to_string().contains("persoline shift open"), "{report}");

    centre.run(&["shift", "open"]).with(0, &[]);
    let report = centre.run(&RUN).with(1, &[]).json();
    assert_eq!((&report["ended"], &report["orders"]["finished"]), (&"needs_people".into(), &1.into()));
    assert!(report["for_people"].to_string().contains("persoline inspection list"), "{report}");
    assert!(centre.reports().is_empty(), "what waits for a person is not issued yet");
    let [first] = pending(&centre).try_into().expect("one waits");
    centre.run(&["inspection", "list"]).with(0, &[&first, "first_piece", "machine north"]);

    // Rejected: it is spoiled, its order made again, and the next one is a first piece again.
    let reject = ["inspection", "reject", &first, "--reason", "blurred", "--actor", "mei"];
    centre.run(&reject).with(0, &[&first, "rejected"]);
    centre.run(&reject).with(3, &[]);
    let report = centre.run(&RUN).with(1, &[]).json();
    assert_eq!((&report["booklets_spoiled"], &report["orders"]["finished"]), (&1.into(), &1.into()));
    let [second] = pending(&centre).try_into().expect("one waits");
    assert_ne!(first, second);
    centre.run(&["inspection", "approve", &second, "--actor", "mei"]).with(0, &["approved"]);
    let report = centre.run(&RUN).with(0, &[]).json();
    assert_eq!((&report["ended"], &report["orders"]["finished"]), (&"done".into(), &4.into()));
    check_books(&centre.store(), 4);

    let reports = centre.reports();
    let kinds = |serial: &str| -> Vec<&str> {
        let of = reports.iter().filter(|report| report["booklet_serial"] == serial);
        of.filter_map(|report| report["kind"].as_str()).collect()
    };
    assert_eq!((kinds(&first), kinds(&second)), (vec!["rejected"], vec!["issued"]));
    assert_eq!(reports.iter().filter(|report| report["kind"] == "issued").count(), 4);
}

#[test]
fn every_so_many_documents_one_is_drawn_and_the_line_goes_on() {
    let centre = centre(serde_json::json!({"sample_every": 3}), 7);
    centre.run(&RUN).with(0, &[]);
    let drawn = pending(&centre);
    assert_eq!(drawn.len(), 2);
    centre.run(&["inspection", "list"]).with(0, &["sample"]);
    for serial in &drawn {
        centre.run(&["inspection", "approve", serial]).with(0, &[]);
    }
    centre.run(&["inspection", "list"]).with(0, &["nothing waits for inspection"]);
    centre.run(&["inspection", "approve", "K00009999"]).with(3, &[]);
    centre.run(&["report", "once"]).with(0, &["2 delivered, nothing left"]);
    assert_eq!(centre.reports().len(), 7);
}

#[test]
fn a_good_document_is_rejected_and_made_again_with_another_booklet() {
    let centre = centre(serde_json::json!({}), 1);
    centre.run(&RUN).with(0, &[]);
    let number = sample_records()[0]["application_number"].as_str().expect("a number").to_owned();
    let shown = || centre.run(&["show", &number, "--json"]).with(0, &[]).json();
    let first = shown()["booklet"].as_str().expect("a booklet").to_owned();
    centre.run(&["document", "reject", &first]).with(2, &["--reason"]);
    centre.run(&["document", "reject", &first, "--reason", "Ms Chan complained"]).with(2, &["small letters"]);
    centre.run(&["document", "reject", &first, "--reason", "scratched"]).with(0, &["rejected (scratched)"]);
    centre.run(&["document", "reject", &first, "--reason", "scratched"]).with(3, &[]);
    assert_eq!((&shown()["state"], &shown()["remakes"]), (&"waiting".into(), &1.into()));
    centre.run(&RUN).with(0, &[]);
    let second = shown()["booklet"].as_str().expect("a booklet").to_owned();
    assert_ne!(first, second);
    let told: Vec<(String, String)> = centre
        .reports()
        .iter()
        .map(|report| {
            [&report["kind"], &report["booklet_serial"]].map(|text| text.as_str().expect("a text").to_owned())
        })
        .map(|[kind, serial]| (kind, serial))
        .collect();
    let expected = [("issued", &first), ("rejected", &first), ("issued", &second)];
    assert_eq!(told, expected.map(|(kind, serial)| (kind.to_owned(), serial.clone())));
    check_books(&centre.store(), 1);
}
