//! The program as a whole, from outside. Heavy: run it with `--release`.

// The lints spare functions marked as tests, but not what those share.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stdout)]

mod browser;
mod chips;
mod commands;
mod kill;
#[cfg(all(unix, feature = "pcsc"))]
mod pcsc;
#[cfg(unix)]
mod readme;
#[cfg(unix)]
mod rounds;
mod strangers;
mod support;
mod walls;
