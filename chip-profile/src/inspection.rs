//! What a border would check, as a library: passive authentication and the consistency of the files, Doc 9303-11 5.1.
//!
//! [`inspect`] takes the files as they were read from a chip and says of each check whether it passed, failed or could not
//! be done; nothing in its report is personal. [`verify_before_release`] is the stricter question of the issuer: may this
//! EF.SOD leave the house?
//!
//! ```no_run
//! use chip_profile::inspection::{InspectionContext, TrustAnchors, Verdict, inspect};
//! use chip_profile::{lds::ElementaryFiles, pki::UnixTime};
//! # fn example(files: ElementaryFiles, csca: Vec<u8>, now: UnixTime) -> Result<(), Box<dyn std::error::Error>> {
//! let anchors = TrustAnchors::new([csca], Vec::<Vec<u8>>::new())?;
//! let report = inspect(&files, &anchors, &InspectionContext::at(now));
//! for check in report.failed() {
//!     eprintln!("{}: {}", check.name, check.detail);
//! }
//! assert_eq!(report.verdict(), Verdict::Passed);
//! # Ok(()) }
//! ```

mod authentication;
mod chain;
mod data_groups;
mod machine_readable_zone;
pub mod reader;
mod release;
mod report;
#[cfg(test)]
mod tests;

pub use crate::pki::crl::{RevocationList, RevocationListError};
pub use authentication::{ChipProof, chip_authentication_terminal, verify_active_authentication};
pub use release::{ReleaseError, verify_before_release};
pub use report::{Check, CheckName, InspectionReport, Verdict};

use core::fmt;

use thiserror::Error;

use crate::lds::{ElementaryFiles, FileId};
use crate::pki::{Certificate, CertificateError, UnixTime};
use crate::sod::SecurityObject;
use report::Outcome;

/// Whom an inspection trusts. Read once, used for many documents.
#[derive(Debug, Clone, Default)]
pub struct TrustAnchors {
    /// Country signer certificates, trusted as they are.
    pub country_signers: Vec<Certificate>,
    /// Revocation lists; their signatures are checked when they are used.
    pub revocation_lists: Vec<RevocationList>,
}

/// Why trust anchors cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum TrustAnchorError {
    /// One of the country signer certificates.
    #[error("country signer {index}: {error}")]
    Certificate {
        /// Which, counted from zero.
        index: usize,
        /// What is wrong with it.
        error: CertificateError,
    },
    /// One of the revocation lists.
    #[error("list {index}: {error}")]
    RevocationList {
        /// Which, counted from zero.
        index: usize,
        /// What is wrong with it.
        error: RevocationListError,
    },
}

impl TrustAnchors {
    /// Reads country signer certificates and revocation lists, each in DER.
    pub fn new(
        country_signers: impl IntoIterator<Item = impl AsRef<[u8]>>,
        revocation_lists: impl IntoIterator<Item = impl AsRef<[u8]>>,
    ) -> Result<Self, TrustAnchorError> {
        let certificate = |(index, bytes): (usize, _)| {
            Certificate::parse(AsRef::<[u8]>::as_ref(&bytes))
                .map_err(|error| TrustAnchorError::Certificate { index, error })
        };
        let list = |(index, bytes): (usize, _)| {
            RevocationList::parse(AsRef::<[u8]>::as_ref(&bytes))
                .map_err(|error| TrustAnchorError::RevocationList { index, error })
        };
        Ok(TrustAnchors {
            country_signers: country_signers.into_iter().enumerate().map(certificate).collect::<Result<_, _>>()?,
            revocation_lists: revocation_lists.into_iter().enumerate().map(list).collect::<Result<_, _>>()?,
        })
    }
}

/// What an inspection knows besides the files.
#[derive(Clone)]
pub struct InspectionContext {
    /// The time of inspection.
    pub now: UnixTime,
    /// When the document was signed, if known otherwise than from EF.SOD: bears on the informative usage period alone.
    pub signed_at: Option<UnixTime>,
    /// The machine readable zone as the data page shows it; line ends and spaces do not count.
    pub printed_mrz: Option<String>,
    /// What came of active authentication; `None` when it was not done.
    pub active_authentication: Option<ChipProof>,
    /// What came of chip authentication; `None` when it was not done.
    pub chip_authentication: Option<ChipProof>,
}

impl fmt::Debug for InspectionContext {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("InspectionContext")
            .field("now", &self.now)
            .field("printed_mrz", &self.printed_mrz.as_ref().map(|_| "redacted"))
            .finish_non_exhaustive()
    }
}

impl InspectionContext {
    /// A time, and nothing else known.
    pub fn at(now: UnixTime) -> Self {
        InspectionContext {
            now,
            signed_at: None,
            printed_mrz: None,
            active_authentication: None,
            chip_authentication: None,
        }
    }
}

/// Makes every check that the files allow.
pub fn inspect(files: &ElementaryFiles, anchors: &TrustAnchors, context: &InspectionContext) -> InspectionReport {
    let mut report = InspectionReport::default();
    let object = match files.get(&FileId::SOD).map(|contents| SecurityObject::parse(contents)) {
        Some(Ok(object)) => {
            report.add(CheckName::SecurityObjectStructure, Outcome::Passed);
            Some(object)
        }
        Some(Err(error)) => {
            report.add(CheckName::SecurityObjectStructure, Outcome::failed(error.to_string()));
            None
        }
        None => {
            report.add(CheckName::SecurityObjectStructure, Outcome::failed("EF.SOD is missing"));
            None
        }
    };
    let signer = object.as_ref().and_then(|object| chain::check_chain(&mut report, object, anchors, context));
    let list = object.as_ref().map(SecurityObject::lds_security_object);
    let com = data_groups::check_common_data(&mut report, files, list);
    if let Some(list) = list {
        data_groups::check_hashes(&mut report, files, com.as_ref(), list);
    }
    data_groups::check_structures(&mut report, files);
    data_groups::check_card_access(&mut report, files);
    machine_readable_zone::check(&mut report, files, signer.as_ref(), context);
    let authentications = [
        (CheckName::ActiveAuthentication, FileId::DG15, &context.active_authentication),
        (CheckName::ChipAuthentication, FileId::DG14, &context.chip_authentication),
    ];
    for (name, key_file, outcome) in authentications {
        report.add(
            name,
            match outcome {
                Some(_) if !files.contains_key(&key_file) => Outcome::failed(format!("no key: {key_file} is missing")),
                Some(proof) => proof.clone().into(),
                None => Outcome::not_done("was not done"),
            },
        );
    }
    report
}
