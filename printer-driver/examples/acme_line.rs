//! A driver for an invented machine, with the bench on which it is checked. Copy it and put your machine in its place:
//! `docs/guide.md` leads through it.
//!
//! `cargo run -p printer-driver --example acme_line` runs the conformance kit on it and prints the report; it ends with
//! status 1 when a check failed.

#[path = "acme_line/parts.rs"]
mod acme;

use std::io::Write;
use std::process::ExitCode;

use printer_driver::conformance;

fn main() -> ExitCode {
    let mut rig = match acme::rig::AcmeRig::new(acme::wire::Wire::new()) {
        Ok(rig) => rig,
        Err(error) => {
            eprintln!("the bench cannot be set up: {error}");
            return ExitCode::FAILURE;
        }
    };
    let report = conformance::check(&mut rig);
    // A reader that is gone has seen enough.
    let _ = writeln!(std::io::stdout(), "{report}");
    if report.is_conformant() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
