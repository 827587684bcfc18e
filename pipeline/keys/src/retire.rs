//! Erasing private keys that have signed their last document (Doc 9303-12 4.1.1.2).

use std::fs;
use std::path::Path;

use persoline_domain::clock::Timestamp;
use persoline_domain::identifiers::SignerName;
use persoline_domain::signer::SigningLedger;

use crate::error::KeyStoreError;
use crate::files;
use crate::key_file;
use crate::status::{SignerStanding, status};
use crate::store::certificate_file;

/// What names of certificates whose private key was erased begin with.
pub(crate) const RETIRED: &str = "retired-";

/// What was erased.
#[derive(Debug)]
pub struct Retirement {
    /// Document signers whose private key was erased, for the log.
    pub erased: Vec<SignerName>,
    /// Why it ended before all were, if it did; another call goes on from there.
    pub cut_short: Option<KeyStoreError>,
}

/// Erases the private keys of document signers that are used up or whose usage period is over, also those that an earlier
/// call began with and did not end. Their certificates stay, as `retired-….der`.
///
/// A signer that runs meanwhile holds its keys in memory and finishes what it reserved.
///
/// # Errors
/// As [`status`]: nothing is erased then. A file that cannot be renamed or removed stands in the answer, beside the names of
/// those that are erased.
pub fn retire_document_signers(
    folder: &Path,
    state: &str,
    ledger: &dyn SigningLedger,
    now: Timestamp,
) -> Result<Retirement, KeyStoreError> {
    let standing = status(folder, state, ledger, now)?.document_signers;
    let over = standing.iter().filter(|one| matches!(one.standing, SignerStanding::UsedUp | SignerStanding::Over));
    let mut erased = Vec::new();
    let result = over
        .map(|signer| signer.name.as_str())
        .try_for_each(|name| put_away(folder, name))
        .and_then(|()| erase_keys(folder, &mut erased));
    Ok(Retirement { erased, cut_short: result.err() })
}

/// Takes a certificate from among the signers in use. A crash after it leaves a key that nothing refers to.
fn put_away(folder: &Path, name: &str) -> Result<(), KeyStoreError> {
    let certificate = folder.join(certificate_file(name));
    let kept = folder.join(format!("{RETIRED}{}", certificate_file(name)));
    fs::rename(&certificate, &kept).map_err(files::io_error(&certificate))?;
    files::sync(folder).map_err(files::io_error(folder))
}

/// Erases the keys of all certificates that are put away.
fn erase_keys(folder: &Path, erased: &mut Vec<SignerName>) -> Result<(), KeyStoreError> {
    for file in files::names(folder)? {
        let name = file.strip_prefix(RETIRED).and_then(|name| name.strip_suffix(".der"));
        if let Some(name) = name
            && files::remove(folder, &key_file::file_name(name))?
        {
            erased.push(SignerName(name.to_owned()));
        }
    }
    Ok(())
}
