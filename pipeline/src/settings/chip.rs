//! What the chips of the documents hold and offer.

use chip_profile::access::policy::{AccessPolicy, BASIC_ACCESS_FORBIDDEN_FROM};
use chip_profile::lds::dg2::{FaceFormat, FaceFormatPolicy};
use chip_profile::mrz::CivilDate;
use persoline_domain::signer::KeyCurve;
use persoline_stage::Centre;
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
    /// From this date of issue the face is in ISO/IEC 39794-5, before in 19794-5: 2026-01-01 to 2030-01-01.
    pub(crate) iso_39794_from: Day,
    /// Curve of each chip's active authentication key.
    pub(crate) active_authentication: String,
    /// Curve of each chip's chip authentication key.
    pub(crate) chip_authentication: String,
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
            iso_39794_from: Day(centre.face_format.iso39794_from),
            active_authentication: centre.active_authentication.name().to_owned(),
            chip_authentication: centre.chip_authentication.name().to_owned(),
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
        let curve = |name: &str, curve: &str| {
            KeyCurve::parse(curve).ok_or_else(|| format!("{name}: {curve} is not a curve that keys are made on"))
        };
        centre.active_authentication = curve("active_authentication", &self.active_authentication)?;
        centre.chip_authentication = curve("chip_authentication", &self.chip_authentication)?;
        Ok(centre)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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
}
