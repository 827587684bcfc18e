//! The common profiles: what lies on a chip of each, with keys of its own.

use chip_profile::access::bac::BacKeys;
use chip_profile::access::pace::{PaceParameters, PacePassword};
use chip_profile::access::{CipherSuite, MrzInformation, chip_authentication};
use chip_profile::ec::{Curve, HashAlgorithm, KeyPair};
use chip_profile::lds::security_infos::PUBLIC_KEY;
use chip_profile::lds::{CardAccess, Dg14, Dg15, ElementaryFiles, FileId, SecurityInfo, SecurityInfos};
use chip_profile::personalisation::key_object::ActiveAuthenticationKey;
use chip_profile::personalisation::rsa_key::RsaKeyParts;
use chip_profile::personalisation::two_phase::MadeKeys;
use chip_profile::personalisation::{ChipAuthenticationKey, ChipData, ChipLimits};
use chip_profile::rsa;

use crate::{Failure, failure};

/// An RSA key that OpenSSL made for tests.
const RSA_2048: &[u8] = include_bytes!("../../../mock-devices/src/chip/tests/keys/rsa-2048.der");

/// A profile.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Profile {
    /// Basic access control and PACE with generic mapping, a face of ISO/IEC 19794-5 with 18 KB, ECDSA and chip
    /// authentication on P-256.
    BacAndPace,
    /// PACE with chip authentication mapping and EF.CardSecurity, a face of ISO/IEC 39794-5 with 18 KB.
    PaceMapping,
    /// As the first, with keys that the chip makes.
    TwoPhase,
    /// As the first, with active authentication by RSA-2048.
    Rsa,
}

impl Profile {
    /// Every profile.
    pub const ALL: [Profile; 4] = [Profile::BacAndPace, Profile::PaceMapping, Profile::TwoPhase, Profile::Rsa];

    /// Its name in tables.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Profile::BacAndPace => "BAC + PACE-GM, 19794-5, ECDSA",
            Profile::PaceMapping => "PACE-CAM, 39794-5, ECDSA",
            Profile::TwoPhase => "BAC + PACE-GM, keys made on the chip",
            Profile::Rsa => "BAC + PACE-GM, 19794-5, RSA-2048",
        }
    }

    /// How it is read back: by the PACE that it offers.
    #[must_use]
    pub fn pace(self) -> PaceParameters {
        match self {
            Profile::PaceMapping => PaceParameters::P256_AES128_CAM,
            _ => PaceParameters::P256_AES128,
        }
    }
}

/// What the data page shows.
///
/// # Errors
/// Never for this page.
pub fn printed() -> Result<MrzInformation, Failure> {
    MrzInformation::new("L898902C3", "740812", "120415").map_err(failure)
}

/// Everything that a chip of this profile is given. Files whose contents do not matter here have the sizes of issued ones.
///
/// # Errors
/// A file cannot be built.
pub fn data(profile: Profile, limits: &ChipLimits, made: &MadeKeys) -> Result<ChipData, Failure> {
    let pair = |byte: u8| KeyPair::from_private_scalar(Curve::P256, &[byte; 32]).map_err(failure);
    let pace = profile.pace().security_info();
    let (active, agreement) = (pair(3)?, pair(5)?);
    let suite = CipherSuite::Aes128;
    let agreed = made.chip_authentication().map_or(agreement.public_key(), |made| &made.public_key);
    let infos = vec![
        pace.clone(),
        SecurityInfo::ChipAuthentication {
            protocol: chip_authentication::object_identifier(suite),
            version: 1,
            key_id: None,
        },
        SecurityInfo::ChipAuthenticationPublicKey {
            protocol: PUBLIC_KEY.push_arc(2).map_err(failure)?,
            public_key: agreed.to_spki_explicit(),
            key_id: None,
        },
    ];
    let signed = made.active_authentication().unwrap_or(active.public_key()).to_spki_explicit();
    let key = RsaKeyParts::from_der(RSA_2048).map_err(failure)?;
    let public_key = if profile == Profile::Rsa {
        rsa::PublicKey::new(key.modulus(), key.public_exponent()).map_err(failure)?.to_spki()
    } else {
        signed
    };
    let mut files: ElementaryFiles = [
        (FileId::CARD_ACCESS, CardAccess { security_infos: SecurityInfos::new(vec![pace]) }.build()?),
        (FileId::DIR, filler(11)),
        (FileId::ATR_INFO, limits.atr_info().build()?),
        (FileId::COM, filler(28)),
        (FileId::DG1, filler(93)),
        (FileId::DG2, filler(if profile == Profile::PaceMapping { 18_560 } else { 18_510 })),
        (FileId::DG11, filler(130)),
        (FileId::DG12, filler(110)),
        (FileId::DG14, Dg14 { security_infos: SecurityInfos::new(infos) }.build()?),
        (FileId::DG15, Dg15 { public_key }.build()?),
        (FileId::SOD, filler(2_050)),
    ]
    .into();
    if profile == Profile::PaceMapping {
        files.insert(FileId::CARD_SECURITY, filler(1_950));
    }
    let information = printed()?;
    let is_made = !made.is_empty();
    let active = match profile {
        Profile::Rsa => ActiveAuthenticationKey::Rsa { key, hash: HashAlgorithm::Sha256 },
        _ => active.into(),
    };
    Ok(ChipData {
        files,
        basic_access: (profile != Profile::PaceMapping).then(|| BacKeys::derive(&information)),
        pace_parameters: vec![profile.pace()],
        pace_passwords: vec![PacePassword::mrz(&information), PacePassword::can("314159")],
        active_authentication_key: (!is_made).then_some(active),
        chip_authentication_key: (!is_made).then_some(ChipAuthenticationKey {
            suite,
            identifier: None,
            key: agreement,
        }),
        made_on_chip: made.clone(),
    })
}

fn filler(length: usize) -> Vec<u8> {
    (0..length as u32).map(|at| (at.wrapping_mul(2_654_435_761) >> 13) as u8).collect()
}
