//! Machines as programs of their own, each behind two cables: one for the host, one for whoever stands at its desk.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use mock_devices::desk_service::{DeskClient, DeskError, FoundBooklet};
use mock_devices::machine::Place;
use persoline_domain::identifiers::{MachineName, Sequence};
use printer_driver::Stack;
use printer_driver::remote::{LinkSecurity, PrivateKeyPem, RemoteSettings, TlsSettings};
use serde_json::{Value, json};

use super::SCALE;
use super::cable::{Cable, Mode};

/// How long a machine may be out of reach after it said where it is.
const PATIENCE: Duration = Duration::from_secs(20);
/// Between two tries.
const LOOK: Duration = Duration::from_millis(20);

/// The program, which stands beside the one under test.
fn mock_machine() -> PathBuf {
    let program = Path::new(env!("CARGO_BIN_EXE_persoline")).with_file_name("mock-machine");
    let build = "cargo build -p mock-devices --features program --bin mock-machine, with --release for a release test";
    assert!(program.is_file(), "{} is missing; build it first: {build}", program.display());
    program
}

/// Certificates of links, made by the machine's program.
pub(super) struct Links(PathBuf);

impl Links {
    pub(super) fn make(folder: PathBuf) -> Links {
        let made = Command::new(mock_machine()).args(["certificates", "--out"]).arg(&folder).status();
        assert!(made.expect("the program starts").success());
        Links(folder)
    }

    fn file(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }

    fn host(&self) -> LinkSecurity {
        let read = |name: &str| std::fs::read_to_string(self.file(name)).expect("a file of the link");
        let key = PrivateKeyPem::new(read("host.key"));
        LinkSecurity::MutualTls(TlsSettings::new(read("authority.pem"), read("host.pem"), key))
    }
}

/// A machine, running or not.
pub(super) struct Machine {
    pub(super) name: &'static str,
    kind: &'static str,
    state: PathBuf,
    program: Option<Program>,
    pub(super) link: Cable,
    desk_cable: Cable,
    desk: DeskClient,
    /// What stood last in the log whenever it was killed.
    pub(super) killed_at: Vec<Sequence>,
    /// What was taken off its stacks, as it physically was.
    pub(super) trays: BTreeMap<String, FoundBooklet>,
}

/// A running program; killed, not asked to end, when dropped.
struct Program(Child);

impl Drop for Program {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

impl Machine {
    /// A machine that is not switched on yet.
    pub(super) fn new(name: &'static str, kind: &'static str, folder: &Path, links: &Links) -> Machine {
        let desk_cable = Cable::new();
        let desk = RemoteSettings::new(desk_cable.address().to_string(), links.host());
        let desk = DeskClient::connect(&desk).expect("settings of a desk");
        Machine {
            name,
            kind,
            state: folder.join(name),
            program: None,
            link: Cable::new(),
            desk_cable,
            desk,
            killed_at: Vec::new(),
            trays: BTreeMap::new(),
        }
    }

    pub(super) fn machine_name(&self) -> MachineName {
        MachineName::from(self.name)
    }

    /// As `centre.json` names it.
    pub(super) fn settings(&self, links: &Links) -> Value {
        let tls = json!({
            "certificate_authority": links.file("authority.pem"),
            "certificate": links.file("host.pem"),
            "key": links.file("host.key"),
        });
        let (address, desk) = (self.link.address().to_string(), self.desk_cable.address().to_string());
        json!({"name": self.name, "driver": {"remote": {"address": address, "tls": tls, "attended_desk": desk}}})
    }

    pub(super) fn is_running(&mut self) -> bool {
        self.program.as_mut().is_some_and(|program| program.0.try_wait().expect("a child of ours").is_none())
    }

    /// Switches it on, over what it remembers.
    pub(super) fn start(&mut self, links: &Links) {
        let mut command = Command::new(mock_machine());
        command.arg("serve").arg("--state").arg(&self.state).args(["--kind", self.kind, "--name", self.name]);
        command.args(["--time-scale", SCALE]);
        for (word, name) in
            [("--authority", "authority.pem"), ("--certificate", "machine.pem"), ("--key", "machine.key")]
        {
            command.arg(word).arg(links.file(name));
        }
        let child = command.stdin(Stdio::null()).stdout(Stdio::piped()).spawn().expect("the program starts");
        let mut program = Program(child);
        let mut line = String::new();
        BufReader::new(program.0.stdout.take().expect("a pipe")).read_line(&mut line).expect("a line");
        let told: Value = serde_json::from_str(&line).unwrap_or_else(|error| panic!("{}: {error}: {line}", self.name));
        let address = |field: &str| told[field].as_str().and_then(|text| text.parse().ok()).expect("an address");
        self.link.plug(address("machine"));
        self.desk_cable.plug(address("desk"));
        self.program = Some(program);
    }

    /// `kill -9`, which is to a machine what a power cut is.
    pub(super) fn kill(&mut self, newest: Sequence) {
        if self.program.take().is_some() {
            self.killed_at.push(newest);
        }
    }

    /// Where every booklet is that it ever held.
    pub(super) fn places(&mut self) -> Vec<(String, Place)> {
        self.at_desk(DeskClient::places)
    }

    /// Looks at a booklet, on the trays or in the machine.
    pub(super) fn look(&mut self, serial: &str) -> Option<FoundBooklet> {
        let on_tray = self.trays.get(serial).cloned();
        on_tray.or_else(|| self.at_desk(|desk| desk.look(serial, true)))
    }

    /// Takes everything off both stacks and lays it on the trays; whatever comes to lie there meanwhile too.
    pub(super) fn take_stacks(&mut self) {
        for stack in [Stack::Good, Stack::Reject] {
            for taken in self.at_desk(|desk| desk.empty_stack(stack, true)) {
                let before = self.trays.insert(taken.serial.clone(), taken);
                assert!(before.is_none(), "{} lay on a stack before: {}", self.name, before.expect("one").serial);
            }
        }
    }

    /// Acts at the desk. A machine that was just switched on again has to be reached anew.
    fn at_desk<T>(&mut self, mut act: impl FnMut(&mut DeskClient) -> Result<T, DeskError>) -> T {
        let begun = Instant::now();
        loop {
            match act(&mut self.desk) {
                Ok(answer) => return answer,
                Err(error) if begun.elapsed() > PATIENCE => {
                    panic!("the desk of {} is out of reach: {error}", self.name)
                }
                Err(_) => std::thread::sleep(LOOK),
            }
        }
    }

    /// Mends the cable.
    pub(super) fn mend(&self) {
        self.link.set(Mode::Whole);
    }
}
