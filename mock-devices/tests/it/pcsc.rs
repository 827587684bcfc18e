//! The chip on a reader of PC/SC, read by programs that others wrote; each meets a chip or a secret that it must refuse, too.

// The lints spare functions marked as tests, but not what those share.
#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stdout)]

mod bench;
mod openpace;
mod opensc;
mod program;
mod readers;
