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
    /// The country signer certificate is valid at the time of inspection.
    CountrySignerValidity,
    /// The country signer certificate may issue certificates, with path length 0 (Doc 9303-12 table 6).
    CountrySignerProfile,
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
    /// DG14 repeats what EF.CardAccess says (Doc 9303-11 9.2).
    CardAccess,
    /// The check digits of DG1 are right.
    MrzCheckDigits,
    /// DG1 holds the machine readable zone that the data page shows.
    PrintedMrz,
    /// The chip signed a challenge with the key of DG15 (Doc 9303-11 6.1).
    ActiveAuthentication,
    /// The chip agreed on keys with the key of DG14 (Doc 9303-11 6.2).
    ChipAuthentication,
}

impl CheckName {
    /// Whether the check informs only and does not bear on the verdict of the whole.
    pub const fn is_informative(self) -> bool {
        matches!(self, CheckName::DocumentSignerUsagePeriod)
    }
    /// Whether a document cannot pass while this check is not done.
    pub fn is_essential(self) -> bool {
        Self::ESSENTIAL.contains(&self)
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
            CheckName::CountrySignerValidity => "validity of the country signer certificate",
            CheckName::CountrySignerProfile => "profile of the country signer certificate",
            CheckName::CommonDataStructure => "structure of EF.COM",
            CheckName::LdsVersions => "versions in EF.COM and EF.SOD",
            CheckName::DataGroupList => "list of data groups",
            CheckName::DataGroupStructure(file) => return write!(f, "structure of {file}"),
            CheckName::DataGroupHash(file) => return write!(f, "hash of {file}"),
            CheckName::CardAccess => "EF.CardAccess against DG14",
            CheckName::MrzCheckDigits => "check digits of DG1",
            CheckName::PrintedMrz => "machine readable zone printed and in DG1",
            CheckName::ActiveAuthentication => "active authentication",
            CheckName::ChipAuthentication => "chip authentication",
        })
    }
}

/// The answer to a check, or to all of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Verdict {
    /// As it must be.
    Passed,
    /// Not as it must be.
    Failed,
    /// Could not be looked at: nothing to compare with, or an algorithm that is not supported.
    NotDone,
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
    /// Failed when any check failed, not done when an essential one is not done, else passed. Informative checks do not
    /// count.
    pub fn verdict(&self) -> Verdict {
        if self.failed().next().is_some() {
            return Verdict::Failed;
        }
        let passed = |name| self.check(name).is_some_and(|check| check.verdict == Verdict::Passed);
        if CheckName::ESSENTIAL.into_iter().all(passed) { Verdict::Passed } else { Verdict::NotDone }
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
