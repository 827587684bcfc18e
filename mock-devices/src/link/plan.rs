//! Which faults of a link strike, and how often.

use std::collections::BTreeMap;
use std::time::Duration;

use printer_driver::{Command, Operation};

/// Something that goes wrong between host and machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum LinkFault {
    /// A request does not arrive.
    RequestLost,
    /// A request arrives; its answer does not.
    AnswerLost,
    /// A command is given up as timed out and arrives up to five seconds later, unless the host has attached anew.
    RequestLate,
    /// A command that can change a booklet for good does not arrive.
    LostBeforeIrreversible,
    /// A command that can change a booklet for good arrives; its answer does not.
    LostAfterIrreversible,
    /// The link is down for half a second to half a minute.
    Cut,
    /// Events that were told before are told again, with those that are new behind them.
    EventsTwice,
    /// Events come up to ten seconds late; until then none seem to have happened.
    EventsLate,
    /// The events of a batch come in another order.
    EventsShuffled,
    /// One event of a batch is missing; reading again from before it brings it.
    EventsGapped,
}

impl LinkFault {
    /// All of them.
    pub const ALL: [LinkFault; 10] = [
        LinkFault::RequestLost,
        LinkFault::AnswerLost,
        LinkFault::RequestLate,
        LinkFault::LostBeforeIrreversible,
        LinkFault::LostAfterIrreversible,
        LinkFault::Cut,
        LinkFault::EventsTwice,
        LinkFault::EventsLate,
        LinkFault::EventsShuffled,
        LinkFault::EventsGapped,
    ];

    /// A name for reports.
    pub fn name(self) -> &'static str {
        match self {
            LinkFault::RequestLost => "request-lost",
            LinkFault::AnswerLost => "answer-lost",
            LinkFault::RequestLate => "request-late",
            LinkFault::LostBeforeIrreversible => "lost-before-irreversible",
            LinkFault::LostAfterIrreversible => "lost-after-irreversible",
            LinkFault::Cut => "link-cut",
            LinkFault::EventsTwice => "link-events-twice",
            LinkFault::EventsLate => "link-events-late",
            LinkFault::EventsShuffled => "link-events-shuffled",
            LinkFault::EventsGapped => "link-events-gapped",
        }
    }

    /// Whether the fault can strike this call.
    pub(super) fn can_strike(self, call: &str, command: Option<&Command>) -> bool {
        let is_irreversible = command.is_some_and(|command| {
            matches!(
                command.operation,
                Operation::Exchange { .. } | Operation::Encode { .. } | Operation::Personalise { .. }
            )
        });
        match self {
            LinkFault::RequestLost | LinkFault::AnswerLost | LinkFault::Cut => true,
            LinkFault::RequestLate => command.is_some(),
            LinkFault::LostBeforeIrreversible | LinkFault::LostAfterIrreversible => is_irreversible,
            LinkFault::EventsTwice | LinkFault::EventsLate | LinkFault::EventsShuffled | LinkFault::EventsGapped => {
                call == "events"
            }
        }
    }
}

/// Which faults strike, and how often. The default is none.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct LinkPlan {
    /// Printed with every run that has faults.
    pub seed: u64,
    /// Strikes in a million calls.
    pub rates_per_million: BTreeMap<LinkFault, u32>,
    /// How long a call takes to fail, on the link's clock; zero in virtual time on one thread.
    pub fails_after: Duration,
}

impl LinkPlan {
    /// No faults.
    pub fn none() -> Self {
        LinkPlan::default()
    }

    /// Every kind at the same rate.
    pub fn all_at(seed: u64, rate_per_million: u32) -> Self {
        let rates_per_million = LinkFault::ALL.into_iter().map(|fault| (fault, rate_per_million)).collect();
        LinkPlan { seed, rates_per_million, fails_after: Duration::ZERO }
    }
}
