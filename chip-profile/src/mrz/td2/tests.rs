use super::super::MrzErrorKind;
use super::*;

/// Doc 9303-6 appendix B.
const LINES: [&str; 2] = ["I<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<", "D231458907UTO7408122F1204159<<<<<<<6"];
/// Doc 9303-11 appendix D.2: a document number of twelve characters.
const LONG: [&str; 2] = ["I<UTOSTEVENSON<<PETER<<<<<<<<<<<<<<<", "D23145890<UTO3407127M95071227349<<<8"];

fn eriksson() -> Td2 {
    Td2 {
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
    }
}

#[test]
fn worked_example_of_doc_9303_6() {
    let lines = eriksson().encode().unwrap();
    assert_eq!(lines.lines(), LINES);
    assert_eq!(lines.format(), MrzFormat::Td2);
    assert_eq!(Td2::parse(&LINES.join("\n")).unwrap(), eriksson());
}

#[test]
fn long_number_of_doc_9303_11() {
    let td2 = Td2::parse(&LONG.concat()).unwrap();
    assert_eq!((&td2.document_number[..], &td2.optional_data[..]), ("D23145890734", ""));
    assert_eq!(td2.encode().unwrap().lines(), LONG);
    let longest = Td2 { document_number: "ABCDEFGHI12345".into(), ..eriksson() };
    let lines = longest.encode().unwrap();
    assert!(lines.lines()[1].starts_with("ABCDEFGHI<UTO7408122F120415912345"));
    assert_eq!(Td2::parse(lines.text()).unwrap(), longest);
    let longer = Td2 { document_number: "ABCDEFGHI123456".into(), ..eriksson() };
    assert_eq!(longer.encode().unwrap_err().kind, MrzErrorKind::TooLong { limit: 14 });
}

/// Doc 9303-6 4.2.3.1 b, cut at the end, and 4.2.3.3.
#[test]
fn names_are_cut_to_thirty_one_characters() {
    let line = |primary: &str, secondary: &str| {
        let td2 = Td2 { primary_identifier: primary.into(), secondary_identifier: secondary.into(), ..eriksson() };
        td2.encode().unwrap().lines()[0].to_owned()
    };
    assert_eq!(line("PAPANDROPOULOUS", "JONATHOON<ALEC"), "I<UTOPAPANDROPOULOUS<<JONATHOON<ALEC");
    assert_eq!(line("VILARCHAO<FERNANDEZ", "JOSE<RAMON"), "I<UTOVILARCHAO<FERNANDEZ<<JOSE<RAMON");
    assert_eq!(line("NILAVADHANANANDA", "CHAYAPA<DEJTHAMRONG<KRASUANG"), "I<UTONILAVADHANANANDA<<CHAYAPA<DEJTH");
}

#[test]
fn faults_are_named_with_field_and_position() {
    let error = |good: &str, at: usize, character: &str| {
        let mut text = good.to_owned();
        text.replace_range(at..=at, character);
        let error = Td2::parse(&text).unwrap_err();
        (error.field, error.line, error.position)
    };
    let (good, long) = (LINES.concat(), LONG.concat());
    assert_eq!(error(&good, 1, "V"), (Field::DocumentCode, 1, 1));
    assert_eq!(error(&good, 36, "E"), (Field::DocumentNumberCheckDigit, 2, 10));
    assert_eq!(error(&good, 47, "1"), (Field::Nationality, 2, 12));
    assert_eq!(error(&good, 64, "1"), (Field::CompositeCheckDigit, 2, 36));
    assert_eq!(error(&good, 71, "7"), (Field::CompositeCheckDigit, 2, 36));
    assert_eq!(error(&long, 65, "4"), (Field::DocumentNumberCheckDigit, 2, 32));
    assert_eq!(error(&long, 67, "<"), (Field::DocumentNumberCheckDigit, 2, 31));
}
