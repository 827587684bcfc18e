//! Making keys and certificates: a country signer with its document signers, and later more document signers.

mod issuance;
mod request;

use std::path::Path;

use chip_profile::ec::{Curve, KeyPair};
use chip_profile::pki::{
    AlternativeName, Certificate, Contact, CountryCode, CountrySigner, DistinguishedName, SerialNumber, UsagePeriod,
    Validity,
};
use chip_profile::signature::SignatureScheme;
use persoline_domain::chance::{AsRng, RandomSource};
use persoline_domain::clock::Timestamp;
use persoline_domain::signer::KeyCurve;
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

use crate::error::KeyStoreError;
use crate::files::{self, NewFolder};
use crate::key_file::KeyKind;
use crate::passphrase::{Derivation, Passphrase};
use crate::periods::{Period, timestamp, unix_time};
use crate::store::{self, CHIP_MASTER, PAYLOAD_ROOT};
use issuance::{Authority, Writer};

pub use request::{
    CeremonyReport, CeremonyRequest, CountrySignerRequest, DocumentSignerRequest, IssuedCertificate, IssuerRequest,
};

/// Most document signers that one ceremony makes.
const SIGNER_LIMIT: u32 = 1000;

const UNKNOWN_CURVE: KeyStoreError = KeyStoreError::Request("keys of this curve cannot be made here");

/// Makes a country signer, document signers, the chip master key and the root key of sealed payloads in a new folder.
///
/// The folder appears with everything in it or not at all. Existing keys are never replaced.
pub fn ceremony(
    request: &CeremonyRequest,
    passphrase: &Passphrase,
    now: Timestamp,
    random: &dyn RandomSource,
    folder: &Path,
) -> Result<CeremonyReport, KeyStoreError> {
    if !files::names(folder)?.is_empty() {
        return Err(KeyStoreError::AlreadyThere);
    }
    check(&request.document_signers)?;
    let new = NewFolder::begin(folder)?;
    let mut writer = Writer::new(new.path(), &request.issuer.state, request.cost, passphrase, random)?;

    let curve = curve_of(request.country_signer.curve).ok_or(UNKNOWN_CURVE)?;
    let key_pair = KeyPair::generate(curve, &mut AsRng(random));
    let (name, certificate) = make_country_signer(request, &key_pair, now, random)?;
    writer.write_key(KeyKind::CountrySigner, &name, 0, Some(&key_pair), key_pair.private_scalar().as_bytes())?;
    files::write(new.path(), &store::certificate_file(&name), certificate.as_bytes())?;
    let country_signer = issued(&name, &certificate);

    let authority = Authority { certificate, key_pair, issuer: &request.issuer };
    let document_signers = writer.make_document_signers(&authority, &request.document_signers, now, 1)?;

    let mut master = Zeroizing::new([0; 16]);
    random.fill(master.as_mut_slice());
    writer.write_key(KeyKind::ChipMaster, CHIP_MASTER, 0, None, master.as_slice())?;
    let mut root = Zeroizing::new([0; 32]);
    random.fill(root.as_mut_slice());
    writer.write_key(KeyKind::PayloadRoot, PAYLOAD_ROOT, 0, None, root.as_slice())?;
    new.finish()?;
    Ok(CeremonyReport { state: request.issuer.state.clone(), country_signer, document_signers })
}

/// Makes more document signers under the newest country signer of an existing folder.
///
/// Each signer's key is durable before its certificate appears; a signer without its certificate is not used.
pub fn add_document_signers(
    issuer: &IssuerRequest,
    request: &DocumentSignerRequest,
    passphrase: &Passphrase,
    now: Timestamp,
    random: &dyn RandomSource,
    folder: &Path,
) -> Result<CeremonyReport, KeyStoreError> {
    check(request)?;
    let mut derivation = Derivation::new(passphrase)?;
    let (name, certificate, key_pair, cost) = store::open_country_signer(folder, &mut derivation, &issuer.state)?;
    let usage = Period::of(&certificate);
    if !usage.contains(now) {
        return Err(KeyStoreError::Request("the country signer is outside of its usage period"));
    }
    let country_signer = issued(&name, &certificate);
    let first = store::certificate_names(folder, "ds-")?.len() as u32 + 1;
    let mut writer = Writer::new(folder, &issuer.state, cost, passphrase, random)?;
    let authority = Authority { certificate, key_pair, issuer };
    let document_signers = writer.make_document_signers(&authority, request, now, first)?;
    Ok(CeremonyReport { state: issuer.state.clone(), country_signer, document_signers })
}

fn check(request: &DocumentSignerRequest) -> Result<(), KeyStoreError> {
    if request.count == 0 || request.count > SIGNER_LIMIT {
        return Err(KeyStoreError::Request("the number of document signers must lie between 1 and 1000"));
    }
    if request.document_limit == 0 || i64::try_from(request.document_limit).is_err() {
        return Err(KeyStoreError::Request("a document signer must sign at least one document"));
    }
    if request.stagger_days >= request.usage_days {
        return Err(KeyStoreError::Request("usage periods must be longer than the days between their ends"));
    }
    Ok(())
}

fn make_country_signer(
    request: &CeremonyRequest,
    key_pair: &KeyPair,
    now: Timestamp,
    random: &dyn RandomSource,
) -> Result<(String, Certificate), KeyStoreError> {
    let begin = unix_time(now);
    let usage_end = begin.plus_months(i64::from(request.country_signer.usage_months)).plus_seconds(-1);
    let signers = &request.document_signers;
    // Doc 9303-12 4.1.4.1: the usage period and the longest life of a certificate below. The last signer made under this
    // key may begin as late as a stagger for each signer allows.
    let latest = i64::from(signers.usage_days) + i64::from(signers.stagger_days) * i64::from(signers.count);
    let serial = SerialNumber::generate(&mut AsRng(random));
    let profile = CountrySigner {
        serial,
        name: distinguished_name(&request.issuer, format!("CSCA {}", request.issuer.state))?,
        alternative_name: alternative_name(&request.issuer),
        validity: Validity {
            not_before: begin,
            not_after: usage_end.plus_days(latest).plus_months(i64::from(signers.document_months)),
        },
        usage_period: UsagePeriod { not_before: begin, not_after: usage_end },
        public_key: key_pair.public_key().clone().into(),
        revocation_list_addresses: request.issuer.revocation_list_addresses.clone(),
        policies: Vec::new(),
    };
    let unsigned = profile.finalize(SignatureScheme::for_curve(key_pair.curve()))?;
    let signature = key_pair.sign(unsigned.scheme().hash(), unsigned.to_be_signed());
    let name = key_name("csca", &serial);
    let certificate = parse(&name, &unsigned.assemble(&signature))?;
    Ok((name, certificate))
}

/// A name that no other key will ever have: uses are counted by it, and a count must not pass to another key.
fn key_name(prefix: &str, serial: &SerialNumber) -> String {
    let digits: String = serial.as_bytes().iter().take(5).map(|byte| format!("{byte:02x}")).collect();
    format!("{prefix}-{digits}")
}

fn distinguished_name(issuer: &IssuerRequest, common_name: String) -> Result<DistinguishedName, KeyStoreError> {
    Ok(DistinguishedName {
        country: CountryCode::new(&issuer.country)?,
        organization: Some(issuer.organisation.clone()),
        organizational_unit: None,
        serial_number: None,
        common_name,
    })
}

fn alternative_name(issuer: &IssuerRequest) -> AlternativeName {
    AlternativeName {
        state: issuer.state.clone(),
        territory: issuer.territory.clone(),
        contacts: issuer.email.iter().cloned().map(Contact::Email).collect(),
    }
}

fn parse(name: &str, bytes: &[u8]) -> Result<Certificate, KeyStoreError> {
    Certificate::parse(bytes)
        .map_err(|source| KeyStoreError::Certificate { file: store::certificate_file(name), source })
}

fn issued(name: &str, certificate: &Certificate) -> IssuedCertificate {
    let usage = Period::of(certificate);
    IssuedCertificate {
        name: name.to_owned(),
        certificate: certificate.as_bytes().to_vec(),
        fingerprint: Sha256::digest(certificate.as_bytes()).into(),
        usage_begin: timestamp(usage.not_before),
        usage_end: timestamp(usage.not_after),
        expiry: timestamp(certificate.not_after()),
    }
}

pub(crate) fn curve_of(curve: KeyCurve) -> Option<Curve> {
    match curve {
        KeyCurve::P256 => Some(Curve::P256),
        KeyCurve::P384 => Some(Curve::P384),
        _ => None,
    }
}

pub(crate) fn key_curve(curve: Curve) -> Option<KeyCurve> {
    match curve {
        Curve::P256 => Some(KeyCurve::P256),
        Curve::P384 => Some(KeyCurve::P384),
        _ => None,
    }
}
