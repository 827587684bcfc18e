//! An emulated machine as a program of its own, driven over a network as a real one is.
//!
//! ```text
//! mock-machine certificates --out links
//! mock-machine serve --state machines/1 --kind passport-line --listen 127.0.0.1:7600 --desk 127.0.0.1:7601 \
//!     --authority links/authority.pem --certificate links/machine.pem --key links/machine.key
//! ```
//!
//! `serve` prints one line of JSON with the addresses that it took. Whatever ends it, it goes on from `--state` when it is
//! started again: a kill is to the machine what a power cut is.

mod arguments;
mod certificates;
mod serve;
mod state;

use std::process::ExitCode;

use clap::Parser;

use crate::arguments::{Arguments, Task};

fn main() -> ExitCode {
    let result = match Arguments::parse().task {
        Task::Serve(arguments) => serve::serve(&arguments),
        Task::Certificates(arguments) => certificates::make(&arguments),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(trouble) => {
            eprintln!("mock-machine: {trouble}");
            ExitCode::FAILURE
        }
    }
}

/// What went wrong, in words for whoever started the program.
type Trouble = String;
