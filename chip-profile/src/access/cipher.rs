//! Block ciphers and message authentication codes of Doc 9303-11 9.8.6 and 9.8.7, without padding of messages.

use aes::{Aes128, Aes192, Aes256};
use cbc::cipher::{
    Array, BlockCipherDecrypt, BlockCipherEncrypt, BlockModeDecrypt, BlockModeEncrypt, InnerIvInit, KeyInit,
};
use cmac::{Cmac, Mac};
use des::{Des, TdesEde2};
use zeroize::{Zeroize, ZeroizeOnDrop};

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
        // DO99 takes 4 bytes, DO8E 10, header and padding indicator of DO87 4; at least one byte is padding.
        (256 - 4 - 10 - 4) / self.block_length() * self.block_length() - 1
    }
}

/// One key of a suite.
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
    pub(crate) fn suite(&self) -> CipherSuite {
        match self {
            Key::TripleDes(_) => CipherSuite::TripleDes,
            Key::Aes128(_) => CipherSuite::Aes128,
            Key::Aes192(_) => CipherSuite::Aes192,
            Key::Aes256(_) => CipherSuite::Aes256,
        }
    }

    /// Encrypts whole blocks in place; `initial` is the first block's chaining value (its first block length is used).
    pub(crate) fn encrypt(&self, initial: &[u8; 16], data: &mut [u8]) {
        match self {
            Key::TripleDes(key) => encrypt_with(&TdesEde2::new(&(*key).into()), initial, data),
            Key::Aes128(key) => encrypt_with(&Aes128::new(&(*key).into()), initial, data),
            Key::Aes192(key) => encrypt_with(&Aes192::new(&(*key).into()), initial, data),
            Key::Aes256(key) => encrypt_with(&Aes256::new(&(*key).into()), initial, data),
        }
    }

    /// Decrypts whole blocks in place.
    pub(crate) fn decrypt(&self, initial: &[u8; 16], data: &mut [u8]) {
        match self {
            Key::TripleDes(key) => decrypt_with(&TdesEde2::new(&(*key).into()), initial, data),
            Key::Aes128(key) => decrypt_with(&Aes128::new(&(*key).into()), initial, data),
            Key::Aes192(key) => decrypt_with(&Aes192::new(&(*key).into()), initial, data),
            Key::Aes256(key) => decrypt_with(&Aes256::new(&(*key).into()), initial, data),
        }
    }

    /// Authentication code of eight bytes. Triple-DES needs whole blocks: the caller pads.
    pub(crate) fn checksum(&self, data: &[u8]) -> Checksum {
        match self {
            Key::TripleDes(key) => retail_mac(key, data),
            Key::Aes128(key) => {
                first_eight(&Cmac::<Aes128>::new(&(*key).into()).chain_update(data).finalize().into_bytes())
            }
            Key::Aes192(key) => {
                first_eight(&Cmac::<Aes192>::new(&(*key).into()).chain_update(data).finalize().into_bytes())
            }
            Key::Aes256(key) => {
                first_eight(&Cmac::<Aes256>::new(&(*key).into()).chain_update(data).finalize().into_bytes())
            }
        }
    }
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

/// MAC algorithm 3 of ISO/IEC 9797-1: DES-CBC with the key's first half, then decrypted with the second and encrypted
/// with the first.
fn retail_mac(key: &[u8; 16], data: &[u8]) -> Checksum {
    let [k0, k1, k2, k3, k4, k5, k6, k7, l0, l1, l2, l3, l4, l5, l6, l7] = *key;
    let first = Des::new(&[k0, k1, k2, k3, k4, k5, k6, k7].into());
    let second = Des::new(&[l0, l1, l2, l3, l4, l5, l6, l7].into());
    let mut state = Array::from([0u8; 8]);
    for block in data.chunks(8) {
        for (byte, input) in state.iter_mut().zip(block) {
            *byte ^= input;
        }
        first.encrypt_block(&mut state);
    }
    second.decrypt_block(&mut state);
    first.encrypt_block(&mut state);
    state.into()
}

fn first_eight(code: &[u8]) -> Checksum {
    core::array::from_fn(|index| code.get(index).copied().unwrap_or(0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_fit_a_short_response() {
        assert_eq!(CipherSuite::TripleDes.longest_short_answer(), 231);
        assert_eq!(CipherSuite::Aes128.longest_short_answer(), 223);
    }

    #[test]
    fn padding_is_found_from_the_end() {
        for length in 0..40 {
            let mut data = vec![0x80; length];
            pad(&mut data, 16);
            assert_eq!(data.len() % 16, 0);
            assert_eq!(unpadded_length(&data), Some(length));
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
        assert_eq!(hex::encode(key.checksum(&hex::decode(message).unwrap())), "dfa66747de9ae630");
    }
}
