mod strangers;

use proptest::prelude::*;

use super::super::check_digit;
use super::*;

const ZONES: [(MrzFormat, &str); 5] = [
    (MrzFormat::Td1, "I<UTOD231458907<<<<<<<<<<<<<<<\n7408122F1204159UTO<<<<<<<<<<<6\nERIKSSON<<ANNA<MARIA<<<<<<<<<<"),
    (MrzFormat::Td2, "I<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<\nD231458907UTO7408122F1204159<<<<<<<6"),
    (MrzFormat::Td3, "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\nL898902C36UTO7408122F1204159ZE184226B<<<<<10"),
    (MrzFormat::MrvA, "V<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\nL8988901C4XXX4009078F96121096ZE184226B<<<<<<"),
    (MrzFormat::MrvB, "V<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<\nL8988901C4XXX4009078F9612109<<<<<<<<"),
];

#[test]
fn formats_are_recognised_by_their_lines() {
    for (format, text) in ZONES {
        let zone = AnyMrz::parse(text).unwrap();
        assert_eq!((zone.format(), zone.format().to_string()), (format, format.to_string()));
        assert_eq!((zone.primary_identifier(), zone.secondary_identifier()), ("ERIKSSON", "ANNA<MARIA"));
        assert_eq!((zone.issuing_state(), zone.sex()), ("UTO", Sex::Female));
        let whole = text.replace('\n', "");
        assert_eq!(zone.encode().unwrap(), whole);
        assert_eq!(AnyMrz::parse(&whole).unwrap(), zone);
        assert_eq!(AnyMrz::parse_as(format, &whole).unwrap(), zone);
        assert!(!format!("{zone:?}").contains("ERIKSSON"));
    }
    let kind = |text: &str| AnyMrz::parse(text).unwrap_err().kind;
    assert_eq!(kind(""), MrzErrorKind::Format { found: 0 });
    assert_eq!(kind(&ZONES[0].1[1..]), MrzErrorKind::Format { found: 89 });
    assert_eq!(kind(&ZONES[1].1.replacen("I<", "VI<", 1)), MrzErrorKind::Format { found: 73 });
    // A passport that is a visa: the data group says which it is.
    let visa = ZONES[3].1;
    assert_eq!(AnyMrz::parse_as(MrzFormat::Td3, visa).unwrap_err().field, Field::OptionalDataCheckDigit);
}

#[test]
fn fields_are_those_of_the_format() {
    let zones = ZONES.map(|(_, text)| AnyMrz::parse(text).unwrap());
    let numbers = zones.each_ref().map(AnyMrz::document_number);
    assert_eq!(numbers, ["D23145890", "D23145890", "L898902C3", "L8988901C", "L8988901C"]);
    assert_eq!(zones.each_ref().map(AnyMrz::nationality), ["UTO", "UTO", "UTO", "XXX", "XXX"]);
    let dates = zones.each_ref().map(|zone| format!("{}{}", zone.date_of_birth(), zone.date_of_expiry()));
    assert_eq!(dates, ["740812120415", "740812120415", "740812120415", "400907961210", "400907961210"]);
    assert_eq!(zones.each_ref().map(|zone| zone.document_code().to_string()), ["I<", "I<", "P<", "V<", "V<"]);
}

fn characters(least: usize, most: usize) -> impl Strategy<Value = String> {
    proptest::string::string_regex(&format!("[A-Z0-9]{{{least},{most}}}")).unwrap()
}

prop_compose! {
    /// What any format may say: its number of at most `number` characters and optional data of at most `optional`.
    fn any_td1(number: usize, optional: usize, second: usize)(
        code in "[ACI][ABD-HJ-UW-Z<]", state in "[A-Z]{1,3}", nationality in "[A-Z]{1,3}",
        primary in "[A-Z]{1,14}(<[A-Z]{1,14}){0,2}", secondary in "([A-Z]{1,14}(<[A-Z]{1,14}){0,2})?",
        document_number in characters(1, number), optional_data in characters(0, optional),
        second_optional_data in characters(0, second),
        birth in (0u8..100, 1u8..13, 1u8..29), expiry in (0u8..100, 1u8..13, 1u8..29),
        sex in prop::sample::select(vec![Sex::Male, Sex::Female, Sex::Unspecified]),
    ) -> Td1 {
        let date = |(year, month, day)| MrzDate::new(Some(year), Some(month), Some(day)).unwrap();
        Td1 {
            document_code: DocumentCode::parse(&code).unwrap(), issuing_state: state, nationality,
            primary_identifier: primary, secondary_identifier: secondary, document_number,
            date_of_birth: date(birth), sex, date_of_expiry: date(expiry), optional_data, second_optional_data,
        }
    }
}

fn with_code(zone: Td1, code: &str) -> Td1 {
    Td1 { document_code: DocumentCode::parse(code).unwrap(), ..zone }
}

fn any_zone() -> impl Strategy<Value = AnyMrz> {
    prop_oneof![
        any_td1(9, 15, 11).prop_map(AnyMrz::Td1),
        any_td1(17, 5, 11).prop_map(AnyMrz::Td1),
        any_td1(9, 7, 0).prop_map(|zone| AnyMrz::Td2(of_td1!(Td2, zone))),
        any_td1(12, 2, 0).prop_map(|zone| AnyMrz::Td2(of_td1!(Td2, zone))),
        any_td1(9, 14, 0).prop_map(|zone| AnyMrz::Td3(of_td1!(Td3, with_code(zone, "PP")))),
        any_td1(9, 16, 0).prop_map(|zone| AnyMrz::MrvA(of_td1!(MrvA, with_code(zone, "V<")))),
        any_td1(9, 8, 0).prop_map(|zone| AnyMrz::MrvB(of_td1!(MrvB, with_code(zone, "VN")))),
    ]
}

proptest! {
    #[test]
    fn what_is_written_is_read(zone in any_zone()) {
        let text = zone.encode().unwrap();
        prop_assert_eq!(text.len(), zone.format().characters());
        let read = AnyMrz::parse(&text).unwrap();
        prop_assert_eq!(&read.encode().unwrap(), &text);
        let name = zone.primary_identifier().len() + 2 + zone.secondary_identifier().len();
        if name <= 30 {
            prop_assert_eq!(read, zone);
        }
    }

    /// Any one character of number, dates and check digits; a filler and a zero count alike, as do characters whose
    /// values differ by ten.
    #[test]
    fn one_wrong_character_of_a_checked_field_is_noticed(zone in any_zone(), at in 0usize..27, to in "[A-Z0-9<]") {
        let mut text = zone.encode().unwrap();
        let start = if zone.format() == MrzFormat::Td1 { 5 } else { text.len() / 2 };
        let at = match zone.format() {
            MrzFormat::Td1 if at < 10 => start + at,
            MrzFormat::Td1 if at < 17 => 30 + at - 10,
            MrzFormat::Td1 => 38 + (at - 17) % 7,
            _ if at < 10 => start + at,
            _ if at < 17 => start + 13 + at - 10,
            _ => start + 21 + (at - 17) % 7,
        };
        if check_digit(&text[at..=at]) != check_digit(&to) {
            text.replace_range(at..=at, &to);
            prop_assert!(AnyMrz::parse(&text).is_err(), "{}", text);
        }
    }

    #[test]
    fn any_text_is_read_or_refused(text in "\\PC{0,100}", line in "[A-Z0-9<\r\n]{70,94}", opening in "[ACIPV]") {
        let _ = AnyMrz::parse(&text);
        let _ = AnyMrz::parse(&line);
        let _ = AnyMrz::parse(&(opening + &line));
    }
}
