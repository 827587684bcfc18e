//! The program as a whole, from outside. Heavy: run it with `--release`.

mod walls;
