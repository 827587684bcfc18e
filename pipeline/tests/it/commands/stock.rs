//! Deliveries of blanks: whole or not at all, and once.

use crate::support::{Centre, sample_records};

const HEADER: &str = "serial,chip_serial,batch,key_version,format,kind";

fn line(number: u32) -> String {
    format!("K{number:08},50430000400000000000{number:04},TRIAL,1,passport-32,production")
}

#[test]
fn a_delivery_with_a_fault_is_not_received_at_all() {
    let centre = Centre::with_blanks(2, 1);
    let (good, other) = (line(5001), line(5002));
    for (fault, told) in [
        (format!("{HEADER}\n{good}\nK00005002,XYZ,TRIAL,1,passport-32,production\n"), "line 3: chip_serial"),
        (format!("{HEADER}\n{good}\n{good}\n"), "line 3: the serial stands on line 2 already"),
        (format!("{HEADER}\n{good}\n{}\n", good.replace("K00005001", "K00005003")), "line 3: the chip's serial"),
        (format!("{HEADER}\n{good}\n{}", &other[..20]), "line 3: 2 fields instead of 6"),
        (good.clone(), "line 1 must be the header"),
        (format!("{HEADER}\n"), "no booklet"),
    ] {
        let file = centre.write_input("faulty.csv", fault.as_bytes());
        let told_for = centre.run(&["stock", "receive", &file]);
        told_for.with(3, &[told]);
        assert_eq!(received(&centre), 3);
    }
    let file = centre.write_input("binary.csv", &[0xFF, 0xFE, 0x00, 0x80]);
    centre.run(&["stock", "receive", &file]).with(3, &["UTF-8"]);
    centre.run(&["stock", "receive", &centre.input("none.csv")]).with(5, &["check the name"]);
    assert_eq!(received(&centre), 3);
}

#[test]
fn a_delivery_is_received_once() {
    let centre = Centre::with_keys();
    let file = centre.write_input("delivery.csv", format!("{HEADER}\n{}\n{}\n", line(1), line(2)).as_bytes());
    let answer = centre.run(&["stock", "receive", &file, "--json"]).with(0, &[]).json();
    assert_eq!((&answer["delivery"], &answer["blanks"]), (&"delivery.csv".into(), &2.into()));
    centre.run(&["stock", "receive", &file]).with(3, &["was received before"]);
    // Nor under another name, nor a part of it among others.
    centre.run(&["stock", "receive", &file, "--name", "another"]).with(3, &["was received before"]);
    let mixed = centre.write_input("mixed.csv", format!("{HEADER}\n{}\n{}\n", line(3), line(2)).as_bytes());
    centre.run(&["stock", "receive", &mixed]).with(3, &["was received before"]);
    assert_eq!(received(&centre), 2);
    let chip = line(4).replace("0000000004,T", "0000000002,T");
    let same_chip = centre.write_input("chip.csv", format!("{HEADER}\n{chip}\n").as_bytes());
    centre.run(&["stock", "receive", &same_chip]).with(3, &["was received before"]);
    centre.run(&["stock", "reconcile"]).with(0, &["received 2 = 2 vault; difference 0"]);
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
