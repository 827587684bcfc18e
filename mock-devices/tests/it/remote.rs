//! `mock-machine` from outside: over its link, over its desk, killed and started again.

// The lints spare functions marked as tests, but not what those share.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stdout)]

mod kill;
mod kit;
mod program;
mod proxy;
mod python;
mod way;
