//! `persoline stock reconcile`: every booklet counted, and held against what was received.

use std::collections::BTreeMap;

use persoline_domain::booklet::Reconciliation;
use persoline_domain::stock::StockStanding;
use serde::Serialize;

use crate::centre::OpenCentre;
use crate::commands::{print_json, say};
use crate::exit::{Ending, Failure};
use crate::place::Place;

/// Counts, and tells by format, kind and machine.
pub(super) fn reconcile(place: Place, json: bool) -> Result<Ending, Failure> {
    let open = OpenCentre::open_for_reading(place)?;
    let standing = open.store.stock_standing()?;
    if json {
        print_json(&View::of(&standing))?;
    } else {
        tell(&standing.reconciliation())?;
        for line in &standing.lines {
            let place = line.machine.as_ref().map(|machine| format!(" in {machine}")).unwrap_or_default();
            say(format!("  {:<12} {:>8}  {}{place}", line.state.name(), line.count, line.class))?;
        }
    }
    Ok(if standing.difference() == 0 { Ending::Done } else { Ending::Findings })
}

/// The reconciliation as an equation.
pub(crate) fn tell(books: &Reconciliation) -> Result<(), Failure> {
    let terms: Vec<String> = books
        .by_state
        .iter()
        .filter(|(_, count)| *count > 0)
        .map(|(state, count)| format!("{count} {}", state.name()))
        .collect();
    let sum = if terms.is_empty() { "0".to_owned() } else { terms.join(" + ") };
    say(format!("received {} = {sum}; difference {}", books.received, books.difference()))
}

#[derive(Serialize)]
struct View<'a> {
    received: u64,
    by_state: BTreeMap<&'static str, u64>,
    lines: Vec<LineView<'a>>,
    difference: i64,
}

#[derive(Serialize)]
struct LineView<'a> {
    state: &'static str,
    format: &'static str,
    kind: &'static str,
    numbering: &'static str,
    machine: Option<&'a str>,
    count: u64,
}

impl<'a> View<'a> {
    fn of(standing: &'a StockStanding) -> Self {
        let books = standing.reconciliation();
        View {
            received: books.received,
            by_state: books.by_state.iter().map(|(state, count)| (state.name(), *count)).collect(),
            lines: standing
                .lines
                .iter()
                .map(|line| LineView {
                    state: line.state.name(),
                    format: line.class.format.name(),
                    kind: line.class.kind.name(),
                    numbering: line.class.numbering.name(),
                    machine: line.machine.as_ref().map(|machine| machine.as_str()),
                    count: line.count,
                })
                .collect(),
            difference: books.difference(),
        }
    }
}
