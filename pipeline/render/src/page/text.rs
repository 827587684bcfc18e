//! The text of the data page, set: what the laser engraves and what a proof shows are the same lines.

use crate::font::Face;
use crate::font::shape::shape;

use super::fit::{Line, Place, fit};
use super::geometry::{OCR_B_EM, mrz_pen};
use super::{DataPage, Field, PageError};

/// Left edge of the field column right of zone V.
pub(crate) const LEFT: f32 = 42.0;
/// Left edge of the second column.
pub(crate) const MIDDLE: f32 = 72.0;
/// Top of the first row below the header.
const ROWS_TOP: f32 = 10.6;
/// Height of a row: caption and value, or value on two lines.
const ROW_HEIGHT: f32 = 6.95;
/// Baseline of the caption below the top of its row.
const CAPTION: f32 = 1.75;
/// Baseline of the value below the top of its row.
const VALUE: f32 = 5.5;
/// Em of a value.
const VALUE_EM: f32 = 3.0;
/// Where the card access number's digits stand, right of its caption.
pub(crate) const CARD_ACCESS_NUMBER: (f32, f32) = (54.0, 63.4);

/// A field's place on the page: its caption's baseline and its value.
#[derive(Clone, Copy)]
pub(crate) struct Slot {
    /// Baseline of the caption, millimetres from the top; it starts where the value starts.
    pub(crate) caption_baseline: f32,
    /// Where the value goes.
    pub(crate) place: Place,
}

/// The fields with text in the order of Doc 9303-4 figure 4.
pub(crate) const SLOTS: [Slot; 14] = [
    header(Field::DocumentCode, LEFT, 12.0),
    header(Field::IssuingState, 56.0, 28.0),
    header(Field::PassportNumber, 88.0, 33.0),
    slot(0, Field::PrimaryIdentifier, LEFT, 79.0),
    slot(1, Field::SecondaryIdentifier, LEFT, 79.0),
    slot(2, Field::ChineseName, LEFT, 28.0),
    slot(2, Field::Nationality, MIDDLE, 32.5),
    slot(3, Field::DateOfBirth, LEFT, 28.0),
    slot(3, Field::PersonalNumber, MIDDLE, 32.5),
    slot(4, Field::Sex, LEFT, 12.0),
    slot(4, Field::PlaceOfBirth, 56.0, 48.5),
    slot(5, Field::DateOfIssue, LEFT, 28.0),
    slot(5, Field::Authority, MIDDLE, 32.5),
    slot(6, Field::DateOfExpiry, LEFT, 28.0),
];

/// Caption of the signature: left edge and baseline.
pub(crate) const SIGNATURE_CAPTION: (f32, f32) = (MIDDLE, ROWS_TOP + 6.0 * ROW_HEIGHT + CAPTION + 0.4);
/// Caption of the card access number: left edge and baseline.
pub(crate) const CARD_ACCESS_NUMBER_CAPTION: (f32, f32) = (LEFT, 63.1);

/// Sets all text of the data page.
pub(crate) fn lines(page: &DataPage<'_>) -> Result<Vec<Line>, PageError> {
    let mut lines = Vec::with_capacity(SLOTS.len() + 4);
    for slot in &SLOTS {
        lines.extend(fit(slot.place, &value(page, slot.place.field))?);
    }
    if let Some(number) = page.card_access_number {
        lines.push(card_access_number(number)?);
    }
    for (index, text) in page.mrz.iter().enumerate() {
        lines.push(machine_readable(index, text)?);
    }
    Ok(lines)
}

/// Whether a field is in use on this page: a caption without its optional field does not appear (Doc 9303-3 3.3).
pub(crate) fn in_use(page: &DataPage<'_>, field: Field) -> bool {
    match field {
        Field::ChineseName => page.chinese_name.is_some(),
        Field::PersonalNumber => page.personal_number.is_some(),
        Field::PlaceOfBirth => page.place_of_birth.is_some(),
        Field::CardAccessNumber => page.card_access_number.is_some(),
        _ => true,
    }
}

fn value(page: &DataPage<'_>, field: Field) -> String {
    match field {
        Field::DocumentCode => page.document_code.to_owned(),
        Field::IssuingState => page.issuing_state.to_owned(),
        Field::PassportNumber => page.passport_number.to_owned(),
        Field::PrimaryIdentifier => page.primary_identifier.to_owned(),
        Field::SecondaryIdentifier => page.secondary_identifier.to_owned(),
        Field::ChineseName => page.chinese_name.unwrap_or_default().to_owned(),
        Field::Nationality => nationality(page),
        Field::DateOfBirth => page.date_of_birth.viz(),
        Field::PersonalNumber => page.personal_number.unwrap_or_default().to_owned(),
        Field::Sex => page.sex.viz().to_owned(),
        Field::PlaceOfBirth => page.place_of_birth.unwrap_or_default().to_owned(),
        Field::DateOfIssue => page.date_of_issue.viz(),
        Field::Authority => join(page.authority_chinese, page.authority),
        Field::DateOfExpiry => page.date_of_expiry.viz(),
        Field::Signature | Field::CardAccessNumber | Field::MachineReadableZone | Field::Observations => String::new(),
    }
}

fn nationality(page: &DataPage<'_>) -> String {
    match (page.nationality, page.nationality_code) {
        ("", code) => code.to_owned(),
        (name, "") => name.to_owned(),
        (name, code) => format!("{name} ({code})"),
    }
}

/// Two languages are parted by an oblique and a space (Doc 9303-3 3.5).
fn join(national: &str, english: &str) -> String {
    match (national, english) {
        ("", only) | (only, "") => only.to_owned(),
        (national, english) => format!("{national} / {english}"),
    }
}

/// The card access number in the face of the MRZ (Doc 9303-4 4.1.1.2).
fn card_access_number(number: &str) -> Result<Line, PageError> {
    if number.len() != 6 || !number.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(PageError::CardAccessNumber);
    }
    let glyphs = shape(Face::OcrB, number).map_err(|_| PageError::CardAccessNumber)?;
    let (left, baseline) = CARD_ACCESS_NUMBER;
    Ok(Line { field: Field::CardAccessNumber, left, baseline, em: OCR_B_EM, glyphs })
}

fn machine_readable(index: usize, text: &str) -> Result<Line, PageError> {
    let error = PageError::MachineReadableLine { line: index + 1 };
    let allowed = |byte: u8| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'<';
    if text.len() != 44 || !text.bytes().all(allowed) {
        return Err(error);
    }
    let (left, baseline) = mrz_pen(index);
    let glyphs = shape(Face::OcrB, text).map_err(|_| error)?;
    Ok(Line { field: Field::MachineReadableZone, left, baseline, em: OCR_B_EM, glyphs })
}

const fn header(field: Field, left: f32, width: f32) -> Slot {
    let place = Place { field, left, width, baseline: 8.6, em: 3.6, two_lines: false };
    Slot { caption_baseline: 4.6, place }
}

const fn slot(row: usize, field: Field, left: f32, width: f32) -> Slot {
    let top = ROWS_TOP + row as f32 * ROW_HEIGHT;
    // Ideographs of a name have many strokes: they are set larger.
    let em = if matches!(field, Field::ChineseName) { 3.2 } else { VALUE_EM };
    let place = Place { field, left, width, baseline: top + VALUE, em, two_lines: true };
    Slot { caption_baseline: top + CAPTION, place }
}
