//! Who issues, read from the country signer's own certificate: what is issued later repeats it.

use chip_profile::pki::{AlternativeName, Certificate, Contact, DistinguishedName};
use chip_profile::tlv::{self, Reader, TlvError};

use crate::error::KeyStoreError;

/// subjectAltName (RFC 5280 4.2.1.6), as its object identifier ends: 2.5.29.17.
const SUBJECT_ALTERNATIVE_NAME: &str = "2.5.29.17";
/// cRLDistributionPoints (RFC 5280 4.2.1.13).
const CRL_DISTRIBUTION_POINTS: &str = "2.5.29.31";

/// What certificates of one issuing state share.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Issuer {
    pub(crate) name: DistinguishedName,
    pub(crate) alternative_name: AlternativeName,
    pub(crate) revocation_list_addresses: Vec<String>,
}

impl Issuer {
    /// The issuer of a country signer's certificate.
    pub(crate) fn of(certificate: &Certificate) -> Result<Issuer, KeyStoreError> {
        let unreadable = KeyStoreError::Request("the country signer's certificate does not say who issues");
        let extension = |oid: &str| {
            let found = certificate.extensions().iter().find(|extension| extension.oid.to_string() == oid);
            found.map(|extension| extension.value.as_slice()).unwrap_or_default()
        };
        let parts = (
            DistinguishedName::from_der(certificate.subject_bytes()),
            read_alternative_name(extension(SUBJECT_ALTERNATIVE_NAME)),
            read_addresses(extension(CRL_DISTRIBUTION_POINTS)),
        );
        match parts {
            (Ok(name), Ok(Some(alternative_name)), Ok(revocation_list_addresses)) => {
                Ok(Issuer { name, alternative_name, revocation_list_addresses })
            }
            _ => Err(unreadable),
        }
    }
}

/// `Name ::= SEQUENCE OF SET OF SEQUENCE { type OBJECT IDENTIFIER, value DirectoryString }`, with one attribute in each set.
fn attributes(name: &[u8]) -> Result<Vec<(&[u8], String)>, TlvError> {
    let mut sets = tlv::parse_single(name, 0x30)?.reader();
    let mut found = Vec::new();
    while !sets.is_empty() {
        let mut set = sets.expect(0x31)?.reader();
        let mut attribute = set.expect(0x30)?.reader();
        set.finish()?;
        let kind = attribute.expect(0x06)?.value;
        if let Some(value) = attribute.next_object()? {
            found.push((kind, String::from_utf8_lossy(value.value).into_owned()));
        }
    }
    Ok(found)
}

/// ```text
/// GeneralNames ::= SEQUENCE OF CHOICE {
///     rfc822Name [1] IA5String, dNSName [2] IA5String, directoryName [4] EXPLICIT Name, uri [6] IA5String, … }
/// ```
fn read_alternative_name(value: &[u8]) -> Result<Option<AlternativeName>, TlvError> {
    let mut names = tlv::parse_single(value, 0x30)?.reader();
    let (mut state, mut territory, mut contacts) = (None, None, Vec::new());
    while let Some(name) = names.next_object()? {
        let text = || String::from_utf8_lossy(name.value).into_owned();
        match name.tag {
            0x81 => contacts.push(Contact::Email(text())),
            0x82 => contacts.push(Contact::Dns(text())),
            0x86 => contacts.push(Contact::Uri(text())),
            0xA4 => {
                for (kind, value) in attributes(name.value)? {
                    match kind {
                        [0x55, 0x04, 0x07] => state = Some(value),
                        [0x55, 0x04, 0x08] => territory = Some(value),
                        _ => {}
                    }
                }
            }
            _ => {}
        }
    }
    Ok(state.map(|state| AlternativeName { state, territory, contacts }))
}

/// ```text
/// CRLDistributionPoints ::= SEQUENCE OF SEQUENCE {
///     distributionPoint [0] CHOICE { fullName [0] GeneralNames { uniformResourceIdentifier [6] IA5String } } }
/// ```
fn read_addresses(value: &[u8]) -> Result<Vec<String>, TlvError> {
    let mut points = tlv::parse_single(value, 0x30)?.reader();
    let mut addresses = Vec::new();
    while !points.is_empty() {
        let mut point = points.expect(0x30)?.reader();
        let Some(place) = point.optional(0xA0)? else { continue };
        let mut names: Reader<'_> = place.reader().expect(0xA0)?.reader();
        while let Some(name) = names.next_object()? {
            if name.tag == 0x86 {
                addresses.push(String::from_utf8_lossy(name.value).into_owned());
            }
        }
    }
    Ok(addresses)
}
