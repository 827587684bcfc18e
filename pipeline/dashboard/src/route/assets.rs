//! `/assets/…`: the files that pages need, built into the program.

use axum::response::IntoResponse;

const STYLE: &str = include_str!("../../assets/style.css");
const SCRIPT: &str = include_str!("../../assets/live.js");
const GUILLOCHE: &str = include_str!("../../assets/guilloche.svg");
const ICON: &str = include_str!("../../assets/icon.svg");
/// A new version of the program has new files at the same addresses.
const CACHE: (&str, &str) = ("cache-control", "max-age=60, must-revalidate");

pub(super) async fn style() -> impl IntoResponse {
    ([("content-type", "text/css; charset=utf-8"), CACHE], STYLE)
}

pub(super) async fn script() -> impl IntoResponse {
    ([("content-type", "text/javascript; charset=utf-8"), CACHE], SCRIPT)
}

pub(super) async fn guilloche() -> impl IntoResponse {
    ([("content-type", "image/svg+xml"), CACHE], GUILLOCHE)
}

pub(super) async fn icon() -> impl IntoResponse {
    ([("content-type", "image/svg+xml"), CACHE], ICON)
}
