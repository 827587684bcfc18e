//! Access control and secure messaging, Doc 9303-11.
