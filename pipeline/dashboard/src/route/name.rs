//! `POST /name`: remembers the name under which its visitor acts.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;

use super::steer::{self, Done};
use super::wish::Wish;
use crate::place::Place;
use crate::site::Site;

pub(super) async fn remember(State(site): State<Arc<Site>>, wish: Wish) -> Response {
    steer::answer(site, wish, (Place::Overview, "/".to_owned()), |_, _| Done::Yes("name")).await
}
