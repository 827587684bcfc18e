//! Machine readable zone, Doc 9303-3 to -7.
