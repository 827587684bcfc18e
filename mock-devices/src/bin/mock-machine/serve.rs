//! The machine, switched on and offered.

use std::fs;
use std::io::Write;
use std::sync::Arc;
use std::time::Duration;

use mock_devices::desk_service;
use mock_devices::machine::{MachineSettings, MockMachine, restore_emulated_chip};
use mock_devices::time::ScaledClock;
use printer_driver::MachineDriver;
use printer_driver::remote::listener::ListenSettings;
use printer_driver::remote::{LinkSecurity, PrivateKeyPem, TlsSettings, server};

use crate::Trouble;
use crate::arguments::{MachineKind, ServeArguments, TlsArguments};
use crate::state::{State, told};

/// How often the machine is looked after when nobody asks it anything.
const ROUND: Duration = Duration::from_millis(100);

pub(crate) fn serve(arguments: &ServeArguments) -> Result<(), Trouble> {
    let security = security(arguments.tls.as_ref())?;
    let state = State::open(&arguments.state)?;
    let mut settings = match arguments.kind {
        MachineKind::PassportLine => MachineSettings::line_300(arguments.name.as_str(), restore_emulated_chip),
        MachineKind::EngravingLine => {
            MachineSettings::engraving_line_150(arguments.name.as_str(), restore_emulated_chip, state.encoding_key)
        }
    };
    settings.faults = arguments.faults.plan(arguments.seed);
    let clock = Arc::new(ScaledClock::start(arguments.time_scale));
    let memory_trouble = |error: &dyn core::fmt::Display| told(&arguments.state, error);
    let machine = MockMachine::start(settings, clock, Box::new(state.memory), arguments.seed)
        .map_err(|error| memory_trouble(&error))?;
    let handle = machine.handle();

    let sessions = handle.clone();
    let factory = Arc::new(move || Ok(Box::new(sessions.connect()) as Box<dyn MachineDriver>));
    let link = server::serve(&ListenSettings::new(arguments.listen, security.clone()), factory)
        .map_err(|error| error.to_string())?;
    let desk = desk_service::serve(&ListenSettings::new(arguments.desk, security), handle.clone())
        .map_err(|error| error.to_string())?;
    let line =
        format!("{{\"machine\":\"{}\",\"desk\":\"{}\",\"seed\":{}}}\n", link.address(), desk.address(), arguments.seed);
    let mut out = std::io::stdout();
    out.write_all(line.as_bytes()).and_then(|()| out.flush()).map_err(|error| error.to_string())?;
    loop {
        std::thread::sleep(ROUND);
        // What ends while nobody asks is written into the memory as soon as it ends.
        let _ = handle.advance();
        if let Some(failure) = handle.memory_failure() {
            return Err(memory_trouble(&failure));
        }
    }
}

fn security(arguments: Option<&TlsArguments>) -> Result<LinkSecurity, Trouble> {
    let Some(TlsArguments { authority, certificate, key }) = arguments else {
        return Ok(LinkSecurity::PlainLoopback);
    };
    let read = |file| fs::read_to_string(file).map_err(|error| told(file, &error));
    let key = PrivateKeyPem::new(read(key)?);
    Ok(LinkSecurity::MutualTls(TlsSettings::new(read(authority)?, read(certificate)?, key)))
}
