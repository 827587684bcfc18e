//! EF.CardSecurity: signed as EF.SOD is, and in agreement with what everyone may read.

use super::report::{CheckName, InspectionReport, Outcome};
use super::{InspectionContext, TrustAnchors, chain};
use crate::access::pace::{Mapping, PaceParameters};
use crate::lds::{ApplicationId, CardAccess, Dir, ElementaryFiles, FileId, SecurityInfos};
use crate::sod::CardSecurity;

/// The file is on chips with chip authentication mapping alone; there it must be (Doc 9303-10 3.11.4).
pub(super) fn check(
    report: &mut InspectionReport,
    files: &ElementaryFiles,
    anchors: &TrustAnchors,
    context: &InspectionContext,
) {
    let card_access = files.get(&FileId::CARD_ACCESS).and_then(|file| CardAccess::parse(file).ok());
    let outcome = match files.get(&FileId::CARD_SECURITY) {
        Some(file) => judge(files, file, card_access.as_ref(), anchors, context).err().unwrap_or(Outcome::Passed),
        None if card_access.as_ref().is_some_and(announces_mapping) => {
            Outcome::failed("EF.CardAccess announces chip authentication mapping and EF.CardSecurity is missing")
        }
        None => Outcome::not_done("EF.CardSecurity is not there or was not read"),
    };
    report.add(CheckName::CardSecurity, outcome);
}

pub(super) fn announces_mapping(card_access: &CardAccess) -> bool {
    let announced = card_access.security_infos.iter().filter_map(PaceParameters::from_security_info);
    announced.into_iter().any(|parameters| parameters.mapping() == Mapping::ChipAuthentication)
}

/// What everyone may read of applications beside the eMRTD's must be what is signed (Doc 9303-11 4.2).
fn check_directory(files: &ElementaryFiles, infos: &SecurityInfos) -> Result<(), Outcome> {
    let Some(directory) = files.get(&FileId::DIR) else { return Ok(()) };
    let lists_others = || Dir::parse(directory).is_ok_and(|dir| dir.applications.iter().any(ApplicationId::is_lds2));
    match infos.directory() {
        // A chip gives the zeros with which the file is filled.
        Some(copy) if !directory.strip_prefix(&copy[..]).is_some_and(|rest| rest.iter().all(|byte| *byte == 0)) => {
            Err(Outcome::failed("EF.DIR is not the one that EF.CardSecurity holds"))
        }
        None if lists_others() => {
            Err(Outcome::failed("EF.DIR lists other applications and EF.CardSecurity does not hold it"))
        }
        _ => Ok(()),
    }
}

fn judge(
    files: &ElementaryFiles,
    file: &[u8],
    card_access: Option<&CardAccess>,
    anchors: &TrustAnchors,
    context: &InspectionContext,
) -> Result<(), Outcome> {
    let card_security = CardSecurity::parse(file).map_err(|error| Outcome::failed(error.to_string()))?;
    card_security.verify_signature().map_err(|error| Outcome::failed(error.to_string()))?;
    let signer = card_security.document_signer().map_err(|error| Outcome::failed(error.to_string()))?;
    chain::find_country_signer(&signer, anchors, context.now)?;
    for outcome in [chain::validity(&signer, context.now), chain::document_signer_profile(&signer)] {
        if !matches!(outcome, Outcome::Passed) {
            return Err(outcome);
        }
    }
    check_directory(files, card_security.security_infos())?;
    match card_access {
        Some(card_access) if !card_security.security_infos().contains_all(&card_access.security_infos) => {
            Err(Outcome::failed("EF.CardAccess says what EF.CardSecurity does not"))
        }
        _ => Ok(()),
    }
}
