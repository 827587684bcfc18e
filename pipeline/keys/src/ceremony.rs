//! Making keys and certificates: a country signer with its document signers, and later more document signers.

use std::path::Path;

use chip_profile::ec::{Curve, KeyPair};
use chip_profile::pki::{
    AlternativeName, Certificate, Contact, CountryCode, CountrySigner, DistinguishedName, DocumentSigner, SerialNumber,
    UnixTime, UsagePeriod, Validity,
};
use persoline_domain::chance::{AsRng, RandomSource};
use persoline_domain::clock::Timestamp;
use persoline_domain::signer::KeyCurve;
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

use crate::error::KeyStoreError;
use crate::files::{self, NewFolder};
use crate::key_file::{self, KeyHeader, KeyKind};
use crate::passphrase::{Derivation, Passphrase, PassphraseCost};
use crate::periods::{timestamp, unix_time};
use crate::store::{self, CHIP_MASTER, PAYLOAD_ROOT};

/// Most document signers that one ceremony makes.
const SIGNER_LIMIT: u32 = 1000;

const UNKNOWN_CURVE: KeyStoreError = KeyStoreError::Request("keys of this curve cannot be made here");

/// Who issues.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IssuerRequest {
    /// The issuing state as the MRZ writes it, without fillers: `UTO`.
    pub state: String,
    /// The three-letter code of a territory where the state's code stands for several issuers: `HKG` under `CHN`.
    pub territory: Option<String>,
    /// Two-letter country code of Doc 9303-3: `UT`.
    pub country: String,
    /// organizationName of the certificates.
    pub organisation: String,
    /// Where questions about certificates go.
    pub email: Option<String>,
    /// Where the revocation list is published; at least one ldap, http or https address.
    pub revocation_list_addresses: Vec<String>,
}

/// What the country signer is to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CountrySignerRequest {
    /// Curve of its key.
    pub curve: KeyCurve,
    /// For how many months it issues certificates; Doc 9303-12 4.1.4.2 recommends three to five years.
    pub usage_months: u32,
}

/// What the document signers are to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DocumentSignerRequest {
    /// Curve of their keys.
    pub curve: KeyCurve,
    /// How many.
    pub count: u32,
    /// For how many days each signs; three months at most is good practice.
    pub usage_days: u32,
    /// How many days lie between the ends of two neighbours' usage periods. Less than `usage_days`, so that one is always
    /// in reserve.
    pub stagger_days: u32,
    /// Longest life of a document, in months; the certificate outlives the last document signed.
    pub document_months: u32,
    /// How many documents each signs at most; 100,000 is good practice.
    pub document_limit: u64,
    /// Document types as they begin the MRZ: `P`, `PP`.
    pub document_types: Vec<String>,
}

/// What a ceremony is to make.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CeremonyRequest {
    /// Who issues.
    pub issuer: IssuerRequest,
    /// The country signer.
    pub country_signer: CountrySignerRequest,
    /// The first document signers.
    pub document_signers: DocumentSignerRequest,
    /// What it costs to derive a key from the passphrase.
    pub cost: PassphraseCost,
}

impl CeremonyRequest {
    /// The specimen state Utopia: P-384 above P-256, three document signers.
    pub fn specimen() -> CeremonyRequest {
        CeremonyRequest {
            issuer: IssuerRequest {
                state: "UTO".to_owned(),
                territory: None,
                country: "UT".to_owned(),
                organisation: "Utopia Specimen".to_owned(),
                email: Some("pki@utopia.example".to_owned()),
                revocation_list_addresses: vec!["https://pki.utopia.example/UTO.crl".to_owned()],
            },
            country_signer: CountrySignerRequest { curve: KeyCurve::P384, usage_months: 36 },
            document_signers: DocumentSignerRequest {
                curve: KeyCurve::P256,
                count: 3,
                usage_days: 90,
                stagger_days: 20,
                document_months: 120,
                document_limit: 100_000,
                document_types: vec!["P".to_owned()],
            },
            cost: PassphraseCost::default(),
        }
    }
}

/// A certificate that a ceremony made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IssuedCertificate {
    /// Name of its key.
    pub name: String,
    /// The certificate, DER.
    pub certificate: Vec<u8>,
    /// SHA-256 of the certificate, to be compared by voice.
    pub fingerprint: [u8; 32],
    /// First moment at which the private key signs.
    pub usage_begin: Timestamp,
    /// Last moment at which the private key signs.
    pub usage_end: Timestamp,
    /// Last moment of the certificate.
    pub expiry: Timestamp,
}

/// What a ceremony made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CeremonyReport {
    /// The issuing state as the MRZ writes it.
    pub state: String,
    /// The country signer under which was issued.
    pub country_signer: IssuedCertificate,
    /// The document signers, in the order in which they are used.
    pub document_signers: Vec<IssuedCertificate>,
}

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
    let usage = crate::periods::Period::of(&certificate);
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

/// The key and certificate that issue, and what their holder puts into certificates.
struct Authority<'a> {
    certificate: Certificate,
    key_pair: KeyPair,
    issuer: &'a IssuerRequest,
}

/// Writes encrypted keys into a folder.
struct Writer<'a> {
    folder: &'a Path,
    state: &'a str,
    cost: PassphraseCost,
    salt: [u8; 16],
    derivation: Derivation<'a>,
    random: &'a dyn RandomSource,
}

impl<'a> Writer<'a> {
    fn new(
        folder: &'a Path,
        state: &'a str,
        cost: PassphraseCost,
        passphrase: &'a Passphrase,
        random: &'a dyn RandomSource,
    ) -> Result<Self, KeyStoreError> {
        let mut salt = [0; 16];
        random.fill(&mut salt);
        Ok(Writer { folder, state, cost, salt, derivation: Derivation::new(passphrase)?, random })
    }

    fn write_key(
        &mut self,
        kind: KeyKind,
        name: &str,
        document_limit: u64,
        key_pair: Option<&KeyPair>,
        secret: &[u8],
    ) -> Result<(), KeyStoreError> {
        let mut nonce = [0; 24];
        self.random.fill(&mut nonce);
        let curve = key_pair.and_then(|key_pair| key_curve(key_pair.curve()));
        let (state, name) = (self.state.to_owned(), name.to_owned());
        let header = KeyHeader { kind, curve, document_limit, cost: self.cost, salt: self.salt, nonce, state, name };
        let bytes = key_file::seal(&header, secret, &mut self.derivation)?;
        files::write(self.folder, &key_file::file_name(&header.name), &bytes)
    }

    fn make_document_signers(
        &mut self,
        authority: &Authority<'_>,
        request: &DocumentSignerRequest,
        now: Timestamp,
        first: u32,
    ) -> Result<Vec<IssuedCertificate>, KeyStoreError> {
        let curve = curve_of(request.curve).ok_or(UNKNOWN_CURVE)?;
        let mut made = Vec::new();
        for index in 0..request.count {
            let usage = usage_period(request, unix_time(now), index);
            let key_pair = KeyPair::generate(curve, &mut AsRng(self.random));
            let serial = SerialNumber::generate(&mut AsRng(self.random));
            let number = first.saturating_add(index);
            let profile = DocumentSigner {
                serial,
                subject: distinguished_name(authority.issuer, format!("Document Signer {number:03}"))?,
                alternative_name: alternative_name(authority.issuer),
                validity: Validity {
                    not_before: usage.not_before,
                    not_after: usage.not_after.plus_months(i64::from(request.document_months)),
                },
                usage_period: usage,
                public_key: key_pair.public_key().clone(),
                document_types: request.document_types.clone(),
                revocation_list_addresses: authority.issuer.revocation_list_addresses.clone(),
                policies: Vec::new(),
            };
            let unsigned = profile.finalize(&authority.certificate)?;
            let signature = authority.key_pair.sign(unsigned.hash(), unsigned.to_be_signed());
            let name = key_name(&format!("ds-{number:03}"), &serial);
            let certificate = parse(&name, &unsigned.assemble(&signature))?;
            let secret = key_pair.private_scalar();
            self.write_key(KeyKind::DocumentSigner, &name, request.document_limit, Some(&key_pair), secret.as_bytes())?;
            files::write(self.folder, &store::certificate_file(&name), certificate.as_bytes())?;
            made.push(issued(&name, &certificate));
        }
        Ok(made)
    }
}

/// The usage period of signer `index`. The first two begin at once and the first ends early, so that from the first day one
/// is in reserve, no period is longer than asked, and the ends lie apart.
fn usage_period(request: &DocumentSignerRequest, now: UnixTime, index: u32) -> UsagePeriod {
    let stagger = i64::from(request.stagger_days);
    let end_days = i64::from(request.usage_days) + stagger * (i64::from(index) - 1);
    let end_days = if request.count == 1 { i64::from(request.usage_days) } else { end_days };
    let begin_days = (end_days - i64::from(request.usage_days)).max(0);
    UsagePeriod { not_before: now.plus_days(begin_days), not_after: now.plus_days(end_days).plus_seconds(-1) }
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
        public_key: key_pair.public_key().clone(),
        revocation_list_addresses: request.issuer.revocation_list_addresses.clone(),
        policies: Vec::new(),
    };
    let unsigned = profile.finalize()?;
    let signature = key_pair.sign(unsigned.hash(), unsigned.to_be_signed());
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
    let usage = crate::periods::Period::of(certificate);
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
