//! Machines as programs of their own.

#[cfg(feature = "program")]
mod remote;
