//! `POST /orders/{application}/cancel`

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::response::Response;
use persoline_domain::deed::Deed;

use super::steer;
use super::wish::Wish;
use crate::site::Site;

pub(super) async fn cancel(State(site): State<Arc<Site>>, Path(application): Path<String>, wish: Wish) -> Response {
    steer::order(site, wish, application, "cancel", |order| Deed::OrderCancelled { order }).await
}
