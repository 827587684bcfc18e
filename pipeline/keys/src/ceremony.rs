//! Making the keys of an issuing state: country signer, document signers, the centre's own keys.

mod request;

use std::path::Path;

use chip_profile::pki::Certificate;
use persoline_domain::chance::RandomSource;
use persoline_domain::clock::Timestamp;
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

use crate::authority::{Authority, IssuingPolicy};
use crate::error::KeyStoreError;
use crate::files::{self, NewFolder};
use crate::key_file::KeyKind;
use crate::passphrase::Passphrase;
use crate::periods::{Period, timestamp, unix_time};
use crate::request::{Staggering, make_keys};
use crate::store::{self, CHIP_MASTER, PAYLOAD_ROOT, certificate_file};
use crate::writer::Writer;

pub use request::{
    AuthorityRequest, CentreRequest, CeremonyReport, CeremonyRequest, ChipMasterKind, CountrySignerRequest,
    DocumentSignerRequest, IssuedCertificate, IssuerRequest,
};

/// Makes a country signer, document signers, the chip master key and the root key of sealed payloads in a new folder.
///
/// The folder appears with everything in it or not at all. Existing keys are never replaced.
///
/// # Errors
/// [`KeyStoreError::AlreadyThere`] when anything lies in the folder, [`KeyStoreError::Request`],
/// [`KeyStoreError::Name`] or [`KeyStoreError::Profile`] for what cannot be made so, [`KeyStoreError::EmptyPassphrase`]
/// or [`KeyStoreError::Cost`]; or a file cannot be written.
pub fn ceremony(
    request: &CeremonyRequest,
    passphrase: &Passphrase,
    now: Timestamp,
    random: &dyn RandomSource,
    folder: &Path,
) -> Result<CeremonyReport, KeyStoreError> {
    let signers = &request.document_signers;
    signers.check()?;
    let new = begin(folder)?;
    let CeremonyRequest { issuer, country_signer, cost, .. } = request.clone();
    let above = AuthorityRequest { issuer, country_signer, cost };
    let mut writer = Writer::new(new.path(), &request.issuer.state, cost, passphrase, random)?;
    let authority = Authority::make(new.path(), &above, passphrase, &mut writer, now, random)?;
    let policy = IssuingPolicy { document_months: signers.document_months, ..IssuingPolicy::default() };
    let mut document_signers = Vec::new();
    let staggering = Staggering::from(unix_time(now));
    for asked in make_keys(authority.distinguished_name(), signers, &staggering, 1, random)? {
        let certificate = authority.certify(&asked.wish, &policy, random)?;
        writer.write_private_key(KeyKind::DocumentSigner, &asked.name, signers.document_limit, &asked.key)?;
        files::write(new.path(), &certificate_file(&asked.name), certificate.as_bytes())?;
        authority.keep(&certificate)?;
        document_signers.push(issued(&asked.name, &certificate));
    }
    make_centre_keys(request.chip_master, &mut writer, random)?;
    new.finish()?;
    Ok(CeremonyReport {
        state: request.issuer.state.clone(),
        country_signer: authority.certificate(),
        document_signers,
    })
}

/// Makes a country signer alone in a new folder, for a machine that no network reaches.
///
/// # Errors
/// As [`ceremony`], as far as it concerns the country signer.
pub fn authority_ceremony(
    request: &AuthorityRequest,
    passphrase: &Passphrase,
    now: Timestamp,
    random: &dyn RandomSource,
    folder: &Path,
) -> Result<CeremonyReport, KeyStoreError> {
    let new = begin(folder)?;
    let mut writer = Writer::new(new.path(), &request.issuer.state, request.cost, passphrase, random)?;
    let authority = Authority::make(new.path(), request, passphrase, &mut writer, now, random)?;
    new.finish()?;
    let country_signer = authority.certificate();
    Ok(CeremonyReport { state: request.issuer.state.clone(), country_signer, document_signers: Vec::new() })
}

/// Makes the keys of a centre whose country signer lies elsewhere: chip master key and root key of sealed payloads, and its
/// certificate (DER) as the one to be trusted.
///
/// # Errors
/// [`KeyStoreError::Certificate`] or [`KeyStoreError::CertificateRefused`] when `country_signer` is not the certificate
/// of a country signer under its own key, [`KeyStoreError::OtherState`] when it is another state's; else as
/// [`ceremony`].
pub fn centre_ceremony(
    request: &CentreRequest,
    country_signer: &[u8],
    passphrase: &Passphrase,
    random: &dyn RandomSource,
    folder: &Path,
) -> Result<CeremonyReport, KeyStoreError> {
    let certificate = store::parse("csca", country_signer)?;
    crate::install::check_country_signer(&certificate, &request.state)?;
    let new = begin(folder)?;
    let mut writer = Writer::new(new.path(), &request.state, request.cost, passphrase, random)?;
    let name = key_name("csca", certificate.serial());
    files::write(new.path(), &certificate_file(&name), certificate.as_bytes())?;
    make_centre_keys(request.chip_master, &mut writer, random)?;
    new.finish()?;
    let country_signer = issued(&name, &certificate);
    Ok(CeremonyReport { state: request.state.clone(), country_signer, document_signers: Vec::new() })
}

fn begin(folder: &Path) -> Result<NewFolder, KeyStoreError> {
    if !files::names(folder)?.is_empty() {
        return Err(KeyStoreError::AlreadyThere);
    }
    NewFolder::begin(folder)
}

fn make_centre_keys(
    kind: ChipMasterKind,
    writer: &mut Writer<'_>,
    random: &dyn RandomSource,
) -> Result<(), KeyStoreError> {
    let mut master = Zeroizing::new(vec![0; kind.length()]);
    random.fill(master.as_mut_slice());
    writer.write_secret(KeyKind::ChipMaster, CHIP_MASTER, master.as_slice())?;
    let mut root = Zeroizing::new([0; 32]);
    random.fill(root.as_mut_slice());
    writer.write_secret(KeyKind::PayloadRoot, PAYLOAD_ROOT, root.as_slice())
}

/// A name that no other key will ever have: uses are counted by it, and a count must not pass to another key.
pub(crate) fn key_name(prefix: &str, chance: &[u8]) -> String {
    format!("{prefix}-{}", hexadecimal(chance.get(..5).unwrap_or(chance)))
}

pub(crate) fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

pub(crate) fn issued(name: &str, certificate: &Certificate) -> IssuedCertificate {
    let usage = Period::of(certificate);
    IssuedCertificate {
        name: name.to_owned(),
        serial: hexadecimal(certificate.serial()),
        certificate: certificate.as_bytes().to_vec(),
        fingerprint: Sha256::digest(certificate.as_bytes()).into(),
        usage_begin: timestamp(usage.not_before),
        usage_end: timestamp(usage.not_after),
        expiry: timestamp(certificate.not_after()),
    }
}
