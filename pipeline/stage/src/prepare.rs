//! Prepare: from an application and a bound booklet to MRZ, dates, portrait and card access number.

use chip_profile::access::can::CardAccessNumber;
use chip_profile::mrz::{CivilDate, MrzDate, MrzLines, MrzName, Sex as MrzSex, Td3};
use persoline_domain::application::{Application, Payload, Sex};
use persoline_domain::chance::{AsRng, RandomSource};
use persoline_domain::clock::Date;
use persoline_domain::identifiers::DocumentNumber;
use persoline_render::portrait::crop::Eyes;
use persoline_render::portrait::prepare::{self as portrait, FramedPortrait, PortraitScratch};

use crate::centre::Centre;
use crate::render::PageFacts;
use crate::workshop::{Blame, Trouble};

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
///
/// # Errors
/// A trouble of the order: the name, the date of birth or another value cannot be written in the MRZ. A trouble of the
/// centre: the calendar gave a date that does not exist.
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
///
/// # Errors
/// As [`prepare_again`].
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
///
/// # Errors
/// As [`machine_readable_zone`]; and a trouble of the order, when no portrait can be made of the photograph.
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

pub(crate) fn order(code: &str, detail: &str) -> Trouble {
    Trouble::new(Blame::Order, code, detail)
}

pub(crate) fn centre_fault(code: &str, detail: &str) -> Trouble {
    Trouble::new(Blame::Centre, code, detail)
}
