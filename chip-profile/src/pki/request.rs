//! Requests for certificates of document signers, PKCS #10 (RFC 2986 4): the way from a centre to a country signer that no
//! network reaches.
//!
//! ```text
//! CertificationRequest ::= SEQUENCE { certificationRequestInfo, signatureAlgorithm, signature BIT STRING }
//! CertificationRequestInfo ::= SEQUENCE {
//!     version INTEGER (0), subject Name, subjectPKInfo SubjectPublicKeyInfo,
//!     attributes [0] SET OF SEQUENCE { type OBJECT IDENTIFIER, values SET OF ANY } }
//! ```
//!
//! What the certificate is to say beside its name and key stands in the attribute extensionRequest (RFC 2985 5.4.2):
//! privateKeyUsagePeriod and documentTypeList as the certificate carries them (Doc 9303-12 7.1.1 table 6, 7.1.1.6). Other
//! extensions are the issuer's affair and are not asked for; those in foreign requests are passed over.

use std::ops::Range;

use const_oid::ObjectIdentifier;
use const_oid::db::rfc5280;
use thiserror::Error;

use super::certificate::{DOCUMENT_TYPE_LIST, document_types};
use super::name::{DistinguishedName, NameError};
use super::profile::extension;
use super::profile::{ProfileError, UnsignedCertificate, UsagePeriod, check_period, check_scheme};
use super::time::UnixTime;
use crate::ec::{KeyError, VerifyError, read_oid};
use crate::signature::{SchemeError, SignatureScheme, VerifyingKey};
use crate::tlv::{self, Reader, Tlv, TlvError, TlvErrorKind};

/// Longest request that is read, in bytes: a key of 16,384 bits and its signature fit.
const LONGEST: usize = 16 * 1024;
/// extensionRequest, RFC 2985 5.4.2.
const EXTENSION_REQUEST: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.9.14");

/// What a request asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CertificateRequest {
    /// The name that the certificate is to carry.
    pub subject: DistinguishedName,
    /// The key to certify, which signs the request too.
    pub public_key: VerifyingKey,
    /// When the private key is to sign, if the request says so.
    pub usage_period: Option<UsagePeriod>,
    /// Document types that it is to sign, as they begin the MRZ; empty where the request does not say.
    pub document_types: Vec<String>,
}

impl CertificateRequest {
    /// The request up to its signature, which the key that is to be certified makes with `scheme`.
    ///
    /// # Errors
    /// The scheme is not one for issuing or not one of the key, the usage period ends before it begins or lies outside of the
    /// years 1950 to 9999, a name is not
    /// allowed ([`DistinguishedName::to_der`]), or a document type is not one or two upper-case letters.
    pub fn finalize(&self, scheme: SignatureScheme) -> Result<UnsignedCertificate, ProfileError> {
        check_scheme(scheme, &self.public_key)?;
        if let Some(UsagePeriod { not_before, not_after }) = self.usage_period {
            check_period("usage period", (not_before, not_after))?;
        }
        let subject = self.subject.to_der()?;
        let spki = self.public_key.to_spki();
        let mut extensions: Vec<Vec<u8>> =
            self.usage_period.map(extension::private_key_usage_period).into_iter().collect();
        if !self.document_types.is_empty() {
            extensions.push(extension::document_type_list(&self.document_types)?);
        }
        let mut out = Vec::with_capacity(1024);
        tlv::push_nested(&mut out, 0x30, |out| {
            tlv::push(out, 0x02, &[0]);
            out.extend_from_slice(&subject);
            out.extend_from_slice(&spki);
            tlv::push_nested(out, 0xA0, |out| {
                if extensions.is_empty() {
                    return;
                }
                tlv::push_nested(out, 0x30, |out| {
                    tlv::push(out, 0x06, EXTENSION_REQUEST.as_bytes());
                    tlv::push_nested(out, 0x31, |out| tlv::push(out, 0x30, &extensions.concat()));
                });
            });
        });
        Ok(UnsignedCertificate::new(out, scheme))
    }
}

/// Why a request cannot be granted.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum RequestError {
    /// The bytes are not a request.
    #[error("request: {0}")]
    Structure(#[from] TlvError),
    /// The name is not one that certificates of Doc 9303 have.
    #[error("request: {0}")]
    Name(#[from] NameError),
    /// The key is not one that can be certified here.
    #[error("key of the request: {0}")]
    Key(#[from] KeyError),
    /// The signature's algorithm is not known here.
    #[error("request: {0}")]
    Scheme(#[from] SchemeError),
    /// The signature is not by the key that is to be certified.
    #[error("request is not signed by its own key: {0}")]
    Possession(#[from] VerifyError),
}

/// A request over its original bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignedRequest {
    bytes: Vec<u8>,
    info: Range<usize>,
    subject: Range<usize>,
    spki: Range<usize>,
    signature: Range<usize>,
    scheme: SignatureScheme,
    usage_period: Option<UsagePeriod>,
    document_types: Option<Vec<String>>,
}

impl SignedRequest {
    /// Reads one request; nothing may follow it.
    ///
    /// # Errors
    /// [`RequestError::Structure`]: longer than 16 KiB, not the structure of RFC 2986 4, or one of the extensions read
    /// here is malformed or stands twice. [`RequestError::Scheme`]: a signature algorithm that is not known here.
    pub fn parse(bytes: &[u8]) -> Result<SignedRequest, RequestError> {
        if bytes.len() > LONGEST {
            return Err(TlvError { kind: TlvErrorKind::Value, position: LONGEST }.into());
        }
        let mut outer = tlv::parse_single(bytes, 0x30)?.reader();
        let start = outer.position();
        let mut fields = outer.expect(0x30)?.reader();
        let info = start..outer.position();
        let algorithm = outer.position();
        outer.expect(0x30)?;
        let algorithm = algorithm..outer.position();
        let bits = outer.expect(0x03)?;
        outer.finish()?;
        if bits.value.first() != Some(&0) {
            return Err(wrong(&bits).into());
        }
        let version = fields.expect(0x02)?;
        if version.value != [0] {
            return Err(wrong(&version).into());
        }
        let start = fields.position();
        fields.expect(0x30)?;
        let subject = start..fields.position();
        fields.expect(0x30)?;
        let spki = subject.end..fields.position();
        let mut request = SignedRequest {
            scheme: SignatureScheme::from_der(bytes.get(algorithm).unwrap_or_default())?,
            bytes: bytes.to_vec(),
            info,
            subject,
            spki,
            signature: bits.position + 1..bits.position + bits.value.len(),
            usage_period: None,
            document_types: None,
        };
        // The field is required; some makers leave it out where it is empty.
        if let Some(attributes) = fields.optional(0xA0)? {
            request.read_attributes(attributes)?;
        }
        fields.finish()?;
        Ok(request)
    }

    /// The request as it came.
    pub fn as_bytes(&self) -> &[u8] {
        &self.bytes
    }
    /// The name that the certificate is to have.
    ///
    /// # Errors
    /// [`RequestError::Name`], as [`DistinguishedName::from_der`].
    pub fn subject(&self) -> Result<DistinguishedName, RequestError> {
        Ok(DistinguishedName::from_der(self.slice(&self.subject))?)
    }
    /// The key to certify, if it is one that can be used here.
    ///
    /// # Errors
    /// [`RequestError::Key`], as [`VerifyingKey::from_spki`].
    pub fn verifying_key(&self) -> Result<VerifyingKey, RequestError> {
        Ok(VerifyingKey::from_spki(self.slice(&self.spki))?)
    }
    /// How it is signed.
    pub fn scheme(&self) -> SignatureScheme {
        self.scheme
    }
    /// When the private key is to sign.
    pub fn usage_period(&self) -> Option<UsagePeriod> {
        self.usage_period
    }
    /// Document types that it is to sign.
    pub fn document_types(&self) -> Option<&[String]> {
        self.document_types.as_deref()
    }

    /// Checks that the request is signed by the key that it names, so that who asks has it.
    ///
    /// # Errors
    /// [`RequestError::Possession`]: another key signed it, or it was altered. [`RequestError::Key`]: the key is not
    /// one that can be used here.
    pub fn verify_possession(&self) -> Result<(), RequestError> {
        Ok(self.verifying_key()?.verify(self.scheme, self.slice(&self.info), self.slice(&self.signature))?)
    }

    fn slice(&self, range: &Range<usize>) -> &[u8] {
        self.bytes.get(range.clone()).unwrap_or_default()
    }

    fn read_attributes(&mut self, attributes: Tlv<'_>) -> Result<(), TlvError> {
        let mut attributes = attributes.reader();
        while !attributes.is_empty() {
            let mut attribute = attributes.expect(0x30)?.reader();
            let kind = read_oid(&mut attribute)?;
            let values = attribute.expect(0x31)?;
            attribute.finish()?;
            if kind != EXTENSION_REQUEST {
                continue;
            }
            let mut values = values.reader();
            let mut extensions = values.expect(0x30)?.reader();
            values.finish()?;
            while !extensions.is_empty() {
                self.read_extension(extensions.expect(0x30)?.reader())?;
            }
        }
        Ok(())
    }

    fn read_extension(&mut self, mut extension: Reader<'_>) -> Result<(), TlvError> {
        let kind = read_oid(&mut extension)?;
        extension.optional(0x01)?;
        let value = extension.expect(0x04)?;
        extension.finish()?;
        match kind {
            rfc5280::ID_CE_PRIVATE_KEY_USAGE_PERIOD if self.usage_period.is_none() => {
                let mut contents = value.reader();
                let mut fields = contents.expect(0x30)?.reader();
                contents.finish()?;
                let [not_before, not_after] = [0x80, 0x81].map(|tag| fields.expect(tag));
                fields.finish()?;
                self.usage_period =
                    Some(UsagePeriod { not_before: time(&not_before?)?, not_after: time(&not_after?)? });
            }
            DOCUMENT_TYPE_LIST if self.document_types.is_none() => {
                self.document_types = Some(document_types(value.value).map_err(|_| wrong(&value))?);
            }
            // What stands twice cannot be meant twice.
            rfc5280::ID_CE_PRIVATE_KEY_USAGE_PERIOD | DOCUMENT_TYPE_LIST => return Err(wrong(&value)),
            _ => {}
        }
        Ok(())
    }
}

/// GeneralizedTime to the second, Zulu: fifteen characters.
fn time(object: &Tlv<'_>) -> Result<UnixTime, TlvError> {
    match object.value.len() {
        15 => UnixTime::parse(object.value).map_err(|_| wrong(object)),
        _ => Err(wrong(object)),
    }
}

fn wrong(object: &Tlv<'_>) -> TlvError {
    TlvError { kind: TlvErrorKind::Value, position: object.position }
}

#[cfg(test)]
mod tests;
