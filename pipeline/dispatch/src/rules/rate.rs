//! Rate: the last orders of a due date are not left to a slow machine when a fast one would finish them sooner.

use std::time::Duration;

use persoline_domain::store::WaitingOrder;

use crate::{Fleet, PlaceView};

/// Milliseconds in an hour.
const HOUR: u64 = 3_600_000;
/// Documents for which the rate that a machine promises counts against what was measured.
const PROMISED: u64 = 2;
/// Documents after which older measurements count half.
const REMEMBERED: u64 = 32;
/// Rate of a machine that promises none, in documents an hour.
const UNPROMISED: u32 = 60;

/// How fast a machine is: documents over the time in which it had work.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Pace {
    finished: u64,
    busy_ms: u64,
}

impl Pace {
    /// It had work for so long.
    pub fn busy(&mut self, time: Duration) {
        self.busy_ms = self.busy_ms.saturating_add(u64::try_from(time.as_millis()).unwrap_or(u64::MAX));
    }

    /// It finished a document.
    pub fn finished(&mut self) {
        self.finished += 1;
        if self.finished >= REMEMBERED {
            self.finished /= 2;
            self.busy_ms /= 2;
        }
    }

    /// Documents an hour. A machine that has work and finishes nothing becomes slower and slower.
    pub fn documents_per_hour(&self, promised: u32) -> u32 {
        let promised = u64::from(if promised == 0 { UNPROMISED } else { promised });
        let documents = self.finished.saturating_add(PROMISED);
        let time = self.busy_ms.saturating_add(PROMISED.saturating_mul(HOUR) / promised).max(1);
        u32::try_from(documents.saturating_mul(HOUR) / time).unwrap_or(u32::MAX)
    }
}

/// Whether another machine would finish the order sooner, with all that goes before it, than this place the order alone.
///
/// `ahead` counts the listed orders of its kind that rank before it. Only a machine that stands on this kind counts, and
/// one that is faster, so that two machines never leave an order to each other.
pub(crate) fn is_left(place: &PlaceView, under_way: u32, order: &WaitingOrder, ahead: u32, fleet: &Fleet) -> bool {
    // Time until done, in hours, as a fraction; compared crosswise.
    let own = (u64::from(under_way) + 1, u64::from(place.documents_per_hour.max(1)));
    fleet.others.iter().any(|member| {
        let other = (u64::from(member.under_way) + u64::from(ahead) + 1, u64::from(member.documents_per_hour.max(1)));
        member.is_good_for(order.document)
            && member.setup == Some(order.document)
            && member.documents_per_hour > place.documents_per_hour
            && other.0.saturating_mul(own.1) < own.0.saturating_mul(other.1)
    })
}
