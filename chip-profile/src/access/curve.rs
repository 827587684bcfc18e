//! Arithmetic on the prime curves of Doc 9303-11 9.5.1, on encoded points so that callers need not name a curve.

use bp256::BrainpoolP256r1;
use p256::NistP256;
use p256::elliptic_curve::ops::{Invert, Reduce};
use p256::elliptic_curve::sec1::{FromSec1Point, ModulusSize, Sec1Point, ToSec1Point};
use p256::elliptic_curve::{CurveArithmetic, FieldBytes, FieldBytesSize, Group, NonZeroScalar};
use p384::NistP384;
use rand_core::CryptoRng;
use zeroize::Zeroizing;

/// Standardised elliptic-curve domain parameters, by their number in Doc 9303-11 9.5.1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum DomainParameters {
    /// Number 12: NIST P-256 (secp256r1).
    P256,
    /// Number 13: brainpoolP256r1.
    BrainpoolP256r1,
    /// Number 15: NIST P-384 (secp384r1).
    P384,
}

impl DomainParameters {
    /// The number in the table of standardised domain parameters.
    pub const fn number(self) -> u8 {
        match self {
            DomainParameters::P256 => 12,
            DomainParameters::BrainpoolP256r1 => 13,
            DomainParameters::P384 => 15,
        }
    }
    /// The parameters of that number, if this crate has them.
    pub const fn from_number(number: u8) -> Option<Self> {
        match number {
            12 => Some(DomainParameters::P256),
            13 => Some(DomainParameters::BrainpoolP256r1),
            15 => Some(DomainParameters::P384),
            _ => None,
        }
    }
    /// Length of a coordinate and of a private key, in bytes.
    pub const fn field_length(self) -> usize {
        match self {
            DomainParameters::P256 | DomainParameters::BrainpoolP256r1 => 32,
            DomainParameters::P384 => 48,
        }
    }
}

/// A point as its uncompressed encoding: 04, x, y.
pub(crate) type Point = Vec<u8>;
/// A private key: big-endian, as long as a coordinate.
pub(crate) type Scalar = Zeroizing<Vec<u8>>;

/// Calls a generic function for the curve that `$parameters` names.
macro_rules! on_curve {
    ($parameters:expr, $function:ident($($argument:expr),*)) => {
        match $parameters {
            DomainParameters::P256 => $function::<NistP256>($($argument),*),
            DomainParameters::BrainpoolP256r1 => $function::<BrainpoolP256r1>($($argument),*),
            DomainParameters::P384 => $function::<NistP384>($($argument),*),
        }
    };
}

/// A private key drawn evenly from 1 to the order less one.
pub(crate) fn random_scalar(parameters: DomainParameters, rng: &mut (impl CryptoRng + ?Sized)) -> Scalar {
    loop {
        let mut candidate = Zeroizing::new(vec![0; parameters.field_length()]);
        rng.fill_bytes(&mut candidate);
        if on_curve!(parameters, is_private_key(&candidate)) {
            return candidate;
        }
    }
}

/// The base point times a private key; `None` when the key is out of range.
pub(crate) fn multiply_generator(parameters: DomainParameters, scalar: &[u8]) -> Option<Point> {
    on_curve!(parameters, generator_times(scalar))
}

/// A point times a private key; `None` when either is not acceptable.
pub(crate) fn multiply(parameters: DomainParameters, scalar: &[u8], point: &[u8]) -> Option<Point> {
    on_curve!(parameters, point_times(scalar, point))
}

/// Generic mapping of Doc 9303-11 4.4.3.3.1: nonce times base point plus the point agreed upon.
pub(crate) fn map_generator(parameters: DomainParameters, nonce: &[u8], agreed: &[u8]) -> Option<Point> {
    on_curve!(parameters, generator_times_plus(nonce, agreed))
}

/// One private key divided by another, modulo the order; `None` when either is out of range.
pub(crate) fn quotient(parameters: DomainParameters, numerator: &[u8], denominator: &[u8]) -> Option<Scalar> {
    on_curve!(parameters, scalar_quotient(numerator, denominator))
}

/// Whether these bytes are an uncompressed point of the curve other than infinity.
pub(crate) fn is_point(parameters: DomainParameters, point: &[u8]) -> bool {
    on_curve!(parameters, is_encoded_point(point))
}

/// The x coordinate of an encoded point: the shared secret of a key agreement.
pub(crate) fn x_coordinate(parameters: DomainParameters, point: &[u8]) -> Option<Scalar> {
    point.get(1..=parameters.field_length()).map(|x| Zeroizing::new(x.to_vec()))
}

fn private_key<C: CurveArithmetic>(bytes: &[u8]) -> Option<NonZeroScalar<C>> {
    let bytes = FieldBytes::<C>::try_from(bytes).ok()?;
    NonZeroScalar::<C>::from_repr(bytes).into_option()
}

fn is_private_key<C: CurveArithmetic>(bytes: &[u8]) -> bool {
    private_key::<C>(bytes).is_some()
}

fn scalar_quotient<C: CurveArithmetic>(numerator: &[u8], denominator: &[u8]) -> Option<Scalar> {
    let numerator = private_key::<C>(numerator)?;
    let inverse = private_key::<C>(denominator)?.invert();
    let quotient: FieldBytes<C> = (*inverse * *numerator).into();
    Some(Zeroizing::new(quotient.to_vec()))
}

fn is_encoded_point<C>(bytes: &[u8]) -> bool
where
    C: CurveArithmetic,
    C::AffinePoint: FromSec1Point<C>,
    FieldBytesSize<C>: ModulusSize,
{
    decode::<C>(bytes).is_some()
}

fn decode<C>(bytes: &[u8]) -> Option<C::ProjectivePoint>
where
    C: CurveArithmetic,
    C::AffinePoint: FromSec1Point<C>,
    FieldBytesSize<C>: ModulusSize,
{
    // Only the uncompressed form is allowed (BSI TR-03111 3.2.1); decoding checks that the point lies on the curve.
    if bytes.first() != Some(&0x04) {
        return None;
    }
    let encoded = Sec1Point::<C>::from_bytes(bytes).ok()?;
    C::AffinePoint::from_sec1_point(&encoded).into_option().map(C::ProjectivePoint::from)
}

fn encode<C>(point: C::ProjectivePoint) -> Option<Point>
where
    C: CurveArithmetic,
    C::AffinePoint: ToSec1Point<C>,
    FieldBytesSize<C>: ModulusSize,
{
    if bool::from(point.is_identity()) {
        return None;
    }
    let affine: C::AffinePoint = point.into();
    Some(affine.to_sec1_point(false).as_bytes().to_vec())
}

fn generator_times<C>(scalar: &[u8]) -> Option<Point>
where
    C: CurveArithmetic,
    C::AffinePoint: ToSec1Point<C>,
    FieldBytesSize<C>: ModulusSize,
{
    encode::<C>(C::ProjectivePoint::generator() * *private_key::<C>(scalar)?)
}

fn point_times<C>(scalar: &[u8], point: &[u8]) -> Option<Point>
where
    C: CurveArithmetic,
    C::AffinePoint: FromSec1Point<C> + ToSec1Point<C>,
    FieldBytesSize<C>: ModulusSize,
{
    encode::<C>(decode::<C>(point)? * *private_key::<C>(scalar)?)
}

fn generator_times_plus<C>(nonce: &[u8], agreed: &[u8]) -> Option<Point>
where
    C: CurveArithmetic,
    C::AffinePoint: FromSec1Point<C> + ToSec1Point<C>,
    FieldBytesSize<C>: ModulusSize,
{
    let mut wide = FieldBytes::<C>::default();
    let start = wide.len().checked_sub(nonce.len())?;
    wide.get_mut(start..)?.copy_from_slice(nonce);
    let nonce = C::Scalar::reduce(&wide);
    encode::<C>(C::ProjectivePoint::generator() * nonce + decode::<C>(agreed)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn refuses_what_is_not_a_point_or_a_key() {
        for parameters in [DomainParameters::P256, DomainParameters::BrainpoolP256r1, DomainParameters::P384] {
            assert_eq!(DomainParameters::from_number(parameters.number()), Some(parameters));
            let length = parameters.field_length();
            let one = [vec![0; length - 1], vec![1]].concat();
            let generator = multiply_generator(parameters, &one).unwrap();
            assert_eq!(generator.len(), 1 + 2 * length);
            assert_eq!(multiply(parameters, &one, &generator).unwrap(), generator);
            for key in [vec![0; length], vec![0xFF; length], vec![1; length - 1]] {
                assert_eq!(multiply_generator(parameters, &key), None);
            }
            let mut off_curve = generator.clone();
            *off_curve.last_mut().unwrap() ^= 1;
            for point in [off_curve, vec![0], vec![], generator[..1 + length].to_vec(), vec![4; 5]] {
                assert_eq!(multiply(parameters, &one, &point), None);
            }
        }
    }
}
