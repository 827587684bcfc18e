//! The certificate of a master list signer or a deviation list signer, Doc 9303-12 7.1.1 tables 5 and 6, column "Master List
//! Signer and Deviation List Signer".

use const_oid::ObjectIdentifier;

use super::extension::{self, Usage};
use super::issuer::IssuerFields;
use super::{
    Body, ProfileError, SerialNumber, UnsignedCertificate, UsagePeriod, Validity, check_periods, check_validity,
};
use crate::pki::certificate::Certificate;
use crate::pki::name::{AlternativeName, DistinguishedName};
use crate::signature::{SignatureScheme, VerifyingKey};

/// Which lists a signer signs, 7.1.1.3.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ListKind {
    /// CSCA master lists.
    Master,
    /// Deviation lists.
    Deviation,
}

impl ListKind {
    /// The purpose in the extended key usage.
    pub const fn purpose(self) -> ObjectIdentifier {
        match self {
            ListKind::Master => ObjectIdentifier::new_unwrap("2.23.136.1.1.3"),
            ListKind::Deviation => ObjectIdentifier::new_unwrap("2.23.136.1.1.8"),
        }
    }
}

/// What a list signer's certificate says. What it repeats of its issuer is taken from the issuer's certificate.
#[derive(Debug, Clone)]
pub struct ListSigner {
    /// Which lists it signs.
    pub kind: ListKind,
    /// Table 5, serialNumber.
    pub serial: SerialNumber,
    /// Table 5, subject; its country must be the issuer's.
    pub subject: DistinguishedName,
    /// 7.1.1.2: subject alternative name.
    pub alternative_name: AlternativeName,
    /// 4.1 table 1: at the discretion of the state.
    pub validity: Validity,
    /// Table 6, PrivateKeyUsagePeriod: optional.
    pub usage_period: Option<UsagePeriod>,
    /// Table 5, subjectPublicKeyInfo; an elliptic curve is written with explicit parameters (4.1.6.3).
    pub public_key: VerifyingKey,
    /// 7.1.1.4: where the revocation list is published; at least one.
    pub revocation_list_addresses: Vec<String>,
    /// Table 6, CertificatePolicies: optional.
    pub policies: Vec<ObjectIdentifier>,
}

impl ListSigner {
    /// The certificate up to its signature, which `issuer`'s key makes with `scheme`.
    ///
    /// # Errors
    /// The rule that it would break: of the validity and the usage period, the names or the addresses; or the issuer is
    /// no country signer of that country, or does not sign with this scheme.
    pub fn finalize(&self, issuer: &Certificate, scheme: SignatureScheme) -> Result<UnsignedCertificate, ProfileError> {
        match self.usage_period {
            Some(usage_period) => check_periods(self.validity, usage_period)?,
            None => check_validity(self.validity)?,
        }
        let issuer_fields = IssuerFields::of(issuer, &self.subject, self.validity, scheme)?;
        let subject = self.subject.to_der()?;

        // Table 6, in its order. Left out, because it prohibits them: PolicyMappings, SubjectDirectoryAttributes, Basic
        // Constraints, NameConstraints, PolicyConstraints, InhibitAnyPolicy, FreshestCRL, NameChange, DocumentType, Netscape
        // Certificate Type.
        let mut extensions = vec![
            // AuthorityKeyIdentifier: mandatory, non-critical; the issuer's SubjectKeyIdentifier.
            extension::authority_key_identifier(issuer_fields.key_identifier),
            // SubjectKeyIdentifier: optional, non-critical; a list names its signer by it (table 18, sid).
            extension::subject_key_identifier(&extension::key_identifier(&self.public_key)),
            // KeyUsage: mandatory, critical; digitalSignature alone.
            extension::key_usage(Usage::Signer),
        ];
        if let Some(usage_period) = self.usage_period {
            // PrivateKeyUsagePeriod: optional, non-critical; GeneralizedTime.
            extensions.push(extension::private_key_usage_period(usage_period));
        }
        if !self.policies.is_empty() {
            // CertificatePolicies: optional, non-critical.
            extensions.push(extension::certificate_policies(&self.policies));
        }
        extensions.extend([
            // SubjectAltName: mandatory, non-critical.
            extension::subject_alternative_name(&self.alternative_name.to_der()?),
            // IssuerAltName: mandatory, non-critical; the issuer's SubjectAltName.
            extension::issuer_alternative_name(issuer_fields.alternative_name),
            // ExtKeyUsage: mandatory, critical; 7.1.1.3.
            extension::extended_key_usage(&[self.kind.purpose()]),
            // CRLDistributionPoints: mandatory, non-critical.
            extension::crl_distribution_points(&self.revocation_list_addresses)?,
        ]);

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
