//! Machines as programs of their own, and chips on a reader.

#[cfg(all(unix, feature = "chip-program"))]
mod pcsc;
#[cfg(feature = "program")]
mod remote;
