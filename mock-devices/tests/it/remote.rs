//! `mock-machine` from outside: over its link, over its desk, killed and started again.

mod kill;
mod program;
mod python;
mod way;
