//! What the routes that change something have in common.

use std::sync::Arc;

use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use persoline_domain::deed::{Act, Deed};
use persoline_domain::identifiers::{Actor, ApplicationNumber, MachineName, OrderId};
use persoline_domain::store::StoreError;
use persoline_domain::texts::{Text, refusals};
use serde::Deserialize;

use super::show;
use crate::address::Segment;
use crate::context::{Context, DASHBOARD_PERSON};
use crate::page::{self, Notice};
use crate::place::{Place, Problem};
use crate::site::Site;
use crate::visitor::Visitor;

/// What a form of a machine says beside its address.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct MachineForm {
    /// `/` to return to the overview; anything else returns to the machine.
    pub(super) back: String,
}

/// What came of an act.
pub(super) enum Done {
    /// It stands in the log.
    Yes(&'static str),
    /// There is no such order or machine; the text says so.
    Nothing(Problem),
    /// The store refused it.
    Refused(StoreError),
}

/// Commits what a person at the dashboard does, and lets the pages see it at once. Blocks.
pub(super) fn commit(site: &Site, deed: Deed) -> Result<(), StoreError> {
    let actor = Actor::Person(DASHBOARD_PERSON.to_owned());
    let act = Act { at: site.clock.now(), actor, fence: None, deed };
    site.store.commit(vec![act])?;
    site.refresh();
    Ok(())
}

/// Does something to the order of an application, and answers with its page.
pub(super) async fn order(
    site: Arc<Site>,
    visitor: Visitor,
    application: String,
    done: &'static str,
    deed: impl FnOnce(OrderId) -> Deed + Send + 'static,
) -> Response {
    let (lent, wanted, language) = (Arc::clone(&site), application.clone(), visitor.language);
    let outcome = move || {
        let number = ApplicationNumber(wanted);
        match lent.store.order_of(&number) {
            Ok(Some(order)) => match commit(&lent, deed(order.order)) {
                // On a machine a hold is only asked for until the machine has stopped.
                Ok(()) if done == "hold" && order.state.is_on_machine() => Done::Yes("stop"),
                Ok(()) => Done::Yes(done),
                Err(error) => Done::Refused(error),
            },
            Ok(None) => {
                let context = Context::new(&lent, language);
                let text = Text::NotFoundOrder;
                Done::Nothing(Problem::NotFound(context.fill(text, &[("application", number.as_str())])))
            }
            Err(error) => Done::Refused(error),
        }
    };
    let back = format!("/orders/{}", Segment(&application).encoded());
    answer(site, visitor, Place::Order(application), back, outcome).await
}

/// Pauses or resumes a machine, and answers with the page that the form was on.
pub(super) async fn machine(
    site: Arc<Site>,
    visitor: Visitor,
    name: String,
    form: MachineForm,
    is_pause: bool,
) -> Response {
    let (lent, machine, language) = (Arc::clone(&site), MachineName(name.clone()), visitor.language);
    let outcome = move || {
        if !lent.knows_machine(&machine) {
            let context = Context::new(&lent, language);
            let text = Text::NotFoundMachine;
            return Done::Nothing(Problem::NotFound(context.fill(text, &[("machine", machine.as_str())])));
        }
        let deed = if is_pause {
            Deed::MachinePaused { machine: machine.clone() }
        } else {
            Deed::MachineResumed { machine: machine.clone() }
        };
        // The log first: a machine that stood still without anybody knowing why would be worse than one that pauses a
        // moment later, and a line that starts again reads the log.
        if let Err(error) = commit(&lent, deed) {
            return Done::Refused(error);
        }
        let is_at_work = lent.line().is_some_and(|line| line.steering.pause(&machine, is_pause));
        Done::Yes(match (is_at_work, is_pause) {
            (true, true) => "pause",
            (true, false) => "resume",
            (false, _) => "noted",
        })
    };
    let (place, back) = if form.back == "/" {
        (Place::Overview, "/".to_owned())
    } else {
        (Place::Machine(name.clone()), format!("/machines/{}", Segment(&name).encoded()))
    };
    answer(site, visitor, place, back, outcome).await
}

/// Runs an act where it may block; then sends its visitor back, or says on the page itself why it was refused.
async fn answer(
    site: Arc<Site>,
    visitor: Visitor,
    place: Place,
    back: String,
    outcome: impl FnOnce() -> Done + Send + 'static,
) -> Response {
    match tokio::task::spawn_blocking(outcome).await {
        Ok(Done::Yes(done)) => (StatusCode::SEE_OTHER, [("location", format!("{back}?done={done}"))]).into_response(),
        Ok(Done::Nothing(Problem::NotFound(text))) => page::problem(&site, &visitor, StatusCode::NOT_FOUND, &text),
        Ok(Done::Nothing(Problem::Store(error)) | Done::Refused(error)) => {
            let status = match error {
                StoreError::Refused { .. } => StatusCode::CONFLICT,
                _ => StatusCode::SERVICE_UNAVAILABLE,
            };
            let notice = Notice::Refused(refusals::store_error(&error, visitor.language));
            // Links of the page lead back to where it can be looked at, not to where the form was sent.
            let visitor = Visitor { address: back, ..visitor };
            show::answer(site, visitor, place, status, Some(notice)).await
        }
        Err(error) => {
            tracing::error!(%error, "an act failed");
            let text = Text::ErrorTitle.of(visitor.language);
            page::problem(&site, &visitor, StatusCode::INTERNAL_SERVER_ERROR, text)
        }
    }
}
