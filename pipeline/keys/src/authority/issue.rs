//! Certificates of document signers, from what was asked.

use chip_profile::pki::{Certificate, DocumentSigner, SerialNumber, Validity};
use chip_profile::signature::VerifyingKey;
use const_oid::ObjectIdentifier;
use persoline_domain::chance::{AsRng, RandomSource};
use persoline_domain::clock::Timestamp;

use super::{Authority, ISSUED};
use crate::ceremony::{IssuedCertificate, hexadecimal, issued};
use crate::directory::issued_certificates;
use crate::error::KeyStoreError;
use crate::files;
use crate::periods::unix_time;
use crate::request::{Wish, read_request};
use crate::store::{self, certificate_file};

/// Shortest modulus that is issued to, in bits (Doc 9303-12 4.1.6 leaves lengths to catalogues; documents live ten years).
const SHORTEST_MODULUS: usize = 3072;

/// What the country signer grants.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IssuingPolicy {
    /// Longest life of a document, in months; a certificate outlives the last document signed by so much.
    pub document_months: u32,
    /// Longest usage period, in days; Doc 9303-12 4.1.1.2 recommends three months at most.
    pub longest_usage_days: u32,
    /// Document types that may be signed, as they begin the MRZ: `P`, `PP`. Empty allows any.
    pub document_types: Vec<String>,
    /// Object identifiers for certificatePolicies, dotted: `1.3.6.1.4.1.1`.
    pub policies: Vec<String>,
}

impl Default for IssuingPolicy {
    fn default() -> Self {
        IssuingPolicy { document_months: 120, longest_usage_days: 93, document_types: Vec::new(), policies: Vec::new() }
    }
}

impl Authority {
    /// Issues a certificate for each of `requests` (PKCS #10, DER), or none at all, and keeps copies.
    ///
    /// Refused are requests that are not signed with the key they name, keys that have a certificate already, and whatever
    /// `policy` does not grant.
    ///
    /// # Errors
    /// [`KeyStoreError::RequestRefused`] names the first request that is not granted, [`KeyStoreError::Request`] a
    /// country signer outside of its usage period or a policy that is no object identifier; nothing is kept then.
    /// [`KeyStoreError::Io`] when a copy cannot be written: those before it are removed again.
    pub fn issue(
        &self,
        requests: &[Vec<u8>],
        policy: &IssuingPolicy,
        now: Timestamp,
        random: &dyn RandomSource,
    ) -> Result<Vec<IssuedCertificate>, KeyStoreError> {
        self.check_usage(now)?;
        let mut keys = self.keys_issued_to()?;
        let mut made = Vec::with_capacity(requests.len());
        for (index, request) in requests.iter().enumerate() {
            let refused = |reason: String| KeyStoreError::RequestRefused { index, reason };
            let wish = read_request(request).map_err(|error| refused(error.to_string()))?;
            self.check(&wish, policy, now).map_err(|reason| refused(reason.to_owned()))?;
            let spki = wish.public_key.to_spki();
            if keys.contains(&spki) {
                return Err(refused("its key has a certificate already".to_owned()));
            }
            let certificate = self.certify(&wish, policy, random).map_err(|error| match error {
                KeyStoreError::Profile(broken) => refused(broken.to_string()),
                other => other,
            })?;
            made.push(certificate);
            keys.push(spki);
        }
        let mut kept = Vec::with_capacity(made.len());
        for certificate in &made {
            match self.keep(certificate) {
                Ok(one) => kept.push(one),
                Err(error) => {
                    // Whoever asked gets none of them, so none was issued. What cannot be removed either stays, a copy of a
                    // certificate that nobody has; another one for its key is then refused.
                    for one in &kept {
                        let _ = files::remove(&self.folder, &certificate_file(&one.name));
                    }
                    return Err(error);
                }
            }
        }
        Ok(kept)
    }

    /// A certificate that says what is wished, not written anywhere.
    pub(crate) fn certify(
        &self,
        wish: &Wish,
        policy: &IssuingPolicy,
        random: &dyn RandomSource,
    ) -> Result<Certificate, KeyStoreError> {
        let policies: Result<Vec<ObjectIdentifier>, _> = policy.policies.iter().map(|oid| oid.parse()).collect();
        let profile = DocumentSigner {
            serial: SerialNumber::generate(&mut AsRng(random)),
            subject: wish.subject.clone(),
            alternative_name: self.issuer.alternative_name.clone(),
            // Doc 9303-12 4.1.1.1: the usage period and the longest life of a document.
            validity: Validity {
                not_before: wish.usage_period.not_before,
                not_after: wish.usage_period.not_after.plus_months(i64::from(policy.document_months)),
            },
            usage_period: wish.usage_period,
            public_key: wish.public_key.clone(),
            document_types: wish.document_types.clone(),
            revocation_list_addresses: self.issuer.revocation_list_addresses.clone(),
            policies: policies.map_err(|_| KeyStoreError::Request("a policy is no object identifier"))?,
        };
        let unsigned = profile.finalize(&self.certificate, self.key.suite().scheme())?;
        store::parse("issued", &self.sign(&unsigned)?)
    }

    /// Keeps a copy: what was issued can be revoked, published, and is not issued again.
    pub(crate) fn keep(&self, certificate: &Certificate) -> Result<IssuedCertificate, KeyStoreError> {
        let name = format!("{ISSUED}{}", hexadecimal(certificate.serial()));
        files::write(&self.folder, &certificate_file(&name), certificate.as_bytes())?;
        Ok(issued(&name, certificate))
    }

    fn check(&self, wish: &Wish, policy: &IssuingPolicy, now: Timestamp) -> Result<(), &'static str> {
        let usage = wish.usage_period;
        if usage.not_after.0 - usage.not_before.0 >= i64::from(policy.longest_usage_days) * 86_400 {
            return Err("its usage period is longer than the policy grants");
        }
        if usage.not_after <= unix_time(now) {
            return Err("its usage period is over");
        }
        let granted = |kind: &String| policy.document_types.is_empty() || policy.document_types.contains(kind);
        if !wish.document_types.iter().all(granted) {
            return Err("it asks for a document type that the policy does not grant");
        }
        if wish.subject.country != self.issuer.name.country
            || wish.subject.organization != self.issuer.name.organization
        {
            return Err("it asks for another country or organisation than the country signer's");
        }
        match &wish.public_key {
            VerifyingKey::Ec(_) => Ok(()),
            VerifyingKey::Rsa(key) if key.bits() >= SHORTEST_MODULUS => Ok(()),
            VerifyingKey::Rsa(_) => Err("its RSA key is shorter than 3072 bits"),
            _ => Err("its key is on a curve that documents are not signed with"),
        }
    }

    /// The keys, as SubjectPublicKeyInfo, that have certificates.
    fn keys_issued_to(&self) -> Result<Vec<Vec<u8>>, KeyStoreError> {
        let issued = issued_certificates(&self.folder)?;
        Ok(issued.iter().map(|certificate| certificate.spki_bytes().to_vec()).collect())
    }
}
