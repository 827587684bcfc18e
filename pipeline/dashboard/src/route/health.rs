//! `/health`: whether the store answers, for programs that watch this one.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::Serialize;

use crate::site::Site;

#[derive(Debug, Serialize)]
struct Health {
    /// Whether the store answers.
    store: bool,
    /// Whether the line runs.
    line: bool,
}

pub(super) async fn health(State(site): State<Arc<Site>>) -> Response {
    let lent = Arc::clone(&site);
    let store = tokio::task::spawn_blocking(move || lent.store.counts().is_ok()).await.unwrap_or(false);
    let status = if store { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    (status, Json(Health { store, line: site.line().is_some() })).into_response()
}
