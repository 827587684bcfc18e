//! From a photograph as it came in to a coded full frontal portrait.
//!
//! [`prepare::prepare`] does it all; each of its steps can be called alone: [`decode`] (and its check for intake),
//! [`crop`], [`resize`], and the coders [`jpeg2000`] and [`jpeg`]. Nothing here reads files, and no error says anything
//! about the person shown.

pub mod crop;
pub mod decode;
pub mod error;
pub mod jpeg;
pub mod jpeg2000;
mod level;
pub mod prepare;
pub mod resize;

#[cfg(test)]
pub(crate) mod tests;

pub use error::PortraitError;
