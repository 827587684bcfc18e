//! Links: what goes over them, who is let in, and peers that break the rules.

// The lints spare functions marked as tests, but not what those share.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stdout)]

mod certificates;
mod hostile_host;
mod hostile_machine;
mod parrot;
mod session;
mod tls;
mod translation;
