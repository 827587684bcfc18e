//! Drivers that are wrong about states and modes.

use std::time::Duration;

use printer_driver::{
    Acceptance, Command, ControlCommand, Cursor, Description, DeviceError, ErrorKind, EventBatch, EventBody,
    MachineDriver, Mode, Operation, State,
};

use super::{Case, Right, Wrong, changed, wrong};

pub(super) const CASES: &[Case] = &[
    ("announces a state that never occurs", wrong::<NeverHolding>, "lifecycles"),
    ("goes into a state it does not announce", wrong::<HidesHeld>, "lifecycles"),
    ("runs without being started", wrong::<StartsItself>, "lifecycles"),
    ("answers impossible commands as done", wrong::<Obliging>, "impossible control commands"),
    ("tells states that cannot follow each other", wrong::<Jumps>, "told states"),
    ("does not tell its mode", wrong::<SilentMode>, "modes"),
    ("does not tell what people do at its panel", wrong::<SilentPanel>, "buttons on the panel"),
    ("leaves its codings out", wrong::<NoCodings>, "description"),
];

#[derive(Default)]
struct NeverHolding;
impl Wrong for NeverHolding {
    fn describe(&mut self, right: &mut Right) -> Result<Description, DeviceError> {
        let mut description = right.driver.describe()?;
        description.capabilities.states.push(State::Starting);
        Ok(description)
    }
}

#[derive(Default)]
struct HidesHeld;
impl Wrong for HidesHeld {
    fn describe(&mut self, right: &mut Right) -> Result<Description, DeviceError> {
        let mut description = right.driver.describe()?;
        description.capabilities.states.retain(|state| *state != State::Held);
        Ok(description)
    }
}

#[derive(Default)]
struct StartsItself;
impl Wrong for StartsItself {
    fn events(&mut self, right: &mut Right, after: Cursor, wait: Duration) -> Result<EventBatch, DeviceError> {
        right.machine(|machine| {
            if machine.state == "READY" {
                machine.do_control("START", None);
            }
        });
        right.driver.events(after, wait)
    }
}

#[derive(Default)]
struct Obliging;
impl Wrong for Obliging {
    fn submit(&mut self, right: &mut Right, command: &Command) -> Result<Acceptance, DeviceError> {
        match right.driver.submit(command) {
            Err(error) if error.kind == ErrorKind::WrongState && matches!(command.operation, Operation::Control(_)) => {
                right.machine(|machine| machine.tell_end(command.key.0, None, "OK DONE"));
                Ok(Acceptance::Accepted)
            }
            answer => answer,
        }
    }
}

#[derive(Default)]
struct Jumps;
impl Wrong for Jumps {
    fn events(&mut self, right: &mut Right, after: Cursor, wait: Duration) -> Result<EventBatch, DeviceError> {
        let batch = right.driver.events(after, wait)?;
        Ok(changed(batch, |event| {
            if event.body == EventBody::StateChanged(State::Resetting) {
                event.body = EventBody::StateChanged(State::Suspended);
            }
        }))
    }
}

#[derive(Default)]
struct SilentMode;
impl Wrong for SilentMode {
    fn events(&mut self, right: &mut Right, after: Cursor, wait: Duration) -> Result<EventBatch, DeviceError> {
        let batch = right.driver.events(after, wait)?;
        Ok(changed(batch, |event| {
            if let EventBody::ModeChanged(mode) = &mut event.body {
                *mode = Mode::Production;
            }
        }))
    }
}

/// Tells only what the host itself commanded.
#[derive(Default)]
struct SilentPanel(bool);
impl Wrong for SilentPanel {
    fn submit(&mut self, right: &mut Right, command: &Command) -> Result<Acceptance, DeviceError> {
        self.0 |= command.operation == Operation::Control(ControlCommand::Stop);
        right.driver.submit(command)
    }
    fn events(&mut self, right: &mut Right, after: Cursor, wait: Duration) -> Result<EventBatch, DeviceError> {
        let batch = right.driver.events(after, wait)?;
        Ok(changed(batch, |event| {
            if event.body == EventBody::StateChanged(State::Stopped) && !std::mem::take(&mut self.0) {
                event.body = EventBody::ModeChanged(Mode::Production);
            }
        }))
    }
}

#[derive(Default)]
struct NoCodings;
impl Wrong for NoCodings {
    fn describe(&mut self, right: &mut Right) -> Result<Description, DeviceError> {
        let mut description = right.driver.describe()?;
        description.capabilities.codings.clear();
        Ok(description)
    }
}
