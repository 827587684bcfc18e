//! Drivers that are wrong about keys and tokens.

use printer_driver::{Acceptance, Command, DeviceError, ErrorKind, MachineDriver, Operation};

use super::{Case, Right, Wrong, wrong};

pub(super) const CASES: &[Case] = &[
    ("obeys old tokens", wrong::<OldTokens>, "control and fencing"),
    ("marks again when the order is repeated", wrong::<MarksAgain>, "repeated commands"),
    ("answers a repeat as accepted", wrong::<NeverRepeated>, "repeated commands"),
    ("lets one key stand for two commands", wrong::<TwoCommands>, "one key, one command"),
    ("says accepted before the machine has answered", wrong::<Hopeful>, "link cut at each step"),
    ("knows keys only of the present host", wrong::<KeysOfOneHost>, "restart of the host at each step"),
];

#[derive(Default)]
pub(super) struct OldTokens;
impl Wrong for OldTokens {
    fn submit(&mut self, right: &mut Right, command: &Command) -> Result<Acceptance, DeviceError> {
        let mut command = command.clone();
        command.token.0 = command.token.0.max(right.machine(|machine| machine.token));
        right.driver.submit(&command)
    }
}

#[derive(Default)]
struct MarksAgain;
impl Wrong for MarksAgain {
    fn submit(&mut self, right: &mut Right, command: &Command) -> Result<Acceptance, DeviceError> {
        let answer = right.driver.submit(command);
        if let (Ok(Acceptance::Repeated), Operation::Personalise { job, .. }) = (&answer, &command.operation) {
            right.booklet_of(job.0, |booklet| booklet.marks += 1);
        }
        answer
    }
}

#[derive(Default)]
struct NeverRepeated;
impl Wrong for NeverRepeated {
    fn submit(&mut self, right: &mut Right, command: &Command) -> Result<Acceptance, DeviceError> {
        right.driver.submit(command).map(|_| Acceptance::Accepted)
    }
}

#[derive(Default)]
struct TwoCommands;
impl Wrong for TwoCommands {
    fn submit(&mut self, right: &mut Right, command: &Command) -> Result<Acceptance, DeviceError> {
        let known = right.machine(|machine| machine.journal.contains_key(&command.key.0));
        match right.driver.submit(command) {
            Err(error) if known && error.kind == ErrorKind::Invalid => Ok(Acceptance::Repeated),
            answer => answer,
        }
    }
}

#[derive(Default)]
struct Hopeful;
impl Wrong for Hopeful {
    fn submit(&mut self, right: &mut Right, command: &Command) -> Result<Acceptance, DeviceError> {
        match right.driver.submit(command) {
            Err(error) if error.kind == ErrorKind::LinkLost => Ok(Acceptance::Accepted),
            answer => answer,
        }
    }
}

#[derive(Default)]
struct KeysOfOneHost;
impl Wrong for KeysOfOneHost {
    fn attach(
        &mut self,
        right: &mut Right,
        token: printer_driver::FencingToken,
    ) -> Result<printer_driver::Attached, DeviceError> {
        if right.machine(|machine| machine.token) < token.0 {
            right.machine(|machine| machine.journal.clear());
        }
        right.driver.attach(token)
    }
}
