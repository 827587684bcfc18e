//! `mock-machine` from outside: over its link, over its desk, killed and started again.

mod kill;
mod kit;
mod program;
mod proxy;
mod python;
mod way;
