//! Whom to trust: country signers, link certificates, master lists, revocation lists.

use std::path::{Path, PathBuf};

use chip_profile::inspection::{RevocationList, TrustAnchors};
use chip_profile::pki::master_list::MasterList;
use chip_profile::pki::{Certificate, UnixTime};

use super::files;
use crate::arguments::InspectArguments;
use crate::exit::Failure;

/// What certificates are called in a folder.
const EXTENSIONS: [&str; 4] = ["cer", "crt", "der", "pem"];

/// Reads what the options name.
pub(super) fn anchors(arguments: &InspectArguments, now: UnixTime) -> Result<TrustAnchors, Failure> {
    let mut anchors = TrustAnchors::default();
    for path in &arguments.csca {
        if path.is_dir() {
            for file in certificates_in(path)? {
                anchors.add(certificate(&file)?);
            }
        } else {
            anchors.add(certificate(path)?);
        }
    }
    // A list vouches for nobody by itself: only what the options name stands behind it.
    let trusted = anchors.country_signers.clone();
    for path in &arguments.master_list {
        let contents = files::read(path, files::LONGEST_LIST).map_err(|text| failed(path, &text))?;
        let list = MasterList::parse(&contents).map_err(|error| failed(path, &error.to_string()))?;
        list.verify(&trusted, now).map_err(|error| {
            failed(path, &format!("{error}; name the country signer that stands behind the list with --csca"))
        })?;
        // One certificate that cannot be read does not keep the others from use.
        anchors.country_signers.extend(list.country_signers().flatten());
    }
    for path in &arguments.crl {
        let contents = files::read(path, files::LONGEST_LIST).and_then(|contents| files::der(contents, "X509 CRL"));
        let contents = contents.map_err(|text| failed(path, &text))?;
        let list = RevocationList::parse(&contents).map_err(|error| failed(path, &error.to_string()))?;
        anchors.revocation_lists.push(list);
    }
    Ok(anchors)
}

fn certificate(path: &Path) -> Result<Certificate, Failure> {
    let contents =
        files::read(path, files::LONGEST_CERTIFICATE).and_then(|contents| files::der(contents, "CERTIFICATE"));
    let contents = contents.map_err(|text| failed(path, &text))?;
    Certificate::parse(&contents).map_err(|error| failed(path, &error.to_string()))
}

/// Files of a folder that are named as certificates, in order.
fn certificates_in(folder: &Path) -> Result<Vec<PathBuf>, Failure> {
    let entries = std::fs::read_dir(folder).map_err(|error| failed(folder, &error.to_string()))?;
    let is_certificate = |path: &PathBuf| {
        let extension = path.extension().and_then(|extension| extension.to_str()).map(str::to_ascii_lowercase);
        extension.is_some_and(|extension| EXTENSIONS.contains(&extension.as_str()))
    };
    let mut found = Vec::new();
    for entry in entries {
        found.push(entry.map_err(|error| failed(folder, &error.to_string()))?.path());
    }
    found.retain(is_certificate);
    found.sort();
    if found.is_empty() {
        return Err(failed(folder, "there are no certificates in it (.cer, .crt, .der, .pem)"));
    }
    Ok(found)
}

fn failed(path: &Path, text: &str) -> Failure {
    Failure::input(format!("{}: {text}", path.display()))
}
