//! What the public operation must give back: EMSA-PKCS1-v1_5 and EMSA-PSS, RFC 8017 9.

use super::pss::PssParameters;
use crate::ec::HashAlgorithm;
use crate::tlv;

/// EMSA-PKCS1-v1_5 (9.2): whether `encoded` is `00 01 FF … FF 00 DigestInfo` of this hash value.
///
/// The encoding is made and compared, never taken apart: what a parser would skip cannot carry a forgery. DigestInfo
/// without the NULL is the second form that appendix B.1 has readers accept.
pub(super) fn is_pkcs1(hash: HashAlgorithm, digest: &[u8], encoded: &[u8]) -> bool {
    [true, false].into_iter().any(|with_null| {
        let mut info = Vec::with_capacity(digest.len() + 24);
        tlv::push_nested(&mut info, 0x30, |out| {
            tlv::push_nested(out, 0x30, |out| {
                tlv::push(out, 0x06, hash.oid().as_bytes());
                if with_null {
                    tlv::push(out, 0x05, &[]);
                }
            });
            tlv::push(out, 0x04, digest);
        });
        let Some(padding) = encoded.len().checked_sub(info.len() + 3).filter(|length| *length >= 8) else {
            return false;
        };
        let mut expected = Vec::with_capacity(encoded.len());
        expected.extend([0, 1]);
        expected.resize(2 + padding, 0xFF);
        expected.push(0);
        expected.extend_from_slice(&info);
        expected == encoded
    })
}

/// EMSA-PSS-VERIFY (9.1.2) of an encoding of `bits` bits that stands at the end of `encoded`.
pub(super) fn is_pss(parameters: PssParameters, digest: &[u8], encoded: &[u8], bits: usize) -> bool {
    let length = bits.div_ceil(8);
    let Some((leading, message)) = encoded.len().checked_sub(length).and_then(|at| encoded.split_at_checked(at)) else {
        return false;
    };
    let (hash_length, salt_length) = (parameters.hash.length(), usize::from(parameters.salt_length));
    let Some(data_length) = length.checked_sub(hash_length + 1) else { return false };
    if leading.iter().any(|byte| *byte != 0) || data_length < salt_length + 1 || message.last() != Some(&0xBC) {
        return false;
    }
    let Some((masked, rest)) = message.split_at_checked(data_length) else { return false };
    let Some(hash) = rest.get(..hash_length) else { return false };
    let unused = 0xFF_u8.checked_shl((8 - (8 * length - bits)) as u32).unwrap_or(0);
    if masked.first().is_none_or(|first| first & unused != 0) {
        return false;
    }
    let mut data = mask(parameters.mgf_hash, hash, data_length);
    for (byte, masked) in data.iter_mut().zip(masked) {
        *byte ^= masked;
    }
    if let Some(first) = data.first_mut() {
        *first &= !unused;
    }
    let Some((padding, salt)) = data.split_at_checked(data_length - salt_length) else { return false };
    let Some((one, zeros)) = padding.split_last() else { return false };
    if *one != 1 || zeros.iter().any(|byte| *byte != 0) {
        return false;
    }
    parameters.hash.digest(&[&[0; 8], digest, salt].concat()) == hash
}

/// MGF1 (B.2.1).
fn mask(hash: HashAlgorithm, seed: &[u8], length: usize) -> Vec<u8> {
    let mut out = Vec::with_capacity(length + hash.length());
    let mut counter = 0_u32;
    while out.len() < length {
        out.extend(hash.digest(&[seed, &counter.to_be_bytes()].concat()));
        counter += 1;
    }
    out.truncate(length);
    out
}
