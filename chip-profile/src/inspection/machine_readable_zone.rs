//! DG1 by itself and against the data page.

use super::InspectionContext;
use super::report::{CheckName, InspectionReport, Outcome};
use crate::lds::{Dg1, ElementaryFiles, FileId};
use crate::mrz::MrzErrorKind;
use crate::pki::Certificate;

/// Check digits, the printed zone, and whether the document signer may sign such documents.
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
    report.add(CheckName::MrzCheckDigits, check_digits(&dg1));
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
    }
}

fn check_digits(dg1: &Dg1) -> Outcome {
    match dg1.fields() {
        Ok(_) => Outcome::Passed,
        Err(error) if error.kind == MrzErrorKind::CheckDigit => Outcome::failed(format!("{} is wrong", error.field)),
        Err(error) => Outcome::failed(format!("{} does not have its form", error.field)),
    }
}

/// The list holds document codes as the zone shows them, one or two letters (Doc 9303-12 7.1.1.6).
fn document_types(signer: &Certificate, zone: &str) -> Outcome {
    let Some(types) = signer.document_types() else {
        return Outcome::not_done("certificate lists no document types");
    };
    let code = zone.get(..2).unwrap_or_default().trim_end_matches('<');
    let listed = types.iter().any(|listed| listed.trim_end_matches('<') == code);
    Outcome::from_condition(listed, "document signer may not sign documents of this type")
}

fn without_spaces(zone: &str) -> impl Iterator<Item = char> {
    zone.chars().filter(|character| !character.is_whitespace())
}
