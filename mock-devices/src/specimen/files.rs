//! The chip: its files, and the secrets that go with them.

use super::authority::Authority;
use super::{Specimen, SpecimenError, SpecimenSettings};
use crate::chip::{ChipSettings, PersonalisedChip};
use chip_profile::access::bac::BacKeys;
use chip_profile::access::can::CardAccessNumber;
use chip_profile::access::pace::{Mapping, PaceParameters, PacePassword};
use chip_profile::access::{MrzInformation, chip_authentication};
use chip_profile::ec::KeyPair;
use chip_profile::lds::dg2::{FaceFormat, FaceImage, FaceImageType, ImageDataType};
use chip_profile::lds::security_infos::PUBLIC_KEY;
use chip_profile::lds::{
    ApplicationId, AtrInfo, CardAccess, CardCapabilities, Com, Dg1, Dg2, Dg14, Dg15, Dir, ElementaryFiles,
    ExtendedLength, FileId, LdsVersion, SecurityInfo, SecurityInfos, UnicodeVersion,
};
use chip_profile::mrz::{DocumentCode, MrzDate, MrzLines, Sex, Td3};
use chip_profile::personalisation::two_phase::MadeKeys;
use chip_profile::personalisation::{ActiveAuthenticationKey, ChipAuthenticationKey, ChipData};
use chip_profile::pki::UnixTime;
use chip_profile::rsa;
use rand_core::CryptoRng;

/// A drawing, 413 by 531.
const PORTRAIT: &[u8] = include_bytes!("../../assets/specimen-portrait.jpg");
const PORTRAIT_SIZE: (u16, u16) = (413, 531);
/// How long the document is valid.
const MONTHS: i64 = 120;

pub(super) fn passport(
    settings: &SpecimenSettings,
    authority: &Authority,
    rsa_key: Option<ActiveAuthenticationKey>,
    rng: &mut dyn CryptoRng,
) -> Result<Specimen, SpecimenError> {
    let lines = zone(settings.issued)?;
    let password = MrzInformation::of_lines(&lines);
    let card_access_number = CardAccessNumber::draw(rng);
    let drawn = || settings.active_authentication.map(|curve| KeyPair::generate(curve, &mut *rng).into());
    let active_authentication_key = rsa_key.or_else(drawn);
    let by_mapping = settings.pace.iter().any(|parameters| parameters.mapping() == Mapping::ChipAuthentication);
    let chip_authentication_key = settings.chip_authentication.map(|(suite, curve)| ChipAuthenticationKey {
        suite,
        // The mapping finds its key by the number of the domain parameters (Doc 9303-11 9.2.1).
        identifier: by_mapping.then(|| curve.standardized_parameter_id()),
        key: KeyPair::generate(curve, rng),
    });

    let mut files: ElementaryFiles = [
        (FileId::DG1, Dg1::new(&lines).build()?),
        (FileId::DG2, portrait().build()?),
        (FileId::DIR, Dir { applications: vec![ApplicationId::emrtd()] }.build()?),
        (FileId::ATR_INFO, abilities().build()?),
    ]
    .into();
    let pace: Vec<_> = settings.pace.iter().map(|parameters| PaceParameters::security_info(*parameters)).collect();
    if !pace.is_empty() {
        let security_infos = SecurityInfos::new(pace.clone());
        files.insert(FileId::CARD_ACCESS, CardAccess { security_infos }.build()?);
    }
    let mut infos = pace;
    if let Some(key) = &chip_authentication_key {
        infos.push(SecurityInfo::ChipAuthentication {
            protocol: chip_authentication::object_identifier(key.suite),
            version: 1,
            key_id: key.identifier.map(u32::from),
        });
        infos.push(SecurityInfo::ChipAuthenticationPublicKey {
            protocol: PUBLIC_KEY.push_arc(2).unwrap_or(PUBLIC_KEY),
            public_key: key.key.public_key().to_spki_explicit(),
            key_id: key.identifier.map(u32::from),
        });
    }
    if by_mapping {
        let security_infos = SecurityInfos::new(infos.clone());
        files.insert(FileId::CARD_SECURITY, authority.card_security(&security_infos, settings.issued)?);
    }
    match &active_authentication_key {
        Some(ActiveAuthenticationKey::Ec(key)) => {
            infos
                .push(SecurityInfo::ActiveAuthentication { signature_algorithm: key.curve().hash().ecdsa_plain_oid() });
            files.insert(FileId::DG15, Dg15 { public_key: key.public_key().to_spki_explicit() }.build()?);
        }
        // The trailer of the signature names the hash function: DG14 has nothing to say (Doc 9303-11 9.2.3).
        Some(ActiveAuthenticationKey::Rsa { key, .. }) => {
            let public_key = rsa::PublicKey::new(key.modulus(), key.public_exponent())?.to_spki();
            files.insert(FileId::DG15, Dg15 { public_key }.build()?);
        }
        None => {}
    }
    if !infos.is_empty() {
        files.insert(FileId::DG14, Dg14 { security_infos: SecurityInfos::new(infos) }.build()?);
    }
    let data_groups = files.keys().copied().filter(|file| file.data_group().is_some()).collect();
    let com = Com { lds_version: LdsVersion::V1_8, unicode_version: UnicodeVersion::V4_0_0, data_groups };
    files.insert(FileId::COM, com.build()?);
    files.insert(FileId::SOD, authority.security_object(&files, settings.issued)?);

    let data = ChipData {
        files,
        basic_access: settings.basic_access_control.then(|| BacKeys::derive(&password)),
        pace_parameters: settings.pace.clone(),
        pace_passwords: if settings.pace.is_empty() {
            Vec::new()
        } else {
            vec![PacePassword::mrz(&password), card_access_number.password()]
        },
        active_authentication_key,
        chip_authentication_key,
        made_on_chip: MadeKeys::default(),
    };
    Ok(Specimen {
        chip: PersonalisedChip::from_data(&data),
        country_signer: authority.country_signer.clone(),
        zone: lines.lines().join("\n"),
        card_access_number,
    })
}

/// The holder of Doc 9303-4 appendix B, with a passport that is valid.
fn zone(issued: UnixTime) -> Result<MrzLines, SpecimenError> {
    let (year, month, day) = issued.plus_months(MONTHS).date();
    let expiry = format!("{:02}{month:02}{day:02}", year.rem_euclid(100));
    let date = |text: &str| MrzDate::parse(text).ok_or(SpecimenError::Date);
    if !(1960..2100).contains(&year) {
        return Err(SpecimenError::Date);
    }
    let zone = Td3 {
        document_code: DocumentCode::PASSPORT_WITHOUT_TYPE,
        issuing_state: "UTO".to_owned(),
        primary_identifier: "ERIKSSON".to_owned(),
        secondary_identifier: "ANNA<MARIA".to_owned(),
        document_number: "L898902C3".to_owned(),
        nationality: "UTO".to_owned(),
        date_of_birth: date("740812")?,
        sex: Sex::Female,
        date_of_expiry: date(&expiry)?,
        optional_data: "ZE184226B".to_owned(),
    };
    Ok(zone.encode()?)
}

fn portrait() -> Dg2 {
    Dg2::with_face(
        FaceFormat::Iso19794,
        FaceImage::new(FaceImageType::FullFrontal, ImageDataType::Jpeg, PORTRAIT_SIZE, PORTRAIT.to_vec()),
    )
}

/// As [`ChipSettings::default`] has them.
fn abilities() -> AtrInfo {
    let most = ChipSettings::default().buffer as u32;
    AtrInfo::new(CardCapabilities::BASIC.with_extended_length(), Some(ExtendedLength { command: most, response: most }))
}
