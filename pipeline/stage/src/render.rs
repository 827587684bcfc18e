//! Render: the layers of what is personal, as a machine takes them, and the same page as a proof for people.

use chip_profile::access::can::CardAccessNumber;
use chip_profile::mrz::MrzLines;
use persoline_domain::application::{Application, Payload, Sex};
use persoline_domain::clock::Date;
use persoline_domain::identifiers::DocumentNumber;
use persoline_render::page::{self, Coding, DataPage, LayerKind, PageDate, PageScratch};
use persoline_render::picture::Picture;
use persoline_render::portrait::decode::{self, DecodeLimits};
use persoline_render::proof::{self, ProofSettings};

use crate::centre::Centre;
use crate::workshop::{Blame, Trouble};

/// What a page shows beside the application.
pub struct PageFacts<'a> {
    /// The MRZ.
    pub mrz: &'a MrzLines,
    /// The document code.
    pub document_code: &'a str,
    /// The document number.
    pub number: &'a DocumentNumber,
    /// Date of issue.
    pub issued: Date,
    /// Date of expiry.
    pub expires: Date,
    /// The portrait in the page's frame.
    pub portrait: &'a Picture,
    /// The card access number, where the page shows one.
    pub card_access_number: Option<&'a CardAccessNumber>,
}

/// The layers of a page, as a machine takes them.
///
/// # Errors
/// As [`with_page`]: the page cannot be composed.
pub fn layers(
    centre: &Centre,
    payload: &Payload,
    facts: &PageFacts<'_>,
    scratch: &mut PageScratch,
) -> Result<Vec<printer_driver::Layer>, Trouble> {
    let composed = with_page(centre, payload, facts, |page| page::compose(page, &centre.page, scratch))?;
    Ok([composed.laser, composed.window, composed.observation].into_iter().map(driver_layer).collect())
}

/// The proof for people: PNG and PDF.
///
/// # Errors
/// As [`with_page`]: the proof cannot be drawn.
pub fn proof(centre: &Centre, payload: &Payload, facts: &PageFacts<'_>) -> Result<(Vec<u8>, Vec<u8>), Trouble> {
    let settings = ProofSettings {
        state_chinese: &centre.state_name.chinese,
        state: &centre.state_name.english,
        production_state: centre.is_production.then_some(centre.issuing_state.as_str()),
    };
    with_page(centre, payload, facts, |page| Ok((proof::png(page, &settings)?, proof::pdf(page, &settings)?)))
}

/// Builds what a page shows and hands it to `work`.
///
/// # Errors
/// A trouble of the order: the image of the signature cannot be read, or what `work` answers.
pub fn with_page<T>(
    centre: &Centre,
    payload: &Payload,
    facts: &PageFacts<'_>,
    work: impl FnOnce(&DataPage<'_>) -> Result<T, page::PageError>,
) -> Result<T, Trouble> {
    let application: &Application = &payload.application;
    let holder = &application.holder;
    let signature = match &payload.signature {
        None => None,
        Some(bytes) => Some(
            decode::decode(bytes.expose(), &SIGNATURE_LIMITS)
                .map_err(|error| trouble("signature", &error.to_string()))?,
        ),
    };
    let nationality = centre.nationality_text(&holder.nationality);
    let birth = holder.birth.expose();
    let observations: Vec<String> = application.observations.iter().map(|text| text.expose().clone()).collect();
    let page = DataPage {
        document_type: "護照 / PASSPORT",
        document_code: facts.document_code,
        issuing_state: &centre.issuing_state,
        passport_number: facts.number.as_str(),
        primary_identifier: holder.primary.expose(),
        secondary_identifier: holder.secondary.expose(),
        chinese_name: holder.chinese.as_ref().map(|name| name.expose().as_str()),
        nationality: &nationality,
        nationality_code: &holder.nationality,
        date_of_birth: PageDate { year: Some(birth.year), month: birth.month, day: birth.day },
        personal_number: holder.identity_number.as_ref().map(|number| number.expose().as_str()),
        sex: match holder.sex {
            Sex::Male => page::Sex::Male,
            Sex::Female => page::Sex::Female,
            Sex::Unspecified => page::Sex::Unspecified,
        },
        place_of_birth: Some(holder.place_of_birth.expose().as_str()).filter(|place| !place.is_empty()),
        date_of_issue: page_date(facts.issued),
        date_of_expiry: page_date(facts.expires),
        authority_chinese: &centre.authority.chinese,
        authority: &centre.authority.english,
        card_access_number: facts.card_access_number.map(CardAccessNumber::digits),
        portrait: facts.portrait,
        signature: signature.as_ref(),
        mrz: facts.mrz.lines(),
        observations: &observations,
    };
    work(&page).map_err(|error| trouble("page", &error.to_string()))
}

/// What a signature image may be.
pub const SIGNATURE_LIMITS: DecodeLimits =
    DecodeLimits { max_bytes: 4 << 20, max_pixels: 16_000_000, min_width: 60, min_height: 20 };

fn driver_layer(layer: page::Layer) -> printer_driver::Layer {
    let micrometres = |millimetres: f32| (millimetres.max(0.0) * 1000.0).round() as u32;
    printer_driver::Layer::new(
        match layer.kind {
            LayerKind::Laser => printer_driver::LayerKind::Laser,
            LayerKind::Window => printer_driver::LayerKind::Window,
            LayerKind::Observation => printer_driver::LayerKind::Observation,
        },
        match layer.coding {
            Coding::PngGrey => printer_driver::LayerCoding::PngGrey,
            Coding::JpegRgb => printer_driver::LayerCoding::JpegRgb,
        },
        layer.dpi,
        (layer.width, layer.height),
        layer.bytes,
    )
    .at(micrometres(layer.origin.0), micrometres(layer.origin.1))
}

fn page_date(date: Date) -> PageDate {
    PageDate::new(date.year().unsigned_abs(), date.month().unsigned_abs(), date.day().unsigned_abs())
}

fn trouble(code: &str, detail: &str) -> Trouble {
    Trouble::new(Blame::Order, code, detail)
}
