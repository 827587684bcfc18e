//! Document security object, Doc 9303-10 4.6.2.
