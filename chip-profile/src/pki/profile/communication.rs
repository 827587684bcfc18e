//! The certificate of a communication partner, such as who uploads to the PKD, Doc 9303-12 7.1.1 tables 5 and 6, column
//! "Communication".

use const_oid::ObjectIdentifier;

use super::extension::{self, Usage};
use super::issuer::IssuerFields;
use super::{Body, ProfileError, SerialNumber, UnsignedCertificate, Validity, check_validity};
use crate::pki::certificate::Certificate;
use crate::pki::name::{AlternativeName, DistinguishedName};
use crate::signature::{SignatureScheme, VerifyingKey};

/// What a communication certificate says. What it repeats of its issuer is taken from the issuer's certificate.
#[derive(Debug, Clone)]
pub struct Communication {
    /// Table 5, serialNumber.
    pub serial: SerialNumber,
    /// Table 5, subject; its country must be the issuer's.
    pub subject: DistinguishedName,
    /// 7.1.1.2: subject alternative name; the addresses by which peers know a server are among its contacts.
    pub alternative_name: AlternativeName,
    /// 4.1 table 1: at the discretion of the state.
    pub validity: Validity,
    /// Table 5, subjectPublicKeyInfo; an elliptic curve is written with explicit parameters (4.1.6.3).
    pub public_key: VerifyingKey,
    /// 7.1.1.3: what the protocol asks for, such as id-kp-clientAuth; at least one.
    pub purposes: Vec<ObjectIdentifier>,
    /// 7.1.1.4: where the revocation list is published; optional.
    pub revocation_list_addresses: Vec<String>,
}

impl Communication {
    /// The certificate up to its signature, which `issuer`'s key makes with `scheme`.
    ///
    /// # Errors
    /// The rule that it would break: of the validity, the names, the purposes or the addresses; or the issuer is no
    /// country signer of that country, or does not sign with this scheme.
    pub fn finalize(&self, issuer: &Certificate, scheme: SignatureScheme) -> Result<UnsignedCertificate, ProfileError> {
        check_validity(self.validity)?;
        if self.purposes.is_empty() {
            return Err(ProfileError::Purposes);
        }
        let issuer_fields = IssuerFields::of(issuer, &self.subject, self.validity, scheme)?;
        let subject = self.subject.to_der()?;

        // Table 6, in its order; PrivateKeyUsagePeriod and CertificatePolicies are optional and left out.
        let mut extensions = vec![
            // AuthorityKeyIdentifier: mandatory, non-critical; the issuer's SubjectKeyIdentifier.
            extension::authority_key_identifier(issuer_fields.key_identifier),
            // SubjectKeyIdentifier: optional, non-critical.
            extension::subject_key_identifier(&extension::key_identifier(&self.public_key)),
            // KeyUsage: mandatory, critical; the cipher suites of today sign.
            extension::key_usage(Usage::Signer),
            // SubjectAltName: mandatory, non-critical.
            extension::subject_alternative_name(&self.alternative_name.to_der()?),
            // IssuerAltName: mandatory, non-critical; the issuer's SubjectAltName.
            extension::issuer_alternative_name(issuer_fields.alternative_name),
            // ExtKeyUsage: mandatory, critical.
            extension::extended_key_usage(&self.purposes),
        ];
        if !self.revocation_list_addresses.is_empty() {
            // CRLDistributionPoints: optional, non-critical.
            extensions.push(extension::crl_distribution_points(&self.revocation_list_addresses)?);
        }

        let spki = self.public_key.to_spki();
        Ok(Body {
            serial: self.serial,
            scheme,
            issuer: issuer.subject_bytes(),
            validity: self.validity,
            subject: &subject,
            spki: &spki,
            extensions,
        }
        .finalize())
    }
}
