//! Which access control a new chip offers, by the document's date of issue (Doc 9303-11 4.1 as amended).
//!
//! Every chip issued from 2027 on offers PACE, and none issued from 2028 on offers basic access control; documents that do
//! are out of circulation by 2038. Until then an issuer may offer either or both, and readers go on doing both.

use thiserror::Error;

use crate::mrz::CivilDate;

/// The first date of issue from which every chip must offer PACE.
pub const PACE_REQUIRED_FROM: CivilDate = date(2027);
/// The first date of issue from which no chip may offer basic access control.
pub const BASIC_ACCESS_FORBIDDEN_FROM: CivilDate = date(2028);

/// The day on which every document with basic access control must be out of circulation.
pub const BASIC_ACCESS_WITHDRAWN_FROM: CivilDate = date(2038);

/// When an issuer changes from basic access control to PACE.
///
/// ```
/// use chip_profile::access::policy::AccessPolicy;
/// use chip_profile::mrz::CivilDate;
/// # fn main() -> Result<(), &'static str> {
/// let last_day = CivilDate::parse("20271231").ok_or("no date")?;
/// let next_day = CivilDate::parse("20280101").ok_or("no date")?;
/// let policy = AccessPolicy::default();
/// assert!(policy.offer(last_day).basic_access_control);
/// assert!(!policy.offer(next_day).basic_access_control);
/// # Ok(()) }
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AccessPolicy {
    /// From this date of issue chips offer PACE; `None`: all do.
    pub pace_from: Option<CivilDate>,
    /// From this date of issue chips offer no basic access control; `None`: none does.
    pub no_basic_access_from: Option<CivilDate>,
}

/// What one chip offers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AccessOffer {
    /// Basic access control.
    pub basic_access_control: bool,
    /// PACE, with EF.CardAccess.
    pub pace: bool,
}

/// Why a policy, or what a chip offers, is not what the standard allows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum AccessPolicyError {
    /// A chip issued on this date must offer PACE.
    #[error("a chip issued on {} must offer PACE", issued)]
    PaceMissing {
        /// First date of issue concerned.
        issued: CivilDate,
    },
    /// A chip issued on this date may not offer basic access control.
    #[error("a chip issued on {} may not offer basic access control", issued)]
    BasicAccessOffered {
        /// First date of issue concerned.
        issued: CivilDate,
    },
    /// A document whose chip offers basic access control may not be valid on this date.
    #[error("a document with basic access control may not expire on {expires}")]
    BasicAccessOutlived {
        /// Date of expiry.
        expires: CivilDate,
    },
    /// A chip issued on this date would be open to everybody.
    #[error("a chip issued on {} would have no access control", issued)]
    NoAccessControl {
        /// First date of issue concerned.
        issued: CivilDate,
    },
}

impl AccessPolicy {
    /// The policy that changes on the last days the standard leaves: PACE from 2027, no basic access control from 2028.
    pub const LATEST: AccessPolicy =
        AccessPolicy { pace_from: Some(PACE_REQUIRED_FROM), no_basic_access_from: Some(BASIC_ACCESS_FORBIDDEN_FROM) };
    /// PACE alone, on every chip.
    pub const PACE_ONLY: AccessPolicy = AccessPolicy { pace_from: None, no_basic_access_from: None };

    /// What a chip issued on this date offers.
    pub fn offer(&self, issued: CivilDate) -> AccessOffer {
        AccessOffer {
            basic_access_control: self.no_basic_access_from.is_some_and(|end| issued < end),
            pace: self.pace_from.is_none_or(|start| issued >= start),
        }
    }

    /// Whether the policy keeps the standard on every date of issue.
    ///
    /// # Errors
    /// The first date on which it does not.
    pub fn check(&self) -> Result<(), AccessPolicyError> {
        match (self.pace_from, self.no_basic_access_from) {
            (Some(start), end) if end.is_none_or(|end| end < start) => {
                // With an end the gap begins there; without one it has always been there.
                Err(AccessPolicyError::NoAccessControl { issued: end.unwrap_or(EARLIEST) })
            }
            (Some(start), _) if start > PACE_REQUIRED_FROM => {
                Err(AccessPolicyError::PaceMissing { issued: PACE_REQUIRED_FROM })
            }
            (_, Some(end)) if end > BASIC_ACCESS_FORBIDDEN_FROM => {
                Err(AccessPolicyError::BasicAccessOffered { issued: BASIC_ACCESS_FORBIDDEN_FROM })
            }
            _ => Ok(()),
        }
    }
}

impl Default for AccessPolicy {
    /// PACE on every chip, and basic access control beside it as long as the standard allows.
    fn default() -> Self {
        AccessPolicy { pace_from: None, no_basic_access_from: Some(BASIC_ACCESS_FORBIDDEN_FROM) }
    }
}

impl AccessOffer {
    /// Whether the standard lets the chip of a document with these dates offer this.
    ///
    /// # Errors
    /// What is missing or may not be there.
    pub fn check(self, issued: CivilDate, expires: CivilDate) -> Result<(), AccessPolicyError> {
        if !self.basic_access_control && !self.pace {
            return Err(AccessPolicyError::NoAccessControl { issued });
        }
        if !self.pace && issued >= PACE_REQUIRED_FROM {
            return Err(AccessPolicyError::PaceMissing { issued });
        }
        if self.basic_access_control && issued >= BASIC_ACCESS_FORBIDDEN_FROM {
            return Err(AccessPolicyError::BasicAccessOffered { issued });
        }
        if self.basic_access_control && expires >= BASIC_ACCESS_WITHDRAWN_FROM {
            return Err(AccessPolicyError::BasicAccessOutlived { expires });
        }
        Ok(())
    }
}

/// Chips came into passports with the supplement to the fifth edition.
const EARLIEST: CivilDate = date(2004);

/// The first of January.
const fn date(year: u16) -> CivilDate {
    match CivilDate::new(year, 1, 1) {
        Some(date) => date,
        None => unreachable!(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> CivilDate {
        CivilDate::parse(text).unwrap()
    }

    #[test]
    fn what_a_chip_offers_follows_from_its_date_of_issue() {
        let cases = [
            ("20261122", AccessPolicy::default(), true, true),
            ("20271231", AccessPolicy::default(), true, true),
            ("20280101", AccessPolicy::default(), false, true),
            ("20261231", AccessPolicy::LATEST, true, false),
            ("20270101", AccessPolicy::LATEST, true, true),
            ("20280101", AccessPolicy::LATEST, false, true),
            ("20200101", AccessPolicy::PACE_ONLY, false, true),
        ];
        for (issued, policy, basic_access_control, pace) in cases {
            let offer = policy.offer(day(issued));
            assert_eq!(offer, AccessOffer { basic_access_control, pace }, "{issued} {policy:?}");
            assert_eq!(offer.check(day(issued), day("20371231")), Ok(()));
            assert_eq!(policy.check(), Ok(()));
        }
    }

    #[test]
    fn policies_and_offers_that_break_the_standard_are_named_with_their_date() {
        let policy = |pace_from: Option<&str>, no_basic_access_from: Option<&str>| {
            AccessPolicy { pace_from: pace_from.map(day), no_basic_access_from: no_basic_access_from.map(day) }.check()
        };
        assert_eq!(policy(Some("20260601"), Some("20270601")), Ok(()));
        assert_eq!(
            policy(Some("20270102"), Some("20280101")),
            Err(AccessPolicyError::PaceMissing { issued: day("20270101") })
        );
        assert_eq!(
            policy(None, Some("20280102")),
            Err(AccessPolicyError::BasicAccessOffered { issued: day("20280101") })
        );
        let gap = Err(AccessPolicyError::NoAccessControl { issued: day("20260101") });
        assert_eq!(policy(Some("20260201"), Some("20260101")), gap);
        assert!(matches!(policy(Some("20260201"), None), Err(AccessPolicyError::NoAccessControl { .. })));

        let offer = |basic_access_control, pace| AccessOffer { basic_access_control, pace };
        let (issued, expires) = (day("20280315"), day("20380101"));
        assert_eq!(offer(true, true).check(issued, expires), Err(AccessPolicyError::BasicAccessOffered { issued }));
        assert_eq!(offer(true, false).check(issued, expires), Err(AccessPolicyError::PaceMissing { issued }));
        assert_eq!(offer(false, false).check(issued, expires), Err(AccessPolicyError::NoAccessControl { issued }));
        assert_eq!(offer(false, true).check(issued, expires), Ok(()));
        let outlived = Err(AccessPolicyError::BasicAccessOutlived { expires });
        assert_eq!(offer(true, true).check(day("20271231"), expires), outlived);
        let text = AccessPolicyError::PaceMissing { issued }.to_string();
        assert_eq!(text, "a chip issued on 20280315 must offer PACE");
    }
}
