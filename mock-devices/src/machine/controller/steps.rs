//! Ends of steps: what has happened to the booklet, what is told, and what comes next.

use std::sync::Arc;
use std::time::Duration;

use printer_driver::{
    BookletFate, Completion, DeviceError, ErrorKind, EventBody, JobId, LayerKind, ProgressStep, Severity, Stack,
    Station, StationId,
};

use super::dispatch::stack_code;
use super::tell::JAM;
use super::{MachineCore, station};
use crate::machine::booklet::{Mark, Place};
use crate::machine::camera;
use crate::machine::faults::FaultKind;
use crate::machine::job::Step;
use crate::machine::physical::BookletId;
use crate::machine::table;

/// Farthest that the machine's clock leaps, in milliseconds.
const CLOCK_LEAP_MS: i64 = 3 * 24 * 3_600_000;

/// A station tells its telemetry each time it has worked on this many booklets.
pub(crate) const TELEMETRY_EVERY: u64 = 10;

impl MachineCore {
    pub(super) fn finish_step(&mut self, id: JobId, now: Duration) {
        let Some(job) = self.jobs.get_mut(&id) else { return };
        job.volatile.due = None;
        let step = job.record.step;
        let (booklet, round) = (job.record.booklet, job.round());
        let Some(booklet) = booklet else {
            self.misfed(id, now);
            return;
        };
        match step {
            Step::Feeding => self.fed(id, booklet, now),
            Step::Identifying => self.identified(id, booklet, now),
            Step::MovingToEncoder => self.at_encoder(id, now),
            Step::Exchanging => self.exchanged(id, booklet, now),
            Step::MovingToLaser if self.strikes(FaultKind::JamAtLaser, booklet, round) => {
                let error = DeviceError::spoiled(ErrorKind::Jam, "a booklet is stuck before the laser: take it out");
                self.jam(id, error, station::LASER, now);
            }
            Step::MovingToLaser => {
                self.place(id, station::LASER);
                self.start_step(id, Step::Confirming, self.settings.timings.confirm, now);
            }
            Step::Confirming => self.confirmed(id, booklet, now),
            Step::Engraving => self.engraved(id, booklet, now),
            Step::MovingToInkjet => {
                self.place(id, station::INKJET);
                self.start_step(id, Step::Inking, self.settings.timings.ink, now);
            }
            Step::Inking => self.inked(id, booklet, now),
            Step::MovingToCamera => {
                self.place(id, station::CAMERA);
                self.start_step(id, Step::Capturing, self.settings.timings.capture, now);
            }
            Step::Capturing => self.captured(id, booklet, now),
            Step::Delivering => self.put_out_done(id, booklet, now),
            _ => {}
        }
    }

    fn misfed(&mut self, id: JobId, now: Duration) {
        let Some(feeder) = self.jobs.get(&id).map(|job| job.record.feeder) else { return };
        let feed = station::feed(feeder);
        self.set_alarm("MISFEED", Severity::Warning, "No booklet came: look at the feeder.", Some(feed), now);
        self.fail(id, DeviceError::untouched(ErrorKind::Misfeed, "no booklet came"), now);
        self.close_without_booklet(id);
    }

    fn fed(&mut self, id: JobId, booklet: BookletId, now: Duration) {
        let Some((feeder, round)) = self.jobs.get(&id).map(|job| (job.record.feeder, job.round())) else { return };
        let feed = station::feed(feeder);
        self.worked(feed, now);
        self.clear_alarm("MISFEED", Some(feed), now);
        let second = self.store.feeders.get(&feeder).and_then(|order| order.front().copied());
        if let Some(second) = second
            && self.strikes(FaultKind::DoubleFeed, booklet, round)
        {
            if let Some(order) = self.store.feeders.get_mut(&feeder) {
                order.pop_front();
            }
            self.touch(table::FEEDER, feeder.0);
            self.tell_feeder(feeder, now);
            self.move_booklet(second, Place::Stack(Stack::Reject));
            self.stack_one(Stack::Reject, Some(&ErrorKind::DoubleFeed.to_string()), now);
            self.divert(id, DeviceError::untouched(ErrorKind::DoubleFeed, "two booklets came; both are rejected"), now);
            return;
        }
        self.tell_feeder(feeder, now);
        let left = self.store.feeders.get(&feeder).map_or(0, |order| order.len());
        if left <= self.settings.feeder_low as usize {
            self.set_alarm("FEEDER-LOW", Severity::Warning, "Load the feeder soon.", Some(feed), now);
        }
        if self.strikes(FaultKind::JamAtFeed, booklet, round) {
            let error = DeviceError::untouched(ErrorKind::Jam, "a booklet is stuck behind the feeder: take it out");
            self.jam(id, error, feed, now);
            return;
        }
        self.wait_step(id, Step::AwaitIdentify);
    }

    fn identified(&mut self, id: JobId, booklet: BookletId, now: Duration) {
        let Some(round) = self.jobs.get(&id).map(|job| job.round()) else { return };
        self.worked(station::IDENTIFY, now);
        self.desk.picked = self.desk.picked.saturating_add(1);
        if self.strikes(FaultKind::ClockJump, booklet, round) {
            let leap =
                self.chance.draw("how far the clock leaps", booklet.0, round).between(-CLOCK_LEAP_MS, CLOCK_LEAP_MS);
            self.desk.clock_offset_ms = self.desk.clock_offset_ms.saturating_add(leap);
        }
        let serial = self.read_serial(booklet, FaultKind::SerialMisreadAtPick, round);
        if self.strikes(FaultKind::ChipMute, booklet, round) {
            self.kill_chip(booklet);
        }
        let identity = self.read_identity(booklet);
        let Some(job) = self.jobs.get_mut(&id) else { return };
        job.record.serial = serial.clone();
        let Some(identity) = identity else {
            let detail = format!("the chip of {serial} does not answer; the booklet is rejected");
            self.divert(id, DeviceError::untouched(ErrorKind::ChipMute, detail).with_serial(serial), now);
            return;
        };
        job.volatile.identity = Some(identity);
        self.start_step(id, Step::MovingToEncoder, self.settings.timings.transport, now);
    }

    fn at_encoder(&mut self, id: JobId, now: Duration) {
        let Some(job) = self.jobs.get(&id) else { return };
        let (Some(encoder), Some(chip)) = (job.record.reserved, job.volatile.identity.clone()) else { return };
        let serial = job.record.serial.clone();
        self.place(id, encoder);
        self.finish_command(id, Ok(Completion::Picked { serial, chip, station: encoder }), now);
    }

    fn confirmed(&mut self, id: JobId, booklet: BookletId, now: Duration) {
        let Some((page, round)) = self.jobs.get(&id).and_then(|job| Some((job.page.clone()?, job.round()))) else {
            return;
        };
        let read = self.read_serial(booklet, FaultKind::SerialMisreadAtConfirm, round);
        if read != page.expected_serial {
            let detail = format!("{read} was read before the first mark, another was expected");
            self.fail(id, DeviceError::untouched(ErrorKind::WrongSerial, detail).with_serial(read), now);
            return;
        }
        let full = |layer: &printer_driver::Layer| Mark { layer: layer.clone(), done_per_mille: 1000 };
        // All layers are decoded before the first mark: a page must not end half-way because of its data.
        let raster = camera::compose(&page.layers.iter().map(full).collect::<Vec<_>>()).and_then(|raster| {
            let observation = page.layers.iter().find(|layer| layer.kind == LayerKind::Observation);
            observation.map_or(Ok(()), |layer| camera::decode(layer).map(|_| ()))?;
            Ok(raster)
        });
        let raster = match raster {
            Ok(raster) => raster,
            Err(bad) => {
                self.fail(id, DeviceError::untouched(ErrorKind::Invalid, bad.0), now);
                return;
            }
        };
        if let Some(job) = self.jobs.get_mut(&id) {
            job.volatile.raster = Some(Arc::new(raster));
        }
        self.tell(EventBody::Progress { job: id, step: ProgressStep::SerialConfirmed }, now);
        if page.layers.iter().all(|layer| layer.kind == LayerKind::Observation) {
            self.wait_step(id, Step::AwaitInkjet);
            return;
        }
        self.touched(id);
        let engrave = self.settings.timings.engrave;
        self.start_step(id, Step::Engraving, engrave, now);
        self.maybe_cut_power(FaultKind::PowerCutAtLaser, booklet, round, engrave, now);
    }

    fn engraved(&mut self, id: JobId, booklet: BookletId, now: Duration) {
        let Some((page, round)) = self.jobs.get(&id).and_then(|job| Some((job.page.clone()?, job.round()))) else {
            return;
        };
        self.worked(station::LASER, now);
        self.consume(station::LASER, now);
        let is_reprinted = self.jobs.get(&id).is_some_and(|job| job.volatile.is_reprinting);
        if !is_reprinted && self.strikes(FaultKind::UnwantedReprint, booklet, round) {
            self.reprint(id, booklet, round, now);
            return;
        }
        if self.strikes(FaultKind::EngravingFault, booklet, round) {
            let done = self.chance.draw("engraved before the fault", booklet.0, round).between(50, 950);
            self.mark(id, booklet, &[LayerKind::Laser, LayerKind::Window], done);
            let text = "Engraving broke off: look at the laser.";
            self.set_alarm("LASER-FAULT", Severity::Warning, text, Some(station::LASER), now);
            self.fail(id, DeviceError::spoiled(ErrorKind::MarkingFailed, "engraving broke off"), now);
            return;
        }
        self.clear_alarm("LASER-FAULT", Some(station::LASER), now);
        self.mark(id, booklet, &[LayerKind::Laser, LayerKind::Window], 1000);
        self.tell(EventBody::Progress { job: id, step: ProgressStep::Engraved }, now);
        let has_observation = page.layers.iter().any(|layer| layer.kind == LayerKind::Observation);
        self.wait_step(id, if has_observation { Step::AwaitInkjet } else { Step::AwaitCamera });
    }

    fn inked(&mut self, id: JobId, booklet: BookletId, now: Duration) {
        let Some(round) = self.jobs.get(&id).map(|job| job.round()) else { return };
        self.touched(id);
        self.worked(station::INKJET, now);
        self.consume(station::INKJET, now);
        if self.strikes(FaultKind::InkingFault, booklet, round) {
            let done = self.chance.draw("inked before the fault", booklet.0, round).between(50, 950);
            self.mark(id, booklet, &[LayerKind::Observation], done);
            let text = "Inking broke off: look at the print head.";
            self.set_alarm("INKJET-FAULT", Severity::Warning, text, Some(station::INKJET), now);
            self.fail(id, DeviceError::spoiled(ErrorKind::MarkingFailed, "inking broke off"), now);
            return;
        }
        self.clear_alarm("INKJET-FAULT", Some(station::INKJET), now);
        self.mark(id, booklet, &[LayerKind::Observation], 1000);
        self.tell(EventBody::Progress { job: id, step: ProgressStep::Inked }, now);
        self.wait_step(id, Step::AwaitCamera);
    }

    fn captured(&mut self, id: JobId, booklet: BookletId, now: Duration) {
        let Some(round) = self.jobs.get(&id).map(|job| job.round()) else { return };
        self.worked(station::CAMERA, now);
        self.consume(station::CAMERA, now);
        if self.strikes(FaultKind::CameraFailure, booklet, round) {
            self.set_alarm("CAMERA-FAULT", Severity::Warning, "No picture came.", Some(station::CAMERA), now);
            let detail = "the page is marked, but no picture came: look at the booklet";
            let is_photographing = self.jobs.get(&id).is_some_and(|job| job.record.is_photographing);
            // Taking a picture again changes nothing, so neither does failing to.
            let fate = if is_photographing { BookletFate::Untouched } else { BookletFate::Unknown };
            self.fail(id, DeviceError::new(ErrorKind::CameraFailed, fate, detail), now);
            return;
        }
        self.clear_alarm("CAMERA-FAULT", Some(station::CAMERA), now);
        let is_misread = self.strikes(FaultKind::CameraMisread, booklet, round);
        let image = self.desk.next_image();
        if let Some(job) = self.jobs.get_mut(&id) {
            job.record.images.push((image, is_misread));
        }
        self.tell(EventBody::Progress { job: id, step: ProgressStep::Captured }, now);
        self.finish_command(id, Ok(Completion::Personalised { image }), now);
    }

    fn put_out_done(&mut self, id: JobId, booklet: BookletId, now: Duration) {
        let Some(job) = self.jobs.get(&id) else { return };
        let (stack, round) = (job.record.stack.unwrap_or(Stack::Reject), job.round());
        let is_commanded = job.record.command.is_some();
        if is_commanded && self.strikes(FaultKind::JamAtOutput, booklet, round) {
            let error = DeviceError::unknown(ErrorKind::Jam, "a booklet is stuck on its way out: take it out");
            self.jam(id, error, station::OUTPUT, now);
            return;
        }
        self.worked(station::OUTPUT, now);
        self.lay_on_stack(id, booklet, stack, now);
    }

    /// The booklet lies on a stack, and its job is over.
    pub(super) fn lay_on_stack(&mut self, id: JobId, booklet: BookletId, stack: Stack, now: Duration) {
        let Some(job) = self.jobs.get_mut(&id) else { return };
        let is_cancelling = job.record.is_cancelling;
        let default = if is_cancelling { "cancelled" } else { "rejected by the host" };
        let reason = job.record.reason.clone().unwrap_or_else(|| default.to_owned());
        job.record.stack = Some(stack);
        job.record.station = None;
        job.record.reserved = None;
        job.record.images.clear();
        job.volatile.raster = None;
        self.move_booklet(booklet, Place::Stack(stack));
        self.stack_one(stack, (stack == Stack::Reject).then_some(reason.as_str()), now);
        let completion = if is_cancelling { Completion::Cancelled } else { Completion::Delivered { stack } };
        self.finish_command(id, Ok(completion), now);
        self.wait_step(id, Step::Out);
        self.retire(id);
    }

    /// Counts a booklet onto a stack.
    pub(super) fn stack_one(&mut self, stack: Stack, reason: Option<&str>, now: Duration) {
        match reason {
            Some(reason) => self.desk.count_rejected(reason),
            None => self.desk.good = self.desk.good.saturating_add(1),
        }
        let count = self.desk.stacked(stack).saturating_add(1);
        self.desk.set_stacked(stack, count);
        self.tell(EventBody::StackChanged(self.stack_level(stack)), now);
        if count >= self.settings.stack_capacity {
            self.set_alarm(stack_code(stack), Severity::Critical, "Empty the stack.", Some(station::OUTPUT), now);
            self.suspend_itself(now);
        }
    }

    /// A pick ends with an error; the machine itself puts the booklet onto the reject stack.
    fn divert(&mut self, id: JobId, error: DeviceError, now: Duration) {
        self.fail(id, error, now);
        self.divert_unnoticed(id);
    }

    /// The machine itself will put this booklet onto the reject stack.
    pub(super) fn divert_unnoticed(&mut self, id: JobId) {
        if let Some(job) = self.jobs.get_mut(&id) {
            job.record.stack = Some(Stack::Reject);
            job.record.reserved = None;
        }
        self.wait_step(id, Step::AwaitOutput);
    }

    /// A booklet is stuck until a person takes it out.
    fn jam(&mut self, id: JobId, error: DeviceError, at: StationId, now: Duration) {
        self.place(id, at);
        if let Some(job) = self.jobs.get_mut(&id) {
            job.record.reserved = None;
        }
        self.set_alarm(JAM, Severity::Critical, error.detail.clone(), Some(at), now);
        self.fail(id, error, now);
        self.wait_step(id, Step::Jammed);
        self.hold_itself(now);
    }

    /// Something irreversible may have been done to this job's booklet.
    pub(super) fn touched(&mut self, id: JobId) {
        if let Some(job) = self.jobs.get_mut(&id) {
            job.record.is_touched = true;
        }
        self.touch_job(id);
    }

    /// Engraving broke off, and the machine engraves the page a second time although nobody has asked for it.
    fn reprint(&mut self, id: JobId, booklet: BookletId, round: u64, now: Duration) {
        let done = self.chance.draw("engraved before the reprint", booklet.0, round).between(300, 950);
        self.mark(id, booklet, &[LayerKind::Laser, LayerKind::Window], done);
        if let Some(job) = self.jobs.get_mut(&id) {
            job.volatile.is_reprinting = true;
            // What was engraved twice is darker than what was to be engraved.
            job.volatile.raster = None;
        }
        self.tell(EventBody::Progress { job: id, step: ProgressStep::Engraved }, now);
        self.start_step(id, Step::Engraving, self.settings.timings.engrave, now);
    }

    /// Marks the layers of these kinds, as far as `per_mille` from the top.
    pub(super) fn mark(&mut self, id: JobId, booklet: BookletId, kinds: &[LayerKind], per_mille: i64) {
        let Some(page) = self.jobs.get(&id).and_then(|job| job.page.as_ref()) else { return };
        let done_per_mille = u16::try_from(per_mille).unwrap_or(0).min(1000);
        let layers = page.layers.iter().filter(|layer| kinds.contains(&layer.kind));
        let marks: Vec<Mark> = layers.map(|layer| Mark { layer: layer.clone(), done_per_mille }).collect();
        let begins =
            kinds.contains(&LayerKind::Laser) || page.layers.iter().all(|layer| layer.kind == LayerKind::Observation);
        let number = page.number.clone().filter(|_| kinds.contains(&LayerKind::Laser));
        if let Some(body) = self.store.body_mut(booklet) {
            body.marks.extend(marks);
            body.times_marked = body.times_marked.saturating_add(u32::from(begins));
            body.number = number.or(body.number.take());
        }
        self.touch(table::MARKS, booklet.0);
        self.touch_booklet(booklet);
    }

    fn read_serial(&mut self, booklet: BookletId, misread: FaultKind, round: u64) -> String {
        let Some(serial) = self.store.booklets.get(&booklet).map(|kept| kept.serial.clone()) else {
            return String::new();
        };
        if !self.strikes(misread, booklet, round) {
            return serial;
        }
        let mut characters: Vec<char> = serial.chars().collect();
        let place = self.chance.draw(misread.name(), booklet.0, round).below(characters.len() as u64);
        if let Some(character) = usize::try_from(place).ok().and_then(|place| characters.get_mut(place)) {
            *character = match character {
                '0' => '8',
                '1' => '7',
                '5' => '6',
                '8' => '3',
                _ => '0',
            };
        }
        characters.into_iter().collect()
    }

    /// A station has worked on one more booklet.
    fn worked(&mut self, at: StationId, now: Duration) {
        let cycles = self.desk.count_cycle(at);
        self.touch_desk();
        if cycles.is_multiple_of(TELEMETRY_EVERY)
            && let Some(shown) = self.stations().into_iter().find(|station: &Station| station.id == at)
        {
            self.tell(EventBody::StationChanged(shown), now);
        }
    }
}
