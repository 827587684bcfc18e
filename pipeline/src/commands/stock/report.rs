//! `persoline stock report`: the ledger of a period, worked out from the event log.

mod csv;
mod period;
mod text;

use std::path::Path;

use crate::arguments::stock::StockReportArguments;
use crate::centre::OpenCentre;
use crate::commands::say;
use crate::exit::{Ending, Failure, disk};
use crate::place::Place;

/// Tells the report, and writes it as CSV where that is wanted.
pub(super) fn report(place: Place, arguments: &StockReportArguments) -> Result<Ending, Failure> {
    let open = OpenCentre::open_for_reading(place)?;
    let period = period::of(arguments, open.calendars.pledge.zone())?;
    let report = open.store.stock_report(period)?;
    let run = text::Run {
        state: &open.settings.state,
        by: arguments.actor.person()?,
        at: open.clock.now(),
        zone: open.calendars.pledge.zone(),
    };
    say(text::write(&report, &run).trim_end())?;
    if let Some(file) = &arguments.csv {
        written(file, &csv::booklets(&report))?;
    }
    if let Some(file) = &arguments.csv_movements {
        written(file, &csv::movements(&report))?;
    }
    Ok(if report.difference() == 0 { Ending::Done } else { Ending::Findings })
}

fn written(file: &Path, text: &str) -> Result<(), Failure> {
    std::fs::write(file, text).map_err(|error| disk(file, &error))
}
