//! The steps of a booklet's way, each of which may be repeated, cut off or survived.

use super::super::bench::{Bench, Booklet, Result, booklet, demand, failed, session::End};
use crate::{Command, Completion, Counters, Operation, Stack};

/// A step of a booklet's way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Step {
    Pick,
    Chip,
    Mark,
    Photograph,
    Deliver,
    Cancel,
}

impl Step {
    pub(super) const ALL: [Step; 6] =
        [Step::Pick, Step::Chip, Step::Mark, Step::Photograph, Step::Deliver, Step::Cancel];

    pub(super) fn name(self) -> &'static str {
        match self {
            Step::Pick => "Pick",
            Step::Chip => "the chip's order",
            Step::Mark => "Personalise",
            Step::Photograph => "Photograph",
            Step::Deliver => "Deliver",
            Step::Cancel => "Cancel",
        }
    }
}

/// A booklet just before a step, with the command that does the step.
pub(super) struct Prepared {
    pub(super) step: Step,
    /// The serial of the booklet that the step is about.
    pub(super) serial: String,
    pub(super) booklet: Option<Booklet>,
    pub(super) command: Command,
    before: Counters,
}

impl Prepared {
    /// Makes the machine ready and brings a booklet to just before the step.
    pub(super) fn new(bench: &mut Bench<'_>, step: Step) -> Result<Self> {
        bench.ready()?;
        let serials = bench.load_only(2)?;
        let Some(serial) = serials.first().cloned() else {
            return failed("Rig::load told no serials", "it says one serial for each booklet it loads");
        };
        let booklet = match step {
            Step::Pick => None,
            Step::Chip | Step::Cancel => Some(bench.pick()?),
            Step::Mark => Some(bench.encoded()?),
            Step::Photograph | Step::Deliver => Some(bench.marked()?),
        };
        let before = bench.snapshot()?.counters;
        let operation = match (step, &booklet) {
            (Step::Chip, Some(booklet)) => bench.chip_order(booklet)?,
            (Step::Mark, Some(booklet)) => bench.page_order(booklet),
            (Step::Photograph, Some(booklet)) => Operation::Photograph { job: booklet.job },
            (Step::Deliver, Some(booklet)) => Operation::Deliver { job: booklet.job, stack: Stack::Good },
            (Step::Cancel, Some(booklet)) => Operation::Cancel { job: booklet.job },
            _ => bench.pick_order()?.1,
        };
        let command = bench.command(operation);
        Ok(Prepared { step, serial, booklet, command, before })
    }

    /// Hands the command in, which must be accepted.
    pub(super) fn start(&self, bench: &mut Bench<'_>) -> Result<()> {
        match bench.hand_in(&self.command)? {
            Ok(crate::Acceptance::Accepted) => Ok(()),
            other => failed(
                format!("{} was answered {other:?}", self.step.name()),
                "a new command that is possible now is accepted",
            ),
        }
    }

    /// Demands that the step ended well, and as what it is.
    pub(super) fn ended_well(&mut self, end: &End) -> Result<()> {
        let completion = match end {
            Ok(completion) => completion,
            Err(error) => {
                return failed(
                    format!("{} ended with: {error}", self.step.name()),
                    "the step must end well on a machine that is in order, repeated or not",
                );
            }
        };
        match (self.step, completion, &self.command.operation) {
            (Step::Pick, Completion::Picked { .. }, Operation::Pick { job, .. }) => {
                self.booklet = Some(booklet::picked(*job, completion.clone())?);
                Ok(())
            }
            (Step::Chip, _, order) => booklet::check_chip_end(order, completion),
            (Step::Mark | Step::Photograph, Completion::Personalised { .. }, _)
            | (Step::Deliver, Completion::Delivered { stack: Stack::Good }, _)
            | (Step::Cancel, Completion::Cancelled, _) => Ok(()),
            (step, other, _) => {
                failed(format!("{} ended as {other:?}", step.name()), "see Completion for each operation")
            }
        }
    }

    /// Demands that the step was done once, as the counters and the rig see it.
    pub(super) fn was_done_once(&self, bench: &mut Bench<'_>) -> Result<()> {
        let after = bench.snapshot()?.counters;
        let grown = |now: u64, then: u64| now.saturating_sub(then);
        let picked = grown(after.picked, self.before.picked);
        let good = grown(after.good, self.before.good);
        let rejected = grown(after.rejected_total(), self.before.rejected_total());
        let wanted = match self.step {
            Step::Pick => (1, 0, 0),
            Step::Deliver => (0, 1, 0),
            Step::Cancel => (0, 0, 1),
            Step::Chip | Step::Mark | Step::Photograph => (0, 0, 0),
        };
        demand(
            (picked, good, rejected) == wanted,
            || format!("{} counted {picked} picked, {good} good, {rejected} rejected", self.step.name()),
            "a command is carried out once, however often it is handed in, and counted once",
        )?;
        let marks = u32::from(matches!(self.step, Step::Mark | Step::Photograph | Step::Deliver));
        bench.marks_are(&self.serial, marks)?;
        match (self.step, &self.booklet) {
            (Step::Deliver, Some(booklet)) => bench.lies_on(booklet, Stack::Good),
            (Step::Cancel, Some(booklet)) => bench.lies_on(booklet, Stack::Reject),
            _ => Ok(()),
        }
    }
}
