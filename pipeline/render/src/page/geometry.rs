//! Where things lie on the page, in millimetres from its top left corner (Doc 9303-4 2 and 3, Doc 9303-3 4).

/// Width of a TD3 data page (Doc 9303-4 2.1).
pub const PAGE_WIDTH_MM: f32 = 125.0;
/// Height of a TD3 data page (Doc 9303-4 2.1).
pub const PAGE_HEIGHT_MM: f32 = 88.0;
/// Height of the machine readable zone, from the bottom edge (Doc 9303-4 figure 3).
pub const MRZ_HEIGHT_MM: f32 = 23.2;
/// Centre lines of the upper and the lower line of the MRZ above the bottom edge (Doc 9303-4 figure 3).
pub const LINE_CENTRES_FROM_BOTTOM_MM: [f32; 2] = [15.75, 9.40];
/// Where the ink of the two lines must lie: from 6.0 mm less the tolerance of 1.0 mm, 114.0 mm wide, each line in a
/// printing zone of 4.3 mm about its centre line (Doc 9303-4 figures 3 and 7). It lies within the 17.0 × 118.0 mm of
/// Doc 9303-3 4.5.
pub const MRZ_PRINTING_ZONE_MM: Rect = Rect::new(5.0, 70.10, 114.0, 10.65);

/// Left edge of the first character of a line (Doc 9303-4 4.2.1.3).
const MRZ_LEFT: f32 = 6.0;
/// Character spacing of the MRZ (Doc 9303-3 4.4).
pub(crate) const MRZ_PITCH: f32 = 2.54;
/// Advance of OCR-B in em; the em at which it becomes the pitch is that of size 1.
const OCR_B_ADVANCE: f32 = 0.723;
/// The em of OCR-B size 1 in millimetres.
pub(crate) const OCR_B_EM: f32 = MRZ_PITCH / OCR_B_ADVANCE;
/// Side bearing of the widest characters of OCR-B in em.
const OCR_B_BEARING: f32 = 0.113;
/// Middle of the digits of OCR-B above the baseline in em.
const OCR_B_MIDDLE: f32 = 0.3795;

/// A rectangle in millimetres from the top left corner of a page.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Rect {
    /// Left edge.
    pub left: f32,
    /// Top edge.
    pub top: f32,
    /// Width.
    pub width: f32,
    /// Height.
    pub height: f32,
}

impl Rect {
    /// A rectangle by its top left corner and its size.
    #[must_use]
    pub const fn new(left: f32, top: f32, width: f32, height: f32) -> Self {
        Self { left, top, width, height }
    }

    /// Right edge.
    #[must_use]
    pub const fn right(&self) -> f32 {
        self.left + self.width
    }

    /// Bottom edge.
    #[must_use]
    pub const fn bottom(&self) -> f32 {
        self.top + self.height
    }
}

/// The zones of the front of the page (Doc 9303-4 3.1), as this design draws them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Zone {
    /// Zone I: header, along the top edge.
    Header,
    /// Zone II: personal data elements.
    Personal,
    /// Zone III: document data elements.
    Document,
    /// Zone IV: the holder's signature or usual mark, its lower boundary on the MRZ.
    Signature,
    /// Zone V: the portrait.
    Portrait,
    /// Zone VI: optional elements on the adjacent (observation) page.
    Optional,
    /// Zone VII: the machine readable zone.
    MachineReadable,
}

impl Zone {
    /// The zone's rectangle; zone VI in millimetres of the adjacent page.
    #[must_use]
    pub const fn rect(self) -> Rect {
        let mrz_top = PAGE_HEIGHT_MM - MRZ_HEIGHT_MM;
        match self {
            Self::Header => Rect::new(0.0, 0.0, PAGE_WIDTH_MM, 10.6),
            Self::Personal => Rect::new(41.0, 10.6, PAGE_WIDTH_MM - 41.0, 34.8),
            Self::Document => Rect::new(41.0, 45.4, PAGE_WIDTH_MM - 41.0, mrz_top - 45.4),
            Self::Signature => Rect::new(72.0, 52.3, 33.0, mrz_top - 52.3),
            Self::Portrait => Rect::new(0.0, 10.6, 41.0, mrz_top - 10.6),
            Self::Optional => Rect::new(0.0, 0.0, PAGE_WIDTH_MM, PAGE_HEIGHT_MM),
            Self::MachineReadable => Rect::new(0.0, mrz_top, PAGE_WIDTH_MM, MRZ_HEIGHT_MM),
        }
    }
}

/// Beyond this there is no print but the background (Doc 9303-4 figure 7, note 3).
pub(crate) const PRINTABLE: Rect = Rect::new(2.0, 2.0, PAGE_WIDTH_MM - 4.0, PAGE_HEIGHT_MM - 4.0);
/// The portrait in zone V: 413 × 531 pixels of 300 dpi, which is within the largest that Doc 9303-4 4.1.1.1 field 19
/// admits (35.0 × 45.0 mm) and at 600 dpi exactly twice as many.
pub(crate) const PORTRAIT: Rect = Rect::new(4.0, 17.6, 413.0 / 300.0 * 25.4, 531.0 / 300.0 * 25.4);
/// The ghost portrait.
pub(crate) const GHOST: Rect = Rect::new(107.5, 47.6, 12.0, 15.43);
/// The transparent window with the second portrait.
pub(crate) const WINDOW: Rect = Rect::new(106.5, 25.6, 14.0, 18.0);
/// The signature within zone IV.
pub(crate) const SIGNATURE: Rect = Rect::new(72.0, 55.3, 31.0, 8.8);
/// The colour portrait of the observation page.
pub(crate) const OBSERVATION_PORTRAIT: Rect = Rect::new(10.0, 14.0, 26.0, 33.43);
/// The text of the observation page.
pub(crate) const OBSERVATION_TEXT: Rect = Rect::new(40.0, 14.0, 76.0, 60.0);

/// Where the pen starts a line of the MRZ and how high its baseline is, both from the top left corner of the page.
pub(crate) fn mrz_pen(line: usize) -> (f32, f32) {
    let centre = LINE_CENTRES_FROM_BOTTOM_MM.get(line).copied().unwrap_or(LINE_CENTRES_FROM_BOTTOM_MM[1]);
    let left = MRZ_LEFT - OCR_B_BEARING * OCR_B_EM;
    (left, PAGE_HEIGHT_MM - centre + OCR_B_MIDDLE * OCR_B_EM)
}

/// Millimetres as pixels, rounded.
pub(crate) fn pixels(millimetres: f32, dpi: u32) -> i32 {
    (millimetres / 25.4 * dpi as f32).round() as i32
}

/// A length in millimetres as a number of pixels, at least 1.
pub(crate) fn extent(millimetres: f32, dpi: u32) -> u32 {
    pixels(millimetres, dpi).max(1).unsigned_abs()
}

/// The place of a millimetre in points of a PDF page (1/72 inch).
pub(crate) fn points(millimetres: f32) -> f32 {
    millimetres / 25.4 * 72.0
}
