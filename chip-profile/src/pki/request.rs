//! Requests to the offline country signer: PKCS #10, RFC 2986.
//!
//! The document signer's side prepares [`CertificateRequest::finalize`], signs, and assembles; the country signer's side
//! reads with [`SignedRequest::parse`] and asks [`SignedRequest::verify_possession`] before it issues.

use std::ops::Range;

use thiserror::Error;

use super::name::{DistinguishedName, NameError};
use super::profile::{ProfileError, UnsignedCertificate, check_scheme};
use crate::ec::{KeyError, VerifyError};
use crate::signature::{SchemeError, SignatureScheme, VerifyingKey};
use crate::tlv::{self, Reader, TlvError, TlvErrorKind};

/// Longest request that is read, in bytes: a key of 16,384 bits and its signature fit.
const LONGEST: usize = 16 * 1024;

/// What a request asks for.
#[derive(Debug, Clone)]
pub struct CertificateRequest {
    /// Name that the certificate is to have.
    pub subject: DistinguishedName,
    /// Key that it is to certify; an elliptic curve is written with explicit parameters (Doc 9303-12 4.1.6.3).
    pub public_key: VerifyingKey,
}

impl CertificateRequest {
    /// The request up to its signature, which the requested key itself makes with `scheme`.
    ///
    /// ```text
    /// CertificationRequest ::= SEQUENCE { certificationRequestInfo, signatureAlgorithm, signature BIT STRING }
    /// CertificationRequestInfo ::= SEQUENCE {
    ///     version INTEGER (0), subject Name, subjectPKInfo, attributes [0] IMPLICIT SET OF Attribute }
    /// ```
    pub fn finalize(&self, scheme: SignatureScheme) -> Result<UnsignedCertificate, ProfileError> {
        check_scheme(scheme, &self.public_key)?;
        let subject = self.subject.to_der()?;
        let mut info = Vec::with_capacity(512);
        tlv::push_nested(&mut info, 0x30, |out| {
            tlv::push(out, 0x02, &[0]);
            out.extend_from_slice(&subject);
            out.extend_from_slice(&self.public_key.to_spki());
            tlv::push(out, 0xA0, &[]);
        });
        Ok(UnsignedCertificate::new(info, scheme))
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
}

impl SignedRequest {
    /// Reads one request; nothing may follow it. Attributes are read over: what the certificate says is the issuer's choice.
    pub fn parse(bytes: &[u8]) -> Result<SignedRequest, RequestError> {
        if bytes.len() > LONGEST {
            return Err(wrong(LONGEST).into());
        }
        let mut reader = Reader::new(bytes);
        let mut outer = reader.expect(0x30)?.reader();
        reader.finish()?;
        let start = outer.position();
        let mut fields = outer.expect(0x30)?.reader();
        let info = start..outer.position();
        let start = outer.position();
        outer.expect(0x30)?;
        let algorithm = bytes.get(start..outer.position()).unwrap_or_default();
        let bits = outer.expect(0x03)?;
        outer.finish()?;
        if bits.value.first() != Some(&0) {
            return Err(wrong(bits.position).into());
        }
        let version = fields.expect(0x02)?;
        if version.value != [0] {
            return Err(wrong(version.position).into());
        }
        let start = fields.position();
        fields.expect(0x30)?;
        let subject = start..fields.position();
        let start = fields.position();
        fields.expect(0x30)?;
        let spki = start..fields.position();
        let mut attributes = fields.expect(0xA0)?.reader();
        fields.finish()?;
        while !attributes.is_empty() {
            attributes.expect(0x30)?;
        }
        Ok(SignedRequest {
            scheme: SignatureScheme::from_der(algorithm)?,
            info,
            subject,
            spki,
            signature: bits.position + 1..bits.position + bits.value.len(),
            bytes: bytes.to_vec(),
        })
    }

    /// The request as it came.
    pub fn as_bytes(&self) -> &[u8] {
        &self.bytes
    }
    /// How it is signed.
    pub fn scheme(&self) -> SignatureScheme {
        self.scheme
    }
    /// The name that the certificate is to have.
    pub fn subject(&self) -> Result<DistinguishedName, RequestError> {
        Ok(DistinguishedName::from_der(self.slice(&self.subject))?)
    }
    /// The key that is to be certified.
    pub fn verifying_key(&self) -> Result<VerifyingKey, RequestError> {
        Ok(VerifyingKey::from_spki(self.slice(&self.spki))?)
    }
    /// Whether the request is signed by the key that it names, so that who asks has it.
    pub fn verify_possession(&self) -> Result<(), RequestError> {
        Ok(self.verifying_key()?.verify(self.scheme, self.slice(&self.info), self.slice(&self.signature))?)
    }

    fn slice(&self, range: &Range<usize>) -> &[u8] {
        self.bytes.get(range.clone()).unwrap_or_default()
    }
}

fn wrong(position: usize) -> TlvError {
    TlvError { kind: TlvErrorKind::Value, position }
}

#[cfg(test)]
mod tests;
