//! The certificate of a document signer, Doc 9303-12 7.1.1 tables 5 and 6, column "document signer".

use const_oid::ObjectIdentifier;

use super::extension::{self, Usage};
use super::issuer::IssuerFields;
use super::{Body, ProfileError, SerialNumber, UnsignedCertificate, UsagePeriod, Validity, check_periods};
use crate::pki::certificate::Certificate;
use crate::pki::name::{AlternativeName, DistinguishedName};
use crate::signature::{SignatureScheme, VerifyingKey};

/// What a document signer's certificate says. What it repeats of its issuer is taken from the issuer's certificate.
#[derive(Debug, Clone)]
pub struct DocumentSigner {
    /// Table 5, serialNumber.
    pub serial: SerialNumber,
    /// Table 5, subject; its country must be the issuer's.
    pub subject: DistinguishedName,
    /// 7.1.1.2: subject alternative name.
    pub alternative_name: AlternativeName,
    /// 4.1.1.1: the usage period and the longest life of a document, usually 10 years and 3 months.
    pub validity: Validity,
    /// 4.1.1.2: when the private key signs, up to 3 months.
    pub usage_period: UsagePeriod,
    /// Table 5, subjectPublicKeyInfo; an elliptic curve is written with explicit parameters (4.1.6.3).
    pub public_key: VerifyingKey,
    /// 7.1.1.6: document types as they begin the MRZ; one letter stands for all types that begin with it.
    pub document_types: Vec<String>,
    /// 7.1.1.4: where the revocation list is published; at least one.
    pub revocation_list_addresses: Vec<String>,
    /// Table 6, CertificatePolicies: optional.
    pub policies: Vec<ObjectIdentifier>,
}

impl DocumentSigner {
    /// The certificate up to its signature, which `issuer`'s key makes with `scheme`.
    ///
    /// # Errors
    /// The rule that it would break: of the validity and the usage period, the names, the addresses or the document
    /// types; or the issuer is no country signer of that country, or does not sign with this scheme.
    pub fn finalize(&self, issuer: &Certificate, scheme: SignatureScheme) -> Result<UnsignedCertificate, ProfileError> {
        check_periods(self.validity, self.usage_period)?;
        let issuer_fields = IssuerFields::of(issuer, &self.subject, self.validity, scheme)?;
        let subject = self.subject.to_der()?;

        // Table 6, in its order. Left out, because it prohibits them: PolicyMappings, SubjectDirectoryAttributes, Basic
        // Constraints, NameConstraints, PolicyConstraints, ExtKeyUsage, InhibitAnyPolicy, FreshestCRL, Netscape
        // Certificate Type, and NameChange, which is the country signer's.
        let mut extensions = vec![
            // AuthorityKeyIdentifier: mandatory, non-critical; the issuer's SubjectKeyIdentifier.
            extension::authority_key_identifier(issuer_fields.key_identifier),
            // SubjectKeyIdentifier: optional, non-critical.
            extension::subject_key_identifier(&extension::key_identifier(&self.public_key)),
            // KeyUsage: mandatory, critical; digitalSignature alone.
            extension::key_usage(Usage::Signer),
            // PrivateKeyUsagePeriod: mandatory, non-critical; GeneralizedTime.
            extension::private_key_usage_period(self.usage_period),
        ];
        if !self.policies.is_empty() {
            // CertificatePolicies: optional, non-critical.
            extensions.push(extension::certificate_policies(&self.policies));
        }
        extensions.extend([
            // SubjectAltName: mandatory, non-critical.
            extension::subject_alternative_name(&self.alternative_name.to_der()?),
            // IssuerAltName: mandatory, non-critical; the issuer's SubjectAltName.
            extension::issuer_alternative_name(issuer_fields.alternative_name),
            // CRLDistributionPoints: mandatory, non-critical.
            extension::crl_distribution_points(&self.revocation_list_addresses)?,
            // DocumentType: mandatory, non-critical.
            extension::document_type_list(&self.document_types)?,
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
