//! `POST /orders/{application}/reject`: a good document is rejected after all.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::response::Response;
use persoline_domain::deed::Deed;
use persoline_domain::store::{Refusal, StoreError};
use persoline_domain::texts::Text;

use super::steer::{self, Done};
use super::wish::Wish;
use crate::part::reasons;
use crate::site::Site;

pub(super) async fn reject(State(site): State<Arc<Site>>, Path(application): Path<String>, wish: Wish) -> Response {
    let reason = reasons::chosen(&reasons::REJECTION, wish.field("reason")).map(str::to_owned);
    let language = wish.visitor.language;
    steer::order_with(site, wish, application, move |site, actor, order| {
        let Some(reason) = reason else { return Done::Unfit(Text::ReasonNeeded.of(language).to_owned()) };
        let Some(serial) = order.serial.clone() else {
            return Done::Refused(StoreError::Refused { index: 0, refusal: Refusal::NotFound("document") });
        };
        Done::from(steer::commit(site, actor, Deed::DocumentRejected { serial, reason }).map(|()| "reject"))
    })
    .await
}
