//! What a person can do about an order, with what comes of it.

use persoline_domain::booklet::BookletState;
use persoline_domain::deed::HoldReason;
use persoline_domain::order::{OrderState, Priority};
use persoline_domain::store::{OrderRecord, StoreError};
use persoline_domain::texts::Text;

use super::acts::Button;
use super::reasons;
use crate::address::Segment;
use crate::context::Context;
use crate::html::Html;
use crate::route::remakes;

/// Whether somebody wants the order off its machine, and whether its chip may be locked already.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Stop {
    pub(crate) is_requested: bool,
    /// It was cancelled, not held.
    pub(crate) is_cancel: bool,
    pub(crate) is_late: bool,
}

pub(crate) fn part(context: &Context, order: &OrderRecord, stop: Stop) -> Result<Html, StoreError> {
    let is_on_machine = order.state.is_on_machine();
    if order.state == OrderState::Cancelled {
        return Ok(Html::of("<p class=\"quiet\">{}</p>", &[&context.say(Text::NotSteerable)]));
    }
    if order.state == OrderState::Finished {
        return rejection(context, order);
    }
    let mut buttons = Html::new();
    let meaning = match order.state {
        OrderState::Held if order.hold == Some(HoldReason::RemakeApproval) => {
            buttons.put("{}", &[&remakes::button(context, order.application.as_str())]);
            None
        }
        OrderState::Held => Some((Act::Release, Text::ReleaseMeaning)),
        _ if is_on_machine && stop.is_requested => Some((Act::Release, Text::ReleaseOnMachineMeaning)),
        _ if is_on_machine && stop.is_late => Some((Act::Hold, Text::HoldAfterLockMeaning)),
        _ if is_on_machine => Some((Act::Hold, Text::HoldOnMachineMeaning)),
        _ => Some((Act::Hold, Text::HoldMeaning)),
    };
    if let Some((act, _)) = meaning {
        buttons.put("{}", &[&act.button(context, order).html()]);
    }
    let priority = if order.priority == Priority::Urgent { Act::Unexpedite } else { Act::Expedite };
    buttons.put("{}", &[&priority.button(context, order).html()]);
    let mut html = Html::of("<div class=\"buttons\">{}</div>", &[&buttons]);
    if let Some((_, meaning)) = meaning {
        html.put("<p class=\"quiet\">{}</p>", &[&context.say(meaning)]);
    }
    if !(is_on_machine && (stop.is_late || (stop.is_requested && stop.is_cancel))) {
        let text = if is_on_machine { Text::CancelOnMachineMeaning } else { Text::CancelMeaning };
        let cancel = Act::Cancel.button(context, order);
        html.put("{}", &[&cancel.confirmed(context.say(Text::Cancel), context.say(text), &Html::new())]);
    }
    Ok(html)
}

/// A finished document can still be rejected while it lies in the house.
fn rejection(context: &Context, order: &OrderRecord) -> Result<Html, StoreError> {
    let booklet = match &order.serial {
        Some(serial) => context.site.store.booklet(serial)?,
        None => None,
    };
    if booklet.is_none_or(|booklet| booklet.state != BookletState::Good) {
        return Ok(Html::of("<p class=\"quiet\">{}</p>", &[&context.say(Text::NotSteerable)]));
    }
    let label = context.say(Text::RejectDocument);
    let reason = reasons::choice(context, &reasons::REJECTION, "reason", context.say(Text::Reason));
    let button = Act::Reject.button(context, order);
    Ok(button.confirmed(label, context.say(Text::RejectDocumentMeaning), &reason))
}

#[derive(Clone, Copy)]
enum Act {
    Hold,
    Release,
    Expedite,
    Unexpedite,
    Cancel,
    Reject,
}

/// A button that owns its texts.
struct Owned {
    id: &'static str,
    address: String,
    action: &'static str,
    label: &'static str,
    long: String,
}

impl Act {
    fn button(self, context: &Context, order: &OrderRecord) -> Owned {
        let (id, action, label, long) = match self {
            Act::Hold => ("steer-order", "hold", Text::Hold, Text::HoldOrder),
            Act::Release => ("steer-order", "release", Text::Release, Text::ReleaseOrder),
            Act::Expedite => ("rank-order", "expedite", Text::Expedite, Text::ExpediteOrder),
            Act::Unexpedite => ("rank-order", "unexpedite", Text::Unexpedite, Text::UnexpediteOrder),
            Act::Cancel => ("cancel-order", "cancel", Text::CancelForGood, Text::CancelOrder),
            Act::Reject => ("reject-order", "reject", Text::RejectDocument, Text::RejectDocument),
        };
        let application = order.application.as_str();
        Owned {
            id,
            address: format!("/orders/{}/{action}", Segment(application).encoded()),
            action,
            label: context.say(label),
            long: context.fill(long, &[("application", application)]),
        }
    }
}

impl Owned {
    fn lent(&self) -> Button<'_> {
        let Owned { id, address, action, label, long } = self;
        Button { id, address, action, label, long }
    }
    fn html(&self) -> Html {
        self.lent().html()
    }
    fn confirmed(&self, summary: &str, meaning: &str, fields: &Html) -> Html {
        self.lent().confirmed(summary, meaning, fields)
    }
}
