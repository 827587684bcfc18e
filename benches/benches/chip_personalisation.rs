//! What a chip costs: commands, bytes and modelled seconds of the common profiles; how often a second one core opens a chip
//! and reads it; and the files of one document against the sum of their cryptographic primitives.
//!
//! `cargo bench -p benches --bench chip_personalisation`, with `-- --json` for programs.

#![allow(missing_docs, clippy::print_stdout, reason = "a bench tells its figures")]

use std::time::Duration;

use benches::chip_time::{rate, to_json, write};
use benches::{Failure, files};

/// How long each rate is measured.
const EACH: Duration = Duration::from_secs(5);

fn main() -> Result<(), Failure> {
    let rows = write::rows()?;
    let rates = rate::rates(EACH)?;
    let ratios = files::ratios(EACH)?;
    if std::env::args().any(|argument| argument == "--json") {
        let mut all = to_json(&rows, &rates);
        all["files"] = files::to_json(&ratios);
        println!("{all:#}");
        return Ok(());
    }
    println!(
        "{:38} {:16} {:>7} | {:>5} {:>6} {:>7} {:>5} | {:>5} {:>6} {:>5}",
        "profile", "chip", "kbit/s", "APDUs", "sent", "back", "s", "read", "back", "s"
    );
    for row in &rows {
        let (written, read) = (row.written, row.read);
        println!(
            "{:38} {:16} {:>7} | {:>5} {:>6} {:>7} {:>5.2} | {:>5} {:>6} {:>5.2}",
            row.profile,
            row.chip,
            row.kbit_per_second,
            written.commands,
            written.sent,
            written.received,
            written.seconds,
            read.commands,
            read.received,
            read.seconds
        );
    }
    for rate in &rates {
        println!("{:32} {} bytes {:>7.0} a second, bar {:.0}", rate.access, rate.bytes, rate.per_second, rate.bar);
    }
    for ratio in &ratios {
        println!(
            "files and EF.SOD, {:10} {:.4} ms, primitives {:.4} ms, ratio {:.3}, bar {:.2}",
            ratio.signer,
            ratio.whole,
            ratio.primitives,
            ratio.whole / ratio.primitives,
            files::BAR
        );
    }
    Ok(())
}
