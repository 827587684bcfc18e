//! Certificates of links: one authority for a centre's links, and certificates for its hosts and machines.
//!
//! Certificates are X.509 (RFC 5280) with keys on P-256. A host's certificate is for clients and a machine's for servers
//! (extended key usage), so that nobody who has taken a machine's key can command other machines. Time and randomness are
//! passed in; nothing is written anywhere.

use core::net::IpAddr;
use core::str::FromStr;
use std::time::Duration;

use const_oid::ObjectIdentifier;
use const_oid::db::rfc5280::{ID_KP_CLIENT_AUTH, ID_KP_SERVER_AUTH};
use der::asn1::{GeneralizedTime, Ia5String, OctetString};
use der::pem::LineEnding;
use der::{DecodePem, EncodePem};
use p256::ecdsa::{DerSignature, SigningKey};
use p256::elliptic_curve::Generate;
use p256::pkcs8::{DecodePrivateKey, EncodePrivateKey};
use rand_core::CryptoRng;
use thiserror::Error;
use x509_cert::Certificate;
use x509_cert::builder::profile::BuilderProfile;
use x509_cert::builder::{self, Builder, CertificateBuilder};
use x509_cert::certificate::TbsCertificate;
use x509_cert::ext::pkix::name::GeneralName;
use x509_cert::ext::pkix::{
    AuthorityKeyIdentifier, BasicConstraints, ExtendedKeyUsage, KeyUsage, KeyUsages, SubjectAltName,
    SubjectKeyIdentifier,
};
use x509_cert::ext::{Extension, ToExtension};
use x509_cert::name::Name;
use x509_cert::serial_number::SerialNumber;
use x509_cert::spki::{SubjectPublicKeyInfoOwned, SubjectPublicKeyInfoRef};
use x509_cert::time::{Time, Validity};

use super::PrivateKeyPem;

/// Longest name (RFC 5280, upper bound of a common name).
const NAME_LETTERS: usize = 64;

/// A certificate and its private key, both as PEM.
#[derive(Debug, Clone)]
pub struct CertificateAndKey {
    /// The certificate.
    pub certificate: String,
    /// Its key, as PKCS #8.
    pub key: PrivateKeyPem,
}

/// From when until when a certificate is valid, in seconds since 1970 UTC, both included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Period {
    /// First second.
    pub from: u64,
    /// Last second.
    pub until: u64,
}

/// A certificate cannot be made.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum CertificateError {
    /// Names are 1 to 64 letters, digits, spaces and `.-_`.
    #[error("`{0}` cannot stand in a certificate as a name")]
    Name(String),
    /// A machine is reached under at least one name or address.
    #[error("a machine's certificate needs a name or an address under which it is reached")]
    NoName,
    /// The period ends before it begins, or lies beyond the year 9999.
    #[error("the period of validity is no period")]
    Period,
    /// The authority's certificate or key cannot be read, or they do not belong together.
    #[error("the authority's certificate and key cannot be used: {0}")]
    Authority(&'static str),
    /// The certificate could not be coded.
    #[error("the certificate cannot be made: {0}")]
    Coding(String),
}

/// An authority that signs certificates of links and of nothing else.
///
/// # Errors
/// [`CertificateError`] for a name or period that cannot stand in a certificate.
pub fn authority(
    name: &str,
    period: Period,
    random: &mut impl CryptoRng,
) -> Result<CertificateAndKey, CertificateError> {
    let key = SigningKey::generate_from_rng(random);
    let subject = common_name(name)?;
    issue(Kind::Authority, subject.clone(), subject, &key, &key, period, random)
}

/// A host's certificate, with which it asks machines.
///
/// # Errors
/// [`CertificateError`] for an authority, a name or a period that cannot be used.
pub fn host(
    authority: &CertificateAndKey,
    name: &str,
    period: Period,
    random: &mut impl CryptoRng,
) -> Result<CertificateAndKey, CertificateError> {
    let (issuer, signer) = opened(authority)?;
    let key = SigningKey::generate_from_rng(random);
    issue(Kind::Host, issuer, common_name(name)?, &key, &signer, period, random)
}

/// A machine's certificate, with which it answers under these names (DNS names or addresses); the first is its name.
///
/// # Errors
/// [`CertificateError`] for an authority, a name or a period that cannot be used.
pub fn machine(
    authority: &CertificateAndKey,
    names: &[&str],
    period: Period,
    random: &mut impl CryptoRng,
) -> Result<CertificateAndKey, CertificateError> {
    let (issuer, signer) = opened(authority)?;
    let first = names.first().ok_or(CertificateError::NoName)?;
    let reached = names.iter().map(|name| general_name(name)).collect::<Result<_, _>>()?;
    let key = SigningKey::generate_from_rng(random);
    issue(Kind::Machine(reached), issuer, subject_name(first)?, &key, &signer, period, random)
}

enum Kind {
    Authority,
    Host,
    Machine(Vec<GeneralName>),
}

struct Profile {
    kind: Kind,
    issuer: Name,
    subject: Name,
}

impl BuilderProfile for Profile {
    fn get_issuer(&self, _subject: &Name) -> Name {
        self.issuer.clone()
    }

    fn get_subject(&self) -> Name {
        self.subject.clone()
    }

    fn build_extensions(
        &self,
        key: SubjectPublicKeyInfoRef<'_>,
        issuer_key: SubjectPublicKeyInfoRef<'_>,
        tbs: &TbsCertificate,
    ) -> builder::Result<Vec<Extension>> {
        let mut extensions = Vec::new();
        let mut add = |extension: builder::Result<Extension>| -> builder::Result<()> {
            extensions.push(extension?);
            Ok(())
        };
        let usage = |usage: ObjectIdentifier| ExtendedKeyUsage(vec![usage]);
        let extended = match &self.kind {
            Kind::Authority => None,
            Kind::Host => Some(usage(ID_KP_CLIENT_AUTH)),
            Kind::Machine(_) => Some(usage(ID_KP_SERVER_AUTH)),
        };
        let ca = matches!(self.kind, Kind::Authority);
        let signs = if ca { KeyUsages::KeyCertSign } else { KeyUsages::DigitalSignature };
        add(made(&BasicConstraints { ca, path_len_constraint: ca.then_some(0) }, tbs))?;
        add(made(&KeyUsage(signs.into()), tbs))?;
        if let Some(extended) = &extended {
            add(made(extended, tbs))?;
        }
        if let Kind::Machine(names) = &self.kind {
            add(made(&SubjectAltName(names.clone()), tbs))?;
        }
        add(made(&SubjectKeyIdentifier::try_from(key)?, tbs))?;
        if !ca {
            add(made(&AuthorityKeyIdentifier::try_from(issuer_key)?, tbs))?;
        }
        Ok(extensions)
    }
}

fn made<E>(extension: &E, tbs: &TbsCertificate) -> builder::Result<Extension>
where
    for<'a> &'a E: ToExtension,
    for<'a> builder::Error: From<<&'a E as ToExtension>::Error>,
{
    Ok(extension.to_extension(tbs.subject(), &[])?)
}

fn issue(
    kind: Kind,
    issuer: Name,
    subject: Name,
    key: &SigningKey,
    signer: &SigningKey,
    period: Period,
    random: &mut impl CryptoRng,
) -> Result<CertificateAndKey, CertificateError> {
    let public = SubjectPublicKeyInfoOwned::from_key(key.verifying_key()).map_err(coding)?;
    let profile = Profile { kind, issuer, subject };
    let builder = CertificateBuilder::new(profile, SerialNumber::generate(random), validity(period)?, public);
    let certificate = builder.and_then(|builder| builder.build::<_, DerSignature>(signer)).map_err(coding)?;
    let pem = key.to_pkcs8_pem(LineEnding::LF).map_err(coding)?;
    Ok(CertificateAndKey {
        certificate: certificate.to_pem(LineEnding::LF).map_err(coding)?,
        key: PrivateKeyPem::new(pem.as_str()),
    })
}

fn opened(authority: &CertificateAndKey) -> Result<(Name, SigningKey), CertificateError> {
    let unreadable = CertificateError::Authority;
    let certificate = Certificate::from_pem(&authority.certificate)
        .map_err(|_| unreadable("the certificate is no certificate in PEM"))?;
    let key = SigningKey::from_pkcs8_pem(authority.key.as_str())
        .map_err(|_| unreadable("the key is no P-256 key in PKCS #8"))?;
    let public = SubjectPublicKeyInfoOwned::from_key(key.verifying_key()).map_err(coding)?;
    if *certificate.tbs_certificate().subject_public_key_info() != public {
        return Err(unreadable("they do not belong together"));
    }
    Ok((certificate.tbs_certificate().subject().clone(), key))
}

fn validity(period: Period) -> Result<Validity, CertificateError> {
    let time = |seconds| {
        let time = GeneralizedTime::from_unix_duration(Duration::from_secs(seconds));
        time.map(Time::GeneralTime).map_err(|_| CertificateError::Period)
    };
    if period.until < period.from {
        return Err(CertificateError::Period);
    }
    Ok(Validity::new(time(period.from)?, time(period.until)?))
}

fn common_name(name: &str) -> Result<Name, CertificateError> {
    let is_plain = |letter: char| letter.is_ascii_alphanumeric() || " .-_".contains(letter);
    let is_sound = (1..=NAME_LETTERS).contains(&name.len()) && name.chars().all(is_plain) && name.trim() == name;
    let refused = || CertificateError::Name(name.to_owned());
    if !is_sound {
        return Err(refused());
    }
    Name::from_str(&format!("CN={name}")).map_err(|_| refused())
}

/// An address with colons has no place in a common name, so it stands there without them.
fn subject_name(name: &str) -> Result<Name, CertificateError> {
    match IpAddr::from_str(name) {
        Ok(address) => common_name(&address.to_string().replace(':', "-")),
        Err(_) => common_name(name),
    }
}

fn general_name(name: &str) -> Result<GeneralName, CertificateError> {
    let refused = |_| CertificateError::Name(name.to_owned());
    Ok(match IpAddr::from_str(name) {
        Ok(IpAddr::V4(address)) => GeneralName::IpAddress(OctetString::new(address.octets()).map_err(refused)?),
        Ok(IpAddr::V6(address)) => GeneralName::IpAddress(OctetString::new(address.octets()).map_err(refused)?),
        Err(_) => {
            common_name(name)?;
            GeneralName::DnsName(Ia5String::new(name).map_err(refused)?)
        }
    })
}

fn coding(error: impl core::fmt::Display) -> CertificateError {
    CertificateError::Coding(error.to_string())
}
