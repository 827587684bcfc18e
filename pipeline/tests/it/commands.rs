//! Every command from outside: what it answers, what it refuses, and with which exit code.

mod bad_input;
mod inspect;
mod inspections;
mod keys;
mod machines;
mod numbers;
mod orders;
mod questions;
mod remakes;
mod reports;
mod secrecy;
mod shifts;
mod stock;
mod trouble;
