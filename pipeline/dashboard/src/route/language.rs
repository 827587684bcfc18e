//! `/language?to=…&back=…`: remembers the chosen language in a cookie.

use std::sync::Arc;

use axum::extract::{Query, Request, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use persoline_domain::texts::{Language, Text};
use serde::Deserialize;

use crate::address::is_local;
use crate::page;
use crate::site::Site;
use crate::visitor::{LANGUAGE_COOKIE, Visitor};

/// Seconds for which the choice is remembered: a year.
const REMEMBERED: u32 = 31_536_000;

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Wish {
    to: String,
    back: String,
}

pub(super) async fn choose(State(site): State<Arc<Site>>, request: Request) -> Response {
    let visitor = Visitor::of(&request);
    let wish = Query::<Wish>::try_from_uri(request.uri()).map(|Query(wish)| wish).unwrap_or_default();
    let Some(language) = Language::parse(&wish.to) else {
        return page::problem(&site, &visitor, StatusCode::NOT_FOUND, Text::NotFoundPage.of(visitor.language));
    };
    let back = if is_local(&wish.back) { wish.back } else { "/".to_owned() };
    let tag = language.tag();
    let cookie = format!("{LANGUAGE_COOKIE}={tag}; Path=/; Max-Age={REMEMBERED}; SameSite=Strict; HttpOnly");
    (StatusCode::SEE_OTHER, [("location", back), ("set-cookie", cookie)]).into_response()
}
