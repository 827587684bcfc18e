//! `POST /inspections/{serial}/{verdict}`: a person has looked at a document; the verdict is `approve` or `reject`.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use persoline_domain::deed::Deed;
use persoline_domain::identifiers::{Actor, BookletSerial};
use persoline_domain::texts::Text;

use super::steer::{self, Done};
use super::wish::Wish;
use crate::page;
use crate::part::reasons;
use crate::place::Place;
use crate::site::Site;

pub(super) async fn decide(
    State(site): State<Arc<Site>>,
    Path((serial, verdict)): Path<(String, String)>,
    wish: Wish,
) -> Response {
    let language = wish.visitor.language;
    let approved = match verdict.as_str() {
        "approve" => true,
        "reject" => false,
        _ => return page::problem(&site, &wish.visitor, StatusCode::NOT_FOUND, Text::NotFoundPage.of(language)),
    };
    // The form of the page holds a field for each document on it.
    let chosen = reasons::chosen(&reasons::REJECTION, wish.field(&format!("reason-{serial}"))).map(str::to_owned);
    let outcome = move |site: &Arc<Site>, actor: &Actor| {
        let reason = match chosen {
            _ if approved => String::new(),
            Some(reason) => reason,
            None => return Done::Unfit(Text::ReasonNeeded.of(language).to_owned()),
        };
        let serial = BookletSerial(serial);
        let machine =
            site.snapshot().queues.inspections.iter().find(|one| one.serial == serial).map(|one| one.machine.clone());
        let done = steer::commit(site, actor, Deed::InspectionDecided { serial, approved, reason });
        if done.is_ok()
            && let Some((line, machine)) = site.line().zip(machine)
        {
            // Its first piece is decided: it may go on. A machine that is not at work hears it from the store.
            let _ = line.steering.look(&machine);
        }
        Done::from(done.map(|()| if approved { "approve" } else { "reject" }))
    };
    steer::answer(site, wish, (Place::Inspections, "/inspections".to_owned()), outcome).await
}
