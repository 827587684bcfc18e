//! The checks, in the order in which they run: what others build on comes first.

mod alarms;
mod attach;
mod cancel;
mod chip;
mod control;
mod counters;
mod cursors;
mod description;
mod disturbed;
mod fates;
mod feeder;
mod holding;
mod host_restart;
mod jobs;
mod journal;
mod link;
mod machine_restart;
mod malformed;
mod modes;
mod number;
mod overlap;
mod panel;
mod picture;
mod repeats;
mod secrecy;
mod stacks;
mod steps;
mod stopping;
mod waiting;
mod way;
mod wrong_serial;

use super::bench::{Bench, Result};

/// A check.
pub(super) struct Check {
    pub(super) name: &'static str,
    pub(super) demand: &'static str,
    pub(super) run: fn(&mut Bench<'_>) -> Result<()>,
}

/// All checks.
pub(super) const ALL: &[Check] = &[
    description::CONSISTENT,
    attach::CONTROL,
    control::LIFECYCLES,
    control::IMPOSSIBLE,
    way::ONE_BOOKLET,
    chip::ENCODING,
    number::NUMBERS,
    picture::PICTURES,
    picture::AGAIN,
    overlap::SEVERAL,
    overlap::QUEUE_FULL,
    repeats::REPEATS,
    repeats::ONE_KEY_ONE_COMMAND,
    journal::TRUE,
    jobs::UNKNOWN,
    jobs::USED,
    malformed::MALFORMED,
    malformed::OVERSIZED,
    cursors::REPLAY,
    cursors::GONE,
    cursors::UNREAD,
    disturbed::DISTURBED,
    feeder::EMPTY,
    stacks::FULL,
    wrong_serial::AT_PICK,
    wrong_serial::EXPECTED,
    wrong_serial::BEFORE_MARK,
    cancel::UNTOUCHED,
    cancel::MARKED,
    cancel::RACE,
    fates::FATES,
    holding::HOLD,
    holding::SUSPEND,
    stopping::STOP,
    stopping::ABORT,
    modes::MODES,
    panel::BUTTONS,
    panel::KEY,
    alarms::LIFE,
    counters::SUM,
    link::CUT,
    host_restart::RESTART,
    machine_restart::RESTART,
    machine_restart::REPEATED,
    waiting::IN_TIME,
    secrecy::SECRECY,
    cursors::CONSECUTIVE,
    repeats::ENDS,
    control::STATES,
    malformed::LIMITS,
];
