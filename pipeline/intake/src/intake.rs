//! What records are checked with.

use crate::person::PersonSecret;
use crate::ports::{GlyphCoverage, PortraitCheck};
use crate::trust::Trust;

/// Checks records and takes in files.
pub struct Intake<'a> {
    pub(crate) portraits: &'a dyn PortraitCheck,
    pub(crate) glyphs: &'a dyn GlyphCoverage,
    pub(crate) persons: &'a PersonSecret,
    pub(crate) trust: Trust,
    pub(crate) limits: Limits,
}

/// Bounds of what is held in memory.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of a line.
    pub line_bytes: usize,
    /// Bytes of a picture file.
    pub picture_bytes: u64,
    /// Records handed on at once, at most.
    pub batch_records: usize,
    /// Bytes of pictures after which a batch is handed on early.
    pub batch_bytes: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Limits { line_bytes: 64 << 10, picture_bytes: 24 << 20, batch_records: 64, batch_bytes: 32 << 20 }
    }
}

impl<'a> Intake<'a> {
    /// An intake with the usual limits.
    pub fn new(
        portraits: &'a dyn PortraitCheck,
        glyphs: &'a dyn GlyphCoverage,
        persons: &'a PersonSecret,
        trust: Trust,
    ) -> Self {
        Intake { portraits, glyphs, persons, trust, limits: Limits::default() }
    }

    /// The same with other limits.
    pub fn with_limits(self, limits: Limits) -> Self {
        Intake { limits, ..self }
    }
}
