//! What a border would check, as a library: passive authentication and the consistency of the files, Doc 9303-11 5.1.
//!
//! [`inspect`] takes the files as they were read from a chip and says of each check whether it passed, failed or could not
//! be done; nothing in its report is personal. [`verify_before_release`] is the stricter question of the issuer: may this
//! EF.SOD leave the house?
//!
//! ```no_run
//! use chip_profile::inspection::{Conclusion, InspectionContext, TrustAnchors, inspect};
//! use chip_profile::{lds::ElementaryFiles, pki::UnixTime};
//! # fn example(files: ElementaryFiles, csca: Vec<u8>, now: UnixTime) -> Result<(), Box<dyn std::error::Error>> {
//! let anchors = TrustAnchors::new([csca], Vec::<Vec<u8>>::new())?;
//! let report = inspect(&files, &anchors, &InspectionContext::at(now));
//! for check in report.reasons() {
//!     eprintln!("{}: {}", check.name, check.detail);
//! }
//! assert_eq!(report.conclusion(), Conclusion::Accepted);
//! # Ok(()) }
//! ```

mod anchors;
mod authentication;
mod card_security;
mod chain;
mod country;
mod data_groups;
mod machine_readable_zone;
mod portrait;
pub mod reader;
mod release;
mod report;
#[cfg(test)]
mod tests;

pub use crate::pki::crl::{RevocationList, RevocationListError};
pub use anchors::{TrustAnchorError, TrustAnchors};
pub use authentication::{
    ChipProof, chip_authentication_terminal, verify_active_authentication, verify_chip_authentication_mapping,
};
pub use portrait::{Portrait, portrait};
pub use release::{ReleaseError, verify_before_release};
pub use report::{Check, CheckName, Conclusion, InspectionReport, Verdict};

use core::fmt;
use std::collections::BTreeSet;

use crate::lds::{ElementaryFiles, FileId};
use crate::pki::UnixTime;
use crate::sod::SecurityObject;
use report::Outcome;

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
    /// What came of chip authentication mapping within PACE; `None` when it was not done.
    pub chip_authentication_mapping: Option<ChipProof>,
    /// Data groups that are on the chip and were left unread on purpose: their hashes count as not done.
    pub left_unread: BTreeSet<FileId>,
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
            chip_authentication_mapping: None,
            left_unread: BTreeSet::new(),
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
            report.add(CheckName::SecurityObjectStructure, Outcome::not_done("EF.SOD is missing"));
            None
        }
    };
    let signer = object.as_ref().and_then(|object| chain::check_chain(&mut report, object, anchors, context));
    let list = object.as_ref().map(SecurityObject::lds_security_object);
    let com = data_groups::check_common_data(&mut report, files, list);
    if let Some(list) = list {
        data_groups::check_hashes(&mut report, files, com.as_ref(), list, &context.left_unread);
    }
    data_groups::check_structures(&mut report, files);
    data_groups::check_card_access(&mut report, files);
    card_security::check(&mut report, files, anchors, context);
    machine_readable_zone::check(&mut report, files, signer.as_ref(), context);
    let authentications = [
        (CheckName::ActiveAuthentication, FileId::DG15, &context.active_authentication),
        (CheckName::ChipAuthentication, FileId::DG14, &context.chip_authentication),
    ];
    for (name, key_file, proof) in authentications {
        let outcome = match proof {
            Some(ChipProof::Proved) if !files.contains_key(&key_file) => {
                Outcome::failed(format!("no key: {key_file} is missing"))
            }
            Some(proof) => proof.clone().into(),
            None => Outcome::not_done("was not done"),
        };
        report.add(name, outcome);
    }
    if let Some(proof) = &context.chip_authentication_mapping {
        report.add(CheckName::ChipAuthenticationMapping, proof.clone().into());
    }
    report
}
