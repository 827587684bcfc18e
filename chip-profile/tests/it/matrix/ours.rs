//! The inspection of this crate.

use chip_profile::inspection::{CheckName, Conclusion, InspectionContext, TrustAnchors, inspect};

use super::{Case, Reasons};
use crate::specimen::ZONE;
use crate::tools::each;

pub(super) fn judge(cases: &[Case]) -> Vec<Reasons> {
    each(cases, reasons_of)
}

fn reasons_of(case: &Case) -> Reasons {
    let twin = &case.twin;
    let anchors = match TrustAnchors::new([&twin.country_signer], [] as [&[u8]; 0]) {
        Ok(anchors) => anchors,
        Err(error) => return super::reasons([format!("anchor: {error}")]),
    };
    let context = InspectionContext { printed_mrz: Some(ZONE.to_owned()), ..InspectionContext::at(twin.now) };
    let report = inspect(&twin.files, &anchors, &context);
    let mut reasons = Reasons::new();
    for check in report.reasons() {
        let word = match check.name {
            CheckName::SecurityObjectStructure => "unreadable".to_owned(),
            CheckName::SecurityObjectSignature => "signature".to_owned(),
            CheckName::DocumentSignerChain => "chain".to_owned(),
            CheckName::DocumentSignerValidity => "signer_validity".to_owned(),
            CheckName::CountrySignerValidity => "anchor_validity".to_owned(),
            CheckName::CountrySignerSignature => "anchor_signature".to_owned(),
            CheckName::DataGroupHash(file) => {
                let kind = if twin.files.contains_key(&file) { "hash" } else { "list" };
                format!("{kind}:{}", file.data_group().unwrap())
            }
            CheckName::DataGroupList => {
                let file = check.detail.strip_prefix("DG").unwrap_or(&check.detail);
                format!("list:{}", file.split(' ').next().unwrap_or_default())
            }
            // What follows from the tampering: a check digit, a structure, another version.
            _ if twin.has_consequences => continue,
            other => format!("{other}: {}", check.detail),
        };
        reasons.insert(word);
    }
    assert_eq!(report.conclusion() == Conclusion::Accepted, reasons.is_empty(), "{}: {report:?}", case.name());
    reasons
}
