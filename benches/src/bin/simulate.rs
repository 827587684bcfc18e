//! Runs the deterministic simulation over many seeds.

use std::io::Write;
use std::process::ExitCode;
use std::time::Instant;

use benches::simulation::report::Summary;
use benches::simulation::{Setting, Sound, run};
use benches::{Failure, failure};
use clap::Parser;
use rayon::prelude::*;

/// Seeds that are run before they are added up: bounds the memory of a long run.
const CHUNK: u64 = 256;

/// Tries the promises of the design in virtual time, from seeds.
///
/// The exit code is 0 when every promise held, and, from 300 seeds on, every kind of fault and every crash point was
/// reached.
#[derive(Parser)]
#[command(name = "simulate")]
struct Arguments {
    /// How many seeds.
    #[arg(long, default_value_t = 300)]
    seeds: u64,
    /// The first of them.
    #[arg(long, default_value_t = 0)]
    from: u64,
    /// One JSON object instead of text.
    #[arg(long)]
    json: bool,
    /// Every event of every seed, before the rest.
    #[arg(long)]
    events: bool,
}

fn main() -> ExitCode {
    match simulate(&Arguments::parse()) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            // When even standard error is gone, the exit code still tells.
            let _ = writeln!(std::io::stderr(), "simulate: {error}");
            ExitCode::FAILURE
        }
    }
}

fn simulate(arguments: &Arguments) -> Result<bool, Failure> {
    let setting = Setting::new()?;
    let started = Instant::now();
    let mut summary = Summary::default();
    let end = arguments.from.saturating_add(arguments.seeds);
    let mut first = arguments.from;
    while first < end {
        let last = end.min(first.saturating_add(CHUNK));
        let ended: Result<Vec<_>, Failure> =
            (first..last).into_par_iter().map(|seed| run(seed, &Sound, &setting, arguments.events)).collect();
        for ended in ended? {
            if arguments.events {
                let text = format!("seed {}\n{}\n", ended.seed, ended.history.join("\n"));
                std::io::stdout().write_all(text.as_bytes()).map_err(failure)?;
            }
            summary.add(ended);
        }
        first = last;
    }
    let seconds = started.elapsed().as_secs_f64();
    let text = if arguments.json {
        format!("{:#}\n", summary.json(arguments.from, seconds))
    } else {
        summary.text(arguments.from, seconds)
    };
    std::io::stdout().write_all(text.as_bytes()).map_err(failure)?;
    Ok(summary.is_clean())
}
