//! What answers at which address; one route, one file.

mod assets;
pub(crate) mod batch;
mod booklet_decide;
pub(crate) mod events;
mod health;
mod inspection_decide;
pub(crate) mod inspections;
mod language;
mod live;
pub(crate) mod machine;
mod machine_acknowledge;
mod machine_clear;
mod machine_drain;
mod machine_pause;
mod machine_resume;
pub(crate) mod machines;
mod metrics;
mod name;
pub(crate) mod order;
mod order_cancel;
mod order_expedite;
mod order_hold;
mod order_reject;
mod order_release;
mod order_unexpedite;
pub(crate) mod orders;
pub(crate) mod overview;
mod overview_json;
mod receiver_try;
mod remake_approve;
pub(crate) mod remakes;
pub(crate) mod shift;
mod shift_close;
mod shift_open;
mod show;
mod steer;
pub(crate) mod stock;
mod wish;

use std::sync::Arc;

use axum::Router;
use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::response::Response;
use axum::routing::{get, post};
use persoline_domain::texts::Text;

use crate::guard::guard;
use crate::page;
use crate::site::Site;
use crate::visitor::Visitor;

/// All routes behind the guard.
pub(crate) fn router(site: &Arc<Site>) -> Router {
    Router::new()
        .route("/", get(show::show))
        .route("/orders", get(show::show))
        .route("/orders/{application}", get(show::show))
        .route("/orders/{application}/hold", post(order_hold::hold))
        .route("/orders/{application}/release", post(order_release::release))
        .route("/orders/{application}/expedite", post(order_expedite::expedite))
        .route("/orders/{application}/unexpedite", post(order_unexpedite::unexpedite))
        .route("/orders/{application}/cancel", post(order_cancel::cancel))
        .route("/orders/{application}/reject", post(order_reject::reject))
        .route("/batches/{batch}/{act}", get(show::show).post(batch::steer))
        .route("/inspections", get(show::show))
        .route("/inspections/{serial}/{verdict}", post(inspection_decide::decide))
        .route("/remakes", get(show::show))
        .route("/remakes/{application}/approve", post(remake_approve::approve))
        .route("/booklets/{serial}/decide", post(booklet_decide::decide))
        .route("/shift", get(show::show))
        .route("/shift/open", post(shift_open::open))
        .route("/shift/close", post(shift_close::close))
        .route("/name", post(name::remember))
        .route("/machines", get(show::show))
        .route("/machines/{machine}", get(show::show))
        .route("/machines/{machine}/pause", post(machine_pause::pause))
        .route("/machines/{machine}/resume", post(machine_resume::resume))
        .route("/machines/{machine}/drain", post(machine_drain::drain))
        .route("/machines/{machine}/clear", post(machine_clear::clear))
        .route("/machines/{machine}/alarms/{alarm}/acknowledge", post(machine_acknowledge::acknowledge))
        .route("/receivers/{receiver}/try", post(receiver_try::try_now))
        .route("/stock", get(show::show))
        .route("/events", get(show::show))
        .route("/live", get(live::live))
        .route("/language", get(language::choose))
        .route("/api/overview.json", get(overview_json::overview))
        .route("/metrics", get(metrics::metrics))
        .route("/health", get(health::health))
        .route("/assets/style.css", get(assets::style))
        .route("/assets/live.js", get(assets::script))
        .route("/assets/guilloche.svg", get(assets::guilloche))
        .route("/assets/icon.svg", get(assets::icon))
        .fallback(nothing_here)
        .method_not_allowed_fallback(wrong_method)
        .layer(axum::middleware::from_fn_with_state(Arc::clone(site), guard))
        .with_state(Arc::clone(site))
}

async fn nothing_here(State(site): State<Arc<Site>>, request: Request) -> Response {
    let visitor = Visitor::of(&request);
    page::problem(&site, &visitor, StatusCode::NOT_FOUND, Text::NotFoundPage.of(visitor.language))
}

async fn wrong_method(State(site): State<Arc<Site>>, request: Request) -> Response {
    let visitor = Visitor::of(&request);
    page::problem(&site, &visitor, StatusCode::METHOD_NOT_ALLOWED, Text::WrongMethod.of(visitor.language))
}
