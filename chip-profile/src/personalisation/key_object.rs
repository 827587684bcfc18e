//! Secrets that the chip keeps: passwords and private keys, as PUT DATA carries them.
//!
//! The standards leave the form to the chip's maker; this one uses the control reference templates of
//! ISO/IEC 7816-4: A4 for authentication, A6 for key agreement.
//!
//! ```text
//! A4 { 84 01 00  95 01 01  92 20 Kenc Kmac }                   basic access control
//! A4 { 83 01 id  95 01 02  91 L password }                     PACE: id 01 MRZ (SHA-1 of the MRZ information), 02 CAN
//! A4 { 80 0A protocol  95 01 02  90 01 parameters }            PACE: what EF.CardAccess announces
//! A4 { 84 01 00  95 01 04  06 L curve  92 L private number }   active authentication, ECDSA
//! A4 { 80 L hash  84 01 00  95 01 04  7F48 L private key }     active authentication, RSA; see RsaKeyParts
//! A6 { 80 0A protocol  [84 01 id]  95 01 08  06 L curve  92 L private number }   chip authentication
//! ```

use super::rsa_key::{PRIVATE_KEY_TEMPLATE, RsaKeyParts};
use crate::access::bac::BacKeys;
use crate::access::pace::{PaceParameters, PacePassword, PasswordReference};
use crate::access::{CipherSuite, chip_authentication};
use crate::ec::{Curve, HashAlgorithm, KeyPair};
use crate::lds::SecurityInfo;
use crate::tlv::{self, Reader, Tlv, TlvError, TlvErrorKind};
use const_oid::ObjectIdentifier;
use core::fmt;
use zeroize::Zeroizing;

pub(super) const MECHANISM: u32 = 0x80;
pub(super) const AUTHENTICATION: u32 = 0xA4;
pub(super) const KEY_AGREEMENT: u32 = 0xA6;
const PASSWORD_REFERENCE: u32 = 0x83;
pub(super) const KEY_REFERENCE: u32 = 0x84;
pub(super) const USAGE: u32 = 0x95;
const PARAMETER_NUMBER: u32 = 0x90;
const PASSWORD: u32 = 0x91;
const SECRET_KEY: u32 = 0x92;
pub(super) const OBJECT_IDENTIFIER: u32 = 0x06;

const BASIC_ACCESS_CONTROL: u8 = 0x01;
const PACE: u8 = 0x02;
pub(super) const ACTIVE_AUTHENTICATION: u8 = 0x04;
pub(super) const CHIP_AUTHENTICATION: u8 = 0x08;

/// Name of the private key of active authentication.
pub(super) const ACTIVE_AUTHENTICATION_KEY: &str = "active authentication key";
/// Name of the private key of chip authentication.
pub(super) const CHIP_AUTHENTICATION_KEY: &str = "chip authentication key";

/// The private key of active authentication (Doc 9303-11 6.1).
#[derive(Debug, Clone)]
pub enum ActiveAuthenticationKey {
    /// ECDSA, with the hash of the curve's strength.
    Ec(KeyPair),
    /// RSA with ISO/IEC 9796-2 digital signature scheme 1.
    Rsa {
        /// The key.
        key: RsaKeyParts,
        /// The hash of the signature, which its trailer names.
        hash: HashAlgorithm,
    },
}

impl From<KeyPair> for ActiveAuthenticationKey {
    fn from(key: KeyPair) -> Self {
        ActiveAuthenticationKey::Ec(key)
    }
}

/// One secret of the chip.
#[derive(Clone)]
pub enum KeyObject {
    /// The document basic access keys. Without them the chip does not offer basic access control.
    BasicAccessControl {
        /// Kenc and Kmac.
        keys: BacKeys,
    },
    /// A password of PACE.
    PacePassword {
        /// The password with its number.
        password: PacePassword,
    },
    /// Cipher and curve with which the chip offers PACE.
    PaceParameters {
        /// What EF.CardAccess announces.
        parameters: PaceParameters,
    },
    /// The private key of active authentication.
    ActiveAuthentication {
        /// The key.
        key: ActiveAuthenticationKey,
    },
    /// The private key of chip authentication.
    ChipAuthentication {
        /// Cipher of the session that it establishes.
        suite: CipherSuite,
        /// Identifier by which DG14 names the key; `None` when it names none.
        identifier: Option<u8>,
        /// The key pair.
        key: KeyPair,
    },
}

impl fmt::Debug for KeyObject {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}(secret)", self.name())
    }
}

impl KeyObject {
    /// What the secret is for.
    pub fn name(&self) -> &'static str {
        match self {
            KeyObject::BasicAccessControl { .. } => "basic access keys",
            KeyObject::PacePassword { .. } => "PACE password",
            KeyObject::PaceParameters { .. } => "PACE parameters",
            KeyObject::ActiveAuthentication { .. } => ACTIVE_AUTHENTICATION_KEY,
            KeyObject::ChipAuthentication { .. } => CHIP_AUTHENTICATION_KEY,
        }
    }

    /// The template with its tag.
    pub fn to_bytes(&self) -> Zeroizing<Vec<u8>> {
        // Room for all, so that no half-written copy stays behind in memory that was let go.
        let room = match self {
            KeyObject::ActiveAuthentication { key: ActiveAuthenticationKey::Rsa { key, .. } } => key.encoded_len(),
            _ => 64,
        };
        let mut contents = Zeroizing::new(Vec::with_capacity(room + 64));
        let template = match self {
            KeyObject::BasicAccessControl { keys } => {
                tlv::push(&mut contents, KEY_REFERENCE, &[0]);
                tlv::push(&mut contents, USAGE, &[BASIC_ACCESS_CONTROL]);
                tlv::push(&mut contents, SECRET_KEY, &*keys.to_bytes());
                AUTHENTICATION
            }
            KeyObject::PacePassword { password } => {
                tlv::push(&mut contents, PASSWORD_REFERENCE, &[password.reference() as u8]);
                tlv::push(&mut contents, USAGE, &[PACE]);
                tlv::push(&mut contents, PASSWORD, password.secret_bytes());
                AUTHENTICATION
            }
            KeyObject::PaceParameters { parameters } => {
                tlv::push(&mut contents, MECHANISM, parameters.object_identifier().as_bytes());
                tlv::push(&mut contents, USAGE, &[PACE]);
                tlv::push(&mut contents, PARAMETER_NUMBER, &[parameters.curve().standardized_parameter_id()]);
                AUTHENTICATION
            }
            KeyObject::ActiveAuthentication { key: ActiveAuthenticationKey::Ec(key) } => {
                tlv::push(&mut contents, KEY_REFERENCE, &[0]);
                push_key(&mut contents, ACTIVE_AUTHENTICATION, key);
                AUTHENTICATION
            }
            KeyObject::ActiveAuthentication { key: ActiveAuthenticationKey::Rsa { key, hash } } => {
                tlv::push(&mut contents, MECHANISM, hash.oid().as_bytes());
                tlv::push(&mut contents, KEY_REFERENCE, &[0]);
                tlv::push(&mut contents, USAGE, &[ACTIVE_AUTHENTICATION]);
                key.push(&mut contents);
                AUTHENTICATION
            }
            KeyObject::ChipAuthentication { suite, identifier, key } => {
                tlv::push(&mut contents, MECHANISM, chip_authentication::object_identifier(*suite).as_bytes());
                if let Some(identifier) = identifier {
                    tlv::push(&mut contents, KEY_REFERENCE, &[*identifier]);
                }
                push_key(&mut contents, CHIP_AUTHENTICATION, key);
                KEY_AGREEMENT
            }
        };
        let mut out = Zeroizing::new(Vec::with_capacity(contents.len() + 4));
        tlv::push(&mut out, template, &contents);
        out
    }

    /// Reads a template.
    ///
    /// # Errors
    /// Kind and position of the first fault; a private number that is no key of its curve is one.
    pub fn parse(bytes: &[u8]) -> Result<Self, TlvError> {
        let mut outer = Reader::new(bytes);
        let position = outer.position();
        let template = outer.next_object()?.ok_or(TlvError { kind: TlvErrorKind::Truncated, position })?;
        outer.finish()?;
        let invalid = TlvError { kind: TlvErrorKind::Value, position: template.position };
        let mut reader = template.reader();
        let mechanism = reader.optional(MECHANISM)?.map(|object| object.value);
        let password = single(reader.optional(PASSWORD_REFERENCE)?)?;
        let key = single(reader.optional(KEY_REFERENCE)?)?;
        let usage = single(Some(reader.expect(USAGE)?))?.unwrap_or(0);
        let identifier = |bytes: &[u8]| ObjectIdentifier::from_bytes(bytes).map_err(|_| invalid);
        let object = match (template.tag, mechanism, password, key, usage) {
            (AUTHENTICATION, None, None, Some(0), BASIC_ACCESS_CONTROL) => {
                let (encryption, rest) = reader.expect(SECRET_KEY)?.value.split_first_chunk::<16>().ok_or(invalid)?;
                KeyObject::BasicAccessControl {
                    keys: BacKeys::from_bytes(*encryption, rest.try_into().map_err(|_| invalid)?),
                }
            }
            (AUTHENTICATION, None, Some(reference), None, PACE) => {
                let value = reader.expect(PASSWORD)?.value;
                let reference = match (reference, value.len()) {
                    (1, 20) => PasswordReference::Mrz,
                    (2, 6) if value.iter().all(u8::is_ascii_digit) => PasswordReference::Can,
                    _ => return Err(invalid),
                };
                KeyObject::PacePassword { password: PacePassword::from_secret_bytes(reference, value) }
            }
            (AUTHENTICATION, Some(mechanism), None, None, PACE) => {
                let number = single(Some(reader.expect(PARAMETER_NUMBER)?))?.unwrap_or(0);
                let info = SecurityInfo::Pace { protocol: identifier(mechanism)?, parameter_id: Some(number.into()) };
                let parameters = PaceParameters::from_security_info(&info).ok_or(invalid)?;
                KeyObject::PaceParameters { parameters }
            }
            (AUTHENTICATION, None, None, Some(0), ACTIVE_AUTHENTICATION) => {
                KeyObject::ActiveAuthentication { key: read_key(&mut reader)?.into() }
            }
            (AUTHENTICATION, Some(mechanism), None, Some(0), ACTIVE_AUTHENTICATION)
                if reader.peek_tag()? == Some(PRIVATE_KEY_TEMPLATE) =>
            {
                let hash = HashAlgorithm::from_oid(&identifier(mechanism)?).ok_or(invalid)?;
                let key = RsaKeyParts::read(&mut reader)?;
                KeyObject::ActiveAuthentication { key: ActiveAuthenticationKey::Rsa { key, hash } }
            }
            (KEY_AGREEMENT, Some(mechanism), None, key_identifier, CHIP_AUTHENTICATION) => {
                let suite = chip_authentication::suite_of(&identifier(mechanism)?).ok_or(invalid)?;
                KeyObject::ChipAuthentication { suite, identifier: key_identifier, key: read_key(&mut reader)? }
            }
            _ => return Err(invalid),
        };
        reader.finish()?;
        Ok(object)
    }
}

/// The only byte of an object that has one.
fn single(object: Option<Tlv<'_>>) -> Result<Option<u8>, TlvError> {
    match object {
        None => Ok(None),
        Some(Tlv { value: [byte], .. }) => Ok(Some(*byte)),
        Some(object) => Err(TlvError { kind: TlvErrorKind::Value, position: object.position }),
    }
}

fn push_key(out: &mut Vec<u8>, usage: u8, key: &KeyPair) {
    tlv::push(out, USAGE, &[usage]);
    tlv::push(out, OBJECT_IDENTIFIER, key.curve().oid().as_bytes());
    tlv::push(out, SECRET_KEY, key.private_scalar().as_bytes());
}

fn read_key(reader: &mut Reader<'_>) -> Result<KeyPair, TlvError> {
    let curve = reader.expect(OBJECT_IDENTIFIER)?;
    let number = reader.expect(SECRET_KEY)?;
    let oid = ObjectIdentifier::from_bytes(curve.value).ok();
    oid.as_ref()
        .and_then(Curve::from_oid)
        .and_then(|curve| KeyPair::from_private_scalar(curve, number.value).ok())
        .ok_or(TlvError { kind: TlvErrorKind::Value, position: curve.position })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn objects() -> Vec<KeyObject> {
        let key = |curve: Curve| KeyPair::from_private_scalar(curve, &vec![0x11; curve.field_length()]).unwrap();
        vec![
            KeyObject::BasicAccessControl { keys: BacKeys::from_bytes([1; 16], [2; 16]) },
            KeyObject::PacePassword { password: PacePassword::can("123456") },
            KeyObject::ActiveAuthentication { key: key(Curve::P256).into() },
            KeyObject::ChipAuthentication { suite: CipherSuite::Aes256, identifier: Some(7), key: key(Curve::P384) },
            KeyObject::ChipAuthentication { suite: CipherSuite::Aes128, identifier: None, key: key(Curve::P256) },
            KeyObject::PaceParameters { parameters: PaceParameters::P384_AES256 },
        ]
    }

    #[test]
    fn objects_read_back_and_refuse_what_is_cut() {
        for object in objects() {
            let bytes = object.to_bytes();
            assert_eq!(KeyObject::parse(&bytes).unwrap().to_bytes(), bytes);
            for end in 0..bytes.len() {
                assert!(KeyObject::parse(&bytes[..end]).is_err(), "{object:?} cut at {end}");
            }
        }
        assert_eq!(&objects()[1].to_bytes()[..], b"\xA4\x0E\x83\x01\x02\x95\x01\x02\x91\x06123456");
    }

    #[test]
    fn a_number_that_is_no_key_is_refused() {
        let mut bytes = objects()[2].to_bytes();
        let start = bytes.len() - 32;
        bytes[start..].fill(0);
        assert!(KeyObject::parse(&bytes).is_err());
        bytes[start..].fill(0xFF);
        assert!(KeyObject::parse(&bytes).is_err());
    }

    #[test]
    fn secrets_do_not_appear_in_debug_output() {
        let text = format!("{:?}", objects());
        assert!(text.starts_with("[basic access keys(secret), PACE password(secret), active"), "{text}");
        assert!(!text.contains("17") && !text.contains("123456"), "{text}");
    }
}
