//! Documents of the sizes TD1 and TD2, and what a document signer may sign.

use super::*;
use crate::mrz::{AnyMrz, MrzDate, Td1, Td2};

/// The worked examples of Doc 9303-5 and -6, still valid.
fn td1() -> Td1 {
    let text = "I<UTOD231458907<<<<<<<<<<<<<<<7408122F1204159UTO<<<<<<<<<<<6ERIKSSON<<ANNA<MARIA<<<<<<<<<<";
    Td1 { date_of_expiry: MrzDate::parse("380415").unwrap(), ..Td1::parse(text).unwrap() }
}

fn td2() -> Td2 {
    let text = "I<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<D231458907UTO7408122F1204159<<<<<<<6";
    Td2 { date_of_expiry: MrzDate::parse("380415").unwrap(), ..Td2::parse(text).unwrap() }
}

fn signer_of(types: &[&str]) -> Authority {
    let types = types.iter().map(|code| (*code).to_owned()).collect();
    Authority::with(Curve::P256, 1, |profile| profile.document_types = types)
}

/// A good document with another zone.
fn card(authority: &Authority, zone: &AnyMrz) -> ElementaryFiles {
    let mut files = document(authority);
    let dg1 = match zone {
        AnyMrz::Td1(zone) => Dg1::new(&zone.encode().unwrap()),
        AnyMrz::Td2(zone) => Dg1::new(&zone.encode().unwrap()),
        AnyMrz::Td3(zone) => Dg1::new(&zone.encode().unwrap()),
        other => panic!("{other:?} has no chip"),
    };
    files.insert(FileId::DG1, dg1.build().unwrap());
    sign(authority, &mut files, LdsVersion::V1_8);
    files
}

#[test]
fn cards_are_inspected_as_passports_are() {
    let authority = signer_of(&["I", "AC", "P"]);
    let long_td1 = Td1 { document_number: "D23145890734".into(), ..td1() };
    let long_td2 = Td2 { document_number: "D23145890734".into(), ..td2() };
    for zone in [AnyMrz::Td1(td1()), AnyMrz::Td2(td2()), AnyMrz::Td1(long_td1), AnyMrz::Td2(long_td2)] {
        let files = card(&authority, &zone);
        let (_, length) = zone.format().lines();
        let text = zone.encode().unwrap();
        let lines: Vec<&str> = (0..text.len() / length).map(|line| &text[line * length..(line + 1) * length]).collect();
        let with = |printed: String, now| InspectionContext { printed_mrz: Some(printed), now, ..context() };
        let good = with(lines.join("\n"), now());
        let report = inspect(&files, &anchors(&authority), &good);
        assert_eq!(report.conclusion(), Conclusion::Accepted, "{:?}", report.reasons().collect::<Vec<_>>());
        for name in [
            CheckName::MrzCheckDigits,
            CheckName::DateOfExpiry,
            CheckName::PrintedMrz,
            CheckName::DocumentTypes,
            CheckName::IssuingState,
        ] {
            assert_eq!(report.check(name).unwrap().verdict, Verdict::Passed, "{name} of {}", zone.format());
        }
        // Another page, a day too late, another State's document.
        let other = with(lines.join("\n").replace("ANNA", "EMMA"), now());
        assert_eq!(failures(&files, &anchors(&authority), &other), [CheckName::PrintedMrz]);
        let late = with(lines.join("\n"), UnixTime::from_civil(2038, 4, 16, 0, 0, 0).unwrap());
        assert!(failures(&files, &anchors(&authority), &late).contains(&CheckName::DateOfExpiry));
        let mut foreign = files.clone();
        foreign.get_mut(&FileId::DG1).unwrap()[7..10].copy_from_slice(b"CHN");
        sign(&authority, &mut foreign, LdsVersion::V1_8);
        let failed = failures(&foreign, &anchors(&authority), &good);
        assert!(failed.contains(&CheckName::IssuingState), "{failed:?}");
        // A wrong check digit that is signed and printed.
        let mut wrong = files.clone();
        let at = if length == 30 { 5 + 59 } else { 5 + 71 };
        let digit = &mut wrong.get_mut(&FileId::DG1).unwrap()[at];
        *digit = if *digit == b'9' { b'0' } else { *digit + 1 };
        sign(&authority, &mut wrong, LdsVersion::V1_8);
        let failed = failures(&wrong, &anchors(&authority), &good);
        assert_eq!(failed, [CheckName::MrzCheckDigits, CheckName::PrintedMrz]);
    }
}

/// Doc 9303-12 7.1.1.6: "a single letter denotes all document types starting with that letter".
#[test]
fn a_single_letter_in_the_list_stands_for_every_code_that_begins_with_it() {
    let with_code = |first: &str| {
        let td3 = Td3::parse(ZONE).unwrap();
        let code = crate::mrz::DocumentCode::parse(first).unwrap();
        AnyMrz::Td3(Td3 { document_code: code, ..td3 })
    };
    for (listed, code, expected) in [
        (&["P"][..], "P<", Verdict::Passed),
        (&["P"], "PD", Verdict::Passed),
        (&["PP"], "PP", Verdict::Passed),
        (&["PP"], "P<", Verdict::Failed),
        (&["PP", "PD"], "PO", Verdict::Failed),
        (&["I", "AC"], "PP", Verdict::Failed),
    ] {
        let authority = signer_of(listed);
        let files = card(&authority, &with_code(code));
        let report = inspect(&files, &anchors(&authority), &InspectionContext::at(now()));
        assert_eq!(report.check(CheckName::DocumentTypes).unwrap().verdict, expected, "{listed:?} {code}");
    }
    let authority = signer_of(&["AC", "P"]);
    let files = card(&authority, &AnyMrz::Td1(td1()));
    let report = inspect(&files, &anchors(&authority), &InspectionContext::at(now()));
    assert_eq!(report.check(CheckName::DocumentTypes).unwrap().verdict, Verdict::Failed);
}
