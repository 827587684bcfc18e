//! `persoline shift`: open, close, show.

use std::collections::BTreeMap;
use std::path::Path;

use persoline_domain::booklet::BookletState;
use persoline_domain::calendar::Calendar;
use persoline_domain::clock::Date;
use persoline_domain::deed::{Act, Deed};
use persoline_domain::identifiers::{Actor, ShiftNumber};
use persoline_domain::stock::StockStanding;
use persoline_domain::store::{Refusal, Store, StoreError};
use serde::Serialize;

use super::{print_json, say};
use crate::arguments::{ShiftCommand, counted as count_of};
use crate::centre::OpenCentre;
use crate::exit::{Ending, Failure, disk};
use crate::place::Place;

/// Shifts that may begin on one day.
const SHIFTS_A_DAY: u64 = 99;

/// Opens, closes or shows the shift.
pub(crate) fn shift(place: Place, command: &ShiftCommand) -> Result<Ending, Failure> {
    match command {
        ShiftCommand::Open { number, actor, json } => {
            let open = OpenCentre::open_beside(place)?;
            let shift = begin(&open, &actor.person()?, *number)?;
            if *json {
                print_json(&OpenedView { shift: shift.0 })?;
            } else {
                say(format!("shift {shift} is open"))?;
            }
            Ok(Ending::Done)
        }
        ShiftCommand::Close { counted, file, actor, json } => {
            let open = OpenCentre::open_beside(place)?;
            let counts = match file {
                Some(file) => read(file)?,
                None => states(counted)?,
            };
            let shift = end(&open, &actor.person()?, &counts)?;
            if *json {
                print_json(&ClosedView { shift: shift.0, counted: names(&counts), difference: 0 })?;
            } else {
                say(format!("shift {shift} is closed; what was counted is what the books say"))?;
            }
            Ok(Ending::Done)
        }
        ShiftCommand::Show { json } => show(&OpenCentre::open_for_reading(place)?, *json),
    }
}

/// Begins a shift under `number`, or under the first free number of the day.
pub(crate) fn begin(open: &OpenCentre, actor: &Actor, number: Option<u64>) -> Result<ShiftNumber, Failure> {
    let today = open.calendars.production.local_date(open.clock.now());
    let candidates = match number {
        Some(number) => number..=number,
        None => first_of(today) + 1..=first_of(today) + SHIFTS_A_DAY,
    };
    for number in candidates {
        let shift = ShiftNumber(number);
        let deed = Deed::ShiftOpened { shift };
        let act = Act { at: open.clock.now(), actor: actor.clone(), fence: None, deed };
        match open.store.commit(vec![act]) {
            Ok(_) => return Ok(shift),
            Err(StoreError::Refused { refusal: Refusal::ShiftBefore(_), .. }) => {}
            Err(error) => return Err(error.into()),
        }
    }
    Err(Failure::input("shifts of that number were open before: name another with --number"))
}

/// Ends the open shift with what was counted by hand.
pub(crate) fn end(open: &OpenCentre, actor: &Actor, counted: &[(BookletState, u64)]) -> Result<ShiftNumber, Failure> {
    let shift = open.store.shift()?.ok_or_else(|| Failure::input("no shift is open"))?.shift;
    let deed = Deed::ShiftClosed { shift, counted: counted.to_vec() };
    let act = Act { at: open.clock.now(), actor: actor.clone(), fence: None, deed };
    match open.store.commit(vec![act]) {
        Ok(_) => Ok(shift),
        Err(StoreError::Refused { refusal: Refusal::NotReconciled { differences }, .. }) => {
            Err(Failure::input(at_odds(shift, &differences, &open.store.stock_standing()?)))
        }
        Err(error) => Err(error.into()),
    }
}

/// What does not fit, a line for each state, and under it what the books have there by format, kind and machine: where a
/// look should begin.
fn at_odds(shift: ShiftNumber, differences: &[(BookletState, i64)], books: &StockStanding) -> String {
    let mut text = format!("shift {shift} stays open: the count does not agree with the books");
    for (state, difference) in differences {
        let name = state.name();
        let count = difference.unsigned_abs();
        text.push_str(&match state {
            state if state.is_in_motion() => {
                format!("\n  {name}: {count} are still under way; let the machines finish")
            }
            BookletState::Missing => {
                format!("\n  {name}: {count} are in no state at all; `persoline stock report` tells which")
            }
            _ if *difference < 0 => {
                format!("\n  {name}: {count} fewer than the books say; search, then `persoline stock missing`")
            }
            _ => format!("\n  {name}: {count} more than the books say"),
        });
        for line in books.lines.iter().filter(|line| line.state == *state) {
            let place = line.machine.as_ref().map(|machine| format!(" in {machine}")).unwrap_or_default();
            text.push_str(&format!("\n    by the books {} {}{place}", line.count, line.class));
        }
    }
    text
}

/// Shifts are numbered by day and count: 2026112201 is the first of 22 November 2026.
fn first_of(date: Date) -> u64 {
    let part = |number: i8| u64::from(number.unsigned_abs());
    ((u64::from(date.year().unsigned_abs()) * 100 + part(date.month())) * 100 + part(date.day())) * 100
}

fn states(counted: &[(String, u64)]) -> Result<Vec<(BookletState, u64)>, Failure> {
    let mut counts = BTreeMap::new();
    for (name, count) in counted {
        let state = BookletState::parse(name).filter(|state| state.is_counted()).ok_or_else(|| {
            let known: Vec<&str> = countable().map(BookletState::name).collect();
            Failure::input(format!("{name} is nothing to be counted: count {}", known.join(", ")))
        })?;
        if counts.insert(state, *count).is_some() {
            return Err(Failure::input(format!("{name} is counted twice")));
        }
    }
    Ok(counts.into_iter().collect())
}

/// A file of counts: `STATE=N` on each line, empty lines and lines that begin with `#` left out.
fn read(file: &Path) -> Result<Vec<(BookletState, u64)>, Failure> {
    let text = std::fs::read_to_string(file).map_err(|error| disk(file, &error))?;
    let lines = text.lines().enumerate().map(|(index, line)| (index + 1, line.trim()));
    let of = |(number, line)| {
        count_of(line).map_err(|what| Failure::input(format!("{}: line {number}: {what}", file.display())))
    };
    let counted: Vec<_> =
        lines.filter(|(_, line)| !line.is_empty() && !line.starts_with('#')).map(of).collect::<Result<_, _>>()?;
    states(&counted)
}

/// States whose booklets lie in the house.
fn countable() -> impl Iterator<Item = BookletState> {
    BookletState::ALL.into_iter().filter(|state| state.is_counted())
}

fn show(open: &OpenCentre, json: bool) -> Result<Ending, Failure> {
    let shift = open.store.shift()?;
    let books = open.store.reconcile()?;
    let count = |states: &mut dyn Iterator<Item = BookletState>| -> BTreeMap<&'static str, u64> {
        states.map(|state| (state.name(), books.count(state))).collect()
    };
    let view = View {
        shift: shift.as_ref().map(|shift| shift.shift.0),
        opened: shift.as_ref().map(|shift| shift.opened.to_string()),
        by: shift.as_ref().map(|shift| shift.by.clone()),
        to_count: countable().map(BookletState::name).collect(),
        under_way: count(&mut BookletState::ALL.into_iter().filter(|state| state.is_in_motion())),
        inspections: open.store.inspections(10_000)?.len(),
        difference: books.difference(),
    };
    if json {
        print_json(&view)?;
        return Ok(Ending::Done);
    }
    match &shift {
        Some(shift) => say(format!("shift {} is open since {} by {}", shift.shift, shift.opened, shift.by))?,
        None => say("no shift is open")?,
    }
    say(format!("to be counted by hand before it closes: {}", view.to_count.join(", ")))?;
    let under_way: u64 = view.under_way.values().sum();
    say(format!("under way in machines: {under_way}; waiting for inspection: {}", view.inspections))?;
    Ok(Ending::Done)
}

fn names(counts: &[(BookletState, u64)]) -> BTreeMap<&'static str, u64> {
    counts.iter().map(|(state, count)| (state.name(), *count)).collect()
}

#[derive(Serialize)]
struct OpenedView {
    shift: u64,
}

#[derive(Serialize)]
struct ClosedView {
    shift: u64,
    counted: BTreeMap<&'static str, u64>,
    difference: i64,
}

/// The shift, as JSON. What the books say of the states that are to be counted is left out: who counts shall count.
#[derive(Serialize)]
struct View {
    shift: Option<u64>,
    opened: Option<String>,
    by: Option<String>,
    to_count: Vec<&'static str>,
    under_way: BTreeMap<&'static str, u64>,
    inspections: usize,
    difference: i64,
}
