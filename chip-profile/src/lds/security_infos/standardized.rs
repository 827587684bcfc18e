//! Standardized domain parameters, named by their number instead of written out (Doc 9303-11 9.5.1).
//!
//! ```text
//! AlgorithmIdentifier ::= SEQUENCE {
//!     algorithm  OBJECT IDENTIFIER(standardizedDomainParameters), -- {bsi-de algorithms(1) 2}
//!     parameters INTEGER }                                        -- 0 to 31
//! ```
//!
//! PACE with chip authentication mapping has its public key in EF.CardSecurity in this form, on the domain parameters of
//! PACE itself.

use super::super::error::LdsError;
use super::asn1::{self, BIT_STRING, INTEGER, OBJECT_IDENTIFIER, SEQUENCE};
use super::{ObjectIdentifier, PUBLIC_KEY, SecurityInfo};
use crate::tlv;

/// standardizedDomainParameters, {bsi-de algorithms(1) 2}
pub const STANDARDIZED_DOMAIN_PARAMETERS: ObjectIdentifier = ObjectIdentifier::new_unwrap("0.4.0.127.0.7.1.2");

/// The largest number, 31; those from 19 on are reserved.
const PARAMETER_ID_LIMIT: u32 = 31;
/// Numbers below are of multiplicative groups, the others of elliptic curves.
const FIRST_CURVE: u32 = 8;

/// A public key on standardized domain parameters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StandardizedPublicKey {
    /// The number of the domain parameters: 0 to 2 for groups, 8 to 18 for curves.
    pub parameter_id: u32,
    /// The key: of a curve the uncompressed point.
    pub key: Vec<u8>,
}

impl StandardizedPublicKey {
    /// The DER of a SubjectPublicKeyInfo.
    ///
    /// # Errors
    /// The number is above 31, or the key is empty.
    pub fn to_spki(&self) -> Result<Vec<u8>, LdsError> {
        if self.parameter_id > PARAMETER_ID_LIMIT || self.key.is_empty() {
            return Err(asn1::error(0));
        }
        let mut out = Vec::with_capacity(self.key.len() + 24);
        tlv::push_nested(&mut out, SEQUENCE, |out| {
            out.extend(algorithm_identifier(self.parameter_id));
            tlv::push_nested(out, BIT_STRING, |out| {
                out.push(0);
                out.extend_from_slice(&self.key);
            });
        });
        Ok(out)
    }

    /// The key from the DER of a SubjectPublicKeyInfo; `None` when its domain parameters are of another form.
    ///
    /// # Errors
    /// The bytes are not of the structure of a SubjectPublicKeyInfo, or the standardized domain parameters have no
    /// number up to 31.
    pub fn from_spki(der: &[u8]) -> Result<Option<Self>, LdsError> {
        asn1::subject_public_key_info(der, 0)?;
        let mut info = tlv::parse_single(der, SEQUENCE)?.reader();
        let mut algorithm = info.expect(SEQUENCE)?.reader();
        if asn1::object_identifier(&algorithm.expect(OBJECT_IDENTIFIER)?)? != STANDARDIZED_DOMAIN_PARAMETERS {
            return Ok(None);
        }
        let number = algorithm.expect(INTEGER)?;
        algorithm.finish()?;
        let parameter_id = asn1::integer(&number)?;
        if parameter_id > PARAMETER_ID_LIMIT {
            return Err(asn1::error(number.position));
        }
        let key = info.expect(BIT_STRING)?;
        Ok(Some(StandardizedPublicKey { parameter_id, key: key.value.get(1..).unwrap_or_default().to_vec() }))
    }
}

impl SecurityInfo {
    /// The ChipAuthenticationPublicKeyInfo of EF.CardSecurity for PACE with chip authentication mapping: id-PK-ECDH or
    /// id-PK-DH by the number of the domain parameters.
    ///
    /// # Errors
    /// As [`StandardizedPublicKey::to_spki`].
    pub fn chip_authentication_public_key(
        key: &StandardizedPublicKey,
        key_id: Option<u32>,
    ) -> Result<SecurityInfo, LdsError> {
        const DH: u32 = 1;
        const ECDH: u32 = 2;
        let kind = if key.parameter_id < FIRST_CURVE { DH } else { ECDH };
        let protocol = PUBLIC_KEY.push_arc(kind).map_err(|_| asn1::error(0))?;
        Ok(SecurityInfo::ChipAuthenticationPublicKey { protocol, public_key: key.to_spki()?, key_id })
    }

    /// A PACEDomainParameterInfo that names standardized domain parameters. `protocol` is the mapping without a cipher;
    /// `parameter_id` is what a PACEInfo refers to.
    pub fn standardized_pace_domain_parameters(
        protocol: ObjectIdentifier,
        standardized_id: u32,
        parameter_id: Option<u32>,
    ) -> SecurityInfo {
        let domain_parameters = algorithm_identifier(standardized_id);
        SecurityInfo::PaceDomainParameters { protocol, domain_parameters, parameter_id }
    }
}

fn algorithm_identifier(parameter_id: u32) -> Vec<u8> {
    let mut out = Vec::with_capacity(16);
    tlv::push_nested(&mut out, SEQUENCE, |out| {
        asn1::push_object_identifier(out, &STANDARDIZED_DOMAIN_PARAMETERS);
        asn1::push_integer(out, parameter_id);
    });
    out
}

#[cfg(test)]
mod tests {
    use super::super::SecurityInfos;
    use super::*;

    fn key() -> StandardizedPublicKey {
        StandardizedPublicKey { parameter_id: 13, key: [&[0x04][..], &[7; 64]].concat() }
    }

    #[test]
    fn keys_name_their_domain_parameters_by_number() {
        let spki = key().to_spki().unwrap();
        assert_eq!(hex::encode(&spki[..24]), "3052300c060704007f0007010202010d0342000407070707");
        assert_eq!(StandardizedPublicKey::from_spki(&spki).unwrap(), Some(key()));
        for length in 0..spki.len() {
            assert!(StandardizedPublicKey::from_spki(&spki[..length]).is_err());
        }
        let wrong_number = StandardizedPublicKey { parameter_id: 32, ..key() };
        assert!(wrong_number.to_spki().is_err());
        let mut altered = spki.clone();
        altered[15] = 32;
        assert_eq!(StandardizedPublicKey::from_spki(&altered), Err(asn1::error(15)));
        let rsa = hex::decode("3013300d06092a864886f70d010101050003020001").unwrap();
        assert_eq!(StandardizedPublicKey::from_spki(&rsa), Ok(None));
    }

    /// The contents of an EF.CardSecurity: the SecurityInfos of EF.CardAccess and the public key.
    #[test]
    fn card_security_has_the_key_of_the_mapping() {
        let mapping = ObjectIdentifier::new_unwrap("0.4.0.127.0.7.2.2.4.6.2");
        let pace = SecurityInfo::Pace { protocol: mapping, parameter_id: Some(13) };
        let public_key = SecurityInfo::chip_authentication_public_key(&key(), Some(1)).unwrap();
        assert_eq!(public_key.protocol(), ObjectIdentifier::new_unwrap("0.4.0.127.0.7.2.2.1.2"));
        let parameters = SecurityInfo::standardized_pace_domain_parameters(
            ObjectIdentifier::new_unwrap("0.4.0.127.0.7.2.2.4.2"),
            13,
            Some(40),
        );
        let infos = SecurityInfos::new(vec![pace.clone(), public_key.clone(), parameters.clone()]);
        let read = SecurityInfos::from_der(&infos.to_der().unwrap()).unwrap();
        for info in [&pace, &public_key, &parameters] {
            assert!(read.contains(info));
        }
        let group = StandardizedPublicKey { parameter_id: 0, key: vec![2, 1, 5] };
        let info = SecurityInfo::chip_authentication_public_key(&group, None).unwrap();
        assert_eq!(info.protocol(), ObjectIdentifier::new_unwrap("0.4.0.127.0.7.2.2.1.1"));
    }
}
