//! Block ciphers and message authentication codes of Doc 9303-11 9.8.6 and 9.8.7, without padding of messages.

use aes::{Aes128, Aes192, Aes256};
use cbc::cipher::{
    Array, BlockCipherDecrypt, BlockCipherEncrypt, BlockModeDecrypt, BlockModeEncrypt, InnerIvInit, KeyInit,
};
use cmac::digest::FixedOutputReset;
use cmac::{Cmac, Mac};
use zeroize::{Zeroize, ZeroizeOnDrop};

use super::des::{Des, TripleDes};

/// Cipher and message authentication code of a session.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum CipherSuite {
    /// Two-key Triple-DES in CBC mode with the retail MAC of ISO/IEC 9797-1 algorithm 3.
    TripleDes,
    /// AES-128 in CBC mode with CMAC.
    Aes128,
    /// AES-192 in CBC mode with CMAC.
    Aes192,
    /// AES-256 in CBC mode with CMAC.
    Aes256,
}

impl CipherSuite {
    /// Block size of the cipher and length of the send sequence counter, in bytes.
    pub const fn block_length(self) -> usize {
        match self {
            CipherSuite::TripleDes => 8,
            _ => 16,
        }
    }
    /// Length of a key, in bytes.
    pub const fn key_length(self) -> usize {
        match self {
            CipherSuite::TripleDes | CipherSuite::Aes128 => 16,
            CipherSuite::Aes192 => 24,
            CipherSuite::Aes256 => 32,
        }
    }
    /// Most bytes of answer data that fit a protected short response (256 bytes): 231 with Triple-DES, 223 with AES.
    ///
    /// A chip shortens its READ BINARY answers to this when the command asks for more with short length fields.
    pub const fn longest_short_answer(self) -> usize {
        self.longest_answer(256)
    }

    /// Most bytes of answer data whose protected form has no more than `field` bytes, the status word not counted.
    pub const fn longest_answer(self, field: usize) -> usize {
        // DO99 takes 4 bytes and DO8E 10; DO87 has a tag, a length and the padding indicator before the cryptogram, and at
        // least one byte of that is padding.
        let object = field.saturating_sub(4 + 10);
        let header = match object {
            0..=0x81 => 3,
            0x82..=0x102 => 4,
            0x103..=0x1_0003 => 5,
            _ => 6,
        };
        let blocks = object.saturating_sub(header) / self.block_length();
        (blocks * self.block_length()).saturating_sub(1)
    }
}

/// One key of a suite, as it is derived and stored.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub(crate) enum Key {
    TripleDes([u8; 16]),
    Aes128([u8; 16]),
    Aes192([u8; 24]),
    Aes256([u8; 32]),
}

/// Authentication code of eight bytes.
pub(crate) type Checksum = [u8; 8];

impl Key {
    /// The block cipher under this key, its schedule computed once.
    pub(crate) fn cipher(&self) -> Cipher {
        match self {
            Key::TripleDes(key) => Cipher::TripleDes(TripleDes::new(key)),
            Key::Aes128(key) => Cipher::Aes128(Aes128::new(&(*key).into())),
            Key::Aes192(key) => Cipher::Aes192(Aes192::new(&(*key).into())),
            Key::Aes256(key) => Cipher::Aes256(Aes256::new(&(*key).into())),
        }
    }

    /// The message authentication code under this key, its schedule computed once.
    pub(crate) fn authenticator(&self) -> Authenticator {
        match self {
            Key::TripleDes(key) => Authenticator::Retail(RetailMac::new(key)),
            Key::Aes128(key) => Authenticator::Aes128(Cmac::new(&(*key).into())),
            Key::Aes192(key) => Authenticator::Aes192(Cmac::new(&(*key).into())),
            Key::Aes256(key) => Authenticator::Aes256(Cmac::new(&(*key).into())),
        }
    }
}

/// A keyed block cipher in CBC mode. The schedules overwrite themselves when dropped.
#[derive(Clone)]
pub(crate) enum Cipher {
    TripleDes(TripleDes),
    Aes128(Aes128),
    Aes192(Aes192),
    Aes256(Aes256),
}

impl Cipher {
    /// Encrypts whole blocks in place; `initial` is the first block's chaining value (its first block length is used).
    pub(crate) fn encrypt(&self, initial: &[u8; 16], data: &mut [u8]) {
        match self {
            Cipher::TripleDes(cipher) => cipher.encrypt_chained(first_eight(initial), data),
            Cipher::Aes128(cipher) => encrypt_with(cipher, initial, data),
            Cipher::Aes192(cipher) => encrypt_with(cipher, initial, data),
            Cipher::Aes256(cipher) => encrypt_with(cipher, initial, data),
        }
    }

    /// Decrypts whole blocks in place.
    pub(crate) fn decrypt(&self, initial: &[u8; 16], data: &mut [u8]) {
        match self {
            Cipher::TripleDes(cipher) => cipher.decrypt_chained(first_eight(initial), data),
            Cipher::Aes128(cipher) => decrypt_with(cipher, initial, data),
            Cipher::Aes192(cipher) => decrypt_with(cipher, initial, data),
            Cipher::Aes256(cipher) => decrypt_with(cipher, initial, data),
        }
    }
}

/// A keyed message authentication code that takes its message in parts.
#[derive(Clone)]
pub(crate) enum Authenticator {
    Retail(RetailMac),
    Aes128(Cmac<Aes128>),
    Aes192(Cmac<Aes192>),
    Aes256(Cmac<Aes256>),
}

impl Authenticator {
    /// The code of a message given in parts. Triple-DES needs whole blocks in all: the caller pads.
    pub(crate) fn checksum(&mut self, parts: &[&[u8]]) -> Checksum {
        match self {
            Authenticator::Retail(mac) => mac.checksum(parts),
            Authenticator::Aes128(mac) => cmac(mac, parts),
            Authenticator::Aes192(mac) => cmac(mac, parts),
            Authenticator::Aes256(mac) => cmac(mac, parts),
        }
    }
}

fn cmac<M: Mac + FixedOutputReset>(mac: &mut M, parts: &[&[u8]]) -> Checksum {
    for part in parts {
        Mac::update(mac, part);
    }
    first_eight(&mac.finalize_fixed_reset())
}

/// MAC algorithm 3 of ISO/IEC 9797-1: DES-CBC with the key's first half, then decrypted with the second and encrypted
/// with the first.
#[derive(Clone)]
pub(crate) struct RetailMac {
    first: Des,
    second: Des,
}

impl RetailMac {
    fn new(key: &[u8; 16]) -> Self {
        let [k0, k1, k2, k3, k4, k5, k6, k7, l0, l1, l2, l3, l4, l5, l6, l7] = *key;
        RetailMac {
            first: Des::new(&[k0, k1, k2, k3, k4, k5, k6, k7]),
            second: Des::new(&[l0, l1, l2, l3, l4, l5, l6, l7]),
        }
    }

    fn checksum(&self, parts: &[&[u8]]) -> Checksum {
        let mut state = [0u8; 8];
        let mut filled = 0;
        for part in parts {
            let mut rest = *part;
            while !rest.is_empty() {
                let (taken, left) = rest.split_at(rest.len().min(8 - filled));
                for (place, byte) in state.iter_mut().skip(filled).zip(taken) {
                    *place ^= byte;
                }
                filled += taken.len();
                rest = left;
                if filled == 8 {
                    state = self.first.encrypt(state);
                    filled = 0;
                }
            }
        }
        self.first.encrypt(self.second.decrypt(state))
    }
}

/// The padding of ISO/IEC 9797-1 method 2 after a message of `length` bytes: 80, then zeros up to a whole block.
pub(crate) fn padding(length: usize, block_length: usize) -> &'static [u8] {
    const PADDING: [u8; 16] = [0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];
    let count = block_length - length % block_length;
    PADDING.get(..count).unwrap_or(&PADDING)
}

/// Appends the padding of ISO/IEC 9797-1 method 2: 80, then zeros up to a whole block. At least one byte is added.
pub(crate) fn pad(data: &mut Vec<u8>, block_length: usize) {
    data.push(0x80);
    data.resize(data.len().next_multiple_of(block_length), 0);
}

/// Length of what precedes the padding of method 2; `None` when there is no such padding.
pub(crate) fn unpadded_length(data: &[u8]) -> Option<usize> {
    let at = data.iter().rposition(|byte| *byte != 0)?;
    (data.get(at) == Some(&0x80)).then_some(at)
}

fn encrypt_with<C: BlockCipherEncrypt>(cipher: &C, initial: &[u8; 16], data: &mut [u8]) {
    let (blocks, _) = Array::<u8, C::BlockSize>::slice_as_chunks_mut(data);
    cbc::Encryptor::inner_iv_init(cipher, &initial_block::<C>(initial)).encrypt_blocks(blocks);
}

fn decrypt_with<C: BlockCipherDecrypt>(cipher: &C, initial: &[u8; 16], data: &mut [u8]) {
    let (blocks, _) = Array::<u8, C::BlockSize>::slice_as_chunks_mut(data);
    cbc::Decryptor::inner_iv_init(cipher, &initial_block::<C>(initial)).decrypt_blocks(blocks);
}

fn initial_block<C: cbc::cipher::BlockSizeUser>(initial: &[u8; 16]) -> Array<u8, C::BlockSize> {
    Array::from_fn(|index| initial.get(index).copied().unwrap_or(0))
}

fn first_eight(code: &[u8]) -> Checksum {
    core::array::from_fn(|index| code.get(index).copied().unwrap_or(0))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tlv;

    #[test]
    fn answers_fit_a_short_response() {
        assert_eq!(CipherSuite::TripleDes.longest_short_answer(), 231);
        assert_eq!(CipherSuite::Aes128.longest_short_answer(), 223);
        for suite in [CipherSuite::TripleDes, CipherSuite::Aes128] {
            let block = suite.block_length();
            let sealed = |length: usize| 14 + tlv::encoded_len(0x87, 1 + (length + 1).next_multiple_of(block));
            for field in (17 + block..700).chain([65_535, 65_536, 65_540, 65_570, 70_000]) {
                let longest = suite.longest_answer(field);
                assert!(sealed(longest) <= field && sealed(longest + 1) > field, "{suite:?} {field} {longest}");
            }
            assert_eq!([0, 13, 14].map(|field| suite.longest_answer(field)), [0; 3]);
        }
    }

    #[test]
    fn padding_is_found_from_the_end() {
        for length in 0..40 {
            let mut data = vec![0x80; length];
            pad(&mut data, 16);
            assert_eq!(data.len() % 16, 0);
            assert_eq!(unpadded_length(&data), Some(length));
            assert_eq!(data[length..], *padding(length, 16));
        }
        assert_eq!(unpadded_length(&[0; 8]), None);
        assert_eq!(unpadded_length(&[1, 2, 3, 0]), None);
        assert_eq!(unpadded_length(&[]), None);
    }

    /// SP 800-38B D.1 example 3: the code of a message of 40 bytes, cut to eight.
    #[test]
    fn cmac_is_cut_to_its_first_eight_bytes() {
        let key = Key::Aes128(hex::decode("2b7e151628aed2a6abf7158809cf4f3c").unwrap().try_into().unwrap());
        let message = "6bc1bee22e409f96e93d7e117393172aae2d8a571e03ac9c9eb76fac45af8e5130c81c46a35ce411";
        let message = hex::decode(message).unwrap();
        let mut mac = key.authenticator();
        assert_eq!(hex::encode(mac.checksum(&[&message])), "dfa66747de9ae630");
        // In parts, and a second time under the same schedule.
        assert_eq!(hex::encode(mac.checksum(&[&message[..7], &[], &message[7..]])), "dfa66747de9ae630");
    }
}
