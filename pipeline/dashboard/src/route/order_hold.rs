//! `POST /orders/{application}/hold`

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::response::Response;
use persoline_domain::deed::{Deed, HoldReason};

use super::steer;
use super::wish::Wish;
use crate::site::Site;

pub(super) async fn hold(State(site): State<Arc<Site>>, Path(application): Path<String>, wish: Wish) -> Response {
    let deed = |order| Deed::OrderHeld { order, reason: HoldReason::Person };
    steer::order(site, wish, application, "hold", deed).await
}
