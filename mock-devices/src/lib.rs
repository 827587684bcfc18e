//! Machines and chips that do not exist, but behave, fail and are read like those that do.

pub mod chance;
pub mod chip;
pub mod link;
pub mod machine;
pub mod time;
