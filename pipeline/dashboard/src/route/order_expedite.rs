//! `POST /orders/{application}/expedite`

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::response::Response;
use persoline_domain::deed::Deed;
use persoline_domain::order::Priority;

use super::steer;
use super::wish::Wish;
use crate::site::Site;

pub(super) async fn expedite(State(site): State<Arc<Site>>, Path(application): Path<String>, wish: Wish) -> Response {
    let deed = |order| Deed::PriorityChanged { order, priority: Priority::Urgent };
    steer::order(site, wish, application, "expedite", deed).await
}
