//! EF.CardSecurity: the SecurityInfos of EF.CardAccess and more under a document signer's signature, Doc 9303-10 3.11.4,
//! Doc 9303-11 9.2.11, TR-03110-3 A.1.2.5.
//!
//! ```text
//! EF.CardSecurity ::= ContentInfo { id-signedData, [0] SignedData { … id-SecurityObject, SecurityInfos … } }
//! ```

use const_oid::ObjectIdentifier;
use thiserror::Error;

use super::template::{TemplateError, read_document_signer};
use crate::cms::{CmsError, CmsErrorKind, CmsVerifyError, PreparedSignedData, SignedData, SignedDataTemplate};
use crate::lds::{LdsError, LdsErrorKind, SecurityInfos};
use crate::pki::{Certificate, UnixTime};
use crate::signature::SignatureScheme;

/// id-SecurityObject, TR-03110-3 A.1.2.5.
pub const SECURITY_OBJECT: ObjectIdentifier = ObjectIdentifier::new_unwrap("0.4.0.127.0.7.3.2.1");

/// Why bytes are not an EF.CardSecurity.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{kind} at byte {position}")]
pub struct CardSecurityError {
    /// What is wrong.
    pub kind: CardSecurityErrorKind,
    /// Offset from the start of the file, in bytes.
    pub position: usize,
}

/// What is wrong with an EF.CardSecurity.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum CardSecurityErrorKind {
    /// The SignedData around the SecurityInfos.
    #[error(transparent)]
    Cms(CmsErrorKind),
    /// The SecurityInfos.
    #[error(transparent)]
    SecurityInfos(LdsErrorKind),
}

impl From<CmsError> for CardSecurityError {
    fn from(error: CmsError) -> Self {
        CardSecurityError { kind: CardSecurityErrorKind::Cms(error.kind), position: error.position }
    }
}

/// A parsed EF.CardSecurity together with its original bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CardSecurity {
    signed_data: SignedData,
    security_infos: SecurityInfos,
}

impl CardSecurity {
    /// Reads a file; nothing may follow.
    ///
    /// # Errors
    /// Kind and position of the first fault, of the SignedData ([`SignedData::parse`]) or of the SecurityInfos inside
    /// ([`SecurityInfos::from_der`]).
    pub fn parse(file: &[u8]) -> Result<CardSecurity, CardSecurityError> {
        let signed_data = SignedData::parse(file, SECURITY_OBJECT)?;
        let security_infos = SecurityInfos::from_der(signed_data.content()).map_err(|error| CardSecurityError {
            kind: CardSecurityErrorKind::SecurityInfos(error.kind),
            position: error.position + signed_data.content_position(),
        })?;
        Ok(CardSecurity { signed_data, security_infos })
    }

    /// The file as it came.
    pub fn as_bytes(&self) -> &[u8] {
        self.signed_data.as_bytes()
    }
    /// The SignedData, of which everything can be asked.
    pub fn signed_data(&self) -> &SignedData {
        &self.signed_data
    }
    /// What the chip supports, among it the public keys of chip authentication mapping.
    pub fn security_infos(&self) -> &SecurityInfos {
        &self.security_infos
    }
    /// The certificate that the signer identifier points at.
    ///
    /// # Errors
    /// As [`SignedData::signer_certificate`].
    pub fn document_signer(&self) -> Result<Certificate, CmsVerifyError> {
        self.signed_data.signer_certificate()
    }
    /// Checks that the document signer inside signed these SecurityInfos. Whether that signer may be trusted is another
    /// question ([`crate::inspection`]).
    ///
    /// # Errors
    /// As [`SignedData::verify`].
    pub fn verify_signature(&self) -> Result<(), CmsVerifyError> {
        self.signed_data.verify().map(drop)
    }
}

/// Why an EF.CardSecurity cannot be laid out.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum PrepareCardSecurityError {
    /// A SecurityInfo cannot be written.
    #[error("security information: {0}")]
    SecurityInfos(#[from] LdsError),
}

/// What is the same in every EF.CardSecurity of one document signer.
#[derive(Debug, Clone)]
pub struct CardSecurityTemplate(SignedDataTemplate);

impl CardSecurityTemplate {
    /// A template for the signer of this certificate (DER), who signs with `scheme`.
    ///
    /// # Errors
    /// The certificate cannot be read or is not a document signer's, or the scheme is not one for issuing or not one of
    /// its key.
    pub fn new(document_signer: &[u8], scheme: SignatureScheme) -> Result<CardSecurityTemplate, TemplateError> {
        let certificate = read_document_signer(document_signer)?;
        Ok(CardSecurityTemplate(SignedDataTemplate::new(&certificate, SECURITY_OBJECT, scheme, &[])?))
    }

    /// How the signer signs; one that takes hash values signs the one of [`PreparedSignedData::to_be_signed`].
    pub fn scheme(&self) -> SignatureScheme {
        self.0.scheme()
    }

    /// Lays out the file of one document, without signingTime; [`PreparedSignedData::assemble`] gives the file.
    ///
    /// # Errors
    /// A SecurityInfo cannot be written ([`SecurityInfos::to_der`]).
    pub fn prepare(&self, infos: &SecurityInfos) -> Result<PreparedSignedData, PrepareCardSecurityError> {
        Ok(self.0.prepare(&infos.to_der()?))
    }

    /// The same with a signingTime attribute.
    ///
    /// # Errors
    /// As [`prepare`](Self::prepare).
    pub fn prepare_at(
        &self,
        infos: &SecurityInfos,
        signing_time: UnixTime,
    ) -> Result<PreparedSignedData, PrepareCardSecurityError> {
        Ok(self.0.prepare_at(&infos.to_der()?, signing_time))
    }
}
