//! What intake asks of others: whether a picture can be used, and whether a text can be printed.

use std::sync::Arc;

use persoline_domain::application::Eyes;

/// Looks at pictures before their record is taken in. Implemented by whoever decodes them.
pub trait PortraitCheck: Send + Sync {
    /// Whether `bytes` are a portrait that a document can be made of; answers its size once turned upright.
    ///
    /// # Errors
    /// What is wrong with the picture, and what to do: it is no image, damaged, of a kind that is not read, too large
    /// or too small.
    fn check(&self, bytes: &[u8]) -> Result<PictureSize, PictureFault>;

    /// Whether a full frontal portrait can be cut around these eyes from an upright picture of that size.
    ///
    /// # Errors
    /// What keeps the frame from being laid around them, and what to do.
    fn check_eyes(&self, size: PictureSize, eyes: Eyes) -> Result<(), PictureFault>;

    /// Whether `bytes` are an image of a signature that a page can show.
    ///
    /// # Errors
    /// What is wrong with the image, and what to do, as for [`check`](Self::check).
    fn check_signature(&self, bytes: &[u8]) -> Result<PictureSize, PictureFault>;
}

/// Pixels across and down, upright.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct PictureSize {
    /// Pixels across.
    pub width: u32,
    /// Pixels down.
    pub height: u32,
}

/// Why a picture cannot be used. Neither text says anything of the person or of the file's name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PictureFault {
    /// What is wrong, such as `1 by 1 pixels is too small`.
    pub what: String,
    /// What to do about it, such as `send a portrait of at least 413 by 531 pixels`.
    pub remedy: String,
}

/// Knows which characters the page's fonts have.
pub trait GlyphCoverage: Send + Sync {
    /// Whether every character of `text` can be printed; the error lists those that cannot, each once.
    ///
    /// # Errors
    /// The characters that no font has.
    fn covers(&self, text: &str) -> Result<(), Vec<char>>;
}

impl<T: PortraitCheck + ?Sized> PortraitCheck for Arc<T> {
    fn check(&self, bytes: &[u8]) -> Result<PictureSize, PictureFault> {
        (**self).check(bytes)
    }
    fn check_eyes(&self, size: PictureSize, eyes: Eyes) -> Result<(), PictureFault> {
        (**self).check_eyes(size, eyes)
    }
    fn check_signature(&self, bytes: &[u8]) -> Result<PictureSize, PictureFault> {
        (**self).check_signature(bytes)
    }
}

/// A function such as `render::font::covers` will do.
impl<F: Fn(&str) -> Result<(), Vec<char>> + Send + Sync> GlyphCoverage for F {
    fn covers(&self, text: &str) -> Result<(), Vec<char>> {
        self(text)
    }
}
