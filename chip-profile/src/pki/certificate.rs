//! A certificate read over its original bytes, RFC 5280 4.1 and Doc 9303-12 7.1.
//!
//! Writing a parsed foreign certificate again can change it, so the bytes are kept as they came and every signature is
//! checked over them. Reading is strict (`x509-cert`); the extensions that Doc 9303-12 gives a meaning are read as well,
//! all others are listed.

use const_oid::ObjectIdentifier;
use der::{Decode, oid::AssociatedOid};
use std::ops::Range;
use thiserror::Error;
use x509_cert::ext::pkix;

use super::time::UnixTime;
use crate::ec::{KeyError, VerifyError};
use crate::signature::{SchemeError, SignatureScheme, VerifyingKey};
use crate::tlv::{Reader, Tlv, TlvError};

/// documentTypeList, Doc 9303-12 7.1.1.6.
pub const DOCUMENT_TYPE_LIST: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.23.136.1.1.6.2");
/// nameChange, Doc 9303-12 7.1.1.6.
pub const NAME_CHANGE: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.23.136.1.1.6.1");
const COUNTRY_NAME: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.4.6");

/// Why bytes are not a certificate.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum CertificateError {
    /// The outer structure is not a certificate.
    #[error("certificate: {0}")]
    Structure(#[from] TlvError),
    /// A field breaks DER or RFC 5280.
    #[error("certificate: {kind} at byte {position}")]
    Der {
        /// What the strict reader says.
        kind: der::ErrorKind,
        /// Offset from the start of the certificate, in bytes.
        position: usize,
    },
    /// An extension of known meaning does not have its form.
    #[error("extension {oid}: {kind}")]
    Extension {
        /// The extension's object identifier.
        oid: ObjectIdentifier,
        /// What is wrong with its value.
        kind: der::ErrorKind,
    },
    /// An extension appears twice (RFC 5280 4.2).
    #[error("extension {0} appears twice")]
    RepeatedExtension(ObjectIdentifier),
    /// The algorithm in the signed part is another than the one beside the signature (RFC 5280 4.1.1.2).
    #[error("signature algorithm inside and outside of the signed part differ")]
    AlgorithmsDiffer,
}

/// One extension as it stands in the certificate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Extension {
    /// Which extension.
    pub oid: ObjectIdentifier,
    /// Whether a reader that does not know it must refuse the certificate.
    pub critical: bool,
    /// DER of the extension's value.
    pub value: Vec<u8>,
}

/// basicConstraints, RFC 5280 4.2.1.9.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BasicConstraints {
    /// Whether the subject may sign certificates.
    pub certificate_authority: bool,
    /// How many intermediate certificates may follow; Doc 9303-12 table 6 requires 0 of a CSCA.
    pub path_length: Option<u8>,
}

/// privateKeyUsagePeriod, RFC 3280 4.2.1.4: when the private key may sign. Verification goes on after its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PrivateKeyUsagePeriod {
    /// First instant of use.
    pub not_before: Option<UnixTime>,
    /// Last instant of use.
    pub not_after: Option<UnixTime>,
}

/// keyUsage, RFC 5280 4.2.1.3, as far as Doc 9303-12 uses it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct KeyUsage {
    /// digitalSignature: document signers.
    pub digital_signature: bool,
    /// keyCertSign: country signers.
    pub certificate_sign: bool,
    /// cRLSign: country signers.
    pub revocation_list_sign: bool,
    /// Any of the other seven bits.
    pub other: bool,
}

/// A parsed certificate together with its original bytes.
#[derive(Clone)]
pub struct Certificate {
    bytes: Vec<u8>,
    tbs: Range<usize>,
    serial: Range<usize>,
    issuer: Range<usize>,
    subject: Range<usize>,
    spki: Range<usize>,
    signature: Range<usize>,
    signature_algorithm: Range<usize>,
    signature_scheme: Result<SignatureScheme, SchemeError>,
    not_before: UnixTime,
    not_after: UnixTime,
    issuer_text: String,
    subject_text: String,
    issuer_country: Option<String>,
    subject_country: Option<String>,
    extensions: Vec<Extension>,
    key_usage: Option<KeyUsage>,
    basic_constraints: Option<BasicConstraints>,
    private_key_usage_period: Option<PrivateKeyUsagePeriod>,
    subject_key_identifier: Option<Vec<u8>>,
    authority_key_identifier: Option<Vec<u8>>,
    document_types: Option<Vec<String>>,
}

impl std::fmt::Debug for Certificate {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("Certificate")
            .field("subject", &self.subject_text)
            .field("issuer", &self.issuer_text)
            .field("serial", &self.serial())
            .finish_non_exhaustive()
    }
}

impl PartialEq for Certificate {
    fn eq(&self, other: &Self) -> bool {
        self.bytes == other.bytes
    }
}
impl Eq for Certificate {}

impl Certificate {
    /// Reads one certificate; nothing may follow it.
    ///
    /// ```text
    /// Certificate ::= SEQUENCE { tbsCertificate, signatureAlgorithm, signatureValue BIT STRING }
    /// ```
    ///
    /// # Errors
    /// The first fault of structure, DER or RFC 5280, with its position; an extension of known meaning that does not
    /// have its form, any that stands twice; algorithms inside and outside of the signed part that differ (RFC 5280
    /// 4.1.1.2). A key or a signature algorithm that is not known here is no fault.
    pub fn parse(bytes: &[u8]) -> Result<Certificate, CertificateError> {
        let places = Places::read(bytes)?;
        let strict = x509_cert::Certificate::from_der(bytes).map_err(|error| CertificateError::Der {
            kind: error.kind(),
            position: error.position().map_or(0, |length| usize::try_from(length).unwrap_or(0)),
        })?;
        let tbs = strict.tbs_certificate();
        if tbs.signature() != strict.signature_algorithm() {
            return Err(CertificateError::AlgorithmsDiffer);
        }
        let seconds = |time: x509_cert::time::Time| UnixTime(time.to_unix_duration().as_secs() as i64);
        let mut certificate = Certificate {
            bytes: bytes.to_vec(),
            tbs: places.tbs,
            serial: places.serial,
            issuer: places.issuer,
            subject: places.subject,
            spki: places.spki,
            signature: places.signature,
            signature_scheme: SignatureScheme::from_der(bytes.get(places.algorithm.clone()).unwrap_or_default()),
            signature_algorithm: places.algorithm,
            not_before: seconds(tbs.validity().not_before),
            not_after: seconds(tbs.validity().not_after),
            issuer_text: tbs.issuer().to_string(),
            subject_text: tbs.subject().to_string(),
            issuer_country: country(tbs.issuer()),
            subject_country: country(tbs.subject()),
            extensions: Vec::new(),
            key_usage: None,
            basic_constraints: None,
            private_key_usage_period: None,
            subject_key_identifier: None,
            authority_key_identifier: None,
            document_types: None,
        };
        for extension in tbs.extensions().map(Vec::as_slice).unwrap_or_default() {
            certificate.read_extension(extension)?;
        }
        Ok(certificate)
    }

    /// The certificate as it came.
    pub fn as_bytes(&self) -> &[u8] {
        &self.bytes
    }
    /// The signed part, tbsCertificate with tag and length, as it came.
    pub fn tbs_bytes(&self) -> &[u8] {
        self.slice(&self.tbs)
    }
    /// The signature, without the bit string's count of unused bits; for ECDSA it is DER.
    pub fn signature_bytes(&self) -> &[u8] {
        self.slice(&self.signature)
    }
    /// signatureAlgorithm, AlgorithmIdentifier in DER with tag and length, as it came.
    pub fn signature_algorithm_bytes(&self) -> &[u8] {
        self.slice(&self.signature_algorithm)
    }
    /// How the certificate is signed, if it is a way that is known here.
    ///
    /// # Errors
    /// The signature's algorithm identifier is malformed or names what is not known here.
    pub fn signature_scheme(&self) -> Result<SignatureScheme, SchemeError> {
        self.signature_scheme
    }
    /// Serial number: the contents of its INTEGER, big-endian two's complement.
    pub fn serial(&self) -> &[u8] {
        self.slice(&self.serial)
    }
    /// The issuer's Name in DER, with tag and length, as it came.
    pub fn issuer_bytes(&self) -> &[u8] {
        self.slice(&self.issuer)
    }
    /// The subject's Name in DER, with tag and length, as it came.
    pub fn subject_bytes(&self) -> &[u8] {
        self.slice(&self.subject)
    }
    /// The issuer in the text form of RFC 4514.
    pub fn issuer(&self) -> &str {
        &self.issuer_text
    }
    /// The subject in the text form of RFC 4514.
    pub fn subject(&self) -> &str {
        &self.subject_text
    }
    /// countryName of the issuer, as written (Doc 9303-12 7.1 wants upper case; some states write lower case).
    pub fn issuer_country(&self) -> Option<&str> {
        self.issuer_country.as_deref()
    }
    /// countryName of the subject, as written.
    pub fn subject_country(&self) -> Option<&str> {
        self.subject_country.as_deref()
    }
    /// First instant of validity.
    pub fn not_before(&self) -> UnixTime {
        self.not_before
    }
    /// Last instant of validity.
    pub fn not_after(&self) -> UnixTime {
        self.not_after
    }
    /// Whether `now` lies in the certificate's validity, ends included.
    pub fn is_valid_at(&self, now: UnixTime) -> bool {
        self.not_before <= now && now <= self.not_after
    }
    /// SubjectPublicKeyInfo in DER, as it came.
    pub fn spki_bytes(&self) -> &[u8] {
        self.slice(&self.spki)
    }
    /// The subject's key, if it is one that can be used here.
    ///
    /// # Errors
    /// As [`VerifyingKey::from_spki`].
    pub fn verifying_key(&self) -> Result<VerifyingKey, KeyError> {
        VerifyingKey::from_spki(self.spki_bytes())
    }
    /// Every extension, in the certificate's order.
    pub fn extensions(&self) -> &[Extension] {
        &self.extensions
    }
    /// The extension with this object identifier.
    pub fn extension(&self, oid: &ObjectIdentifier) -> Option<&Extension> {
        self.extensions.iter().find(|extension| extension.oid == *oid)
    }
    /// keyUsage.
    pub fn key_usage(&self) -> Option<KeyUsage> {
        self.key_usage
    }
    /// basicConstraints.
    pub fn basic_constraints(&self) -> Option<BasicConstraints> {
        self.basic_constraints
    }
    /// privateKeyUsagePeriod.
    pub fn private_key_usage_period(&self) -> Option<PrivateKeyUsagePeriod> {
        self.private_key_usage_period
    }
    /// subjectKeyIdentifier.
    pub fn subject_key_identifier(&self) -> Option<&[u8]> {
        self.subject_key_identifier.as_deref()
    }
    /// keyIdentifier of authorityKeyIdentifier.
    pub fn authority_key_identifier(&self) -> Option<&[u8]> {
        self.authority_key_identifier.as_deref()
    }
    /// Document types that a document signer may sign, as they begin the MRZ: `P`, `PP`, `I` … (Doc 9303-12 7.1.1.6).
    pub fn document_types(&self) -> Option<&[String]> {
        self.document_types.as_deref()
    }
    /// Whether documents with this code, two characters as they open a machine readable zone, are among the document types;
    /// `None` without such a list. A single letter in the list stands for every code that begins with it.
    pub fn may_sign_document_code(&self, code: &str) -> Option<bool> {
        let types = self.document_types()?;
        let mut listed = types.iter().map(|listed| listed.trim_end_matches('<'));
        Some(listed.any(|listed| if listed.len() == 1 { code.starts_with(listed) } else { code == listed }))
    }
    /// Whether subject and issuer are the same name.
    pub fn is_self_issued(&self) -> bool {
        self.subject_bytes() == self.issuer_bytes()
    }

    /// Checks the signature over the original bytes with the issuer's key. Names, dates and usages are the caller's.
    ///
    /// # Errors
    /// As [`VerifyingKey::verify`]; [`VerifyError::Scheme`] when the signature's algorithm is not known here.
    pub fn verify_signed_by(&self, issuer_key: &VerifyingKey) -> Result<(), VerifyError> {
        issuer_key.verify(self.signature_scheme?, self.tbs_bytes(), self.signature_bytes())
    }

    fn slice(&self, range: &Range<usize>) -> &[u8] {
        self.bytes.get(range.clone()).unwrap_or_default()
    }

    fn read_extension(&mut self, extension: &x509_cert::ext::Extension) -> Result<(), CertificateError> {
        let oid = extension.extn_id;
        if self.extension(&oid).is_some() {
            return Err(CertificateError::RepeatedExtension(oid));
        }
        let value = extension.extn_value.as_bytes();
        match oid {
            pkix::KeyUsage::OID => self.key_usage = Some(key_usage(decode::<pkix::KeyUsage>(oid, value)?)),
            pkix::BasicConstraints::OID => {
                let constraints: pkix::BasicConstraints = decode(oid, value)?;
                self.basic_constraints = Some(BasicConstraints {
                    certificate_authority: constraints.ca,
                    path_length: constraints.path_len_constraint,
                });
            }
            pkix::PrivateKeyUsagePeriod::OID => {
                let period: pkix::PrivateKeyUsagePeriod = decode(oid, value)?;
                let seconds = |time: der::asn1::GeneralizedTime| UnixTime(time.to_unix_duration().as_secs() as i64);
                self.private_key_usage_period = Some(PrivateKeyUsagePeriod {
                    not_before: period.not_before.map(seconds),
                    not_after: period.not_after.map(seconds),
                });
            }
            pkix::SubjectKeyIdentifier::OID => {
                let identifier: pkix::SubjectKeyIdentifier = decode(oid, value)?;
                self.subject_key_identifier = Some(identifier.0.as_bytes().to_vec());
            }
            pkix::AuthorityKeyIdentifier::OID => {
                let identifier: pkix::AuthorityKeyIdentifier = decode(oid, value)?;
                self.authority_key_identifier = identifier.key_identifier.map(|id| id.as_bytes().to_vec());
            }
            DOCUMENT_TYPE_LIST => self.document_types = Some(document_types(value)?),
            _ => {}
        }
        self.extensions.push(Extension { oid, critical: extension.critical, value: value.to_vec() });
        Ok(())
    }
}

/// Where the fields lie in the original bytes.
struct Places {
    tbs: Range<usize>,
    serial: Range<usize>,
    issuer: Range<usize>,
    subject: Range<usize>,
    spki: Range<usize>,
    algorithm: Range<usize>,
    signature: Range<usize>,
}

impl Places {
    fn read(bytes: &[u8]) -> Result<Places, CertificateError> {
        let mut reader = Reader::new(bytes);
        let mut outer = reader.expect(0x30)?.reader();
        reader.finish()?;
        let (tbs, mut fields) = whole(&mut outer, 0x30)?;
        let (algorithm, _) = whole(&mut outer, 0x30)?;
        let bits = outer.expect(0x03)?;
        outer.finish()?;
        if bits.value.first() != Some(&0) {
            return Err(TlvError { kind: crate::tlv::TlvErrorKind::Value, position: bits.position }.into());
        }
        fields.optional(0xA0)?;
        let serial = contents(&fields.expect(0x02)?);
        fields.expect(0x30)?;
        let (issuer, _) = whole(&mut fields, 0x30)?;
        fields.expect(0x30)?;
        let (subject, _) = whole(&mut fields, 0x30)?;
        let (spki, _) = whole(&mut fields, 0x30)?;
        let signature = bits.position + 1..bits.position + bits.value.len();
        Ok(Places { tbs, serial, issuer, subject, spki, algorithm, signature })
    }
}

fn whole<'a>(reader: &mut Reader<'a>, tag: u32) -> Result<(Range<usize>, Reader<'a>), TlvError> {
    let start = reader.position();
    let object = reader.expect(tag)?;
    Ok((start..reader.position(), object.reader()))
}

fn contents(object: &Tlv<'_>) -> Range<usize> {
    object.position..object.position + object.value.len()
}

fn decode<'a, T: Decode<'a>>(oid: ObjectIdentifier, value: &'a [u8]) -> Result<T, CertificateError>
where
    der::Error: From<T::Error>,
{
    T::from_der(value).map_err(|error| CertificateError::Extension { oid, kind: der::Error::from(error).kind() })
}

fn key_usage(usage: pkix::KeyUsage) -> KeyUsage {
    use pkix::KeyUsages;
    let known = KeyUsages::DigitalSignature | KeyUsages::KeyCertSign | KeyUsages::CRLSign;
    KeyUsage {
        digital_signature: usage.digital_signature(),
        certificate_sign: usage.key_cert_sign(),
        revocation_list_sign: usage.crl_sign(),
        other: !(usage.0 - known).is_empty(),
    }
}

/// ```text
/// DocumentTypeListSyntax ::= SEQUENCE { version INTEGER (0), docTypeList SET OF PrintableString (1..2) }
/// ```
pub(super) fn document_types(value: &[u8]) -> Result<Vec<String>, CertificateError> {
    let malformed =
        || CertificateError::Extension { oid: DOCUMENT_TYPE_LIST, kind: der::ErrorKind::Value { tag: der::Tag::Set } };
    let read = || -> Result<Vec<&[u8]>, TlvError> {
        let mut reader = Reader::new(value);
        let mut fields = reader.expect(0x30)?.reader();
        reader.finish()?;
        fields.expect(0x02)?;
        let mut set = fields.expect(0x31)?.reader();
        let mut types = Vec::new();
        while !set.is_empty() {
            types.push(set.expect(0x13)?.value);
        }
        Ok(types)
    };
    let types = read().map_err(|_| malformed())?;
    types.into_iter().map(|name| std::str::from_utf8(name).map(str::to_owned).map_err(|_| malformed())).collect()
}

/// The text of countryName, which has the same octets in every string type that occurs.
fn country(name: &x509_cert::name::Name) -> Option<String> {
    let value = name.iter().find(|attribute| attribute.oid == COUNTRY_NAME)?;
    String::from_utf8(value.value.value().to_vec()).ok()
}

#[cfg(test)]
mod tests;
