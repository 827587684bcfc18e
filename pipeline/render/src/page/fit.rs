//! Setting a text into its place: as large as foreseen, else smaller, else on two lines.

use crate::font::Face;
use crate::font::shape::{Glyph, shape, width};

use super::{Field, PageError};

/// The smallest em, in millimetres: capitals of 1.3 mm.
const SMALLEST: f32 = 1.8;
/// From here on two lines are tried before the text is made smaller still.
const SMALLEST_ON_ONE_LINE: f32 = 2.2;
/// The largest em of two lines.
const LARGEST_ON_TWO_LINES: f32 = 2.2;
/// Baseline of the upper of two lines above that of a single line, and the distance between the two: ideographs stay
/// clear of the caption above and of the next one below.
const UPPER_LINE: f32 = 1.2;
const LINE_DISTANCE: f32 = 2.2;
/// The sizes tried differ by this, so that an atlas has few to hold.
const STEP: f32 = 0.1;

/// A line of text in its place.
#[derive(Clone)]
pub(crate) struct Line {
    /// The field it belongs to; tests look for it.
    #[cfg_attr(not(test), expect(dead_code, reason = "tests find a field's lines by it"))]
    pub(crate) field: Field,
    /// Pen at the start, millimetres from the left edge of the page.
    pub(crate) left: f32,
    /// Baseline, millimetres from the top edge of the page.
    pub(crate) baseline: f32,
    /// Size of the em in millimetres.
    pub(crate) em: f32,
    /// The glyphs in order.
    pub(crate) glyphs: Vec<Glyph>,
}

/// Where a field's text goes.
#[derive(Clone, Copy)]
pub(crate) struct Place {
    /// The field.
    pub(crate) field: Field,
    /// Left edge in millimetres.
    pub(crate) left: f32,
    /// Width in millimetres.
    pub(crate) width: f32,
    /// Baseline of a single line in millimetres from the top of the page.
    pub(crate) baseline: f32,
    /// The em that is tried first, in millimetres.
    pub(crate) em: f32,
    /// Whether there is height for two lines.
    pub(crate) two_lines: bool,
}

/// Sets a text; gives one line or two, none for an empty text. The error names the field and never its text.
pub(crate) fn fit(place: Place, text: &str) -> Result<Vec<Line>, PageError> {
    let field = place.field;
    let glyphs = shape(Face::Regular, text).map_err(|characters| PageError::MissingGlyph { field, characters })?;
    if glyphs.is_empty() {
        return Ok(Vec::new());
    }
    let natural = width(&glyphs);
    let floor = if place.two_lines { SMALLEST_ON_ONE_LINE } else { SMALLEST };
    if let Some(em) = sizes(place.em, floor).find(|em| natural * em <= place.width) {
        return Ok(vec![Line { field, left: place.left, baseline: place.baseline, em, glyphs }]);
    }
    if !place.two_lines {
        return Err(PageError::TooLong { field });
    }
    for em in sizes(LARGEST_ON_TWO_LINES, SMALLEST) {
        let lines = halves(&glyphs, place.width / em).unwrap_or_else(|| wrap(&glyphs, place.width / em));
        if lines.len() <= 2 && lines.iter().all(|line| width(line) * em <= place.width) {
            let upper = place.baseline - UPPER_LINE;
            let set = lines.into_iter().enumerate().map(|(number, line)| Line {
                field,
                left: place.left,
                baseline: upper + number as f32 * LINE_DISTANCE,
                em,
                glyphs: line.to_vec(),
            });
            return Ok(set.collect());
        }
    }
    Err(PageError::TooLong { field })
}

/// A text in two languages breaks after the oblique between them, where both halves fit.
fn halves(glyphs: &[Glyph], limit: f32) -> Option<Vec<&[Glyph]>> {
    let middle =
        glyphs.windows(2).position(|pair| matches!(pair, [a, b] if (a.character, b.character) == ('/', ' ')))?;
    let (upper, lower) = glyphs.split_at(middle + 1);
    let lower = trim_start(lower);
    (width(upper) <= limit && width(lower) <= limit && !lower.is_empty()).then(|| vec![upper, lower])
}

/// Breaks glyphs into lines of at most `limit` em, at spaces, after obliques and hyphens and between ideographs.
/// A word longer than the limit stands alone on a line that is too long.
pub(crate) fn wrap(glyphs: &[Glyph], limit: f32) -> Vec<&[Glyph]> {
    let mut lines = Vec::new();
    let mut rest = trim_start(glyphs);
    while !rest.is_empty() {
        let (line, after) = rest.split_at(line_end(rest, limit));
        lines.push(trim_end(line));
        rest = trim_start(after);
    }
    lines
}

fn line_end(glyphs: &[Glyph], limit: f32) -> usize {
    let mut used = 0.0;
    let mut last_break = None;
    for (index, glyph) in glyphs.iter().enumerate() {
        if index > 0 && may_break(glyphs.get(index - 1), glyph) {
            last_break = Some(index);
        }
        used += glyph.advance;
        if used > limit && glyph.character != ' ' {
            // A word that is too long by itself is kept whole up to its own end.
            if let Some(at) = last_break {
                return at;
            }
            let next = glyphs.iter().enumerate().skip(index + 1);
            let mut ends = next.filter(|(at, after)| may_break(glyphs.get(at - 1), after));
            return ends.next().map_or(glyphs.len(), |(at, _)| at);
        }
    }
    glyphs.len()
}

fn may_break(before: Option<&Glyph>, after: &Glyph) -> bool {
    let Some(before) = before else { return false };
    let after_break = matches!(before.character, ' ' | '/' | '-') && after.character != ' ';
    let between = before.face == Face::Chinese && after.face == Face::Chinese;
    after_break || (between && !"，。、；：）」』〉》".contains(after.character))
}

fn trim_start(glyphs: &[Glyph]) -> &[Glyph] {
    let spaces = glyphs.iter().take_while(|glyph| glyph.character == ' ').count();
    glyphs.get(spaces..).unwrap_or(&[])
}

fn trim_end(glyphs: &[Glyph]) -> &[Glyph] {
    let spaces = glyphs.iter().rev().take_while(|glyph| glyph.character == ' ').count();
    glyphs.get(..glyphs.len() - spaces).unwrap_or(&[])
}

fn sizes(largest: f32, smallest: f32) -> impl Iterator<Item = f32> {
    let count = ((largest - smallest) / STEP + 0.5).max(0.0) as usize;
    (0..=count).map(move |step| largest - step as f32 * STEP)
}

#[cfg(test)]
mod tests {
    use super::*;

    const PLACE: Place =
        Place { field: Field::PrimaryIdentifier, left: 42.0, width: 79.0, baseline: 16.1, em: 3.0, two_lines: true };

    #[test]
    fn a_short_text_keeps_its_size_and_a_longer_one_shrinks() {
        let short = fit(PLACE, "ERIKSSON").unwrap();
        assert_eq!((short.len(), short[0].em), (1, 3.0));
        let longer = fit(PLACE, "BENNELONG WOOLOOMOOLOO WARRANDYTE WARNAMBOOL").unwrap();
        assert_eq!(longer.len(), 1);
        assert!(longer[0].em < 3.0 && longer[0].em >= SMALLEST_ON_ONE_LINE - 0.001);
    }

    #[test]
    fn a_long_text_goes_on_two_lines_that_stay_within_the_place() {
        let lines = fit(PLACE, &"CHAYAPA DEJTHAMRONG ".repeat(5)).unwrap();
        assert_eq!(lines.len(), 2);
        for line in &lines {
            assert!(width(&line.glyphs) * line.em <= PLACE.width);
        }
        assert!(lines[1].baseline - lines[0].baseline > lines[0].em - 0.001);
        assert_eq!(lines[1].glyphs[0].character, 'D');
    }

    #[test]
    fn a_text_beyond_that_is_refused_by_the_name_of_its_field() {
        let error = fit(PLACE, &"WOOLOOMOOLOO ".repeat(30)).err().unwrap();
        assert_eq!(error, PageError::TooLong { field: Field::PrimaryIdentifier });
        assert!(!error.to_string().contains("WOOL"));
        assert!(fit(PLACE, &"W".repeat(100)).is_err());
    }

    #[test]
    fn two_languages_break_at_the_oblique() {
        let place = Place { width: 32.5, ..PLACE };
        let lines = fit(place, "入境事務處 / IMMIGRATION DEPARTMENT").unwrap();
        let texts: Vec<String> =
            lines.iter().map(|line| line.glyphs.iter().map(|glyph| glyph.character).collect()).collect();
        assert_eq!(texts, ["入境事務處 /", "IMMIGRATION DEPARTMENT"]);
    }

    #[test]
    fn chinese_breaks_between_ideographs_but_not_before_a_comma() {
        let glyphs = shape(Face::Regular, "中文名字，很長").unwrap();
        let lines: Vec<String> =
            wrap(&glyphs, 4.0).iter().map(|line| line.iter().map(|glyph| glyph.character).collect()).collect();
        assert_eq!(lines, ["中文名", "字，很長"]);
    }
}
