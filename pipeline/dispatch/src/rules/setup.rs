//! Set-up: a machine that changes over between kinds of booklets loses time, an order that waits loses days.

use persoline_domain::application::DocumentType;
use persoline_domain::clock::Date;
use persoline_domain::store::WaitingOrder;

use crate::{DispatchLimits, Fleet, FleetMember, Reason};

/// Of orders that a place could take, in rank order, the one that it takes: its index and why.
///
/// The loaded set-up is kept while its best order is not more than [`DispatchLimits::setup_days`] less urgent than the best
/// of all, or while another sound machine already stands on that kind and makes all that is listed of it within the hour.
/// What is due today or overdue wins against every set-up; among orders of one date that are all due, those of the loaded
/// set-up go first.
pub(crate) fn choose(
    setup: Option<DocumentType>,
    candidates: &[&WaitingOrder],
    fleet: &Fleet,
    today: Date,
    limits: &DispatchLimits,
) -> Option<(usize, Reason)> {
    let best = *candidates.first()?;
    if setup.is_none_or(|setup| setup == best.document) {
        return Some((0, if best.due <= today { Reason::Overdue } else { Reason::MostUrgent }));
    }
    let same = candidates.iter().position(|order| Some(order.document) == setup);
    let Some((index, same)) = same.and_then(|index| Some((index, *candidates.get(index)?))) else {
        return Some((0, Reason::NothingElse));
    };
    if same.effective_due <= best.effective_due {
        return Some((index, Reason::SameSetup));
    }
    // Not only the best one counts: an urgent order that is due later may stand before one that is due.
    if candidates.iter().any(|order| order.due <= today && order.effective_due < same.effective_due) {
        return Some((0, Reason::Overdue));
    }
    if days_between(best.effective_due, same.effective_due) <= limits.setup_days {
        return Some((index, Reason::SameSetup));
    }
    let of_its_kind = candidates.iter().filter(|order| order.document == best.document).count();
    let of_its_kind = u32::try_from(of_its_kind).unwrap_or(u32::MAX);
    let stands_on_it = |member: &FleetMember| {
        member.setup == Some(best.document)
            && member.is_good_for(best.document)
            && member.under_way.saturating_add(of_its_kind) <= member.documents_per_hour
    };
    if fleet.others.iter().any(stands_on_it) {
        return Some((index, Reason::OtherKindElsewhere));
    }
    Some((0, Reason::Changeover))
}

/// Days from `earlier` to `later`; none when it is not later.
fn days_between(earlier: Date, later: Date) -> u32 {
    u32::try_from((later - earlier).get_days()).unwrap_or(0)
}
