//! The whole line burnt down against its own primitives, with the machine's time taken out.

use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;

use benches::burn_down::BurnDown;
use benches::hall::Hall;
use benches::inputs::{self, Photographs};
use benches::primitives::Primitives;
use benches::report::Report;
use benches::{Failure, failure};
use clap::Parser;

/// Inputs on which primitives are called in a round; spread over those of the line.
const SPECIMENS: usize = 24;

/// Works orders off with the whole line and holds the rate against the primitives measured in the same run.
#[derive(Parser)]
#[command(name = "line-rate")]
struct Arguments {
    /// Orders for each number of workers.
    #[arg(long, default_value_t = 240, value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    orders: u32,
    /// Threads of the workshop; several numbers are run one after the other.
    #[arg(long, value_delimiter = ',', default_values_t = [1, 2], value_parser = clap::value_parser!(u16).range(1..=256))]
    workers: Vec<u16>,
    /// Machines.
    #[arg(long, default_value_t = 2, value_parser = clap::value_parser!(u8).range(1..=4))]
    machines: u8,
    /// Portraits: `samples`, or `faces` of the folder that PERSOLINE_SHARED names.
    #[arg(long, default_value = "samples", value_parser = photographs)]
    photographs: Photographs,
    /// Rounds in which primitives are measured before and after each burn-down.
    #[arg(long, default_value_t = 3, value_parser = clap::value_parser!(u8).range(1..=100))]
    rounds: u8,
    /// Folder for the store; the system's folder for temporary files if it is not given.
    #[arg(long)]
    place: Option<PathBuf>,
    /// One JSON object a line.
    #[arg(long)]
    json: bool,
}

fn photographs(name: &str) -> Result<Photographs, String> {
    Photographs::parse(name).ok_or_else(|| "samples or faces".to_owned())
}

fn main() -> ExitCode {
    match run(&Arguments::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // When even standard error is gone, the exit code still tells.
            let _ = writeln!(std::io::stderr(), "line-rate: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: &Arguments) -> Result<(), Failure> {
    let hall = Hall::open(arguments.place.as_deref())?;
    let payloads = inputs::payloads(arguments.photographs)?;
    let ledger = hall.store("primitives.sqlite")?;
    let step = payloads.len().div_ceil(SPECIMENS.min(arguments.orders as usize)).max(1);
    let specimens = payloads.iter().step_by(step).cloned().collect();
    let signer = hall.signer(&ledger);
    let mut primitives = Primitives::new(&hall, &*signer, specimens)?;
    let rounds = usize::from(arguments.rounds);
    // The first round finds caches cold and scratch memory empty; the line pays that once, not for each document.
    primitives.measure(1)?;
    let mut before = primitives.measure(rounds)?;
    for workers in arguments.workers.iter().copied().map(usize::from) {
        let machines = usize::from(arguments.machines);
        let burn_down = BurnDown { orders: arguments.orders as usize, workers, machines };
        let burnt = burn_down.run(&hall, &payloads)?;
        let after = primitives.measure(rounds)?;
        let measured = before.and(&after);
        let photographs = arguments.photographs;
        let report = Report { workers, machines, photographs, burnt: &burnt, primitives: &measured };
        let text = if arguments.json { format!("{}\n", report.json()) } else { report.text() };
        std::io::stdout().write_all(text.as_bytes()).map_err(failure)?;
        before = after;
    }
    Ok(())
}
