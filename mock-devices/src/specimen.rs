//! Specimen passports of Utopia for whoever tests a reader: an invented authority, an invented holder, a personalised chip.
//!
//! Everything follows from a seed: the same settings give the same passport. Its country signer is trusted by nobody, and
//! its private keys are no secret.
//!
//! ```
//! use mock_devices::chip::ChipSettings;
//! use mock_devices::specimen::{Specimen, SpecimenSettings};
//!
//! # fn main() -> Result<(), mock_devices::specimen::SpecimenError> {
//! let specimen = Specimen::make(&SpecimenSettings::default())?;
//! assert!(specimen.zone.starts_with("P<UTOERIKSSON<<ANNA<MARIA<<<"));
//! let mut chip = specimen.chip.open(ChipSettings::default(), 1);
//! // SELECT of the eMRTD application.
//! assert_eq!(chip.transmit(b"\x00\xA4\x04\x0C\x07\xA0\x00\x00\x02\x47\x10\x01"), b"\x90\x00");
//! # Ok(()) }
//! ```

mod authority;
mod files;
#[cfg(test)]
mod tests;

use crate::chip::PersonalisedChip;
use crate::chip::image::{self, ImageError};
use authority::Authority;
use chip_profile::access::can::CardAccessNumber;
use chip_profile::access::pace::PaceParameters;
use chip_profile::access::{AccessError, CipherSuite};
use chip_profile::ec::{Curve, HashAlgorithm, KeyError};
use chip_profile::lds::LdsError;
use chip_profile::mrz::MrzError;
use chip_profile::personalisation::ActiveAuthenticationKey;
use chip_profile::personalisation::rsa_key::RsaKeyParts;
use chip_profile::pki::{ProfileError, UnixTime};
use rand_chacha::ChaCha20Rng;
use rand_core::SeedableRng;
use std::path::Path;
use std::{fmt, fs};
use thiserror::Error;

/// Name of the country signer's certificate in a specimen's folder.
pub const COUNTRY_SIGNER_FILE: &str = "csca.der";

/// What kind of passport.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SpecimenSettings {
    /// Date of issue: everything is valid from then on, the document for ten years.
    pub issued: UnixTime,
    /// Curve of the country signer's and the document signer's keys.
    pub curve: Curve,
    /// Whether the chip offers basic access control.
    pub basic_access_control: bool,
    /// Which PACE it offers, with the MRZ and with the card access number; empty for none.
    pub pace: Vec<PaceParameters>,
    /// Curve of the key of active authentication, if the chip has one.
    pub active_authentication: Option<Curve>,
    /// Cipher and curve of chip authentication, if the chip has it.
    pub chip_authentication: Option<(CipherSuite, Curve)>,
    /// All keys and the card access number follow from it.
    pub seed: u64,
}

impl Default for SpecimenSettings {
    /// Issued on 2026-11-20; P-256 throughout; basic access control, PACE with generic mapping, active and chip
    /// authentication with AES-128.
    fn default() -> Self {
        SpecimenSettings {
            issued: UnixTime(1_795_132_800),
            curve: Curve::P256,
            basic_access_control: true,
            pace: vec![PaceParameters::P256_AES128],
            active_authentication: Some(Curve::P256),
            chip_authentication: Some((CipherSuite::Aes128, Curve::P256)),
            seed: 0,
        }
    }
}

/// Why there is no such passport.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum SpecimenError {
    /// A certificate would break its profile.
    #[error("certificate: {0}")]
    Profile(#[from] ProfileError),
    /// A certificate cannot be used as it is to be used.
    #[error("certificate: {0}")]
    Certificate(String),
    /// The zone cannot be written.
    #[error("machine readable zone: {0}")]
    Zone(#[from] MrzError),
    /// A file cannot be written.
    #[error("file: {0}")]
    File(#[from] LdsError),
    /// A password cannot be made of the zone.
    #[error("password: {0}")]
    Password(#[from] AccessError),
    /// A public key cannot be written.
    #[error("key: {0}")]
    Key(#[from] KeyError),
    /// The date of issue is none.
    #[error("the date of issue lies outside of the years 1950 to 2089")]
    Date,
    /// The folder cannot be written.
    #[error(transparent)]
    Image(#[from] ImageError),
}

/// A passport that does not exist.
#[derive(Clone)]
pub struct Specimen {
    /// Files and secrets of the chip.
    pub chip: PersonalisedChip,
    /// The country signer's certificate, DER.
    pub country_signer: Vec<u8>,
    /// The machine readable zone of the data page: two lines with a line feed between them.
    pub zone: String,
    /// The card access number.
    pub card_access_number: CardAccessNumber,
}

impl fmt::Debug for Specimen {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Specimen").field("chip", &self.chip).finish_non_exhaustive()
    }
}

impl Specimen {
    /// Makes the passport.
    ///
    /// # Errors
    /// [`SpecimenError::Date`], and what a curve or a cipher does not allow.
    pub fn make(settings: &SpecimenSettings) -> Result<Self, SpecimenError> {
        let mut rng = ChaCha20Rng::seed_from_u64(settings.seed);
        let authority = Authority::new(settings.curve, settings.issued, &mut rng)?;
        files::passport(settings, &authority, None, &mut rng)
    }

    /// Makes the passport with this RSA key for active authentication, whatever the settings say of one, and `hash` in its
    /// signatures.
    ///
    /// # Errors
    /// As [`Specimen::make`], and a key that no file can carry.
    pub fn make_with_rsa(
        settings: &SpecimenSettings,
        key: RsaKeyParts,
        hash: HashAlgorithm,
    ) -> Result<Self, SpecimenError> {
        let mut rng = ChaCha20Rng::seed_from_u64(settings.seed);
        let authority = Authority::new(settings.curve, settings.issued, &mut rng)?;
        files::passport(settings, &authority, Some(ActiveAuthenticationKey::Rsa { key, hash }), &mut rng)
    }

    /// Puts the chip into a folder as [`image::save`] does, and the country signer's certificate beside it.
    ///
    /// # Errors
    /// [`SpecimenError::Image`].
    pub fn save(&self, folder: &Path) -> Result<(), SpecimenError> {
        image::save(&self.chip, folder)?;
        let path = folder.join(COUNTRY_SIGNER_FILE);
        fs::write(&path, &self.country_signer).map_err(|error| ImageError::Io { path, error })?;
        Ok(())
    }

    /// Document number, date of birth and date of expiry as readers ask for them: the dates as YYMMDD.
    pub fn printed(&self) -> [&str; 3] {
        let lower = self.zone.lines().nth(1).unwrap_or_default();
        [0..9, 13..19, 21..27].map(|range| lower.get(range).unwrap_or_default().trim_end_matches('<'))
    }
}
