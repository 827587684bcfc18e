//! What is left of the keys. No passphrase is needed: certificates and key headers are not secret.

use std::path::Path;

use persoline_domain::clock::Timestamp;
use persoline_domain::identifiers::SignerName;
use persoline_domain::signer::{SignatureSuite, SigningLedger};

use crate::authority::newest_list;
use crate::error::KeyStoreError;
use crate::files;
use crate::key_file::{self, KeyKind};
use crate::periods::{Period, timestamp};
use crate::request::{PendingRequest, pending_requests};
use crate::store::{self, DOCUMENT_SIGNER};

/// The country signer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CountrySignerStatus {
    /// Name of its key.
    pub name: String,
    /// Its suite, where its private key lies in this folder.
    pub suite: Option<SignatureSuite>,
    /// Last moment at which it issues.
    pub usage_end: Timestamp,
    /// Last moment of its certificate.
    pub expiry: Timestamp,
}

/// Where a document signer stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SignerStanding {
    /// Its usage period has not begun.
    Waiting,
    /// It may sign.
    Active,
    /// It signed as many documents as it may.
    UsedUp,
    /// Its usage period is over. Its certificate still verifies documents.
    Over,
}

/// A document signer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DocumentSignerStatus {
    /// What the centre calls it.
    pub name: SignerName,
    /// Its suite.
    pub suite: Option<SignatureSuite>,
    /// First moment at which it signs.
    pub usage_begin: Timestamp,
    /// Last moment at which it signs.
    pub usage_end: Timestamp,
    /// Last moment of its certificate.
    pub expiry: Timestamp,
    /// Documents it may sign in all.
    pub document_limit: u64,
    /// Signatures reserved so far.
    pub used: u64,
    /// Signatures left.
    pub left: u64,
    /// Where it stands.
    pub standing: SignerStanding,
}

/// All keys of a folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyStatus {
    /// The issuing state as the MRZ writes it.
    pub state: String,
    /// Country signers, newest first.
    pub country_signers: Vec<CountrySignerStatus>,
    /// Document signers, in the order in which they are used.
    pub document_signers: Vec<DocumentSignerStatus>,
    /// Requests whose certificates have not come yet.
    pub requests: Vec<PendingRequest>,
    /// The newest revocation list, where the country signer lies in this folder and has made one.
    pub revocation_list: Option<RevocationListStatus>,
}

/// A revocation list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RevocationListStatus {
    /// Its number.
    pub number: u64,
    /// How many certificates stand on it.
    pub revoked: usize,
    /// When the next one must be there.
    pub next_update: Option<Timestamp>,
}

/// Looks at the keys in `folder`, which must have been made for `state`.
///
/// # Errors
/// [`KeyStoreError::NoKeys`] or [`KeyStoreError::OtherState`] for the folder, [`KeyStoreError::Ledger`] when the uses
/// cannot be read; or a file is damaged or cannot be read.
pub fn status(
    folder: &Path,
    state: &str,
    ledger: &dyn SigningLedger,
    now: Timestamp,
) -> Result<KeyStatus, KeyStoreError> {
    let mut country_signers = Vec::new();
    let files = files::names(folder)?;
    for (name, certificate) in store::country_signers(folder, state)? {
        let suite = if files.contains(&key_file::file_name(&name)) {
            store::read_key_file(folder, &name, KeyKind::CountrySigner, state)?.header().suite
        } else {
            None
        };
        country_signers.push(CountrySignerStatus {
            name,
            suite,
            usage_end: timestamp(Period::of(&certificate).not_after),
            expiry: timestamp(certificate.not_after()),
        });
    }
    let mut document_signers = Vec::new();
    for name in store::certificate_names(folder, DOCUMENT_SIGNER)? {
        let certificate = store::read_certificate(folder, &name)?;
        let file = store::read_key_file(folder, &name, KeyKind::DocumentSigner, state)?;
        let period = Period::of(&certificate);
        let name = SignerName(name);
        let used = ledger.uses(&name)?;
        let left = file.header().document_limit.saturating_sub(used);
        let standing = if period.is_over(now) {
            SignerStanding::Over
        } else if left == 0 {
            SignerStanding::UsedUp
        } else if period.contains(now) {
            SignerStanding::Active
        } else {
            SignerStanding::Waiting
        };
        document_signers.push(DocumentSignerStatus {
            name,
            suite: file.header().suite,
            usage_begin: timestamp(period.not_before),
            usage_end: timestamp(period.not_after),
            expiry: timestamp(certificate.not_after()),
            document_limit: file.header().document_limit,
            used,
            left,
            standing,
        });
    }
    document_signers.sort_by(|one, other| {
        (one.usage_end, one.usage_begin, &one.name).cmp(&(other.usage_end, other.usage_begin, &other.name))
    });
    let revocation_list = newest_list(folder, state)?.map(|(number, list)| RevocationListStatus {
        number,
        revoked: list.revoked().len(),
        next_update: list.next_update().map(timestamp),
    });
    let requests = pending_requests(folder)?;
    Ok(KeyStatus { state: state.to_owned(), country_signers, document_signers, requests, revocation_list })
}
