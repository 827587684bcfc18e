//! The two primitives of the channel: AES-CMAC and AES-CBC with padding 80 00….

use super::{MAC_LENGTH, Scp03Error};
use aes::Aes128;
use aes::cipher::{Array, BlockCipherEncrypt, BlockModeDecrypt, BlockModeEncrypt, KeyInit, KeyIvInit};
use cmac::{Cmac, Mac};

/// The MAC that is chained: all of it goes into the next one, the first eight bytes are transmitted.
pub(super) type ChainingValue = [u8; 16];

/// AES-CMAC (NIST SP 800-38B) over the concatenation of `parts`.
pub(super) fn mac(key: &[u8; 16], parts: &[&[u8]]) -> ChainingValue {
    running(key, parts).finalize().into_bytes().into()
}

/// Compares the first bytes of the AES-CMAC over `parts` with `tag` in constant time.
pub(super) fn mac_matches(key: &[u8; 16], parts: &[&[u8]], tag: &[u8]) -> bool {
    tag.len() == MAC_LENGTH && running(key, parts).verify_truncated_left(tag).is_ok()
}

fn running(key: &[u8; 16], parts: &[&[u8]]) -> Cmac<Aes128> {
    let mut mac = <Cmac<Aes128> as cmac::KeyInit>::new(key.into());
    for part in parts {
        mac.update(part);
    }
    mac
}

/// Which way a message goes: the initial vectors differ in their first byte (Amendment D 6.2.6 and 6.2.7).
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Direction {
    Command,
    Response,
}

fn initial_vector(key: &[u8; 16], counter: u64, direction: Direction) -> [u8; 16] {
    let mut block = [0; 16];
    block[8..].copy_from_slice(&counter.to_be_bytes());
    if direction == Direction::Response {
        block[0] = 0x80;
    }
    let mut block = Array::from(block);
    Aes128::new(key.into()).encrypt_block(&mut block);
    block.into()
}

/// Pads `data` with 80 00… to whole blocks and encrypts it.
pub(super) fn encrypt(key: &[u8; 16], counter: u64, direction: Direction, data: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(padded_length(data.len()));
    out.extend_from_slice(data);
    out.push(0x80);
    out.resize(padded_length(data.len()), 0);
    let mut cipher = cbc::Encryptor::<Aes128>::new(key.into(), &initial_vector(key, counter, direction).into());
    let (blocks, _) = Array::slice_as_chunks_mut(&mut out);
    cipher.encrypt_blocks(blocks);
    out
}

/// Decrypts `data` and takes the padding off.
pub(super) fn decrypt(key: &[u8; 16], counter: u64, direction: Direction, data: &[u8]) -> Result<Vec<u8>, Scp03Error> {
    let mut out = data.to_vec();
    let mut cipher = cbc::Decryptor::<Aes128>::new(key.into(), &initial_vector(key, counter, direction).into());
    let (blocks, rest) = Array::slice_as_chunks_mut(&mut out);
    if !rest.is_empty() {
        return Err(Scp03Error::Padding);
    }
    cipher.decrypt_blocks(blocks);
    let end = out.iter().rposition(|byte| *byte != 0).filter(|end| out.get(*end) == Some(&0x80));
    out.truncate(end.ok_or(Scp03Error::Padding)?);
    Ok(out)
}

/// Length of `length` bytes after padding, in bytes: at least one byte is added.
pub(super) fn padded_length(length: usize) -> usize {
    (length / 16 + 1) * 16
}
