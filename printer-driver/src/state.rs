//! Equipment states, modes and control, after PackML (ISA-TR88.00.02).

/// The seventeen states of PackML. `Stopped`, `Idle`, `Execute` and `Aborted` are required of every machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[allow(missing_docs, reason = "the names are the standard's own, and the standard defines them")]
pub enum State {
    Stopped,
    Starting,
    Idle,
    Suspended,
    Execute,
    Stopping,
    Aborting,
    Aborted,
    Holding,
    Held,
    Unholding,
    Suspending,
    Unsuspending,
    Resetting,
    Completing,
    Complete,
    Clearing,
}

impl State {
    /// The states that every driver must have.
    pub const REQUIRED: [State; 4] = [State::Stopped, State::Idle, State::Execute, State::Aborted];

    /// All seventeen.
    pub const ALL: [State; 17] = [
        State::Stopped,
        State::Starting,
        State::Idle,
        State::Suspended,
        State::Execute,
        State::Stopping,
        State::Aborting,
        State::Aborted,
        State::Holding,
        State::Held,
        State::Unholding,
        State::Suspending,
        State::Unsuspending,
        State::Resetting,
        State::Completing,
        State::Complete,
        State::Clearing,
    ];

    /// States that the standard lets follow directly. Its editions differ in where hold, suspend and complete are allowed
    /// from; what any of them allows stands here, for a machine may be built to each.
    pub fn followed_by(self) -> &'static [State] {
        use State as S;
        match self {
            S::Stopped => &[S::Resetting, S::Aborting],
            S::Resetting => &[S::Idle, S::Stopping, S::Aborting],
            S::Idle => &[S::Starting, S::Stopping, S::Aborting],
            S::Starting => &[S::Execute, S::Holding, S::Suspending, S::Stopping, S::Aborting],
            S::Execute => &[S::Completing, S::Holding, S::Suspending, S::Stopping, S::Aborting],
            S::Holding => &[S::Held, S::Stopping, S::Aborting],
            S::Held => &[S::Unholding, S::Completing, S::Stopping, S::Aborting],
            S::Unholding => &[S::Execute, S::Holding, S::Suspending, S::Stopping, S::Aborting],
            S::Suspending => &[S::Suspended, S::Holding, S::Stopping, S::Aborting],
            S::Suspended => &[S::Unsuspending, S::Completing, S::Holding, S::Stopping, S::Aborting],
            S::Unsuspending => &[S::Execute, S::Suspending, S::Holding, S::Stopping, S::Aborting],
            S::Completing => &[S::Complete, S::Holding, S::Suspending, S::Stopping, S::Aborting],
            S::Complete => &[S::Resetting, S::Stopping, S::Aborting],
            S::Stopping => &[S::Stopped, S::Aborting],
            S::Aborting => &[S::Aborted],
            S::Aborted => &[S::Clearing],
            S::Clearing => &[S::Stopped, S::Aborting],
        }
    }

    /// Whether `next` may be the next state that a machine tells which announces only the states of `announced`: the
    /// standard's way from one to the other may lead through states that the machine does not have. A controller that
    /// starts again is in [`State::Stopped`] whatever was before.
    pub fn leads_to(self, next: State, announced: &[State]) -> bool {
        let mut reached = vec![self];
        let mut looked_at = 0;
        while let Some(from) = reached.get(looked_at).copied() {
            looked_at += 1;
            for &to in from.followed_by() {
                if to == next {
                    return true;
                }
                if !announced.contains(&to) && !reached.contains(&to) {
                    reached.push(to);
                }
            }
        }
        false
    }

    /// Whether new booklets may be picked in this state.
    pub fn accepts_jobs(self) -> bool {
        self == State::Execute
    }
    /// The standard's name.
    pub fn name(self) -> &'static str {
        match self {
            State::Stopped => "Stopped",
            State::Starting => "Starting",
            State::Idle => "Idle",
            State::Suspended => "Suspended",
            State::Execute => "Execute",
            State::Stopping => "Stopping",
            State::Aborting => "Aborting",
            State::Aborted => "Aborted",
            State::Holding => "Holding",
            State::Held => "Held",
            State::Unholding => "Unholding",
            State::Suspending => "Suspending",
            State::Unsuspending => "Unsuspending",
            State::Resetting => "Resetting",
            State::Completing => "Completing",
            State::Complete => "Complete",
            State::Clearing => "Clearing",
        }
    }
}

/// What the machine is used for at the moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Mode {
    /// Documents are made.
    Production,
    /// Work on the machine itself; nothing is produced.
    Maintenance,
    /// A person moves it step by step.
    Manual,
}

/// Who commands the machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ControlMode {
    /// Nobody over the link.
    Offline,
    /// The panel on the machine.
    Local,
    /// The host.
    Remote,
}

#[cfg(test)]
mod tests {
    use super::State::{self, *};

    #[test]
    fn a_way_leads_through_states_that_a_machine_does_not_have_and_through_no_others() {
        let few = State::REQUIRED;
        assert!(Stopped.leads_to(Idle, &few), "through Resetting, which it does not have");
        assert!(!Stopped.leads_to(Idle, &State::ALL), "Resetting lies between");
        assert!(Idle.leads_to(Execute, &few) && !Stopped.leads_to(Execute, &few));
        assert!(!Aborted.leads_to(Execute, &few) && Aborted.leads_to(Stopped, &few));
        assert!(Execute.leads_to(Idle, &few), "Complete and Resetting are not told");
        assert!(!Held.leads_to(Suspended, &State::ALL));
    }

    #[test]
    fn states_follow_each_other_as_the_standard_says() {
        let is = |from: State, to| from.leads_to(to, &State::ALL);
        for way in [
            &[Stopped, Resetting, Idle, Starting, Execute, Completing, Complete, Resetting][..],
            &[Execute, Holding, Held, Unholding, Execute, Suspending, Suspended, Unsuspending, Execute],
            &[Held, Stopping, Stopped],
            &[Idle, Aborting, Aborted, Clearing, Stopped],
            &[Stopping, Aborting],
        ] {
            assert!(way.windows(2).all(|pair| is(pair[0], pair[1])), "{way:?}");
        }
        for (from, to) in [
            (Stopped, Execute),
            (Idle, Execute),
            (Execute, Stopped),
            (Execute, Idle),
            (Execute, Complete),
            (Aborted, Idle),
            (Aborted, Stopping),
            (Stopped, Stopping),
            (Held, Execute),
            (Idle, Held),
        ] {
            assert!(!is(from, to), "{from:?} to {to:?}");
        }
    }

    #[test]
    fn every_state_can_be_left_and_reached() {
        for state in State::ALL {
            assert!(!state.followed_by().is_empty());
            assert!(State::ALL.iter().any(|from| from.followed_by().contains(&state)), "{state:?}");
            assert!(state == Aborted || state == Aborting || state.leads_to(Aborting, &State::ALL), "{state:?}");
        }
    }
}
