//! `/batches/{batch}/{act}`: what an act would do to a batch, to be confirmed; sent as a form, it is done.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use persoline_domain::deed::{Deed, HoldReason};
use persoline_domain::identifiers::{Actor, BatchName};
use persoline_domain::order::{OrderState, Priority};
use persoline_domain::store::{OrderQuery, OrderRecord, Store, StoreError};
use persoline_domain::texts::Text;

use super::steer::{self, Done};
use super::wish::Wish;
use crate::address::Segment;
use crate::context::{Context, number};
use crate::html::Html;
use crate::page::{self, Tab};
use crate::part::acts::Button;
use crate::place::{Main, Piece, Place, Problem};
use crate::site::Site;

/// Orders that are read at once.
const PAGE: usize = 512;
/// Orders that are committed at once; where one is refused, each of them is tried alone.
const GROUP: usize = 64;

/// What can be done to a batch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum BatchAct {
    Hold,
    Release,
    Expedite,
    Cancel,
}

impl BatchAct {
    pub(crate) const ALL: [BatchAct; 4] = [BatchAct::Hold, BatchAct::Release, BatchAct::Expedite, BatchAct::Cancel];

    pub(crate) fn name(self) -> &'static str {
        match self {
            BatchAct::Hold => "hold",
            BatchAct::Release => "release",
            BatchAct::Expedite => "expedite",
            BatchAct::Cancel => "cancel",
        }
    }
    pub(crate) fn parse(name: &str) -> Option<BatchAct> {
        BatchAct::ALL.into_iter().find(|act| act.name() == name)
    }
    pub(crate) fn label(self) -> Text {
        match self {
            BatchAct::Hold => Text::HoldBatch,
            BatchAct::Release => Text::ReleaseBatch,
            BatchAct::Expedite => Text::ExpediteBatch,
            BatchAct::Cancel => Text::CancelBatch,
        }
    }
    fn counted(self) -> Text {
        match self {
            BatchAct::Hold => Text::HoldCounted,
            BatchAct::Release => Text::ReleaseCounted,
            BatchAct::Expedite => Text::ExpediteCounted,
            BatchAct::Cancel => Text::CancelCounted,
        }
    }
    fn meaning(self) -> Text {
        match self {
            BatchAct::Hold => Text::HoldMeaning,
            BatchAct::Release => Text::ReleaseMeaning,
            BatchAct::Expedite => Text::ExpediteMeaning,
            BatchAct::Cancel => Text::CancelMeaning,
        }
    }
    /// Whether it would change an order.
    fn concerns(self, order: &OrderRecord) -> bool {
        let is_open = !matches!(order.state, OrderState::Finished | OrderState::Cancelled);
        match self {
            BatchAct::Hold => order.state != OrderState::Held && is_open && !order.stop_requested,
            BatchAct::Release => {
                (order.state == OrderState::Held && order.hold != Some(HoldReason::RemakeApproval))
                    || (order.state.is_on_machine() && order.stop_requested)
            }
            BatchAct::Expedite => is_open && order.priority == Priority::Normal,
            BatchAct::Cancel => is_open,
        }
    }
    fn deed(self, order: &OrderRecord) -> Deed {
        let order = order.order;
        match self {
            BatchAct::Hold => Deed::OrderHeld { order, reason: HoldReason::Person },
            BatchAct::Release => Deed::OrderReleased { order },
            BatchAct::Expedite => Deed::PriorityChanged { order, priority: Priority::Urgent },
            BatchAct::Cancel => Deed::OrderCancelled { order },
        }
    }
}

/// The question, with how many it concerns.
pub(crate) fn main(context: &Context, batch: &str, act: BatchAct) -> Result<Main, Problem> {
    let orders = all_of(context.site.store.as_ref(), batch)?;
    if orders.is_empty() {
        return Err(Problem::NotFound(context.fill(Text::NotFoundBatch, &[("batch", batch)])));
    }
    let concerned = orders.iter().filter(|order| act.concerns(order)).count();
    let title = context.fill(Text::BatchNamed, &[("batch", batch)]);
    let mut html = Html::new();
    if concerned == 0 {
        html.put("<p>{}</p>", &[&context.say(Text::BatchNothing)]);
    } else {
        let count = number(concerned as u64);
        let question = context.fill(act.counted(), &[("count", &count), ("batch", batch)]);
        let rest = number((orders.len() - concerned) as u64);
        let left = [("all", number(orders.len() as u64)), ("rest", rest)];
        let left: Vec<(&str, &str)> = left.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let button = Button {
            id: "confirm-batch",
            address: &format!("/batches/{}/{}", Segment(batch).encoded(), act.name()),
            action: "confirm-batch",
            label: &question,
            long: &question,
        };
        html.put(
            "<p>{}</p><p class=\"quiet\">{}</p><input form=\"act\" type=\"hidden\" name=\"concerned\" value=\"{}\">{}",
            &[&context.say(act.meaning()), &context.fill(Text::BatchLeftOut, &left), &concerned, &button.html()],
        );
    }
    html.put("<p><a href=\"/orders?batch={}\">{}</a></p>", &[&Segment(batch), &context.say(Text::GoBack)]);
    Ok(Main {
        pieces: vec![
            Piece::Still(Html::of("<h1>{}: {}</h1>", &[&title, &context.say(act.label())])),
            // Asked once: a number that changed under the eyes of its reader would not be what was confirmed.
            Piece::Still(Html::of("<section class=\"standing\" id=\"batch\">{}</section>", &[&html])),
        ],
        title,
        tab: Tab::Orders,
        layout: "page",
    })
}

/// `POST`: does it.
pub(super) async fn steer(
    State(site): State<Arc<Site>>,
    Path((batch, act)): Path<(String, String)>,
    wish: Wish,
) -> Response {
    let language = wish.visitor.language;
    let Some(act) = BatchAct::parse(&act) else {
        return page::problem(&site, &wish.visitor, StatusCode::NOT_FOUND, Text::NotFoundPage.of(language));
    };
    let confirmed = wish.field("concerned").parse::<usize>().ok();
    let list = format!("/orders?batch={}", Segment(&batch).encoded());
    let home_address = format!("/batches/{}/{}", Segment(&batch).encoded(), act.name());
    let home = (Place::Batch(batch.clone(), act), home_address);
    let outcome = move |site: &Arc<Site>, actor: &Actor| {
        let mut orders = match all_of(site.store.as_ref(), &batch) {
            Ok(orders) => orders,
            Err(error) => return Done::Refused(error),
        };
        orders.retain(|order| act.concerns(order));
        if confirmed != Some(orders.len()) {
            let count = number(orders.len() as u64);
            return Done::Unfit(Text::BatchChanged.filled(language, &[("count", &count)]));
        }
        match each(site, actor, act, &orders) {
            Ok(refused) => Done::Some { count: orders.len() - refused, refused, back: list },
            Err(error) => Done::Refused(error),
        }
    };
    steer::answer(site, wish, home, outcome).await
}

/// Does it to each; tells how many were refused because they had moved on.
fn each(site: &Site, actor: &Actor, act: BatchAct, orders: &[OrderRecord]) -> Result<usize, StoreError> {
    let mut refused = 0;
    for group in orders.chunks(GROUP) {
        let acts = group.iter().map(|order| steer::act(site, actor, act.deed(order))).collect();
        match site.store.commit(acts) {
            Ok(_) => {}
            Err(StoreError::Refused { .. }) => {
                for order in group {
                    match steer::commit(site, actor, act.deed(order)) {
                        Ok(()) => {}
                        Err(StoreError::Refused { .. }) => refused += 1,
                        Err(error) => return Err(error),
                    }
                }
            }
            Err(error) => return Err(error),
        }
    }
    Ok(refused)
}

fn all_of(store: &dyn Store, batch: &str) -> Result<Vec<OrderRecord>, StoreError> {
    let mut orders = Vec::new();
    loop {
        let query = OrderQuery {
            batch: Some(BatchName(batch.to_owned())),
            offset: orders.len(),
            limit: PAGE,
            ..OrderQuery::default()
        };
        let page = store.orders(&query)?;
        let is_last = page.len() < PAGE;
        orders.extend(page);
        if is_last {
            return Ok(orders);
        }
    }
}
