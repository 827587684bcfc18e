//! Logical data structure, Doc 9303-10.
