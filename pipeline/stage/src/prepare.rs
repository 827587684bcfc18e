//! Prepare: from an application and a bound booklet to portrait, MRZ and data groups, all but the signature.

use std::iter;

use chip_profile::access::bac::BacKeys;
use chip_profile::access::can::CardAccessNumber;
use chip_profile::access::chip_authentication;
use chip_profile::access::pace::PacePassword;
use chip_profile::access::policy::AccessOffer;
use chip_profile::access::{CipherSuite, MrzInformation};
use chip_profile::ec::{HashAlgorithm, KeyPair, PublicKey};
use chip_profile::lds::dg2::{ColourSpace, FaceImage, FaceImageType, Gender, ImageDataType, ImageSource};
use chip_profile::lds::{
    ApplicationId, CardAccess, Com, Dg1, Dg2, Dg11, Dg12, Dg14, Dg15, Dir, ElementaryFiles, FileId, LdsDate,
    LdsDateTime, LdsError, SecurityInfo, SecurityInfos, UnicodeVersion,
};
use chip_profile::mrz::{CivilDate, MrzDate, MrzLines, MrzName, Sex as MrzSex, Td3};
use chip_profile::personalisation::two_phase::MadeKeys;
use chip_profile::personalisation::{ChipAuthenticationKey, ChipData};
use persoline_domain::application::{Application, Payload, Sex};
use persoline_domain::chance::{AsRng, RandomSource};
use persoline_domain::clock::{Date, Timestamp};
use persoline_domain::identifiers::DocumentNumber;
use persoline_domain::signer::{DocumentKeyPair, KeyCurve, Signer};
use persoline_render::portrait::crop::{self, Eyes};
use persoline_render::portrait::prepare::{self as portrait, FramedPortrait, PortraitFormat, PortraitScratch};

use crate::centre::Centre;
use crate::render::PageFacts;
use crate::workshop::{Blame, Trouble};

/// id-PK-ECDH (BSI TR-03110-3 A.1.1.2).
const PUBLIC_KEY_ECDH: &str = "0.4.0.127.0.7.2.2.1.2";

/// What page and chip of a document have in common. The page can be drawn while the chip's data groups are made.
pub struct Prepared {
    /// The machine readable zone.
    pub mrz: MrzLines,
    /// The document code, one or two letters.
    pub document_code: String,
    /// Date of issue.
    pub issued: Date,
    /// Date of expiry.
    pub expires: Date,
    /// The portrait, in the frame of page and chip.
    pub portrait: FramedPortrait,
    /// The card access number, where the centre prints one.
    pub card_access_number: Option<CardAccessNumber>,
}

impl Prepared {
    /// What the page of a document with this number shows beside the application.
    pub fn facts<'a>(&'a self, number: &'a DocumentNumber) -> PageFacts<'a> {
        PageFacts {
            mrz: &self.mrz,
            document_code: &self.document_code,
            number,
            issued: self.issued,
            expires: self.expires,
            portrait: &self.portrait.picture,
            card_access_number: self.card_access_number.as_ref(),
        }
    }
}

/// The MRZ of a document.
pub fn machine_readable_zone(
    centre: &Centre,
    application: &Application,
    number: &DocumentNumber,
    issued: Date,
    expires: Date,
) -> Result<MrzLines, Trouble> {
    let holder = &application.holder;
    let name = MrzName::from_visual(holder.primary.expose(), holder.secondary.expose(), &centre.transliteration)
        .map_err(|_| order("name_not_transliterable", "the name cannot be written in the MRZ"))?;
    let birth = holder.birth.expose();
    let optional = holder.identity_number.as_ref().filter(|_| centre.identity_number_in_mrz);
    let td3 = Td3 {
        document_code: centre.document_code.code(civil(issued)?),
        issuing_state: centre.issuing_state.clone(),
        primary_identifier: name.primary().to_owned(),
        secondary_identifier: name.secondary().to_owned(),
        document_number: number.0.clone(),
        nationality: holder.nationality.clone(),
        date_of_birth: MrzDate::new(Some((birth.year % 100) as u8), birth.month, birth.day)
            .ok_or_else(|| order("date_of_birth", "the date of birth does not exist"))?,
        sex: match holder.sex {
            Sex::Male => MrzSex::Male,
            Sex::Female => MrzSex::Female,
            Sex::Unspecified => MrzSex::Unspecified,
        },
        date_of_expiry: mrz_date(expires)?,
        optional_data: optional.map(|number| optional_data(number.expose())).unwrap_or_default(),
    };
    td3.encode().map_err(|error| order("mrz", &format!("the MRZ cannot be made: {error}")))
}

/// MRZ, dates, portrait and card access number of a document that is issued on `issued`.
pub fn prepare(
    centre: &Centre,
    random: &dyn RandomSource,
    payload: &Payload,
    number: &DocumentNumber,
    issued: Date,
    scratch: &mut PortraitScratch,
) -> Result<Prepared, Trouble> {
    let expires = centre.validity.expiry(issued, *payload.application.holder.birth.expose());
    let is_with_pace = centre.access.offer(civil(issued)?).pace;
    let card_access_number =
        (is_with_pace && centre.has_card_access_number).then(|| CardAccessNumber::draw(&mut AsRng(random)));
    prepare_again(centre, payload, number, (issued, expires), card_access_number, scratch)
}

/// The same of a document that was signed before: its dates of issue and expiry, and its card access number.
pub fn prepare_again(
    centre: &Centre,
    payload: &Payload,
    number: &DocumentNumber,
    (issued, expires): (Date, Date),
    card_access_number: Option<CardAccessNumber>,
    scratch: &mut PortraitScratch,
) -> Result<Prepared, Trouble> {
    let mrz = machine_readable_zone(centre, &payload.application, number, issued, expires)?;
    let document_code = mrz.text().chars().take(2).filter(|letter| *letter != '<').collect();
    let point = |(x, y): (u32, u32)| (f64::from(x), f64::from(y));
    let eyes = payload.application.eyes.map(|eyes| Eyes { left: point(eyes.left), right: point(eyes.right) });
    let portrait = portrait::frame(payload.portrait.expose(), eyes.as_ref(), &centre.portrait, scratch)
        .map_err(|error| order("portrait", &error.to_string()))?;
    Ok(Prepared { mrz, document_code, issued, expires, portrait, card_access_number })
}

/// What the chip is given: keys, and all files but EF.SOD.
pub fn chip_data(
    centre: &Centre,
    signer: &dyn Signer,
    payload: &Payload,
    prepared: &Prepared,
    at: Timestamp,
    scratch: &mut PortraitScratch,
) -> Result<ChipData, Trouble> {
    let application = &payload.application;
    let Prepared { mrz, issued, expires, portrait, .. } = prepared;
    let coded = portrait::encode(&portrait.picture, &centre.portrait, scratch)
        .map_err(|error| order("portrait", &error.to_string()))?;

    let mut keys = key_pairs(signer, centre.active_authentication, 1)?;
    keys.extend(key_pairs(signer, centre.chip_authentication, 1)?);
    let [active, chip] = <[KeyPair; 2]>::try_from(keys).map_err(|_| centre_fault("keys", "too few key pairs came"))?;

    let offer = centre.access.offer(civil(*issued)?);
    offer
        .check(civil(*issued)?, civil(*expires)?)
        .map_err(|error| centre_fault("access_control", &error.to_string()))?;
    let security_infos = security_infos(centre, offer, &active, &chip)?;
    let information = MrzInformation::of_lines(mrz);
    let mut files = ElementaryFiles::new();
    if offer.pace {
        let security_infos = SecurityInfos::new(vec![centre.pace.security_info()]);
        files.insert(FileId::CARD_ACCESS, lds("EF.CardAccess", CardAccess { security_infos }.build())?);
    }
    files.insert(FileId::DIR, lds("EF.DIR", Dir { applications: vec![ApplicationId::emrtd()] }.build())?);
    files.insert(FileId::DG1, lds("DG1", Dg1::new(mrz).build())?);
    files.insert(FileId::DG2, lds("DG2", dg2(centre, civil(*issued)?, application, portrait, coded).build())?);
    files.insert(FileId::DG11, lds("DG11", dg11(application).build())?);
    files.insert(FileId::DG12, lds("DG12", dg12(centre, *issued, at).build())?);
    files.insert(FileId::DG14, lds("DG14", Dg14 { security_infos }.build())?);
    let public_key = active.public_key().to_spki_explicit();
    files.insert(FileId::DG15, lds("DG15", Dg15 { public_key }.build())?);
    let com = Com {
        lds_version: centre.lds_version,
        unicode_version: UnicodeVersion::V4_0_0,
        data_groups: files.keys().copied().filter(|file| file.data_group().is_some()).collect(),
    };
    files.insert(FileId::COM, lds("EF.COM", com.build())?);

    Ok(ChipData {
        files,
        basic_access: offer.basic_access_control.then(|| BacKeys::derive(&information)),
        pace_parameters: if offer.pace { vec![centre.pace] } else { Vec::new() },
        pace_passwords: if offer.pace {
            let number = prepared.card_access_number.as_ref().map(CardAccessNumber::password);
            iter::once(PacePassword::mrz(&information)).chain(number).collect()
        } else {
            Vec::new()
        },
        active_authentication_key: Some(active.into()),
        chip_authentication_key: Some(ChipAuthenticationKey {
            suite: CipherSuite::Aes128,
            identifier: None,
            key: chip,
        }),
        made_on_chip: MadeKeys::default(),
    })
}

fn security_infos(
    centre: &Centre,
    offer: AccessOffer,
    active: &KeyPair,
    chip: &KeyPair,
) -> Result<SecurityInfos, Trouble> {
    let suite = CipherSuite::Aes128;
    let public_key_protocol =
        PUBLIC_KEY_ECDH.parse().map_err(|_| centre_fault("oid", "an object identifier is not one"))?;
    let mut infos = vec![
        SecurityInfo::ChipAuthentication {
            protocol: chip_authentication::object_identifier(suite),
            version: 1,
            key_id: None,
        },
        SecurityInfo::ChipAuthenticationPublicKey {
            protocol: public_key_protocol,
            public_key: chip.public_key().to_spki_explicit(),
            key_id: None,
        },
        SecurityInfo::ActiveAuthentication { signature_algorithm: active_hash(active.public_key()).ecdsa_plain_oid() },
    ];
    if offer.pace {
        infos.push(centre.pace.security_info());
    }
    Ok(SecurityInfos::new(infos))
}

/// The hash of active authentication with a key: the one of its curve's strength.
pub fn active_hash(key: &PublicKey) -> HashAlgorithm {
    key.curve().hash()
}

fn dg2(
    centre: &Centre,
    issued: CivilDate,
    application: &Application,
    portrait: &FramedPortrait,
    coded: Vec<u8>,
) -> Dg2 {
    let face_image_type = match portrait.face_image_type {
        crop::FaceImageType::FullFrontal => FaceImageType::FullFrontal,
        crop::FaceImageType::Basic => FaceImageType::Basic,
    };
    let image_type = match centre.portrait.format {
        PortraitFormat::Jpeg2000 => ImageDataType::Jpeg2000,
        PortraitFormat::Jpeg => ImageDataType::Jpeg,
    };
    let size =
        [portrait.picture.width(), portrait.picture.height()].map(|pixels| u16::try_from(pixels).unwrap_or(u16::MAX));
    let mut image = FaceImage::new(face_image_type, image_type, size.into(), coded);
    image.gender = match application.holder.sex {
        Sex::Male => Gender::Male,
        Sex::Female => Gender::Female,
        Sex::Unspecified => Gender::Unspecified,
    };
    image.colour_space = ColourSpace::RGB_24;
    image.source = ImageSource::UNSPECIFIED;
    Dg2::with_face(centre.face_format.format(issued), image)
}

fn dg11(application: &Application) -> Dg11 {
    let holder = &application.holder;
    let birth = holder.birth.expose();
    // The full name in national characters; where there are none, the Latin name, which the MRZ may have shortened.
    let full_name = match &holder.chinese {
        Some(name) => name.expose().clone(),
        None => {
            let fillers = |text: &str| text.split_whitespace().collect::<Vec<_>>().join("<");
            let (primary, secondary) = (fillers(holder.primary.expose()), fillers(holder.secondary.expose()));
            if secondary.is_empty() { primary } else { format!("{primary}<<{secondary}") }
        }
    };
    Dg11 {
        full_name: Some(cut(&full_name, 99)),
        personal_number: holder.identity_number.as_ref().map(|number| cut(number.expose(), 99)),
        full_date_of_birth: LdsDate::new(Some(birth.year), birth.month, birth.day),
        place_of_birth: Some(cut(&holder.place_of_birth.expose().replace(", ", "<"), 99))
            .filter(|place| !place.is_empty()),
        ..Dg11::default()
    }
}

fn dg12(centre: &Centre, issued: Date, at: Timestamp) -> Dg12 {
    let time = jiff::Timestamp::from_millisecond(at.0).map(|moment| moment.to_zoned(jiff::tz::TimeZone::UTC)).ok();
    let personalisation_time = time.and_then(|time| {
        let [hour, minute, second] = [time.hour(), time.minute(), time.second()].map(i8::unsigned_abs);
        LdsDateTime::new(civil(time.date()).ok()?, hour, minute, second)
    });
    Dg12 {
        issuing_authority: Some(cut(&centre.authority.english, 99)),
        date_of_issue: civil(issued).ok(),
        personalisation_time,
        personalisation_system: Some(centre.personalisation_system.clone()),
        ..Dg12::default()
    }
}

/// Key pairs as the chip profile takes them.
fn key_pairs(signer: &dyn Signer, curve: KeyCurve, count: u32) -> Result<Vec<KeyPair>, Trouble> {
    let pairs =
        signer.document_key_pairs(curve, count).map_err(|error| centre_fault("document_keys", &error.to_string()))?;
    pairs
        .iter()
        .map(|DocumentKeyPair { curve, private_scalar, public_point }| {
            KeyPair::from_parts(curve.curve(), private_scalar.expose(), public_point)
                .map_err(|error| centre_fault("document_keys", &error.to_string()))
        })
        .collect()
}

/// An identity number as optional data: what the MRZ has no character for is left out.
fn optional_data(number: &str) -> String {
    number.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_uppercase()).take(14).collect()
}

fn mrz_date(date: Date) -> Result<MrzDate, Trouble> {
    let date = civil(date)?;
    MrzDate::new(Some((date.year() % 100) as u8), Some(date.month()), Some(date.day()))
        .ok_or_else(|| centre_fault("date", "the calendar gave a date that does not exist"))
}

pub(crate) fn civil(date: Date) -> Result<CivilDate, Trouble> {
    u16::try_from(date.year())
        .ok()
        .and_then(|year| CivilDate::new(year, date.month().unsigned_abs(), date.day().unsigned_abs()))
        .ok_or_else(|| centre_fault("date", "the calendar gave a date that does not exist"))
}

/// At most `limit` bytes of a text, whole characters only.
fn cut(text: &str, limit: usize) -> String {
    let mut end = text.len().min(limit);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    text[..end].to_owned()
}

fn lds<T>(file: &str, result: Result<T, LdsError>) -> Result<T, Trouble> {
    result.map_err(|error| order("data_group", &format!("{file} cannot be made: {error}")))
}

fn order(code: &str, detail: &str) -> Trouble {
    Trouble::new(Blame::Order, code, detail)
}

fn centre_fault(code: &str, detail: &str) -> Trouble {
    Trouble::new(Blame::Centre, code, detail)
}
