//! One machine's session with a store, a workshop and a machine that all can fail, in virtual time from a seed.

// The lints spare functions marked as tests, but not what those share.
#![allow(clippy::unwrap_used, clippy::panic)]

mod apart;
mod chance;
mod crashes;
mod driver;
mod engraving;
mod faults;
mod liars;
mod machine;
mod people;
mod steering;
mod workshop;
mod world;
