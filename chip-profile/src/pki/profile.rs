//! What a state issues, Doc 9303-12 7.1.1: one file for each kind of certificate.

mod communication;
mod csca;
mod document_signer;
pub(super) mod extension;
mod issuer;
mod link;
mod list_signer;

use rand_core::CryptoRng;
use thiserror::Error;

use super::name::NameError;
use super::time::UnixTime;
use crate::ec::KeyError;
use crate::signature::{SignatureScheme, VerifyingKey};
use crate::tlv;

pub use communication::Communication;
pub use csca::CountrySigner;
pub use document_signer::DocumentSigner;
pub use link::LinkCertificate;
pub use list_signer::{ListKind, ListSigner};

/// Why a certificate that was asked for would break its profile.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum ProfileError {
    /// A name breaks 7.1.1.1 or 7.1.1.2.
    #[error(transparent)]
    Name(#[from] NameError),
    /// An end that lies before its beginning, or a time outside the years 1950 to 9999.
    #[error("{0} ends before it begins or lies outside the years 1950 to 9999")]
    Period(&'static str),
    /// The private key would be used outside of the certificate's validity (4.1.1, 4.1.4).
    #[error("the usage period of the private key lies outside of the certificate's validity")]
    UsageOutsideValidity,
    /// A document signer that would outlive its country signer (4.1.4.1).
    #[error("validity lies outside of the issuer's validity")]
    OutlivesIssuer,
    /// countryName of issuer and subject differ (table 5, subject).
    #[error("country codes of issuer and subject differ")]
    CountriesDiffer,
    /// The issuer is not a country signer: the extension named is missing or does not allow it.
    #[error("the issuer's certificate has no usable {0}")]
    Issuer(&'static str),
    /// A scheme that new certificates are not signed with, such as one with SHA-1 (4.1.6).
    #[error("signature scheme is not one for new certificates")]
    SchemeNotForIssuing,
    /// A scheme of another kind of key than the issuer's.
    #[error("signature scheme does not go with the issuer's key")]
    SchemeAndKeyDiffer,
    /// The issuer's key is not one that certificates can be signed with here.
    #[error("the issuer's key: {0}")]
    IssuerKey(#[from] KeyError),
    /// No place where the revocation list is published, or one that is not ldap, http or https (table 6, 7.1.1.4).
    #[error("revocation list addresses must be one or more ldap, http or https addresses in ASCII")]
    RevocationListAddress,
    /// A certificate for communication without a purpose (table 6, ExtKeyUsage).
    #[error("extended key usage needs a purpose")]
    Purposes,
    /// Document types must be one or more codes of one or two upper-case letters (7.1.1.6).
    #[error("document types must be one or more codes of one or two upper-case letters")]
    DocumentTypes,
}

/// When a certificate is valid; both ends are included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Validity {
    /// First instant.
    pub not_before: UnixTime,
    /// Last instant.
    pub not_after: UnixTime,
}

/// When the private key may sign; both ends are included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct UsagePeriod {
    /// First instant.
    pub not_before: UnixTime,
    /// Last instant.
    pub not_after: UnixTime,
}

/// Serial number of a certificate: positive, exactly twenty octets, made from randomness (table 5, serialNumber).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SerialNumber([u8; 20]);

impl SerialNumber {
    /// A fresh number of 158 random bits.
    pub fn generate(rng: &mut dyn CryptoRng) -> SerialNumber {
        let mut octets = [0; 20];
        rng.fill_bytes(&mut octets);
        SerialNumber::from_octets(octets)
    }
    /// The number of these octets with the first two bits set to 01, so that it is positive and as long as it looks.
    pub fn from_octets(mut octets: [u8; 20]) -> SerialNumber {
        octets[0] = octets[0] & 0x3F | 0x40;
        SerialNumber(octets)
    }
    /// The contents of the INTEGER, big-endian.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }
}

/// A certificate, or a revocation list, that lacks only its signature.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnsignedCertificate {
    tbs: Vec<u8>,
    scheme: SignatureScheme,
}

impl UnsignedCertificate {
    pub(super) fn new(tbs: Vec<u8>, scheme: SignatureScheme) -> UnsignedCertificate {
        UnsignedCertificate { tbs, scheme }
    }
    /// The bytes that the issuer's key signs: tbsCertificate or tbsCertList in DER.
    pub fn to_be_signed(&self) -> &[u8] {
        &self.tbs
    }
    /// How the signature that [`assemble`](Self::assemble) expects is made.
    pub fn scheme(&self) -> SignatureScheme {
        self.scheme
    }
    /// The certificate in DER, with the issuer's signature over [`to_be_signed`](Self::to_be_signed): itself DER for
    /// ECDSA, as long as the modulus for RSA.
    pub fn assemble(&self, signature: &[u8]) -> Vec<u8> {
        let mut out = Vec::with_capacity(self.tbs.len() + signature.len() + 96);
        tlv::push_nested(&mut out, 0x30, |out| {
            out.extend_from_slice(&self.tbs);
            self.scheme.push(out);
            tlv::push_header(out, 0x03, signature.len() + 1);
            out.push(0);
            out.extend_from_slice(signature);
        });
        out
    }
}

/// The fields of Doc 9303-12 table 5, in order.
struct Body<'a> {
    serial: SerialNumber,
    scheme: SignatureScheme,
    issuer: &'a [u8],
    validity: Validity,
    subject: &'a [u8],
    spki: &'a [u8],
    extensions: Vec<Vec<u8>>,
}

impl Body<'_> {
    /// ```text
    /// TBSCertificate ::= SEQUENCE {
    ///     version [0] EXPLICIT INTEGER (2), serialNumber, signature, issuer, validity SEQUENCE { Time, Time }, subject,
    ///     subjectPublicKeyInfo, extensions [3] EXPLICIT SEQUENCE OF Extension }
    /// ```
    fn finalize(self) -> UnsignedCertificate {
        let mut tbs = Vec::with_capacity(1024);
        tlv::push_nested(&mut tbs, 0x30, |out| {
            // version: MUST be v3.
            tlv::push(out, 0xA0, &[0x02, 0x01, 0x02]);
            tlv::push(out, 0x02, self.serial.as_bytes());
            // signature: MUST be the same as signatureAlgorithm.
            self.scheme.push(out);
            out.extend_from_slice(self.issuer);
            // validity: UTCTime through 2049, then GeneralizedTime; seconds present, Zulu.
            tlv::push_nested(out, 0x30, |out| {
                self.validity.not_before.push_time(out);
                self.validity.not_after.push_time(out);
            });
            out.extend_from_slice(self.subject);
            out.extend_from_slice(self.spki);
            tlv::push_nested(out, 0xA3, |out| tlv::push(out, 0x30, &self.extensions.concat()));
        });
        UnsignedCertificate::new(tbs, self.scheme)
    }
}

/// 4.1.6: a scheme for new certificates, made with a key that it goes with.
pub(super) fn check_scheme(scheme: SignatureScheme, issuer_key: &VerifyingKey) -> Result<(), ProfileError> {
    if !scheme.is_for_issuing() {
        return Err(ProfileError::SchemeNotForIssuing);
    }
    if issuer_key.goes_with(scheme) { Ok(()) } else { Err(ProfileError::SchemeAndKeyDiffer) }
}

/// From one instant to another, both in the years that certificates can write (RFC 5280 4.1.2.5).
pub(super) fn check_period(what: &'static str, (from, to): (UnixTime, UnixTime)) -> Result<(), ProfileError> {
    if from > to || !is_writable(from) || !is_writable(to) { Err(ProfileError::Period(what)) } else { Ok(()) }
}

/// Whether certificates can write this instant.
pub(super) fn is_writable(time: UnixTime) -> bool {
    (1950..=9999).contains(&time.date().0)
}

fn check_validity(validity: Validity) -> Result<(), ProfileError> {
    check_period("validity", (validity.not_before, validity.not_after))
}

fn check_periods(validity: Validity, usage: UsagePeriod) -> Result<(), ProfileError> {
    check_validity(validity)?;
    check_period("usage period", (usage.not_before, usage.not_after))?;
    if usage.not_before < validity.not_before || usage.not_after > validity.not_after {
        return Err(ProfileError::UsageOutsideValidity);
    }
    Ok(())
}
