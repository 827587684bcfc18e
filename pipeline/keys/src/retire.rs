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

/// Erases the private keys of document signers that are used up or whose usage period is over, and returns their names for
/// the log. Their certificates stay, as `retired-….der`.
///
/// A signer that runs meanwhile holds its keys in memory and finishes what it reserved.
///
/// # Errors
/// As [`status`]; or a file cannot be renamed or removed: the signers before it are retired, and another call goes on
/// from there.
pub fn retire_document_signers(
    folder: &Path,
    state: &str,
    ledger: &dyn SigningLedger,
    now: Timestamp,
) -> Result<Vec<SignerName>, KeyStoreError> {
    let mut retired = Vec::new();
    for signer in status(folder, state, ledger, now)?.document_signers {
        if !matches!(signer.standing, SignerStanding::UsedUp | SignerStanding::Over) {
            continue;
        }
        // First the certificate leaves the signers in use; a crash here leaves a key that nothing refers to.
        let name = signer.name.as_str();
        let certificate = folder.join(certificate_file(name));
        let kept = folder.join(format!("{RETIRED}{}", certificate_file(name)));
        fs::rename(&certificate, &kept).map_err(files::io_error(&certificate))?;
        files::sync(folder).map_err(files::io_error(folder))?;
        retired.push(signer.name);
    }
    // Also the keys that a crash left behind.
    for file in files::names(folder)? {
        let name = file.strip_prefix(RETIRED).and_then(|name| name.strip_suffix(".der"));
        if let Some(name) = name {
            files::remove(folder, &key_file::file_name(name))?;
        }
    }
    Ok(retired)
}
