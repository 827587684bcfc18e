//! What answers at which address; one route, one file.

mod assets;
pub(crate) mod events;
mod health;
mod language;
mod live;
pub(crate) mod machine;
mod machine_pause;
mod machine_resume;
pub(crate) mod machines;
mod metrics;
pub(crate) mod order;
mod order_hold;
mod order_release;
pub(crate) mod orders;
pub(crate) mod overview;
mod overview_json;
mod show;
mod steer;
pub(crate) mod stock;

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
        .route("/machines", get(show::show))
        .route("/machines/{machine}", get(show::show))
        .route("/machines/{machine}/pause", post(machine_pause::pause))
        .route("/machines/{machine}/resume", post(machine_resume::resume))
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
