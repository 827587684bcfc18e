//! `POST /shift/close`: ends the shift with what was counted by hand.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use persoline_domain::deed::Deed;
use persoline_domain::identifiers::Actor;
use persoline_domain::store::{Refusal, StoreError};
use persoline_domain::texts::Text;

use super::shift::{Counted, countable};
use super::steer::{self, Done};
use super::wish::Wish;
use crate::place::Place;
use crate::site::Site;

pub(super) async fn close(State(site): State<Arc<Site>>, wish: Wish) -> Response {
    let language = wish.visitor.language;
    let counts: Option<Vec<_>> = countable()
        .map(|state| Some((state, wish.field(&format!("count-{}", state.name())).parse::<u64>().ok()?)))
        .collect();
    let outcome = move |site: &Arc<Site>, actor: &Actor| {
        let Some(counts) = counts else { return Done::Unfit(Text::CountMissing.of(language).to_owned()) };
        let shift = match site.store.shift() {
            Ok(Some(open)) => open.shift,
            Ok(None) => {
                return Done::Refused(StoreError::Refused { index: 0, refusal: Refusal::NotFound("open shift") });
            }
            Err(error) => return Done::Refused(error),
        };
        match steer::commit(site, actor, Deed::ShiftClosed { shift, counted: counts.clone() }) {
            Ok(()) => Done::Yes("close"),
            Err(error) => {
                let differences = match error.refusal() {
                    Some(Refusal::NotReconciled { differences }) => differences.clone(),
                    _ => Vec::new(),
                };
                Done::Told(Place::Shift(Counted { counts, differences }), error)
            }
        }
    };
    steer::answer(site, wish, (Place::Shift(Counted::default()), "/shift".to_owned()), outcome).await
}
