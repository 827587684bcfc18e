//! The host that the kit plays: a session, what was read of it, and how a booklet is brought through.

pub(super) mod booklet;
pub(super) mod session;

use std::time::Duration;

use super::rig::{NotPossible, Rig};
use super::watch::{Breach, Watch};
use crate::{Cursor, Description, DeviceError, FencingToken, MachineDriver};

pub(super) use booklet::Booklet;

/// Why a check did not pass.
#[derive(Debug)]
pub(super) enum Shortfall {
    Failed { seen: String, advice: String },
    NotRun { reason: String },
}

/// Most reads while one thing is waited for: sixty-four empty ones use the patience up.
const MOST_READS: usize = 10_000;

/// Most events of a whole run; a machine that tells more floods its host.
const MOST_EVENTS: usize = 200_000;

pub(super) type Result<T> = core::result::Result<T, Shortfall>;

impl From<NotPossible> for Shortfall {
    fn from(missing: NotPossible) -> Self {
        Shortfall::NotRun { reason: missing.0 }
    }
}

/// Says what was seen and what to look at.
pub(super) fn failed<T>(seen: impl Into<String>, advice: impl Into<String>) -> Result<T> {
    Err(Shortfall::Failed { seen: seen.into(), advice: advice.into() })
}

/// Demands something.
pub(super) fn demand(holds: bool, seen: impl FnOnce() -> String, advice: &str) -> Result<()> {
    if holds { Ok(()) } else { failed(seen(), advice) }
}

/// The host that the kit plays.
pub(super) struct Bench<'rig> {
    pub(super) rig: &'rig mut dyn Rig,
    pub(super) watch: Watch,
    driver: Option<Box<dyn MachineDriver>>,
    description: Option<Description>,
    token: FencingToken,
    cursor: Cursor,
    next_token: u64,
    next_job: u64,
    next_key: u128,
}

impl<'rig> Bench<'rig> {
    pub(super) fn new(rig: &'rig mut dyn Rig) -> Self {
        let run = rig.run_number().min((1 << 40) - 1);
        Bench {
            rig,
            watch: Watch::default(),
            driver: None,
            description: None,
            token: FencingToken(0),
            cursor: Cursor(0),
            next_token: run << 20,
            next_job: run << 20,
            next_key: u128::from(run) << 64,
        }
    }

    /// Leaves the machine, so that the next check has to take it anew.
    pub(super) fn leave(&mut self) {
        self.driver = None;
    }

    /// The session's driver.
    pub(super) fn driver(&mut self) -> Result<&mut dyn MachineDriver> {
        match self.driver.as_deref_mut() {
            Some(driver) => Ok(driver),
            None => failed("there is no session with the machine", "see the first failure"),
        }
    }

    /// What the machine said of itself.
    pub(super) fn description(&self) -> Result<&Description> {
        match &self.description {
            Some(description) => Ok(description),
            None => failed("the machine was not described", "see the first failure"),
        }
    }

    pub(super) fn token(&self) -> FencingToken {
        self.token
    }

    pub(super) fn cursor(&self) -> Cursor {
        self.cursor
    }

    /// Reads from here from now on.
    pub(super) fn set_cursor(&mut self, cursor: Cursor) {
        self.cursor = cursor;
    }

    /// Notes an error that the driver answered, and says it as a failure of the check.
    pub(super) fn unexpected<T>(&mut self, doing: &str, answer: core::result::Result<T, DeviceError>) -> Result<T> {
        answer.or_else(|error| {
            self.watch.error(&error);
            failed(format!("{doing} was answered: {error}"), "this must succeed on a machine that is in order")
        })
    }

    /// How long each call waits for events.
    fn turn(&self) -> Duration {
        (self.rig.patience() / 64).clamp(Duration::from_millis(5), Duration::from_millis(500))
    }

    /// Reads events once, at most for one turn; an empty answer that came early leaves the rest of the turn to the rig.
    pub(super) fn read_once(&mut self) -> Result<()> {
        if self.watch.count() > MOST_EVENTS {
            return failed(
                format!("more than {MOST_EVENTS} events were told"),
                "tell telemetry seldom: a host has to read every event",
            );
        }
        let (after, turn) = (self.cursor, self.turn());
        let began = self.rig.now();
        let answer = self.driver()?.events(after, turn);
        let took = self.rig.now().saturating_sub(began);
        if took > turn.saturating_add(self.rig.link_patience()) {
            let what = format!("a call that was asked to wait {turn:?} took {took:?}");
            self.watch.breach(Breach::Waiting, what);
        }
        let batch = self.unexpected("reading events", answer)?;
        self.cursor = self.watch.batch(after, &batch);
        // Events that were told before are no news either: time passes, or the same ones would be read for ever.
        if self.cursor <= after {
            self.rig.let_time_pass(turn.saturating_sub(took));
        }
        Ok(())
    }

    /// Reads events until `found` says what was waited for.
    pub(super) fn until<T>(&mut self, what: &str, mut found: impl FnMut(&mut Self) -> Result<Option<T>>) -> Result<T> {
        let patience = self.rig.patience();
        let began = self.rig.now();
        // A rig whose time stands still must not keep the kit for ever.
        for _ in 0..MOST_READS {
            if let Some(found) = found(self)? {
                return Ok(found);
            }
            if self.rig.now().saturating_sub(began) > patience {
                break;
            }
            self.read_once()?;
        }
        failed(
            format!("waited in vain for {what} ({patience:?})"),
            "see that the machine tells it as an event; if it is only slow, raise Rig::patience",
        )
    }

    /// Lets events come in for this long.
    pub(super) fn read_for(&mut self, time: Duration) -> Result<()> {
        let began = self.rig.now();
        for _ in 0..MOST_READS {
            if self.rig.now().saturating_sub(began) >= time {
                break;
            }
            self.read_once()?;
        }
        Ok(())
    }
}
