//! The cable to the vendor's box: a request goes out, an answer comes back, or the cable is cut.
//!
//! On a real machine this is a serial port or a socket. Here the box hangs on the other end of a lock, and time is what
//! the rig lets pass, so that the checks take no time of anybody's.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use printer_driver::conformance::{Disturbance, LinkCut};

use super::controller::Controller;

/// How late events are when they are late, in milliseconds.
const LATE: u64 = 200;

/// The box and the cable.
#[derive(Debug)]
pub(crate) struct Line {
    /// The vendor's box.
    pub(crate) controller: Controller,
    /// Whether the cable is whole.
    pub(crate) is_up: bool,
    /// Where the next command is cut off.
    pub(crate) cut: Option<LinkCut>,
    /// What happens to events on the way.
    pub(crate) disturbance: Disturbance,
}

/// One end of the cable; clones are the same cable.
#[derive(Debug, Clone)]
pub(crate) struct Wire(Arc<Mutex<Line>>);

/// The cable is cut.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Broken;

impl Wire {
    /// A cable to a new box.
    pub(crate) fn new() -> Self {
        Wire(Arc::new(Mutex::new(Line {
            controller: Controller::default(),
            is_up: true,
            cut: None,
            disturbance: Disturbance::None,
        })))
    }

    /// The box and the cable in one's hands.
    pub(crate) fn line(&self) -> MutexGuard<'_, Line> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Sends a request and waits for its answer.
    ///
    /// # Errors
    /// [`Broken`] when the cable is cut before the request or before the answer.
    pub(crate) fn ask(&self, request: &str) -> Result<String, Broken> {
        let mut line = self.line();
        let cut = if request.starts_with("DO ") { line.cut.take() } else { None };
        if cut == Some(LinkCut::BeforeRequest) {
            line.is_up = false;
        }
        if !line.is_up {
            return Err(Broken);
        }
        let answer = line.controller.answer(request);
        if cut == Some(LinkCut::BeforeAnswer) {
            line.is_up = false;
            return Err(Broken);
        }
        if request.starts_with("EVENTS ") {
            return Ok(line.disturb(&answer));
        }
        Ok(answer)
    }

    /// Waits: a real driver sleeps, this one lets the box's time pass.
    pub(crate) fn wait(&self, time: Duration) {
        self.line().controller.advance(u64::try_from(time.as_millis()).unwrap_or(u64::MAX));
    }
}

impl Default for Wire {
    fn default() -> Self {
        Wire::new()
    }
}

impl Line {
    /// What arrives of the lines that were sent.
    fn disturb(&self, answer: &str) -> String {
        let mut lines: Vec<&str> = answer.lines().collect();
        if lines.first().is_some_and(|line| line.starts_with("ERR")) {
            return answer.to_owned();
        }
        match self.disturbance {
            Disturbance::None => {}
            Disturbance::Late => {
                let now = self.controller.now;
                lines.retain(|line| {
                    let sent = line.split(' ').nth(2).and_then(|word| word.parse::<u64>().ok()).unwrap_or(0);
                    sent + LATE <= now
                });
            }
            Disturbance::Twice => lines = lines.iter().flat_map(|line| [*line, *line]).collect(),
            Disturbance::OutOfOrder => lines.reverse(),
        }
        lines.join("\n")
    }
}
