//! Static keys of chip authentication, as ChipAuthenticationPublicKeyInfo in DG14 or EF.CardSecurity gives them.
//!
//! ```text
//! SubjectPublicKeyInfo { { id-ecPublicKey, ECParameters }, point }              explicit or named, Doc 9303-11 9.5
//! SubjectPublicKeyInfo { { standardizedDomainParameters, INTEGER }, point }     by number, Doc 9303-11 9.5.1
//! ```

use const_oid::ObjectIdentifier;

use super::curve::{self, Point};
use crate::ec::{Curve, PublicKey};
use crate::lds::{SecurityInfo, SecurityInfos};
use crate::tlv::{self, TlvError};

/// standardizedDomainParameters, {bsi-de algorithms(1) 2}.
const STANDARDIZED_DOMAIN_PARAMETERS: ObjectIdentifier = ObjectIdentifier::new_unwrap("0.4.0.127.0.7.1.2");
/// id-PK-ECDH.
const ECDH_PUBLIC_KEY: ObjectIdentifier = ObjectIdentifier::new_unwrap("0.4.0.127.0.7.2.2.1.2");

/// The elliptic-curve keys in a set that lie on a curve of this crate.
pub(crate) fn public_keys(infos: &SecurityInfos) -> impl Iterator<Item = (Curve, Point)> {
    infos.iter().filter_map(|info| match info {
        SecurityInfo::ChipAuthenticationPublicKey { protocol, public_key, .. } if *protocol == ECDH_PUBLIC_KEY => {
            public_key_of(public_key)
        }
        _ => None,
    })
}

/// Curve and point of a SubjectPublicKeyInfo.
fn public_key_of(spki: &[u8]) -> Option<(Curve, Point)> {
    if let Ok(Some(key)) = by_number(spki) {
        return Some(key);
    }
    let key = PublicKey::from_spki(spki).ok()?;
    Some((key.curve(), key.uncompressed().to_vec()))
}

fn by_number(spki: &[u8]) -> Result<Option<(Curve, Point)>, TlvError> {
    let mut reader = tlv::parse_single(spki, 0x30)?.reader();
    let mut algorithm = reader.expect(0x30)?.reader();
    if algorithm.expect(0x06)?.value != STANDARDIZED_DOMAIN_PARAMETERS.as_bytes() {
        return Ok(None);
    }
    let number = algorithm.expect(0x02)?.value;
    algorithm.finish()?;
    let bits = reader.expect(0x03)?.value;
    reader.finish()?;
    let ([number], [0, point @ ..]) = (number, bits) else { return Ok(None) };
    let Some(curve) = curve::of_number((*number).into()) else { return Ok(None) };
    Ok(curve::is_point(curve, point).then(|| (curve, point.to_vec())))
}
