//! The conformance kit: what a driver must do, tried out on the driver, with a report in words.
//!
//! A driver's own test provides a [`Rig`], the bench on which the machine stands, and calls [`check`]:
//!
//! ```
//! use printer_driver::conformance::{self, Rig};
//!
//! fn the_driver_is_right(rig: &mut dyn Rig) {
//!     let report = conformance::check(rig);
//!     assert!(report.is_conformant(), "{report}");
//! }
//! ```
//!
//! The kit plays the host through the driver alone and the people at the machine through the rig, as far as the rig can
//! do what people do. What the rig cannot do is reported as not run, never as passed. Whether a page was marked, and how
//! often, is asked of the rig and not of the driver, so that a driver that lies is found.
//!
//! The kit has no clock and no threads. Time is the rig's ([`Rig::now`]): virtual benches advance it, real ones sleep.
//! Every wait ends with [`Rig::patience`]; but a driver that never returns from a call keeps the kit waiting for ever,
//! and its test needs a time-out of its own.

mod bench;
mod checks;
mod report;
mod rig;
mod watch;

pub use report::{Finding, Outcome, Report};
pub use rig::{Disturbance, LinkCut, NotPossible, Provocation, Rig, When};

use bench::Bench;

/// Stands in for personal data: a word that must never come back in a text. A rig puts it into its pages and scripts
/// where their form has room for it, such as a comment of an image; the kit puts it into what it makes up itself.
pub const CANARY: &str = "CANARY-HOLDER-NAME";

/// Runs every check on the machine of this rig.
///
/// Each check takes control anew, brings the machine to rest and loads what it needs, so that a failure of one is told as
/// one failure as far as the machine recovers. Booklets are used up: about a hundred are picked and two hundred loaded on
/// a machine that has three under way at once, more on one that has more.
pub fn check(rig: &mut dyn Rig) -> Report {
    check_where(rig, |_| true)
}

/// Runs the checks of these names only; names that no check has are reported as failed.
pub fn check_only(rig: &mut dyn Rig, names: &[&str]) -> Report {
    let mut report = check_where(rig, |name| names.contains(&name));
    for name in names.iter().filter(|name| !check_names().any(|known| known == **name)) {
        report.add_unknown(name);
    }
    report
}

/// The names of all checks, in the order in which they run.
pub fn check_names() -> impl Iterator<Item = &'static str> {
    checks::ALL.iter().map(|check| check.name)
}

fn check_where(rig: &mut dyn Rig, wanted: impl Fn(&str) -> bool) -> Report {
    let mut report = Report::default();
    let mut bench = Bench::new(rig);
    for check in checks::ALL.iter().filter(|check| wanted(check.name)) {
        let outcome = (check.run)(&mut bench);
        bench.leave();
        report.add(check, outcome);
    }
    report
}
