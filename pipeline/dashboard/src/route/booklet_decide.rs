//! `POST /booklets/{serial}/decide`: a person decides what becomes of a booklet in quarantine.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::response::Response;
use persoline_domain::booklet::QuarantineDecision;
use persoline_domain::deed::Deed;
use persoline_domain::identifiers::{Actor, BookletSerial};
use persoline_domain::texts::Text;

use super::steer::{self, Done};
use super::stock;
use super::wish::Wish;
use crate::part::reasons;
use crate::place::Place;
use crate::site::Site;

pub(super) async fn decide(State(site): State<Arc<Site>>, Path(serial): Path<String>, wish: Wish) -> Response {
    let language = wish.visitor.language;
    let decision = QuarantineDecision::parse(wish.field(&format!("decision-{serial}")));
    let reason = reasons::chosen(&reasons::QUARANTINE, wish.field(&format!("reason-{serial}"))).map(str::to_owned);
    let outcome = move |site: &Arc<Site>, actor: &Actor| {
        let (Some(decision), Some(reason)) = (decision, reason) else {
            return Done::Unfit(Text::DecisionNeeded.of(language).to_owned());
        };
        let deed = Deed::QuarantineDecided { serial: BookletSerial(serial), decision, reason };
        Done::from(steer::commit(site, actor, deed).map(|()| "decide"))
    };
    let home = (Place::Stock(stock::Wish::quarantine()), "/stock?state=quarantined".to_owned());
    steer::answer(site, wish, home, outcome).await
}
