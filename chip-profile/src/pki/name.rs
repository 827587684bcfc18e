//! Distinguished names and alternative names, Doc 9303-12 7.1.1.1 and 7.1.1.2.

use const_oid::ObjectIdentifier;
use thiserror::Error;

use crate::tlv;

const COMMON_NAME: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.4.3");
const SERIAL_NUMBER: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.4.5");
const COUNTRY_NAME: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.4.6");
const LOCALITY_NAME: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.4.7");
const STATE_OR_PROVINCE_NAME: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.4.8");
const ORGANIZATION_NAME: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.4.10");
const ORGANIZATIONAL_UNIT_NAME: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.4.11");

/// A name that Doc 9303-12 or RFC 5280 does not allow.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum NameError {
    /// Not two upper-case letters (Doc 9303-12 table 5, issuer and subject).
    #[error("country code is not two upper-case letters")]
    CountryCode,
    /// Not one to three upper-case letters as the MRZ writes them.
    #[error("issuing state code is not one to three upper-case letters")]
    StateCode,
    /// Empty, longer than 64 characters (RFC 5280 appendix A.1), or holding control characters.
    #[error("{0} is empty, longer than 64 characters or has control characters")]
    Text(&'static str),
    /// Letters outside of PrintableString where only that is allowed.
    #[error("{0} has characters outside of PrintableString")]
    NotPrintable(&'static str),
    /// Bytes that are not a name of these attributes.
    #[error("not a name, or one with other attributes or string types")]
    Form,
    /// Contact information that is empty or has spaces, control characters or what is not ASCII.
    #[error("contact information is empty or not ASCII")]
    Contact,
}

/// A two-letter country code of Doc 9303-3, upper case: `UT`, `CN`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CountryCode([u8; 2]);

impl CountryCode {
    /// From two upper-case letters.
    ///
    /// # Errors
    /// [`NameError::CountryCode`] for anything else; lower case is not made upper.
    pub fn new(code: &str) -> Result<CountryCode, NameError> {
        match code.as_bytes() {
            [first @ b'A'..=b'Z', second @ b'A'..=b'Z'] => Ok(CountryCode([*first, *second])),
            _ => Err(NameError::CountryCode),
        }
    }
    /// The two letters.
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or_default()
    }
}

/// Name of a signer, Doc 9303-12 7.1.1.1.1: countryName and commonName are mandatory, the rest is the state's choice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DistinguishedName {
    /// countryName
    pub country: CountryCode,
    /// organizationName, at most 64 characters.
    pub organization: Option<String>,
    /// organizationalUnitName, at most 64 characters.
    pub organizational_unit: Option<String>,
    /// serialNumber: tells names of signers of one kind apart. PrintableString.
    pub serial_number: Option<String>,
    /// commonName, at most 64 characters.
    pub common_name: String,
}

impl DistinguishedName {
    /// The name in DER.
    ///
    /// ```text
    /// Name ::= SEQUENCE OF SET OF SEQUENCE { type OBJECT IDENTIFIER, value DirectoryString }
    /// ```
    ///
    /// # Errors
    /// [`NameError::Text`] for a text that is empty, longer than 64 characters or has control characters,
    /// [`NameError::NotPrintable`] for such a serial number.
    pub fn to_der(&self) -> Result<Vec<u8>, NameError> {
        let mut attributes = vec![attribute(COUNTRY_NAME, 0x13, self.country.as_str())];
        for (oid, what, value) in [
            (ORGANIZATION_NAME, "organisation", &self.organization),
            (ORGANIZATIONAL_UNIT_NAME, "organisational unit", &self.organizational_unit),
        ] {
            if let Some(value) = value {
                attributes.push(directory_string(oid, what, value)?);
            }
        }
        if let Some(value) = &self.serial_number {
            let what = "serial number of the name";
            check_text(what, value)?;
            if !is_printable(value) {
                return Err(NameError::NotPrintable(what));
            }
            attributes.push(attribute(SERIAL_NUMBER, 0x13, value));
        }
        attributes.push(directory_string(COMMON_NAME, "common name", &self.common_name)?);
        Ok(sequence_of_sets(&attributes))
    }

    /// Reads a name in DER that has no other attributes than these, each once and in whatever order.
    ///
    /// # Errors
    /// [`NameError::Form`]: not a name, or one with another attribute, one that stands twice, or another string type.
    /// [`NameError::CountryCode`] and [`NameError::Text`] when the country is not two upper-case letters or there is no
    /// common name.
    pub fn from_der(bytes: &[u8]) -> Result<DistinguishedName, NameError> {
        let form = |_: tlv::TlvError| NameError::Form;
        let (mut country, mut common_name) = (None, None);
        let mut other = [None, None, None];
        let mut sets = tlv::parse_single(bytes, 0x30).map_err(form)?.reader();
        while !sets.is_empty() {
            let mut set = sets.expect(0x31).map_err(form)?.reader();
            let mut pair = set.expect(0x30).map_err(form)?.reader();
            set.finish().map_err(form)?;
            let kind = pair.expect(0x06).map_err(form)?.value;
            let value = pair.next_object().map_err(form)?.filter(|value| matches!(value.tag, 0x0C | 0x13));
            pair.finish().map_err(form)?;
            let text = value.and_then(|value| std::str::from_utf8(value.value).ok()).ok_or(NameError::Form)?;
            let [organization, organizational_unit, serial_number] = &mut other;
            let place = [
                (COUNTRY_NAME, &mut country),
                (ORGANIZATION_NAME, organization),
                (ORGANIZATIONAL_UNIT_NAME, organizational_unit),
                (SERIAL_NUMBER, serial_number),
                (COMMON_NAME, &mut common_name),
            ];
            let found = place.into_iter().find(|(oid, _)| oid.as_bytes() == kind);
            match found {
                Some((_, place)) if place.is_none() => *place = Some(text.to_owned()),
                _ => return Err(NameError::Form),
            }
        }
        let [organization, organizational_unit, serial_number] = other;
        Ok(DistinguishedName {
            country: CountryCode::new(country.as_deref().unwrap_or_default())?,
            organization,
            organizational_unit,
            serial_number,
            common_name: common_name.ok_or(NameError::Text("common name"))?,
        })
    }
}

/// Contact information of an alternative name, Doc 9303-12 7.1.1.2.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Contact {
    /// rfc822Name: an electronic mail address.
    Email(String),
    /// dNSName
    Dns(String),
    /// uniformResourceIdentifier
    Uri(String),
}

/// Alternative name of a signer, Doc 9303-12 7.1.1.2: contact information, and the state as the MRZ writes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AlternativeName {
    /// localityName: the code of the issuing state as it appears in the MRZ, without fillers: `UTO`, `D`, `CHN`.
    pub state: String,
    /// stateOrProvinceName: the three-letter code of the issuer where the MRZ's code stands for several: `HKG`.
    pub territory: Option<String>,
    /// How the issuer can be reached; one at least is recommended.
    pub contacts: Vec<Contact>,
}

impl AlternativeName {
    /// The GeneralNames in DER.
    ///
    /// ```text
    /// GeneralNames ::= SEQUENCE OF CHOICE {
    ///     rfc822Name [1] IA5String, dNSName [2] IA5String, directoryName [4] EXPLICIT Name, uri [6] IA5String, … }
    /// ```
    ///
    /// # Errors
    /// [`NameError::StateCode`] when state or territory is not one to three upper-case letters, [`NameError::Contact`]
    /// for a contact that is empty or not visible ASCII throughout.
    pub fn to_der(&self) -> Result<Vec<u8>, NameError> {
        let mut attributes = Vec::new();
        if let Some(territory) = &self.territory {
            check_state(territory)?;
            attributes.push(attribute(STATE_OR_PROVINCE_NAME, 0x13, territory));
        }
        check_state(&self.state)?;
        attributes.push(attribute(LOCALITY_NAME, 0x13, &self.state));

        let mut names = Vec::new();
        for contact in &self.contacts {
            let (tag, text) = match contact {
                Contact::Email(text) => (0x81, text),
                Contact::Dns(text) => (0x82, text),
                Contact::Uri(text) => (0x86, text),
            };
            if text.is_empty() || !text.bytes().all(|byte| byte.is_ascii_graphic()) {
                return Err(NameError::Contact);
            }
            tlv::push(&mut names, tag, text.as_bytes());
        }
        tlv::push(&mut names, 0xA4, &sequence_of_sets(&attributes));
        let mut out = Vec::with_capacity(names.len() + 4);
        tlv::push(&mut out, 0x30, &names);
        Ok(out)
    }
}

fn check_state(code: &str) -> Result<(), NameError> {
    let letters = code.bytes().all(|byte| byte.is_ascii_uppercase());
    if letters && (1..=3).contains(&code.len()) { Ok(()) } else { Err(NameError::StateCode) }
}

fn check_text(what: &'static str, value: &str) -> Result<(), NameError> {
    let allowed = (1..=64).contains(&value.chars().count()) && !value.chars().any(char::is_control);
    if allowed { Ok(()) } else { Err(NameError::Text(what)) }
}

fn is_printable(value: &str) -> bool {
    value.bytes().all(|byte| byte.is_ascii_alphanumeric() || b" '()+,-./:=?".contains(&byte))
}

/// Doc 9303-12 table 5: PrintableString or UTF8String, nothing else.
fn directory_string(oid: ObjectIdentifier, what: &'static str, value: &str) -> Result<Vec<u8>, NameError> {
    check_text(what, value)?;
    Ok(attribute(oid, if is_printable(value) { 0x13 } else { 0x0C }, value))
}

fn attribute(oid: ObjectIdentifier, string_tag: u32, value: &str) -> Vec<u8> {
    let mut out = Vec::new();
    tlv::push_nested(&mut out, 0x31, |out| {
        tlv::push_nested(out, 0x30, |out| {
            tlv::push(out, 0x06, oid.as_bytes());
            tlv::push(out, string_tag, value.as_bytes());
        });
    });
    out
}

fn sequence_of_sets(attributes: &[Vec<u8>]) -> Vec<u8> {
    let mut out = Vec::new();
    tlv::push(&mut out, 0x30, &attributes.concat());
    out
}
