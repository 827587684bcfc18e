use std::path::PathBuf;

use tempfile::TempDir;

use super::*;

fn report(sequence: u64) -> Report {
    Report {
        format: FORMAT.to_owned(),
        key: format!("key-{sequence}"),
        sequence,
        kind: "missing".to_owned(),
        at: "2026-11-22T01:02:03.000Z".to_owned(),
        issuing_state: "UTO".to_owned(),
        booklet_serial: "K00000001".to_owned(),
        chip_serial: String::new(),
        document_number: None,
        application_number: None,
        date_of_issue: None,
        date_of_expiry: None,
        reason: String::new(),
    }
}

fn folder() -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("reports.jsonl");
    (folder, path)
}

fn mark(sequence: u64) -> Option<Mark> {
    Some(Mark { sequence: Sequence(sequence), key: format!("key-{sequence}") })
}

#[test]
fn lines_are_appended_and_the_last_one_is_known_again() {
    let (_folder, path) = folder();
    let mut file = JsonLinesFile::new(&path);
    assert_eq!(file.reached(), Ok(None));
    assert_eq!(file.deliver(&[report(3), report(5)]), Delivery { taken: 2, fault: None });
    drop(file);
    let mut file = JsonLinesFile::new(&path);
    assert_eq!(file.reached(), Ok(mark(5)));
    assert_eq!(file.deliver(&[report(8)]).taken, 1);
    assert_eq!(file.reached(), Ok(mark(8)));
    let lines = std::fs::read_to_string(&path).unwrap();
    assert_eq!(lines, [3, 5, 8].map(|sequence| report(sequence).to_json() + "\n").concat());
}

#[test]
fn a_torn_line_is_cut_off_wherever_it_was_torn() {
    let (_folder, path) = folder();
    let (first, second) = (report(3).to_json() + "\n", report(5).to_json() + "\n");
    let whole = first.clone() + &second;
    for length in 0..=whole.len() {
        std::fs::write(&path, &whole[..length]).unwrap();
        let expected = if length < first.len() { None } else { mark(if length < whole.len() { 3 } else { 5 }) };
        assert_eq!(JsonLinesFile::new(&path).reached(), Ok(expected.clone()), "{length}");
        let left = std::fs::read_to_string(&path).unwrap();
        assert_eq!(
            left.len(),
            match expected {
                None => 0,
                Some(_) if length < whole.len() => first.len(),
                Some(_) => whole.len(),
            }
        );
    }
}

#[test]
fn a_file_of_something_else_is_left_as_it_is() {
    let (_folder, path) = folder();
    let long = "x".repeat(200_000);
    for text in ["a list", "a list\nof things\n", "{\"key\": 1}\n", "\n", &long, &format!("{long}\n")] {
        std::fs::write(&path, text).unwrap();
        assert_eq!(JsonLinesFile::new(&path).reached(), Err(Fault::Stop(Trouble::Foreign)), "{:.20}", text);
        assert_eq!(std::fs::read_to_string(&path).unwrap(), text);
    }
}

#[test]
fn a_folder_that_is_not_there_and_a_file_in_use_may_be_there_later() {
    let (folder, path) = folder();
    let mut nowhere = JsonLinesFile::new(folder.path().join("nowhere").join("reports.jsonl"));
    assert!(matches!(nowhere.reached(), Err(Fault::Later { .. })));
    assert!(matches!(nowhere.deliver(&[report(1)]), Delivery { taken: 0, fault: Some(Fault::Later { .. }) }));
    let mut first = JsonLinesFile::new(&path);
    assert_eq!(first.reached(), Ok(None));
    assert!(matches!(JsonLinesFile::new(&path).reached(), Err(Fault::Later { .. })), "two write to one file");
}

#[test]
fn long_files_are_read_from_their_end() {
    let (_folder, path) = folder();
    let text: String = (1..=2_000).map(|sequence| report(sequence).to_json() + "\n").collect();
    std::fs::write(&path, text + "{\"format\":\"pers").unwrap();
    assert_eq!(JsonLinesFile::new(&path).reached(), Ok(mark(2_000)));
    assert_eq!(std::fs::read_to_string(&path).unwrap().lines().count(), 2_000);
}
