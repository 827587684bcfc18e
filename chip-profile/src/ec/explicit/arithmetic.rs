//! The arithmetic of short Weierstrass curves, y² = x³ + ax + b, in Jacobian coordinates: (X, Y, Z) stands for the point
//! (X / Z², Y / Z³), and Z = 0 for the point at infinity.
//!
//! In variable time: every number here is public.

use crypto_bigint::modular::{FixedMontyForm, FixedMontyParams};
use crypto_bigint::{Odd, Uint};

use super::{Domain, bits};

/// Calls a function at the least precision, in limbs of 64 bits, that holds the field and the order.
macro_rules! at_precision {
    ($domain:expr, $function:ident($($argument:expr),*), $beyond:expr) => {
        match bits(&$domain.prime).max(bits(&$domain.order)) {
            0..=256 => $function::<{ limbs(256) }>($($argument),*),
            257..=384 => $function::<{ limbs(384) }>($($argument),*),
            385..=512 => $function::<{ limbs(512) }>($($argument),*),
            513..=640 => $function::<{ limbs(640) }>($($argument),*),
            _ => $beyond,
        }
    };
}

const fn limbs(bits: u32) -> usize {
    bits.div_ceil(crypto_bigint::Limb::BITS) as usize
}

/// Whether `point` is `04 || x || y` with coordinates in the field that satisfy the equation.
pub(super) fn is_on_curve(domain: &Domain, point: &[u8]) -> bool {
    fn at<const L: usize>(domain: &Domain, point: &[u8]) -> bool {
        Curve::<L>::new(domain).is_some_and(|curve| curve.point(point).is_some())
    }
    at_precision!(domain, at(domain, point), false)
}

/// Whether a signature (r, s) verifies; `None` if r or s is not between 1 and the order less one (SEC 1 4.1.4 step 1).
pub(super) fn verify(domain: &Domain, point: &[u8], digest: &[u8], r: &[u8], s: &[u8]) -> Option<bool> {
    at_precision!(domain, verify_at(domain, point, digest, r, s), None)
}

/// Whether the numbers are those of a curve on which ECDSA is sound; else which condition fails.
pub(super) fn check(domain: &Domain) -> Result<(), &'static str> {
    at_precision!(domain, check_at(domain), Err("field is too large"))
}

type Element<const L: usize> = FixedMontyForm<L>;

struct Curve<const L: usize> {
    field: FixedMontyParams<L>,
    a: Element<L>,
    b: Element<L>,
}

#[derive(Clone, Copy)]
struct Point<const L: usize> {
    x: Element<L>,
    y: Element<L>,
    z: Element<L>,
}

fn check_at<const L: usize>(domain: &Domain) -> Result<(), &'static str> {
    let order = number::<L>(&domain.order).ok_or("order is too large")?;
    let prime = number::<L>(&domain.prime).ok_or("field is too large")?;
    if !is_probable_prime(&prime) {
        return Err("field is not a prime field");
    }
    if !is_probable_prime(&order) {
        return Err("order is not a prime");
    }
    let curve = Curve::<L>::new(domain).ok_or("coefficient is not in the field")?;
    // 4a³ + 27b² = 0 makes the curve singular.
    let small = |value: u64| Element::new(&Uint::from_u64(value), &curve.field);
    let discriminant = small(4) * curve.a.square() * curve.a + small(27) * curve.b.square();
    if is_zero(&discriminant) {
        return Err("curve is singular");
    }
    let generator = curve.point(&domain.generator).ok_or("generator is not an uncompressed point of the curve")?;
    // Hasse: the number of points differs from the field's size by at most twice its root. A prime order in that range
    // is the number of points itself, so the cofactor is 1 and every point of the curve has this order.
    let successor = prime.wrapping_add(&Uint::ONE);
    let distance = if order > successor { order.wrapping_sub(&successor) } else { successor.wrapping_sub(&order) };
    if distance.bits_vartime() > prime.bits_vartime() / 2 + 2 {
        return Err("order is not one of a curve with cofactor 1");
    }
    let multiple = curve.combine(&order, &generator, &Uint::ZERO, &generator);
    if is_zero(&multiple.z) { Ok(()) } else { Err("order of the generator is another") }
}

/// SEC 1 4.1.4.
fn verify_at<const L: usize>(domain: &Domain, point: &[u8], digest: &[u8], r: &[u8], s: &[u8]) -> Option<bool> {
    let curve = Curve::<L>::new(domain)?;
    let (generator, point) = (curve.point(&domain.generator)?, curve.point(point)?);
    let order = number::<L>(&domain.order)?;
    let in_range = |number: &Uint<L>| *number != Uint::ZERO && *number < order;
    let r = number::<L>(r).filter(in_range)?;
    let s = number::<L>(s).filter(in_range)?;

    // Step 3: the leftmost bits of the hash value, as many as the order has.
    let order_bits = order.bits_vartime();
    let taken = digest.get(..order_bits.div_ceil(8) as usize).unwrap_or(digest);
    let excess = (8 * taken.len() as u32).saturating_sub(order_bits);
    let e = number::<L>(taken)?.shr_vartime(excess);

    let scalars = FixedMontyParams::new_vartime(Odd::new(order).into_option()?);
    let w = Element::new(&s, &scalars).invert_vartime().into_option()?;
    let u1 = (Element::new(&e, &scalars) * w).retrieve();
    let u2 = (Element::new(&r, &scalars) * w).retrieve();
    let sum = curve.combine(&u1, &generator, &u2, &point);
    if is_zero(&sum.z) {
        return Some(false);
    }
    // The x coordinate X / Z² modulo the order is r: X = (r + k · order) · Z² for some k that keeps the factor in the field.
    let z2 = sum.z.square();
    let prime = curve.field.modulus().as_ref();
    let mut candidate = r;
    while candidate < *prime {
        if Element::new(&candidate, &curve.field) * z2 == sum.x {
            return Some(true);
        }
        let next = candidate.wrapping_add(&order);
        if next < candidate {
            break;
        }
        candidate = next;
    }
    Some(false)
}

impl<const L: usize> Curve<L> {
    fn new(domain: &Domain) -> Option<Curve<L>> {
        let field = FixedMontyParams::new_vartime(Odd::new(number::<L>(&domain.prime)?).into_option()?);
        let element = |bytes: &[u8]| element(&field, bytes);
        Some(Curve { a: element(&domain.a)?, b: element(&domain.b)?, field })
    }

    /// The point of `04 || x || y`, if it lies on the curve.
    fn point(&self, encoded: &[u8]) -> Option<Point<L>> {
        let length = (self.field.modulus().as_ref().bits_vartime() as usize).div_ceil(8);
        let (form, coordinates) = encoded.split_first()?;
        if *form != 0x04 || coordinates.len() != 2 * length {
            return None;
        }
        let (x, y) = coordinates.split_at_checked(length)?;
        let (x, y) = (element(&self.field, x)?, element(&self.field, y)?);
        let is_on_curve = y.square() == (x.square() + self.a) * x + self.b;
        is_on_curve.then(|| Point { x, y, z: Element::one(&self.field) })
    }

    fn infinity(&self) -> Point<L> {
        let (zero, one) = (Element::zero(&self.field), Element::one(&self.field));
        Point { x: one, y: one, z: zero }
    }

    /// u₁·P + u₂·Q, bit by bit for both at once.
    fn combine(&self, u1: &Uint<L>, p: &Point<L>, u2: &Uint<L>, q: &Point<L>) -> Point<L> {
        let both = self.add(p, q);
        let mut sum = self.infinity();
        for bit in (0..u1.bits_vartime().max(u2.bits_vartime())).rev() {
            sum = self.double(&sum);
            match (u1.bit_vartime(bit), u2.bit_vartime(bit)) {
                (true, true) => sum = self.add(&sum, &both),
                (true, false) => sum = self.add(&sum, p),
                (false, true) => sum = self.add(&sum, q),
                (false, false) => {}
            }
        }
        sum
    }

    fn double(&self, point: &Point<L>) -> Point<L> {
        if is_zero(&point.z) || is_zero(&point.y) {
            return self.infinity();
        }
        let (x2, y2, z2) = (point.x.square(), point.y.square(), point.z.square());
        let y4 = y2.square();
        // 4·X·Y² and 3·X² + a·Z⁴.
        let s = (point.x * y2).double().double();
        let m = x2.double() + x2 + self.a * z2.square();
        let x = m.square() - s.double();
        let y = m * (s - x) - y4.double().double().double();
        let z = (point.y * point.z).double();
        Point { x, y, z }
    }

    fn add(&self, left: &Point<L>, right: &Point<L>) -> Point<L> {
        if is_zero(&left.z) {
            return *right;
        }
        if is_zero(&right.z) {
            return *left;
        }
        let (left_z2, right_z2) = (left.z.square(), right.z.square());
        let (u1, u2) = (left.x * right_z2, right.x * left_z2);
        let (s1, s2) = (left.y * right_z2 * right.z, right.y * left_z2 * left.z);
        let (h, r) = (u2 - u1, s2 - s1);
        if is_zero(&h) {
            return if is_zero(&r) { self.double(left) } else { self.infinity() };
        }
        let h2 = h.square();
        let (h3, v) = (h2 * h, u1 * h2);
        let x = r.square() - h3 - v.double();
        let y = r * (v - x) - s1 * h3;
        Point { x, y, z: left.z * right.z * h }
    }
}

fn is_zero<const L: usize>(element: &Element<L>) -> bool {
    *element.as_montgomery() == Uint::ZERO
}

/// An element of the field from its number, which must be below the prime.
fn element<const L: usize>(field: &FixedMontyParams<L>, bytes: &[u8]) -> Option<Element<L>> {
    let number = number::<L>(bytes)?;
    (number < *field.modulus().as_ref()).then(|| Element::new(&number, field))
}

/// A big-endian number, if it fits.
fn number<const L: usize>(bytes: &[u8]) -> Option<Uint<L>> {
    let digits = super::without_leading_zeros(bytes);
    let mut padded = vec![0; Uint::<L>::BYTES.checked_sub(digits.len())?];
    padded.extend_from_slice(digits);
    Some(Uint::from_be_slice(&padded))
}

/// The test of Miller and Rabin to a few bases. Its purpose is to refuse nonsense early, not to withstand whoever builds a
/// composite that passes: such parameters harm only the certificates of their maker.
fn is_probable_prime<const L: usize>(candidate: &Uint<L>) -> bool {
    let Some(odd) = Odd::new(*candidate).into_option() else { return false };
    let parameters = FixedMontyParams::new_vartime(odd);
    let one = Element::one(&parameters);
    let minus_one = -one;
    let even = candidate.wrapping_sub(&Uint::ONE);
    let twos = even.trailing_zeros_vartime();
    let exponent = even.shr_vartime(twos.min(even.bits_vartime().saturating_sub(1)));
    [2_u64, 3, 5, 7].into_iter().all(|base| {
        let mut power = Element::new(&Uint::from_u64(base), &parameters).pow_vartime(&exponent);
        if power == one {
            return true;
        }
        for _ in 0..twos {
            if power == minus_one {
                return true;
            }
            power = power.square();
        }
        false
    })
}
