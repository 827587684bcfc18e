//! How long machines wait for a ticket after they have announced a booklet.

use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;

use benches::hall::Hall;
use benches::inputs::{self, Photographs};
use benches::late_binding::LateBinding;
use benches::{Failure, failure};
use clap::Parser;

/// Lets machines ask at nameplate rate (300 an hour each) and measures from the announced booklet to its ticket.
///
/// 200 documents on eight machines take five minutes. `--documents 24 --factor 20` takes a few seconds, to see that it runs.
#[derive(Parser)]
#[command(name = "late-binding")]
struct Arguments {
    /// Machines.
    #[arg(long, default_value_t = 8, value_parser = clap::value_parser!(u8).range(1..=8))]
    machines: u8,
    /// Documents in all.
    #[arg(long, default_value_t = 200, value_parser = clap::value_parser!(u32).range(1..=100_000))]
    documents: u32,
    /// Times the nameplate rate.
    #[arg(long, default_value_t = 1.0)]
    factor: f64,
    /// Threads of the workshop; as many as processors if it is not given.
    #[arg(long, value_parser = clap::value_parser!(u16).range(1..=256))]
    workers: Option<u16>,
    /// Folder for the store; the system's folder for temporary files if it is not given.
    #[arg(long)]
    place: Option<PathBuf>,
    /// One JSON object instead of text.
    #[arg(long)]
    json: bool,
}

fn main() -> ExitCode {
    match run(&Arguments::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // When even standard error is gone, the exit code still tells.
            let _ = writeln!(std::io::stderr(), "late-binding: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: &Arguments) -> Result<(), Failure> {
    let hall = Hall::open(arguments.place.as_deref())?;
    let payloads = inputs::payloads(Photographs::Samples)?;
    let processors = std::thread::available_parallelism().map_or(1, usize::from);
    let what = LateBinding {
        machines: usize::from(arguments.machines),
        documents: arguments.documents as usize,
        factor: arguments.factor,
        workers: arguments.workers.map_or(processors, usize::from),
    };
    let measured = what.run(&hall, &payloads)?;
    let text = if arguments.json { format!("{}\n", measured.json()) } else { measured.text() };
    std::io::stdout().write_all(text.as_bytes()).map_err(failure)?;
    Ok(())
}
