//! What the ICAO public key directory takes: document signers, the newest revocation list, a master list (Doc 9303-12 5.1).

use std::path::Path;

use chip_profile::pki::ldif::{self, pkd::PkdObject};
use chip_profile::pki::master_list::MasterList;
use chip_profile::pki::{Certificate, RevocationList};

use crate::authority::{ISSUED, newest_list};
use crate::error::KeyStoreError;
use crate::retire::RETIRED;
use crate::store::{self, DOCUMENT_SIGNER};

/// What is uploaded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DirectoryReport {
    /// LDIF (RFC 2849).
    pub text: String,
    /// How many document signers.
    pub document_signers: usize,
    /// Whether a revocation list is among it.
    pub revocation_list: bool,
    /// Whether a master list is.
    pub master_list: bool,
}

/// Lays out what a folder has for the directory, below `base`; `master_list` is CMS in DER. Certificates without document
/// types, such as those of master list signers, travel with what they sign.
///
/// # Errors
/// [`KeyStoreError::NoKeys`] or [`KeyStoreError::OtherState`] for the folder, [`KeyStoreError::MasterList`] when the
/// list given cannot be read, [`KeyStoreError::Directory`] when an issuer's name has no place in the directory; or a
/// file of the folder is damaged or cannot be read.
pub fn directory(
    folder: &Path,
    state: &str,
    base: &str,
    master_list: Option<&[u8]>,
) -> Result<DirectoryReport, KeyStoreError> {
    store::country_signers(folder, state)?;
    let signers = issued_certificates(folder)?.into_iter().filter(|one| one.document_types().is_some());
    let mut objects: Vec<PkdObject> = signers.map(|one| PkdObject::Certificate(Box::new(one))).collect();
    let document_signers = objects.len();
    let list: Option<RevocationList> = newest_list(folder, state)?.map(|(_, list)| list);
    let revocation_list = list.is_some();
    objects.extend(list.map(PkdObject::RevocationList));
    if let Some(bytes) = master_list {
        objects.push(PkdObject::MasterList(Box::new(MasterList::parse(bytes)?)));
    }
    let entries = objects.iter().map(|object| object.to_entry(base)).collect::<Result<Vec<_>, _>>();
    let text = ldif::write(&entries?)?;
    Ok(DirectoryReport { text, document_signers, revocation_list, master_list: master_list.is_some() })
}

/// Every certificate of a folder that its country signer issued, each once: copies, and signers of folders that keep all.
pub(crate) fn issued_certificates(folder: &Path) -> Result<Vec<Certificate>, KeyStoreError> {
    let mut found: Vec<Certificate> = Vec::new();
    for prefix in [ISSUED, DOCUMENT_SIGNER, RETIRED] {
        for name in store::certificate_names(folder, prefix)? {
            let certificate = store::read_certificate(folder, &name)?;
            if !found.contains(&certificate) {
                found.push(certificate);
            }
        }
    }
    Ok(found)
}
