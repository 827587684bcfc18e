//! Static keys of chip authentication, as ChipAuthenticationPublicKeyInfo in DG14 or EF.CardSecurity gives them.
//!
//! ```text
//! SubjectPublicKeyInfo { { id-ecPublicKey, ECParameters }, point }              explicit or named, Doc 9303-11 9.5
//! SubjectPublicKeyInfo { { standardizedDomainParameters, INTEGER }, point }     by number, Doc 9303-11 9.5.1
//! ```

use const_oid::ObjectIdentifier;

use super::curve::{self, Point};
use crate::ec::{Curve, PublicKey};
use crate::lds::{SecurityInfo, SecurityInfos, StandardizedPublicKey};

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
    if let Ok(Some(StandardizedPublicKey { parameter_id, key })) = StandardizedPublicKey::from_spki(spki) {
        let curve = curve::of_number(parameter_id)?;
        return curve::is_point(curve, &key).then_some((curve, key));
    }
    let key = PublicKey::from_spki(spki).ok()?;
    Some((key.curve(), key.uncompressed().to_vec()))
}
