//! Where the policy asks for it, two different people approve that an order is made again.

use persoline_domain::store::Store;

use crate::support::{Centre, check_books, sample_records};

#[test]
fn a_remake_waits_for_two_different_people() {
    let centre = Centre::with_blanks(6, 6);
    centre.set(|settings| settings["policy"] = serde_json::json!({"remake_approvals": 2}));
    let records = sample_records();
    centre.feed("orders.jsonl", &records[..2]).with(0, &[]);
    let run = ["run", "--scale", "1000"];
    centre.run(&run).with(0, &["finished 2 in all"]);
    let number = records[0]["application_number"].as_str().expect("a number");
    let shown = || centre.run(&["show", number, "--json"]).with(0, &[]).json();
    let first = shown()["booklet"].as_str().expect("a booklet").to_owned();
    centre.run(&["remake", "list"]).with(0, &["no remake waits"]);
    centre.run(&["remake", "approve", number]).with(3, &[]);
    centre.run(&["document", "reject", &first, "--reason", "scratched"]).with(0, &[]);

    assert_eq!((&shown()["state"], &shown()["hold"]), (&"held".into(), &"remake_approval".into()));
    let listed = centre.run(&["remake", "list", "--json"]).with(0, &[]).json();
    assert_eq!((&listed[0]["application"], &listed[0]["booklet"]), (&number.into(), &first.as_str().into()));
    centre.run(&run).with(0, &["held 1", "for people: 1 remakes wait for approval"]);
    centre.run(&["order", "release", number]).with(3, &[]);

    let approve = |who: &str| centre.run(&["remake", "approve", number, "--actor", who]);
    approve("mei").with(0, &["approved by you", "2 different people"]);
    approve("mei").with(3, &["another person"]);
    approve("").with(2, &["--actor"]);
    approve("two words").with(2, &["--actor"]);
    approve("kwok").with(0, &["its remake is approved"]);
    centre.run(&run).with(0, &["finished 2 in all"]);
    let second = shown()["booklet"].as_str().expect("a booklet").to_owned();
    assert_ne!(first, second);
    let store = centre.store();
    let record = store.booklet(&second.as_str().into()).expect("a store").expect("a booklet");
    assert_eq!(record.replaces.map(|serial| serial.0), Some(first));
    check_books(&store, 2);
}
