//! The program, started and killed by a test.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use mock_devices::desk_service::{BlankBooklet, DeskClient};
use printer_driver::remote::{LinkSecurity, PrivateKeyPem, RemoteDriver, RemoteSettings, TlsSettings};

/// A running `mock-machine`; killed, not asked to end, when dropped.
pub(crate) struct Program {
    child: Child,
    pub(crate) machine: String,
    pub(crate) desk: String,
}

impl Program {
    /// Starts over the state in `folder`, 1000 times faster than real machines.
    pub(crate) fn start(folder: &Path, more: &[&str]) -> Self {
        Program::start_at(1000, folder, more)
    }

    /// Starts over the state in `folder`, so many times faster than real machines.
    pub(crate) fn start_at(time_scale: u32, folder: &Path, more: &[&str]) -> Self {
        let mut command = Command::new(env!("CARGO_BIN_EXE_mock-machine"));
        command
            .arg("serve")
            .arg("--state")
            .arg(folder.join("state"))
            .args(["--time-scale", &time_scale.to_string()])
            .args(more);
        let mut child = command.stdin(Stdio::null()).stdout(Stdio::piped()).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let field = |name: &str| {
            let after = line.split_once(&format!("\"{name}\":\"")).unwrap_or_else(|| panic!("no {name} in {line:?}")).1;
            after.split('"').next().unwrap().to_owned()
        };
        Program { machine: field("machine"), desk: field("desk"), child }
    }

    /// What `kill -9` does.
    pub(crate) fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Makes certificates in `folder/links` with the program, and the arguments with which a machine uses them.
pub(crate) fn certificates(folder: &Path) -> Vec<String> {
    let links = folder.join("links");
    let mut command = Command::new(env!("CARGO_BIN_EXE_mock-machine"));
    assert!(command.args(["certificates", "--out"]).arg(&links).status().unwrap().success());
    let file = |name: &str| links.join(name).display().to_string();
    ["--authority", "authority.pem", "--certificate", "machine.pem", "--key", "machine.key"]
        .iter()
        .map(|word| if word.starts_with("--") { (*word).to_owned() } else { file(word) })
        .collect()
}

/// As the host of those certificates.
pub(crate) fn host(folder: &Path) -> LinkSecurity {
    let read = |name: &str| std::fs::read_to_string(folder.join("links").join(name)).unwrap();
    let key = PrivateKeyPem::new(read("host.key"));
    LinkSecurity::MutualTls(TlsSettings::new(read("authority.pem"), read("host.pem"), key))
}

pub(crate) fn driver(address: &str, security: &LinkSecurity) -> RemoteDriver {
    RemoteDriver::connect(RemoteSettings::new(address, security.clone())).unwrap()
}

pub(crate) fn desk(address: &str, security: &LinkSecurity) -> DeskClient {
    DeskClient::connect(&RemoteSettings::new(address, security.clone())).unwrap()
}

/// A blank with transport keys of nought.
pub(crate) fn blank(number: u32) -> BlankBooklet {
    BlankBooklet {
        serial: serial(number),
        format: printer_driver::Format("passport-32".into()),
        chip: mock_devices::chip::ChipIdentity {
            chip_serial: format!("CHIP{number:04}").into_bytes(),
            key_version: 1,
            transport_keys: chip_profile::personalisation::scp03::StaticKeys::new([0; 16], [0; 16], [0; 16]),
        },
        chip_seed: number.into(),
    }
}

pub(crate) fn serial(number: u32) -> String {
    format!("K{number:08}")
}
