//! The contract from outside.

// The lints spare functions marked as tests, but not what those share.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

#[path = "../../examples/acme_line/parts.rs"]
mod acme;
mod bare;
mod bench;
mod growth;
#[cfg(feature = "remote")]
mod remote;
mod wrong;
