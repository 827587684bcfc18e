use super::super::{MrzErrorKind, MrzName, TransliterationPolicy};
use super::*;

/// Doc 9303-5 appendix B.
const LINES: [&str; 3] =
    ["I<UTOD231458907<<<<<<<<<<<<<<<", "7408122F1204159UTO<<<<<<<<<<<6", "ERIKSSON<<ANNA<MARIA<<<<<<<<<<"];
/// Doc 9303-11 appendix D.2: a document number of twelve characters.
const LONG: [&str; 3] =
    ["I<UTOD23145890<7349<<<<<<<<<<<", "3407127M9507122<<<<<<<<<<<<<<2", "STEVENSON<<PETER<JOHN<<<<<<<<<"];

fn eriksson() -> Td1 {
    Td1 {
        document_code: DocumentCode::parse("I<").unwrap(),
        issuing_state: "UTO".into(),
        primary_identifier: "ERIKSSON".into(),
        secondary_identifier: "ANNA<MARIA".into(),
        document_number: "D23145890".into(),
        nationality: "UTO".into(),
        date_of_birth: MrzDate::parse("740812").unwrap(),
        sex: Sex::Female,
        date_of_expiry: MrzDate::parse("120415").unwrap(),
        optional_data: String::new(),
        second_optional_data: String::new(),
    }
}

#[test]
fn worked_example_of_doc_9303_5() {
    let lines = eriksson().encode().unwrap();
    assert_eq!(lines.lines(), LINES);
    assert_eq!((lines.format(), lines.text().len()), (MrzFormat::Td1, 90));
    for text in [LINES.concat(), LINES.join("\n"), LINES.join("\r\n") + "\r\n"] {
        assert_eq!(Td1::parse(&text).unwrap(), eriksson());
    }
}

/// The example of Doc 9303-11 leaves the nationality out, which is then missing; with it the rest is as printed.
#[test]
fn long_number_of_doc_9303_11() {
    assert_eq!(
        Td1::parse(&LONG.concat()).map_err(|error| (error.field, error.line, error.position, error.kind)),
        Err((Field::Nationality, 2, 16, MrzErrorKind::Empty))
    );
    let whole = LONG.concat().replace("122<<<", "122UTO");
    let td1 = Td1::parse(&whole).unwrap();
    assert_eq!((&td1.document_number[..], &td1.optional_data[..]), ("D23145890734", ""));
    assert_eq!(td1.encode().unwrap().text(), whole);
}

#[test]
fn optional_data_follows_a_long_number() {
    let td1 = Td1 {
        document_number: "XI85935F8699".into(),
        optional_data: "AB<12".into(),
        second_optional_data: "98 7".into(),
        ..eriksson()
    };
    let lines = td1.encode().unwrap();
    assert_eq!(lines.lines()[0], "I<UTOXI85935F8<6994<AB<12<<<<<");
    assert!(lines.lines()[1].contains("UTO98<7<<<<<<<"));
    assert_eq!(Td1::parse(lines.text()).unwrap(), Td1 { second_optional_data: "98<7".into(), ..td1 });
}

/// Doc 9303-5 4.2.3; the ways of cutting are at the issuer's discretion, these are the ways taken here.
#[test]
fn names_of_doc_9303_5() {
    let examples = [
        ("VAN DER MUELLEN", "MARTIN", "VAN<DER<MUELLEN<<MARTIN<<<<<<<"),
        ("AL-BASRI", "HUDA MUHAMMAD JAWAD", "AL<BASRI<<HUDA<MUHAMMAD<JAWAD<"),
        ("VILARCHAO FERNANDEZ", "JOSE RAMON", "VILARCHAO<FERNANDEZ<<JOSE<RAMO"),
        ("PAPANDROPOULOUS", "JONATHON ALEC", "PAPANDROPOULOUS<<JONATHON<ALEC"),
        ("ARKFREITH", "", "ARKFREITH<<<<<<<<<<<<<<<<<<<<<"),
        ("BENNELONG WOOLOOMOOLOO WARRANDYTE WARNAMBOOL", "DINGO POTOROO", "BENNELONG<WOOLOOMOOLOO<W<W<<DI"),
    ];
    for (primary, secondary, line) in examples {
        let name = MrzName::from_visual(primary, secondary, &TransliterationPolicy::default()).unwrap();
        let td1 = Td1 {
            primary_identifier: name.primary().into(),
            secondary_identifier: name.secondary().into(),
            ..eriksson()
        };
        assert_eq!(td1.encode().unwrap().lines()[2], line);
    }
}

#[test]
fn faults_are_named_with_field_and_position() {
    let error = |good: &str, at: usize, character: &str| {
        let mut text = good.to_owned();
        text.replace_range(at..=at, character);
        let error = Td1::parse(&text).unwrap_err();
        (error.field, error.line, error.position)
    };
    let (good, long) = (LINES.concat(), LONG.concat().replace("122<<<", "122UTO"));
    assert_eq!(error(&good, 0, "P"), (Field::DocumentCode, 1, 1));
    assert_eq!(error(&good, 2, "<"), (Field::IssuingState, 1, 3));
    assert_eq!(error(&good, 6, "3"), (Field::DocumentNumberCheckDigit, 1, 15));
    assert_eq!(error(&good, 14, "<"), (Field::DocumentNumberCheckDigit, 1, 15));
    assert_eq!(error(&good, 30, "8"), (Field::DateOfBirthCheckDigit, 2, 7));
    assert_eq!(error(&good, 37, "X"), (Field::Sex, 2, 8));
    assert_eq!(error(&good, 39, "3"), (Field::DateOfExpiryCheckDigit, 2, 15));
    assert_eq!(error(&good, 46, "9"), (Field::Nationality, 2, 17));
    assert_eq!(error(&good, 20, "7"), (Field::CompositeCheckDigit, 2, 30));
    assert_eq!(error(&good, 50, "7"), (Field::CompositeCheckDigit, 2, 30));
    assert_eq!(error(&good, 62, "8"), (Field::Name, 3, 3));
    assert_eq!(error(&good, 89, " "), (Field::Zone, 3, 30));
    assert_eq!(error(&long, 16, "4"), (Field::DocumentNumberCheckDigit, 1, 19));
    assert_eq!(error(&long, 18, "8"), (Field::DocumentNumberCheckDigit, 1, 19));
    assert_eq!(error(&long, 16, "<"), (Field::DocumentNumberCheckDigit, 1, 15));
    let full = long.replacen("7349<<<<<<<<<<<", "734567890123456", 1);
    assert_eq!(Td1::parse(&full).unwrap_err().kind, MrzErrorKind::Fillers);
    let two_lines = [&good[..45], &good[45..]].join("\n");
    assert_eq!(Td1::parse(&two_lines).unwrap_err().kind, MrzErrorKind::LineBreak);
}

#[test]
fn what_does_not_fit_is_not_written() {
    let fault = |td1: Td1| td1.encode().map_err(|error| (error.field, error.kind)).unwrap_err();
    let number = |number: &str| Td1 { document_number: number.into(), ..eriksson() };
    assert!(number(&"A".repeat(22)).encode().is_ok());
    assert_eq!(fault(number(&"A".repeat(23))), (Field::DocumentNumber, MrzErrorKind::TooLong { limit: 22 }));
    assert_eq!(fault(number("D23145890-34")), (Field::OptionalData, MrzErrorKind::Fillers));
    assert_eq!(fault(number("D2314589034é")), (Field::DocumentNumber, MrzErrorKind::Character('é')));
    let crowded = Td1 { optional_data: "ABCDEFGHIJKL".into(), ..number("D23145890734") };
    assert_eq!(fault(crowded), (Field::OptionalData, MrzErrorKind::TooLong { limit: 15 }));
    let second = Td1 { second_optional_data: "123456789012".into(), ..eriksson() };
    assert_eq!(fault(second), (Field::OptionalData, MrzErrorKind::TooLong { limit: 11 }));
    let passport = Td1 { document_code: DocumentCode::NATIONAL_PASSPORT, ..eriksson() };
    assert_eq!(fault(passport), (Field::DocumentCode, MrzErrorKind::DocumentCode));
    assert!(!format!("{:?}", eriksson()).contains("ERIKSSON"));
}
