//! `/live?path=…`: server-sent events with the pieces of that page that have changed.

use std::sync::Arc;

use axum::extract::{Query, Request, State};
use axum::http::{StatusCode, Uri};
use axum::response::sse::Sse;
use axum::response::{IntoResponse, Response};
use persoline_domain::texts::Text;
use serde::Deserialize;
use tokio::sync::mpsc;
use tokio_stream::wrappers::ReceiverStream;

use crate::live::follow;
use crate::page;
use crate::place::Place;
use crate::site::Site;
use crate::visitor::Visitor;

/// News that wait for a slow page at most.
const NEWS_LIMIT: usize = 2;

/// Which page is open.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Wish {
    path: String,
}

pub(super) async fn live(State(site): State<Arc<Site>>, request: Request) -> Response {
    let visitor = Visitor::of(&request);
    let wish = Query::<Wish>::try_from_uri(request.uri()).map(|Query(wish)| wish).unwrap_or_default();
    let Some(place) = wish.path.parse::<Uri>().ok().as_ref().and_then(Place::parse) else {
        return page::problem(&site, &visitor, StatusCode::NOT_FOUND, Text::NotFoundPage.of(visitor.language));
    };
    let Some(leave) = site.live_leave() else {
        let text = Text::TooManyLive.of(visitor.language);
        return page::problem(&site, &visitor, StatusCode::SERVICE_UNAVAILABLE, text);
    };
    let (sender, receiver) = mpsc::channel(NEWS_LIMIT);
    tokio::spawn(follow(site, leave, place, visitor.language, sender));
    Sse::new(ReceiverStream::new(receiver)).into_response()
}
