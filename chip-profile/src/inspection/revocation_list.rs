//! Certificate revocation lists, RFC 5280 5 and Doc 9303-12 7, as far as a reader needs them.
//!
//! ```text
//! CertificateList ::= SEQUENCE { tbsCertList, signatureAlgorithm, signatureValue BIT STRING }
//! TBSCertList ::= SEQUENCE {
//!     version INTEGER 1 OPTIONAL, signature AlgorithmIdentifier, issuer Name, thisUpdate Time, nextUpdate Time OPTIONAL,
//!     revokedCertificates SEQUENCE OF SEQUENCE { serialNumber INTEGER, … } OPTIONAL, crlExtensions [0] OPTIONAL }
//! ```

use std::ops::Range;

use const_oid::ObjectIdentifier;
use thiserror::Error;

use crate::ec::{HashAlgorithm, PublicKey, VerifyError};
use crate::pki::UnixTime;
use crate::tlv::{self, Reader, TlvError, TlvErrorKind};

const INTEGER: u32 = 0x02;
const BIT_STRING: u32 = 0x03;
const OBJECT_IDENTIFIER: u32 = 0x06;
const UTC_TIME: u32 = 0x17;
const GENERALIZED_TIME: u32 = 0x18;
const SEQUENCE: u32 = 0x30;

/// Why bytes are not a revocation list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("revocation list: {0}")]
pub struct RevocationListError(#[from] pub TlvError);

/// A parsed revocation list together with its original bytes.
#[derive(Debug, Clone)]
pub struct RevocationList {
    bytes: Vec<u8>,
    tbs: Range<usize>,
    signature: Range<usize>,
    algorithm: ObjectIdentifier,
    issuer: Vec<u8>,
    this_update: UnixTime,
    next_update: Option<UnixTime>,
    revoked: Vec<Vec<u8>>,
}

impl RevocationList {
    /// Reads one list in DER; nothing may follow it.
    pub fn parse(bytes: &[u8]) -> Result<Self, RevocationListError> {
        let mut reader = tlv::parse_single(bytes, SEQUENCE)?.reader();
        let start = reader.position();
        let tbs = reader.expect(SEQUENCE)?;
        let tbs_range = start..reader.position();
        let algorithm_sequence = reader.expect(SEQUENCE)?;
        let object = algorithm_sequence.reader().expect(OBJECT_IDENTIFIER)?;
        let algorithm = ObjectIdentifier::from_bytes(object.value).map_err(|_| malformed(object.position))?;
        let bits = reader.expect(BIT_STRING)?;
        if bits.value.first() != Some(&0) {
            return Err(malformed(bits.position));
        }
        let signature = bits.position + 1..bits.position + bits.value.len();
        reader.finish()?;

        let mut reader = tbs.reader();
        reader.optional(INTEGER)?;
        // RFC 5280 5.1.1.2: the algorithm inside must be the one outside.
        let inside = reader.expect(SEQUENCE)?;
        if inside.value != algorithm_sequence.value {
            return Err(malformed(inside.position));
        }
        let (rest, start) = (reader.remaining(), reader.position());
        reader.expect(SEQUENCE)?;
        let issuer = rest.get(..reader.position() - start).unwrap_or_default().to_vec();
        let this_update = time(&mut reader)?;
        let next_update = match reader.peek_tag()? {
            Some(UTC_TIME | GENERALIZED_TIME) => Some(time(&mut reader)?),
            _ => None,
        };
        let mut revoked = Vec::new();
        if let Some(list) = reader.optional(SEQUENCE)? {
            let mut entries = list.reader();
            while let Some(entry) = entries.next_object()? {
                revoked.push(entry.reader().expect(INTEGER)?.value.to_vec());
            }
        }
        reader.optional(0xA0)?;
        reader.finish()?;
        revoked.sort();
        Ok(RevocationList {
            bytes: bytes.to_vec(),
            tbs: tbs_range,
            signature,
            algorithm,
            issuer,
            this_update,
            next_update,
            revoked,
        })
    }

    /// DER of the issuer's Name.
    pub fn issuer_bytes(&self) -> &[u8] {
        &self.issuer
    }
    /// When the list was issued.
    pub fn this_update(&self) -> UnixTime {
        self.this_update
    }
    /// When the next list is due at the latest.
    pub fn next_update(&self) -> Option<UnixTime> {
        self.next_update
    }
    /// Whether the certificate with this serial number (contents bytes of the INTEGER) is revoked.
    pub fn is_revoked(&self, serial: &[u8]) -> bool {
        self.revoked.binary_search_by(|revoked| revoked.as_slice().cmp(serial)).is_ok()
    }
    /// Checks the signature over the original bytes with the country signer's key.
    pub fn verify_signed_by(&self, issuer_key: &PublicKey) -> Result<(), VerifyError> {
        let slice = |range: &Range<usize>| self.bytes.get(range.clone()).unwrap_or_default();
        match HashAlgorithm::from_ecdsa_oid(&self.algorithm) {
            Some(hash) => issuer_key.verify(hash, slice(&self.tbs), slice(&self.signature)),
            None => Err(VerifyError::UnsupportedAlgorithm(self.algorithm)),
        }
    }
}

fn malformed(position: usize) -> RevocationListError {
    RevocationListError(TlvError { kind: TlvErrorKind::Value, position })
}

fn time(reader: &mut Reader<'_>) -> Result<UnixTime, RevocationListError> {
    let position = reader.position();
    let object = reader.next_object()?.ok_or_else(|| malformed(position))?;
    match (object.tag, object.value.len()) {
        (UTC_TIME, 13) | (GENERALIZED_TIME, 15) => UnixTime::parse(object.value).map_err(|_| malformed(position)),
        _ => Err(malformed(position)),
    }
}
