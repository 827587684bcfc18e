//! The curves, with the domain parameters of FIPS 186-4 D.1.2 (SEC 2).

use const_oid::ObjectIdentifier;

use crate::tlv;

/// prime-field, RFC 3279 2.3.5.
pub(super) const PRIME_FIELD: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.1.1");

/// An elliptic curve with prime order and cofactor 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Curve {
    /// NIST P-256, secp256r1.
    P256,
    /// NIST P-384, secp384r1.
    P384,
}

/// Domain parameters, each number as big-endian bytes of the field's length.
pub(super) struct DomainParameters {
    pub(super) prime: &'static [u8],
    pub(super) a: &'static [u8],
    pub(super) b: &'static [u8],
    pub(super) generator: &'static [u8],
    pub(super) order: &'static [u8],
}

impl Curve {
    /// Every curve that keys can be made on.
    pub const ALL: [Curve; 2] = [Curve::P256, Curve::P384];

    /// The curve's object identifier, RFC 5480 2.1.1.1.
    pub const fn oid(self) -> ObjectIdentifier {
        match self {
            Curve::P256 => ObjectIdentifier::new_unwrap("1.2.840.10045.3.1.7"),
            Curve::P384 => ObjectIdentifier::new_unwrap("1.3.132.0.34"),
        }
    }

    /// The curve with this object identifier.
    pub fn from_oid(oid: &ObjectIdentifier) -> Option<Curve> {
        Curve::ALL.into_iter().find(|curve| curve.oid() == *oid)
    }

    /// Length of a field element and of a scalar, in bytes.
    pub const fn field_length(self) -> usize {
        match self {
            Curve::P256 => 32,
            Curve::P384 => 48,
        }
    }

    /// The number by which TR-03110-3 A.2.1.1 (table 4) and Doc 9303-11 9.5.1 call the curve in PACE.
    pub const fn standardized_parameter_id(self) -> u8 {
        match self {
            Curve::P256 => 12,
            Curve::P384 => 15,
        }
    }

    /// The hash function of Doc 9303-12 4.1.6.4 whose length goes with the curve.
    pub const fn hash(self) -> super::HashAlgorithm {
        match self {
            Curve::P256 => super::HashAlgorithm::Sha256,
            Curve::P384 => super::HashAlgorithm::Sha384,
        }
    }

    /// Explicit domain parameters in DER: uncompressed generator, cofactor included, no seed (Doc 9303-12 4.1.6.3,
    /// TR-03111 5.1.1).
    ///
    /// ```text
    /// ECParameters ::= SEQUENCE {
    ///     version  INTEGER { ecpVer1(1) } (ecpVer1),
    ///     fieldID  SEQUENCE { fieldType OBJECT IDENTIFIER, prime INTEGER },
    ///     curve    SEQUENCE { a OCTET STRING, b OCTET STRING, seed BIT STRING OPTIONAL },
    ///     base     OCTET STRING,
    ///     order    INTEGER,
    ///     cofactor INTEGER OPTIONAL }
    /// ```
    pub fn explicit_parameters(self) -> Vec<u8> {
        let domain = self.domain();
        let mut out = Vec::with_capacity(8 * self.field_length() + 48);
        tlv::push_nested(&mut out, 0x30, |out| {
            tlv::push(out, 0x02, &[1]);
            tlv::push_nested(out, 0x30, |out| {
                tlv::push(out, 0x06, PRIME_FIELD.as_bytes());
                push_unsigned(out, domain.prime);
            });
            tlv::push_nested(out, 0x30, |out| {
                tlv::push(out, 0x04, domain.a);
                tlv::push(out, 0x04, domain.b);
            });
            tlv::push(out, 0x04, domain.generator);
            push_unsigned(out, domain.order);
            tlv::push(out, 0x02, &[1]);
        });
        out
    }

    pub(super) fn domain(self) -> DomainParameters {
        match self {
            Curve::P256 => DomainParameters {
                prime: &P256_PRIME,
                a: &P256_A,
                b: &P256_B,
                generator: &P256_GENERATOR,
                order: &P256_ORDER,
            },
            Curve::P384 => DomainParameters {
                prime: &P384_PRIME,
                a: &P384_A,
                b: &P384_B,
                generator: &P384_GENERATOR,
                order: &P384_ORDER,
            },
        }
    }
}

/// Appends an unsigned big-endian number as a minimal DER INTEGER.
pub(crate) fn push_unsigned(out: &mut Vec<u8>, number: &[u8]) {
    let first = number.iter().position(|byte| *byte != 0).unwrap_or(number.len().saturating_sub(1));
    let digits = number.get(first..).unwrap_or_default();
    let sign = digits.first().is_none_or(|byte| byte & 0x80 != 0);
    tlv::push_header(out, 0x02, digits.len() + usize::from(sign));
    if sign {
        out.push(0);
    }
    out.extend_from_slice(digits);
}

const fn bytes<const N: usize>(text: &str) -> [u8; N] {
    const fn digit(byte: u8) -> u8 {
        match byte {
            b'0'..=b'9' => byte - b'0',
            _ => byte - b'a' + 10,
        }
    }
    let text = text.as_bytes();
    let mut out = [0; N];
    let mut at = 0;
    while at < N {
        out[at] = digit(text[2 * at]) << 4 | digit(text[2 * at + 1]);
        at += 1;
    }
    out
}

const P256_PRIME: [u8; 32] = bytes("ffffffff00000001000000000000000000000000ffffffffffffffffffffffff");
const P256_A: [u8; 32] = bytes("ffffffff00000001000000000000000000000000fffffffffffffffffffffffc");
const P256_B: [u8; 32] = bytes("5ac635d8aa3a93e7b3ebbd55769886bc651d06b0cc53b0f63bce3c3e27d2604b");
const P256_GENERATOR: [u8; 65] = bytes(concat!(
    "04",
    "6b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296",
    "4fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5"
));
const P256_ORDER: [u8; 32] = bytes("ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551");

const P384_PRIME: [u8; 48] = bytes(concat!(
    "ffffffffffffffffffffffffffffffffffffffffffffffff",
    "fffffffffffffffeffffffff0000000000000000ffffffff"
));
const P384_A: [u8; 48] = bytes(concat!(
    "ffffffffffffffffffffffffffffffffffffffffffffffff",
    "fffffffffffffffeffffffff0000000000000000fffffffc"
));
const P384_B: [u8; 48] = bytes(concat!(
    "b3312fa7e23ee7e4988e056be3f82d19181d9c6efe814112",
    "0314088f5013875ac656398d8a2ed19d2a85c8edd3ec2aef"
));
const P384_GENERATOR: [u8; 97] = bytes(concat!(
    "04",
    "aa87ca22be8b05378eb1c71ef320ad746e1d3b628ba79b98",
    "59f741e082542a385502f25dbf55296c3a545e3872760ab7",
    "3617de4a96262c6f5d9e98bf9292dc29f8f41dbd289a147c",
    "e9da3113b5f0b8c00a60b1ce1d7e819d7a431d7c90ea0e5f"
));
const P384_ORDER: [u8; 48] = bytes(concat!(
    "ffffffffffffffffffffffffffffffffffffffffffffffff",
    "c7634d81f4372ddf581a0db248b0a77aecec196accc52973"
));
