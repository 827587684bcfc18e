//! Arithmetic on the prime curves of Doc 9303-11 9.5.1, on encoded points so that callers need not name a curve.

use bp256::BrainpoolP256r1;
use bp384::BrainpoolP384r1;
use p256::NistP256;
use p256::elliptic_curve::ops::{Invert, Reduce};
use p256::elliptic_curve::sec1::{FromSec1Point, ModulusSize, Sec1Point, ToSec1Point};
use p256::elliptic_curve::{CurveArithmetic, FieldBytes, FieldBytesSize, Group, NonZeroScalar};
use p384::NistP384;
use rand_core::CryptoRng;
use zeroize::Zeroizing;

use crate::ec::Curve;

/// The curve of that number in the table of standardised domain parameters (Doc 9303-11 9.5.1), if this crate has it.
pub(crate) fn of_number(number: u32) -> Option<Curve> {
    Curve::ALL.into_iter().find(|curve| u32::from(curve.standardized_parameter_id()) == number)
}

/// A point as its uncompressed encoding: 04, x, y.
pub(crate) type Point = Vec<u8>;
/// A private key: big-endian, as long as a coordinate.
pub(crate) type Scalar = Zeroizing<Vec<u8>>;

/// Calls a generic function for the curve.
macro_rules! on_curve {
    ($curve:expr, $function:ident($($argument:expr),*)) => {
        match $curve {
            Curve::P256 => $function::<NistP256>($($argument),*),
            Curve::P384 => $function::<NistP384>($($argument),*),
            Curve::BrainpoolP256r1 => $function::<BrainpoolP256r1>($($argument),*),
            Curve::BrainpoolP384r1 => $function::<BrainpoolP384r1>($($argument),*),
        }
    };
}

/// A private key drawn evenly from 1 to the order less one.
pub(crate) fn random_scalar(curve: Curve, rng: &mut (impl CryptoRng + ?Sized)) -> Scalar {
    loop {
        let mut candidate = Zeroizing::new(vec![0; curve.field_length()]);
        rng.fill_bytes(&mut candidate);
        if on_curve!(curve, is_private_key(&candidate)) {
            return candidate;
        }
    }
}

/// The base point times a private key; `None` when the key is out of range.
pub(crate) fn multiply_generator(curve: Curve, scalar: &[u8]) -> Option<Point> {
    on_curve!(curve, generator_times(scalar))
}

/// A point times a private key; `None` when either is not acceptable.
pub(crate) fn multiply(curve: Curve, scalar: &[u8], point: &[u8]) -> Option<Point> {
    on_curve!(curve, point_times(scalar, point))
}

/// Generic mapping of Doc 9303-11 4.4.3.3.1: nonce times base point plus the point agreed upon.
pub(crate) fn map_generator(curve: Curve, nonce: &[u8], agreed: &[u8]) -> Option<Point> {
    on_curve!(curve, generator_times_plus(nonce, agreed))
}

/// One private key divided by another, modulo the order; `None` when either is out of range.
pub(crate) fn quotient(curve: Curve, numerator: &[u8], denominator: &[u8]) -> Option<Scalar> {
    on_curve!(curve, scalar_quotient(numerator, denominator))
}

/// Whether these bytes are an uncompressed point of the curve other than infinity.
pub(crate) fn is_point(curve: Curve, point: &[u8]) -> bool {
    on_curve!(curve, is_encoded_point(point))
}

/// The x coordinate of an encoded point: the shared secret of a key agreement.
pub(crate) fn x_coordinate(curve: Curve, point: &[u8]) -> Option<Scalar> {
    point.get(1..=curve.field_length()).map(|x| Zeroizing::new(x.to_vec()))
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
    use crate::tlv;

    #[test]
    fn refuses_what_is_not_a_point_or_a_key() {
        for curve in Curve::ALL {
            assert_eq!(of_number(curve.standardized_parameter_id().into()), Some(curve));
            let length = curve.field_length();
            let one = [vec![0; length - 1], vec![1]].concat();
            let generator = multiply_generator(curve, &one).unwrap();
            assert_eq!(generator.len(), 1 + 2 * length);
            assert_eq!(multiply(curve, &one, &generator).unwrap(), generator);
            assert_eq!(quotient(curve, &one, &one).unwrap().as_slice(), one);
            for key in [vec![0; length], vec![0xFF; length], vec![1; length - 1]] {
                assert_eq!(multiply_generator(curve, &key), None);
                assert_eq!(quotient(curve, &one, &key), None);
                assert_eq!(quotient(curve, &key, &one), None);
            }
            let mut off_curve = generator.clone();
            *off_curve.last_mut().unwrap() ^= 1;
            for point in [off_curve, vec![0], vec![], generator[..1 + length].to_vec(), vec![4; 5]] {
                assert_eq!(multiply(curve, &one, &point), None);
                assert_eq!(map_generator(curve, &[1], &point), None);
            }
        }
    }

    /// Nonce and shared point that cancel out leave the point at infinity, on which nobody may agree.
    #[test]
    fn a_mapping_to_infinity_is_refused() {
        for curve in Curve::ALL {
            let parameters = curve.explicit_parameters();
            let mut fields = tlv::parse_single(&parameters, 0x30).unwrap().reader();
            let order = std::iter::from_fn(|| fields.next_object().unwrap()).nth(4).unwrap().value;
            let mut opposite = order[order.len() - curve.field_length()..].to_vec();
            *opposite.last_mut().unwrap() -= 2;
            let opposite = multiply_generator(curve, &opposite).unwrap();
            assert_eq!(map_generator(curve, &[2], &opposite), None);
            assert!(map_generator(curve, &[3], &opposite).is_some());
        }
    }
}
