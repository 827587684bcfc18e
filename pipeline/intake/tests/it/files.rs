//! Whole files: batches, what is set aside, mending and feeding again.

use std::convert::Infallible;
use std::fs;

use persoline_intake::{Intake, IntakeError, Limits, Refusal, TakeError, Taken, Trust, sources};
use serde_json::json;

use super::{FirstBytes, Folder, covers, record, secret, take_all};

fn line(number: u32) -> String {
    let mut record = record();
    record["application_number"] = json!(format!("N{number}"));
    record["identity_number"] = json!(format!("U{number}"));
    record.to_string()
}

#[test]
fn good_records_are_taken_and_bad_ones_set_aside_verbatim() {
    let folder = Folder::new();
    let bad = r#"  {"application_number": "N2",   "channel":"fax"}  "#;
    let text = format!("\u{feff}{}\r\n\n{bad}\n   \n{}\n{{\"truncated\": ", line(1), line(3));
    let path = folder.write("a.jsonl", text);
    let (summary, taken) = take_all(&path, Trust::Open).unwrap();
    let numbers: Vec<&str> = taken.iter().map(|payload| payload.application.number.as_str()).collect();
    assert_eq!(numbers, ["N1", "N3"]);
    assert_eq!((summary.records, summary.accepted, summary.set_aside), (4, 2, 2));
    assert!(summary.faults.iter().all(|fault| fault.line == 3 || fault.line == 6));

    let place = summary.place.unwrap();
    assert_eq!(
        (place.records, place.faults),
        (folder.path().join("a.rejected.jsonl"), folder.path().join("a.rejected.txt"))
    );
    assert_eq!(folder.read("a.rejected.jsonl"), format!("{bad}\n{{\"truncated\": \n"));
    let told = folder.read("a.rejected.txt");
    assert!(told.contains("record 1 (line 3)") && told.contains("record 2 (line 6)"), "{told}");
    assert!(told.contains("channel: not of the kind expected"), "{told}");
    assert_eq!(folder.names(), ["a.jsonl", "a.rejected.jsonl", "a.rejected.txt", "portrait.jpg", "signature.png"]);
}

#[test]
fn a_mended_file_is_fed_again_and_never_written_over() {
    let folder = Folder::new();
    let path = folder.write("a.jsonl", format!("{}\n{{}}\n[]\n", line(1)));
    take_all(&path, Trust::Open).unwrap();
    // Somebody mends the first of the two; feeding the original meanwhile must not undo that.
    let mended = folder.write("a.rejected.jsonl", format!("{}\n[]\n", line(2)));
    let (summary, _) = take_all(&path, Trust::Open).unwrap();
    assert_eq!(summary.place.unwrap().records, folder.path().join("a.rejected.2.jsonl"));
    assert_eq!(folder.read("a.rejected.jsonl"), format!("{}\n[]\n", line(2)));
    // The same again gives the same file and no third.
    let (summary, _) = take_all(&path, Trust::Open).unwrap();
    assert_eq!(summary.place.unwrap().records, folder.path().join("a.rejected.2.jsonl"));

    let (summary, taken) = take_all(&mended, Trust::Open).unwrap();
    assert_eq!((taken.len(), summary.set_aside), (1, 1));
    assert_eq!(summary.place.unwrap().records, folder.path().join("a.rejected.3.jsonl"));
    assert_eq!(folder.read("a.rejected.3.jsonl"), "[]\n");
}

#[test]
fn nothing_is_left_beside_a_file_without_faults() {
    let folder = Folder::new();
    let path = folder.write("a.jsonl", line(1));
    let (summary, taken) = take_all(&path, Trust::Open).unwrap();
    assert_eq!((taken.len(), summary.set_aside, summary.place), (1, 0, None));
    assert_eq!(folder.names(), ["a.jsonl", "portrait.jpg", "signature.png"]);
}

#[test]
fn a_number_twice_in_a_file() {
    let folder = Folder::new();
    let other = line(1).replace("Zenith", "Nadir");
    let path = folder.write("a.jsonl", format!("{}\n{}\n{other}\n", line(1), line(1)));
    let (summary, taken) = take_all(&path, Trust::Open).unwrap();
    // The same record twice is for the store to find unchanged; another one under its number is a fault.
    assert_eq!((taken.len(), summary.set_aside), (2, 1));
    assert_eq!(taken[0].application.digest, taken[1].application.digest);
    assert_eq!(summary.faults[0].what, "another record has this number on line 1 of the file");
}

#[test]
fn what_the_store_refuses_is_set_aside_with_its_number() {
    let folder = Folder::new();
    let path = folder.write("a.jsonl", format!("{}\n{}\n{}\n{}\n", line(1), line(2), line(3), line(4)));
    let secret = secret();
    let intake = Intake::new(&FirstBytes, &covers, &secret, Trust::Open);
    let summary = intake
        .take_file::<Infallible>(&path, &mut |batch| {
            assert_eq!(batch.len(), 4);
            let refusal = Refusal::other_record_under_this_number();
            Ok(vec![Taken::Accepted, Taken::Refused(refusal), Taken::Unchanged, Taken::Held])
        })
        .unwrap();
    assert_eq!(
        (summary.records, summary.accepted, summary.held, summary.unchanged, summary.set_aside),
        (4, 2, 1, 1, 1)
    );
    assert_eq!(folder.read("a.rejected.jsonl"), format!("{}\n", line(2)));
    assert!(folder.read("a.rejected.txt").contains("record 1 (line 2, application N2)"));
}

#[test]
fn batches_are_bounded_by_records_and_by_bytes() {
    let folder = Folder::new();
    let path = folder.write("a.jsonl", (0..7).map(|number| line(number) + "\n").collect::<String>());
    let secret = secret();
    let sizes = |limits| {
        let mut sizes = Vec::new();
        let intake = Intake::new(&FirstBytes, &covers, &secret, Trust::Open).with_limits(limits);
        let taken = intake.take_file::<Infallible>(&path, &mut |batch| {
            sizes.push(batch.len());
            Ok(vec![Taken::Accepted; batch.len()])
        });
        assert_eq!(taken.unwrap().accepted, 7);
        sizes
    };
    assert_eq!(sizes(Limits { batch_records: 3, ..Limits::default() }), [3, 3, 1]);
    assert_eq!(sizes(Limits { batch_bytes: 1, ..Limits::default() }), [1; 7]);
}

#[test]
fn a_line_over_the_limit_is_set_aside_whole() {
    let folder = Folder::new();
    let long = format!("{{\"observations\": [\"{}\"]}}", "x".repeat(300_000));
    let path = folder.write("a.jsonl", format!("{long}\n{}\n", line(1)));
    let (summary, taken) = take_all(&path, Trust::Open).unwrap();
    assert_eq!((taken.len(), summary.set_aside), (1, 1));
    assert_eq!(summary.faults[0].what, "more than 65536 bytes on one line");
    assert_eq!(folder.read("a.rejected.jsonl"), format!("{long}\n"));
}

#[test]
fn a_picture_over_the_limit_is_a_fault() {
    let folder = Folder::new();
    let secret = secret();
    let limits = Limits { picture_bytes: 11, ..Limits::default() };
    let intake = Intake::new(&FirstBytes, &covers, &secret, Trust::Open).with_limits(limits);
    let faults = intake.check_record(1, line(1).as_bytes(), folder.path()).unwrap_err();
    assert!(faults.iter().all(|fault| fault.what == "more than 11 bytes"), "{faults:?}");
}

#[test]
fn a_failing_sink_leaves_no_half_file() {
    let folder = Folder::new();
    let path = folder.write("a.jsonl", format!("{{}}\n{}\n", line(1)));
    let secret = secret();
    let intake = Intake::new(&FirstBytes, &covers, &secret, Trust::Open);
    let failed = intake.take_file(&path, &mut |_| Err("the disk is full"));
    assert!(matches!(failed, Err(TakeError::Sink("the disk is full"))));
    let silent = intake.take_file::<Infallible>(&path, &mut |_| Ok(Vec::new()));
    assert!(matches!(silent, Err(TakeError::Answers { answers: 0, applications: 1 })));
    assert_eq!(folder.names(), ["a.jsonl", "portrait.jpg", "signature.png"]);
}

#[test]
fn files_and_folders_are_taken() {
    let folder = Folder::new();
    let (b, a) = (folder.write("b.jsonl", ""), folder.write("a.jsonl", ""));
    let rejected = folder.write("a.rejected.jsonl", "");
    folder.write("a.rejected.2.jsonl", "");
    fs::create_dir(folder.path().join("c.jsonl")).unwrap();
    let all = sources(&[rejected.clone(), folder.path().to_owned()]).unwrap();
    assert_eq!(all, [rejected, a, b]);
    let empty = tempfile::tempdir().unwrap();
    assert!(matches!(sources(&[empty.path().to_owned()]), Err(IntakeError::NoFiles { .. })));
    assert!(matches!(sources(&[empty.path().join("no")]), Err(IntakeError::Read { .. })));
}
