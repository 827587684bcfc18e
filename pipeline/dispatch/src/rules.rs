//! The rules that are weighed, each in a file.

pub(crate) mod health;
pub(crate) mod rate;
pub(crate) mod setup;
