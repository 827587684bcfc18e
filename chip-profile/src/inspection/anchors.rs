//! Whom an inspection trusts.

use thiserror::Error;

use super::{RevocationList, RevocationListError};
use crate::pki::{Certificate, CertificateError};

/// Whom an inspection trusts. Read once, used for many documents.
#[derive(Debug, Clone, Default)]
pub struct TrustAnchors {
    /// Country signer certificates, trusted for having been configured, or from a master list that was verified.
    pub country_signers: Vec<Certificate>,
    /// Link certificates, trusted when a country signer that is trusted leads to them.
    pub link_certificates: Vec<Certificate>,
    /// Revocation lists; their signatures are checked when they are used.
    pub revocation_lists: Vec<RevocationList>,
}

/// Why trust anchors cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum TrustAnchorError {
    /// One of the country signer certificates.
    #[error("country signer {index}: {error}")]
    Certificate {
        /// Which, counted from zero.
        index: usize,
        /// What is wrong with it.
        error: CertificateError,
    },
    /// One of the revocation lists.
    #[error("list {index}: {error}")]
    RevocationList {
        /// Which, counted from zero.
        index: usize,
        /// What is wrong with it.
        error: RevocationListError,
    },
}

impl TrustAnchors {
    /// Reads country signer certificates, trusted as they are, and revocation lists, each in DER.
    ///
    /// # Errors
    /// The first certificate that cannot be read, or else the first list, by its place.
    pub fn new(
        country_signers: impl IntoIterator<Item = impl AsRef<[u8]>>,
        revocation_lists: impl IntoIterator<Item = impl AsRef<[u8]>>,
    ) -> Result<Self, TrustAnchorError> {
        let certificate = |(index, bytes): (usize, _)| {
            Certificate::parse(AsRef::<[u8]>::as_ref(&bytes))
                .map_err(|error| TrustAnchorError::Certificate { index, error })
        };
        let list = |(index, bytes): (usize, _)| {
            RevocationList::parse(AsRef::<[u8]>::as_ref(&bytes))
                .map_err(|error| TrustAnchorError::RevocationList { index, error })
        };
        Ok(TrustAnchors {
            country_signers: country_signers.into_iter().enumerate().map(certificate).collect::<Result<_, _>>()?,
            link_certificates: Vec::new(),
            revocation_lists: revocation_lists.into_iter().enumerate().map(list).collect::<Result<_, _>>()?,
        })
    }

    /// Adds a certificate of which nothing else is known: a self-signed one is trusted as it is, any other is taken for a
    /// link certificate, which must be led to.
    pub fn add(&mut self, certificate: Certificate) {
        if is_link(&certificate) {
            self.link_certificates.push(certificate);
        } else {
            self.country_signers.push(certificate);
        }
    }
}

/// A link certificate is issued by another key than its own, whether or not the name has changed (Doc 9303-12 7.1.1.5).
pub(super) fn is_link(certificate: &Certificate) -> bool {
    let another_key = match (certificate.authority_key_identifier(), certificate.subject_key_identifier()) {
        (Some(authority), Some(subject)) => authority != subject,
        _ => false,
    };
    another_key || !certificate.is_self_issued()
}
