//! Keys of a chip's own: brought to it by the host, or made by the chip itself.

use chip_profile::access::CipherSuite;
use chip_profile::ec::{HashAlgorithm, KeyPair, PublicKey};
use chip_profile::personalisation::rsa_key::RsaKeyParts;
use chip_profile::personalisation::two_phase::{KeyGeneration, KeyOrder, MadeKeys};
use chip_profile::personalisation::{ActiveAuthenticationKey, ChipAuthenticationKey};
use chip_profile::rsa;
use persoline_domain::signer::{DocumentKeyPair, KeyCurve, Signer};

use crate::centre::{ActiveAuthentication, Centre, KeyOrigin};
use crate::prepare::centre_fault;
use crate::workshop::Trouble;

/// The hash of active authentication with an RSA key, which the trailer of each signature names (ISO/IEC 9796-2).
const RSA_HASH: HashAlgorithm = HashAlgorithm::Sha256;

/// The keys of one chip.
pub enum ChipKeys {
    /// The host made them and brings them to the chip.
    Injected(Box<InjectedKeys>),
    /// The chip made them; nobody else has ever had the private ones.
    Made(MadeKeys),
}

/// Private keys on their way into a chip.
pub struct InjectedKeys {
    /// That of active authentication.
    pub active: ActiveAuthenticationKey,
    /// That of chip authentication.
    pub chip: ChipAuthenticationKey,
}

/// The public key of active authentication.
pub(crate) enum ActivePublicKey<'a> {
    /// ECDSA.
    Ec(&'a PublicKey),
    /// RSA, as a SubjectPublicKeyInfo.
    Rsa(Vec<u8>),
}

impl ChipKeys {
    /// Keys that the host makes for a chip of `centre`.
    ///
    /// # Errors
    /// The signer has none to give: a trouble of the centre.
    pub fn injected(centre: &Centre, signer: &dyn Signer) -> Result<ChipKeys, Trouble> {
        let active = match centre.active_authentication {
            ActiveAuthentication::Ec(curve) => key_pair(signer, curve)?.into(),
            ActiveAuthentication::Rsa => rsa_key(signer)?,
        };
        let chip = ChipAuthenticationKey {
            suite: centre.chip_authentication_suite(),
            identifier: centre.chip_authentication_identifier(),
            key: key_pair(signer, centre.chip_authentication)?,
        };
        Ok(ChipKeys::Injected(Box::new(InjectedKeys { active, chip })))
    }

    /// Suite and public key of chip authentication.
    pub(crate) fn chip_authentication(&self) -> Result<(CipherSuite, &PublicKey), Trouble> {
        match self {
            ChipKeys::Injected(keys) => Ok((keys.chip.suite, keys.chip.key.public_key())),
            ChipKeys::Made(made) => match made.chip_authentication() {
                Some(key) => match key.order {
                    KeyOrder::ChipAuthentication { suite, .. } => Ok((suite, &key.public_key)),
                    KeyOrder::ActiveAuthentication { .. } => Err(missing()),
                },
                None => Err(missing()),
            },
        }
    }

    /// The public key of active authentication.
    pub(crate) fn active_authentication(&self) -> Result<ActivePublicKey<'_>, Trouble> {
        match self {
            ChipKeys::Injected(keys) => match &keys.active {
                ActiveAuthenticationKey::Ec(key) => Ok(ActivePublicKey::Ec(key.public_key())),
                ActiveAuthenticationKey::Rsa { key, .. } => {
                    let key = rsa::PublicKey::new(key.modulus(), key.public_exponent());
                    let key = key.map_err(|error| centre_fault("document_keys", &error.to_string()))?;
                    Ok(ActivePublicKey::Rsa(key.to_spki()))
                }
            },
            ChipKeys::Made(made) => made.active_authentication().map(ActivePublicKey::Ec).ok_or_else(missing),
        }
    }
}

/// The keys that a chip of `centre` is told to make, where chips make their own; `None` where the host makes them.
pub fn to_be_made(centre: &Centre) -> Option<KeyGeneration> {
    let ActiveAuthentication::Ec(active) = centre.active_authentication else { return None };
    (centre.keys == KeyOrigin::OnChip).then(|| {
        KeyGeneration::new(vec![
            KeyOrder::ActiveAuthentication { curve: active.curve() },
            KeyOrder::ChipAuthentication {
                suite: centre.chip_authentication_suite(),
                identifier: centre.chip_authentication_identifier(),
                curve: centre.chip_authentication.curve(),
            },
        ])
    })
}

/// The hash of active authentication with a key: the one of its curve's strength.
pub fn active_hash(key: &PublicKey) -> HashAlgorithm {
    key.curve().hash()
}

/// A key pair as the chip profile takes it.
fn key_pair(signer: &dyn Signer, curve: KeyCurve) -> Result<KeyPair, Trouble> {
    let fault = |what: &dyn core::fmt::Display| centre_fault("document_keys", &what.to_string());
    let pairs = signer.document_key_pairs(curve, 1).map_err(|error| fault(&error))?;
    let Some(DocumentKeyPair { curve, private_scalar, public_point }) = pairs.first() else {
        return Err(fault(&"the signer gave no key pair"));
    };
    KeyPair::from_parts(curve.curve(), private_scalar.expose(), public_point).map_err(|error| fault(&error))
}

fn rsa_key(signer: &dyn Signer) -> Result<ActiveAuthenticationKey, Trouble> {
    let fault = |what: &dyn core::fmt::Display| centre_fault("document_keys", &what.to_string());
    let pairs = signer.document_rsa_key_pairs(1).map_err(|error| fault(&error))?;
    let pair = pairs.first().ok_or_else(|| fault(&"the signer gave no key pair"))?;
    let key = RsaKeyParts::from_der(pair.private_key.expose()).map_err(|error| fault(&error))?;
    Ok(ActiveAuthenticationKey::Rsa { key, hash: RSA_HASH })
}

fn missing() -> Trouble {
    centre_fault("document_keys", "the chip was not told to make all of its keys")
}
