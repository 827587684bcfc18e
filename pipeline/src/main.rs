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
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(error) if error.use_stderr() && is_inspection(std::env::args_os()) => {
            // Code 2 would say that the document is unreadable. When even standard error is gone, the code still tells.
            let _ = error.print();
            return ExitCode::from(exit::WRONG_USAGE_OF_INSPECT);
        }
        Err(error) => error.exit(),
    };
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

/// Whether the command is `inspect`: the first argument that is neither an option nor the value of one.
fn is_inspection(arguments: impl Iterator<Item = std::ffi::OsString>) -> bool {
    let mut arguments = arguments.skip(1);
    while let Some(argument) = arguments.next() {
        if argument == "--data" || argument == "--passphrase-file" {
            arguments.next();
        } else if !argument.to_string_lossy().starts_with('-') {
            return argument == "inspect";
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_inspection_is_known_by_its_place_on_the_command_line() {
        let is = |line: &str| is_inspection(line.split(' ').map(Into::into));
        assert!(is("persoline inspect --unknown"));
        assert!(is("persoline --data inspect inspect"));
        assert!(is("persoline --data=somewhere inspect folder"));
        assert!(!is("persoline --data inspect status"));
        assert!(!is("persoline export inspect"));
        assert!(!is("persoline --unknown"));
    }
}
