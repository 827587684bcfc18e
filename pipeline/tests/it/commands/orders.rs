//! Orders held, released, expedited and cancelled, one by one or by batch, and two orders of one person.

use crate::support::{Centre, sample_records};

#[test]
fn a_held_order_is_not_made_until_it_is_released() {
    let centre = Centre::with_blanks(4, 4);
    let records = sample_records();
    centre.feed("orders.jsonl", &records[..2]).with(0, &[]);
    let number = records[0]["application_number"].as_str().expect("a number");
    centre.run(&["order", "hold", number]).with(0, &[number, "held"]);
    centre.run(&["order", "hold", number]).with(3, &["held"]);
    centre.run(&["run", "--scale", "1000"]).with(0, &["finished 1 in all", "held 1"]);
    let order = centre.run(&["show", number, "--json"]).with(0, &[]).json();
    assert_eq!((&order["state"], &order["hold"]), (&"held".into(), &"person".into()));
    centre.run(&["order", "release", number]).with(0, &[number, "released"]);
    centre.run(&["order", "release", number]).with(3, &["waiting"]);
    centre.run(&["run", "--scale", "1000"]).with(0, &["finished 2 in all", "held 0"]);
    centre.run(&["order", "hold", number]).with(3, &["finished"]);
    for act in ["hold", "release", "expedite", "cancel"] {
        centre.run(&["order", act, "UTP-0"]).with(3, &["there is no application UTP-0"]);
        centre.run(&["order", act]).with(2, &["NUMBER"]);
    }
}

#[test]
fn a_second_open_order_of_one_person_is_held() {
    let centre = Centre::with_blanks(4, 4);
    let first = sample_records().remove(0);
    let mut second = first.clone();
    second["application_number"] = "UTP-26-9000001".into();
    second["document_type"] = "passport_48".into();
    centre.feed("orders.jsonl", &[first.clone(), second.clone()]).with(0, &["2 accepted (1 held)"]);
    let order = centre.run(&["show", "UTP-26-9000001", "--json"]).with(0, &[]).json();
    assert_eq!((&order["state"], &order["hold"]), (&"held".into(), &"same_person".into()));
    centre.run(&["run", "--scale", "1000"]).with(0, &["finished 1 in all", "held 1"]);
    // A person has looked: it may be made after all.
    centre.run(&["order", "release", "UTP-26-9000001"]).with(0, &[]);
    centre.run(&["run", "--scale", "1000"]).with(0, &["finished 2 in all", "held 0"]);
}

#[test]
fn orders_of_a_batch_are_held_expedited_and_cancelled_together() {
    let centre = Centre::with_keys();
    let records = sample_records();
    centre.feed("monday.jsonl", &records[..3]).with(0, &["3 accepted"]);
    let tuesday = centre.write_records("tuesday.jsonl", &records[3..5]);
    centre.run(&["intake", "--unsigned", &tuesday, "--batch", "urgent-set"]).with(0, &["2 accepted"]);
    let number = |index: usize| records[index]["application_number"].as_str().expect("a number");
    let state = |index: usize| centre.run(&["show", number(index), "--json"]).with(0, &[]).json();
    assert_eq!((&state(0)["batch"], &state(4)["batch"]), (&"monday.jsonl".into(), &"urgent-set".into()));

    let held = centre.run(&["order", "hold", "--batch", "monday.jsonl", "--json"]).with(0, &[]).json();
    assert_eq!(held.as_array().map(Vec::len), Some(3));
    assert!((0..3).all(|index| state(index)["state"] == "held" && held[index]["done"] == true), "{held}");
    assert_eq!(state(3)["state"], "waiting");
    let expedited = centre.run(&["order", "expedite", "--batch", "urgent-set", "--actor", "leader"]).with(0, &[]);
    assert!(expedited.out.contains(number(3)) && expedited.out.contains(number(4)));
    assert_eq!(state(4)["priority"], "urgent");
    let timeline = state(4)["timeline"].as_array().expect("a timeline").clone();
    assert_eq!(timeline.last().expect("an event")["actor"], "person:leader");

    // One of several is refused: the others are done all the same, and which is which is told.
    centre.run(&["order", "release", number(0)]).with(0, &[]);
    let mixed = centre.run(&["order", "release", number(0), number(1)]).with(1, &[number(0), "refused"]);
    assert!(mixed.out.contains(&format!("{} released", number(1))), "{mixed:?}");
    centre.run(&["order", "cancel", "--batch", "monday.jsonl"]).with(0, &["cancelled"]);
    assert!((0..3).all(|index| state(index)["state"] == "cancelled"));
    centre.run(&["order", "cancel", "--batch", "monday.jsonl"]).with(3, &["no open orders"]);
    centre.run(&["order", "hold", "--batch", "sunday.jsonl"]).with(3, &["there is no batch sunday.jsonl"]);
    centre.run(&["order", "release", number(0)]).with(3, &["cancelled"]);
}
