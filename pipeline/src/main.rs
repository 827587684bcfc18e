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

use crate::arguments::Arguments;

fn main() -> ExitCode {
    // A reader that goes away (`persoline status | head`) is no fault of ours.
    system::end_quietly_on_broken_pipe();
    system::log_to_stderr();
    let arguments = Arguments::parse();
    match commands::carry_out(arguments) {
        Ok(ending) => ending.into(),
        Err(failure) => failure.tell(),
    }
}
