//! Portrait and data page: from a photograph to coded image and engraving layers.

pub mod picture;
pub mod portrait;
