//! Benches: components, and the whole line burnt down against its own primitives.
