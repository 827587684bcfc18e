//! `POST /remakes/{application}/approve`: a person approves that an order is made again.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::response::Response;
use persoline_domain::deed::Deed;
use persoline_domain::order::OrderState;

use super::steer::{self, Done};
use super::wish::Wish;
use crate::site::Site;

pub(super) async fn approve(State(site): State<Arc<Site>>, Path(application): Path<String>, wish: Wish) -> Response {
    steer::order_with(site, wish, application, |site, actor, order| {
        let order = order.order;
        if let Err(error) = steer::commit(site, actor, Deed::RemakeApproved { order }) {
            return Done::Refused(error);
        }
        Done::from(site.store.order(order).map(|order| match order {
            Some(order) if order.state == OrderState::Held => "remake-part",
            _ => "remake",
        }))
    })
    .await
}
