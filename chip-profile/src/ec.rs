//! Elliptic-curve public keys with explicit domain parameters, Doc 9303-12.
