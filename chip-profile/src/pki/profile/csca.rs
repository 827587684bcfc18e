//! The self-signed certificate of a country signing certification authority, Doc 9303-12 7.1.1 tables 5 and 6, column
//! "CSCA self-signed root".

use const_oid::ObjectIdentifier;

use super::extension::{self, Usage};
use super::{
    Body, ProfileError, SerialNumber, UnsignedCertificate, UsagePeriod, Validity, check_periods, check_scheme,
};
use crate::pki::name::{AlternativeName, DistinguishedName};
use crate::signature::{SignatureScheme, VerifyingKey};

/// What a CSCA certificate says. The signature comes from the same key (7.1).
#[derive(Debug, Clone)]
pub struct CountrySigner {
    /// Table 5, serialNumber.
    pub serial: SerialNumber,
    /// Table 5, subject and issuer.
    pub name: DistinguishedName,
    /// 7.1.1.2: subject and issuer alternative name, which are identical.
    pub alternative_name: AlternativeName,
    /// 4.1.4.1: the usage period and the longest life of a certificate below, usually 13 to 15 years.
    pub validity: Validity,
    /// 4.1.4.2: when the private key signs, 3 to 5 years.
    pub usage_period: UsagePeriod,
    /// Table 5, subjectPublicKeyInfo; an elliptic curve is written with explicit parameters (4.1.6.3).
    pub public_key: VerifyingKey,
    /// 7.1.1.4: where the revocation list is published; at least one.
    pub revocation_list_addresses: Vec<String>,
    /// Table 6, CertificatePolicies: optional.
    pub policies: Vec<ObjectIdentifier>,
}

impl CountrySigner {
    /// The certificate up to its signature, which its own key makes with `scheme`.
    ///
    /// # Errors
    /// The rule that it would break: of the validity and the usage period, the names or the addresses; or the scheme is
    /// not one for issuing or not one of the key.
    pub fn finalize(&self, scheme: SignatureScheme) -> Result<UnsignedCertificate, ProfileError> {
        check_scheme(scheme, &self.public_key)?;
        check_periods(self.validity, self.usage_period)?;
        let name = self.name.to_der()?;
        let alternative_name = self.alternative_name.to_der()?;
        let identifier = extension::key_identifier(&self.public_key);

        // Table 6, in its order. Left out, because it prohibits them: PolicyMappings, SubjectDirectoryAttributes,
        // NameConstraints, PolicyConstraints, ExtKeyUsage, InhibitAnyPolicy, FreshestCRL, Netscape Certificate Type.
        let mut extensions = vec![
            // AuthorityKeyIdentifier: optional, non-critical.
            extension::authority_key_identifier(&identifier),
            // SubjectKeyIdentifier: mandatory, non-critical.
            extension::subject_key_identifier(&identifier),
            // KeyUsage: mandatory, critical; keyCertSign and cRLSign.
            extension::key_usage(Usage::CountrySigner),
            // PrivateKeyUsagePeriod: mandatory, non-critical; GeneralizedTime.
            extension::private_key_usage_period(self.usage_period),
        ];
        if !self.policies.is_empty() {
            // CertificatePolicies: optional, non-critical.
            extensions.push(extension::certificate_policies(&self.policies));
        }
        extensions.extend([
            // SubjectAltName and IssuerAltName: mandatory, non-critical, identical.
            extension::subject_alternative_name(&alternative_name),
            extension::issuer_alternative_name(&alternative_name),
            // Basic Constraints: mandatory, critical; cA true, path length always 0.
            extension::basic_constraints_of_country_signer(),
            // CRLDistributionPoints: mandatory, non-critical.
            extension::crl_distribution_points(&self.revocation_list_addresses)?,
        ]);

        let spki = self.public_key.to_spki();
        Ok(Body {
            serial: self.serial,
            scheme,
            issuer: &name,
            validity: self.validity,
            subject: &name,
            spki: &spki,
            extensions,
        }
        .finalize())
    }
}
