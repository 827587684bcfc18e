//! Key derivation of Doc 9303-11 9.7: passwords and shared secrets become keys.

use sha1::{Digest, Sha1};
use sha2::Sha256;
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

use super::AccessError;
use super::cipher::{CipherSuite, Key};
use crate::mrz::{AnyMrz, MrzDate, MrzLines, check_digit};

/// What a derived key is for: the 32-bit counter of Doc 9303-11 9.7.1.
#[derive(Clone, Copy)]
pub(crate) enum Purpose {
    Encryption = 1,
    Authentication = 2,
    Password = 3,
}

/// KDF(K, c) of Doc 9303-11 9.7.1.
pub(crate) fn derive(suite: CipherSuite, secret: &[u8], purpose: Purpose) -> Key {
    let counter = (purpose as u32).to_be_bytes();
    let short = || Zeroizing::new(<[u8; 20]>::from(Sha1::new().chain_update(secret).chain_update(counter).finalize()));
    let long = || Zeroizing::new(<[u8; 32]>::from(Sha256::new().chain_update(secret).chain_update(counter).finalize()));
    match suite {
        CipherSuite::TripleDes => Key::TripleDes(first::<16, 20>(&short()).map(with_odd_parity)),
        CipherSuite::Aes128 => Key::Aes128(first(&short())),
        CipherSuite::Aes192 => Key::Aes192(first(&long())),
        CipherSuite::Aes256 => Key::Aes256(*long()),
    }
}

/// SHA-1 of the MRZ information: the whole digest is PACE's password K, its first 16 bytes are the Kseed of basic
/// access control (Doc 9303-11 9.7.2, 9.7.3).
pub(crate) fn hash_of_mrz_information(information: &MrzInformation) -> Zeroizing<[u8; 20]> {
    Zeroizing::new(Sha1::digest(&information.0).into())
}

/// Document number, date of birth and date of expiry, each with its check digit: what the machine readable zone gives
/// as password (Doc 9303-11 4.3.2).
#[derive(Clone, PartialEq, Eq, Zeroize, ZeroizeOnDrop)]
pub struct MrzInformation(Vec<u8>);

impl MrzInformation {
    /// From the fields as printed, without their check digits: document number (fillers included; a number longer than
    /// nine characters whole, as it runs on in the optional data of a TD1 or TD2), dates as YYMMDD.
    /// Lower-case letters and others that no machine readable zone has are refused.
    ///
    /// # Errors
    /// [`AccessError::MrzCharacter`]: a field has a character that no machine readable zone has.
    pub fn new(document_number: &str, date_of_birth: &str, date_of_expiry: &str) -> Result<Self, AccessError> {
        let mut information = Zeroizing::new(String::with_capacity(40));
        let number = Zeroizing::new(format!("{document_number:<<9}"));
        for field in [number.as_str(), date_of_birth, date_of_expiry] {
            information.push_str(field);
            information.push(check_digit(field).ok_or(AccessError::MrzCharacter)?);
        }
        Ok(MrzInformation(information.as_bytes().to_vec()))
    }

    /// From a zone of any format, as it was read from a document; a number that runs on in the optional data is taken
    /// whole.
    ///
    /// # Errors
    /// As [`new`](Self::new); a zone that was read has no such character.
    pub fn of_zone(zone: &AnyMrz) -> Result<Self, AccessError> {
        let date = |date: MrzDate| Zeroizing::new(date.to_string());
        Self::new(zone.document_number(), &date(zone.date_of_birth()), &date(zone.date_of_expiry()))
    }

    /// From the lines of a zone as they were made for printing, check digits as they stand there.
    pub fn of_lines<const COUNT: usize>(lines: &MrzLines<COUNT>) -> Self {
        let lines = lines.lines();
        let part = |line: usize, range| lines.get(line).and_then(|line| line.get(range)).unwrap_or_default();
        // Two lines have everything in the lower one; a TD1 its number in the first, its dates in the second.
        let (number, optional, dates) = match COUNT {
            3 => (part(0, 5..15), part(0, 15..30), [part(1, 0..7), part(1, 8..15)]),
            _ => (part(1, 0..10), part(1, 28..35), [part(1, 13..20), part(1, 21..28)]),
        };
        // A filler in the place of the check digit: the number and its digit run on up to the next filler (4.3.2).
        let (number, rest) = match number.strip_suffix('<') {
            Some(number) => (number, optional.split('<').next().unwrap_or_default()),
            None => (number, ""),
        };
        MrzInformation([&[number, rest], &dates[..]].concat().concat().into_bytes())
    }
}

impl core::fmt::Debug for MrzInformation {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("MrzInformation(redacted)")
    }
}

fn first<const N: usize, const M: usize>(digest: &[u8; M]) -> [u8; N] {
    core::array::from_fn(|index| digest.get(index).copied().unwrap_or(0))
}

/// DES keys carry odd parity in the lowest bit of each byte.
fn with_odd_parity(byte: u8) -> u8 {
    let upper = byte & 0xFE;
    upper | (upper.count_ones() as u8 & 1 ^ 1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mrz::{Td1, Td2, Td3};

    /// Doc 9303-11 D.2, both examples, and the encoding of G.1.
    #[test]
    fn information_is_fields_with_check_digits() {
        assert_eq!(MrzInformation::new("L898902C<", "690806", "940623").unwrap().0, b"L898902C<369080619406236");
        assert_eq!(MrzInformation::new("L898902C", "690806", "940623").unwrap().0, b"L898902C<369080619406236");
        assert_eq!(MrzInformation::new("D23145890734", "340712", "950712").unwrap().0, b"D23145890734934071279507122");
        assert!(!format!("{:?}", MrzInformation::new("L898902C<", "690806", "940623").unwrap()).contains("L89"));
    }

    #[test]
    fn information_of_a_passport_stands_in_its_lower_line() {
        let zone = "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\nL898902C36UTO7408122F1204159ZE184226B<<<<<10";
        let lines = Td3::parse(zone).unwrap().encode().unwrap();
        let fields = MrzInformation::new("L898902C3", "740812", "120415").unwrap();
        assert_eq!(MrzInformation::of_lines(&lines), fields);
        assert_eq!(fields.0, b"L898902C3674081221204159");
        assert_eq!(MrzInformation::new("L898902c3", "740812", "120415"), Err(AccessError::MrzCharacter));
    }

    /// Both ways to the same, also where a number runs on in the optional data (Doc 9303-11 D.2, first example).
    #[test]
    fn information_of_cards_stands_in_their_lines() {
        fn lines_of<const COUNT: usize>(lines: &MrzLines<COUNT>) -> (MrzInformation, MrzInformation) {
            let zone = AnyMrz::parse(lines.text()).unwrap();
            (MrzInformation::of_lines(lines), MrzInformation::of_zone(&zone).unwrap())
        }
        let td1 = "I<UTOD231458907<<<<<<<<<<<<<<<7408122F1204159UTO<<<<<<<<<<<6ERIKSSON<<ANNA<MARIA<<<<<<<<<<";
        let td2 = "I<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<D231458907UTO7408122F1204159<<<<<<<6";
        let td3 = "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<L898902C36UTO7408122F1204159ZE184226B<<<<<10";
        let date = |text| MrzDate::parse(text).unwrap();
        let long = Td1 {
            document_number: "D23145890734".into(),
            date_of_birth: date("340712"),
            date_of_expiry: date("950712"),
            optional_data: "AB".into(),
            ..Td1::parse(td1).unwrap()
        };
        let long_td2 = Td2 {
            document_number: "D23145890734".into(),
            date_of_birth: date("340712"),
            date_of_expiry: date("950712"),
            ..Td2::parse(td2).unwrap()
        };
        for ((lines, zone), expected) in [
            (lines_of(&Td1::parse(td1).unwrap().encode().unwrap()), "D23145890774081221204159"),
            (lines_of(&long.encode().unwrap()), "D23145890734934071279507122"),
            (lines_of(&long_td2.encode().unwrap()), "D23145890734934071279507122"),
            (lines_of(&Td2::parse(td2).unwrap().encode().unwrap()), "D23145890774081221204159"),
            (lines_of(&Td3::parse(td3).unwrap().encode().unwrap()), "L898902C3674081221204159"),
        ] {
            assert_eq!((lines.0.as_slice(), zone.0.as_slice()), (expected.as_bytes(), expected.as_bytes()));
        }
    }

    /// Doc 9303-11 D.2 (Kenc, Kmac) and G (Kπ).
    #[test]
    fn keys_are_those_of_the_worked_examples() {
        let hash = hash_of_mrz_information(&MrzInformation::new("L898902C<", "690806", "940623").unwrap());
        let key = |purpose| match derive(CipherSuite::TripleDes, &hash[..16], purpose) {
            Key::TripleDes(ref key) => hex::encode_upper(key),
            _ => panic!("another suite"),
        };
        assert_eq!(hex::encode_upper(&hash[..16]), "239AB9CB282DAF66231DC5A4DF6BFBAE");
        assert_eq!(key(Purpose::Encryption), "AB94FDECF2674FDFB9B391F85D7F76F2");
        assert_eq!(key(Purpose::Authentication), "7962D9ECE03D1ACD4C76089DCE131543");

        let hash = hash_of_mrz_information(&MrzInformation::new("T22000129", "640812", "101031").unwrap());
        assert_eq!(hex::encode_upper(hash.as_slice()), "7E2D2A41C74EA0B38CD36F863939BFA8E9032AAD");
        let Key::Aes128(ref password) = derive(CipherSuite::Aes128, hash.as_slice(), Purpose::Password) else {
            panic!("another suite")
        };
        assert_eq!(hex::encode_upper(password), "89DED1B26624EC1E634C1989302849DD");
    }
}
