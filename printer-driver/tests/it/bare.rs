//! A bench that can do nothing but what it must: what it cannot do is told as not run, never as passed.

use std::time::Duration;

use printer_driver::conformance::{self, NotPossible, Outcome, Rig};
use printer_driver::{ApduScript, DeviceError, FeederId, Layer, MachineDriver};

use crate::acme::rig::AcmeRig;
use crate::acme::wire::Wire;

struct Bare(AcmeRig);

impl Rig for Bare {
    fn connect(&mut self) -> Result<Box<dyn MachineDriver>, DeviceError> {
        self.0.connect()
    }
    fn load(&mut self, feeder: FeederId, count: u32) -> Result<Vec<String>, NotPossible> {
        self.0.load(feeder, count)
    }
    fn chip_script(&mut self, serial: &str) -> ApduScript {
        self.0.chip_script(serial)
    }
    fn page(&mut self, serial: &str) -> Vec<Layer> {
        self.0.page(serial)
    }
    fn now(&self) -> Duration {
        self.0.now()
    }
    fn let_time_pass(&mut self, time: Duration) {
        self.0.let_time_pass(time);
    }
    fn patience(&self) -> Duration {
        self.0.patience()
    }
}

#[test]
fn what_a_bench_cannot_do_is_not_run_and_says_what_is_missing() {
    let needs = [
        ("empty feeder", "Rig::empty_feeder"),
        ("full stack", "Rig::fill_stack"),
        ("link cut at each step", "Rig::cut_link"),
        ("restart of the machine at each step", "Rig::restart_machine"),
        ("alarms", "Rig::raise_alarm"),
        ("fates of booklets", "Rig::provoke"),
    ];
    let names: Vec<&str> = needs.iter().map(|(name, _)| *name).chain(["one booklet's way"]).collect();
    let report = conformance::check_only(&mut Bare(AcmeRig::new(Wire::new()).unwrap()), &names);
    for (name, missing) in needs {
        let finding = report.findings.iter().find(|finding| finding.name == name).unwrap();
        let Outcome::NotRun { reason } = &finding.outcome else { panic!("{report}") };
        assert!(reason.contains(missing), "{name}: {reason}");
    }
    assert_eq!((report.passed(), report.not_run().count()), (1, needs.len()), "{report}");
    assert!(report.is_conformant(), "what can be checked is right");
    assert!(report.to_string().contains("6 not run"), "{report}");
}
