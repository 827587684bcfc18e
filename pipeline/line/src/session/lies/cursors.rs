//! Positions of events: consecutive, and an event that is told again is the same event.
//!
//! A link may repeat a batch, turn its events round or hold some of them back: what does not follow what was handled is asked
//! for again by itself. What a link cannot do is change an event, or lose one for ever.

use std::collections::VecDeque;

use printer_driver::{Cursor, Event};

use super::{Lie, LieKind, fingerprint};

/// Events that are remembered.
const REMEMBERED: usize = 512;
/// How far ahead a batch may begin: a link loses a few events, it does not number them.
const FARTHEST: u64 = 256;
/// Batches in a row that may begin after a gap, or hold nothing new, before it is no accident.
const ODD_BATCHES: u32 = 16;

/// What was told under which position.
#[derive(Debug, Default)]
pub(super) struct Cursors {
    handled: Cursor,
    /// Fingerprints of the latest events; the last one is of `handled`.
    latest: VecDeque<u64>,
    odd_batches: u32,
}

impl Cursors {
    /// The machine was attached, `newest` is its latest event, and its events will be read after `from`.
    pub(super) fn attached(&mut self, newest: Cursor, from: Cursor, has_restarted: bool) -> Result<(), Lie> {
        if newest < self.handled && !has_restarted {
            return Lie::told(LieKind::CursorBack, format!("{} after {}", newest.0, self.handled.0));
        }
        if from != self.handled {
            self.latest.clear();
        }
        (self.handled, self.odd_batches) = (from, 0);
        Ok(())
    }

    /// Of these events, those that come next, oldest first.
    pub(super) fn next(&mut self, mut events: Vec<Event>) -> Result<Vec<Event>, Lie> {
        if events.is_empty() {
            return Ok(events);
        }
        events.sort_by_key(|event| event.cursor);
        let first = events.first().map_or(0, |event| event.cursor.0);
        if first > self.handled.0.saturating_add(FARTHEST) {
            return Lie::told(LieKind::CursorJump, format!("{first} after {}", self.handled.0));
        }
        if first < self.handled.0.saturating_sub(REMEMBERED as u64) {
            return Lie::told(LieKind::CursorBack, format!("{first} after {}", self.handled.0));
        }
        let mut next = Vec::new();
        for event in events {
            let print = fingerprint(&format!("{:?}", event.body));
            if event.cursor <= self.handled {
                self.same_as_before(event.cursor, print)?;
            } else if event.cursor.0 == self.handled.0 + 1 {
                self.handled = event.cursor;
                self.latest.push_back(print);
                if self.latest.len() > REMEMBERED {
                    self.latest.pop_front();
                }
                next.push(event);
            }
        }
        self.odd_batches = if next.is_empty() { self.odd_batches + 1 } else { 0 };
        if self.odd_batches >= ODD_BATCHES {
            return Lie::told(LieKind::CursorJump, format!("nothing follows {}", self.handled.0));
        }
        Ok(next)
    }

    fn same_as_before(&self, cursor: Cursor, print: u64) -> Result<(), Lie> {
        let back = usize::try_from(self.handled.0 - cursor.0).unwrap_or(usize::MAX);
        let before = self.latest.len().checked_sub(back.saturating_add(1)).and_then(|index| self.latest.get(index));
        match before {
            Some(before) if *before != print => {
                Lie::told(LieKind::CursorBack, format!("{} is another event now", cursor.0))
            }
            _ => Ok(()),
        }
    }
}
