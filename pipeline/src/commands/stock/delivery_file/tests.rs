use persoline_domain::booklet::{BlankKind, Numbering};

use super::super::invent::{Invention, without_keys};
use super::*;

fn some() -> Vec<Blank> {
    without_keys(&Invention { passport_32: 3, passport_48: 1, test: 1, specimen: 1, carton: 2, ..Invention::default() })
}

/// The file that a maker would have written with this row in place of its last.
fn with_row(row: &str) -> String {
    let whole = write(&some());
    let mut lines: Vec<&str> = whole.lines().collect();
    lines.truncate(lines.len() - 2);
    lines.push(row);
    let body = format!("{}\n", lines.join("\n"));
    let sum = hexadecimal(&Sha256::digest(body.as_bytes())).to_lowercase();
    format!("{body}trailer,{},{sum}", lines.len() - 1)
}

fn faults(file: &str) -> Vec<String> {
    parse(file.as_bytes()).expect_err("a fault").iter().map(FileFault::to_string).collect()
}

#[test]
fn what_is_written_reads_back_with_either_line_end() {
    let blanks = some();
    assert_eq!(parse(write(&blanks).as_bytes()), Ok(blanks.clone()));
    assert_eq!(blanks.iter().filter(|blank| blank.kind != BlankKind::Production).count(), 2);
    let body = write(&blanks).lines().take(7).map(|line| format!("{line}\r\n")).collect::<String>();
    let sum = hexadecimal(&Sha256::digest(body.as_bytes()));
    assert_eq!(parse(format!("{body}trailer,6,{sum}\r\n").as_bytes()), Ok(blanks));
}

#[test]
fn each_fault_is_told_with_its_line_and_column() {
    let good = "E0000000000000000009,5043000040000000000009,C-9,B,1,,engraved,passport-32,production";
    let blank = parse(with_row(good).as_bytes()).expect("a file").pop().expect("a blank");
    assert_eq!((blank.numbering, blank.check_value.len()), (Numbering::Engraved, 0));
    for (row, told) in [
        ("K9,0102030405060708,C-9,B,1,,perforated,passport-32", "line 7, column 1 (serial): 8 fields instead of 9"),
        ("k9,0102030405060708,C-9,B,1,,perforated,passport-32,test", "line 7, column 1 (serial): must be capital"),
        ("K123456789,0102030405060708,C-9,B,1,,perforated,passport-32,test", "line 7, column 1 (serial)"),
        ("K9,01,C-9,B,1,,perforated,passport-32,test", "line 7, column 4 (chip_serial): must be 8 to 32"),
        ("K9,0102030405060708,C 9,B,1,,perforated,passport-32,test", "line 7, column 21 (carton): must be"),
        ("K9,0102030405060708,C-9,\"B\",1,,perforated,passport-32,test", "line 7, column 25 (batch): must be"),
        ("K9,0102030405060708,C-9,B,256,,perforated,passport-32,test", "line 7, column 27 (key_version)"),
        ("K9,0102030405060708,C-9,B,+1,,perforated,passport-32,test", "line 7, column 27 (key_version)"),
        ("K9,0102030405060708,C-9,B,1,AABB,perforated,passport-32,test", "line 7, column 29 (check_value): must be 3"),
        ("K9,0102030405060708,C-9,B,1,,painted,passport-32,test", "line 7, column 30 (numbering): must be"),
        ("K9,0102030405060708,C-9,B,1,,perforated,passport-33,test", "line 7, column 41 (format): must be"),
        ("K9,0102030405060708,C-9,B,1,,perforated,passport-32,real", "line 7, column 53 (kind): must be"),
        ("K00000001,0102030405060708,C-9,B,1,,perforated,passport-32,test", "(serial): stands on line 2 already"),
        ("K9,50430000400000000001,C-9,B,1,,perforated,passport-32,test", "(chip_serial): stands on line 2 already"),
        (
            "K9,0102030405060708,C-00000001,B,1,,perforated,passport-32,test",
            "line 2 has perforated passport-32 production",
        ),
    ] {
        let told_of = faults(&with_row(row));
        assert!(told_of.len() == 1 && told_of[0].contains(told), "{told}: {told_of:?}");
    }
}

#[test]
fn a_file_that_was_cut_or_edited_anywhere_is_refused() {
    let whole = write(&some());
    for length in 0..whole.len() - 1 {
        assert!(parse(&whole.as_bytes()[..length]).is_err(), "cut to {length} bytes");
    }
    for at in 0..whole.len() - 1 {
        let mut edited = whole.clone().into_bytes();
        edited[at] = if edited[at] == b'7' { b'8' } else { b'7' };
        assert!(parse(&edited).is_err(), "byte {at} changed");
    }
    let without_one = whole.lines().enumerate().filter(|(index, _)| *index != 3).map(|(_, line)| format!("{line}\n"));
    let told = faults(&without_one.collect::<String>());
    assert!(told[0].contains("(count): says 6 booklets, but 5 rows"), "{told:?}");
    assert!(told[1].contains("(sum): is not the SHA-256"), "{told:?}");
    assert!(faults(whole.rsplit_once("trailer").expect("a trailer").0)[0].contains("cut off"));
}

#[test]
fn other_files_are_told_apart() {
    let told = |file: &str, what: &str| assert!(faults(file).iter().any(|fault| fault.starts_with(what)), "{what}");
    told("", "line 1, column 1 (header)");
    told("serial,chip_serial,batch\n", "line 1, column 20 (header): must be `serial,");
    assert!(faults(&write(&[]))[0].contains("no booklet"));
    let binary = parse(b"serial,\xFF\xFE").expect_err("a fault");
    assert_eq!(binary[0].to_string(), "line 1, column 8 (file): it is no UTF-8 text; check that it is the right file");
}

#[test]
fn many_faults_are_told_up_to_a_limit() {
    let rows = "K,01,,,,,,,\n".repeat(50);
    assert_eq!(faults(&format!("{}\n{rows}", COLUMNS.join(","))).len(), FAULTS_TOLD);
}
