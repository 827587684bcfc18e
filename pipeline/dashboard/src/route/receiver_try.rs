//! `POST /receivers/{receiver}/try`

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::response::Response;
use persoline_domain::identifiers::Actor;
use persoline_domain::texts::Text;

use super::steer::{self, Done};
use super::wish::Wish;
use crate::place::Place;
use crate::site::Site;

/// Ends the wait for a receiver of reports. It decides nothing about any document: what is delivered stands in the log.
pub(super) async fn try_now(State(site): State<Arc<Site>>, Path(receiver): Path<String>, wish: Wish) -> Response {
    let language = wish.visitor.language;
    let outcome = move |site: &Arc<Site>, _: &Actor| {
        let is_tried = site.outbox.as_ref().is_some_and(|outbox| outbox.try_now(&receiver));
        match is_tried {
            true => Done::Yes("try"),
            false => Done::Unfit(Text::NoReceiverThere.filled(language, &[("receiver", &receiver)])),
        }
    };
    steer::answer(site, wish, (Place::Overview, "/".to_owned()), outcome).await
}
