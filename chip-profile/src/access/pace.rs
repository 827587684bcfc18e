//! Password authenticated connection establishment with ECDH, Doc 9303-11 4.4, with generic or chip authentication mapping.
//!
//! ```text
//! terminal                                   chip
//! MSE:Set AT  80 OID 83 password          →
//! GENERAL AUTHENTICATE 7C {}              →
//!                                         ←  7C { 80 encrypted nonce }
//! GENERAL AUTHENTICATE 7C { 81 point }    →  mapping: Ĝ = s·G + H
//!                                         ←  7C { 82 point }
//! GENERAL AUTHENTICATE 7C { 83 point }    →  key agreement on Ĝ
//!                                         ←  7C { 84 point }
//! GENERAL AUTHENTICATE 7C { 85 token }    →  mutual authentication
//!                                         ←  7C { 86 token [8A encrypted chip authentication data] }
//! ```
//!
//! With chip authentication mapping (4.4.3.5) the last answer also proves that the chip has the private key whose public key
//! stands in EF.CardSecurity. The terminal checks that when it has read and verified that file:
//! [`PaceTerminal::chip_authentication`].

mod chip;
mod chip_authentication;
mod terminal;
#[cfg(test)]
mod tests;

pub use chip::PaceChip;
pub use chip_authentication::ChipAuthenticationData;
pub use terminal::PaceTerminal;

use const_oid::ObjectIdentifier;
use zeroize::{Zeroize, ZeroizeOnDrop};

use super::cipher::{self, Checksum, Cipher, CipherSuite};
use super::curve;
use super::key_derivation::{self, MrzInformation, Purpose};
use super::secure_messaging::SessionKeys;
use crate::ec::Curve;
use crate::lds::SecurityInfo;
use crate::tlv;

const MANAGE_SECURITY_ENVIRONMENT: u8 = 0x22;
const GENERAL_AUTHENTICATE: u8 = 0x86;
/// Class bit of command chaining: more commands follow.
const CHAINING: u8 = 0x10;

const DYNAMIC_AUTHENTICATION_DATA: u32 = 0x7C;
const ENCRYPTED_NONCE: u32 = 0x80;
const TERMINAL_MAPPING_DATA: u32 = 0x81;
const CHIP_MAPPING_DATA: u32 = 0x82;
const TERMINAL_PUBLIC_KEY: u32 = 0x83;
const CHIP_PUBLIC_KEY: u32 = 0x84;
const TERMINAL_TOKEN: u32 = 0x85;
const CHIP_TOKEN: u32 = 0x86;
const CERTIFICATION_AUTHORITY: u32 = 0x87;
const PREVIOUS_CERTIFICATION_AUTHORITY: u32 = 0x88;
const ENCRYPTED_CHIP_AUTHENTICATION_DATA: u32 = 0x8A;

/// How nonce and keys become the generator of the key agreement (Doc 9303-11 4.4.3.3).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Mapping {
    /// Generic mapping.
    #[default]
    Generic,
    /// Chip authentication mapping: generic mapping, and a proof of the chip's static key. AES only.
    ChipAuthentication,
}

/// Which PACE: mapping, cipher and domain parameters; key agreement always ECDH.
///
/// A chip announces them in EF.CardAccess as PACEInfo (Doc 9303-11 9.2.1): object identifier, version 2, number of the
/// parameters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct PaceParameters {
    mapping: Mapping,
    suite: CipherSuite,
    curve: Curve,
}

const SUITES: [CipherSuite; 4] =
    [CipherSuite::TripleDes, CipherSuite::Aes128, CipherSuite::Aes192, CipherSuite::Aes256];

impl PaceParameters {
    /// id-PACE-ECDH-GM-AES-CBC-CMAC-128 on P-256.
    pub const P256_AES128: PaceParameters = PaceParameters::aes_128(Mapping::Generic);
    /// id-PACE-ECDH-CAM-AES-CBC-CMAC-128 on P-256.
    pub const P256_AES128_CAM: PaceParameters = PaceParameters::aes_128(Mapping::ChipAuthentication);
    /// id-PACE-ECDH-GM-AES-CBC-CMAC-256 on P-384.
    pub const P384_AES256: PaceParameters =
        PaceParameters { mapping: Mapping::Generic, suite: CipherSuite::Aes256, curve: Curve::P384 };

    const fn aes_128(mapping: Mapping) -> Self {
        PaceParameters { mapping, suite: CipherSuite::Aes128, curve: Curve::P256 }
    }

    /// These parameters; `None` for chip authentication mapping with Triple-DES, which the standard does not have.
    pub const fn new(mapping: Mapping, suite: CipherSuite, curve: Curve) -> Option<Self> {
        match (mapping, suite) {
            (Mapping::ChipAuthentication, CipherSuite::TripleDes) => None,
            _ => Some(PaceParameters { mapping, suite, curve }),
        }
    }

    /// Mapping of the nonce.
    pub const fn mapping(self) -> Mapping {
        self.mapping
    }
    /// Cipher and authentication code of the session.
    pub const fn suite(self) -> CipherSuite {
        self.suite
    }
    /// Curve of the key agreement.
    pub const fn curve(self) -> Curve {
        self.curve
    }

    /// id-PACE-ECDH-GM-… or id-PACE-ECDH-CAM-… with the cipher (Doc 9303-11 9.2.1).
    pub const fn object_identifier(self) -> ObjectIdentifier {
        ObjectIdentifier::new_unwrap(match (self.mapping, self.suite) {
            (Mapping::Generic, CipherSuite::TripleDes) => "0.4.0.127.0.7.2.2.4.2.1",
            (Mapping::Generic, CipherSuite::Aes128) => "0.4.0.127.0.7.2.2.4.2.2",
            (Mapping::Generic, CipherSuite::Aes192) => "0.4.0.127.0.7.2.2.4.2.3",
            (Mapping::Generic, CipherSuite::Aes256) => "0.4.0.127.0.7.2.2.4.2.4",
            // The arc of Triple-DES is never reached: there are no such parameters.
            (Mapping::ChipAuthentication, CipherSuite::TripleDes | CipherSuite::Aes128) => "0.4.0.127.0.7.2.2.4.6.2",
            (Mapping::ChipAuthentication, CipherSuite::Aes192) => "0.4.0.127.0.7.2.2.4.6.3",
            (Mapping::ChipAuthentication, CipherSuite::Aes256) => "0.4.0.127.0.7.2.2.4.6.4",
        })
    }

    /// The PACEInfo that announces these parameters in EF.CardAccess and DG14.
    pub const fn security_info(self) -> SecurityInfo {
        SecurityInfo::Pace {
            protocol: self.object_identifier(),
            parameter_id: Some(self.curve.standardized_parameter_id() as u32),
        }
    }

    /// The parameters that a PACEInfo announces; `None` when it is another protocol's, or another mapping, key agreement
    /// or curve than this crate has.
    pub fn from_security_info(info: &SecurityInfo) -> Option<Self> {
        let SecurityInfo::Pace { protocol, parameter_id: Some(number) } = info else { return None };
        let curve = curve::of_number(*number)?;
        [Mapping::Generic, Mapping::ChipAuthentication]
            .into_iter()
            .flat_map(|mapping| SUITES.into_iter().filter_map(move |suite| Self::new(mapping, suite, curve)))
            .find(|parameters| parameters.object_identifier() == *protocol)
    }

    /// Length of the nonce: whole blocks, at least as long as the key (Doc 9303-11 4.4.1).
    const fn nonce_length(self) -> usize {
        self.suite.key_length().next_multiple_of(self.suite.block_length())
    }

    /// Authentication token (Doc 9303-11 4.4.3.4): checksum over the other side's public key.
    ///
    /// ```text
    /// 7F49 { 06 object identifier, 86 public key }
    /// ```
    fn token(self, keys: &mut SessionKeys, public_key: &[u8]) -> Checksum {
        let mut input = Vec::with_capacity(128);
        tlv::push_nested(&mut input, 0x7F49, |out| {
            tlv::push(out, 0x06, self.object_identifier().as_bytes());
            tlv::push(out, 0x86, public_key);
        });
        // CMAC pads by itself.
        if self.suite == CipherSuite::TripleDes {
            cipher::pad(&mut input, self.suite.block_length());
        }
        keys.authentication().checksum(&[&input])
    }
}

/// Which password a terminal uses: the number in MSE:Set AT (Doc 9303-11 4.4.4.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum PasswordReference {
    /// 01: machine readable zone.
    Mrz = 1,
    /// 02: card access number.
    Can = 2,
}

/// A password: what Kπ is derived from (Doc 9303-11 9.7.3).
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct PacePassword {
    #[zeroize(skip)]
    reference: PasswordReference,
    secret: Vec<u8>,
}

impl core::fmt::Debug for PacePassword {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "PacePassword({:?}, redacted)", self.reference)
    }
}

impl PacePassword {
    /// The machine readable zone: SHA-1 of the MRZ information.
    pub fn mrz(information: &MrzInformation) -> Self {
        let hash = key_derivation::hash_of_mrz_information(information);
        PacePassword { reference: PasswordReference::Mrz, secret: hash.to_vec() }
    }
    /// The card access number as printed: its digits in ISO/IEC 8859-1.
    pub fn can(digits: &str) -> Self {
        PacePassword { reference: PasswordReference::Can, secret: digits.as_bytes().to_vec() }
    }
    /// A password as a chip stores it: reference, and the bytes of [`PacePassword::secret_bytes`].
    pub fn from_secret_bytes(reference: PasswordReference, secret: &[u8]) -> Self {
        PacePassword { reference, secret: secret.to_vec() }
    }
    /// The bytes that go into the chip's key object: 20 of the machine readable zone, the digits of the CAN.
    pub fn secret_bytes(&self) -> &[u8] {
        &self.secret
    }
    /// Which password this is.
    pub fn reference(&self) -> PasswordReference {
        self.reference
    }
    fn cipher(&self, suite: CipherSuite) -> Cipher {
        key_derivation::derive(suite, &self.secret, Purpose::Password).cipher()
    }
}

fn dynamic_authentication_data(tag: u32, value: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(value.len() + 8);
    tlv::push_nested(&mut out, DYNAMIC_AUTHENTICATION_DATA, |out| tlv::push(out, tag, value));
    out
}
