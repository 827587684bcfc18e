//! An RSA private key on its way into a chip, with the components of the Chinese remainder theorem.
//!
//! ```text
//! RSAPrivateKey ::= SEQUENCE {                              RFC 8017 A.1.2
//!     version 0, n, e, d, p, q, d mod (p-1), d mod (q-1), q^-1 mod p }
//!
//! 7F48 { 91 e  92 p  93 q  94 q^-1 mod p  95 d mod (p-1)  96 d mod (q-1)  97 n }    ISO/IEC 7816-8, as PUT DATA carries it
//! ```
//!
//! No arithmetic is done here: whoever makes the key and whoever uses it does that.

use crate::tlv::{self, Reader, TlvError, TlvErrorKind};
use core::fmt;
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

/// Tag of the private key template.
pub const PRIVATE_KEY_TEMPLATE: u32 = 0x7F48;
/// Shortest modulus of an active authentication key, in bits (Doc 9303-11 6.1 and chips in the field).
pub const SHORTEST_MODULUS: usize = 1_280;
/// Longest modulus, in bits.
pub const LONGEST_MODULUS: usize = 4_096;

const SEQUENCE: u32 = 0x30;
const INTEGER: u32 = 0x02;

/// The components, each an unsigned big-endian number without leading zeros. Debug does not show them.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct RsaKeyParts {
    /// e
    public_exponent: Vec<u8>,
    /// p
    prime_1: Vec<u8>,
    /// q
    prime_2: Vec<u8>,
    /// q^-1 mod p
    coefficient: Vec<u8>,
    /// d mod (p-1)
    exponent_1: Vec<u8>,
    /// d mod (q-1)
    exponent_2: Vec<u8>,
    /// n
    modulus: Vec<u8>,
}

impl fmt::Debug for RsaKeyParts {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "RsaKeyParts({} bits, secret)", self.modulus.len() * 8)
    }
}

impl RsaKeyParts {
    /// Reads an RSAPrivateKey in DER, as every tool writes it (`openssl rsa -traditional -outform DER`).
    ///
    /// # Errors
    /// Kind and position of the first fault. Numbers that cannot be those of a key of 1,280 to 4,096 bits are one; whether
    /// they belong together is not looked at.
    pub fn from_der(der: &[u8]) -> Result<Self, TlvError> {
        let sequence = tlv::parse_single(der, SEQUENCE)?;
        let mut reader = sequence.reader();
        let version = reader.expect(INTEGER)?;
        if version.value != [0] {
            return Err(invalid(version.position));
        }
        let mut number = || -> Result<Vec<u8>, TlvError> {
            let object = reader.expect(INTEGER)?;
            match object.value {
                [0, rest @ ..] if rest.first().is_some_and(|byte| byte & 0x80 != 0) => Ok(rest.to_vec()),
                [first @ 0x01..=0x7F, rest @ ..] => Ok([&[*first], rest].concat()),
                _ => Err(invalid(object.position)),
            }
        };
        let (modulus, public_exponent, mut private_exponent) = (number()?, number()?, number()?);
        private_exponent.zeroize();
        let [prime_1, prime_2, exponent_1, exponent_2, coefficient] =
            [number()?, number()?, number()?, number()?, number()?];
        reader.finish()?;
        RsaKeyParts { public_exponent, prime_1, prime_2, coefficient, exponent_1, exponent_2, modulus }
            .checked(sequence.position)
    }

    /// The template with its tag.
    pub fn to_bytes(&self) -> Zeroizing<Vec<u8>> {
        let mut out = Zeroizing::new(Vec::with_capacity(8 * self.modulus.len()));
        self.push(&mut out);
        out
    }

    /// Reads a template.
    ///
    /// # Errors
    /// As [`RsaKeyParts::from_der`].
    pub fn parse(bytes: &[u8]) -> Result<Self, TlvError> {
        let mut reader = Reader::new(bytes);
        let key = Self::read(&mut reader)?;
        reader.finish()?;
        Ok(key)
    }

    pub(super) fn push(&self, out: &mut Vec<u8>) {
        let parts = [
            &self.public_exponent,
            &self.prime_1,
            &self.prime_2,
            &self.coefficient,
            &self.exponent_1,
            &self.exponent_2,
            &self.modulus,
        ];
        let length = (0x91..).zip(parts).map(|(tag, part)| tlv::encoded_len(tag, part.len())).sum();
        tlv::push_header(out, PRIVATE_KEY_TEMPLATE, length);
        (0x91..).zip(parts).for_each(|(tag, part)| tlv::push(out, tag, part));
    }

    /// Bytes that the template with its tag takes.
    pub(super) fn encoded_len(&self) -> usize {
        self.to_bytes().len()
    }

    pub(super) fn read(reader: &mut Reader<'_>) -> Result<Self, TlvError> {
        let template = reader.expect(PRIVATE_KEY_TEMPLATE)?;
        let mut parts = template.reader();
        let mut number = |tag| -> Result<Vec<u8>, TlvError> {
            let object = parts.expect(tag)?;
            match object.value.first() {
                Some(first) if *first != 0 => Ok(object.value.to_vec()),
                _ => Err(invalid(object.position)),
            }
        };
        let [public_exponent, prime_1, prime_2, coefficient, exponent_1, exponent_2, modulus] =
            [number(0x91)?, number(0x92)?, number(0x93)?, number(0x94)?, number(0x95)?, number(0x96)?, number(0x97)?];
        parts.finish()?;
        RsaKeyParts { public_exponent, prime_1, prime_2, coefficient, exponent_1, exponent_2, modulus }
            .checked(template.position)
    }

    /// Refuses what cannot be a key: sizes that do not fit each other, even primes, exponents of no use.
    fn checked(self, position: usize) -> Result<Self, TlvError> {
        let bits = |number: &[u8]| number.first().map_or(0, |first| number.len() * 8 - first.leading_zeros() as usize);
        let is_odd = |number: &[u8]| number.last().is_some_and(|last| last & 1 == 1);
        let modulus = bits(&self.modulus);
        let primes = [&self.prime_1, &self.prime_2];
        let fits = (SHORTEST_MODULUS..=LONGEST_MODULUS).contains(&modulus)
            && primes.iter().all(|prime| is_odd(prime) && bits(prime).abs_diff(modulus / 2) <= 1)
            && is_odd(&self.modulus)
            && is_odd(&self.public_exponent)
            && (2..=64).contains(&bits(&self.public_exponent))
            && [&self.exponent_1, &self.coefficient].iter().all(|part| part.len() <= self.prime_1.len())
            && self.exponent_2.len() <= self.prime_2.len();
        if fits { Ok(self) } else { Err(invalid(position)) }
    }

    /// n
    pub fn modulus(&self) -> &[u8] {
        &self.modulus
    }
    /// e
    pub fn public_exponent(&self) -> &[u8] {
        &self.public_exponent
    }
    /// p and q
    pub fn primes(&self) -> [&[u8]; 2] {
        [&self.prime_1, &self.prime_2]
    }
    /// d mod (p-1) and d mod (q-1)
    pub fn exponents(&self) -> [&[u8]; 2] {
        [&self.exponent_1, &self.exponent_2]
    }
    /// q^-1 mod p
    pub fn coefficient(&self) -> &[u8] {
        &self.coefficient
    }
    /// Length of the modulus and of what the private operation takes and gives, in bytes.
    pub fn modulus_length(&self) -> usize {
        self.modulus.len()
    }
}

fn invalid(position: usize) -> TlvError {
    TlvError { kind: TlvErrorKind::Value, position }
}
