//! DG1 by itself, against the data page, and against the document signer.

use super::InspectionContext;
use super::country::is_country_of;
use super::report::{CheckName, InspectionReport, Outcome};
use crate::lds::{Dg1, ElementaryFiles, FileId};
use crate::mrz::{MrzDate, MrzErrorKind};
use crate::pki::{Certificate, UnixTime};
use crate::tlv::{Reader, TlvError};

/// subjectAltName, and localityName in the directory name inside, which holds the State as the zone writes it.
const SUBJECT_ALTERNATIVE_NAME: const_oid::ObjectIdentifier = const_oid::ObjectIdentifier::new_unwrap("2.5.29.17");
const LOCALITY_NAME: const_oid::ObjectIdentifier = const_oid::ObjectIdentifier::new_unwrap("2.5.4.7");

/// Check digits, date of expiry, the printed zone, and whether the document signer may sign such documents.
pub(super) fn check(
    report: &mut InspectionReport,
    files: &ElementaryFiles,
    document_signer: Option<&Certificate>,
    context: &InspectionContext,
) {
    let Some(Ok(dg1)) = files.get(&FileId::DG1).map(|contents| Dg1::parse(contents)) else {
        report.add(CheckName::MrzCheckDigits, Outcome::not_done("DG1 cannot be read"));
        return;
    };
    let fields = dg1.fields();
    report.add(
        CheckName::MrzCheckDigits,
        match &fields {
            Ok(_) => Outcome::Passed,
            Err(error) if error.kind == MrzErrorKind::CheckDigit => {
                Outcome::failed(format!("{} is wrong", error.field))
            }
            Err(error) => Outcome::failed(format!("{} does not have its form", error.field)),
        },
    );
    let expiry = fields.map_or(Outcome::not_done("the fields of DG1 do not have their form"), |fields| {
        date_of_expiry(fields.date_of_expiry(), context.now)
    });
    report.add(CheckName::DateOfExpiry, expiry);
    let printed = match &context.printed_mrz {
        None => Outcome::not_done("the data page was not read"),
        Some(printed) => Outcome::from_condition(
            without_spaces(printed).eq(without_spaces(dg1.text())),
            "DG1 differs from the data page",
        ),
    };
    report.add(CheckName::PrintedMrz, printed);
    if let Some(signer) = document_signer {
        report.add(CheckName::DocumentTypes, document_types(signer, dg1.text()));
        report.add(CheckName::IssuingState, issuing_state(signer, dg1.text()));
    }
}

/// The document is good until the end of its last day. The century is the one that brings the date nearest to now; of parts
/// that are unknown the latest is taken.
fn date_of_expiry(date: MrzDate, now: UnixTime) -> Outcome {
    let Some(year) = date.year().map(i64::from) else { return Outcome::not_done("date of expiry is not known") };
    let (this_year, month, day) = now.date();
    let nearest = this_year - 50 + (year - (this_year - 50)).rem_euclid(100);
    let expiry = (nearest, date.month().unwrap_or(12), date.day().unwrap_or(31));
    Outcome::from_condition(expiry >= (this_year, month, day), "the document has expired")
}

/// Doc 9303-12 7.1.1.6.
fn document_types(signer: &Certificate, zone: &str) -> Outcome {
    match signer.may_sign_document_code(zone.get(..2).unwrap_or_default()) {
        Some(may) => Outcome::from_condition(may, "document signer may not sign documents of this type"),
        None => Outcome::not_done("certificate lists no document types"),
    }
}

/// The State stands in the alternative name as the zone writes it; certificates of older profiles have the country alone.
fn issuing_state(signer: &Certificate, zone: &str) -> Outcome {
    let state = zone.get(2..5).unwrap_or_default().trim_end_matches('<');
    if localities(signer).is_some_and(|found| found.iter().any(|locality| locality.as_slice() == state.as_bytes())) {
        return Outcome::Passed;
    }
    let Some(country) = signer.subject_country() else {
        return Outcome::not_done("document signer certificate names no country");
    };
    match is_country_of(state, country) {
        None => Outcome::not_done("the State in DG1 is not one whose country is known"),
        Some(goes) => {
            Outcome::from_condition(goes, format!("document signer is of country {country}, DG1 of another State"))
        }
    }
}

/// The localities in the alternative names of a certificate: `[4] { Name }` among the GeneralNames (RFC 5280 4.2.1.6).
pub(super) fn localities(certificate: &Certificate) -> Option<Vec<Vec<u8>>> {
    let extension = certificate.extension(&SUBJECT_ALTERNATIVE_NAME)?;
    let read = || -> Result<Vec<Vec<u8>>, TlvError> {
        let mut found = Vec::new();
        let mut names = Reader::new(&extension.value).expect(0x30)?.reader();
        while let Some(name) = names.next_object()? {
            if name.tag != 0xA4 {
                continue;
            }
            let mut parts = name.reader().expect(0x30)?.reader();
            while !parts.is_empty() {
                let mut attributes = parts.expect(0x31)?.reader();
                while !attributes.is_empty() {
                    let mut attribute = attributes.expect(0x30)?.reader();
                    let oid = attribute.expect(0x06)?;
                    if oid.value == LOCALITY_NAME.as_bytes()
                        && let Some(value) = attribute.next_object()?
                    {
                        found.push(value.value.to_vec());
                    }
                }
            }
        }
        Ok(found)
    };
    read().ok()
}

fn without_spaces(zone: &str) -> impl Iterator<Item = char> {
    zone.chars().filter(|character| !character.is_whitespace())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_document_is_good_until_the_end_of_its_last_day() {
        let at = |year, month, day| UnixTime::from_civil(year, month, day, 23, 59, 59).unwrap();
        let passes = |date: &str, now| matches!(date_of_expiry(MrzDate::parse(date).unwrap(), now), Outcome::Passed);
        assert!(passes("261122", at(2026, 11, 22)));
        assert!(!passes("261121", at(2026, 11, 22)));
        assert!(passes("361122", at(2026, 11, 22)));
        assert!(!passes("991231", at(2026, 11, 22)));
        assert!(passes("991231", at(1998, 1, 1)));
        assert!(passes("010101", at(1999, 12, 31)));
        assert!(passes("26<<<<", at(2026, 12, 31)));
        assert!(passes("2611<<", at(2026, 11, 30)));
        assert!(!passes("2611<<", at(2026, 12, 1)));
        assert!(matches!(date_of_expiry(MrzDate::UNKNOWN, at(2026, 1, 1)), Outcome::NotDone(_)));
    }
}
