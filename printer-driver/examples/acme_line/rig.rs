//! The bench: what the kit needs done at the machine. Every method that the machine's people can do by hand is here.

use std::time::Duration;

use printer_driver::conformance::{CANARY, Disturbance, LinkCut, NotPossible, Provocation, Rig, When};
use printer_driver::{
    ApduScript, ControlCommand, ControlMode, DeviceError, FeederId, Layer, LayerCoding, LayerKind, MachineDriver, Stack,
};

use super::driver::AcmeDriver;
use super::wire::Wire;
use super::words;

/// A bench with one Acme 150.
pub(crate) struct AcmeRig {
    wire: Wire,
    /// Booklets that were ever loaded, so that no serial comes twice.
    loaded: u32,
    page: Vec<u8>,
}

impl AcmeRig {
    /// A bench with the machine at the other end of this cable.
    ///
    /// # Errors
    /// When the page that is marked on every booklet cannot be coded.
    pub(crate) fn new(wire: Wire) -> Result<Self, png::EncodingError> {
        Ok(AcmeRig { wire, loaded: 0, page: page()? })
    }

    fn serials(&mut self, count: u32) -> Vec<String> {
        let first = self.loaded + 1;
        self.loaded += count;
        (first..=self.loaded).map(|number| format!("A{number:08}")).collect()
    }
}

/// A grey square, whose comment is what must never come back in a text.
fn page() -> Result<Vec<u8>, png::EncodingError> {
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(&mut bytes, 16, 16);
    encoder.set_color(png::ColorType::Grayscale);
    encoder.add_text_chunk("Comment".to_owned(), CANARY.to_owned())?;
    encoder.write_header()?.write_image_data(&[128; 256])?;
    Ok(bytes)
}

impl Rig for AcmeRig {
    fn connect(&mut self) -> Result<Box<dyn MachineDriver>, DeviceError> {
        Ok(Box::new(AcmeDriver::new(self.wire.clone())))
    }

    fn load(&mut self, _feeder: FeederId, count: u32) -> Result<Vec<String>, NotPossible> {
        let serials = self.serials(count);
        self.wire.line().controller.load(&serials);
        Ok(serials)
    }

    fn chip_script(&mut self, _serial: &str) -> ApduScript {
        let select = vec![0x00, 0xA4, 0x04, 0x00];
        let write = [&[0x00, 0xD6, 0x00, 0x00, CANARY.len() as u8], CANARY.as_bytes()].concat();
        ApduScript::new(vec![select, write]).with_reset_first(true)
    }

    fn page(&mut self, _serial: &str) -> Vec<Layer> {
        let layer = Layer::new(LayerKind::Laser, LayerCoding::PngGrey, 300, (16, 16), self.page.clone());
        vec![layer.at(10_000, 10_000)]
    }

    fn now(&self) -> Duration {
        Duration::from_millis(self.wire.line().controller.now)
    }

    fn let_time_pass(&mut self, time: Duration) {
        self.wire.wait(time);
    }

    fn patience(&self) -> Duration {
        Duration::from_secs(10)
    }

    fn link_patience(&self) -> Duration {
        Duration::from_millis(500)
    }

    fn put_right(&mut self) -> Result<(), NotPossible> {
        self.wire.line().controller.put_right();
        Ok(())
    }

    fn empty_feeder(&mut self, _feeder: FeederId) -> Result<(), NotPossible> {
        self.wire.line().controller.unload();
        Ok(())
    }

    fn fill_stack(&mut self, stack: Stack) -> Result<(), NotPossible> {
        self.wire.line().controller.fill(stack == Stack::Good);
        Ok(())
    }

    fn empty_stack(&mut self, stack: Stack) -> Result<Vec<String>, NotPossible> {
        let taken = self.wire.line().controller.empty(stack == Stack::Good);
        Ok(taken.into_iter().map(|booklet| booklet.serial).collect())
    }

    fn found_on(&mut self, stack: Stack) -> Option<Vec<String>> {
        let line = self.wire.line();
        let lying = if stack == Stack::Good { &line.controller.good } else { &line.controller.reject };
        Some(lying.iter().map(|booklet| booklet.serial.clone()).collect())
    }

    fn marks_on(&mut self, serial: &str) -> Option<u32> {
        self.wire.line().controller.booklets().find(|booklet| booklet.serial == serial).map(|booklet| booklet.marks)
    }

    fn present_wrong_serial(&mut self, when: When) -> Result<Option<String>, NotPossible> {
        let serial = self.serials(1).concat();
        let controller = &mut self.wire.line().controller;
        match when {
            When::AtNextPick => {
                controller.load(std::slice::from_ref(&serial));
                controller.feeder.rotate_right(1);
            }
            When::BeforeNextMark => controller.misread = Some(serial.clone()),
        }
        Ok(Some(serial))
    }

    fn restart_machine(&mut self) -> Result<(), NotPossible> {
        self.wire.line().controller.power_cut();
        Ok(())
    }

    fn cut_link(&mut self, at: LinkCut) -> Result<(), NotPossible> {
        self.wire.line().cut = Some(at);
        Ok(())
    }

    fn mend_link(&mut self) {
        let mut line = self.wire.line();
        line.is_up = true;
        line.cut = None;
    }

    fn disturb_events(&mut self, disturbance: Disturbance) -> Result<(), NotPossible> {
        self.wire.line().disturbance = disturbance;
        Ok(())
    }

    fn press(&mut self, command: ControlCommand) -> Result<(), NotPossible> {
        self.wire.line().controller.do_control(words::control_word(command), None);
        Ok(())
    }

    fn turn_key(&mut self, control: ControlMode) -> Result<(), NotPossible> {
        let word = if control == ControlMode::Local { "local" } else { "remote" };
        let controller = &mut self.wire.line().controller;
        controller.control = word;
        controller.tell(format!("CONTROL {word}"));
        Ok(())
    }

    fn raise_alarm(&mut self) -> Result<(), NotPossible> {
        self.wire.line().controller.alarm("FLAP", "warning", "The flap is open: close it.");
        Ok(())
    }

    fn end_alarm(&mut self) -> Result<(), NotPossible> {
        self.wire.line().controller.clear("FLAP");
        Ok(())
    }

    fn provoke(&mut self, provocation: Provocation) -> Result<(), NotPossible> {
        let what = match provocation {
            Provocation::Misfeed => "misfeed",
            Provocation::MuteChip => "mute chip",
            Provocation::MarkingBreaksOff => "marking breaks off",
            Provocation::CameraFails => "camera fails",
            Provocation::Jam => "jam",
            _ => return Err(NotPossible::because("this bench cannot make that go wrong")),
        };
        self.wire.line().controller.provoked.push(what);
        Ok(())
    }
}
