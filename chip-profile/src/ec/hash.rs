//! Hash functions and the object identifiers under which they appear.

use const_oid::ObjectIdentifier;
use sha2::Digest;

/// A hash function of Doc 9303-12 4.1.6.4, and SHA-1 for documents that were issued with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum HashAlgorithm {
    /// SHA-1. Read in old documents, never used for new ones.
    Sha1,
    /// SHA-224.
    Sha224,
    /// SHA-256.
    Sha256,
    /// SHA-384.
    Sha384,
    /// SHA-512.
    Sha512,
}

impl HashAlgorithm {
    /// Every hash function that can be computed.
    pub const ALL: [HashAlgorithm; 5] = [
        HashAlgorithm::Sha1,
        HashAlgorithm::Sha224,
        HashAlgorithm::Sha256,
        HashAlgorithm::Sha384,
        HashAlgorithm::Sha512,
    ];

    /// Object identifier of the hash function, RFC 3279 2.1 and RFC 5754 2.
    pub const fn oid(self) -> ObjectIdentifier {
        match self {
            HashAlgorithm::Sha1 => ObjectIdentifier::new_unwrap("1.3.14.3.2.26"),
            HashAlgorithm::Sha224 => ObjectIdentifier::new_unwrap("2.16.840.1.101.3.4.2.4"),
            HashAlgorithm::Sha256 => ObjectIdentifier::new_unwrap("2.16.840.1.101.3.4.2.1"),
            HashAlgorithm::Sha384 => ObjectIdentifier::new_unwrap("2.16.840.1.101.3.4.2.2"),
            HashAlgorithm::Sha512 => ObjectIdentifier::new_unwrap("2.16.840.1.101.3.4.2.3"),
        }
    }

    /// The hash function with this object identifier.
    pub fn from_oid(oid: &ObjectIdentifier) -> Option<HashAlgorithm> {
        HashAlgorithm::ALL.into_iter().find(|hash| hash.oid() == *oid)
    }

    /// ecdsa-with-SHA…, the signature algorithm of certificates and EF.SOD, RFC 5758 3.2.
    pub const fn ecdsa_oid(self) -> ObjectIdentifier {
        match self {
            HashAlgorithm::Sha1 => ObjectIdentifier::new_unwrap("1.2.840.10045.4.1"),
            HashAlgorithm::Sha224 => ObjectIdentifier::new_unwrap("1.2.840.10045.4.3.1"),
            HashAlgorithm::Sha256 => ObjectIdentifier::new_unwrap("1.2.840.10045.4.3.2"),
            HashAlgorithm::Sha384 => ObjectIdentifier::new_unwrap("1.2.840.10045.4.3.3"),
            HashAlgorithm::Sha512 => ObjectIdentifier::new_unwrap("1.2.840.10045.4.3.4"),
        }
    }

    /// The hash function of this ecdsa-with-SHA… identifier.
    pub fn from_ecdsa_oid(oid: &ObjectIdentifier) -> Option<HashAlgorithm> {
        HashAlgorithm::ALL.into_iter().find(|hash| hash.ecdsa_oid() == *oid)
    }

    /// ecdsa-plain-SHA…, the signature algorithm of active authentication, TR-03111 5.2.1.
    pub const fn ecdsa_plain_oid(self) -> ObjectIdentifier {
        match self {
            HashAlgorithm::Sha1 => ObjectIdentifier::new_unwrap("0.4.0.127.0.7.1.1.4.1.1"),
            HashAlgorithm::Sha224 => ObjectIdentifier::new_unwrap("0.4.0.127.0.7.1.1.4.1.2"),
            HashAlgorithm::Sha256 => ObjectIdentifier::new_unwrap("0.4.0.127.0.7.1.1.4.1.3"),
            HashAlgorithm::Sha384 => ObjectIdentifier::new_unwrap("0.4.0.127.0.7.1.1.4.1.4"),
            HashAlgorithm::Sha512 => ObjectIdentifier::new_unwrap("0.4.0.127.0.7.1.1.4.1.5"),
        }
    }

    /// The hash function of this ecdsa-plain-SHA… identifier.
    pub fn from_ecdsa_plain_oid(oid: &ObjectIdentifier) -> Option<HashAlgorithm> {
        HashAlgorithm::ALL.into_iter().find(|hash| hash.ecdsa_plain_oid() == *oid)
    }

    /// sha…WithRSAEncryption, RFC 4055 5.
    pub const fn rsa_oid(self) -> ObjectIdentifier {
        match self {
            HashAlgorithm::Sha1 => ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.5"),
            HashAlgorithm::Sha224 => ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.14"),
            HashAlgorithm::Sha256 => ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.11"),
            HashAlgorithm::Sha384 => ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.12"),
            HashAlgorithm::Sha512 => ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.13"),
        }
    }

    /// The hash function of this sha…WithRSAEncryption identifier.
    pub fn from_rsa_oid(oid: &ObjectIdentifier) -> Option<HashAlgorithm> {
        HashAlgorithm::ALL.into_iter().find(|hash| hash.rsa_oid() == *oid)
    }

    /// Length of the hash value, in bytes.
    pub const fn length(self) -> usize {
        match self {
            HashAlgorithm::Sha1 => 20,
            HashAlgorithm::Sha224 => 28,
            HashAlgorithm::Sha256 => 32,
            HashAlgorithm::Sha384 => 48,
            HashAlgorithm::Sha512 => 64,
        }
    }

    /// The hash value of `message`, [`length`](Self::length) bytes.
    pub fn digest(self, message: &[u8]) -> Vec<u8> {
        self.hash_value(message).as_bytes().to_vec()
    }

    /// The same without an allocation.
    pub fn hash_value(self, message: &[u8]) -> HashValue {
        match self {
            HashAlgorithm::Sha1 => HashValue::of(&sha1::Sha1::digest(message)),
            HashAlgorithm::Sha224 => HashValue::of(&sha2::Sha224::digest(message)),
            HashAlgorithm::Sha256 => HashValue::of(&sha2::Sha256::digest(message)),
            HashAlgorithm::Sha384 => HashValue::of(&sha2::Sha384::digest(message)),
            HashAlgorithm::Sha512 => HashValue::of(&sha2::Sha512::digest(message)),
        }
    }
}

/// A hash value in place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HashValue {
    bytes: [u8; HashValue::LONGEST],
    length: usize,
}

impl HashValue {
    /// Length of the longest value that any of the hash functions has, in bytes.
    pub const LONGEST: usize = 64;

    /// The value, as long as its hash function makes it.
    pub fn as_bytes(&self) -> &[u8] {
        self.bytes.get(..self.length).unwrap_or(&self.bytes)
    }

    fn of(value: &[u8]) -> HashValue {
        let mut bytes = [0; HashValue::LONGEST];
        bytes.iter_mut().zip(value).for_each(|(to, from)| *to = *from);
        HashValue { bytes, length: value.len().min(HashValue::LONGEST) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// FIPS 180-4 examples: the message "abc".
    #[test]
    fn digests_the_published_example() {
        let starts = ["a9993e36", "23097d22", "ba7816bf", "cb00753f", "ddaf35a1"];
        for (hash, start) in HashAlgorithm::ALL.into_iter().zip(starts) {
            let digest = hash.digest(b"abc");
            assert_eq!(digest.len(), hash.length());
            assert_eq!(digest[..4].iter().map(|byte| format!("{byte:02x}")).collect::<String>(), start);
            assert_eq!(HashAlgorithm::from_oid(&hash.oid()), Some(hash));
            assert_eq!(HashAlgorithm::from_ecdsa_oid(&hash.ecdsa_oid()), Some(hash));
            assert_eq!(HashAlgorithm::from_ecdsa_plain_oid(&hash.ecdsa_plain_oid()), Some(hash));
            assert_eq!(HashAlgorithm::from_rsa_oid(&hash.rsa_oid()), Some(hash));
        }
    }
}
