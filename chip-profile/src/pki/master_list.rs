//! CSCA master lists, Doc 9303-12 9: the country signers that a state trusts, signed by its master list signer.
//!
//! ```text
//! CscaMasterList ::= SEQUENCE { version INTEGER (0), certList SET OF Certificate }
//! ```
//!
//! The content stands in SignedData with the signer's certificate, its country signer's and the signing time (table 18).

use std::ops::Range;

use const_oid::ObjectIdentifier;
use thiserror::Error;

use super::certificate::{Certificate, CertificateError};
use super::profile::ListKind;
use super::time::UnixTime;
use crate::cms::{CmsError, CmsTemplateError, CmsVerifyError, PreparedSignedData, SignedData, SignedDataTemplate};
use crate::ec::{KeyError, VerifyError};
use crate::signature::SignatureScheme;
use crate::tlv::{self, Reader, TlvError, TlvErrorKind};

/// id-icao-cscaMasterList, Doc 9303-12 9.2.
pub const CSCA_MASTER_LIST: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.23.136.1.1.2");

/// Longest list that is read, in bytes: about twenty times what states publish in 2026.
pub const LONGEST: usize = 16 * 1024 * 1024;

/// Why bytes are not a master list, or it is not to be trusted, or cannot be made.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum MasterListError {
    /// The bytes are not SignedData of a master list.
    #[error("master list: {0}")]
    SignedData(#[from] CmsError),
    /// The content is not a CscaMasterList; the position counts from the start of the content.
    #[error("content of the master list: {0}")]
    Content(#[from] TlvError),
    /// The list is longer than [`LONGEST`].
    #[error("master list is longer than {LONGEST} bytes")]
    TooLong,
    /// The signature is not by the signer whose certificate is inside.
    #[error("master list is not authentic: {0}")]
    Signature(#[from] CmsVerifyError),
    /// The signer's certificate does not allow it to sign master lists (7.1.1.3).
    #[error("the signer's certificate is not one for master lists")]
    SignerPurpose,
    /// None of the given country signers is the issuer of the signer's certificate.
    #[error("no trusted country signer issued the signer's certificate")]
    NoTrustedIssuer,
    /// The signer's certificate is not signed by the country signer that it names.
    #[error("the signer's certificate does not verify: {0}")]
    SignerCertificate(VerifyError),
    /// The key of the list's signer is not one that can be verified with here.
    #[error("the list signer's key: {0}")]
    SignerKey(KeyError),
    /// The country signer's key is not one that can be verified with here.
    #[error("the country signer's key: {0}")]
    IssuerKey(KeyError),
    /// The list was signed, or is looked at, outside of the validity of the signer or of its country signer.
    #[error("the list is looked at outside of the validity of its signer")]
    Validity,
    /// A certificate that is to be listed is none of a country signer.
    #[error("certificate {0} of the list is not one of a country signer")]
    NotCountrySigner(usize),
    /// A certificate that is to be listed cannot be read.
    #[error("certificate {0} of the list: {1}")]
    Certificate(usize, CertificateError),
    /// A list without a certificate.
    #[error("a master list has one certificate at least")]
    Empty,
    /// The list cannot be signed so.
    #[error("signing of the master list: {0}")]
    Template(#[from] CmsTemplateError),
}

/// A master list over its original bytes.
#[derive(Debug, Clone)]
pub struct MasterList {
    signed_data: SignedData,
    signer: Certificate,
    certificates: Vec<Range<usize>>,
}

impl PartialEq for MasterList {
    fn eq(&self, other: &Self) -> bool {
        self.as_bytes() == other.as_bytes()
    }
}
impl Eq for MasterList {}

impl MasterList {
    /// Reads one list; nothing may follow it. The certificates inside are taken as they are: some states' are not DER.
    ///
    /// # Errors
    /// [`MasterListError::TooLong`] above [`LONGEST`]; else the bytes are not SignedData of a master list, its content
    /// is not one of version 0, or the signer's certificate is not inside or cannot be read.
    pub fn parse(bytes: &[u8]) -> Result<MasterList, MasterListError> {
        if bytes.len() > LONGEST {
            return Err(MasterListError::TooLong);
        }
        let signed_data = SignedData::parse(bytes, CSCA_MASTER_LIST)?;
        let mut fields = tlv::parse_single(signed_data.content(), 0x30)?.reader();
        let version = fields.expect(0x02)?;
        if version.value != [0] {
            return Err(TlvError { kind: TlvErrorKind::Value, position: version.position }.into());
        }
        let mut list: Reader<'_> = fields.expect(0x31)?.reader();
        fields.finish()?;
        let mut certificates = Vec::new();
        while !list.is_empty() {
            let start = list.position();
            list.expect(0x30)?;
            certificates.push(start..list.position());
        }
        let signer = signed_data.signer_certificate()?;
        Ok(MasterList { signed_data, signer, certificates })
    }

    /// The list as it came.
    pub fn as_bytes(&self) -> &[u8] {
        self.signed_data.as_bytes()
    }
    /// When it was signed, if it says so, as it must (table 18, signedAttrs).
    pub fn signing_time(&self) -> Option<UnixTime> {
        self.signed_data.signing_time()
    }
    /// The certificate of the master list signer.
    pub fn signer(&self) -> &Certificate {
        &self.signer
    }
    /// How many certificates are listed.
    pub fn len(&self) -> usize {
        self.certificates.len()
    }
    /// Whether none is listed.
    pub fn is_empty(&self) -> bool {
        self.certificates.is_empty()
    }
    /// The listed certificates in DER, as they came.
    pub fn certificates(&self) -> impl Iterator<Item = &[u8]> {
        let content = self.signed_data.content();
        self.certificates.iter().map(|range| content.get(range.clone()).unwrap_or_default())
    }
    /// The listed certificates read strictly; one that is malformed does not keep the others from use.
    pub fn country_signers(&self) -> impl Iterator<Item = Result<Certificate, CertificateError>> {
        self.certificates().map(Certificate::parse)
    }

    /// Whether one of `trusted`, the country signers that are known from elsewhere, stands behind the list at `now`: the
    /// list's signature, the signer's purpose, its certificate's signature, and the validity of both. What is listed
    /// becomes trusted by this and by nothing else.
    ///
    /// # Errors
    /// The list is not signed by its signer, or that is no signer of master lists. Else, over the country signers that
    /// bear its issuer's name: [`MasterListError::NoTrustedIssuer`] where there is none, [`MasterListError::Validity`]
    /// where one issued the signer and only the time is wrong, and otherwise why the last of them did not.
    pub fn verify(&self, trusted: &[Certificate], now: UnixTime) -> Result<(), MasterListError> {
        let key = self.signer.verifying_key().map_err(MasterListError::SignerKey)?;
        self.signed_data.verify_signed_by(&key)?;
        let purpose = self.signer.extension(&const_oid::db::rfc5280::ID_CE_EXT_KEY_USAGE);
        if !purpose.is_some_and(|extension| has_purpose(&extension.value, ListKind::Master.purpose())) {
            return Err(MasterListError::SignerPurpose);
        }
        let mut failure = MasterListError::NoTrustedIssuer;
        for issuer in trusted.iter().filter(|issuer| issuer.subject_bytes() == self.signer.issuer_bytes()) {
            // A country signer has several certificates under one name: one that fails does not speak for the others.
            let found = match issuer.verifying_key().map(|key| self.signer.verify_signed_by(&key)) {
                Ok(Ok(())) if self.signer.is_valid_at(now) && issuer.is_valid_at(now) => return Ok(()),
                Ok(Ok(())) => MasterListError::Validity,
                Ok(Err(error)) => MasterListError::SignerCertificate(error),
                Err(error) => MasterListError::IssuerKey(error),
            };
            if failure != MasterListError::Validity {
                failure = found;
            }
        }
        Err(failure)
    }
}

/// What a list is to say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MasterListContents {
    /// Country signers and link certificates in DER, in whatever order; each is listed once.
    pub certificates: Vec<Vec<u8>>,
    /// When the list is signed.
    pub signing_time: UnixTime,
}

impl MasterListContents {
    /// The list up to its signature, which the key of `signer` makes with `scheme`. The certificate of its country signer
    /// goes inside too.
    ///
    /// # Errors
    /// The signer is not one of master lists or has no subjectKeyIdentifier, `country_signer` is not its issuer, the
    /// list is empty, a certificate on it cannot be read or is not a country signer's, or the scheme is not one for
    /// issuing or not one of the signer's key.
    pub fn prepare(
        &self,
        signer: &Certificate,
        country_signer: &Certificate,
        scheme: SignatureScheme,
    ) -> Result<PreparedSignedData, MasterListError> {
        let purpose = signer.extension(&const_oid::db::rfc5280::ID_CE_EXT_KEY_USAGE);
        if !purpose.is_some_and(|extension| has_purpose(&extension.value, ListKind::Master.purpose())) {
            return Err(MasterListError::SignerPurpose);
        }
        if country_signer.subject_bytes() != signer.issuer_bytes() {
            return Err(MasterListError::NoTrustedIssuer);
        }
        if self.certificates.is_empty() {
            return Err(MasterListError::Empty);
        }
        for (index, bytes) in self.certificates.iter().enumerate() {
            let certificate = Certificate::parse(bytes).map_err(|error| MasterListError::Certificate(index, error))?;
            if !certificate.basic_constraints().is_some_and(|constraints| constraints.certificate_authority) {
                return Err(MasterListError::NotCountrySigner(index));
            }
        }
        // X.690 11.6: the members of a SET OF ascend as octet strings.
        let mut sorted: Vec<&[u8]> = self.certificates.iter().map(Vec::as_slice).collect();
        sorted.sort_unstable();
        sorted.dedup();
        let mut content = Vec::with_capacity(sorted.iter().map(|one| one.len()).sum::<usize>() + 16);
        tlv::push_nested(&mut content, 0x30, |out| {
            tlv::push(out, 0x02, &[0]);
            tlv::push(out, 0x31, &sorted.concat());
        });
        let others = [country_signer.as_bytes()];
        let template = SignedDataTemplate::named_by_key(signer, CSCA_MASTER_LIST, scheme, &others)?;
        Ok(template.prepare_at(&content, self.signing_time))
    }
}

/// Whether `ExtKeyUsageSyntax` in DER has this purpose.
fn has_purpose(value: &[u8], purpose: ObjectIdentifier) -> bool {
    let Ok(sequence) = tlv::parse_single(value, 0x30) else { return false };
    let mut purposes = sequence.reader();
    while let Ok(Some(found)) = purposes.next_object() {
        if found.tag == 0x06 && found.value == purpose.as_bytes() {
            return true;
        }
    }
    false
}

#[cfg(test)]
mod tests;
