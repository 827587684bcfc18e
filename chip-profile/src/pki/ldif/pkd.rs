//! The tree of the ICAO public key directory: `o=dsc`, `o=crl` and `o=ml` below each country (Doc 9303-12 5.1, as its
//! published files have it).
//!
//! ```text
//! cn=<issuer>+sn=<serial number>,o=dsc,c=UT,<base>   inetOrgPerson, pkdDownload     userCertificate;binary
//! cn=<issuer>,o=crl,c=UT,<base>                      cRLDistributionPoint           certificateRevocationList;binary
//! cn=<issuer of the signer>,o=ml,c=UT,<base>         pkdMasterList, pkdDownload     pkdMasterListContent
//! ```

use der::Decode;
use thiserror::Error;

use super::{Attribute, Entry, escape_value};
use crate::pki::certificate::{Certificate, CertificateError};
use crate::pki::crl::{RevocationList, RevocationListError};
use crate::pki::master_list::{MasterList, MasterListError};
use crate::pki::name::CountryCode;

/// Where the directory publishes what conforms to Doc 9303. The base of its side for uploads is agreed with each
/// participant.
pub const DOWNLOAD_BASE: &str = "dc=data,dc=download,dc=pkd,dc=icao,dc=int";

const USER_CERTIFICATE: &str = "userCertificate;binary";
const REVOCATION_LIST: &str = "certificateRevocationList;binary";
const MASTER_LIST: &str = "pkdMasterListContent";

/// Something that the directory holds.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum PkdObject {
    /// A certificate below a country signer.
    Certificate(Box<Certificate>),
    /// A country signer's revocation list.
    RevocationList(RevocationList),
    /// A master list.
    MasterList(Box<MasterList>),
}

/// Why an object cannot be an entry, or an entry is not an object.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum PkdError {
    /// The issuer has no country of two letters, below which the entry would lie.
    #[error("issuer has no two-letter country")]
    Country,
    /// The issuer's name cannot be written as text.
    #[error("issuer's name cannot be written as text")]
    Name,
    /// The entry has none of the directory's attributes.
    #[error("entry holds no certificate, revocation list or master list")]
    NoObject,
    /// The certificate cannot be read.
    #[error(transparent)]
    Certificate(#[from] CertificateError),
    /// The revocation list cannot be read.
    #[error(transparent)]
    RevocationList(#[from] RevocationListError),
    /// The master list cannot be read.
    #[error(transparent)]
    MasterList(#[from] MasterListError),
}

impl PkdObject {
    /// The entry below `base`, ready for [`super::write`].
    ///
    /// # Errors
    /// [`PkdError::Name`] or [`PkdError::Country`]: the issuer's name cannot be written as text, or has no country of
    /// two letters.
    pub fn to_entry(&self, base: &str) -> Result<Entry, PkdError> {
        let person = ["top", "person", "organizationalPerson", "inetOrgPerson", "pkdDownload"];
        let (issuer, serial, branch, classes, content): (_, _, _, &[&str], _) = match self {
            PkdObject::Certificate(certificate) => {
                let serial = Some(hexadecimal(certificate.serial()));
                let content = Attribute::new(USER_CERTIFICATE, certificate.as_bytes());
                (certificate.issuer_bytes(), serial, "dsc", &person, content)
            }
            PkdObject::RevocationList(list) => {
                let content = Attribute::new(REVOCATION_LIST, list.as_bytes());
                (list.issuer_bytes(), None, "crl", &["top", "cRLDistributionPoint"], content)
            }
            PkdObject::MasterList(list) => {
                let content = Attribute::new(MASTER_LIST, list.as_bytes());
                let classes = &["top", "person", "pkdMasterList", "pkdDownload"];
                (list.signer().issuer_bytes(), None, "ml", classes, content)
            }
        };
        let name = x509_cert::name::Name::from_der(issuer).map_err(|_| PkdError::Name)?;
        let country = country(&name)?;
        let common_name = name.to_string();
        let relative = match &serial {
            Some(serial) => format!("cn={}+sn={serial}", escape_value(&common_name)),
            None => format!("cn={}", escape_value(&common_name)),
        };
        let mut attributes: Vec<Attribute> =
            classes.iter().map(|class| Attribute::text("objectClass", class)).collect();
        attributes.push(Attribute::text("cn", &common_name));
        // A person has a surname: the serial number, or 1 where there is none.
        match self {
            PkdObject::RevocationList(_) => {}
            _ => attributes.push(Attribute::text("sn", serial.as_deref().unwrap_or("1"))),
        }
        attributes.push(content);
        Ok(Entry { name: format!("{relative},o={branch},c={},{base}", country.as_str()), attributes })
    }

    /// The object of an entry, by the attribute that holds it.
    ///
    /// # Errors
    /// The entry has none of these attributes, or what the attribute holds cannot be read.
    pub fn from_entry(entry: &Entry) -> Result<PkdObject, PkdError> {
        if let Some(bytes) = entry.value(USER_CERTIFICATE) {
            Ok(PkdObject::Certificate(Box::new(Certificate::parse(bytes)?)))
        } else if let Some(bytes) = entry.value(REVOCATION_LIST) {
            Ok(PkdObject::RevocationList(RevocationList::parse(bytes)?))
        } else if let Some(bytes) = entry.value(MASTER_LIST).or_else(|| entry.value("CscaMasterListData")) {
            Ok(PkdObject::MasterList(Box::new(MasterList::parse(bytes)?)))
        } else {
            Err(PkdError::NoObject)
        }
    }
}

fn country(name: &x509_cert::name::Name) -> Result<CountryCode, PkdError> {
    let attribute = name.iter().find(|attribute| attribute.oid == const_oid::db::rfc4519::C);
    let value = attribute.map(|attribute| String::from_utf8_lossy(attribute.value.value()).to_ascii_uppercase());
    CountryCode::new(&value.ok_or(PkdError::Country)?).map_err(|_| PkdError::Country)
}

/// A serial number as the directory names it: upper case, without the octet that only keeps it positive.
fn hexadecimal(serial: &[u8]) -> String {
    let digits = match serial {
        [0, rest @ ..] if !rest.is_empty() => rest,
        all => all,
    };
    digits.iter().map(|byte| format!("{byte:02X}")).collect()
}
