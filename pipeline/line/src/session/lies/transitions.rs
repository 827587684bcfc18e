//! Which state may follow which, after PackML (ISA-TR88.00.02, state model).
//!
//! A machine announces the states that it has; those that it has not are passed through in silence. So a transition is
//! possible when a way leads from one state to the other over states that are not announced.

use printer_driver::State;
use printer_driver::State::{
    Aborted, Aborting, Clearing, Complete, Completing, Execute, Held, Holding, Idle, Resetting, Starting, Stopped,
    Stopping, Suspended, Suspending, Unholding, Unsuspending,
};

/// Ways inside production, and out of standstill.
const WAYS: &[(State, State)] = &[
    (Stopped, Resetting),
    (Resetting, Idle),
    (Idle, Starting),
    (Starting, Execute),
    (Execute, Completing),
    (Completing, Complete),
    (Complete, Resetting),
    // Hold and suspend: editions differ in where from they are allowed, so each state of the producing group counts.
    (Starting, Holding),
    (Execute, Holding),
    (Suspending, Holding),
    (Suspended, Holding),
    (Unsuspending, Holding),
    (Unholding, Holding),
    (Holding, Held),
    (Held, Unholding),
    (Unholding, Execute),
    (Starting, Suspending),
    (Execute, Suspending),
    (Unholding, Suspending),
    (Unsuspending, Suspending),
    (Suspending, Suspended),
    (Suspended, Unsuspending),
    (Unsuspending, Execute),
    // The edition of 2022 completes from there too.
    (Held, Completing),
    (Suspended, Completing),
    (Stopping, Stopped),
    (Aborting, Aborted),
    (Aborted, Clearing),
    (Clearing, Stopped),
];

/// Whether a machine with these states can go from one into the other.
pub(super) fn is_possible(from: State, to: State, announced: &[State]) -> bool {
    if from == to {
        return true;
    }
    let mut reached = vec![from];
    let mut index = 0;
    while let Some(&state) = reached.get(index) {
        index += 1;
        for next in following(state) {
            if next == to {
                return true;
            }
            if !announced.contains(&next) && !reached.contains(&next) {
                reached.push(next);
            }
        }
    }
    false
}

fn following(state: State) -> impl Iterator<Item = State> {
    let by_table = WAYS.iter().filter(move |(from, _)| *from == state).map(|(_, to)| *to);
    // Stop and abort are possible from almost everywhere.
    let stops = !matches!(state, Stopping | Stopped | Aborting | Aborted | Clearing);
    let aborts = !matches!(state, Aborting | Aborted);
    by_table.chain(stops.then_some(Stopping)).chain(aborts.then_some(Aborting))
}
