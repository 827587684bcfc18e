//! The proof of chip authentication mapping (Doc 9303-11 4.4.3.5).
//!
//! ```text
//! CA.IC = SK.IC⁻¹ · SK.Map,IC mod n          SK.IC static, SK.Map,IC the chip's private key of the mapping
//! A.IC  = E(KSenc, pad(CA.IC)), first chaining value E(KSenc, FF … FF)
//! PK.Map,IC = CA.IC · PK.IC                  what the terminal checks, PK.IC from EF.CardSecurity
//! ```

use zeroize::Zeroizing;

use super::super::curve::{self, Point, Scalar};
use super::super::secure_messaging::SessionKeys;
use super::super::{AccessError, cipher, static_key};
use crate::ec::Curve;
use crate::lds::SecurityInfos;

const STEP: &str = "PACE chip authentication mapping";

/// What the chip sent to prove its static key, decrypted; to be verified once EF.CardSecurity has been.
#[derive(Clone, PartialEq, Eq)]
pub struct ChipAuthenticationData {
    curve: Curve,
    /// PK.Map,IC, the chip's public key of the mapping.
    mapping_key: Point,
    /// CA.IC.
    data: Scalar,
}

impl core::fmt::Debug for ChipAuthenticationData {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("ChipAuthenticationData").field("curve", &self.curve).finish_non_exhaustive()
    }
}

impl ChipAuthenticationData {
    /// Checks that the chip has the private key of one of the ChipAuthenticationPublicKeyInfos that passive authentication
    /// has vouched for in EF.CardSecurity.
    ///
    /// # Errors
    /// [`AccessError::NotAuthentic`]: the chip has none of these keys, or none of them lies on PACE's curve.
    pub fn verify(&self, card_security: &SecurityInfos) -> Result<(), AccessError> {
        let proven = static_key::public_keys(card_security).any(|(curve, key)| {
            curve == self.curve && curve::multiply(curve, &self.data, &key).as_ref() == Some(&self.mapping_key)
        });
        if proven { Ok(()) } else { Err(AccessError::NotAuthentic { step: STEP }) }
    }

    pub(super) fn decrypt(
        curve: Curve,
        keys: &SessionKeys,
        encrypted: &[u8],
        mapping_key: Point,
    ) -> Result<Self, AccessError> {
        let block = keys.suite().block_length();
        let expected = (curve.field_length() + 1).next_multiple_of(block);
        if encrypted.len() != expected {
            return Err(AccessError::Length { step: STEP, expected, found: encrypted.len() });
        }
        let mut data = Zeroizing::new(encrypted.to_vec());
        keys.encryption().decrypt(&first_chaining_value(keys), &mut data);
        // The token before it proved the key, so a wrong padding is the chip's fault and tells nothing of the key.
        if cipher::unpadded_length(&data) != Some(curve.field_length()) {
            return Err(AccessError::Padding);
        }
        data.truncate(curve.field_length());
        Ok(ChipAuthenticationData { curve, mapping_key, data })
    }
}

/// The chip's side: A.IC from its static private key and the private key of the mapping.
pub(super) fn encrypted(curve: Curve, keys: &SessionKeys, static_key: &[u8], mapping_key: &[u8]) -> Option<Vec<u8>> {
    let mut data = curve::quotient(curve, mapping_key, static_key)?;
    // Room for the padding, so that growing leaves no copy behind.
    let mut padded = Vec::with_capacity(data.len() + keys.suite().block_length());
    padded.append(&mut data);
    cipher::pad(&mut padded, keys.suite().block_length());
    keys.encryption().encrypt(&first_chaining_value(keys), &mut padded);
    Some(padded)
}

fn first_chaining_value(keys: &SessionKeys) -> [u8; 16] {
    let mut block = [0xFF; 16];
    keys.encryption().encrypt(&[0; 16], &mut block);
    block
}
