//! What the routes that change something have in common.

use std::sync::Arc;

use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use persoline_domain::deed::{Act, Deed};
use persoline_domain::identifiers::{Actor, ApplicationNumber, MachineName, OrderId};
use persoline_domain::store::{OrderRecord, StoreError};
use persoline_domain::texts::{Text, refusals};

use super::show;
use super::wish::Wish;
use crate::address::{Segment, with_done};
use crate::context::Context;
use crate::page::{self, Notice};
use crate::person::{PERSON_COOKIE, REMEMBERED};
use crate::place::{Place, Problem};
use crate::site::Site;

/// What came of an act.
pub(super) enum Done {
    /// It stands in the log; the page says so by this name.
    Yes(&'static str),
    /// So many stand in the log, so many were refused; `back` lists them.
    Some { count: usize, refused: usize, back: String },
    /// There is no such order or machine; the text says so.
    Nothing(Problem),
    /// The store refused it.
    Refused(StoreError),
    /// The form lacks something; the text says what. Nothing was done.
    Unfit(String),
    /// The store refused it, and this page tells more of it.
    Told(Place, StoreError),
}

impl From<Result<&'static str, StoreError>> for Done {
    fn from(result: Result<&'static str, StoreError>) -> Self {
        match result {
            Ok(done) => Done::Yes(done),
            Err(error) => Done::Refused(error),
        }
    }
}

/// Commits what a person does. Blocks.
pub(super) fn commit(site: &Site, actor: &Actor, deed: Deed) -> Result<(), StoreError> {
    site.store.commit(vec![act(site, actor, deed)]).map(drop)
}

/// A deed of a person, now.
pub(super) fn act(site: &Site, actor: &Actor, deed: Deed) -> Act {
    Act { at: site.clock.now(), actor: actor.clone(), fence: None, deed }
}

/// Does something to the order of an application, and answers with the page that the form was on.
pub(super) async fn order(
    site: Arc<Site>,
    wish: Wish,
    application: String,
    done: &'static str,
    deed: impl FnOnce(OrderId) -> Deed + Send + 'static,
) -> Response {
    order_with(site, wish, application, move |site, actor, order| {
        let is_stop = order.state.is_on_machine();
        Done::from(commit(site, actor, deed(order.order)).map(|()| match done {
            // On a machine these are only asked for until the machine has stopped.
            "hold" if is_stop => "stop",
            "cancel" if is_stop => "cancel-stop",
            _ => done,
        }))
    })
    .await
}

/// As [`order`], with more to decide than a deed.
pub(super) async fn order_with(
    site: Arc<Site>,
    wish: Wish,
    application: String,
    outcome: impl FnOnce(&Site, &Actor, &OrderRecord) -> Done + Send + 'static,
) -> Response {
    let home = (Place::Order(application.clone()), format!("/orders/{}", Segment(&application).encoded()));
    let language = wish.visitor.language;
    let outcome = move |site: &Arc<Site>, actor: &Actor| {
        let number = ApplicationNumber(application);
        match site.store.order_of(&number) {
            Ok(Some(order)) => outcome(site, actor, &order),
            Ok(None) => {
                let text = Context::new(site, language).fill(Text::NotFoundOrder, &[("application", number.as_str())]);
                Done::Nothing(Problem::NotFound(text))
            }
            Err(error) => Done::Refused(error),
        }
    };
    answer(site, wish, home, outcome).await
}

/// Does something to a machine, tells the line at once, and answers with the page that the form was on.
pub(super) async fn machine(
    site: Arc<Site>,
    wish: Wish,
    name: String,
    done: &'static str,
    deed: fn(MachineName) -> Deed,
) -> Response {
    let home = (Place::Machine(name.clone()), format!("/machines/{}", Segment(&name).encoded()));
    let language = wish.visitor.language;
    let outcome = move |site: &Arc<Site>, actor: &Actor| {
        let machine = MachineName(name);
        if !site.knows_machine(&machine) {
            return Done::Nothing(no_machine(site, language, &machine));
        }
        // The log first: a machine that stood still without anybody knowing why would be worse than one that pauses a
        // moment later, and a line that starts again reads the log.
        if let Err(error) = commit(site, actor, deed(machine.clone())) {
            return Done::Refused(error);
        }
        let is_at_work = site.line().is_some_and(|line| match done {
            "pause" => line.steering.pause(&machine, true),
            "resume" => line.steering.pause(&machine, false) && line.steering.look(&machine),
            _ => line.steering.look(&machine),
        });
        Done::Yes(if is_at_work { done } else { "noted" })
    };
    answer(site, wish, home, outcome).await
}

/// Says that there is no such machine.
pub(super) fn no_machine(
    site: &Arc<Site>,
    language: persoline_domain::texts::Language,
    machine: &MachineName,
) -> Problem {
    let text = Context::new(site, language).fill(Text::NotFoundMachine, &[("machine", machine.as_str())]);
    Problem::NotFound(text)
}

/// Runs an act of a named person where it may block; then sends its visitor back to the page of the form, or says there
/// why it was not done. `home` is where to return to when the form does not say.
pub(super) async fn answer(
    site: Arc<Site>,
    wish: Wish,
    home: (Place, String),
    outcome: impl FnOnce(&Arc<Site>, &Actor) -> Done + Send + 'static,
) -> Response {
    let (place, back) = wish.back().unwrap_or(home);
    // Links of the page lead back to where it can be looked at, not to where the form was sent.
    let mut visitor = crate::visitor::Visitor { address: back.clone(), ..wish.visitor.clone() };
    let Some(actor) = wish.person(&site) else {
        let notice = Notice::Refused(Text::NameNeeded.of(visitor.language).to_owned());
        return show::answer(site, visitor, place, StatusCode::UNPROCESSABLE_ENTITY, Some(notice)).await;
    };
    visitor.person = actor.person().map(str::to_owned);
    let cookie = cookie(visitor.person.as_deref().unwrap_or_default());
    let lent = Arc::clone(&site);
    let outcome = tokio::task::spawn_blocking(move || {
        let done = outcome(&lent, &actor);
        // The pages see it at once.
        lent.refresh();
        done
    });
    let sent_back = |done: &str| {
        let location = with_done(&back, done);
        (StatusCode::SEE_OTHER, [("location", location), ("set-cookie", cookie.clone())]).into_response()
    };
    let (place, status, text) = match outcome.await {
        Ok(Done::Yes(done)) => return sent_back(&format!("done={done}")),
        Ok(Done::Some { count, refused, back }) => {
            let location = with_done(&back, &format!("done=batch&count={count}&refused={refused}"));
            return (StatusCode::SEE_OTHER, [("location", location), ("set-cookie", cookie)]).into_response();
        }
        Ok(Done::Nothing(Problem::NotFound(text))) => {
            return page::problem(&site, &visitor, StatusCode::NOT_FOUND, &text);
        }
        Ok(Done::Unfit(text)) => (place, StatusCode::UNPROCESSABLE_ENTITY, text),
        Ok(Done::Nothing(Problem::Store(error)) | Done::Refused(error)) => {
            (place, status_of(&error), refusals::store_error(&error, visitor.language))
        }
        Ok(Done::Told(place, error)) => (place, status_of(&error), refusals::store_error(&error, visitor.language)),
        Err(error) => {
            tracing::error!(%error, "an act failed");
            let text = Text::ErrorTitle.of(visitor.language);
            return page::problem(&site, &visitor, StatusCode::INTERNAL_SERVER_ERROR, text);
        }
    };
    show::answer(site, visitor, place, status, Some(Notice::Refused(text))).await
}

fn status_of(error: &StoreError) -> StatusCode {
    match error {
        StoreError::Refused { .. } => StatusCode::CONFLICT,
        _ => StatusCode::SERVICE_UNAVAILABLE,
    }
}

/// Remembers the name of the person who acted.
fn cookie(name: &str) -> String {
    let name = Segment(name).encoded();
    format!("{PERSON_COOKIE}={name}; Path=/; Max-Age={REMEMBERED}; SameSite=Strict; HttpOnly")
}
