//! Which format a face is written in, by the date of issue (Doc 9303-10 4.5.6).

use crate::mrz::CivilDate;

/// The format of a face record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum FaceFormat {
    /// ISO/IEC 19794-5:2005
    Iso19794,
    /// ISO/IEC 39794-5:2019
    Iso39794,
}

impl FaceFormat {
    /// Whether a document issued on this day may have its face in this format: ISO/IEC 19794-5 until the end of 2029,
    /// ISO/IEC 39794-5 from the beginning of 2026.
    pub fn may_be_issued(self, date_of_issue: CivilDate) -> bool {
        match self {
            Self::Iso19794 => date_of_issue < START_OF_2030,
            Self::Iso39794 => date_of_issue >= START_OF_2026,
        }
    }
}

/// Which format a new document's face has, by its date of issue.
///
/// Before [`Self::iso39794_from`] it is ISO/IEC 19794-5. No policy goes before 2026 or beyond 2029.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FaceFormatPolicy {
    /// The first date of issue on which the face is in ISO/IEC 39794-5.
    pub iso39794_from: CivilDate,
}

impl FaceFormatPolicy {
    /// The format of a document issued on `date_of_issue`.
    pub fn format(&self, date_of_issue: CivilDate) -> FaceFormat {
        if date_of_issue >= self.iso39794_from.clamp(START_OF_2026, START_OF_2030) {
            FaceFormat::Iso39794
        } else {
            FaceFormat::Iso19794
        }
    }
}

impl Default for FaceFormatPolicy {
    /// The policy that changes on the last day the standard leaves: ISO/IEC 19794-5 until 31 December 2029.
    fn default() -> Self {
        FaceFormatPolicy { iso39794_from: START_OF_2030 }
    }
}

/// The first day on which issuers may write ISO/IEC 39794.
const START_OF_2026: CivilDate = first_of_january(2026);
/// The first day on which they must.
const START_OF_2030: CivilDate = first_of_january(2030);

const fn first_of_january(year: u16) -> CivilDate {
    match CivilDate::new(year, 1, 1) {
        Some(date) => date,
        None => unreachable!(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn date(text: &str) -> CivilDate {
        CivilDate::parse(text).unwrap()
    }

    #[test]
    fn the_new_format_may_come_with_2026_and_must_with_2030() {
        let allowed =
            |text: &str| [FaceFormat::Iso19794, FaceFormat::Iso39794].map(|format| format.may_be_issued(date(text)));
        assert_eq!(allowed("20251231"), [true, false]);
        assert_eq!(allowed("20260101"), [true, true]);
        assert_eq!(allowed("20291231"), [true, true]);
        assert_eq!(allowed("20300101"), [false, true]);
        let policies = ["20200101", "20270615", "20400101"].map(|from| FaceFormatPolicy { iso39794_from: date(from) });
        for policy in [policies[0], policies[1], policies[2], FaceFormatPolicy::default()] {
            for day in ["20251231", "20260101", "20270614", "20270615", "20291231", "20300101"] {
                assert!(policy.format(date(day)).may_be_issued(date(day)), "{policy:?} {day}");
            }
        }
        assert_eq!(policies[0].format(date("20260101")), FaceFormat::Iso39794);
        assert_eq!(policies[1].format(date("20270614")), FaceFormat::Iso19794);
        assert_eq!(policies[1].format(date("20270615")), FaceFormat::Iso39794);
        assert_eq!(policies[2].format(date("20291231")), FaceFormat::Iso19794);
    }
}
