use super::super::MrzErrorKind;
use super::super::error::Field;
use super::*;

/// Doc 9303-7 appendix B.1 and B.2.
const LINES_A: [&str; 2] =
    ["V<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<", "L8988901C4XXX4009078F96121096ZE184226B<<<<<<"];
const LINES_B: [&str; 2] = ["V<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<", "L8988901C4XXX4009078F9612109<<<<<<<<"];

#[test]
fn worked_examples_of_doc_9303_7() {
    let visa = MrvA::parse(&LINES_A.join("\n")).unwrap();
    assert_eq!((&visa.document_number[..], &visa.nationality[..]), ("L8988901C", "XXX"));
    assert_eq!(visa.date_of_expiry, MrzDate::parse("961210").unwrap());
    assert_eq!(visa.optional_data, "6ZE184226B");
    assert_eq!(visa.encode().unwrap().lines(), LINES_A);
    assert_eq!(visa.encode().unwrap().format(), MrzFormat::MrvA);

    let visa = MrvB::parse(&LINES_B.concat()).unwrap();
    assert_eq!((&visa.primary_identifier[..], visa.sex), ("ERIKSSON", Sex::Female));
    assert_eq!(visa.optional_data, "");
    assert_eq!(visa.encode().unwrap().lines(), LINES_B);
}

#[test]
fn faults_are_named_with_field_and_position() {
    let error = |at: usize, character: &str| {
        let mut text = LINES_B.concat();
        text.replace_range(at..=at, character);
        let error = MrvB::parse(&text).unwrap_err();
        (error.field, error.line, error.position)
    };
    assert_eq!(error(0, "P"), (Field::DocumentCode, 1, 1));
    assert_eq!(error(37, "7"), (Field::DocumentNumberCheckDigit, 2, 10));
    assert_eq!(error(45, "<"), (Field::DocumentNumberCheckDigit, 2, 10));
    assert_eq!(error(49, "5"), (Field::DateOfBirthCheckDigit, 2, 20));
    assert_eq!(error(63, "0"), (Field::DateOfExpiryCheckDigit, 2, 28));
}

/// A visa has neither a composite check digit nor one of the optional data.
#[test]
fn optional_data_has_no_check_digit() {
    let visa = MrvB { optional_data: "ABCDEFGH".into(), ..MrvB::parse(&LINES_B.concat()).unwrap() };
    let lines = visa.encode().unwrap();
    assert!(lines.text().ends_with("9612109ABCDEFGH"));
    assert_eq!(MrvB::parse(lines.text()).unwrap(), visa);
    let long = MrvB { document_number: "L8988901C1".into(), ..visa };
    let error = long.encode().unwrap_err();
    assert_eq!((error.field, error.kind), (Field::DocumentNumber, MrzErrorKind::TooLong { limit: 9 }));
}
