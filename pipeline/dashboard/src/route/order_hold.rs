//! `POST /orders/{application}/hold`

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::{HeaderMap, Uri};
use axum::response::Response;
use persoline_domain::deed::{Deed, HoldReason};

use super::steer;
use crate::site::Site;
use crate::visitor::Visitor;

pub(super) async fn hold(
    State(site): State<Arc<Site>>,
    Path(application): Path<String>,
    uri: Uri,
    headers: HeaderMap,
) -> Response {
    let visitor = Visitor::from(&headers, &uri);
    let deed = |order| Deed::OrderHeld { order, reason: HoldReason::Person };
    steer::order(site, visitor, application, "hold", deed).await
}
