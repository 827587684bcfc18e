//! `POST /machines/{machine}/resume`

use std::sync::Arc;

use axum::Form;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, Uri};
use axum::response::Response;

use super::steer;
use crate::site::Site;
use crate::visitor::Visitor;

pub(super) async fn resume(
    State(site): State<Arc<Site>>,
    Path(machine): Path<String>,
    uri: Uri,
    headers: HeaderMap,
    Form(form): Form<steer::MachineForm>,
) -> Response {
    steer::machine(site, Visitor::from(&headers, &uri), machine, form, false).await
}
