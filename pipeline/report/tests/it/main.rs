//! The outbox against a real store, a file on disk, and a register that behaves as badly as services do.

// The lints spare functions marked as tests, but not what those share.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod crashes;
mod http;
mod register;
mod tls;
mod world;
