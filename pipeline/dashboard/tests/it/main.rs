//! The dashboard as browsers and other programs meet it, over a centre in memory.

// The lints spare functions marked as tests, but not what those share.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod batches;
mod client;
#[allow(dead_code, reason = "the preview uses more of it")]
mod fake;
mod guarded;
mod live;
mod pages;
mod people;
mod programs;
mod receivers;
mod scene;
mod steering;
