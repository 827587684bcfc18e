//! What an inspection says: a list of named checks.

use core::fmt;

use crate::lds::FileId;

/// One question that an inspection asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum CheckName {
    /// EF.SOD is there and has its structure (Doc 9303-10 4.6.2).
    SecurityObjectStructure,
    /// The document signer inside EF.SOD signed the hash list (Doc 9303-11 5.1).
    SecurityObjectSignature,
    /// A trusted country signer issued the document signer: names and signature (Doc 9303-12 6).
    DocumentSignerChain,
    /// The document signer certificate is valid at the time of inspection.
    DocumentSignerValidity,
    /// The document signer certificate may sign documents and nothing else (Doc 9303-12 table 6).
    DocumentSignerProfile,
    /// The document was signed within the private key usage period. Informative.
    DocumentSignerUsagePeriod,
    /// The document signer is not on the country signer's revocation list.
    DocumentSignerRevocation,
    /// The document signer may sign documents of this type (document type list, Doc 9303-12 7.1.1.6).
    DocumentTypes,
    /// The document signer is of the State that DG1 names (Doc 9303-11 5.1, Doc 9303-12 7.1.1.2).
    IssuingState,
    /// The country signer certificate is valid at the time of inspection.
    CountrySignerValidity,
    /// The country signer certificate may issue certificates, with path length 0 (Doc 9303-12 table 6).
    CountrySignerProfile,
    /// The country signer certificate is as its own key signed it; a link certificate is not, and passes.
    CountrySignerSignature,
    /// EF.COM is there and has its structure.
    CommonDataStructure,
    /// EF.COM and EF.SOD name the same version of the logical data structure.
    LdsVersions,
    /// EF.COM, EF.SOD and the files on the chip name the same data groups.
    DataGroupList,
    /// A data group has its structure.
    DataGroupStructure(FileId),
    /// The hash of a data group is the one in EF.SOD.
    DataGroupHash(FileId),
    /// A file of the master file that no signature covers has its structure: EF.ATR/INFO and EF.DIR (Doc 9303-10 3.11).
    FileStructure(FileId),
    /// DG14 repeats what EF.CardAccess says (Doc 9303-11 9.2).
    CardAccess,
    /// EF.CardSecurity is signed by a trusted document signer and says all that EF.CardAccess says (Doc 9303-10 3.11.4).
    CardSecurity,
    /// The check digits of DG1 are right, and its fields have their form.
    MrzCheckDigits,
    /// The date of expiry in DG1 has not passed.
    DateOfExpiry,
    /// DG1 holds the machine readable zone that the data page shows.
    PrintedMrz,
    /// The chip signed a challenge with the key of DG15 (Doc 9303-11 6.1).
    ActiveAuthentication,
    /// The chip agreed on keys with the key of DG14 (Doc 9303-11 6.2).
    ChipAuthentication,
    /// The chip proved the key of EF.CardSecurity within PACE (Doc 9303-11 4.4.3.5).
    ChipAuthenticationMapping,
}

impl CheckName {
    /// Whether the check informs only and does not bear on the verdict of the whole.
    pub const fn is_informative(self) -> bool {
        matches!(self, CheckName::DocumentSignerUsagePeriod)
    }
    /// Whether a document cannot be accepted while this check is not done.
    pub fn is_essential(self) -> bool {
        Self::ESSENTIAL.contains(&self)
    }
    /// The clause that asks for it.
    pub const fn clause(self) -> &'static str {
        match self {
            CheckName::SecurityObjectStructure => "Doc 9303-10 4.6.2",
            CheckName::SecurityObjectSignature | CheckName::DataGroupHash(_) => "Doc 9303-11 5.1",
            CheckName::DocumentSignerChain
            | CheckName::DocumentSignerValidity
            | CheckName::CountrySignerValidity
            | CheckName::CountrySignerSignature => "Doc 9303-12 6.1",
            CheckName::DocumentSignerProfile | CheckName::CountrySignerProfile => "Doc 9303-12 7.1.1",
            CheckName::DocumentSignerUsagePeriod => "Doc 9303-12 4.1.1.1",
            CheckName::DocumentSignerRevocation => "Doc 9303-12 6.1.2",
            CheckName::DocumentTypes => "Doc 9303-12 7.1.1.6",
            CheckName::IssuingState => "Doc 9303-12 7.1.1.2",
            CheckName::CommonDataStructure | CheckName::LdsVersions => "Doc 9303-10 4.6.1",
            CheckName::DataGroupList => "Doc 9303-10 4.6.2.3",
            CheckName::DataGroupStructure(_) => "Doc 9303-10 4.7",
            CheckName::FileStructure(_) => "Doc 9303-10 3.11",
            CheckName::CardAccess => "Doc 9303-11 9.2",
            CheckName::CardSecurity => "Doc 9303-10 3.11.4",
            CheckName::MrzCheckDigits => "Doc 9303-3 4.9",
            CheckName::DateOfExpiry => "Doc 9303-3 4.8",
            CheckName::PrintedMrz => "Doc 9303-11 6.1.6, table 1",
            CheckName::ActiveAuthentication => "Doc 9303-11 6.1",
            CheckName::ChipAuthentication => "Doc 9303-11 6.2",
            CheckName::ChipAuthenticationMapping => "Doc 9303-11 4.4.3.5",
        }
    }
    /// A name for machines, which does not change: lower case, words joined by `_`.
    pub const fn code(self) -> &'static str {
        match self {
            CheckName::SecurityObjectStructure => "security_object_structure",
            CheckName::SecurityObjectSignature => "security_object_signature",
            CheckName::DocumentSignerChain => "document_signer_chain",
            CheckName::DocumentSignerValidity => "document_signer_validity",
            CheckName::DocumentSignerProfile => "document_signer_profile",
            CheckName::DocumentSignerUsagePeriod => "document_signer_usage_period",
            CheckName::DocumentSignerRevocation => "document_signer_revocation",
            CheckName::DocumentTypes => "document_types",
            CheckName::IssuingState => "issuing_state",
            CheckName::CountrySignerValidity => "country_signer_validity",
            CheckName::CountrySignerProfile => "country_signer_profile",
            CheckName::CountrySignerSignature => "country_signer_signature",
            CheckName::CommonDataStructure => "common_data_structure",
            CheckName::LdsVersions => "lds_versions",
            CheckName::DataGroupList => "data_group_list",
            CheckName::DataGroupStructure(_) => "data_group_structure",
            CheckName::DataGroupHash(_) => "data_group_hash",
            CheckName::FileStructure(_) => "file_structure",
            CheckName::CardAccess => "card_access",
            CheckName::CardSecurity => "card_security",
            CheckName::MrzCheckDigits => "mrz_check_digits",
            CheckName::DateOfExpiry => "date_of_expiry",
            CheckName::PrintedMrz => "printed_mrz",
            CheckName::ActiveAuthentication => "active_authentication",
            CheckName::ChipAuthentication => "chip_authentication",
            CheckName::ChipAuthenticationMapping => "chip_authentication_mapping",
        }
    }
    /// The file that the check is about, where the name alone does not tell.
    pub const fn file(self) -> Option<FileId> {
        match self {
            CheckName::DataGroupStructure(file) | CheckName::DataGroupHash(file) | CheckName::FileStructure(file) => {
                Some(file)
            }
            _ => None,
        }
    }

    const ESSENTIAL: [CheckName; 5] = [
        CheckName::SecurityObjectStructure,
        CheckName::SecurityObjectSignature,
        CheckName::DocumentSignerChain,
        CheckName::DocumentSignerValidity,
        CheckName::DataGroupList,
    ];
}

impl fmt::Display for CheckName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            CheckName::SecurityObjectStructure => "structure of EF.SOD",
            CheckName::SecurityObjectSignature => "signature of EF.SOD",
            CheckName::DocumentSignerChain => "document signer issued by a trusted country signer",
            CheckName::DocumentSignerValidity => "validity of the document signer certificate",
            CheckName::DocumentSignerProfile => "profile of the document signer certificate",
            CheckName::DocumentSignerUsagePeriod => "private key usage period of the document signer",
            CheckName::DocumentSignerRevocation => "revocation of the document signer",
            CheckName::DocumentTypes => "document type list of the document signer",
            CheckName::IssuingState => "issuing State of DG1 and document signer",
            CheckName::CountrySignerValidity => "validity of the country signer certificate",
            CheckName::CountrySignerProfile => "profile of the country signer certificate",
            CheckName::CountrySignerSignature => "signature of the country signer certificate",
            CheckName::CommonDataStructure => "structure of EF.COM",
            CheckName::LdsVersions => "versions in EF.COM and EF.SOD",
            CheckName::DataGroupList => "list of data groups",
            CheckName::DataGroupStructure(file) | CheckName::FileStructure(file) => {
                return write!(f, "structure of {file}");
            }
            CheckName::DataGroupHash(file) => return write!(f, "hash of {file}"),
            CheckName::CardAccess => "EF.CardAccess against DG14",
            CheckName::CardSecurity => "EF.CardSecurity",
            CheckName::MrzCheckDigits => "check digits of DG1",
            CheckName::DateOfExpiry => "date of expiry of the document",
            CheckName::PrintedMrz => "machine readable zone printed and in DG1",
            CheckName::ActiveAuthentication => "active authentication",
            CheckName::ChipAuthentication => "chip authentication",
            CheckName::ChipAuthenticationMapping => "chip authentication mapping",
        })
    }
}

/// The answer to a check.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Verdict {
    /// As it must be.
    Passed,
    /// Not as it must be.
    Failed,
    /// Could not be looked at: nothing to compare with, or an algorithm that is not supported.
    NotDone,
}

/// The answer to all checks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Conclusion {
    /// No check failed, and each that is essential passed.
    Accepted,
    /// A check failed, or an essential one could not be done.
    Refused,
    /// There is no EF.SOD to judge by.
    Unreadable,
}

impl Conclusion {
    /// `accepted`, `refused` or `unreadable`.
    pub const fn name(self) -> &'static str {
        match self {
            Conclusion::Accepted => "accepted",
            Conclusion::Refused => "refused",
            Conclusion::Unreadable => "unreadable",
        }
    }
}

impl fmt::Display for Conclusion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// One check with its answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Check {
    /// The question.
    pub name: CheckName,
    /// The answer.
    pub verdict: Verdict,
    /// Why, in English, without personal data; empty when there is nothing to add.
    pub detail: String,
}

/// All checks, in the order in which they were made.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct InspectionReport {
    /// The checks; each name appears once.
    pub checks: Vec<Check>,
}

impl InspectionReport {
    /// What follows from all checks. Informative ones do not count.
    pub fn conclusion(&self) -> Conclusion {
        let structure = self.check(CheckName::SecurityObjectStructure).map(|check| check.verdict);
        if matches!(structure, None | Some(Verdict::NotDone)) {
            Conclusion::Unreadable
        } else if self.reasons().next().is_some() {
            Conclusion::Refused
        } else {
            Conclusion::Accepted
        }
    }
    /// The checks for which a document is not accepted: those that failed, and the essential ones that could not be done.
    pub fn reasons(&self) -> impl Iterator<Item = &Check> {
        self.checks.iter().filter(|check| match check.verdict {
            Verdict::Passed => false,
            Verdict::Failed => !check.name.is_informative(),
            Verdict::NotDone => check.name.is_essential(),
        })
    }
    /// The checks that failed, without the informative ones.
    pub fn failed(&self) -> impl Iterator<Item = &Check> {
        self.checks.iter().filter(|check| check.verdict == Verdict::Failed && !check.name.is_informative())
    }
    /// The check of this name, if it was made.
    pub fn check(&self, name: CheckName) -> Option<&Check> {
        self.checks.iter().find(|check| check.name == name)
    }

    pub(super) fn add(&mut self, name: CheckName, outcome: Outcome) {
        let (verdict, detail) = match outcome {
            Outcome::Passed => (Verdict::Passed, String::new()),
            Outcome::Noted(detail) => (Verdict::Passed, detail),
            Outcome::Failed(detail) => (Verdict::Failed, detail),
            Outcome::NotDone(detail) => (Verdict::NotDone, detail),
        };
        self.checks.push(Check { name, verdict, detail });
    }
}

/// What a check found.
pub(super) enum Outcome {
    Passed,
    Noted(String),
    Failed(String),
    NotDone(String),
}

impl Outcome {
    pub(super) fn failed(detail: impl Into<String>) -> Self {
        Outcome::Failed(detail.into())
    }
    pub(super) fn not_done(detail: impl Into<String>) -> Self {
        Outcome::NotDone(detail.into())
    }
    pub(super) fn from_condition(holds: bool, detail: impl Into<String>) -> Self {
        if holds { Outcome::Passed } else { Outcome::Failed(detail.into()) }
    }
}
