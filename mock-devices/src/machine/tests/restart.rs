//! Killed and started again.
