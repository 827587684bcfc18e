//! `persoline remake`: orders that are made again only when people approve it.

use persoline_domain::deed::{Deed, HoldReason};
use persoline_domain::order::OrderState;
use persoline_domain::store::{OrderQuery, OrderRecord, Store, StoreError};
use serde::Serialize;

use super::{print_json, say};
use crate::arguments::RemakeCommand;
use crate::centre::OpenCentre;
use crate::exit::{Ending, Failure};
use crate::place::Place;

/// Held orders that are looked up at once.
const PAGE: usize = 512;

/// Lists what waits for approval, or approves.
pub(crate) fn remake(place: Place, command: &RemakeCommand) -> Result<Ending, Failure> {
    match command {
        RemakeCommand::List { json } => list(place, *json),
        RemakeCommand::Approve { application, actor, json } => {
            let open = OpenCentre::open_beside(place)?;
            let order = open
                .store
                .order_of(&application.as_str().into())?
                .ok_or_else(|| Failure::input(format!("there is no application {application}")))?
                .order;
            open.commit_as(actor.person()?, Deed::RemakeApproved { order })?;
            let state = open.store.order(order)?.map_or(OrderState::Held, |order| order.state);
            let is_enough = state != OrderState::Held;
            if *json {
                print_json(&ApprovedView { application, state: state.name() })?;
            } else if is_enough {
                say(format!("{application}: its remake is approved; it waits for a machine"))?;
            } else {
                let wanted = open.store.policy()?.remake_approvals;
                say(format!("{application}: approved by you; the policy asks for {wanted} different people"))?;
            }
            Ok(Ending::Done)
        }
    }
}

/// Orders whose remake waits for approval, by due date.
pub(crate) fn waiting(store: &dyn Store) -> Result<Vec<OrderRecord>, StoreError> {
    let (mut found, mut offset) = (Vec::new(), 0);
    loop {
        let query = OrderQuery { state: Some(OrderState::Held), offset, limit: PAGE, ..OrderQuery::default() };
        let page = store.orders(&query)?;
        let is_last = page.len() < PAGE;
        offset += page.len();
        found.extend(page.into_iter().filter(|order| order.hold == Some(HoldReason::RemakeApproval)));
        if is_last {
            return Ok(found);
        }
    }
}

fn list(place: Place, json: bool) -> Result<Ending, Failure> {
    let open = OpenCentre::open_for_reading(place)?;
    let orders = waiting(&*open.store)?;
    if json {
        print_json(&orders.iter().map(View::of).collect::<Vec<_>>())?;
        return Ok(Ending::Done);
    }
    if orders.is_empty() {
        say("no remake waits for approval")?;
    }
    for view in orders.iter().map(View::of) {
        let lost = view.booklet.as_deref().unwrap_or("none");
        say(format!("{}  due {}  remakes {}  lost booklet {lost}", view.application, view.due, view.remakes))?;
    }
    Ok(Ending::Done)
}

/// An order whose remake waits, as JSON.
#[derive(Serialize)]
struct View {
    application: String,
    due: String,
    remakes: u32,
    booklet: Option<String>,
}

impl View {
    fn of(order: &OrderRecord) -> View {
        View {
            application: order.application.to_string(),
            due: order.due.to_string(),
            remakes: order.remakes,
            booklet: order.serial.as_ref().map(ToString::to_string),
        }
    }
}

#[derive(Serialize)]
struct ApprovedView<'a> {
    application: &'a str,
    state: &'static str,
}
