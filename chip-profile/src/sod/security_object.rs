//! An EF.SOD read over its original bytes.

use super::{EF_SOD, LDS_SECURITY_OBJECT, LdsSecurityObject, SodError, SodErrorKind};
use crate::cms::{CONTENT_TYPE, CmsErrorKind, CmsVerifyError, OCTET_STRING, SignedData, SignerIdentifier, strict};
use crate::ec::HashAlgorithm;
use crate::pki::{Certificate, UnixTime};
use crate::signature::{SchemeError, SignatureScheme};
use crate::tlv::{Reader, Tlv};

/// A parsed EF.SOD together with its original bytes.
#[derive(Clone)]
pub struct SecurityObject {
    signed_data: SignedData,
    lds_security_object: LdsSecurityObject,
}

impl core::fmt::Debug for SecurityObject {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("SecurityObject")
            .field("hash", &self.lds_security_object.hash)
            .field("data_groups", &self.lds_security_object.data_group_hashes.keys())
            .field("signature_scheme", &self.signature_scheme())
            .finish_non_exhaustive()
    }
}

impl SecurityObject {
    /// Reads a file with its tag 77. Nothing may follow, nothing may be missing, and every length is as DER has it.
    ///
    /// # Errors
    /// Kind and position of the first fault: of the SignedData, which must have signed attributes (Doc 9303-10
    /// 4.6.2.2), or of the LDSSecurityObject, its version, its data groups or the lengths of their hashes.
    pub fn parse(file: &[u8]) -> Result<Self, SodError> {
        let mut reader = Reader::new(file);
        let outer = strict::expect(&mut reader, EF_SOD)?;
        reader.finish()?;
        let signed_data = SignedData::read(file, &mut outer.reader(), LDS_SECURITY_OBJECT)?;
        // Doc 9303-10 4.6.2.2: signedAttrs are mandatory.
        if signed_data.message_digest().is_none() {
            let kind = SodErrorKind::Cms(CmsErrorKind::AttributeMissing(CONTENT_TYPE));
            return Err(SodError { kind, position: signed_data.content_position() });
        }
        let content = Tlv { tag: OCTET_STRING, value: signed_data.content(), position: signed_data.content_position() };
        let lds_security_object = LdsSecurityObject::read(&mut content.reader())?;
        Ok(SecurityObject { signed_data, lds_security_object })
    }

    /// The file as it came, with its tag 77.
    pub fn as_bytes(&self) -> &[u8] {
        self.signed_data.as_bytes()
    }
    /// The SignedData, of which everything can be asked.
    pub fn signed_data(&self) -> &SignedData {
        &self.signed_data
    }
    /// The signed list of hashes.
    pub fn lds_security_object(&self) -> &LdsSecurityObject {
        &self.lds_security_object
    }
    /// How the signer is named.
    pub fn signer(&self) -> &SignerIdentifier {
        self.signed_data.signer()
    }
    /// Hash function of the signer (messageDigest and signature).
    pub fn digest_algorithm(&self) -> HashAlgorithm {
        self.signed_data.digest_algorithm()
    }
    /// How it is signed, if it is a way that is known here.
    ///
    /// # Errors
    /// The algorithm identifier of SignerInfo is malformed or names what is not known here.
    pub fn signature_scheme(&self) -> Result<SignatureScheme, SchemeError> {
        self.signed_data.signature_scheme()
    }
    /// The signingTime attribute, if the signer gave one.
    pub fn signing_time(&self) -> Option<UnixTime> {
        self.signed_data.signing_time()
    }
    /// DER of the certificates inside, as they came.
    pub fn certificates(&self) -> impl Iterator<Item = &[u8]> {
        self.signed_data.certificates()
    }
    /// The certificate that the signer identifier points at.
    ///
    /// # Errors
    /// As [`SignedData::signer_certificate`].
    pub fn document_signer(&self) -> Result<Certificate, CmsVerifyError> {
        self.signed_data.signer_certificate()
    }
    /// Checks that the hash list is the one that was signed and that the document signer inside signed it. Whether that
    /// signer may be trusted is another question ([`crate::inspection`]).
    ///
    /// # Errors
    /// As [`SignedData::verify`].
    pub fn verify_signature(&self) -> Result<(), CmsVerifyError> {
        self.signed_data.verify().map(drop)
    }
}
