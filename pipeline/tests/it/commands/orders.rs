//! Orders held and released, and two orders of one person.

use crate::support::{Centre, sample_records};

#[test]
fn a_held_order_is_not_made_until_it_is_released() {
    let centre = Centre::with_blanks(4, 4);
    let records = sample_records();
    centre.feed("orders.jsonl", &records[..2]).with(0, &[]);
    let number = records[0]["application_number"].as_str().expect("a number");
    centre.run(&["hold", number]).with(0, &[number, "held"]);
    centre.run(&["hold", number]).with(3, &["held"]);
    centre.run(&["run", "--scale", "1000"]).with(0, &["finished 1 in all", "held 1"]);
    let order = centre.run(&["show", number, "--json"]).with(0, &[]).json();
    assert_eq!((&order["state"], &order["hold"]), (&"held".into(), &"person".into()));
    centre.run(&["release", number]).with(0, &[number, "released"]);
    centre.run(&["release", number]).with(3, &["waiting"]);
    centre.run(&["run", "--scale", "1000"]).with(0, &["finished 2 in all", "held 0"]);
    centre.run(&["hold", number]).with(3, &["finished"]);
    for command in ["hold", "release"] {
        centre.run(&[command, "UTP-0"]).with(3, &["there is no application UTP-0"]);
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
    centre.run(&["release", "UTP-26-9000001"]).with(0, &[]);
    centre.run(&["run", "--scale", "1000"]).with(0, &["finished 2 in all", "held 0"]);
}
