//! One document, bound to a booklet and prepared, with what each primitive takes.

use chip_profile::personalisation::ChipData;
use persoline_domain::application::Payload;
use persoline_domain::identifiers::DocumentNumber;
use persoline_domain::signer::Signer;
use persoline_render::page::DataPage;
use persoline_render::picture::Picture;
use persoline_render::portrait::crop::{self, Crop, Eyes};
use persoline_render::portrait::decode::{self, Orientation};
use persoline_render::portrait::prepare::PortraitScratch;
use persoline_render::portrait::resize::Source;
use persoline_stage::chip_data::ChipContents;
use persoline_stage::chip_keys::ChipKeys;
use persoline_stage::prepare::{self, Prepared};
use persoline_stage::render::{self, PageFacts};
use persoline_stage::sign::SigningStage;

use crate::hall::Hall;
use crate::{Failure, failure};

/// A document with everything that comes before and after each step of it.
pub struct Specimen {
    /// The application with its pictures.
    pub payload: Payload,
    /// The document number.
    pub number: DocumentNumber,
    /// The photograph, decoded as it is stored.
    pub photograph: Picture,
    /// How it has to be turned.
    pub orientation: Orientation,
    /// Which part of it becomes the portrait.
    pub crop: Crop,
    /// What page and chip have in common.
    pub prepared: Prepared,
    /// The chip's keys and files, all but EF.SOD.
    pub chip: ChipData,
}

impl Specimen {
    /// Prepares a document in `hall`.
    ///
    /// # Errors
    /// The application cannot be made into a document.
    pub fn prepare(hall: &Hall, signer: &dyn Signer, payload: Payload, number: usize) -> Result<Self, Failure> {
        let settings = &hall.centre.portrait;
        let (info, photograph) = decode::decode_as_stored(payload.portrait.expose(), &settings.limits, Vec::new())?;
        let point = |(x, y): (u32, u32)| (f64::from(x), f64::from(y));
        let eyes = payload.application.eyes.map(|eyes| Eyes { left: point(eyes.left), right: point(eyes.right) });
        let size = (info.width, info.height);
        let crop = crop::plan(size, eyes.as_ref(), settings.frame, settings.photographs_are_composed)?;
        let number = DocumentNumber(serial(number));
        let (at, today) = (hall.clock.now(), hall.clock.now().utc_date());
        let scratch = &mut PortraitScratch::default();
        let prepared =
            prepare::prepare(&hall.centre, &*hall.random, &payload, &number, today, scratch).map_err(failure)?;
        let chip = ChipContents::of(&hall.centre, &payload, &prepared, at, scratch)
            .and_then(|contents| contents.with_keys(&hall.centre, ChipKeys::injected(&hall.centre, signer)?))
            .map_err(failure)?
            .data;
        let orientation = info.orientation;
        Ok(Specimen { payload, number, photograph, orientation, crop, prepared, chip })
    }

    /// The photograph, as resampling takes it.
    pub fn source(&self) -> Source<'_> {
        Source { stored: &self.photograph, orientation: self.orientation }
    }

    /// Signs the document, so that EF.SOD is among its files.
    ///
    /// # Errors
    /// The signer refuses.
    pub fn sign(&mut self, hall: &Hall, signing: &SigningStage) -> Result<(), Failure> {
        signing.sign(&mut self.chip.files, None, hall.clock.now()).map(drop).map_err(failure)
    }

    /// Hands what the page shows to `work`.
    ///
    /// # Errors
    /// What `work` says, or the signature image cannot be read.
    pub fn with_page<T>(
        &self,
        hall: &Hall,
        work: impl FnOnce(&DataPage<'_>) -> Result<T, persoline_render::page::PageError>,
    ) -> Result<T, Failure> {
        render::with_page(&hall.centre, &self.payload, &self.facts(), work).map_err(failure)
    }

    /// What the page shows beside the application.
    pub fn facts(&self) -> PageFacts<'_> {
        self.prepared.facts(&self.number)
    }
}

/// A booklet's serial as makers perforate it.
pub fn serial(number: usize) -> String {
    format!("K{number:08}")
}
