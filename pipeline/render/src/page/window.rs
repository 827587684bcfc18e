//! The window layer: the portrait once more, in the transparent window of the data page.

use super::geometry::{WINDOW, extent};
use super::{DataPage, Layer, LayerKind, PageError, PageScratch, PageSettings, code, measure};

/// A picture that light shines through is drawn lighter than one on white.
pub(crate) const WINDOW_STRENGTH: f32 = 0.85;

/// Composes the window layer in the scratch memory.
///
/// # Errors
/// The portrait has not the shape of 35 by 45 mm, or the resolution is out of range.
pub fn compose_window(
    page: &DataPage<'_>,
    settings: &PageSettings,
    scratch: &mut PageScratch,
) -> Result<(), PageError> {
    let dpi = settings.checked_dpi()?;
    let (width, height) = (extent(WINDOW.width, dpi), extent(WINDOW.height, dpi));
    let mut portrait = measure(page.portrait, &mut scratch.tone)?;
    let image = portrait.engrave(width, height, WINDOW_STRENGTH, &mut scratch.resizer)?;
    scratch.window.prepare(width, height, 1);
    scratch.window.copy(0, 0, width as usize, image);
    Ok(())
}

/// Codes the window layer last composed: PNG, grey, lossless.
///
/// # Errors
/// [`PageError::Coding`] when no window layer was composed in `scratch`, or the coder fails.
pub fn code_window(settings: &PageSettings, scratch: &PageScratch) -> Result<Layer, PageError> {
    let origin = (WINDOW.left, WINDOW.top);
    code::layer(&scratch.window, LayerKind::Window, settings.dpi, origin, settings.colour_quality)
}
