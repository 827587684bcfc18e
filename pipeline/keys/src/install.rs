//! Certificates that come back from the country signer: matched to their keys, held against what was asked, and only then
//! put beside them.

use std::path::Path;

use chip_profile::pki::{Certificate, DistinguishedName, UnixTime};
use sha2::{Digest, Sha256};

use crate::ceremony::{IssuedCertificate, issued, key_name};
use crate::error::KeyStoreError;
use crate::files;
use crate::issuer::Issuer;
use crate::key_file::KeyKind;
use crate::passphrase::{Derivation, Passphrase};
use crate::periods::Period;
use crate::request::{Wish, pending_requests, read_request, request_file};
use crate::store::{self, LINK, certificate_file};

/// What the centre asks of certificates beyond what its requests say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InstallRules {
    /// Longest life of a document, in months: the certificate must outlive the last document signed by so much.
    pub document_months: u32,
    /// SHA-256 of a country signer's certificate that people compared by voice, for one that no link certificate leads to.
    pub trusted: Option<[u8; 32]>,
}

/// What was installed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Installation {
    /// Country signers and link certificates that were not known before.
    pub country_signers: Vec<IssuedCertificate>,
    /// Document signers.
    pub document_signers: Vec<IssuedCertificate>,
}

/// Installs certificates (a name to call each by in errors, and DER) in the centre's folder: all of them or none.
///
/// A document signer's must be for a key that was requested here, say exactly what was asked, and be signed by a country
/// signer that the folder trusts. A new country signer is trusted by its link certificate under one that is trusted, or by
/// its fingerprint. What is installed already is passed over.
///
/// # Errors
/// [`KeyStoreError::Certificate`] or [`KeyStoreError::CertificateRefused`] for the first that cannot be read or is not
/// as it must be, [`KeyStoreError::WrongPassphrase`] when its key does not open. Nothing is installed then.
/// [`KeyStoreError::Io`] when a file cannot be written: call again, and the rest is installed.
pub fn install(
    certificates: &[(String, Vec<u8>)],
    rules: &InstallRules,
    passphrase: &Passphrase,
    folder: &Path,
    state: &str,
) -> Result<Installation, KeyStoreError> {
    let mut derivation = Derivation::new(passphrase)?;
    let mut trusted = store::country_signers(folder, state)?;
    let mut given = Vec::with_capacity(certificates.len());
    for (file, bytes) in certificates {
        let parsed = Certificate::parse(bytes);
        let parsed = parsed.map_err(|source| KeyStoreError::Certificate { file: file.clone(), source })?;
        given.push((file.as_str(), parsed));
    }
    let (above, below): (Vec<_>, Vec<_>) = given.into_iter().partition(|(_, certificate)| is_authority(certificate));
    let new_above = trust(&above, rules, &mut trusted, folder, state)?;

    let pending: Vec<(String, Wish)> = pending_requests(folder)?
        .into_iter()
        .filter_map(|pending| Some((pending.name, read_request(&pending.request).ok()?)))
        .collect();
    let mut new_below: Vec<(String, Certificate)> = Vec::new();
    for (file, certificate) in below {
        let refused =
            |reason: &str| KeyStoreError::CertificateRefused { file: file.to_owned(), reason: reason.to_owned() };
        if is_installed(folder, &certificate)? {
            continue;
        }
        let key = certificate.verifying_key().map_err(|error| refused(&error.to_string()))?;
        let (name, wish) = pending
            .iter()
            .find(|(_, wish)| wish.public_key == key)
            .ok_or_else(|| refused("its key was not requested here"))?;
        if new_below.iter().any(|(other, _)| other == name) {
            return Err(refused("another certificate for its key was given too"));
        }
        check(&certificate, wish, rules, &trusted).map_err(|reason| refused(&reason))?;
        let key_file = store::read_key_file(folder, name, KeyKind::DocumentSigner, state)?;
        store::open_private_key(&key_file, &certificate, &mut derivation)?;
        new_below.push((name.clone(), certificate));
    }
    let mut installation = Installation::default();
    for (name, certificate) in &new_above {
        files::write(folder, &certificate_file(name), certificate.as_bytes())?;
        installation.country_signers.push(issued(name, certificate));
    }
    for (name, certificate) in &new_below {
        files::write(folder, &certificate_file(name), certificate.as_bytes())?;
        files::remove(folder, &request_file(name))?;
        installation.document_signers.push(issued(name, certificate));
    }
    Ok(installation)
}

/// Whether a certificate is one of a country signer, for this state, signed with its own key.
pub(crate) fn check_country_signer(certificate: &Certificate, state: &str) -> Result<(), KeyStoreError> {
    let refused = |reason: &str| KeyStoreError::CertificateRefused {
        file: "the country signer's certificate".to_owned(),
        reason: reason.to_owned(),
    };
    if !is_authority(certificate) || !certificate.is_self_issued() {
        return Err(refused("it is not one of a country signer under its own key"));
    }
    let key = certificate.verifying_key().map_err(|error| refused(&error.to_string()))?;
    certificate.verify_signed_by(&key).map_err(|error| refused(&error.to_string()))?;
    let found = Issuer::of(certificate)?.alternative_name.state;
    if found == state { Ok(()) } else { Err(KeyStoreError::OtherState { expected: state.to_owned(), found }) }
}

fn is_authority(certificate: &Certificate) -> bool {
    certificate.basic_constraints().is_some_and(|constraints| constraints.certificate_authority)
}

/// Country signers and link certificates that are new; those that are trusted join `trusted`.
fn trust(
    given: &[(&str, Certificate)],
    rules: &InstallRules,
    trusted: &mut Vec<(String, Certificate)>,
    folder: &Path,
    state: &str,
) -> Result<Vec<(String, Certificate)>, KeyStoreError> {
    let mut new: Vec<(String, Certificate)> = Vec::new();
    let (own, links): (Vec<_>, Vec<_>) = given.iter().partition(|(_, certificate)| {
        certificate.verifying_key().is_ok_and(|key| certificate.verify_signed_by(&key).is_ok())
    });
    let mut links_left = links;
    // A chain of links may come in any order.
    while let Some(place) = links_left.iter().position(|(_, link)| is_signed_by_one_of(link, trusted)) {
        let (_, link) = links_left.swap_remove(place);
        for (_, successor) in own.iter().filter(|(_, own)| own.spki_bytes() == link.spki_bytes()) {
            add_trusted(successor, trusted, &mut new, state)?;
        }
        new.push((key_name(LINK.trim_end_matches('-'), link.serial()), link.clone()));
    }
    if let Some((file, _)) = links_left.first() {
        let reason = "no country signer that is trusted here signed this link certificate".to_owned();
        return Err(KeyStoreError::CertificateRefused { file: (*file).to_owned(), reason });
    }
    for (file, certificate) in own {
        let by_fingerprint = rules.trusted == Some(Sha256::digest(certificate.as_bytes()).into());
        if by_fingerprint {
            add_trusted(certificate, trusted, &mut new, state)?;
        }
        if !trusted.iter().any(|(_, known)| known == certificate) {
            let reason = "it is a country signer to which no link certificate leads; compare its fingerprint by voice and name it"
                .to_owned();
            return Err(KeyStoreError::CertificateRefused { file: (*file).to_owned(), reason });
        }
    }
    new.retain(|(name, _)| !folder.join(certificate_file(name)).exists());
    Ok(new)
}

fn add_trusted(
    certificate: &Certificate,
    trusted: &mut Vec<(String, Certificate)>,
    new: &mut Vec<(String, Certificate)>,
    state: &str,
) -> Result<(), KeyStoreError> {
    if trusted.iter().any(|(_, known)| known == certificate) {
        return Ok(());
    }
    check_country_signer(certificate, state)?;
    let name = key_name("csca", certificate.serial());
    trusted.push((name.clone(), certificate.clone()));
    new.push((name, certificate.clone()));
    Ok(())
}

pub(crate) fn is_signed_by_one_of(certificate: &Certificate, issuers: &[(String, Certificate)]) -> bool {
    issuers.iter().any(|(_, issuer)| {
        issuer.subject_bytes() == certificate.issuer_bytes()
            && issuer.verifying_key().is_ok_and(|key| certificate.verify_signed_by(&key).is_ok())
    })
}

fn is_installed(folder: &Path, certificate: &Certificate) -> Result<bool, KeyStoreError> {
    for name in store::certificate_names(folder, store::DOCUMENT_SIGNER)? {
        if store::read_certificate(folder, &name)? == *certificate {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Holds a certificate against what was asked.
fn check(
    certificate: &Certificate,
    wish: &Wish,
    rules: &InstallRules,
    trusted: &[(String, Certificate)],
) -> Result<(), String> {
    let differs = |what: &str| Err(format!("its {what} is not what was asked"));
    if !is_signed_by_one_of(certificate, trusted) {
        return Err("no country signer that is trusted here signed it".to_owned());
    }
    let usage = certificate.key_usage().unwrap_or_default();
    if !usage.digital_signature || usage.certificate_sign || usage.revocation_list_sign || usage.other {
        return Err("it is not one of a document signer: key usage is not digitalSignature alone".to_owned());
    }
    if DistinguishedName::from_der(certificate.subject_bytes()).as_ref() != Ok(&wish.subject) {
        return differs("subject");
    }
    let period = Period::of(certificate);
    if (period.not_before, period.not_after) != (wish.usage_period.not_before, wish.usage_period.not_after) {
        return differs("usage period");
    }
    let sorted = |types: &[String]| {
        let mut types = types.to_vec();
        types.sort();
        types.dedup();
        types
    };
    if sorted(certificate.document_types().unwrap_or_default()) != sorted(&wish.document_types) {
        return differs("list of document types");
    }
    let needed: UnixTime = wish.usage_period.not_after.plus_months(i64::from(rules.document_months));
    if certificate.not_after() < needed {
        return Err("it ends before the last document that it signs".to_owned());
    }
    Ok(())
}
