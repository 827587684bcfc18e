//! The two primitives of the channel: AES-CMAC and AES-CBC with padding 80 00….

use super::{AesKey, Scp03Error};
use aes::cipher::{
    Array, BlockCipherDecrypt, BlockCipherEncrypt, BlockModeDecrypt, BlockModeEncrypt, InnerIvInit, KeyInit,
};
use aes::{Aes128, Aes192, Aes256};
use cmac::{Cmac, Mac};

/// The MAC that is chained: all of it goes into the next one, its first 8 or 16 bytes are transmitted.
pub(super) type ChainingValue = [u8; 16];

/// Calls a generic function with the cipher of `$key`.
macro_rules! with_cipher {
    ($key:expr, |$cipher:ident| $body:expr) => {
        match $key {
            AesKey::Aes128(key) => {
                let $cipher = Aes128::new(key.into());
                $body
            }
            AesKey::Aes192(key) => {
                let $cipher = Aes192::new(key.into());
                $body
            }
            AesKey::Aes256(key) => {
                let $cipher = Aes256::new(key.into());
                $body
            }
        }
    };
}

/// AES-CMAC (NIST SP 800-38B) over the concatenation of `parts`.
pub(super) fn mac(key: &AesKey, parts: &[&[u8]]) -> ChainingValue {
    fn run<M: Mac>(mut mac: M, parts: &[&[u8]]) -> ChainingValue {
        parts.iter().for_each(|part| mac.update(part));
        let mut out = [0; 16];
        out.iter_mut().zip(mac.finalize().into_bytes()).for_each(|(out, byte)| *out = byte);
        out
    }
    match key {
        AesKey::Aes128(key) => run(<Cmac<Aes128> as cmac::KeyInit>::new(key.into()), parts),
        AesKey::Aes192(key) => run(<Cmac<Aes192> as cmac::KeyInit>::new(key.into()), parts),
        AesKey::Aes256(key) => run(<Cmac<Aes256> as cmac::KeyInit>::new(key.into()), parts),
    }
}

/// Compares in constant time.
pub(super) fn equal(left: &[u8], right: &[u8]) -> bool {
    let difference = left.iter().zip(right).fold(0, |sum, (left, right)| sum | (left ^ right));
    left.len() == right.len() && core::hint::black_box(difference) == 0
}

/// One block encrypted with the key.
pub(super) fn encrypt_block(key: &AesKey, block: [u8; 16]) -> [u8; 16] {
    let mut block = Array::from(block);
    with_cipher!(key, |cipher| cipher.encrypt_block(&mut block));
    block.into()
}

/// Which way a message goes: the initial vectors differ in their first byte (Amendment D 6.2.6 and 6.2.7).
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Direction {
    Command,
    Response,
}

fn initial_vector(key: &AesKey, counter: u64, direction: Direction) -> [u8; 16] {
    let mut block = [0; 16];
    block[8..].copy_from_slice(&counter.to_be_bytes());
    if direction == Direction::Response {
        block[0] = 0x80;
    }
    encrypt_block(key, block)
}

/// Pads `data` with 80 00… to whole blocks and encrypts it.
pub(super) fn encrypt(key: &AesKey, counter: u64, direction: Direction, data: &[u8]) -> Vec<u8> {
    fn run<C: BlockCipherEncrypt>(cipher: &C, initial: &[u8; 16], out: &mut [u8]) {
        let (blocks, _) = Array::<u8, C::BlockSize>::slice_as_chunks_mut(out);
        cbc::Encryptor::inner_iv_init(cipher, &Array::from_fn(|at| initial.get(at).copied().unwrap_or(0)))
            .encrypt_blocks(blocks);
    }
    // Room for the MAC as well, which comes behind.
    let mut out = Vec::with_capacity(padded_length(data.len()) + 16);
    out.extend_from_slice(data);
    out.push(0x80);
    out.resize(padded_length(data.len()), 0);
    let initial = initial_vector(key, counter, direction);
    with_cipher!(key, |cipher| run(&cipher, &initial, &mut out));
    out
}

/// Decrypts `data` and takes the padding off.
pub(super) fn decrypt(key: &AesKey, counter: u64, direction: Direction, data: &[u8]) -> Result<Vec<u8>, Scp03Error> {
    fn run<C: BlockCipherDecrypt>(cipher: &C, initial: &[u8; 16], out: &mut [u8]) {
        let (blocks, _) = Array::<u8, C::BlockSize>::slice_as_chunks_mut(out);
        cbc::Decryptor::inner_iv_init(cipher, &Array::from_fn(|at| initial.get(at).copied().unwrap_or(0)))
            .decrypt_blocks(blocks);
    }
    if !data.len().is_multiple_of(16) {
        return Err(Scp03Error::Padding);
    }
    let mut out = data.to_vec();
    let initial = initial_vector(key, counter, direction);
    with_cipher!(key, |cipher| run(&cipher, &initial, &mut out));
    let end = out.iter().rposition(|byte| *byte != 0).filter(|end| out.get(*end) == Some(&0x80));
    out.truncate(end.ok_or(Scp03Error::Padding)?);
    Ok(out)
}

/// Length of `length` bytes after padding, in bytes: at least one byte is added.
pub(super) fn padded_length(length: usize) -> usize {
    (length / 16 + 1) * 16
}
