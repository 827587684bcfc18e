//! The program of the personalisation line. This is the only place that names a concrete store, signer and driver.

mod arguments;
mod attendant;
mod care;
mod centre;
mod commands;
mod exit;
mod machines;
mod panel;
mod people;
mod place;
mod ports;
mod progress;
mod reports;
mod running;
mod settings;
mod system;

use std::process::ExitCode;

use clap::Parser;

use crate::arguments::{Arguments, Command};

fn main() -> ExitCode {
    system::log_to_stderr();
    let arguments = Arguments::parse();
    // A reader that goes away (`persoline status | head`) is no fault of ours. A machine, a browser or the register that
    // hangs up while it is told something raises the same signal, and must not end the line.
    if !arguments.command.as_ref().is_some_and(Command::holds_connections) {
        system::end_quietly_on_broken_pipe();
    }
    match commands::carry_out(arguments) {
        Ok(ending) => ending.into(),
        Err(failure) => failure.tell(),
    }
}
