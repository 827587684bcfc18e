//! `POST /machines/{machine}/drain`

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::response::Response;
use persoline_domain::deed::Deed;

use super::steer;
use super::wish::Wish;
use crate::site::Site;

pub(super) async fn drain(State(site): State<Arc<Site>>, Path(machine): Path<String>, wish: Wish) -> Response {
    steer::machine(site, wish, machine, "drain", |machine| Deed::MachineDraining { machine }).await
}
