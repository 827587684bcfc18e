//! `persoline order`: hold, release, expedite, cancel, by number or by batch.

use persoline_domain::deed::{Deed, HoldReason};
use persoline_domain::identifiers::{BatchName, OrderId};
use persoline_domain::order::{OrderState, Priority};
use persoline_domain::store::{OrderQuery, OrderRecord, Store};
use serde::Serialize;

use super::{print_json, say};
use crate::arguments::{OrderCommand, OrdersArguments};
use crate::centre::OpenCentre;
use crate::exit::{Ending, Failure};
use crate::place::Place;

/// Orders of a batch that are looked up at once.
const PAGE: usize = 512;

/// What is done to an order, and how it is told.
#[derive(Clone, Copy)]
struct Steering {
    deed: fn(OrderId) -> Deed,
    done: &'static str,
}

/// Steers orders.
pub(crate) fn order(place: Place, command: &OrderCommand) -> Result<Ending, Failure> {
    let (steering, arguments) = match command {
        OrderCommand::Hold(arguments) => {
            let deed = |order| Deed::OrderHeld { order, reason: HoldReason::Person };
            (Steering { deed, done: "held" }, arguments)
        }
        OrderCommand::Release(arguments) => {
            (Steering { deed: |order| Deed::OrderReleased { order }, done: "released" }, arguments)
        }
        OrderCommand::Expedite(arguments) => {
            let deed = |order| Deed::PriorityChanged { order, priority: Priority::Urgent };
            (Steering { deed, done: "expedited" }, arguments)
        }
        OrderCommand::Cancel(arguments) => {
            (Steering { deed: |order| Deed::OrderCancelled { order }, done: "cancelled" }, arguments)
        }
    };
    let open = OpenCentre::open_beside(place)?;
    let actor = arguments.actor.person()?;
    let orders = named(&open, arguments)?;
    let mut views = Vec::new();
    let mut first_refusal = None;
    for order in &orders {
        let refusal = open.commit_as(actor.clone(), (steering.deed)(order.order)).err();
        // A store that does not work is no refusal of this order.
        if let Some(failure) = refusal.as_ref().filter(|failure| !failure.is_input()) {
            return Err(failure.clone());
        }
        let state = open.store.order(order.order)?.unwrap_or_else(|| order.clone());
        views.push(View::of(&state, refusal.as_ref()));
        first_refusal = first_refusal.or(refusal);
    }
    if arguments.json {
        print_json(&views)?;
    } else if let (1, Some(failure)) = (orders.len(), &first_refusal) {
        return Err(failure.clone());
    } else {
        views.iter().try_for_each(|view| view.tell(steering.done))?;
    }
    match (first_refusal, views.iter().any(|view| view.done)) {
        (None, _) => Ok(Ending::Done),
        (Some(_), true) => Ok(Ending::Findings),
        (Some(failure), false) => Err(failure),
    }
}

/// The orders that are meant, each once.
fn named(open: &OpenCentre, arguments: &OrdersArguments) -> Result<Vec<OrderRecord>, Failure> {
    let Some(batch) = &arguments.batch else {
        let one = |number: &String| {
            let order = open.store.order_of(&number.as_str().into())?;
            order.ok_or_else(|| Failure::input(format!("there is no application {number}; nothing was changed")))
        };
        let mut orders: Vec<OrderRecord> = arguments.applications.iter().map(one).collect::<Result<_, _>>()?;
        let mut seen = std::collections::BTreeSet::new();
        orders.retain(|order| seen.insert(order.order));
        return Ok(orders);
    };
    let mut orders = Vec::new();
    loop {
        let query = OrderQuery {
            state: None,
            batch: Some(BatchName(batch.clone())),
            prefix: None,
            offset: orders.len(),
            limit: PAGE,
        };
        let page = open.store.orders(&query)?;
        let is_last = page.len() < PAGE;
        orders.extend(page);
        if is_last {
            break;
        }
    }
    if orders.is_empty() {
        return Err(Failure::input(format!(
            "there is no batch {batch}; `persoline show NUMBER` tells an order's batch"
        )));
    }
    orders.retain(|order| !matches!(order.state, OrderState::Finished | OrderState::Cancelled));
    if orders.is_empty() {
        return Err(Failure::input(format!("batch {batch} has no open orders")));
    }
    Ok(orders)
}

/// What became of one order, as JSON.
#[derive(Serialize)]
struct View {
    application: String,
    done: bool,
    state: &'static str,
    /// Whether it is on a machine and stops before its chip is locked.
    stopping: bool,
    refusal: Option<String>,
}

impl View {
    fn of(order: &OrderRecord, refusal: Option<&Failure>) -> View {
        View {
            application: order.application.to_string(),
            done: refusal.is_none(),
            state: order.state.name(),
            stopping: order.stop_requested,
            refusal: refusal.map(ToString::to_string),
        }
    }

    fn tell(&self, done: &str) -> Result<(), Failure> {
        match &self.refusal {
            Some(refusal) => say(format!("{} refused: {refusal}", self.application)),
            None if self.stopping => say(format!("{} stops on its machine, then {done}", self.application)),
            None => say(format!("{} {done}", self.application)),
        }
    }
}
