//! Data groups that say who the holder is and how the document was made: DG2, DG7, DG11 and DG12.

use chip_profile::lds::dg2::{ColourSpace, FaceImage, FaceImageType, Gender, ImageDataType, ImageSource};
use chip_profile::lds::{Dg2, Dg7, Dg11, Dg12, LdsDate, LdsDateTime};
use chip_profile::mrz::CivilDate;
use persoline_domain::application::{Application, Payload, Sex};
use persoline_domain::clock::{Date, Timestamp};
use persoline_render::portrait::crop;
use persoline_render::portrait::prepare::{FramedPortrait, PortraitFormat};
use persoline_render::signature;

use crate::centre::Centre;
use crate::prepare::{civil, order};
use crate::render::SIGNATURE_LIMITS;
use crate::workshop::Trouble;

/// DG2: the face.
pub(crate) fn dg2(
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

/// DG7: the displayed signature, where the centre's chips have one and the application brought one.
pub(crate) fn dg7(centre: &Centre, payload: &Payload) -> Result<Option<Dg7>, Trouble> {
    let Some(bytes) = payload.signature.as_ref().filter(|_| centre.has_displayed_signature) else { return Ok(None) };
    let coded = signature::coded(bytes.expose(), &SIGNATURE_LIMITS);
    let coded = coded.map_err(|error| order("signature", &error.to_string()))?;
    Ok(Some(Dg7 { signatures: vec![coded] }))
}

/// DG11: further personal details.
pub(crate) fn dg11(application: &Application) -> Dg11 {
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

/// DG12: further details of the document.
pub(crate) fn dg12(centre: &Centre, issued: Date, at: Timestamp) -> Dg12 {
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

/// At most `limit` bytes of a text, whole characters only.
fn cut(text: &str, limit: usize) -> String {
    let mut end = text.len().min(limit);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    text[..end].to_owned()
}
