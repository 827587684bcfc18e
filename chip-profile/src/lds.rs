//! Logical data structure, Doc 9303-10.

pub mod file_id;

pub use file_id::{ElementaryFiles, FileId};
