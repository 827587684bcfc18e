//! What intake asks of the page and the portrait, joined here.

use persoline_domain::application::Eyes;
use persoline_intake::{PictureFault, PictureSize, PortraitCheck};
use persoline_render::portrait::PortraitError;
use persoline_render::portrait::crop::{self, Frame};
use persoline_render::portrait::decode::{self, DecodeLimits};
use persoline_render::portrait::prepare::PortraitSettings;
use persoline_stage::render::SIGNATURE_LIMITS;

/// Portraits are decoded wholly before their record is taken in.
pub(crate) struct RenderedPortraits {
    /// What portraits may be.
    pub(crate) limits: DecodeLimits,
    /// The portrait's frame.
    pub(crate) frame: Frame,
    /// Whether the channels answer for full frontal composition.
    pub(crate) photographs_are_composed: bool,
}

impl RenderedPortraits {
    /// As the stages will take them.
    pub(crate) fn of(settings: &PortraitSettings) -> Self {
        RenderedPortraits {
            limits: settings.limits,
            frame: settings.frame,
            photographs_are_composed: settings.photographs_are_composed,
        }
    }
}

impl PortraitCheck for RenderedPortraits {
    fn check(&self, bytes: &[u8]) -> Result<PictureSize, PictureFault> {
        sized(bytes, &self.limits, "send the portrait as a JPEG or PNG of 413 by 531 pixels or more")
    }
    fn check_eyes(&self, size: PictureSize, eyes: Eyes) -> Result<(), PictureFault> {
        let point = |(x, y): (u32, u32)| (f64::from(x), f64::from(y));
        let eyes = crop::Eyes { left: point(eyes.left), right: point(eyes.right) };
        crop::plan((size.width, size.height), Some(&eyes), self.frame, self.photographs_are_composed)
            .map(|_| ())
            .map_err(|error| fault(&error, "send where the eyes are in the upright picture, or leave them out"))
    }
    fn check_signature(&self, bytes: &[u8]) -> Result<PictureSize, PictureFault> {
        sized(bytes, &SIGNATURE_LIMITS, "send the signature as a JPEG or PNG, dark on light")
    }
}

fn sized(bytes: &[u8], limits: &DecodeLimits, remedy: &str) -> Result<PictureSize, PictureFault> {
    decode::check(bytes, limits)
        .map(|info| PictureSize { width: info.width, height: info.height })
        .map_err(|error| fault(&error, remedy))
}

fn fault(error: &PortraitError, remedy: &str) -> PictureFault {
    PictureFault { what: error.to_string(), remedy: remedy.to_owned() }
}
