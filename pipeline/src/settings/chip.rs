//! What the chips of the documents hold and offer.

use chip_profile::access::CipherSuite;
use chip_profile::access::pace::{Mapping, PaceParameters};
use chip_profile::access::policy::{AccessPolicy, BASIC_ACCESS_FORBIDDEN_FROM};
use chip_profile::lds::dg2::{FaceFormat, FaceFormatPolicy};
use chip_profile::mrz::CivilDate;
use chip_profile::personalisation::ChipLimits;
use persoline_domain::signer::KeyCurve;
use persoline_stage::Centre;
use persoline_stage::centre::{ActiveAuthentication, KeyOrigin};
use serde::{Deserialize, Serialize};

/// `"chip"` in `centre.json`. What is left out is as a new passport needs it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct ChipSettings {
    /// From this date of issue chips offer PACE; all do when it is left out.
    pub(crate) pace_from: Option<Day>,
    /// From this date of issue chips offer no basic access control; null when none does.
    pub(crate) no_basic_access_from: Option<Day>,
    /// Whether a card access number is printed and opens the chip.
    pub(crate) card_access_number: bool,
    /// Whether the holder's signature stands in the chip too, as DG7.
    pub(crate) displayed_signature: bool,
    /// From this date of issue the face is in ISO/IEC 39794-5, before in 19794-5: 2026-01-01 to 2030-01-01.
    pub(crate) iso_39794_from: Day,
    /// Each PACE that chips offer.
    pub(crate) pace: Vec<Pace>,
    /// Each chip's active authentication key: its curve, or RSA-2048.
    pub(crate) active_authentication: String,
    /// Curve of each chip's chip authentication key.
    pub(crate) chip_authentication: String,
    /// Where the keys of chips are made.
    pub(crate) keys: Keys,
    /// What the chips' product takes in one command; written into each chip as EF.ATR/INFO.
    pub(crate) product: Product,
}

/// Where the keys of chips are made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Keys {
    /// By the host, which brings them to the chip.
    Injected,
    /// By the chip, before anything is signed.
    OnChip,
}

/// A PACE that chips offer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Pace {
    /// How nonce and keys become the generator of the key agreement.
    pub(crate) mapping: PaceMapping,
    /// Cipher of the session.
    #[serde(default = "usual_cipher")]
    pub(crate) cipher: String,
    /// Curve of the key agreement.
    #[serde(default = "usual_curve")]
    pub(crate) curve: String,
}

/// Mapping of PACE.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum PaceMapping {
    /// Generic mapping.
    Generic,
    /// Generic mapping that also proves the chip's key.
    ChipAuthentication,
}

/// What the chips' product takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Product {
    /// Bytes of the data field of one command or answer.
    pub(crate) buffer: usize,
    /// Whether it speaks extended length.
    pub(crate) extended_length: bool,
}

/// The name of RSA keys for active authentication.
const RSA_2048: &str = "RSA-2048";

/// Ciphers of PACE by their names; no new chip is given Triple-DES.
const CIPHERS: [(&str, CipherSuite); 3] =
    [("AES-128", CipherSuite::Aes128), ("AES-192", CipherSuite::Aes192), ("AES-256", CipherSuite::Aes256)];

fn usual_cipher() -> String {
    CIPHERS[0].0.to_owned()
}

fn usual_curve() -> String {
    KeyCurve::P256.name().to_owned()
}

/// A day as ISO 8601 writes it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub(crate) struct Day(CivilDate);

impl TryFrom<String> for Day {
    type Error = String;
    fn try_from(text: String) -> Result<Day, String> {
        let date: jiff::civil::Date = text.parse().map_err(|error: jiff::Error| error.to_string())?;
        let year = u16::try_from(date.year()).ok();
        year.and_then(|year| CivilDate::new(year, date.month().unsigned_abs(), date.day().unsigned_abs()))
            .map(Day)
            .ok_or_else(|| format!("{text} lies outside of the calendar"))
    }
}

impl From<Day> for String {
    fn from(Day(date): Day) -> String {
        format!("{:04}-{:02}-{:02}", date.year(), date.month(), date.day())
    }
}

impl Default for ChipSettings {
    fn default() -> Self {
        let centre = Centre::utopia();
        ChipSettings {
            pace_from: None,
            no_basic_access_from: Some(Day(BASIC_ACCESS_FORBIDDEN_FROM)),
            card_access_number: centre.has_card_access_number,
            displayed_signature: centre.has_displayed_signature,
            iso_39794_from: Day(centre.face_format.iso39794_from),
            pace: vec![Pace { mapping: PaceMapping::Generic, cipher: usual_cipher(), curve: usual_curve() }],
            active_authentication: KeyCurve::P256.name().to_owned(),
            chip_authentication: centre.chip_authentication.name().to_owned(),
            keys: Keys::Injected,
            product: Product { buffer: centre.chip_limits.buffer, extended_length: centre.chip_limits.extended_length },
        }
    }
}

impl ChipSettings {
    /// `centre` with these settings.
    ///
    /// # Errors
    /// What no chip may be, in words.
    pub(crate) fn applied(&self, mut centre: Centre) -> Result<Centre, String> {
        let day = |day: Option<Day>| day.map(|Day(date)| date);
        centre.access =
            AccessPolicy { pace_from: day(self.pace_from), no_basic_access_from: day(self.no_basic_access_from) };
        centre.access.check().map_err(|error| error.to_string())?;
        let Day(from) = self.iso_39794_from;
        if !FaceFormat::Iso39794.may_be_issued(from) || from > FaceFormatPolicy::default().iso39794_from {
            return Err("iso_39794_from must be a day from 2026-01-01 to 2030-01-01".to_owned());
        }
        centre.face_format = FaceFormatPolicy { iso39794_from: from };
        centre.has_card_access_number = self.card_access_number;
        centre.has_displayed_signature = self.displayed_signature;
        centre.chip_limits = self.product.limits()?;
        centre.chip_authentication = curve("chip_authentication", &self.chip_authentication)?;
        centre.active_authentication = match self.active_authentication.as_str() {
            RSA_2048 => ActiveAuthentication::Rsa,
            name => ActiveAuthentication::Ec(curve("active_authentication", name)?),
        };
        centre.keys = match self.keys {
            Keys::Injected => KeyOrigin::Injected,
            Keys::OnChip => KeyOrigin::OnChip,
        };
        if centre.active_authentication == ActiveAuthentication::Rsa {
            if centre.keys == KeyOrigin::OnChip {
                return Err("chips do not make RSA keys in the time that a line has: with \"keys\": \"on_chip\" \
                            active_authentication is the name of a curve"
                    .to_owned());
            }
            if !centre.chip_limits.extended_length {
                return Err("answers of RSA-2048 are longer than a product without extended_length can give".to_owned());
            }
        }
        centre.pace = self.pace.iter().map(Pace::parameters).collect::<Result<_, _>>()?;
        check_pace(&centre.pace, centre.chip_authentication)?;
        Ok(centre)
    }
}

impl Product {
    fn limits(self) -> Result<ChipLimits, String> {
        let limits = ChipLimits::new(self.buffer, self.extended_length);
        if self.buffer > LARGEST_BUFFER || limits.update_chunk().is_none() {
            return Err(format!("product: a buffer of {} bytes is none that a chip can be written with", self.buffer));
        }
        Ok(limits)
    }
}

/// What length fields can say, in bytes.
const LARGEST_BUFFER: usize = 65_535;

impl Pace {
    fn parameters(&self) -> Result<PaceParameters, String> {
        let mapping = match self.mapping {
            PaceMapping::Generic => Mapping::Generic,
            PaceMapping::ChipAuthentication => Mapping::ChipAuthentication,
        };
        let cipher = CIPHERS.iter().find(|(name, _)| *name == self.cipher).map(|(_, suite)| *suite);
        let cipher = cipher.ok_or_else(|| format!("pace: {} is not AES-128, AES-192 or AES-256", self.cipher))?;
        let curve = curve("pace", &self.curve)?.curve();
        PaceParameters::new(mapping, cipher, curve).ok_or_else(|| format!("pace: no mapping with {}", self.cipher))
    }
}

fn curve(name: &str, curve: &str) -> Result<KeyCurve, String> {
    KeyCurve::parse(curve).ok_or_else(|| format!("{name}: {curve} is not a curve that keys are made on"))
}

/// Refuses what chips cannot offer together.
fn check_pace(offered: &[PaceParameters], chip_authentication: KeyCurve) -> Result<(), String> {
    let is = |mapping| move |parameters: &&PaceParameters| parameters.mapping() == mapping;
    if offered.iter().find(is(Mapping::Generic)).is_none() {
        // Doc 9303-11 4.4: readers that know no chip authentication mapping must find another.
        return Err("pace: a chip must offer generic mapping, whatever else it offers".to_owned());
    }
    if let Some(mapped) = offered
        .iter()
        .filter(is(Mapping::ChipAuthentication))
        .find(|mapped| mapped.curve() != chip_authentication.curve())
    {
        let name = chip_authentication.name();
        let what = "chip authentication mapping proves the key of chip authentication, and so is on its curve";
        return Err(format!("pace: {what}, which is {name} and not that of parameter {}", parameter(mapped)));
    }
    for (index, one) in offered.iter().enumerate() {
        let before = offered.get(..index).unwrap_or_default();
        if before.iter().any(|other| other.object_identifier() == one.object_identifier()) {
            return Err("pace: the same mapping and cipher is there twice".to_owned());
        }
    }
    Ok(())
}

/// The number by which PACE names its curve.
fn parameter(parameters: &PaceParameters) -> u8 {
    parameters.curve().standardized_parameter_id()
}

#[cfg(test)]
mod tests {
    use super::*;
    use chip_profile::ec::Curve;

    fn applied(text: &str) -> Result<Centre, String> {
        let settings: ChipSettings = serde_json::from_str(text).map_err(|error| error.to_string())?;
        settings.applied(Centre::utopia())
    }

    #[test]
    fn what_is_left_out_is_as_a_new_passport_needs_it() {
        let centre = applied("{}").unwrap();
        assert_eq!(centre.access, AccessPolicy::default());
        assert!(centre.has_card_access_number);
        assert_eq!(ChipSettings::default(), serde_json::from_str("{}").unwrap());
    }

    #[test]
    fn the_format_of_the_face_changes_when_the_centre_says_so() {
        let day = |text: &str| CivilDate::parse(text).unwrap();
        let centre = applied(r#"{"iso_39794_from": "2027-07-01"}"#).unwrap();
        assert_eq!(centre.face_format.format(day("20270630")), FaceFormat::Iso19794);
        assert_eq!(centre.face_format.format(day("20270701")), FaceFormat::Iso39794);
    }

    #[test]
    fn an_earlier_end_of_basic_access_control_is_a_setting_and_a_later_one_is_refused() {
        let day = |text: &str| CivilDate::parse(text).unwrap();
        let centre = applied(r#"{"no_basic_access_from": "2026-06-01", "card_access_number": false}"#).unwrap();
        assert!(!centre.access.offer(day("20260601")).basic_access_control && !centre.has_card_access_number);
        assert!(
            !applied(r#"{"no_basic_access_from": null}"#).unwrap().access.offer(day("20240101")).basic_access_control
        );
        for wrong in [
            r#"{"no_basic_access_from": "2028-01-02"}"#,
            r#"{"pace_from": "2027-01-02"}"#,
            r#"{"pace_from": "2026-12-24", "no_basic_access_from": null}"#,
            r#"{"active_authentication": "P-1"}"#,
            r#"{"pace_from": "2026-02-30"}"#,
            r#"{"iso_39794_from": "2025-12-31"}"#,
            r#"{"iso_39794_from": "2030-01-02"}"#,
            r#"{"bac": true}"#,
        ] {
            assert!(applied(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn profiles_are_settings_and_what_does_not_go_together_is_told() {
        let pace =
            r#"[{"mapping": "chip_authentication", "cipher": "AES-256", "curve": "P-384"}, {"mapping": "generic"}]"#;
        let centre = applied(&format!(
            r#"{{"pace": {pace}, "chip_authentication": "P-384", "active_authentication": "RSA-2048"}}"#
        ));
        let centre = centre.unwrap();
        let mapped = PaceParameters::new(Mapping::ChipAuthentication, CipherSuite::Aes256, Curve::P384).unwrap();
        assert_eq!(centre.pace, [mapped, PaceParameters::P256_AES128]);
        assert_eq!(centre.chip_authentication_suite(), CipherSuite::Aes256);
        assert_eq!(centre.active_authentication, ActiveAuthentication::Rsa);
        let centre = applied(r#"{"keys": "on_chip", "product": {"buffer": 400, "extended_length": false}}"#).unwrap();
        assert_eq!((centre.keys, centre.chip_limits), (KeyOrigin::OnChip, ChipLimits::new(400, false)));

        for (wrong, why) in [
            (r#"{"keys": "on_chip", "active_authentication": "RSA-2048"}"#, "chips do not make RSA keys"),
            (
                r#"{"active_authentication": "RSA-2048", "product": {"buffer": 1024, "extended_length": false}}"#,
                "without extended_length",
            ),
            (r#"{"pace": []}"#, "must offer generic mapping"),
            (r#"{"pace": [{"mapping": "chip_authentication"}]}"#, "must offer generic mapping"),
            (r#"{"pace": [{"mapping": "generic"}, {"mapping": "generic", "curve": "P-384"}]}"#, "there twice"),
            (
                r#"{"chip_authentication": "P-384", "pace": [{"mapping": "generic"}, {"mapping": "chip_authentication"}]}"#,
                "which is P-384",
            ),
            (r#"{"pace": [{"mapping": "integrated"}]}"#, "integrated"),
            (r#"{"pace": [{"mapping": "generic", "cipher": "3DES"}]}"#, "3DES is not AES"),
            (r#"{"pace": [{"mapping": "generic", "curve": "P-521"}]}"#, "P-521 is not a curve"),
            (r#"{"keys": "elsewhere"}"#, "elsewhere"),
            (r#"{"product": {"buffer": 100, "extended_length": true}}"#, "buffer of 100"),
            (r#"{"product": {"buffer": 70000, "extended_length": true}}"#, "buffer of 70000"),
        ] {
            let error = applied(wrong).unwrap_err();
            assert!(error.contains(why), "{wrong}: {error}");
        }
    }
}
