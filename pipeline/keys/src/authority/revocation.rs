//! Certificate revocation lists, Doc 9303-12 4.1.5 and 7.1.4.
//!
//! The newest list of the folder is what says which certificates are revoked: a revocation exists exactly when it stands on
//! a list. Lists are numbered from one and never replaced.

use std::path::Path;

use chip_profile::pki::crl::{LONGEST_INTERVAL_DAYS, RevocationList, RevocationListRequest as ListRequest};
use chip_profile::pki::{Certificate, SerialNumber, UnixTime};
use persoline_domain::clock::Timestamp;

use super::Authority;
use crate::ceremony::hexadecimal;
use crate::directory::issued_certificates;
use crate::error::KeyStoreError;
use crate::files;
use crate::periods::{timestamp, unix_time};
use crate::store;

const LIST: &str = "revocation-";
const LIST_ENDING: &str = ".crl";

/// What a list is to say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RevocationListRequest {
    /// Serial numbers, hexadecimal, of certificates that are revoked from now on, beside those that are already.
    pub revoke: Vec<String>,
    /// In how many days the next list comes: ninety at most.
    pub days: u32,
}

/// A revocation list that was made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RevocationListReport {
    /// Its number.
    pub number: u64,
    /// The file in the country signer's folder.
    pub file: String,
    /// The list, DER.
    pub list: Vec<u8>,
    /// Serial numbers on it, hexadecimal.
    pub revoked: Vec<String>,
    /// When the next one comes at the latest.
    pub next_update: Timestamp,
}

impl Authority {
    /// Makes the next revocation list. What stood on the one before stands on it.
    ///
    /// # Errors
    /// [`KeyStoreError::NotIssued`] for a serial number of nothing that was issued here, [`KeyStoreError::Request`] for
    /// other than 1 to 90 days or a country signer outside of its usage period, [`KeyStoreError::Damaged`] for a list
    /// before that no country signer of the folder signed; or a file cannot be read or written.
    pub fn revocation_list(
        &self,
        request: &RevocationListRequest,
        now: Timestamp,
    ) -> Result<RevocationListReport, KeyStoreError> {
        if request.days == 0 || i64::from(request.days) > LONGEST_INTERVAL_DAYS {
            return Err(KeyStoreError::Request("the next revocation list must come within 1 to 90 days"));
        }
        self.check_usage(now)?;
        let (last, mut revoked) = match newest_list(&self.folder, &self.state)? {
            Some((number, list)) => (number, entries(&list)?),
            None => (0, Vec::new()),
        };
        for serial in &request.revoke {
            let certificate = self.issued_with(serial)?;
            let serial = serial_number(certificate.serial())?;
            if !revoked.iter().any(|(known, _)| *known == serial) {
                revoked.push((serial, unix_time(now)));
            }
        }
        let number = last + 1;
        let this_update = unix_time(now);
        let next_update = this_update.plus_days(i64::from(request.days));
        let list = ListRequest { number, this_update, next_update, revoked };
        let unsigned = list.finalize(&self.certificate, self.key.suite().scheme())?;
        let bytes = self.sign(&unsigned)?;
        let file = format!("{LIST}{number:06}{LIST_ENDING}");
        files::write(&self.folder, &file, &bytes)?;
        Ok(RevocationListReport {
            number,
            file,
            list: bytes,
            revoked: list.revoked.iter().map(|(serial, _)| hexadecimal(serial.as_bytes())).collect(),
            next_update: timestamp(next_update),
        })
    }

    /// The certificate with this serial number (hexadecimal) among those that were issued here.
    fn issued_with(&self, serial: &str) -> Result<Certificate, KeyStoreError> {
        let wanted = serial.to_ascii_lowercase();
        let found = issued_certificates(&self.folder)?.into_iter().find(|one| hexadecimal(one.serial()) == wanted);
        found.ok_or_else(|| KeyStoreError::NotIssued { serial: serial.to_owned() })
    }
}

/// Files of revocation lists in a folder with their numbers, oldest first.
fn list_names(folder: &Path) -> Result<Vec<(u64, String)>, KeyStoreError> {
    let number = |name: &String| {
        let number = name.strip_prefix(LIST)?.strip_suffix(LIST_ENDING)?.parse().ok()?;
        Some((number, name.clone()))
    };
    let mut found: Vec<(u64, String)> = files::names(folder)?.iter().filter_map(number).collect();
    found.sort();
    Ok(found)
}

/// The newest list of a folder, if there is one. One that no country signer of the folder signed is refused.
pub(crate) fn newest_list(folder: &Path, state: &str) -> Result<Option<(u64, RevocationList)>, KeyStoreError> {
    let Some((number, file)) = list_names(folder)?.pop() else { return Ok(None) };
    let damaged = |reason| KeyStoreError::Damaged { file: file.clone(), reason };
    let list = RevocationList::parse(&files::read(folder, &file)?).map_err(|_| damaged("it is no revocation list"))?;
    let signed = store::country_signers(folder, state)?.iter().any(|(_, issuer)| {
        issuer.subject_bytes() == list.issuer_bytes()
            && issuer.verifying_key().is_ok_and(|key| list.verify_signed_by(&key).is_ok())
    });
    if signed { Ok(Some((number, list))) } else { Err(damaged("no country signer of the folder signed it")) }
}

fn entries(list: &RevocationList) -> Result<Vec<(SerialNumber, UnixTime)>, KeyStoreError> {
    list.revoked().iter().map(|entry| Ok((serial_number(&entry.serial)?, entry.since))).collect()
}

/// Serial numbers made here have twenty octets that begin with the bits 01, which stay as they are.
fn serial_number(octets: &[u8]) -> Result<SerialNumber, KeyStoreError> {
    let octets: [u8; 20] =
        octets.try_into().map_err(|_| KeyStoreError::Request("a serial number has not twenty octets"))?;
    Ok(SerialNumber::from_octets(octets))
}
