//! Digital signature scheme 1 of ISO/IEC 9796-2 with partial recovery, as Doc 9303-11 6.1 and appendix F use it.
//!
//! ```text
//! F = 6A || M1 || H(M1 || M2) || T        as long as the modulus, its length a multiple of eight bits
//! T = BC                                  SHA-1
//!     33 CC SHA-1, 38 CC SHA-224, 34 CC SHA-256, 36 CC SHA-384, 35 CC SHA-512
//! ```
//!
//! M1 is the chip's random part, recovered from the signature; M2 is the terminal's challenge. When M1 is shorter than there
//! is room, B fills: `6B BB … BA`.

use rand_core::CryptoRng;
use zeroize::Zeroize;

use super::ActiveAuthenticationError as Error;
use crate::ec::{HashAlgorithm, VerifyError};
use crate::rsa::PublicKey;

/// Header, more-data bit set, end of the padding.
const HEADER: u8 = 0x6A;
const HEADER_BEFORE_PADDING: u8 = 0x6B;
const PADDING: u8 = 0xBB;
const END_OF_PADDING: u8 = 0xBA;
const IMPLICIT_TRAILER: u8 = 0xBC;
const EXPLICIT_TRAILER: u8 = 0xCC;

/// Lengths of modulus, in bytes, that active authentication may have: 1024 to 4096 bits.
const MODULUS_LENGTHS: core::ops::RangeInclusive<usize> = 128..=512;

/// The private operation of an RSA key, wherever it is: a chip, a security module, a test.
pub trait RawRsaPrivate {
    /// Length of the modulus, in bytes; its number of bits is eight times that.
    fn modulus_length(&self) -> usize;
    /// RSASP1 of RFC 8017 5.2.1: `representative` to the private exponent, modulo the modulus. Both numbers are big-endian
    /// and as long as the modulus. `None`: the operation failed.
    fn sign_raw(&self, representative: &[u8]) -> Option<Vec<u8>>;
}

/// F for a challenge: M1 is drawn from `rng`. SHA-1 gets the trailer BC, the others that of their number.
pub(super) fn representative(
    modulus_length: usize,
    hash: HashAlgorithm,
    challenge: &[u8],
    rng: &mut (impl CryptoRng + ?Sized),
) -> Option<Vec<u8>> {
    let trailer: &[u8] = match hash {
        HashAlgorithm::Sha1 => &[IMPLICIT_TRAILER],
        HashAlgorithm::Sha224 => &[0x38, EXPLICIT_TRAILER],
        HashAlgorithm::Sha256 => &[0x34, EXPLICIT_TRAILER],
        HashAlgorithm::Sha384 => &[0x36, EXPLICIT_TRAILER],
        HashAlgorithm::Sha512 => &[0x35, EXPLICIT_TRAILER],
    };
    let recovered = modulus_length.checked_sub(1 + hash.length() + trailer.len())?;
    if !MODULUS_LENGTHS.contains(&modulus_length) {
        return None;
    }
    let mut out = vec![HEADER; 1 + recovered];
    rng.fill_bytes(out.get_mut(1..)?);
    let mut message = [out.get(1..)?, challenge].concat();
    out.extend_from_slice(&hash.digest(&message));
    out.extend_from_slice(trailer);
    message.zeroize();
    Some(out)
}

/// Checks a signature over a challenge.
pub(super) fn verify(key: &PublicKey, challenge: &[u8], signature: &[u8]) -> Result<(), Error> {
    if !key.bits().is_multiple_of(8) || !MODULUS_LENGTHS.contains(&key.modulus().len()) {
        return Err(Error::ModulusLength { bits: key.bits() });
    }
    let mut representative = key.recover(signature)?;
    // A signer may give the smaller of the signature and its complement (ISO/IEC 9796-2 annex B); which one it was shows in
    // the last four bits, for the modulus is odd.
    if representative.last().is_some_and(|last| last & 0x0F != 0x0C) {
        subtract_from(key.modulus(), &mut representative);
    }
    if opens(&representative, challenge) { Ok(()) } else { Err(Error::Signature(VerifyError::Mismatch)) }
}

fn opens(representative: &[u8], challenge: &[u8]) -> bool {
    let open = || {
        let (hash, rest) = match representative {
            [rest @ .., IMPLICIT_TRAILER] => (HashAlgorithm::Sha1, rest),
            [rest @ .., number, EXPLICIT_TRAILER] => (hash_of_number(*number)?, rest),
            _ => return None,
        };
        let rest = match rest {
            [HEADER, rest @ ..] => rest,
            [HEADER_BEFORE_PADDING, rest @ ..] => {
                let end = rest.iter().position(|byte| *byte != PADDING)?;
                rest.get(end..)?.strip_prefix(&[END_OF_PADDING])?
            }
            _ => return None,
        };
        let (recovered, digest) = rest.split_at_checked(rest.len().checked_sub(hash.length())?)?;
        Some(hash.digest(&[recovered, challenge].concat()) == digest)
    };
    open().unwrap_or(false)
}

/// The hash function of ISO/IEC 10118-3 with this number.
fn hash_of_number(number: u8) -> Option<HashAlgorithm> {
    match number {
        0x33 => Some(HashAlgorithm::Sha1),
        0x34 => Some(HashAlgorithm::Sha256),
        0x35 => Some(HashAlgorithm::Sha512),
        0x36 => Some(HashAlgorithm::Sha384),
        0x38 => Some(HashAlgorithm::Sha224),
        _ => None,
    }
}

/// Replaces a number by the modulus less it; both big-endian, as long as each other, the number below the modulus.
fn subtract_from(modulus: &[u8], number: &mut [u8]) {
    let mut borrow = false;
    for (digit, from) in number.iter_mut().zip(modulus).rev() {
        let (difference, first) = from.overflowing_sub(*digit);
        let (difference, second) = difference.overflowing_sub(u8::from(borrow));
        (*digit, borrow) = (difference, first || second);
    }
}
