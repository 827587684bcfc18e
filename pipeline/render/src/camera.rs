//! The machine readable zone and the card access number as a camera saw them, read character by character.
//!
//! A small template reader for one typeface at a few places: OCR-B size 1 at the positions of a TD3 page. It knows no check
//! digits, no dictionary and nothing of what was ordered, so it reads what is there and does not confirm what is
//! expected: a misprinted character comes out as the character it was printed as, or as unreadable.

mod plane;
mod templates;
#[cfg(test)]
mod tests;

use std::fmt;

use thiserror::Error;

use crate::page::geometry::{MRZ_PITCH, OCR_B_EM, mrz_pen};
use crate::page::text::CARD_ACCESS_NUMBER;
use crate::picture::Picture;
use plane::Plane;
use templates::{Cell, Templates};

/// Characters of a line (Doc 9303-4 4.2.2).
const CHARACTERS: usize = 44;
/// Digits of a card access number (Doc 9303-4 4.1.1.2).
const DIGITS: usize = 6;
/// How far the page may lie from where it should, in millimetres; well below half a character.
const SHIFT_MM: f32 = 1.15;
/// Resolution to which the image is brought, roughly, dots per inch.
const WORKING_DPI: u32 = 300;
/// Least correlation of a character with its template.
const LEAST_LIKENESS: f32 = 0.6;
/// How much better the best character has to be than the next.
const LEAST_LEAD: f32 = 0.015;
/// Least standard deviation of a printed line, in grey values of 255.
const LEAST_CONTRAST: f32 = 8.0;
/// Steps of the refinement; each moves the line by a working pixel.
const MOST_STEPS: u32 = 4;
/// Characters that are tried at all shifts after a first look.
const SHORTLIST: usize = 4;

/// Where the machine readable zone of a TD3 page lies in an image.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct MrzZone {
    /// Pen position of the first character and baseline of both lines, millimetres from the page's top left corner.
    pub pens: [(f32, f32); 2],
    /// Spacing of characters, millimetres.
    pub pitch: f32,
    /// Em of the typeface, millimetres.
    pub em: f32,
    /// Pen position of the card access number's first digit, where a page has one, in the same typeface and pitch.
    pub card_access_number: (f32, f32),
    /// The point of the page that the image's top left corner shows, millimetres.
    pub origin: (f32, f32),
}

impl MrzZone {
    /// The zone at the positions of Doc 9303-3 and -4, in an image that begins at `origin` millimetres of the page: that
    /// of the laser layer for its image, (0, 0) for an image of the whole page.
    #[must_use]
    pub fn td3(origin: (f32, f32)) -> Self {
        Self {
            pens: [mrz_pen(0), mrz_pen(1)],
            pitch: MRZ_PITCH,
            em: OCR_B_EM,
            card_access_number: CARD_ACCESS_NUMBER,
            origin,
        }
    }
}

/// What was read. It names a person: `Debug` tells the confidence only.
#[derive(Clone, PartialEq)]
pub struct SeenMrz {
    /// Both lines, 44 characters each.
    pub lines: [String; 2],
    /// Correlation of the least certain character with its template, up to 1.
    pub confidence: f32,
    /// How far the lines lie from where they should, working pixels.
    shifts: [(i32, i32); 2],
}

impl fmt::Debug for SeenMrz {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("SeenMrz").field("confidence", &self.confidence).finish_non_exhaustive()
    }
}

/// Why a zone could not be read.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
#[non_exhaustive]
pub enum CameraError {
    /// The resolution is below 200 or above 2,400 dots per inch.
    #[error("the camera image has {dpi} dpi; 200 to 2,400 are needed to read the machine readable zone")]
    Resolution {
        /// Dots per inch given.
        dpi: u32,
    },
    /// The image does not show the zone.
    #[error("the camera image does not show the whole machine readable zone")]
    Outside,
    /// Nothing is printed where the line should be.
    #[error("no print where line {line} of the machine readable zone should be")]
    Blank {
        /// 1 or 2.
        line: usize,
    },
    /// A character is like none, or like two.
    #[error("character {position} of line {line} of the machine readable zone cannot be read")]
    Unreadable {
        /// 1 or 2.
        line: usize,
        /// 1 to 44.
        position: usize,
    },
    /// Nothing, or something else, is where the card access number should be.
    #[error("digit {position} of the card access number cannot be read")]
    CardAccessNumber {
        /// 1 to 6.
        position: usize,
    },
    /// The typeface carried in the program cannot be used.
    #[error("the typeface of the machine readable zone is damaged")]
    Typeface,
}

/// Reads the zone from one image. For many images of one resolution make a [`MrzReader`].
///
/// The print may be shifted by up to about a millimetre, noisy, a little blurred, brighter or darker.
///
/// # Errors
/// As [`MrzReader::new`] and [`MrzReader::read`].
pub fn read_mrz(image: &Picture, dpi: u32, zone: &MrzZone) -> Result<SeenMrz, CameraError> {
    MrzReader::new(dpi, zone)?.read(image)
}

/// A reader with its templates made.
pub struct MrzReader {
    zone: MrzZone,
    /// Image pixels across one working pixel.
    factor: u32,
    /// Working pixels a millimetre.
    scale: f32,
    templates: Templates,
}

impl MrzReader {
    /// Makes templates for images of `dpi` dots per inch.
    ///
    /// # Errors
    /// [`CameraError::Resolution`] for other than 200 to 2,400 dots per inch, [`CameraError::Outside`] for a zone that
    /// is on no page.
    pub fn new(dpi: u32, zone: &MrzZone) -> Result<Self, CameraError> {
        if !(200..=2_400).contains(&dpi) {
            return Err(CameraError::Resolution { dpi });
        }
        let [upper, lower] = zone.pens;
        let number = zone.card_access_number;
        let places = [zone.origin.0, zone.origin.1, upper.0, upper.1, lower.0, lower.1, number.0, number.1];
        let on_a_page = places.iter().all(|millimetres| millimetres.abs() <= 500.0);
        if !on_a_page || !(1.0..=6.0).contains(&zone.pitch) || !(1.0..=10.0).contains(&zone.em) {
            return Err(CameraError::Outside);
        }
        let factor = (dpi / WORKING_DPI).max(1);
        let working_dpi = dpi / factor;
        let scale = dpi as f32 / factor as f32 / 25.4;
        let cell_width = (zone.pitch * scale).round() as i32;
        let templates = Templates::new(zone.em, working_dpi, cell_width).ok_or(CameraError::Typeface)?;
        Ok(Self { zone: *zone, factor, scale, templates })
    }

    /// Reads the zone from an image of the resolution that the reader was made for.
    ///
    /// # Errors
    /// [`CameraError::Outside`] when the image does not show the whole zone, [`CameraError::Blank`] when nothing is
    /// printed where a line should be, [`CameraError::Unreadable`] for the first character that is like none, or like
    /// two.
    pub fn read(&self, image: &Picture) -> Result<SeenMrz, CameraError> {
        let mut lines = [String::with_capacity(CHARACTERS), String::with_capacity(CHARACTERS)];
        let mut confidence = 1.0_f32;
        let mut shifts = [(0, 0); 2];
        let grey;
        let image = match image.channels() {
            crate::picture::Channels::Grey => image,
            crate::picture::Channels::Rgb => {
                grey = image.to_grey();
                &grey
            }
        };
        for (index, ((text, pen), shift)) in lines.iter_mut().zip(self.zone.pens).zip(&mut shifts).enumerate() {
            let (likeness, by) = self.read_line(image, index + 1, pen, text)?;
            confidence = confidence.min(likeness);
            *shift = by;
        }
        Ok(SeenMrz { lines, confidence, shifts })
    }

    /// Reads the card access number of a page whose zone was read: it lies where the zone's own place says it must.
    ///
    /// # Errors
    /// [`CameraError::Outside`] when the image does not show its place, [`CameraError::CardAccessNumber`] when nothing
    /// is printed there, or for the first character that is no digit or cannot be read.
    pub fn read_card_access_number(&self, image: &Picture, zone: &SeenMrz) -> Result<String, CameraError> {
        let grey;
        let image = match image.channels() {
            crate::picture::Channels::Grey => image,
            crate::picture::Channels::Rgb => {
                grey = image.to_grey();
                &grey
            }
        };
        let [upper, lower] = zone.shifts;
        let by = ((upper.0 + lower.0) / 2, (upper.1 + lower.1) / 2);
        let (left, top) = self.place(self.zone.card_access_number);
        let margin = MOST_STEPS as i32 + 1;
        let size = (self.column(DIGITS) + 2 * margin, self.templates.height + 2 * margin);
        let plane = Plane::of(image, self.factor, (left + by.0 - margin, top + by.1 - margin), size)
            .ok_or(CameraError::Outside)?;
        if plane.deviation() < LEAST_CONTRAST {
            return Err(CameraError::CardAccessNumber { position: 1 });
        }
        let place = self.refine(&plane, (margin, margin), (DIGITS, 1));
        let mut text = String::with_capacity(DIGITS);
        for position in 0..DIGITS {
            let (character, likeness, lead) = self.read_character(&plane, (place.0 + self.column(position), place.1));
            if likeness < LEAST_LIKENESS || lead < LEAST_LEAD || !character.is_ascii_digit() {
                return Err(CameraError::CardAccessNumber { position: position + 1 });
            }
            text.push(char::from(character));
        }
        Ok(text)
    }

    /// Left edge and top of the first template at a pen position, working pixels.
    fn place(&self, pen: (f32, f32)) -> (i32, i32) {
        let (x, y) = ((pen.0 - self.zone.origin.0) * self.scale, (pen.1 - self.zone.origin.1) * self.scale);
        (x.round() as i32, y.round() as i32 + self.templates.top)
    }

    /// The least likeness, and how far the line lies from where it should.
    fn read_line(
        &self,
        image: &Picture,
        line: usize,
        pen: (f32, f32),
        text: &mut String,
    ) -> Result<(f32, (i32, i32)), CameraError> {
        let shift = (SHIFT_MM * self.scale).ceil() as i32;
        let (left, top) = self.place(pen);
        // A margin for the shift, for the refinement, and for the pixel by which a character is searched.
        let margin = shift + MOST_STEPS as i32 + 1;
        let width = self.column(CHARACTERS) + 2 * margin;
        let height = self.templates.height + 2 * margin;
        let plane = Plane::of(image, self.factor, (left - margin, top - margin), (width, height))
            .ok_or(CameraError::Outside)?;
        if plane.deviation() < LEAST_CONTRAST {
            return Err(CameraError::Blank { line });
        }
        let place = self.locate(&plane, margin, shift);
        let place = self.refine(&plane, place, (CHARACTERS, 4));
        let mut confidence = 1.0_f32;
        for position in 0..CHARACTERS {
            let at = (place.0 + self.column(position), place.1);
            let (character, likeness, lead) = self.read_character(&plane, at);
            if likeness < LEAST_LIKENESS || lead < LEAST_LEAD {
                return Err(CameraError::Unreadable { line, position: position + 1 });
            }
            confidence = confidence.min(likeness);
            text.push(char::from(character));
        }
        Ok((confidence, (place.0 - margin, place.1 - margin)))
    }

    /// Working pixels from the first pen position to that of a character.
    fn column(&self, position: usize) -> i32 {
        (position as f32 * self.zone.pitch * self.scale).round() as i32
    }

    /// Where the line begins, from the ink of its rows and of its columns folded to one character.
    fn locate(&self, plane: &Plane, margin: i32, shift: i32) -> (i32, i32) {
        let best = |score: &dyn Fn(i32) -> i64| {
            (-shift..=shift).max_by_key(|&by| (score(by), -by.abs())).map_or(margin, |by| margin + by)
        };
        let rows = plane.row_sums();
        let y = best(&|by| correlate(&rows, margin + by, &self.templates.row_profile));
        let columns = plane.column_sums(y, self.templates.height);
        let x = best(&|by| {
            let cells = (0..CHARACTERS).map(|position| margin + by + self.column(position));
            cells.map(|at| correlate(&columns, at, &self.templates.column_profile)).sum()
        });
        (x, y)
    }

    /// Climbs, pixel by pixel and a few at most, to where every `step`-th of `count` characters is most like some character.
    fn refine(&self, plane: &Plane, place: (i32, i32), (count, step): (usize, usize)) -> (i32, i32) {
        let likeness = |(x, y): (i32, i32)| -> f32 {
            let cells = (0..count).step_by(step).map(|position| (x + self.column(position), y));
            cells.map(|at| self.templates.best(&plane.cell(at, self.templates.size())).1).sum()
        };
        let mut tried = vec![place];
        let (mut best, mut most) = (place, likeness(place));
        for _ in 0..MOST_STEPS {
            let around = [(1, 0), (-1, 0), (0, 1), (0, -1)].map(|(dx, dy)| (best.0 + dx, best.1 + dy));
            let before = best;
            for at in around {
                if tried.contains(&at) {
                    continue;
                }
                tried.push(at);
                let found = likeness(at);
                if found > most {
                    (best, most) = (at, found);
                }
            }
            if best == before {
                break;
            }
        }
        best
    }

    /// The most likely character, its likeness, and its lead before the next.
    fn read_character(&self, plane: &Plane, at: (i32, i32)) -> (u8, f32, f32) {
        let size = self.templates.size();
        let mut likeness = self.templates.likeness(&plane.cell(at, size));
        let mut order: Vec<usize> = (0..likeness.len()).collect();
        order.sort_by(|&a, &b| value(&likeness, b).total_cmp(&value(&likeness, a)));
        order.truncate(SHORTLIST);
        for (dx, dy) in [(-1, -1), (0, -1), (1, -1), (-1, 0), (1, 0), (-1, 1), (0, 1), (1, 1)] {
            let cell: Cell = plane.cell((at.0 + dx, at.1 + dy), size);
            for &index in &order {
                if let Some(known) = likeness.get_mut(index) {
                    *known = known.max(self.templates.likeness_to(index, &cell));
                }
            }
        }
        order.sort_by(|&a, &b| value(&likeness, b).total_cmp(&value(&likeness, a)));
        let [first, second, ..] = order.as_slice() else { return (b'<', 0.0, 0.0) };
        let (first_value, second_value) = (value(&likeness, *first), value(&likeness, *second));
        (templates::character(*first), first_value, first_value - second_value)
    }
}

fn value(likeness: &[f32], index: usize) -> f32 {
    likeness.get(index).copied().unwrap_or(f32::MIN)
}

fn correlate(sums: &[i32], at: i32, profile: &[i32]) -> i64 {
    let start = usize::try_from(at).unwrap_or(0);
    let seen = sums.get(start..).unwrap_or(&[]);
    seen.iter().zip(profile).map(|(&sum, &weight)| i64::from(sum) * i64::from(weight)).sum()
}
