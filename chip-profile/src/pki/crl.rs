//! Certificate revocation lists, Doc 9303-12 7.1.4 tables 9 and 10, RFC 5280 5.
//!
//! ```text
//! CertificateList ::= SEQUENCE { tbsCertList, signatureAlgorithm, signatureValue BIT STRING }
//! TBSCertList ::= SEQUENCE {
//!     version INTEGER (1), signature, issuer, thisUpdate Time, nextUpdate Time,
//!     revokedCertificates SEQUENCE OF SEQUENCE { serial INTEGER, revocationDate Time, … } OPTIONAL,
//!     crlExtensions [0] EXPLICIT Extensions }
//! ```

use std::ops::Range;

use thiserror::Error;

use super::certificate::Certificate;
use super::profile::{
    ProfileError, SerialNumber, UnsignedCertificate, check_period, check_scheme, extension, is_writable,
};
use super::time::UnixTime;
use crate::ec::VerifyError;
use crate::signature::{SchemeError, SignatureScheme, VerifyingKey};
use crate::tlv::{self, Reader, Tlv, TlvError, TlvErrorKind};

/// Longest time between two lists: ninety days (4.1.5).
pub const LONGEST_INTERVAL_DAYS: i64 = 90;

/// Why bytes are not a revocation list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("revocation list: {0}")]
pub struct RevocationListError(#[from] pub TlvError);

/// A certificate that is not to be trusted any more.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RevokedCertificate {
    /// Its serial number: the contents of the INTEGER.
    pub serial: Vec<u8>,
    /// Since when.
    pub since: UnixTime,
}

/// What a list is to say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RevocationListRequest {
    /// Number of the list, growing from list to list (table 10, cRLNumber).
    pub number: u64,
    /// When it is made.
    pub this_update: UnixTime,
    /// When the next one comes; ninety days later at most.
    pub next_update: UnixTime,
    /// Every certificate that this CSCA revoked, whatever its kind, under this key and earlier ones (4.1.5).
    pub revoked: Vec<(SerialNumber, UnixTime)>,
}

impl RevocationListRequest {
    /// The list up to its signature, which the newest key of the country signer `issuer` makes with `scheme`.
    ///
    /// # Errors
    /// [`ProfileError::Period`] when the next list does not come within ninety days after this one, or a time lies outside
    /// of the years 1950 to 9999,
    /// [`ProfileError::Issuer`] when the issuer may not sign lists or has no subjectKeyIdentifier; a scheme that is not
    /// one for issuing or not one of its key, or a key that cannot be used.
    pub fn finalize(&self, issuer: &Certificate, scheme: SignatureScheme) -> Result<UnsignedCertificate, ProfileError> {
        let between = "time between two revocation lists";
        check_period(between, (self.this_update, self.next_update))?;
        let longest = self.this_update.plus_days(LONGEST_INTERVAL_DAYS);
        if self.next_update == self.this_update || self.next_update > longest {
            return Err(ProfileError::Period(between));
        }
        if !self.revoked.iter().all(|(_, since)| is_writable(*since)) {
            return Err(ProfileError::Period("time of a revocation"));
        }
        if !issuer.key_usage().is_some_and(|usage| usage.revocation_list_sign) {
            return Err(ProfileError::Issuer("key usage"));
        }
        let identifier = issuer.subject_key_identifier().ok_or(ProfileError::Issuer("subject key identifier"))?;
        check_scheme(scheme, &issuer.verifying_key()?)?;
        let mut tbs = Vec::with_capacity(256 + 48 * self.revoked.len());
        tlv::push_nested(&mut tbs, 0x30, |out| {
            // Version: MUST be v2.
            tlv::push(out, 0x02, &[1]);
            scheme.push(out);
            out.extend_from_slice(issuer.subject_bytes());
            self.this_update.push_time(out);
            self.next_update.push_time(out);
            // revokedCertificates: MUST NOT be present if empty.
            if !self.revoked.is_empty() {
                tlv::push_nested(out, 0x30, |out| {
                    for (serial, since) in &self.revoked {
                        tlv::push_nested(out, 0x30, |out| {
                            tlv::push(out, 0x02, serial.as_bytes());
                            since.push_time(out);
                        });
                    }
                });
            }
            let extensions = [extension::authority_key_identifier(identifier), extension::crl_number(self.number)];
            tlv::push_nested(out, 0xA0, |out| tlv::push(out, 0x30, &extensions.concat()));
        });
        Ok(UnsignedCertificate::new(tbs, scheme))
    }
}

/// A revocation list over its original bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RevocationList {
    bytes: Vec<u8>,
    tbs: Range<usize>,
    issuer: Range<usize>,
    signature: Range<usize>,
    signature_scheme: Result<SignatureScheme, SchemeError>,
    this_update: UnixTime,
    next_update: Option<UnixTime>,
    revoked: Vec<RevokedCertificate>,
}

impl RevocationList {
    /// Reads one list; nothing may follow it.
    ///
    /// # Errors
    /// What is wrong, and where: not the structure of RFC 5280 5.1, another version than 2, a time that is none, or
    /// algorithms inside and outside of the signed part that differ.
    pub fn parse(bytes: &[u8]) -> Result<RevocationList, RevocationListError> {
        let mut reader = Reader::new(bytes);
        let mut outer = reader.expect(0x30)?.reader();
        reader.finish()?;
        let start = outer.position();
        let mut fields = outer.expect(0x30)?.reader();
        let tbs = start..outer.position();
        let start = outer.position();
        let algorithm = outer.expect(0x30)?;
        let algorithm_range = start..outer.position();
        let bits = outer.expect(0x03)?;
        outer.finish()?;
        if bits.value.first() != Some(&0) {
            return Err(wrong(bits.position).into());
        }
        let version = fields.expect(0x02)?;
        let inner = fields.expect(0x30)?;
        if version.value != [1] || inner.value != algorithm.value {
            return Err(wrong(version.position).into());
        }
        let start = fields.position();
        fields.expect(0x30)?;
        let issuer = start..fields.position();
        let this_update = read_time(&mut fields)?;
        let next_update = match fields.peek_tag()? {
            Some(0x17 | 0x18) => Some(read_time(&mut fields)?),
            _ => None,
        };
        let revoked = match fields.optional(0x30)? {
            Some(list) => read_revoked(list)?,
            None => Vec::new(),
        };
        fields.optional(0xA0)?;
        fields.finish()?;
        Ok(RevocationList {
            bytes: bytes.to_vec(),
            tbs,
            issuer,
            signature: bits.position + 1..bits.position + bits.value.len(),
            signature_scheme: SignatureScheme::from_der(bytes.get(algorithm_range).unwrap_or_default()),
            this_update,
            next_update,
            revoked,
        })
    }

    /// The list as it came.
    pub fn as_bytes(&self) -> &[u8] {
        &self.bytes
    }
    /// The signed part as it came.
    pub fn tbs_bytes(&self) -> &[u8] {
        self.bytes.get(self.tbs.clone()).unwrap_or_default()
    }
    /// The signature; for ECDSA it is DER.
    pub fn signature_bytes(&self) -> &[u8] {
        self.bytes.get(self.signature.clone()).unwrap_or_default()
    }
    /// The issuer's Name in DER, with tag and length.
    pub fn issuer_bytes(&self) -> &[u8] {
        self.bytes.get(self.issuer.clone()).unwrap_or_default()
    }
    /// How the list is signed, if it is a way that is known here.
    ///
    /// # Errors
    /// The signature's algorithm identifier is malformed or names what is not known here.
    pub fn signature_scheme(&self) -> Result<SignatureScheme, SchemeError> {
        self.signature_scheme
    }
    /// When it was made.
    pub fn this_update(&self) -> UnixTime {
        self.this_update
    }
    /// When the next one was to come.
    pub fn next_update(&self) -> Option<UnixTime> {
        self.next_update
    }
    /// Every revoked certificate, in the list's order.
    pub fn revoked(&self) -> &[RevokedCertificate] {
        &self.revoked
    }
    /// Whether `certificate`, issued by the same country signer, is on the list, and since when.
    pub fn revocation_of(&self, certificate: &Certificate) -> Option<UnixTime> {
        self.revoked.iter().find(|entry| entry.serial == certificate.serial()).map(|entry| entry.since)
    }
    /// Checks the signature over the original bytes with the country signer's key.
    ///
    /// # Errors
    /// As [`VerifyingKey::verify`]; [`VerifyError::Scheme`] when the signature's algorithm is not known here.
    pub fn verify_signed_by(&self, issuer_key: &VerifyingKey) -> Result<(), VerifyError> {
        issuer_key.verify(self.signature_scheme?, self.tbs_bytes(), self.signature_bytes())
    }
}

fn read_revoked(list: Tlv<'_>) -> Result<Vec<RevokedCertificate>, TlvError> {
    let mut entries = list.reader();
    let mut revoked = Vec::new();
    while !entries.is_empty() {
        let mut entry = entries.expect(0x30)?.reader();
        let serial = entry.expect(0x02)?.value.to_vec();
        let since = read_time(&mut entry)?;
        entry.optional(0x30)?;
        entry.finish()?;
        revoked.push(RevokedCertificate { serial, since });
    }
    Ok(revoked)
}

fn read_time(reader: &mut Reader<'_>) -> Result<UnixTime, TlvError> {
    let position = reader.position();
    let object = reader.next_object()?.ok_or(wrong(position))?;
    match (object.tag, object.value.len()) {
        (0x17, 13) | (0x18, 15) => UnixTime::parse(object.value).map_err(|_| wrong(object.position)),
        _ => Err(wrong(position)),
    }
}

fn wrong(position: usize) -> TlvError {
    TlvError { kind: TlvErrorKind::Value, position }
}
