//! The store as its callers see it, and as a stranger with a SQL console finds it.

// The lints spare functions marked as tests, but not what those share.
#![allow(clippy::unwrap_used, clippy::panic)]

mod centre;
mod direct;
mod files;
mod groups;
mod inspections;
mod intake;
mod jobs;
mod machines;
mod moves;
mod numbers;
mod order_of_work;
mod rebuild;
mod remakes;
mod reports;
mod shifts;
mod stock;
mod stock_guards;
mod stock_report;
mod stock_walk;
mod walk;
