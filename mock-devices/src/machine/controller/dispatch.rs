//! Which booklet moves next: each waiting one starts as soon as the station it needs is free, oldest first.

use std::time::Duration;

use printer_driver::{Completion, DeviceError, ErrorKind, EventBody, JobId, Severity, Stack, State, StationId};

use super::{MachineCore, station};
use crate::machine::booklet::Place;
use crate::machine::faults::FaultKind;
use crate::machine::job::Step;
use crate::machine::physical::BookletId;
use crate::machine::table;

impl MachineCore {
    /// Starts everything that can start.
    pub(super) fn dispatch(&mut self, now: Duration) {
        loop {
            let mut has_moved = false;
            for id in self.inside.clone() {
                has_moved |= self.try_start(id, now);
            }
            if !has_moved {
                break;
            }
        }
        self.settle_waiting_state(now);
    }

    fn try_start(&mut self, id: JobId, now: Duration) -> bool {
        let Some(job) = self.jobs.get(&id) else { return false };
        if !self.may_move() {
            return false;
        }
        let timings = self.settings.timings;
        match job.record.step {
            Step::AwaitFeeder => self.try_feed(id, now),
            Step::AwaitIdentify if self.is_free(station::IDENTIFY) => {
                self.place(id, station::IDENTIFY);
                self.start_step(id, Step::Identifying, timings.identify, now);
                true
            }
            Step::AwaitExchange => {
                self.begin_chip(id, now);
                true
            }
            Step::AwaitLaser if job.record.station == Some(station::LASER) => {
                self.start_step(id, Step::Confirming, timings.confirm, now);
                true
            }
            Step::AwaitLaser => self.try_move(id, station::LASER, Step::MovingToLaser, now),
            Step::AwaitInkjet => self.try_move(id, station::INKJET, Step::MovingToInkjet, now),
            Step::AwaitCamera if job.record.station == Some(station::CAMERA) => {
                self.start_step(id, Step::Capturing, timings.capture, now);
                true
            }
            Step::AwaitCamera => self.try_move(id, station::CAMERA, Step::MovingToCamera, now),
            Step::Resting if job.record.station == Some(station::CAMERA) => self.try_step_aside(id),
            Step::AwaitOutput => self.try_put_out(id, now),
            _ => false,
        }
    }

    fn try_feed(&mut self, id: JobId, now: Duration) -> bool {
        if !matches!(self.desk.state, State::Execute | State::Completing) {
            return false;
        }
        let Some(job) = self.jobs.get(&id) else { return false };
        let (feeder, arrival) = (job.record.feeder, job.record.arrival);
        let feed = station::feed(feeder);
        let encoder = self.encoders().find(|encoder| self.is_free(*encoder));
        let (true, Some(encoder)) = (self.is_free(feed), encoder) else { return false };
        let Some(next) = self.store.feeders.get(&feeder).and_then(|order| order.front().copied()) else {
            self.set_alarm("FEEDER-EMPTY", Severity::Critical, "Load the feeder.", Some(feed), now);
            self.fail(id, DeviceError::untouched(ErrorKind::FeederEmpty, "nothing is left in the feeder"), now);
            self.close_without_booklet(id);
            return true;
        };
        if !self.strikes(FaultKind::Misfeed, next, arrival) {
            let below = self.store.feeders.get(&feeder).and_then(|order| order.get(1).copied());
            let shifted = below.filter(|_| self.strikes(FaultKind::ShiftedFeed, next, arrival));
            self.take_from_feeder(id, shifted.unwrap_or(next));
        }
        if let Some(job) = self.jobs.get_mut(&id) {
            job.record.station = Some(feed);
            job.record.reserved = Some(encoder);
        }
        self.start_step(id, Step::Feeding, self.settings.timings.feed, now);
        true
    }

    fn take_from_feeder(&mut self, id: JobId, booklet: BookletId) {
        let Some(job) = self.jobs.get_mut(&id) else { return };
        let feeder = job.record.feeder;
        job.record.booklet = Some(booklet);
        if let Some(order) = self.store.feeders.get_mut(&feeder) {
            order.retain(|known| *known != booklet);
        }
        self.move_booklet(booklet, Place::Station(station::feed(feeder)));
        self.touch(table::FEEDER, feeder.0);
    }

    fn try_move(&mut self, id: JobId, to: StationId, step: Step, now: Duration) -> bool {
        if !self.is_free(to) {
            return false;
        }
        if let Some(job) = self.jobs.get_mut(&id) {
            job.record.reserved = Some(to);
        }
        self.start_step(id, step, self.settings.timings.transport, now);
        true
    }

    /// A photographed booklet makes room for the next, if there is a place to wait.
    fn try_step_aside(&mut self, id: JobId) -> bool {
        // A booklet that goes back to the camera leaves its place to the one that makes room for it there.
        let waiting = self.inside.iter().filter_map(|id| self.jobs.get(id));
        let waiting = waiting.filter(|job| job.record.step != Step::AwaitCamera);
        let taken = waiting.filter(|job| job.record.station == Some(station::OUTPUT)).count();
        if taken >= self.settings.output_places {
            return false;
        }
        self.place(id, station::OUTPUT);
        true
    }

    fn try_put_out(&mut self, id: JobId, now: Duration) -> bool {
        let Some(job) = self.jobs.get(&id) else { return false };
        let (stack, booklet, round) = (job.record.stack.unwrap_or(Stack::Reject), job.record.booklet, job.round());
        let others = self.inside.iter().filter_map(|id| self.jobs.get(id));
        if others.into_iter().any(|job| job.record.step == Step::Delivering) {
            return false;
        }
        let is_commanded = job.record.command.is_some();
        let sensor = stack == Stack::Good
            && is_commanded
            && booklet.is_some_and(|booklet| self.strikes(FaultKind::StackFull, booklet, round));
        if sensor || self.desk.stacked(stack) >= self.settings.stack_capacity {
            self.set_alarm(stack_code(stack), Severity::Critical, "Empty the stack.", Some(station::OUTPUT), now);
            self.suspend_itself(now);
            if is_commanded {
                self.fail(id, DeviceError::untouched(ErrorKind::StackFull, "empty the stack"), now);
            }
            // What the machine itself diverts waits at its place until there is room.
            return is_commanded;
        }
        self.start_step(id, Step::Delivering, self.settings.timings.output, now);
        true
    }

    /// Begins a step that takes this long.
    pub(super) fn start_step(&mut self, id: JobId, step: Step, takes: Duration, now: Duration) {
        if let Some(job) = self.jobs.get_mut(&id) {
            job.record.step = step;
            job.volatile.due = Some(now.saturating_add(takes));
            self.touch_job(id);
        }
    }

    /// A job's booklet waits, for a station or for the host.
    pub(super) fn wait_step(&mut self, id: JobId, step: Step) {
        if let Some(job) = self.jobs.get_mut(&id) {
            job.record.step = step;
            job.volatile.due = None;
            self.touch_job(id);
        }
    }

    /// A job's booklet has come to a station.
    pub(super) fn place(&mut self, id: JobId, at: StationId) {
        let Some(job) = self.jobs.get_mut(&id) else { return };
        job.record.station = Some(at);
        // The place at an encoder is kept for the booklet while it is still being fed and identified.
        if at != station::IDENTIFY {
            job.record.reserved = None;
        }
        let booklet = job.record.booklet;
        self.touch_job(id);
        if let Some(booklet) = booklet {
            self.move_booklet(booklet, Place::Station(at));
        }
    }

    pub(super) fn move_booklet(&mut self, booklet: BookletId, to: Place) {
        if let Some(kept) = self.store.booklets.get_mut(&booklet) {
            kept.place = to;
        }
        self.touch_booklet(booklet);
    }

    /// Whether a fault strikes this booklet in this round.
    pub(super) fn strikes(&mut self, kind: FaultKind, booklet: BookletId, round: u64) -> bool {
        let Some(kept) = self.store.booklets.get(&booklet) else { return false };
        let spent = &self.desk.spent_faults;
        let forced = self.settings.faults.forced.iter().enumerate().find_map(|(place, forced)| {
            let place = u32::try_from(place).ok()?;
            let is_meant = forced.serial.as_ref().is_none_or(|serial| *serial == kept.serial);
            (forced.kind == kind && is_meant && !spent.contains(&place)).then_some(place)
        });
        if let Some(place) = forced {
            self.desk.spent_faults.push(place);
            self.touch_desk();
        }
        let strikes = forced.is_some() || self.settings.faults.draws(kind, booklet.0, round);
        if strikes {
            let count = self.reached.entry(kind.name()).or_insert(0);
            *count = count.saturating_add(1);
        }
        strikes
    }

    /// A job's command ends with an error; its booklet stays where it is.
    pub(super) fn fail(&mut self, id: JobId, error: DeviceError, now: Duration) {
        let Some(job) = self.jobs.get_mut(&id) else { return };
        job.record.reason = Some(error.kind.to_string());
        self.finish_command(id, Err(error), now);
    }

    /// A job's command ends; its booklet waits for the host.
    pub(super) fn finish_command(&mut self, id: JobId, result: Result<Completion, DeviceError>, now: Duration) {
        let Some(job) = self.jobs.get_mut(&id) else { return };
        job.page = None;
        job.chip_if_cut = None;
        job.volatile.script = None;
        job.volatile.package = None;
        job.volatile.chip_result = None;
        job.record.is_photographing = false;
        let command = job.record.command.take();
        self.touch(table::CHIP_IF_CUT, id.0);
        self.touch(table::PAGE, id.0);
        self.wait_step(id, Step::Resting);
        if let Some(key) = command {
            self.end(key, result, now);
        }
    }

    /// A pick has ended without a booklet, so the job is over.
    pub(super) fn close_without_booklet(&mut self, id: JobId) {
        if let Some(job) = self.jobs.get_mut(&id) {
            job.record.station = None;
            job.record.reserved = None;
        }
        self.wait_step(id, Step::Out);
        self.retire(id);
    }

    pub(super) fn tell_feeder(&mut self, feeder: printer_driver::FeederId, now: Duration) {
        if let Some(shown) = self.feeders().into_iter().find(|shown| shown.id == feeder) {
            self.tell(EventBody::FeederChanged(shown), now);
        }
    }
}

/// The alarm code of a full stack.
pub(super) fn stack_code(stack: Stack) -> &'static str {
    match stack {
        Stack::Good => "STACK-FULL-GOOD",
        Stack::Reject => "STACK-FULL-REJECT",
    }
}
