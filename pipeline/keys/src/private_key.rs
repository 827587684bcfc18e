//! Private keys of signers, of every suite.

use chip_profile::ec::KeyPair;
use chip_profile::signature::VerifyingKey;
use persoline_domain::chance::{AsRng, RandomSource};
use persoline_domain::signer::{SignatureSuite, SignerError};
use zeroize::Zeroizing;

use crate::rsa_key::RsaKey;

/// A private key and how it signs.
///
/// Signatures of elliptic curves follow from key and message (RFC 6979); those of RSA with PSS take their salt from the
/// library.
pub(crate) struct PrivateKey {
    suite: SignatureSuite,
    kind: Kind,
}

enum Kind {
    Ec(Box<KeyPair>),
    Rsa(Box<RsaKey>),
}

impl PrivateKey {
    /// A fresh key. RSA keys take their primes from the library's own randomness.
    pub(crate) fn generate(suite: SignatureSuite, random: &dyn RandomSource) -> Result<PrivateKey, SignerError> {
        let kind = match suite.curve() {
            Some(curve) => Kind::Ec(Box::new(KeyPair::generate(curve.curve(), &mut AsRng(random)))),
            None => Kind::Rsa(Box::new(RsaKey::generate_signer()?)),
        };
        Ok(PrivateKey { suite, kind })
    }

    /// The key of what a key file holds; `None` when it is not a key of this suite.
    pub(crate) fn open(suite: SignatureSuite, secret: &[u8]) -> Option<PrivateKey> {
        let kind = match suite.curve() {
            Some(curve) => Kind::Ec(Box::new(KeyPair::from_private_scalar(curve.curve(), secret).ok()?)),
            None => Kind::Rsa(Box::new(RsaKey::open(secret)?)),
        };
        Some(PrivateKey { suite, kind })
    }

    /// What a key file holds: the private number of a curve, big-endian and as long as its field, or an RSA key as PKCS #8
    /// (RFC 5958).
    pub(crate) fn secret(&self) -> Result<Zeroizing<Vec<u8>>, SignerError> {
        match &self.kind {
            Kind::Ec(key) => Ok(Zeroizing::new(key.private_scalar().as_bytes().to_vec())),
            Kind::Rsa(key) => key.to_pkcs8(),
        }
    }

    pub(crate) fn suite(&self) -> SignatureSuite {
        self.suite
    }

    pub(crate) fn verifying_key(&self) -> VerifyingKey {
        match &self.kind {
            Kind::Ec(key) => VerifyingKey::Ec(key.public_key().clone()),
            Kind::Rsa(key) => VerifyingKey::Rsa(key.public_key().clone()),
        }
    }

    /// The key pair of a curve.
    pub(crate) fn key_pair(&self) -> Option<&KeyPair> {
        match &self.kind {
            Kind::Ec(key) => Some(key),
            Kind::Rsa(_) => None,
        }
    }

    pub(crate) fn sign(&self, message: &[u8]) -> Result<Vec<u8>, SignerError> {
        let scheme = self.suite.scheme();
        match &self.kind {
            Kind::Ec(key) => Ok(key.sign(scheme.hash(), message)),
            Kind::Rsa(key) => key.sign(scheme, message),
        }
    }
}
