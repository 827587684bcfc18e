//! What follows from when a document was issued, signed and to whom: dates and document types across the files.

use super::ChipLine;
use crate::lds::FileId;
use crate::lds::dg2::{BiometricData, FaceFormat};
use crate::mrz::{CivilDate, DocumentCode};
use crate::pki::lint::report::must;

/// The first of January.
const fn start_of(year: u16) -> CivilDate {
    match CivilDate::new(year, 1, 1) {
        Some(date) => date,
        None => unreachable!(),
    }
}

const LISTED_LETTERS_FROM: CivilDate = start_of(2026);
const SECOND_LETTER_FROM: CivilDate = start_of(2028);
const PACE_FROM: CivilDate = start_of(2027);

pub(super) static LINES: &[ChipLine] = &[
    must(
        "chip.date_of_birth",
        "Doc 9303-10 4.7.11.1",
        "the date of birth in DG11 is that of DG1 as far as both are known",
        |chip, hits| {
            let (Some(zone), Some(full)) = (&chip.dg1, chip.dg11.as_ref().and_then(|dg11| dg11.full_date_of_birth))
            else {
                return;
            };
            let short = zone.date_of_birth();
            let same = |one: Option<u8>, other: Option<u8>| one.zip(other).is_none_or(|(one, other)| one == other);
            let year = full.year().map(|year| (year % 100) as u8);
            if !same(short.year(), year) || !same(short.month(), full.month()) || !same(short.day(), full.day()) {
                hits.about("they differ");
            }
        },
    ),
    must(
        "chip.document_code",
        "Doc 9303-4 4.4",
        "a passport's second letter is one of the list from 2026 on, and is there from 2028 on",
        |chip, hits| {
            let (Some(zone), Some(issued)) = (&chip.dg1, chip.date_of_issue()) else { return };
            let code = zone.document_code();
            if !code.is_passport() || code.passport_type().is_some() {
                return;
            }
            let without = code == DocumentCode::PASSPORT_WITHOUT_TYPE;
            if !without && issued >= LISTED_LETTERS_FROM || without && issued >= SECOND_LETTER_FROM {
                hits.about(format!("{code}, issued in {}", issued.year()));
            }
        },
    ),
    must(
        "chip.face_format",
        "Doc 9303-10 4.5.6",
        "the face is recorded by a standard that is in force on the date of issue",
        |chip, hits| {
            let (Some(dg2), Some(issued)) = (&chip.dg2, chip.date_of_issue()) else { return };
            for template in &dg2.templates {
                let format = match template.data {
                    BiometricData::Iso19794(_) => FaceFormat::Iso19794,
                    BiometricData::Iso39794(_) => FaceFormat::Iso39794,
                };
                if !format.may_be_issued(issued) {
                    hits.about(format!("{format:?}, issued in {}", issued.year()));
                }
            }
        },
    ),
    must("chip.pace", "Doc 9303-11 4.1", "a chip issued from 2027 on has PACE, and so EF.CardAccess", |chip, hits| {
        if let Some(issued) = chip.date_of_issue().filter(|issued| *issued >= PACE_FROM)
            && !chip.has(FileId::CARD_ACCESS)
        {
            hits.about(format!("issued in {}", issued.year()));
        }
    }),
    must(
        "chip.signer.document_type",
        "Doc 9303-12 7.1.1.6",
        "the document signer may sign documents of the type in DG1",
        |chip, hits| {
            let (Some(zone), Some(object)) = (&chip.dg1, &chip.security_object) else { return };
            let Ok(signer) = object.document_signer() else { return };
            let code = zone.document_code().to_string();
            if signer.may_sign_document_code(&code) == Some(false) {
                hits.about(code);
            }
        },
    ),
    must(
        "chip.signer.validity",
        "Doc 9303-12 4.1.1.1",
        "the time of signing lies within the validity of the document signer and the period of its private key",
        |chip, hits| {
            let Some((object, time)) =
                chip.security_object.as_ref().and_then(|object| Some((object, object.signing_time()?)))
            else {
                return;
            };
            let Ok(signer) = object.document_signer() else { return };
            let period = signer.private_key_usage_period();
            let begin = period.as_ref().and_then(|period| period.not_before).max(Some(signer.not_before()));
            let end = period.as_ref().and_then(|period| period.not_after).unwrap_or(signer.not_after());
            if begin.is_some_and(|begin| time < begin) {
                hits.about("signed before");
            } else if time > end.min(signer.not_after()) {
                hits.about("signed after");
            }
        },
    ),
];
