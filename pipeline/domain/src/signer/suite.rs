//! The suites in which country signers and document signers sign, Doc 9303-12 4.1.6.

use chip_profile::ec::HashAlgorithm;
use chip_profile::signature::SignatureScheme;

use super::KeyCurve;

/// A kind of key with the way in which it signs. Names are those of files and the command line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum SignatureSuite {
    /// ECDSA on P-256 with SHA-256.
    P256,
    /// ECDSA on P-384 with SHA-384.
    P384,
    /// ECDSA on brainpoolP256r1 with SHA-256.
    BrainpoolP256r1,
    /// ECDSA on brainpoolP384r1 with SHA-384.
    BrainpoolP384r1,
    /// RSA of 3,072 bits, RSASSA-PKCS1-v1_5 with SHA-256.
    Rsa3072Pkcs1Sha256,
    /// RSA of 3,072 bits, RSASSA-PKCS1-v1_5 with SHA-384.
    Rsa3072Pkcs1Sha384,
    /// RSA of 3,072 bits, RSASSA-PSS with SHA-256, mask generation with the same, salt of the digest's length.
    Rsa3072PssSha256,
    /// RSA of 3,072 bits, RSASSA-PSS with SHA-384, mask generation with the same, salt of the digest's length.
    Rsa3072PssSha384,
}

impl SignatureSuite {
    /// All.
    pub const ALL: [SignatureSuite; 8] = [
        SignatureSuite::P256,
        SignatureSuite::P384,
        SignatureSuite::BrainpoolP256r1,
        SignatureSuite::BrainpoolP384r1,
        SignatureSuite::Rsa3072Pkcs1Sha256,
        SignatureSuite::Rsa3072Pkcs1Sha384,
        SignatureSuite::Rsa3072PssSha256,
        SignatureSuite::Rsa3072PssSha384,
    ];

    /// The name used in files, views and on the command line.
    pub fn name(self) -> &'static str {
        match self {
            SignatureSuite::P256 => "p256",
            SignatureSuite::P384 => "p384",
            SignatureSuite::BrainpoolP256r1 => "brainpoolP256r1",
            SignatureSuite::BrainpoolP384r1 => "brainpoolP384r1",
            SignatureSuite::Rsa3072Pkcs1Sha256 => "rsa3072-pkcs1-sha256",
            SignatureSuite::Rsa3072Pkcs1Sha384 => "rsa3072-pkcs1-sha384",
            SignatureSuite::Rsa3072PssSha256 => "rsa3072-pss-sha256",
            SignatureSuite::Rsa3072PssSha384 => "rsa3072-pss-sha384",
        }
    }

    /// The suite of that name.
    pub fn parse(name: &str) -> Option<SignatureSuite> {
        SignatureSuite::ALL.into_iter().find(|suite| suite.name() == name)
    }

    /// The curve of its keys; `None` for RSA.
    pub fn curve(self) -> Option<KeyCurve> {
        match self {
            SignatureSuite::P256 => Some(KeyCurve::P256),
            SignatureSuite::P384 => Some(KeyCurve::P384),
            SignatureSuite::BrainpoolP256r1 => Some(KeyCurve::BrainpoolP256r1),
            SignatureSuite::BrainpoolP384r1 => Some(KeyCurve::BrainpoolP384r1),
            _ => None,
        }
    }

    /// How it signs.
    pub fn scheme(self) -> SignatureScheme {
        match self {
            SignatureSuite::P256 | SignatureSuite::BrainpoolP256r1 => SignatureScheme::Ecdsa(HashAlgorithm::Sha256),
            SignatureSuite::P384 | SignatureSuite::BrainpoolP384r1 => SignatureScheme::Ecdsa(HashAlgorithm::Sha384),
            SignatureSuite::Rsa3072Pkcs1Sha256 => SignatureScheme::RsaPkcs1(HashAlgorithm::Sha256),
            SignatureSuite::Rsa3072Pkcs1Sha384 => SignatureScheme::RsaPkcs1(HashAlgorithm::Sha384),
            SignatureSuite::Rsa3072PssSha256 => SignatureScheme::rsa_pss(HashAlgorithm::Sha256),
            SignatureSuite::Rsa3072PssSha384 => SignatureScheme::rsa_pss(HashAlgorithm::Sha384),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_suite_is_found_by_its_name() {
        for suite in SignatureSuite::ALL {
            assert_eq!(SignatureSuite::parse(suite.name()), Some(suite));
        }
        assert_eq!(SignatureSuite::parse("rsa1024"), None);
    }
}
