//! Drivers whose texts say too much or too long.

use printer_driver::{Acceptance, Command, DeviceError, MachineDriver, Operation, Snapshot};

use super::{Case, Right, Wrong, wrong};

pub(super) const CASES: &[Case] = &[
    ("quotes a page in its errors", wrong::<Quotes>, "secrecy"),
    ("tells texts without end", wrong::<Endless>, "told sizes"),
    ("does not show its alarms", wrong::<NoAlarms>, "alarms"),
];

#[derive(Default)]
struct Quotes;
impl Wrong for Quotes {
    fn submit(&mut self, right: &mut Right, command: &Command) -> Result<Acceptance, DeviceError> {
        right.driver.submit(command).map_err(|mut error| {
            if let Operation::Personalise { layers, .. } = &command.operation {
                let quoted = layers.iter().map(|layer| String::from_utf8_lossy(&layer.bytes));
                error.detail = format!("cannot read {}", quoted.collect::<String>());
            }
            error
        })
    }
}

#[derive(Default)]
struct Endless;
impl Wrong for Endless {
    fn snapshot(&mut self, right: &mut Right) -> Result<Snapshot, DeviceError> {
        let mut snapshot = right.driver.snapshot()?;
        snapshot.counters.rejected.push(("x".repeat(10_000), 0));
        Ok(snapshot)
    }
}

#[derive(Default)]
struct NoAlarms;
impl Wrong for NoAlarms {
    fn snapshot(&mut self, right: &mut Right) -> Result<Snapshot, DeviceError> {
        let mut snapshot = right.driver.snapshot()?;
        snapshot.alarms.clear();
        Ok(snapshot)
    }
}
