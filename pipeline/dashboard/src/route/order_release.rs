//! `POST /orders/{application}/release`

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::response::Response;
use persoline_domain::deed::Deed;

use super::steer;
use super::wish::Wish;
use crate::site::Site;

pub(super) async fn release(State(site): State<Arc<Site>>, Path(application): Path<String>, wish: Wish) -> Response {
    steer::order(site, wish, application, "release", |order| Deed::OrderReleased { order }).await
}
