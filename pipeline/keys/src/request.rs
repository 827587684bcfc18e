//! Keys of document signers and the requests (PKCS #10) by which the country signer is asked to certify them.

use std::path::Path;

use chip_profile::pki::{CertificateRequest, DistinguishedName, RequestError, SignedRequest, UnixTime, UsagePeriod};
use chip_profile::signature::VerifyingKey;
use persoline_domain::chance::RandomSource;
use persoline_domain::clock::Timestamp;
use thiserror::Error;

use crate::ceremony::{DocumentSignerRequest, key_name};
use crate::error::KeyStoreError;
use crate::files;
use crate::key_file::{KeyKind, file_name};
use crate::passphrase::{Derivation, Passphrase};
use crate::periods::{Period, timestamp, unix_time};
use crate::private_key::PrivateKey;
use crate::retire::RETIRED;
use crate::store::{self, CHIP_MASTER, DOCUMENT_SIGNER, certificate_file};
use crate::writer::Writer;

/// Ending of requests that wait for their certificates.
pub(crate) const REQUEST_ENDING: &str = ".p10";

/// A request that waits for its certificate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PendingRequest {
    /// Name of the key.
    pub name: String,
    /// The request, DER.
    pub request: Vec<u8>,
    /// First moment at which the key is to sign.
    pub usage_begin: Timestamp,
    /// Last moment at which the key is to sign.
    pub usage_end: Timestamp,
}

/// What a certificate of a document signer is asked to say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Wish {
    pub(crate) subject: DistinguishedName,
    pub(crate) public_key: VerifyingKey,
    pub(crate) usage_period: UsagePeriod,
    pub(crate) document_types: Vec<String>,
}

/// A key with what its certificate is to say.
pub(crate) struct Asked {
    pub(crate) name: String,
    pub(crate) key: PrivateKey,
    pub(crate) wish: Wish,
}

/// Where the usage periods of a batch lie.
pub(crate) struct Staggering {
    /// None begins earlier.
    begin: UnixTime,
    /// When the last signer of the batch before ends.
    last_end: Option<UnixTime>,
}

impl Staggering {
    /// Of the first batch, from now on.
    pub(crate) fn from(begin: UnixTime) -> Staggering {
        Staggering { begin, last_end: None }
    }

    /// The usage period of signer `index`.
    ///
    /// In a first batch the first two begin at once and the first ends early, so that from the first day one is in reserve,
    /// no period is longer than asked, and the ends lie apart. In a later one the ends go on from the last of the batch
    /// before.
    fn period(&self, request: &DocumentSignerRequest, index: u32) -> UsagePeriod {
        let stagger = i64::from(request.stagger_days);
        let usage = i64::from(request.usage_days);
        let end = match self.last_end {
            Some(last) if last > self.begin => last.plus_seconds(1).plus_days(stagger * (i64::from(index) + 1)),
            _ if request.count == 1 => self.begin.plus_days(usage),
            _ => self.begin.plus_days(usage + stagger * (i64::from(index) - 1)),
        };
        UsagePeriod { not_before: end.plus_days(-usage).max(self.begin), not_after: end.plus_seconds(-1) }
    }
}

/// Makes document signers' keys in the centre's folder, and requests to certify them with staggered usage periods.
///
/// Each key is durable before its request appears. Keys sign only when their certificates are installed.
///
/// # Errors
/// [`KeyStoreError::Request`] or [`KeyStoreError::Profile`] for what cannot be asked so, [`KeyStoreError::NoKeys`],
/// [`KeyStoreError::CentreElsewhere`] or [`KeyStoreError::OtherState`] for the folder,
/// [`KeyStoreError::WrongPassphrase`] when the passphrase is not the folder's own; or a file cannot be written, and the
/// requests before it stay.
pub fn request_document_signers(
    request: &DocumentSignerRequest,
    passphrase: &Passphrase,
    now: Timestamp,
    random: &dyn RandomSource,
    folder: &Path,
    state: &str,
) -> Result<Vec<PendingRequest>, KeyStoreError> {
    request.check()?;
    let (_, issuer) = store::country_signers(folder, state)?.into_iter().next().ok_or(KeyStoreError::NoKeys)?;
    let name = DistinguishedName::from_der(issuer.subject_bytes())?;
    // The passphrase must be the folder's own: keys under several would not open together.
    let mut derivation = Derivation::new(passphrase)?;
    if !files::names(folder)?.contains(&file_name(CHIP_MASTER)) {
        return Err(KeyStoreError::CentreElsewhere);
    }
    let master = store::read_key_file(folder, CHIP_MASTER, KeyKind::ChipMaster, state)?;
    master.open(&mut derivation)?;
    let mut writer = Writer::new(folder, state, master.header().cost, passphrase, random)?;

    let staggering = Staggering { begin: unix_time(now), last_end: last_end(folder)? };
    let mut made = Vec::new();
    for asked in make_keys(&name, request, &staggering, next_number(folder)?, random)? {
        let bytes = write_request(&asked)?;
        writer.write_private_key(KeyKind::DocumentSigner, &asked.name, request.document_limit, &asked.key)?;
        files::write(folder, &request_file(&asked.name), &bytes)?;
        made.push(pending(asked.name, bytes, asked.wish.usage_period));
    }
    Ok(made)
}

/// Requests of a folder whose certificates have not been installed, by their names.
///
/// # Errors
/// [`KeyStoreError::Damaged`] for a file that is not a request for a document signer; or one cannot be read. A folder
/// that does not exist has none.
pub fn pending_requests(folder: &Path) -> Result<Vec<PendingRequest>, KeyStoreError> {
    let names = files::names(folder)?;
    let mut found = Vec::new();
    for name in names.iter().filter_map(|file| file.strip_suffix(REQUEST_ENDING)) {
        // A crash after the certificate was installed leaves its request.
        if names.contains(&certificate_file(name)) || names.contains(&format!("{RETIRED}{}", certificate_file(name))) {
            continue;
        }
        let request = files::read(folder, &request_file(name))?;
        let wish = read_request(&request).map_err(|_| KeyStoreError::Damaged {
            file: request_file(name),
            reason: "it is no request for a document signer",
        })?;
        found.push(pending(name.to_owned(), request, wish.usage_period));
    }
    Ok(found)
}

/// Fresh keys with what their certificates are to say.
pub(crate) fn make_keys(
    issuer: &DistinguishedName,
    request: &DocumentSignerRequest,
    staggering: &Staggering,
    first: u32,
    random: &dyn RandomSource,
) -> Result<Vec<Asked>, KeyStoreError> {
    let make = |index: u32| {
        let number = first.saturating_add(index);
        let mut chance = [0; 5];
        random.fill(&mut chance);
        let key = PrivateKey::generate(request.suite, random)?;
        let wish = Wish {
            subject: DistinguishedName { common_name: format!("Document Signer {number:03}"), ..issuer.clone() },
            public_key: key.verifying_key(),
            usage_period: staggering.period(request, index),
            document_types: request.document_types.clone(),
        };
        Ok(Asked { name: key_name(&format!("{DOCUMENT_SIGNER}{number:03}"), &chance), key, wish })
    };
    (0..request.count).map(make).collect()
}

pub(crate) fn request_file(name: &str) -> String {
    format!("{name}{REQUEST_ENDING}")
}

fn pending(name: String, request: Vec<u8>, usage: UsagePeriod) -> PendingRequest {
    let (usage_begin, usage_end) = (timestamp(usage.not_before), timestamp(usage.not_after));
    PendingRequest { name, request, usage_begin, usage_end }
}

/// When the last of the signers ends that are in use or asked for.
fn last_end(folder: &Path) -> Result<Option<UnixTime>, KeyStoreError> {
    let mut ends: Vec<UnixTime> =
        pending_requests(folder)?.iter().map(|pending| unix_time(pending.usage_end)).collect();
    for name in store::certificate_names(folder, DOCUMENT_SIGNER)? {
        ends.push(Period::of(&store::read_certificate(folder, &name)?).not_after);
    }
    Ok(ends.into_iter().max())
}

/// One more than the highest number that a signer of this folder ever had.
fn next_number(folder: &Path) -> Result<u32, KeyStoreError> {
    let number = |file: &String| {
        let name = file.strip_prefix(RETIRED).unwrap_or(file).strip_prefix(DOCUMENT_SIGNER)?;
        name.split('-').next()?.parse::<u32>().ok()
    };
    Ok(files::names(folder)?.iter().filter_map(number).max().map_or(1, |highest| highest.saturating_add(1)))
}

/// Why a request is not one for a document signer.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub(crate) enum UnreadableRequest {
    #[error(transparent)]
    Request(#[from] RequestError),
    #[error("it asks for no usage period of the private key")]
    UsagePeriod,
    #[error("it asks for no document types")]
    DocumentTypes,
}

/// What a request (PKCS #10, DER) asks for, once its signature is verified with the key that it names.
pub(crate) fn read_request(request: &[u8]) -> Result<Wish, UnreadableRequest> {
    let read = SignedRequest::parse(request)?;
    read.verify_possession()?;
    Ok(Wish {
        subject: read.subject()?,
        public_key: read.verifying_key()?,
        usage_period: read.usage_period().ok_or(UnreadableRequest::UsagePeriod)?,
        document_types: read.document_types().ok_or(UnreadableRequest::DocumentTypes)?.to_vec(),
    })
}

fn write_request(asked: &Asked) -> Result<Vec<u8>, KeyStoreError> {
    let Wish { subject, public_key, usage_period, document_types } = asked.wish.clone();
    let request = CertificateRequest { subject, public_key, usage_period: Some(usage_period), document_types };
    let unsigned = request.finalize(asked.key.suite().scheme())?;
    Ok(unsigned.assemble(&asked.key.sign(unsigned.to_be_signed())?))
}
