//! The chip at an encoding station: scripts, what they answer, and chips that die.

use std::time::Duration;

use printer_driver::{ApduScript, ChipIdentity, Completion, DeviceError, ErrorKind, JobId};

use super::MachineCore;
use crate::machine::booklet::MockBooklet;
use crate::machine::faults::FaultKind;
use crate::machine::job::Step;
use crate::machine::physical::BookletId;
use crate::machine::table;

/// How long a coupler waits for a chip that does not answer.
pub(crate) const MUTE_AFTER: Duration = Duration::from_millis(500);

/// The status word of success (ISO/IEC 7816-4, 5.6).
const SUCCESS: u16 = 0x9000;

impl MachineCore {
    /// The script is carried out at once on the chip's own model; it is told when the chip's modelled time has passed.
    pub(super) fn begin_exchange(&mut self, id: JobId, now: Duration) {
        let Some(job) = self.jobs.get(&id) else { return };
        let round = job.round();
        let (Some(script), Some(booklet)) = (job.volatile.script.clone(), job.record.booklet) else { return };
        let was_touched = job.record.is_touched;
        let dies = self.strikes(FaultKind::ChipDies, booklet, round);
        let commands = script.commands.len() as u64;
        let last_words = self.chance.draw("answers before the chip dies", booklet.0, round).below(commands);
        let cut_after = self.chance.draw("commands before a cut", booklet.0, round).below(commands + 1);
        let Some(body) = self.store.body_mut(booklet) else { return };
        let started = body.chip.elapsed();
        let (answers, chip_if_cut) = transmit(body, &script, dies.then_some(last_words), cut_after);
        let mut takes = body.chip.elapsed().saturating_sub(started);
        let answers = match answers {
            Ok(answers) => Ok(answers),
            Err(answered) => {
                takes = takes.saturating_add(MUTE_AFTER);
                let detail = format!("the chip did not answer command {}", answered.saturating_add(1));
                // A dead chip that was never talked to makes no document, but neither does it carry anything.
                Err(if answered > 0 || was_touched || dies {
                    DeviceError::spoiled(ErrorKind::ChipMute, detail)
                } else {
                    DeviceError::untouched(ErrorKind::ChipMute, detail)
                })
            }
        };
        self.touched(id);
        if let Some(job) = self.jobs.get_mut(&id) {
            job.chip_if_cut = Some(chip_if_cut);
            job.volatile.answers = Some(answers);
        }
        self.touch(table::CHIP_IF_CUT, id.0);
        self.start_step(id, Step::Exchanging, takes, now);
        self.maybe_cut_power(FaultKind::PowerCutAtChip, booklet, round, takes, now);
    }

    pub(super) fn exchanged(&mut self, id: JobId, booklet: BookletId, now: Duration) {
        let Some(answers) = self.jobs.get_mut(&id).and_then(|job| job.volatile.answers.take()) else { return };
        self.touch(table::CHIP, booklet.0);
        self.touch_booklet(booklet);
        let station = self.jobs.get(&id).and_then(|job| job.record.station);
        if let Some(station) = station {
            self.desk.count_cycle(station);
        }
        match answers {
            Ok(answers) => self.finish_command(id, Ok(Completion::Answered { answers }), now),
            Err(error) => self.fail(id, error, now),
        }
    }

    /// The script was cut off: the chip is what it was after some of its commands, and the answers are lost.
    pub(super) fn cut_exchange(&mut self, id: JobId, booklet: BookletId) {
        let chip_if_cut = self.jobs.get_mut(&id).and_then(|job| job.chip_if_cut.take());
        let chip = chip_if_cut.and_then(|bytes| (self.settings.restore_chip)(&bytes));
        if let (Some(chip), Some(body)) = (chip, self.store.body_mut(booklet)) {
            body.chip = chip;
        }
        self.touch(table::CHIP, booklet.0);
        self.touch_booklet(booklet);
    }

    pub(super) fn read_identity(&mut self, booklet: BookletId) -> Option<ChipIdentity> {
        let body = self.store.body_mut(booklet)?;
        if body.chip_is_dead {
            return None;
        }
        body.chip.reset();
        body.chip.identity()
    }

    pub(super) fn kill_chip(&mut self, booklet: BookletId) {
        if let Some(body) = self.store.body_mut(booklet) {
            body.chip_is_dead = true;
        }
        self.touch_booklet(booklet);
    }
}

/// Sends the commands; an error is the number of those that were answered before the chip fell silent. Also the chip as it
/// was after `cut_after` commands.
fn transmit(
    body: &mut MockBooklet,
    script: &ApduScript,
    dies_after: Option<u64>,
    cut_after: u64,
) -> (Result<Vec<Vec<u8>>, usize>, Vec<u8>) {
    if script.reset_first && !body.chip_is_dead {
        body.chip.reset();
    }
    let mut answers = Vec::with_capacity(script.commands.len());
    let mut if_cut = None;
    for command in &script.commands {
        let answered = answers.len();
        if cut_after == answered as u64 {
            if_cut = Some(body.chip.snapshot());
        }
        if dies_after == Some(answered as u64) {
            body.chip_is_dead = true;
        }
        let answer = if body.chip_is_dead { Vec::new() } else { body.chip.transmit(command) };
        let Some((_, status)) = answer.split_last_chunk::<2>() else {
            return (Err(answered), if_cut.unwrap_or_else(|| body.chip.snapshot()));
        };
        let status = u16::from_be_bytes(*status);
        answers.push(answer);
        if status != SUCCESS && !script.accept.contains(&status) {
            break;
        }
    }
    (Ok(answers), if_cut.unwrap_or_else(|| body.chip.snapshot()))
}
