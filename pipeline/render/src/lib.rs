//! Portrait and data page: from a photograph to coded image and engraving layers.

pub mod camera;
pub mod font;
pub mod page;
pub mod picture;
pub mod portrait;
pub mod proof;
pub mod signature;

#[cfg(test)]
mod judge;
