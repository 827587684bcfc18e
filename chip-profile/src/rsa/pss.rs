//! Parameters of RSASSA-PSS, RFC 4055 3.1 and RFC 8017 A.2.3.
//!
//! ```text
//! RSASSA-PSS-params ::= SEQUENCE {
//!     hashAlgorithm    [0] HashAlgorithm      DEFAULT sha1,
//!     maskGenAlgorithm [1] MaskGenAlgorithm   DEFAULT mgf1SHA1,
//!     saltLength       [2] INTEGER            DEFAULT 20,
//!     trailerField     [3] INTEGER            DEFAULT 1 }
//! ```

use super::MGF1;
use crate::ec::{HashAlgorithm, push_unsigned, read_oid};
use crate::tlv::{self, Reader, TlvError, TlvErrorKind};

/// What RSASSA-PSS hashes and salts with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct PssParameters {
    /// Hash function of the message.
    pub hash: HashAlgorithm,
    /// Hash function of the mask generation function MGF1.
    pub mgf_hash: HashAlgorithm,
    /// Length of the salt, in bytes.
    pub salt_length: u16,
}

impl PssParameters {
    /// One hash function for both, and a salt as long as its value, as RFC 4055 3.1 recommends.
    pub const fn recommended(hash: HashAlgorithm) -> PssParameters {
        PssParameters { hash, mgf_hash: hash, salt_length: hash.length() as u16 }
    }

    /// Appends RSASSA-PSS-params in DER: what equals a default is left out.
    pub(crate) fn push(self, out: &mut Vec<u8>) {
        tlv::push_nested(out, 0x30, |out| {
            if self.hash != HashAlgorithm::Sha1 {
                tlv::push_nested(out, 0xA0, |out| push_hash(out, self.hash));
            }
            if self.mgf_hash != HashAlgorithm::Sha1 {
                tlv::push_nested(out, 0xA1, |out| {
                    tlv::push_nested(out, 0x30, |out| {
                        tlv::push(out, 0x06, MGF1.as_bytes());
                        push_hash(out, self.mgf_hash);
                    });
                });
            }
            if self.salt_length != 20 {
                tlv::push_nested(out, 0xA2, |out| push_unsigned(out, &self.salt_length.to_be_bytes()));
            }
        });
    }

    /// Reads RSASSA-PSS-params; defaults that are written out are accepted, as states write them.
    pub(crate) fn read(reader: &mut Reader<'_>) -> Result<PssParameters, TlvError> {
        let mut fields = reader.expect(0x30)?.reader();
        let mut parameters =
            PssParameters { hash: HashAlgorithm::Sha1, mgf_hash: HashAlgorithm::Sha1, salt_length: 20 };
        if let Some(hash) = fields.optional(0xA0)? {
            let mut inner = hash.reader();
            parameters.hash = read_hash(&mut inner)?;
            inner.finish()?;
        }
        if let Some(mask) = fields.optional(0xA1)? {
            let mut inner = mask.reader();
            let mut algorithm = inner.expect(0x30)?.reader();
            inner.finish()?;
            let position = algorithm.position();
            if read_oid(&mut algorithm)? != MGF1 {
                return Err(wrong(position));
            }
            parameters.mgf_hash = read_hash(&mut algorithm)?;
            algorithm.finish()?;
        }
        if let Some(salt) = fields.optional(0xA2)? {
            let mut inner = salt.reader();
            parameters.salt_length = match inner.expect(0x02)?.value {
                [length @ 0..=0x7F] => u16::from(*length),
                [0, length @ 0x80..=0xFF] => u16::from(*length),
                [high @ 1..=0x7F, low] => u16::from_be_bytes([*high, *low]),
                _ => return Err(wrong(salt.position)),
            };
            inner.finish()?;
        }
        if let Some(trailer) = fields.optional(0xA3)? {
            let mut inner = trailer.reader();
            if inner.expect(0x02)?.value != [1] {
                return Err(wrong(trailer.position));
            }
            inner.finish()?;
        }
        fields.finish()?;
        Ok(parameters)
    }
}

/// RFC 4055 2.1: the parameters of these hash functions are NULL here.
fn push_hash(out: &mut Vec<u8>, hash: HashAlgorithm) {
    tlv::push_nested(out, 0x30, |out| {
        tlv::push(out, 0x06, hash.oid().as_bytes());
        tlv::push(out, 0x05, &[]);
    });
}

fn read_hash(reader: &mut Reader<'_>) -> Result<HashAlgorithm, TlvError> {
    let mut algorithm = reader.expect(0x30)?.reader();
    let position = algorithm.position();
    let hash = HashAlgorithm::from_oid(&read_oid(&mut algorithm)?).ok_or(wrong(position))?;
    if let Some(null) = algorithm.optional(0x05)?
        && !null.value.is_empty()
    {
        return Err(wrong(null.position));
    }
    algorithm.finish()?;
    Ok(hash)
}

fn wrong(position: usize) -> TlvError {
    TlvError { kind: TlvErrorKind::Value, position }
}
