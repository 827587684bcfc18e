//! The data page of a passport, TD3 (Doc 9303-4): from the holder's data to the layers that machines put on the blank.
//!
//! ```no_run
//! # use persoline_render::page::{self, DataPage, PageError, PageScratch, PageSettings};
//! # fn example(data: &DataPage<'_>) -> Result<(), PageError> {
//! let settings = PageSettings::default();
//! let mut scratch = PageScratch::new(); // one for each worker, used again for every page
//! let layers = page::compose(data, &settings, &mut scratch)?;
//! assert_eq!(layers.laser.dpi, 600);
//! # Ok(())
//! # }
//! ```
//!
//! Each step can be called alone: [`compose_laser`], [`code_laser`] and their counterparts. What does not change from
//! person to person is on the blank already and in no layer.

mod canvas;
mod code;
mod date;
mod error;
mod field;
pub(crate) mod fit;
pub(crate) mod geometry;
mod input;
mod laser;
mod layer;
mod observation;
mod portrait;
pub(crate) mod text;
mod window;

pub(crate) use canvas::{Canvas, mix};
pub use code::png;
pub(crate) use code::{colour_png, jpeg_grey};
pub use date::PageDate;
pub use error::PageError;
pub use field::Field;
pub use geometry::{
    LINE_CENTRES_FROM_BOTTOM_MM, MRZ_HEIGHT_MM, MRZ_PRINTING_ZONE_MM, PAGE_HEIGHT_MM, PAGE_WIDTH_MM, Rect, Zone,
};
pub use input::{DataPage, Sex};
pub use laser::{code_laser, compose_laser};
pub use layer::{Coding, Layer, LayerKind, Layers};
pub use observation::{code_observation, compose_observation};
pub(crate) use portrait::{ToneBuffers, measure, place_signature};
pub use window::{code_window, compose_window};

use fast_image_resize::Resizer;

use crate::font::atlas::Atlas;

/// How pages are rendered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PageSettings {
    /// Dots per inch of every layer, [`PageSettings::MIN_DPI`] to [`PageSettings::MAX_DPI`].
    pub dpi: u32,
    /// JPEG quality of the colour layer, 1 to 100.
    pub colour_quality: u8,
}

impl PageSettings {
    /// The least resolution at which the MRZ is still well formed.
    pub const MIN_DPI: u32 = 200;
    /// The greatest resolution: a laser layer then has 22 million pixels.
    pub const MAX_DPI: u32 = 1_200;

    fn checked_dpi(&self) -> Result<u32, PageError> {
        let range = Self::MIN_DPI..=Self::MAX_DPI;
        if range.contains(&self.dpi) { Ok(self.dpi) } else { Err(PageError::Resolution { dpi: self.dpi }) }
    }
}

impl Default for PageSettings {
    fn default() -> Self {
        Self { dpi: 600, colour_quality: 85 }
    }
}

/// Memory that a worker keeps from page to page: canvases, rasterised glyphs, buffers of the resampler.
///
/// It holds the last holder's page until the next is composed or it is dropped.
pub struct PageScratch {
    pub(crate) atlas: Atlas,
    pub(crate) resizer: Resizer,
    pub(crate) tone: ToneBuffers,
    pub(crate) laser: Canvas,
    pub(crate) window: Canvas,
    pub(crate) observation: Canvas,
    pub(crate) microtext: Canvas,
}

impl PageScratch {
    /// Scratch memory, empty; about 7 MB after the first page at 600 dpi.
    #[must_use]
    pub fn new() -> Self {
        Self {
            atlas: Atlas::default(),
            resizer: Resizer::new(),
            tone: ToneBuffers::default(),
            laser: Canvas::default(),
            window: Canvas::default(),
            observation: Canvas::default(),
            microtext: Canvas::default(),
        }
    }
}

impl Default for PageScratch {
    fn default() -> Self {
        Self::new()
    }
}

impl std::fmt::Debug for PageScratch {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("PageScratch").finish_non_exhaustive()
    }
}

/// The places of portrait, ghost and window with the strength of each.
pub(crate) fn strengths(places: [Rect; 3]) -> [(Rect, f32); 3] {
    let [portrait, ghost, window] = places;
    [(portrait, 1.0), (ghost, laser::GHOST_STRENGTH), (window, window::WINDOW_STRENGTH)]
}

/// Composes and codes all layers of a page.
///
/// # Errors
/// As [`compose_laser`], [`compose_window`] and [`compose_observation`]; [`PageError::Coding`] when a layer cannot be
/// coded. No layer is given out then.
pub fn compose(page: &DataPage<'_>, settings: &PageSettings, scratch: &mut PageScratch) -> Result<Layers, PageError> {
    compose_laser(page, settings, scratch)?;
    compose_window(page, settings, scratch)?;
    compose_observation(page, settings, scratch)?;
    Ok(Layers {
        laser: code_laser(settings, scratch)?,
        window: code_window(settings, scratch)?,
        observation: code_observation(settings, scratch)?,
    })
}

#[cfg(test)]
pub(crate) mod samples;
#[cfg(test)]
mod tests;
