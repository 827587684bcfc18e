//! What a border would check, as a library.
