//! A link certificate: the previous country signer's key vouches for the new one, Doc 9303-12 4.1.4.3, 7.1.1.5 and table 6,
//! column "CSCA link".

use const_oid::db::rfc5280;

use super::{Body, ProfileError, SerialNumber, UnsignedCertificate, Validity, check_scheme, check_validity, extension};
use crate::pki::certificate::{Certificate, Extension};
use crate::signature::SignatureScheme;

/// What a link certificate says beyond what the two country signers' own certificates say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LinkCertificate {
    /// Table 5, serialNumber; never one that this CSCA used before, under whatever name (7.1.1.5).
    pub serial: SerialNumber,
    /// Usually from the new certificate's beginning to the old one's end.
    pub validity: Validity,
}

impl LinkCertificate {
    /// The certificate up to its signature, which the key of `previous` makes with `scheme`.
    ///
    /// Subject, key and extensions are those of `new`, a self-signed certificate; issuer and authority are `previous`.
    ///
    /// # Errors
    /// [`ProfileError::Period`] and [`ProfileError::OutlivesIssuer`] for the validity,
    /// [`ProfileError::CountriesDiffer`], and [`ProfileError::Issuer`] when one of the two may not sign certificates,
    /// or `previous` lacks what the new one repeats of it; a scheme that is not one for issuing or not one of its key.
    pub fn finalize(
        &self,
        previous: &Certificate,
        new: &Certificate,
        scheme: SignatureScheme,
    ) -> Result<UnsignedCertificate, ProfileError> {
        check_validity(self.validity)?;
        if self.validity.not_after > previous.not_after() {
            return Err(ProfileError::OutlivesIssuer);
        }
        if previous.subject_country() != new.subject_country() {
            return Err(ProfileError::CountriesDiffer);
        }
        let signs = |certificate: &Certificate| certificate.key_usage().is_some_and(|usage| usage.certificate_sign);
        if !signs(previous) || !signs(new) {
            return Err(ProfileError::Issuer("key usage"));
        }
        let identifier = previous.subject_key_identifier().ok_or(ProfileError::Issuer("subject key identifier"))?;
        let alternative_name = previous
            .extension(&rfc5280::ID_CE_SUBJECT_ALT_NAME)
            .ok_or(ProfileError::Issuer("subject alternative name"))?;

        check_scheme(scheme, &previous.verifying_key()?)?;

        // AuthorityKeyIdentifier and IssuerAltName speak of the previous key; all else is the new certificate's.
        let mut extensions = vec![extension::authority_key_identifier(identifier)];
        for kept in new.extensions() {
            extensions.push(match kept.oid {
                rfc5280::ID_CE_AUTHORITY_KEY_IDENTIFIER => continue,
                rfc5280::ID_CE_ISSUER_ALT_NAME => extension::issuer_alternative_name(&alternative_name.value),
                _ => extension::repeated(kept),
            });
        }
        let name_changes = previous.subject_bytes() != new.subject_bytes();
        if name_changes && !new.extensions().iter().any(is_name_change) {
            // NameChange: where the name changed with the key (7.1.1.5), non-critical.
            extensions.push(extension::name_change());
        }
        Ok(Body {
            serial: self.serial,
            scheme,
            issuer: previous.subject_bytes(),
            validity: self.validity,
            subject: new.subject_bytes(),
            spki: new.spki_bytes(),
            extensions,
        }
        .finalize())
    }
}

fn is_name_change(extension: &Extension) -> bool {
    extension.oid == crate::pki::certificate::NAME_CHANGE
}
