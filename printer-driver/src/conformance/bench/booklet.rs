//! One booklet's way.

use super::{Bench, Result, demand, failed};
use crate::{
    ApduScript, ChipEncoding, ChipIdentity, Completion, FeederId, Format, ImageId, JobId, Layer, Operation, Stack,
};

/// A booklet that was picked.
#[derive(Debug, Clone)]
pub(in crate::conformance) struct Booklet {
    pub(in crate::conformance) job: JobId,
    pub(in crate::conformance) serial: String,
    pub(in crate::conformance) chip: ChipIdentity,
}

impl Bench<'_> {
    /// A feeder and the format of the booklets in it.
    pub(in crate::conformance) fn feeder(&mut self) -> Result<(FeederId, Format)> {
        let fallback = self.description()?.capabilities.formats.first().cloned();
        let Some(feeder) = self.snapshot()?.feeders.first().cloned() else {
            return failed("the machine announces no feeder", "Snapshot::feeders lists every feeder, empty or not");
        };
        match feeder.format.clone().or(fallback) {
            Some(format) => Ok((feeder.id, format)),
            None => failed("no format is announced", "Capabilities::formats lists what the machine takes"),
        }
    }

    /// Loads booklets, whose serials come back in the order in which they will be picked.
    pub(in crate::conformance) fn load(&mut self, count: u32) -> Result<Vec<String>> {
        let (feeder, _) = self.feeder()?;
        Ok(self.rig.load(feeder, count)?)
    }

    /// Leaves exactly these booklets in the feeder, as far as the rig can take out what lies there.
    pub(in crate::conformance) fn load_only(&mut self, count: u32) -> Result<Vec<String>> {
        let (feeder, _) = self.feeder()?;
        let _ = self.rig.empty_feeder(feeder);
        self.load(count)
    }

    /// The order to pick the next booklet.
    pub(in crate::conformance) fn pick_order(&mut self) -> Result<(JobId, Operation)> {
        let (feeder, format) = self.feeder()?;
        let job = self.new_job();
        Ok((job, Operation::Pick { job, feeder, format }))
    }

    /// Picks the next booklet.
    pub(in crate::conformance) fn pick(&mut self) -> Result<Booklet> {
        let (job, operation) = self.pick_order()?;
        let completion = self.succeed(operation)?;
        picked(job, completion)
    }

    /// The order to write the chip, in the way in which this machine's chips are written.
    pub(in crate::conformance) fn chip_order(&mut self, booklet: &Booklet) -> Result<Operation> {
        let job = booklet.job;
        Ok(match self.description()?.capabilities.encoding {
            ChipEncoding::Machine { .. } => {
                let package = self.rig.package(job, &booklet.serial, &booklet.chip)?;
                Operation::Encode { job, package }
            }
            ChipEncoding::Coupler => Operation::Exchange { job, script: self.rig.chip_script(&booklet.serial) },
        })
    }

    /// The order to mark the page.
    pub(in crate::conformance) fn page_order(&mut self, booklet: &Booklet) -> Operation {
        let layers: Vec<Layer> = self.rig.page(&booklet.serial);
        let number = self.rig.number(&booklet.serial);
        Operation::Personalise { job: booklet.job, expected_serial: booklet.serial.clone(), number, layers }
    }

    /// Writes the chip.
    pub(in crate::conformance) fn write_chip(&mut self, booklet: &Booklet) -> Result<()> {
        let order = self.chip_order(booklet)?;
        let completion = self.succeed(order.clone())?;
        check_chip_end(&order, &completion)
    }

    /// Marks the page and says its picture.
    pub(in crate::conformance) fn mark(&mut self, booklet: &Booklet) -> Result<ImageId> {
        let order = self.page_order(booklet);
        match self.succeed(order)? {
            Completion::Personalised { image } => Ok(image),
            other => failed(format!("Personalise ended as {other:?}"), "Personalise ends as Personalised"),
        }
    }

    /// Puts the booklet out.
    pub(in crate::conformance) fn deliver(&mut self, booklet: &Booklet, to: Stack) -> Result<()> {
        match self.succeed(Operation::Deliver { job: booklet.job, stack: to })? {
            Completion::Delivered { stack } if stack == to => self.lies_on(booklet, to),
            other => {
                failed(format!("Deliver to {to:?} ended as {other:?}"), "Deliver ends as Delivered, with the stack")
            }
        }
    }

    /// A picked booklet with its chip written.
    pub(in crate::conformance) fn encoded(&mut self) -> Result<Booklet> {
        let booklet = self.pick()?;
        self.write_chip(&booklet)?;
        Ok(booklet)
    }

    /// A booklet that is written, marked and waits to be put out.
    pub(in crate::conformance) fn marked(&mut self) -> Result<Booklet> {
        let booklet = self.encoded()?;
        self.mark(&booklet)?;
        Ok(booklet)
    }

    /// Demands that the page was marked this often, if the rig can look.
    pub(in crate::conformance) fn marks_are(&mut self, serial: &str, wanted: u32) -> Result<()> {
        match self.rig.marks_on(serial) {
            Some(marks) => demand(
                marks == wanted,
                || format!("the page of {serial} was marked {marks} times, it should be {wanted}"),
                "a mark is made once for one accepted order, and never without one",
            ),
            None => Ok(()),
        }
    }

    /// Demands that the booklet lies on this stack and not on the other, if the rig can look.
    pub(in crate::conformance) fn lies_on(&mut self, booklet: &Booklet, stack: Stack) -> Result<()> {
        let other = if stack == Stack::Good { Stack::Reject } else { Stack::Good };
        let [here, there] = [stack, other].map(|stack| {
            self.rig.found_on(stack).map(|found| found.iter().filter(|serial| **serial == booklet.serial).count())
        });
        demand(
            here.is_none_or(|count| count == 1) && there.is_none_or(|count| count == 0),
            || format!("{} is told to lie on {stack:?} and lies elsewhere", booklet.serial),
            "report where the booklet went, and send it where it was told to go",
        )
    }
}

/// What a pick's completion says.
pub(in crate::conformance) fn picked(job: JobId, completion: Completion) -> Result<Booklet> {
    match completion {
        Completion::Picked { serial, chip, .. } => Ok(Booklet { job, serial, chip }),
        other => failed(format!("Pick ended as {other:?}"), "Pick ends as Picked"),
    }
}

/// Demands that an order to write a chip ended as it must.
pub(in crate::conformance) fn check_chip_end(order: &Operation, completion: &Completion) -> Result<()> {
    match (order, completion) {
        (Operation::Encode { .. }, Completion::Encoded) => Ok(()),
        (Operation::Exchange { script, .. }, Completion::Answered { answers }) => answered(answers, script),
        (_, other) => {
            failed(format!("the chip's order ended as {other:?}"), "Exchange ends as Answered, Encode as Encoded")
        }
    }
}

/// Demands that a script was sent to its end.
fn answered(answers: &[Vec<u8>], script: &ApduScript) -> Result<()> {
    let (told, sent) = (answers.len(), script.commands.len());
    demand(
        told == sent,
        || format!("{sent} commands to the chip were answered {told} times"),
        "Answered holds one answer for each command, as long as each is accepted",
    )?;
    let accepted = answers.iter().all(|answer| {
        let Some(status) = answer.last_chunk::<2>() else { return false };
        let status = u16::from_be_bytes(*status);
        status == 0x9000 || script.accept.contains(&status)
    });
    demand(accepted, || "an answer's status is not one that the script accepts".to_owned(), "see Rig::chip_script")
}
