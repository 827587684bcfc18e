//! The example's bench, on which drivers other than the example's are tried.

use std::time::Duration;

use printer_driver::conformance::{Disturbance, LinkCut, NotPossible, Provocation, Rig, When};
use printer_driver::{ApduScript, ControlCommand, ControlMode, DeviceError, FeederId, Layer, MachineDriver, Stack};

use crate::acme::rig::AcmeRig;
use crate::acme::wire::Wire;

/// The example's bench, with another driver for the same machine.
pub(crate) struct OtherDriver {
    rig: AcmeRig,
    connect: Box<dyn Fn() -> Box<dyn MachineDriver>>,
}

impl OtherDriver {
    /// A bench whose sessions are made by `connect`, over the cable that it is given.
    pub(crate) fn new(connect: impl Fn(Wire) -> Box<dyn MachineDriver> + 'static) -> Self {
        let wire = Wire::new();
        let rig = AcmeRig::new(wire.clone()).expect("the page is coded");
        OtherDriver { rig, connect: Box::new(move || connect(wire.clone())) }
    }
}

impl Rig for OtherDriver {
    fn connect(&mut self) -> Result<Box<dyn MachineDriver>, DeviceError> {
        Ok((self.connect)())
    }
    fn load(&mut self, feeder: FeederId, count: u32) -> Result<Vec<String>, NotPossible> {
        self.rig.load(feeder, count)
    }
    fn chip_script(&mut self, serial: &str) -> ApduScript {
        self.rig.chip_script(serial)
    }
    fn page(&mut self, serial: &str) -> Vec<Layer> {
        self.rig.page(serial)
    }
    fn now(&self) -> Duration {
        self.rig.now()
    }
    fn let_time_pass(&mut self, time: Duration) {
        self.rig.let_time_pass(time);
    }
    fn patience(&self) -> Duration {
        self.rig.patience()
    }
    fn link_patience(&self) -> Duration {
        self.rig.link_patience()
    }
    fn put_right(&mut self) -> Result<(), NotPossible> {
        self.rig.put_right()
    }
    fn empty_feeder(&mut self, feeder: FeederId) -> Result<(), NotPossible> {
        self.rig.empty_feeder(feeder)
    }
    fn fill_stack(&mut self, stack: Stack) -> Result<(), NotPossible> {
        self.rig.fill_stack(stack)
    }
    fn empty_stack(&mut self, stack: Stack) -> Result<Vec<String>, NotPossible> {
        self.rig.empty_stack(stack)
    }
    fn found_on(&mut self, stack: Stack) -> Option<Vec<String>> {
        self.rig.found_on(stack)
    }
    fn marks_on(&mut self, serial: &str) -> Option<u32> {
        self.rig.marks_on(serial)
    }
    fn present_wrong_serial(&mut self, when: When) -> Result<Option<String>, NotPossible> {
        self.rig.present_wrong_serial(when)
    }
    fn restart_machine(&mut self) -> Result<(), NotPossible> {
        self.rig.restart_machine()
    }
    fn cut_link(&mut self, at: LinkCut) -> Result<(), NotPossible> {
        self.rig.cut_link(at)
    }
    fn mend_link(&mut self) {
        self.rig.mend_link();
    }
    fn disturb_events(&mut self, disturbance: Disturbance) -> Result<(), NotPossible> {
        self.rig.disturb_events(disturbance)
    }
    fn press(&mut self, command: ControlCommand) -> Result<(), NotPossible> {
        self.rig.press(command)
    }
    fn turn_key(&mut self, control: ControlMode) -> Result<(), NotPossible> {
        self.rig.turn_key(control)
    }
    fn raise_alarm(&mut self) -> Result<(), NotPossible> {
        self.rig.raise_alarm()
    }
    fn end_alarm(&mut self) -> Result<(), NotPossible> {
        self.rig.end_alarm()
    }
    fn provoke(&mut self, provocation: Provocation) -> Result<(), NotPossible> {
        self.rig.provoke(provocation)
    }
}
