//! Every command from outside: what it answers, what it refuses, and with which exit code.

mod bad_input;
mod keys;
mod orders;
mod questions;
mod secrecy;
mod stock;
mod trouble;
