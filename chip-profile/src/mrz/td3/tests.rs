use proptest::prelude::*;

use super::super::{MrzErrorKind, check_digit};
use super::*;

const FIRST: &str = "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<";
const SECOND: &str = "L898902C36UTO7408122F1204159ZE184226B<<<<<10";

fn eriksson() -> Td3 {
    Td3 {
        document_code: DocumentCode::PASSPORT_WITHOUT_TYPE,
        issuing_state: "UTO".into(),
        primary_identifier: "ERIKSSON".into(),
        secondary_identifier: "ANNA<MARIA".into(),
        document_number: "L898902C3".into(),
        nationality: "UTO".into(),
        date_of_birth: MrzDate::parse("740812").unwrap(),
        sex: Sex::Female,
        date_of_expiry: MrzDate::parse("120415").unwrap(),
        optional_data: "ZE184226B".into(),
    }
}

fn error(text: &str) -> (Field, u8, u8) {
    let error = Td3::parse(text).unwrap_err();
    (error.field, error.line, error.position)
}

#[test]
fn worked_example_of_doc_9303_4() {
    let lines = eriksson().encode().unwrap();
    assert_eq!(lines.lines(), [FIRST, SECOND]);
    assert_eq!(lines.text(), [FIRST, SECOND].concat());
    for text in [format!("{FIRST}{SECOND}"), format!("{FIRST}\n{SECOND}"), format!("{FIRST}\r\n{SECOND}\r\n")] {
        assert_eq!(Td3::parse(&text).unwrap(), eriksson());
    }
}

/// Doc 9303-3 appendix A example 3, a lower line without optional data and with zero as its check digit.
#[test]
fn lower_line_of_doc_9303_3_appendix_a() {
    let td3 = Td3::parse(&format!("{FIRST}HA672242<6YTO5802254M9601086<<<<<<<<<<<<<<08")).unwrap();
    assert_eq!((&td3.document_number[..], &td3.nationality[..], td3.sex), ("HA672242", "YTO", Sex::Male));
    assert_eq!(td3.date_of_birth, MrzDate::parse("580225").unwrap());
    assert_eq!(td3.optional_data, "");
}

#[test]
fn fields_of_every_form() {
    let td3 = Td3 {
        document_code: DocumentCode::NATIONAL_PASSPORT,
        issuing_state: "D".into(),
        document_number: "K 1-2".into(),
        date_of_birth: MrzDate::parse("74<<<<").unwrap(),
        sex: Sex::Unspecified,
        optional_data: String::new(),
        ..eriksson()
    };
    let lines = td3.encode().unwrap();
    let [first, second] = lines.lines();
    assert!(first.starts_with("PPD<<ERIKSSON<<"));
    assert!(second.starts_with("K<1<2<<<<"));
    assert_eq!(&second[13..21], "74<<<<1<");
    assert_eq!(&second[28..43], "<<<<<<<<<<<<<<<");
    let parsed = Td3::parse(lines.text()).unwrap();
    assert_eq!(parsed, Td3 { document_number: "K<1<2".into(), ..td3 });
}

#[test]
fn check_digit_of_empty_optional_data_may_be_zero_or_filler() {
    let with_filler = Td3 { optional_data: String::new(), ..eriksson() }.encode().unwrap();
    let mut with_zero = with_filler.text().to_owned();
    with_zero.replace_range(86..87, "0");
    assert_eq!(Td3::parse(&with_zero).unwrap(), Td3::parse(with_filler.text()).unwrap());
}

#[test]
fn faults_are_named_with_field_and_position() {
    let good = format!("{FIRST}{SECOND}");
    let with = |at: usize, character: &str| {
        let mut text = good.clone();
        text.replace_range(at..=at, character);
        text
    };
    assert_eq!(error(&with(0, "I")), (Field::DocumentCode, 1, 1));
    assert_eq!(error(&with(3, "1")), (Field::IssuingState, 1, 4));
    assert_eq!(error(&with(6, "9")), (Field::Name, 1, 7));
    assert_eq!(error(&with(5, "<")), (Field::Name, 1, 6));
    assert_eq!(error(&with(15, "<")), (Field::Name, 1, 16));
    assert_eq!(error(&with(44, "K")), (Field::DocumentNumberCheckDigit, 2, 10));
    assert_eq!(error(&with(53, "7")), (Field::DocumentNumberCheckDigit, 2, 10));
    assert_eq!(error(&with(57, "8")), (Field::DateOfBirthCheckDigit, 2, 20));
    assert_eq!(error(&with(64, "X")), (Field::Sex, 2, 21));
    assert_eq!(error(&with(66, "9")), (Field::DateOfExpiryCheckDigit, 2, 28));
    assert_eq!(error(&with(72, "Y")), (Field::OptionalDataCheckDigit, 2, 43));
    assert_eq!(error(&with(86, "<")), (Field::OptionalDataCheckDigit, 2, 43));
    assert_eq!(error(&with(87, "1")), (Field::CompositeCheckDigit, 2, 44));
    assert_eq!(error(&with(50, "é")), (Field::Zone, 2, 7));
    assert_eq!(error(&good[..87]), (Field::Zone, 1, 1));
    assert_eq!(error(&format!("{good}<")), (Field::Zone, 1, 1));
    assert_eq!(error(""), (Field::Zone, 1, 1));
    let shifted = format!("{}\n{}", &good[..43], &good[43..]);
    assert_eq!(Td3::parse(&shifted).unwrap_err().kind, MrzErrorKind::LineBreak);
    assert_eq!(
        Td3::parse(&with(53, "7")).unwrap_err().to_string(),
        "check digit of the document number (line 2, position 10): check digit does not match the data"
    );
}

#[test]
fn what_does_not_fit_is_not_written() {
    let fault = |td3: Td3| td3.encode().map_err(|error| (error.field, error.kind)).unwrap_err();
    let good = eriksson;
    assert_eq!(
        fault(Td3 { document_number: "L898902C36".into(), ..good() }),
        (Field::DocumentNumber, MrzErrorKind::TooLong { limit: 9 })
    );
    assert_eq!(fault(Td3 { document_number: " ".into(), ..good() }), (Field::DocumentNumber, MrzErrorKind::Empty));
    assert_eq!(
        fault(Td3 { document_number: "l1".into(), ..good() }),
        (Field::DocumentNumber, MrzErrorKind::Character('l'))
    );
    assert_eq!(
        fault(Td3 { issuing_state: "U0".into(), ..good() }),
        (Field::IssuingState, MrzErrorKind::Character('0'))
    );
    assert_eq!(fault(Td3 { nationality: String::new(), ..good() }), (Field::Nationality, MrzErrorKind::Empty));
    assert_eq!(
        fault(Td3 { date_of_expiry: MrzDate::parse("12<<<<").unwrap(), ..good() }),
        (Field::DateOfExpiry, MrzErrorKind::Date)
    );
    assert_eq!(
        fault(Td3 { optional_data: "123456789012345".into(), ..good() }),
        (Field::OptionalData, MrzErrorKind::TooLong { limit: 14 })
    );
    for bad in ["", "<A", "A<", "A<<B"] {
        assert_eq!(fault(Td3 { primary_identifier: bad.into(), ..good() }).0, Field::Name);
    }
    let identity = DocumentCode::parse("I<").unwrap();
    assert_eq!(fault(Td3 { document_code: identity, ..good() }), (Field::DocumentCode, MrzErrorKind::DocumentCode));
}

#[test]
fn debug_shows_no_personal_data() {
    let lines = eriksson().encode().unwrap();
    for text in [format!("{:?}", eriksson()), format!("{lines:?}")] {
        assert!(!text.contains("ERIKSSON") && !text.contains("7408") && !text.contains("L898"), "{text}");
    }
}

fn date() -> impl Strategy<Value = MrzDate> {
    (0u8..100, 1u8..13, 1u8..29)
        .prop_map(|(year, month, day)| MrzDate::new(Some(year), Some(month), Some(day)).unwrap())
}

prop_compose! {
    fn any_td3()(
        code in "P[A-Z<]", state in "[A-Z]{1,3}", nationality in "[A-Z]{1,3}",
        primary in "[A-Z]{1,12}(<[A-Z]{1,12}){0,2}", secondary in "([A-Z]{1,12}(<[A-Z]{1,12}){0,2})?",
        number in "[A-Z0-9]{1,9}", optional in "([A-Z0-9]{1,14})?",
        birth in date(), expiry in date(), sex in prop::sample::select(vec![Sex::Male, Sex::Female, Sex::Unspecified]),
    ) -> Td3 {
        Td3 {
            document_code: DocumentCode::parse(&code).unwrap(), issuing_state: state, nationality,
            primary_identifier: primary, secondary_identifier: secondary, document_number: number,
            date_of_birth: birth, sex, date_of_expiry: expiry, optional_data: optional,
        }
    }
}

proptest! {
    #[test]
    fn what_is_written_is_read(td3 in any_td3()) {
        let lines = td3.encode().unwrap();
        prop_assert_eq!(lines.text().len(), 88);
        let parsed = Td3::parse(lines.text()).unwrap();
        prop_assert_eq!(parsed.encode().unwrap(), lines);
        if td3.primary_identifier.len() + 2 + td3.secondary_identifier.len() <= 39 {
            prop_assert_eq!(parsed, td3);
        }
    }

    #[test]
    fn one_wrong_character_of_the_checked_fields_is_noticed(td3 in any_td3(), at in 44usize..88, to in "[A-Z0-9<]") {
        let mut text = td3.encode().unwrap().text().to_owned();
        // A filler and a zero count alike, as do characters whose values differ by ten; the sex has no check digit.
        let value = |character: &str| check_digit(character);
        let checked = !(54..57).contains(&at) && at != 64;
        if checked && value(&text[at..=at]) != value(&to) {
            text.replace_range(at..=at, &to);
            prop_assert!(Td3::parse(&text).is_err());
        }
    }

    #[test]
    fn any_text_is_read_or_refused(text in "\\PC{0,100}", line in "[A-Z0-9<\r\n]{80,96}") {
        let _ = Td3::parse(&text);
        let _ = Td3::parse(&line);
    }
}
