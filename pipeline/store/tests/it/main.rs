//! The store as its callers see it, and as a stranger with a SQL console finds it.

// The lints spare functions marked as tests, but not what those share.
#![allow(clippy::unwrap_used, clippy::panic)]

mod centre;
mod direct;
mod files;
mod groups;
mod intake;
mod jobs;
mod moves;
mod order_of_work;
mod rebuild;
mod stock;
mod stock_report;
mod stock_walk;
mod walk;
