//! Acts about many booklets: all or none of them, told in ranges.

use persoline_domain::deed::{Act, Deed};
use persoline_domain::identifiers::{Actor, BookletSerial};
use persoline_domain::stock::SerialRange;
use persoline_domain::store::Store;
use serde::Serialize;

use crate::arguments::stock::SerialArguments;
use crate::centre::OpenCentre;
use crate::commands::{print_json, say};
use crate::exit::{Ending, Failure};

/// The booklets that were named, each once, in the order in which they were named.
pub(super) fn named(which: &SerialArguments) -> Result<Vec<BookletSerial>, Failure> {
    let stack = match (&which.from, &which.to) {
        (Some(from), Some(to)) => Some(SerialRange::new(from.as_str().into(), to.as_str().into())),
        _ => None,
    };
    let stack = stack.transpose().map_err(|error| Failure::input(error.to_string()))?;
    let ranges: Vec<SerialRange> = which.serials.iter().cloned().chain(stack).collect();
    let serials: Vec<BookletSerial> = ranges.iter().flat_map(SerialRange::serials).collect();
    let mut sorted = serials.clone();
    sorted.sort();
    match sorted.windows(2).find(|pair| pair.first() == pair.last()).and_then(<[_]>::first) {
        Some(twice) => Err(Failure::input(format!("booklet {twice} is named twice"))),
        None => Ok(serials),
    }
}

/// One deed about all of them, made durable, and told.
pub(super) fn together(open: &OpenCentre, actor: Actor, deed: Deed, told: &Told<'_>) -> Result<Ending, Failure> {
    act(open, actor, vec![deed])?;
    told.tell()
}

/// One deed for each of them, made durable all or none, and told.
pub(super) fn each(
    open: &OpenCentre,
    actor: Actor,
    deed: impl Fn(BookletSerial) -> Deed,
    told: &Told<'_>,
) -> Result<Ending, Failure> {
    act(open, actor, told.serials.iter().cloned().map(deed).collect())?;
    told.tell()
}

fn act(open: &OpenCentre, actor: Actor, deeds: Vec<Deed>) -> Result<(), Failure> {
    let at = open.clock.now();
    let acts = deeds.into_iter().map(|deed| Act { at, actor: actor.clone(), fence: None, deed }).collect();
    open.store.commit(acts)?;
    Ok(())
}

/// What is told of an act.
pub(super) struct Told<'a> {
    /// What was done to them, as in "3 booklets packed".
    pub(super) done: &'a str,
    /// To which.
    pub(super) serials: &'a [BookletSerial],
    /// Whether as JSON.
    pub(super) json: bool,
}

impl Told<'_> {
    fn tell(&self) -> Result<Ending, Failure> {
        let ranges: Vec<String> = SerialRange::of(self.serials).iter().map(SerialRange::to_string).collect();
        if self.json {
            print_json(&View { done: self.done, booklets: self.serials.len(), serials: &ranges })?;
        } else {
            let noun = if self.serials.len() == 1 { "booklet" } else { "booklets" };
            say(format!("{} {noun} {}: {}", self.serials.len(), self.done, ranges.join(", ")))?;
        }
        Ok(Ending::Done)
    }
}

#[derive(Serialize)]
struct View<'a> {
    done: &'a str,
    booklets: usize,
    serials: &'a [String],
}
