//! `POST /orders/{application}/release`

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::{HeaderMap, Uri};
use axum::response::Response;
use persoline_domain::deed::Deed;

use super::steer;
use crate::site::Site;
use crate::visitor::Visitor;

pub(super) async fn release(
    State(site): State<Arc<Site>>,
    Path(application): Path<String>,
    uri: Uri,
    headers: HeaderMap,
) -> Response {
    let visitor = Visitor::from(&headers, &uri);
    steer::order(site, visitor, application, "release", |order| Deed::OrderReleased { order }).await
}
