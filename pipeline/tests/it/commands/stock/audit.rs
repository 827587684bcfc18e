//! The auditor's report of a day on which documents were made, as text and as CSV read by Python's own module.

use std::process::{Command, Stdio};

use crate::strangers::without;
use crate::support::{Centre, sample_records};

/// Reads both files strictly and prints what it counted there.
const SCRIPT: &str = r#"
import csv, sys
def rows(name):
    with open(name, newline="") as file:
        text = file.read()
    assert text.endswith("\r\n") and text.count("\n") == text.count("\r\n")
    found = list(csv.DictReader(text.splitlines(keepends=True), strict=True))
    assert all(None not in row and None not in row.values() for row in found)
    return found
booklets, movements = rows(sys.argv[1]), rows(sys.argv[2])
assert len({row["serial"] for row in booklets}) == len(booklets)
# Every booklet's movements, one after the other, lead from its opening to its closing state.
state = {row["serial"]: row["opening"] for row in booklets}
for row in movements:
    assert state[row["serial"]] == row["from"], row
    state[row["serial"]] = row["to"]
assert all(state[row["serial"]] == row["closing"] for row in booklets)
count = lambda where, value: sum(1 for row in booklets if row[where] == value)
kinds = lambda name: sum(1 for row in movements if row["movement"] == name)
print(len(booklets), count("closing", "recalled"), count("closing", "destroyed"), count("kind", "test"),
      kinds("receive"), kinds("bind"), [r["witness"] for r in movements if r["movement"] == "destroy"])
"#;

#[test]
fn a_day_is_told_from_the_first_blank_to_the_last() {
    let centre = Centre::with_blanks(12, 0);
    let mut records = sample_records();
    records.retain(|record| record["document_type"] == "passport_32");
    centre.feed("orders.jsonl", &records[..2]).with(0, &["2 accepted"]);
    centre.run(&["run", "--scale", "1000"]).with(0, &["finished 2 in all"]);
    let test = centre.input("test.csv");
    let invent = ["stock", "invent", "--passport-32", "0", "--passport-48", "0", "--test", "1", "--first", "900"];
    centre.run(&[invent.as_slice(), &["--out", &test]].concat()).with(0, &[]);
    centre.run(&["stock", "receive", &test]).with(0, &["1 blanks"]);
    let serials: Vec<String> = good(&centre);
    let (first, second) = (serials[0].as_str(), serials[1].as_str());
    let by = |person: &str, arguments: &[&str]| {
        centre.run(&[&["stock"], arguments, &["--actor", person]].concat()).with(0, &[]);
    };
    by("ada", &["pack", first, second]);
    by("ada", &["hand-over", first]);
    by("ada", &["recall", first, "--reason", "wrong_name"]);
    by("ada", &["destroy", first, "--witness", "bob"]);
    by("ada", &["missing", second, "--reason", "not_there"]);
    by("bob", &["found", second]);

    let (booklets, movements) = (centre.input("booklets.csv"), centre.input("movements.csv"));
    let files = ["--csv", &booklets, "--csv-movements", &movements, "--actor", "eve"];
    let told = centre.run(&[&["stock", "report"], files.as_slice()].concat()).with(
        0,
        &[
            "BOOKLET LEDGER of the personalisation centre, issuing state UTO",
            "its hash chain unbroken",
            "made       by eve at ",
            "by ada, before the eyes of bob",
            "missing, was packed: not_there; by ada",
            "found, was missing; by bob",
            "6. In quarantine at the end",
            "received before 0 + received within 13 = 13 in the books",
            "every booklet stands there as event",
            "DIFFERENCE 0",
        ],
    );
    let closing =
        told.out.split("7. Closing stock").nth(1).and_then(|rest| rest.split("8.").next()).expect("a section");
    for line in ["destroyed           1", "quarantined         1", "received            1  T00000900", "all "] {
        assert!(closing.contains(line), "{line}: {closing}");
    }
    // A period in which nothing happened opens and closes with the same stock.
    let quiet = centre.run(&["stock", "report", "--from", "2001-01-01", "--to", "2001-12-31", "--actor", "eve"]);
    quiet.with(0, &["in which nothing happened", "DIFFERENCE 0"]);
    centre.run(&["stock", "report", "--shift", "7", "--actor", "eve"]).with(3, &["there is no such shift"]);
    centre.run(&["stock", "report", "--from", "yesterday"]).with(3, &["is no date such as"]);

    let python = std::env::var_os("PERSOLINE_PYTHON").unwrap_or_else(|| "python3".into());
    let is_there = Command::new(&python).args(["-c", "import csv"]).stdin(Stdio::null()).status();
    if without(is_there.is_ok_and(|status| status.success()), "no Python") {
        return;
    }
    let read = Command::new(&python).args(["-c", SCRIPT, &booklets, &movements]).output().expect("Python starts");
    let said = String::from_utf8_lossy(&read.stdout).into_owned() + &String::from_utf8_lossy(&read.stderr);
    assert_eq!(said.trim(), "13 0 1 1 13 2 ['bob']");
}

#[test]
fn books_that_disagree_with_the_log_are_a_finding() {
    let centre = Centre::with_blanks(3, 0);
    let stranger = rusqlite::Connection::open(centre.store_file()).expect("a store");
    stranger.execute_batch("UPDATE booklet SET state = 'missing' WHERE serial = 'K00000002'").expect("a lawful move");
    drop(stranger);
    let told = ["K00000002  by the log vault, by the columns missing", "DIFFERENCE 1"];
    centre.run(&["stock", "report"]).with(1, &told);
    // The sum alone does not show it.
    centre.run(&["stock", "reconcile"]).with(0, &["2 vault + 1 missing; difference 0"]);
}

/// The serials of good documents.
fn good(centre: &Centre) -> Vec<String> {
    use persoline_domain::booklet::BookletState;
    use persoline_domain::store::Store;
    let found = centre.store().booklets(BookletState::Good, None, None, 99).expect("booklets");
    found.into_iter().map(|booklet| booklet.blank.serial.0).collect()
}
