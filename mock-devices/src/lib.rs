//! Machines and chips that do not exist, but behave, fail and are read like those that do.

pub mod chance;
pub mod chip;
pub mod conformance_rig;
#[cfg(feature = "remote")]
pub mod desk_service;
pub mod liar;
pub mod link;
pub mod machine;
pub mod specimen;
pub mod time;
pub mod virtual_reader;
