//! Card access number, Doc 9303-11 4.4 and Doc 9303-4 4.1.1.2: six digits drawn at random, printed on the data page and
//! used as a password of PACE.
//!
//! It does not follow from the holder's data or the document number, so who knows those cannot read the chip with it.

use core::fmt;

use rand_core::CryptoRng;
use thiserror::Error;
use zeroize::{Zeroize, ZeroizeOnDrop};

use super::pace::PacePassword;

/// Number of digits.
const LENGTH: usize = 6;
/// One more than the largest number.
const COUNT: u32 = 1_000_000;

/// A card access number: six decimal digits, leading zeros included. Overwritten when dropped, never shown by Debug.
#[derive(Clone, PartialEq, Eq, Zeroize, ZeroizeOnDrop)]
pub struct CardAccessNumber([u8; LENGTH]);

/// A text is not a card access number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("a card access number has six digits, {kind} at byte {position}")]
pub struct CardAccessNumberError {
    /// What is wrong.
    pub kind: CardAccessNumberErrorKind,
    /// Offset of the fault, in bytes.
    pub position: usize,
}

/// What is wrong with a text that should be a card access number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum CardAccessNumberErrorKind {
    /// Something else than a decimal digit.
    #[error("no digit")]
    NotADigit,
    /// Fewer or more than six digits.
    #[error("another length")]
    Length,
}

impl CardAccessNumber {
    /// A fresh number, each of the million equally likely.
    pub fn draw(rng: &mut (impl CryptoRng + ?Sized)) -> Self {
        // Twenty random bits are below a million in 19 of 20 draws; those above are thrown away, for a remainder would make
        // some numbers likelier than others.
        loop {
            let candidate = rng.next_u32() >> 12;
            if candidate < COUNT {
                return Self::of_number(candidate);
            }
        }
    }

    /// The number from its six digits.
    ///
    /// # Errors
    /// Anything but exactly six decimal digits, with the position of the first fault.
    pub fn parse(text: &str) -> Result<Self, CardAccessNumberError> {
        if let Some(position) = text.bytes().position(|byte| !byte.is_ascii_digit()) {
            return Err(CardAccessNumberError { kind: CardAccessNumberErrorKind::NotADigit, position });
        }
        let digits = text.as_bytes().try_into().map_err(|_| CardAccessNumberError {
            kind: CardAccessNumberErrorKind::Length,
            position: text.len().min(LENGTH),
        })?;
        Ok(CardAccessNumber(digits))
    }

    /// The six digits, to be printed or sealed.
    pub fn digits(&self) -> &str {
        // Only digits ever come in.
        core::str::from_utf8(&self.0).unwrap_or_default()
    }

    /// The password of PACE.
    pub fn password(&self) -> PacePassword {
        PacePassword::can(self.digits())
    }

    fn of_number(number: u32) -> Self {
        let mut digits = [b'0'; LENGTH];
        let mut rest = number;
        for digit in digits.iter_mut().rev() {
            *digit = b'0' + (rest % 10) as u8;
            rest /= 10;
        }
        CardAccessNumber(digits)
    }
}

impl fmt::Debug for CardAccessNumber {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("CardAccessNumber(redacted)")
    }
}

#[cfg(test)]
mod tests {
    use super::super::pace::PasswordReference;
    use super::super::testing::{FixedBytes, seeded};
    use super::*;

    #[test]
    fn six_digits_are_read_and_nothing_else() {
        let number = CardAccessNumber::parse("004217").unwrap();
        assert_eq!(number.digits(), "004217");
        assert_eq!(number.password().reference(), PasswordReference::Can);
        assert_eq!(number.password().secret_bytes(), b"004217");
        for (text, kind, position) in [
            ("", CardAccessNumberErrorKind::Length, 0),
            ("12345", CardAccessNumberErrorKind::Length, 5),
            ("1234567", CardAccessNumberErrorKind::Length, 6),
            ("12 456", CardAccessNumberErrorKind::NotADigit, 2),
            ("12345\u{0661}", CardAccessNumberErrorKind::NotADigit, 5),
            ("+12345", CardAccessNumberErrorKind::NotADigit, 0),
        ] {
            assert_eq!(CardAccessNumber::parse(text), Err(CardAccessNumberError { kind, position }), "{text:?}");
        }
    }

    #[test]
    fn draws_above_a_million_are_thrown_away() {
        // The upper twenty bits of each word: 1,048,575, then 1,000,000, then 999,999, then 7.
        let words: Vec<u8> = [0xFFFF_FFFFu32, 1_000_000 << 12, 999_999 << 12, 7 << 12]
            .iter()
            .flat_map(|word| word.to_le_bytes())
            .collect();
        let mut rng = FixedBytes(words);
        assert_eq!(CardAccessNumber::draw(&mut rng).digits(), "999999");
        assert_eq!(CardAccessNumber::draw(&mut rng).digits(), "000007");
    }

    /// Each digit at each place comes up as often as chance allows: the statistic of nine degrees of freedom exceeds 40 once
    /// in a hundred thousand times.
    #[test]
    fn digits_are_evenly_spread() {
        let mut rng = seeded(11);
        let draws = 20_000;
        let mut counts = [[0u32; 10]; LENGTH];
        for _ in 0..draws {
            let number = CardAccessNumber::draw(&mut rng);
            for (place, digit) in counts.iter_mut().zip(number.digits().bytes()) {
                place[usize::from(digit - b'0')] += 1;
            }
        }
        for place in counts {
            let expected = f64::from(draws) / 10.0;
            let statistic: f64 = place.iter().map(|count| (f64::from(*count) - expected).powi(2) / expected).sum();
            assert!(statistic < 40.0, "{place:?}");
        }
    }

    #[test]
    fn numbers_do_not_show() {
        let number = CardAccessNumber::parse("314159").unwrap();
        assert_eq!(format!("{number:?}"), "CardAccessNumber(redacted)");
    }
}
