//! Secure channel and write plan before the chip is locked.

pub mod file_control;
pub mod scp03;
