//! The check before an EF.SOD leaves the signing stage.

use thiserror::Error;

use super::card_security::announces_mapping;
use super::chain;
use super::data_groups;
use super::report::Outcome;
use crate::cms::CmsVerifyError;
use crate::lds::{CardAccess, Com, ElementaryFiles, FileId, LdsError};
use crate::pki::{Certificate, UnixTime};
use crate::sod::{CardSecurity, SecurityObject, SodError};

/// Why an EF.SOD must not be released.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum ReleaseError {
    /// The bytes are not an EF.SOD.
    #[error("EF.SOD: {0}")]
    Structure(#[from] SodError),
    /// The signature or the hash list does not hold.
    #[error("EF.SOD: {0}")]
    Signature(#[from] CmsVerifyError),
    /// The document signer does not lead to the country signer, is out of its validity or usage period, or may not sign.
    #[error("document signer: {0}")]
    DocumentSigner(String),
    /// EF.COM is missing or cannot be read.
    #[error("EF.COM: {0}")]
    CommonData(LdsError),
    /// A file that every document has is not there.
    #[error("{0} is missing")]
    Missing(FileId),
    /// EF.COM, EF.SOD and the files do not name the same data groups.
    #[error("EF.COM, EF.SOD and the files disagree about {0}")]
    DataGroupList(FileId),
    /// EF.CardSecurity is malformed, not signed by the signer of EF.SOD, or says less than EF.CardAccess.
    #[error("EF.CardSecurity: {0}")]
    CardSecurity(String),
    /// The hash of a data group is not the one that was signed.
    #[error("hash of {0} is not the one that was signed")]
    Hash(FileId),
}

/// Reads an EF.SOD again as a border would and checks it against the files of the document and the country signer: the
/// signature, the chain, validity and private key usage period at `now`, every hash, and that EF.COM, EF.SOD and `files`
/// name the same data groups. `files` need not hold EF.SOD itself; if it does, it must be this one. An EF.CardSecurity, which
/// a chip with chip authentication mapping must have, is checked with it: signed by the same signer, and in agreement with
/// EF.CardAccess.
///
/// # Errors
/// The first check that does not hold; one of the signer that could not be made counts as failed. The document must not
/// leave the house then.
pub fn verify_before_release(
    ef_sod: &[u8],
    files: &ElementaryFiles,
    country_signer: &Certificate,
    now: UnixTime,
) -> Result<(), ReleaseError> {
    if files.get(&FileId::SOD).is_some_and(|stored| stored != ef_sod) {
        return Err(ReleaseError::DataGroupList(FileId::SOD));
    }
    let object = SecurityObject::parse(ef_sod)?;
    object.verify_signature()?;
    let signer = object.document_signer()?;
    if signer.issuer_bytes() != country_signer.subject_bytes() {
        return Err(ReleaseError::DocumentSigner("issuer is another than the country signer".to_owned()));
    }
    chain::is_issued_by(&signer, country_signer).map_err(refused)?;
    let signed_at = Some(object.signing_time().unwrap_or(now));
    for outcome in [
        chain::validity(&signer, now),
        chain::validity(country_signer, now),
        chain::document_signer_profile(&signer),
        chain::usage_period(&signer, signed_at),
    ] {
        if matches!(outcome, Outcome::Failed(_) | Outcome::NotDone(_)) {
            return Err(refused(outcome));
        }
    }

    let list = object.lds_security_object();
    let com = files.get(&FileId::COM).ok_or(ReleaseError::Missing(FileId::COM))?;
    let com = Com::parse(com).map_err(ReleaseError::CommonData)?;
    let signed = data_groups::listed(list);
    for others in [data_groups::present(files), com.data_groups.iter().copied().collect()] {
        if let Some(file) = signed.symmetric_difference(&others).next() {
            return Err(ReleaseError::DataGroupList(*file));
        }
    }
    for (number, expected) in &list.data_group_hashes {
        let file = FileId::from_data_group(*number).unwrap_or(FileId::SOD);
        let contents = files.get(&file).ok_or(ReleaseError::Missing(file))?;
        if list.hash.digest(contents) != *expected {
            return Err(ReleaseError::Hash(file));
        }
    }
    verify_card_security(files, &signer)
}

/// EF.CardSecurity is signed together with EF.SOD, as one use of one document signer.
fn verify_card_security(files: &ElementaryFiles, signer: &Certificate) -> Result<(), ReleaseError> {
    let refused = |what: &dyn core::fmt::Display| ReleaseError::CardSecurity(what.to_string());
    let card_access = files.get(&FileId::CARD_ACCESS).map(|file| CardAccess::parse(file)).transpose();
    let card_access = card_access.map_err(|error| refused(&format!("EF.CardAccess: {error}")))?;
    let Some(file) = files.get(&FileId::CARD_SECURITY) else {
        return match card_access {
            Some(announced) if announces_mapping(&announced) => Err(ReleaseError::Missing(FileId::CARD_SECURITY)),
            _ => Ok(()),
        };
    };
    let object = CardSecurity::parse(file).map_err(|error| refused(&error))?;
    object.verify_signature().map_err(|error| refused(&error))?;
    if object.document_signer().map_err(|error| refused(&error))?.as_bytes() != signer.as_bytes() {
        return Err(refused(&"signed by another signer than EF.SOD"));
    }
    match card_access {
        Some(announced) if !object.security_infos().contains_all(&announced.security_infos) => {
            Err(refused(&"EF.CardAccess says what it does not"))
        }
        _ => Ok(()),
    }
}

fn refused(outcome: Outcome) -> ReleaseError {
    ReleaseError::DocumentSigner(match outcome {
        Outcome::Failed(detail) | Outcome::NotDone(detail) | Outcome::Noted(detail) => detail,
        Outcome::Passed => String::new(),
    })
}
