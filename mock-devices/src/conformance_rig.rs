//! The bench on which the conformance kit checks the mock machines: in virtual time, with a link that can be cut.
//!
//! Between machine and kit lies a [`FaultyLink`] with a [`Straight`] driver on the kit's side, so the kit's cuts and
//! disturbances are those of a link. Nothing that the kit asks for is impossible here.

mod chip;
mod rig;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use chip_profile::ec::{Curve, KeyPair};
use printer_driver::conformance::CANARY;
use printer_driver::{Layer, LayerCoding, LayerKind, Numbering};

use crate::link::{FaultyLink, LinkHandle, LinkPlan, Straight};
use crate::machine::{InMemory, MachineSettings, MemoryError, MockMachineHandle, StepMachine, restore_emulated_chip};
use crate::time::VirtualClock;

pub use chip::{PlainChip, restore_plain_chip};

/// A mock machine on the bench.
pub struct MockRig {
    clock: Arc<VirtualClock>,
    machine: MockMachineHandle,
    link: LinkHandle,
    plan: LinkPlan,
    numbering: Numbering,
    encoding_key: Option<KeyPair>,
    layers: Vec<Layer>,
    last_serial: u32,
    /// How often the pages of booklets were marked that people have taken away.
    taken: BTreeMap<String, u32>,
}

impl MockRig {
    /// The line for pre-numbered booklets.
    ///
    /// # Errors
    /// [`MemoryError`] never comes of a memory that lies in the program.
    pub fn line_300(seed: u64) -> Result<Self, MemoryError> {
        MockRig::of(MachineSettings::line_300("RIG-300", restore_plain_chip), seed)
    }

    /// The line that engraves numbers and encodes chips by itself.
    ///
    /// # Errors
    /// As [`MockRig::line_300`].
    pub fn engraving_line_150(seed: u64) -> Result<Self, MemoryError> {
        // The number five is a private number like any other; a key of a bench keeps no secret.
        let mut scalar = [0; 32];
        scalar[31] = 5;
        match KeyPair::from_private_scalar(Curve::P256, &scalar) {
            Ok(key) => MockRig::of(MachineSettings::engraving_line_150("RIG-150", restore_emulated_chip, key), seed),
            Err(_) => Err(MemoryError::Damaged { position: 0 }),
        }
    }

    /// Any mock machine, whose chips are [`PlainChip`]s, or emulated chips where it encodes by itself.
    ///
    /// # Errors
    /// As [`MockRig::line_300`].
    pub fn of(settings: MachineSettings, seed: u64) -> Result<Self, MemoryError> {
        let clock = Arc::new(VirtualClock::standing(1_790_000_000_000));
        let numbering = settings.numbering;
        let encoding_key = settings.encoding_key.clone();
        let mut layers = vec![page(LayerKind::Laser)];
        if settings.has_inkjet {
            layers.push(page(LayerKind::Observation));
        }
        let machine = StepMachine::start(settings, clock.clone(), Box::new(InMemory::new()), seed)?;
        let handle = machine.handle();
        let link = FaultyLink::new(machine, clock.clone(), LinkPlan::none()).handle();
        Ok(MockRig {
            clock,
            machine: handle,
            link,
            plan: LinkPlan::none(),
            numbering,
            encoding_key,
            layers,
            last_serial: 0,
            taken: BTreeMap::new(),
        })
    }

    /// The same bench with a link that fails as this plan says, besides what the kit asks for.
    #[must_use]
    pub fn with_link(mut self, plan: LinkPlan) -> Self {
        self.link.set_plan(plan.clone());
        self.plan = plan;
        self
    }

    /// The machine, for whoever stands beside the kit.
    pub fn machine(&self) -> &MockMachineHandle {
        &self.machine
    }

    /// The link between machine and kit.
    pub fn link(&self) -> &LinkHandle {
        &self.link
    }

    fn driver(&self) -> Straight<FaultyLink<StepMachine>> {
        Straight::new(self.link.connect(StepMachine::connect(&self.machine)))
    }

    fn pass(&self, time: Duration) {
        self.clock.advance(time);
        // A memory that lies in the program can always be written.
        let _ = self.machine.advance();
    }
}

/// A small grey image that a machine of either kind takes, with the kit's canary in a comment.
fn page(kind: LayerKind) -> Layer {
    let (width, height) = (24u32, 16u32);
    let samples: Vec<u8> = (0..width * height).map(|at| if at % 3 == 0 { 0 } else { 255 }).collect();
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(&mut bytes, width, height);
    encoder.set_color(png::ColorType::Grayscale);
    encoder.set_depth(png::BitDepth::Eight);
    // Writing into memory does not fail, and an empty layer would be refused by the machine.
    let _ = encoder.add_text_chunk("Comment".into(), CANARY.into());
    let _ = encoder.write_header().and_then(|mut writer| writer.write_image_data(&samples));
    Layer::new(kind, LayerCoding::PngGrey, 300, (width, height), bytes).at(12_700, 12_700)
}
