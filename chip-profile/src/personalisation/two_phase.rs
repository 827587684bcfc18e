//! Keys that the chip makes itself: the two-phase profile.
//!
//! The public keys of active and chip authentication stand in DG15, DG14 and EF.CardSecurity, and EF.SOD vouches for them. So a
//! chip that makes its own keys, which then exist nowhere else, is personalised in two phases over one channel: it makes the
//! keys and gives the public ones out; then the files follow that hold them.
//!
//! GENERATE ASYMMETRIC KEY PAIR (ISO/IEC 7816-8) with the control reference templates of
//! [`super::key_object`], without the private number:
//!
//! ```text
//! 00 47 80 00 Lc  A4 { 84 01 00  95 01 04  06 L curve } 00                        active authentication
//! 00 47 80 00 Lc  A6 { 80 0A protocol  [84 01 id]  95 01 08  06 L curve } 00      chip authentication
//!                                                                    →  7F49 { 86 L point }
//! ```
//!
//! RSA keys are not made so: a chip takes from seconds to half a minute for one, longer than a line has.

use super::key_object;
use super::write_plan::{MASTER_FILE, PlannedCommand, Purpose, SELECT, start_over};
use crate::access::{CipherSuite, chip_authentication};
use crate::apdu::{Command, Response};
use crate::ec::{Curve, PublicKey};
use crate::tlv::{self, Reader, TlvError, TlvErrorKind};
use const_oid::ObjectIdentifier;

/// INS of GENERATE ASYMMETRIC KEY PAIR with data objects in the data field.
pub const GENERATE_KEY_PAIR: u8 = 0x47;
/// P1: make the pair and give the public key out.
pub const GENERATE: u8 = 0x80;
/// Tag of the public key template.
pub const PUBLIC_KEY_TEMPLATE: u32 = 0x7F49;
/// Tag of a public point in it.
const POINT: u32 = 0x86;

/// A key pair that a chip is told to make.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeyOrder {
    /// For active authentication.
    ActiveAuthentication {
        /// On this curve.
        curve: Curve,
    },
    /// For chip authentication.
    ChipAuthentication {
        /// Cipher of the session that it establishes.
        suite: CipherSuite,
        /// Identifier that DG14 will give the key; `None` when it gives none.
        identifier: Option<u8>,
        /// On this curve.
        curve: Curve,
    },
}

impl KeyOrder {
    /// What the key is for, as errors and records name it.
    pub fn name(self) -> &'static str {
        match self {
            KeyOrder::ActiveAuthentication { .. } => key_object::ACTIVE_AUTHENTICATION_KEY,
            KeyOrder::ChipAuthentication { .. } => key_object::CHIP_AUTHENTICATION_KEY,
        }
    }

    /// The curve of the key.
    pub fn curve(self) -> Curve {
        match self {
            KeyOrder::ActiveAuthentication { curve } | KeyOrder::ChipAuthentication { curve, .. } => curve,
        }
    }

    /// The template with its tag.
    pub fn to_bytes(self) -> Vec<u8> {
        let mut contents = Vec::with_capacity(32);
        let template = match self {
            KeyOrder::ActiveAuthentication { curve } => {
                tlv::push(&mut contents, key_object::KEY_REFERENCE, &[0]);
                tlv::push(&mut contents, key_object::USAGE, &[key_object::ACTIVE_AUTHENTICATION]);
                tlv::push(&mut contents, key_object::OBJECT_IDENTIFIER, curve.oid().as_bytes());
                key_object::AUTHENTICATION
            }
            KeyOrder::ChipAuthentication { suite, identifier, curve } => {
                let protocol = chip_authentication::object_identifier(suite);
                tlv::push(&mut contents, key_object::MECHANISM, protocol.as_bytes());
                if let Some(identifier) = identifier {
                    tlv::push(&mut contents, key_object::KEY_REFERENCE, &[identifier]);
                }
                tlv::push(&mut contents, key_object::USAGE, &[key_object::CHIP_AUTHENTICATION]);
                tlv::push(&mut contents, key_object::OBJECT_IDENTIFIER, curve.oid().as_bytes());
                key_object::KEY_AGREEMENT
            }
        };
        let mut out = Vec::with_capacity(contents.len() + 2);
        tlv::push(&mut out, template, &contents);
        out
    }

    /// Reads a template.
    ///
    /// # Errors
    /// Kind and position of the first fault; a curve on which no keys can be made is one.
    pub fn parse(bytes: &[u8]) -> Result<Self, TlvError> {
        let mut outer = Reader::new(bytes);
        let position = outer.position();
        let template = outer.next_object()?.ok_or(TlvError { kind: TlvErrorKind::Truncated, position })?;
        outer.finish()?;
        let invalid = TlvError { kind: TlvErrorKind::Value, position: template.position };
        let mut reader = template.reader();
        let mechanism = reader.optional(key_object::MECHANISM)?.map(|object| object.value);
        let reference = reader.optional(key_object::KEY_REFERENCE)?.map(|object| object.value);
        let usage = reader.expect(key_object::USAGE)?.value;
        let curve = reader.expect(key_object::OBJECT_IDENTIFIER)?;
        reader.finish()?;
        let oid = ObjectIdentifier::from_bytes(curve.value).ok();
        let unknown = TlvError { kind: TlvErrorKind::Value, position: curve.position };
        let curve = oid.as_ref().and_then(Curve::from_oid).ok_or(unknown)?;
        match (template.tag, mechanism, reference, usage) {
            (key_object::AUTHENTICATION, None, Some([0]), [key_object::ACTIVE_AUTHENTICATION]) => {
                Ok(KeyOrder::ActiveAuthentication { curve })
            }
            (key_object::KEY_AGREEMENT, Some(mechanism), reference, [key_object::CHIP_AUTHENTICATION]) => {
                let protocol = ObjectIdentifier::from_bytes(mechanism).map_err(|_| invalid)?;
                let suite = chip_authentication::suite_of(&protocol).ok_or(invalid)?;
                let identifier = match reference {
                    None => None,
                    Some([identifier]) => Some(*identifier),
                    Some(_) => return Err(invalid),
                };
                Ok(KeyOrder::ChipAuthentication { suite, identifier, curve })
            }
            _ => Err(invalid),
        }
    }
}

/// What a chip gives out of a key that it made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MadeKey {
    /// What was asked for.
    pub order: KeyOrder,
    /// The public key.
    pub public_key: PublicKey,
}

/// The keys that a chip made; none when all its keys are brought to it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct MadeKeys(Vec<MadeKey>);

impl MadeKeys {
    /// Every key, in the order in which they were made.
    pub fn iter(&self) -> core::slice::Iter<'_, MadeKey> {
        self.0.iter()
    }
    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
    /// The public key of active authentication, for DG15.
    pub fn active_authentication(&self) -> Option<&PublicKey> {
        let is_active = |made: &&MadeKey| matches!(made.order, KeyOrder::ActiveAuthentication { .. });
        self.0.iter().find(is_active).map(|made| &made.public_key)
    }
    /// The key of chip authentication, for DG14 and EF.CardSecurity.
    pub fn chip_authentication(&self) -> Option<&MadeKey> {
        self.0.iter().find(|made| matches!(made.order, KeyOrder::ChipAuthentication { .. }))
    }
}

/// The first phase: the keys that the chip makes.
#[derive(Debug)]
pub struct KeyGeneration {
    orders: Vec<KeyOrder>,
    starts_over: bool,
}

impl KeyGeneration {
    /// A first phase with these keys, made in this order.
    pub fn new(orders: Vec<KeyOrder>) -> Self {
        KeyGeneration { orders, starts_over: false }
    }

    /// The same for a chip that an interrupted attempt left part-written: all that is there is deleted first, keys included.
    #[must_use]
    pub fn starting_over(mut self) -> Self {
        self.starts_over = true;
        self
    }

    /// The commands, not yet wrapped.
    pub fn commands(&self) -> Vec<PlannedCommand> {
        let identifier = MASTER_FILE.to_be_bytes();
        let select = Command::new(0, SELECT, 0x00, 0x0C).with_data(identifier);
        let mut commands = vec![PlannedCommand { purpose: Purpose::SelectMasterFile, command: select }];
        if self.starts_over {
            commands.push(start_over());
        }
        commands.extend(self.orders.iter().map(|order| PlannedCommand {
            purpose: Purpose::MakeKey(order.name()),
            command: Command::new(0, GENERATE_KEY_PAIR, GENERATE, 0).with_data(order.to_bytes()).expecting(256),
        }));
        commands
    }

    /// The keys from the answers to all of [`KeyGeneration::commands`].
    ///
    /// # Errors
    /// Kind and position of the first fault in the answer about a key; a point that is not on its curve is one.
    pub fn made_keys(&self, answers: &[Response]) -> Result<MadeKeys, TlvError> {
        let first = 1 + usize::from(self.starts_over);
        let answers = answers.get(first..).unwrap_or_default();
        if answers.len() != self.orders.len() {
            return Err(TlvError { kind: TlvErrorKind::Truncated, position: 0 });
        }
        let made = self.orders.iter().zip(answers).map(|(order, answer)| {
            let public_key = public_key(order.curve(), &answer.data)?;
            Ok(MadeKey { order: *order, public_key })
        });
        made.collect::<Result<_, _>>().map(MadeKeys)
    }
}

/// A public key as a chip gives it out.
pub fn public_key_template(key: &PublicKey) -> Vec<u8> {
    let mut out = Vec::with_capacity(key.uncompressed().len() + 8);
    tlv::push_nested(&mut out, PUBLIC_KEY_TEMPLATE, |out| tlv::push(out, POINT, key.uncompressed()));
    out
}

fn public_key(curve: Curve, bytes: &[u8]) -> Result<PublicKey, TlvError> {
    let template = tlv::parse_single(bytes, PUBLIC_KEY_TEMPLATE)?;
    let mut reader = template.reader();
    let point = reader.expect(POINT)?;
    reader.finish()?;
    let invalid = TlvError { kind: TlvErrorKind::Value, position: point.position };
    PublicKey::from_uncompressed(curve, point.value).map_err(|_| invalid)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ec::KeyPair;

    fn orders() -> [KeyOrder; 3] {
        let (suite, curve) = (CipherSuite::Aes256, Curve::P384);
        [
            KeyOrder::ActiveAuthentication { curve: Curve::P256 },
            KeyOrder::ChipAuthentication { suite, identifier: Some(9), curve },
            KeyOrder::ChipAuthentication { suite, identifier: None, curve },
        ]
    }

    #[test]
    fn templates_read_back_and_refuse_what_is_cut_or_altered() {
        for order in orders() {
            let bytes = order.to_bytes();
            assert_eq!(KeyOrder::parse(&bytes).unwrap(), order);
            for at in 0..bytes.len() {
                assert!(KeyOrder::parse(&bytes[..at]).is_err());
                let mut altered = bytes.clone();
                altered[at] ^= 0x41;
                assert_ne!(KeyOrder::parse(&altered).ok(), Some(order), "byte {at}");
            }
        }
        let expected = b"\xA4\x10\x84\x01\x00\x95\x01\x04\x06\x08\x2A\x86\x48\xCE\x3D\x03\x01\x07";
        assert_eq!(orders()[0].to_bytes(), expected);
    }

    #[test]
    fn public_keys_are_taken_from_the_answers_in_order() {
        let pair = |order: KeyOrder| {
            KeyPair::from_private_scalar(order.curve(), &vec![5; order.curve().field_length()]).unwrap()
        };
        let phase = KeyGeneration::new(orders()[..2].to_vec()).starting_over();
        let commands = phase.commands();
        assert_eq!(commands.len(), 4);
        assert_eq!(commands[1].purpose, Purpose::StartOver);
        let ok = Response::data([]);
        let given = |order| Response::data(public_key_template(pair(order).public_key()));
        let answers = [ok.clone(), ok.clone(), given(orders()[0]), given(orders()[1])];
        let made = phase.made_keys(&answers).unwrap();
        assert_eq!(made.active_authentication(), Some(pair(orders()[0]).public_key()));
        assert_eq!(made.chip_authentication().unwrap().public_key, *pair(orders()[1]).public_key());
        assert!(phase.made_keys(&answers[..3]).is_err());
        // The point of another curve, and one that is on none.
        assert!(phase.made_keys(&[ok.clone(), ok.clone(), given(orders()[1]), given(orders()[1])]).is_err());
        let mut off_curve = given(orders()[0]);
        *off_curve.data.last_mut().unwrap() ^= 1;
        assert!(phase.made_keys(&[ok.clone(), ok, off_curve, given(orders()[1])]).is_err());
    }
}
