//! Chip data: what a chip is given, all but the signatures.
//!
//! In two parts, because a chip may make its keys itself: [`ChipContents`] is what follows from application and booklet, and
//! takes the time; [`ChipContents::with_keys`] adds what follows from the keys.

use std::iter;

use chip_profile::access::bac::BacKeys;
use chip_profile::access::can::CardAccessNumber;
use chip_profile::access::pace::{Mapping, PacePassword};
use chip_profile::access::policy::AccessOffer;
use chip_profile::access::{MrzInformation, chip_authentication};
use chip_profile::ec::PublicKey;
use chip_profile::lds::security_infos::PUBLIC_KEY;
use chip_profile::lds::{
    ApplicationId, CardAccess, Com, Dg1, Dg14, Dg15, Dir, ElementaryFiles, FileId, LdsError, SecurityInfo,
    SecurityInfos, StandardizedPublicKey, UnicodeVersion,
};
use chip_profile::personalisation::ChipData;
use chip_profile::personalisation::two_phase::MadeKeys;
use persoline_domain::application::Payload;
use persoline_domain::clock::Timestamp;
use persoline_render::portrait::prepare::{self as portrait, PortraitScratch};

use crate::centre::Centre;
use crate::chip_keys::{ActivePublicKey, ChipKeys, active_hash};
use crate::data_groups;
use crate::prepare::{Prepared, centre_fault, civil, order};
use crate::workshop::Trouble;

/// id-PK-ECDH: id-PK and this (BSI TR-03110-3 A.1.1.2).
const ECDH: u32 = 2;

/// What a chip is given apart from its keys and what follows from them.
pub struct ChipContents {
    files: ElementaryFiles,
    offer: AccessOffer,
    information: MrzInformation,
    card_access_number: Option<CardAccessNumber>,
}

/// All of a chip but its signed files.
pub struct UnsignedChip {
    /// Keys, passwords and files.
    pub data: ChipData,
    /// What EF.CardSecurity is to say, on a chip that has one.
    pub card_security: Option<SecurityInfos>,
}

impl ChipContents {
    /// The contents for a document that is prepared.
    ///
    /// # Errors
    /// Of the order when its data do not fit a chip, of the centre when its dates of access control do not fit the day.
    pub fn of(
        centre: &Centre,
        payload: &Payload,
        prepared: &Prepared,
        at: Timestamp,
        scratch: &mut PortraitScratch,
    ) -> Result<ChipContents, Trouble> {
        let application = &payload.application;
        let Prepared { mrz, issued, expires, portrait, .. } = prepared;
        let day = civil(*issued)?;
        let coded = portrait::encode(&portrait.picture, &centre.portrait, scratch)
            .map_err(|error| order("portrait", &error.to_string()))?;
        let offer = centre.access.offer(day);
        offer.check(day, civil(*expires)?).map_err(|error| centre_fault("access_control", &error.to_string()))?;

        let mut files = ElementaryFiles::new();
        if offer.pace {
            let security_infos = SecurityInfos::new(announced(centre));
            files.insert(FileId::CARD_ACCESS, lds("EF.CardAccess", CardAccess { security_infos }.build())?);
        }
        files.insert(FileId::DIR, lds("EF.DIR", Dir { applications: vec![ApplicationId::emrtd()] }.build())?);
        files.insert(FileId::ATR_INFO, lds("EF.ATR/INFO", centre.chip_limits.atr_info().build())?);
        files.insert(FileId::DG1, lds("DG1", Dg1::new(mrz).build())?);
        files.insert(FileId::DG2, lds("DG2", data_groups::dg2(centre, day, application, portrait, coded).build())?);
        if let Some(group) = data_groups::dg7(centre, payload)? {
            files.insert(FileId::DG7, lds("DG7", group.build())?);
        }
        files.insert(FileId::DG11, lds("DG11", data_groups::dg11(application).build())?);
        files.insert(FileId::DG12, lds("DG12", data_groups::dg12(centre, *issued, at).build())?);
        Ok(ChipContents {
            files,
            offer,
            information: MrzInformation::of_lines(mrz),
            card_access_number: prepared.card_access_number.clone(),
        })
    }

    /// Adds the keys, and the files that announce them: DG14, DG15 and EF.COM; and says what EF.CardSecurity is to say.
    ///
    /// # Errors
    /// A trouble of the centre when a key is not there.
    pub fn with_keys(self, centre: &Centre, keys: ChipKeys) -> Result<UnsignedChip, Trouble> {
        let ChipContents { mut files, offer, information, card_access_number } = self;
        let pace = if offer.pace { centre.pace.clone() } else { Vec::new() };
        let infos = if offer.pace { announced(centre) } else { Vec::new() };
        let (suite, chip_key) = keys.chip_authentication()?;
        let key_id = centre.chip_authentication_identifier().map(u32::from);
        let card_security = pace
            .iter()
            .any(|parameters| parameters.mapping() == Mapping::ChipAuthentication)
            .then(|| card_security(infos.clone(), chip_key))
            .transpose()?;

        let mut group = infos;
        group.push(SecurityInfo::ChipAuthentication {
            protocol: chip_authentication::object_identifier(suite),
            version: 1,
            key_id,
        });
        group.push(SecurityInfo::ChipAuthenticationPublicKey {
            protocol: PUBLIC_KEY.push_arc(ECDH).map_err(|_| centre_fault("oid", "an object identifier is not one"))?,
            public_key: chip_key.to_spki_explicit(),
            key_id,
        });
        let public_key = match keys.active_authentication()? {
            ActivePublicKey::Ec(key) => {
                // Only ECDSA is announced; an RSA signature names its hash itself (Doc 9303-11 6.1.2).
                let signature_algorithm = active_hash(key).ecdsa_plain_oid();
                group.push(SecurityInfo::ActiveAuthentication { signature_algorithm });
                key.to_spki_explicit()
            }
            ActivePublicKey::Rsa(key) => key,
        };
        files.insert(FileId::DG14, lds("DG14", Dg14 { security_infos: SecurityInfos::new(group) }.build())?);
        files.insert(FileId::DG15, lds("DG15", Dg15 { public_key }.build())?);
        let com = Com {
            lds_version: centre.lds_version,
            unicode_version: UnicodeVersion::V4_0_0,
            data_groups: files.keys().copied().filter(|file| file.data_group().is_some()).collect(),
        };
        files.insert(FileId::COM, lds("EF.COM", com.build())?);

        let (active_authentication_key, chip_authentication_key, made_on_chip) = match keys {
            ChipKeys::Injected(keys) => (Some(keys.active), Some(keys.chip), MadeKeys::default()),
            ChipKeys::Made(made) => (None, None, made),
        };
        let passwords = || {
            let number = card_access_number.as_ref().map(CardAccessNumber::password);
            iter::once(PacePassword::mrz(&information)).chain(number).collect()
        };
        let data = ChipData {
            files,
            basic_access: offer.basic_access_control.then(|| BacKeys::derive(&information)),
            pace_parameters: pace,
            pace_passwords: if offer.pace { passwords() } else { Vec::new() },
            active_authentication_key,
            chip_authentication_key,
            made_on_chip,
        };
        Ok(UnsignedChip { data, card_security })
    }
}

/// What EF.CardAccess announces.
fn announced(centre: &Centre) -> Vec<SecurityInfo> {
    centre.pace.iter().map(|parameters| parameters.security_info()).collect()
}

/// What EF.CardSecurity says: all that EF.CardAccess says, and the key of the mapping by the number of its curve,
/// under which PACE finds it (Doc 9303-10 3.11.4, Doc 9303-11 9.2.1).
fn card_security(mut infos: Vec<SecurityInfo>, key: &PublicKey) -> Result<SecurityInfos, Trouble> {
    let parameter_id = u32::from(key.curve().standardized_parameter_id());
    let key = StandardizedPublicKey { parameter_id, key: key.uncompressed().to_vec() };
    infos.push(lds("EF.CardSecurity", SecurityInfo::chip_authentication_public_key(&key, Some(parameter_id)))?);
    Ok(SecurityInfos::new(infos))
}

fn lds<T>(file: &str, result: Result<T, LdsError>) -> Result<T, Trouble> {
    result.map_err(|error| order("data_group", &format!("{file} cannot be made: {error}")))
}
