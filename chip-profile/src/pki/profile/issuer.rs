//! What a certificate below a country signer takes from its issuer, and what the issuer must be.

use const_oid::db::rfc5280::ID_CE_SUBJECT_ALT_NAME;

use super::{ProfileError, Validity, check_scheme};
use crate::pki::certificate::Certificate;
use crate::pki::name::DistinguishedName;
use crate::signature::SignatureScheme;

/// Fields of the issuer's certificate that the new one repeats.
pub(super) struct IssuerFields<'a> {
    /// Becomes the keyIdentifier of authorityKeyIdentifier.
    pub(super) key_identifier: &'a [u8],
    /// The issuer's SubjectAltName, GeneralNames in DER: becomes IssuerAltName.
    pub(super) alternative_name: &'a [u8],
}

impl<'a> IssuerFields<'a> {
    pub(super) fn of(
        issuer: &'a Certificate,
        subject: &DistinguishedName,
        validity: Validity,
        scheme: SignatureScheme,
    ) -> Result<IssuerFields<'a>, ProfileError> {
        if validity.not_before < issuer.not_before() || validity.not_after > issuer.not_after() {
            return Err(ProfileError::OutlivesIssuer);
        }
        if issuer.subject_country() != Some(subject.country.as_str()) {
            return Err(ProfileError::CountriesDiffer);
        }
        if !issuer.basic_constraints().is_some_and(|constraints| constraints.certificate_authority) {
            return Err(ProfileError::Issuer("basic constraints"));
        }
        if !issuer.key_usage().is_some_and(|usage| usage.certificate_sign) {
            return Err(ProfileError::Issuer("key usage"));
        }
        let key_identifier = issuer.subject_key_identifier().ok_or(ProfileError::Issuer("subject key identifier"))?;
        let alternative_name =
            issuer.extension(&ID_CE_SUBJECT_ALT_NAME).ok_or(ProfileError::Issuer("subject alternative name"))?;
        check_scheme(scheme, &issuer.verifying_key()?)?;
        Ok(IssuerFields { key_identifier, alternative_name: &alternative_name.value })
    }
}
