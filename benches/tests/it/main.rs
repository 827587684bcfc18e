//! The simulation finds what is broken on purpose, and repeats itself exactly. Heavy: made for a release build.

// The lints spare functions marked as tests, but not what those share.
#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stdout)]

mod broken;
mod replay;
