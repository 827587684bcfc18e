//! Deliberately wrong drivers: each is the example's right machine with one rule broken, and the kit has to name the rule.
//!
//! A [`Wrong`] stands between the kit and the right driver and may lay hands on the machine itself. What it remembers
//! outlives sessions, as the memory of a real driver's machine does.

mod cursors;
mod journal;
mod keys;
mod orders;
mod pages;
mod restarts;
mod stacks;
mod states;
mod texts;
mod told;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use printer_driver::conformance::{self, Outcome};
use printer_driver::{
    Acceptance, Attached, CameraImage, Command, Completion, Cursor, Description, DeviceError, Event, EventBatch,
    EventBody, FencingToken, IdempotencyKey, ImageId, JournalEntry, MachineDriver, Snapshot,
};

use crate::acme::controller::{Booklet, Controller};
use crate::acme::driver::AcmeDriver;
use crate::acme::wire::Wire;
use crate::bench::OtherDriver;

/// The right driver, and the machine behind it.
pub(crate) struct Right {
    driver: AcmeDriver,
    wire: Wire,
}

impl Right {
    /// Lays hands on the machine.
    fn machine<T>(&self, act: impl FnOnce(&mut Controller) -> T) -> T {
        act(&mut self.wire.line().controller)
    }
    /// Takes the job's booklet into one's hands.
    fn booklet_of(&self, job: u64, act: impl FnOnce(&mut Booklet)) {
        self.machine(|machine| {
            if let Some(booklet) = machine.jobs.get_mut(&job).and_then(|job| job.booklet.as_mut()) {
                act(booklet);
            }
        });
    }
}

/// A driver that is right but for what it overrides.
pub(crate) trait Wrong: Send + 'static {
    fn describe(&mut self, right: &mut Right) -> Result<Description, DeviceError> {
        right.driver.describe()
    }
    fn attach(&mut self, right: &mut Right, token: FencingToken) -> Result<Attached, DeviceError> {
        right.driver.attach(token)
    }
    fn submit(&mut self, right: &mut Right, command: &Command) -> Result<Acceptance, DeviceError> {
        right.driver.submit(command)
    }
    fn events(&mut self, right: &mut Right, after: Cursor, wait: Duration) -> Result<EventBatch, DeviceError> {
        right.driver.events(after, wait)
    }
    fn snapshot(&mut self, right: &mut Right) -> Result<Snapshot, DeviceError> {
        right.driver.snapshot()
    }
    fn journal(&mut self, right: &mut Right, key: IdempotencyKey) -> Result<JournalEntry, DeviceError> {
        right.driver.journal(key)
    }
    fn image(&mut self, right: &mut Right, image: ImageId) -> Result<CameraImage, DeviceError> {
        right.driver.image(image)
    }
}

/// Changes the events of a batch.
fn changed(mut batch: EventBatch, mut change: impl FnMut(&mut Event)) -> EventBatch {
    batch.events.iter_mut().for_each(&mut change);
    batch
}

/// The result that an event tells, if it tells one.
fn result_of(event: &mut Event) -> Option<&mut Result<Completion, DeviceError>> {
    match &mut event.body {
        EventBody::Completed { result, .. } => Some(result),
        _ => None,
    }
}

struct WrongDriver {
    right: Right,
    wrong: Arc<Mutex<dyn Wrong>>,
}

impl WrongDriver {
    fn both(&mut self) -> (MutexGuard<'_, dyn Wrong + 'static>, &mut Right) {
        (self.wrong.lock().unwrap_or_else(PoisonError::into_inner), &mut self.right)
    }
}

impl MachineDriver for WrongDriver {
    fn describe(&mut self) -> Result<Description, DeviceError> {
        let (mut wrong, right) = self.both();
        wrong.describe(right)
    }
    fn attach(&mut self, token: FencingToken) -> Result<Attached, DeviceError> {
        let (mut wrong, right) = self.both();
        wrong.attach(right, token)
    }
    fn submit(&mut self, command: &Command) -> Result<Acceptance, DeviceError> {
        let (mut wrong, right) = self.both();
        wrong.submit(right, command)
    }
    fn events(&mut self, after: Cursor, wait: Duration) -> Result<EventBatch, DeviceError> {
        let (mut wrong, right) = self.both();
        wrong.events(right, after, wait)
    }
    fn snapshot(&mut self) -> Result<Snapshot, DeviceError> {
        let (mut wrong, right) = self.both();
        wrong.snapshot(right)
    }
    fn journal(&mut self, key: IdempotencyKey) -> Result<JournalEntry, DeviceError> {
        let (mut wrong, right) = self.both();
        wrong.journal(right, key)
    }
    fn image(&mut self, image: ImageId) -> Result<CameraImage, DeviceError> {
        let (mut wrong, right) = self.both();
        wrong.image(right, image)
    }
}

/// What a wrong driver does, how it is made, and the check that has to find it.
type Case = (&'static str, fn() -> Arc<Mutex<dyn Wrong>>, &'static str);

fn wrong<W: Wrong + Default>() -> Arc<Mutex<dyn Wrong>> {
    Arc::new(Mutex::new(W::default()))
}

fn cases() -> impl Iterator<Item = &'static Case> {
    let groups = [
        cursors::CASES,
        journal::CASES,
        keys::CASES,
        orders::CASES,
        pages::CASES,
        restarts::CASES,
        stacks::CASES,
        states::CASES,
        texts::CASES,
        told::CASES,
    ];
    groups.into_iter().flatten()
}

fn rig(wrong: Arc<Mutex<dyn Wrong>>) -> OtherDriver {
    OtherDriver::new(move |wire| {
        let right = Right { driver: AcmeDriver::new(wire.clone()), wire };
        Box::new(WrongDriver { right, wrong: Arc::clone(&wrong) })
    })
}

fn names(report: &conformance::Report) -> Vec<&'static str> {
    report.failures().map(|finding| finding.name).collect()
}

#[test]
fn the_right_driver_passes_every_check_and_none_is_left_out() {
    #[derive(Default)]
    struct Nothing;
    impl Wrong for Nothing {}
    let report = conformance::check(&mut rig(wrong::<Nothing>()));
    assert!(report.is_conformant(), "{report}");
    assert_eq!(report.not_run().count(), 0, "{report}");
    assert_eq!(report.passed(), conformance::check_names().count());
}

#[test]
fn each_wrong_driver_is_found_by_the_check_for_its_rule_alone() {
    for (what, make, check) in cases() {
        let report = conformance::check_only(&mut rig(make()), &[check]);
        assert_eq!(names(&report), [*check], "a driver that {what}:\n{report}");
    }
}

#[test]
fn each_wrong_driver_is_found_in_a_whole_run_which_goes_on_to_its_end() {
    for (what, make, check) in cases() {
        let report = conformance::check(&mut rig(make()));
        assert!(names(&report).contains(check), "a driver that {what}:\n{report}");
        assert!(!report.is_conformant());
        assert_eq!(report.findings.len(), conformance::check_names().count());
    }
}

#[test]
fn a_driver_that_says_absurd_things_is_found_and_brings_nothing_down() {
    #[derive(Default)]
    struct Absurd;
    impl Wrong for Absurd {
        fn describe(&mut self, right: &mut Right) -> Result<Description, DeviceError> {
            let mut description = right.driver.describe()?;
            description.capabilities.jobs_at_once = u32::MAX;
            description.capabilities.queue_depth = u32::MAX;
            description.capabilities.apdu_bytes = u32::MAX;
            Ok(description)
        }
        fn attach(&mut self, right: &mut Right, token: FencingToken) -> Result<Attached, DeviceError> {
            right.driver.attach(token)?;
            Ok(Attached::new(Cursor(u64::MAX), u64::MAX))
        }
        fn events(&mut self, _: &mut Right, _: Cursor, _: Duration) -> Result<EventBatch, DeviceError> {
            let body = EventBody::StateChanged(printer_driver::State::Held);
            Ok(EventBatch::new(vec![Event::new(Cursor(u64::MAX), i64::MIN, body)]))
        }
        fn snapshot(&mut self, right: &mut Right) -> Result<Snapshot, DeviceError> {
            let mut snapshot = right.driver.snapshot()?;
            snapshot.counters = printer_driver::Counters::new(u64::MAX, u64::MAX, vec![("x".into(), u64::MAX); 2]);
            Ok(snapshot)
        }
        fn image(&mut self, _: &mut Right, _: ImageId) -> Result<CameraImage, DeviceError> {
            Ok(CameraImage::new(u32::MAX, u32::MAX, u32::MAX, Vec::new()))
        }
    }
    let report = conformance::check(&mut rig(wrong::<Absurd>()));
    assert_eq!(report.findings.len(), conformance::check_names().count());
    assert!(!report.is_conformant());
}

#[test]
fn every_check_finds_a_driver_that_is_wrong() {
    for name in conformance::check_names() {
        assert!(cases().any(|(_, _, check)| *check == name), "no wrong driver shows that {name:?} can fail");
    }
}

#[test]
fn a_report_says_what_was_seen_and_what_to_do() {
    let report = conformance::check_only(&mut rig(wrong::<keys::OldTokens>()), &["control and fencing", "no such"]);
    let text = report.to_string();
    for wanted in ["FAILED   control and fencing", "seen: ", "do:   ", "no check is called \"no such\"", "2 failed"] {
        assert!(text.contains(wanted), "{text}");
    }
    assert!(report.findings.iter().all(|finding| matches!(finding.outcome, Outcome::Failed { .. })));
}
