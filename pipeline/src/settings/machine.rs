//! Machines and how they are reached.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

/// A machine.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct MachineSettings {
    /// What the centre calls it.
    pub(crate) name: String,
    /// How it is reached.
    pub(crate) driver: DriverSettings,
}

/// How a machine is reached.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum DriverSettings {
    /// An emulated machine inside this program.
    Mock(MockKind),
    /// A machine that is reached over the network.
    Remote(RemoteMachine),
}

/// Kinds of emulated machines.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum MockKind {
    /// A line of 300 passports an hour for booklets with a perforated number.
    PassportLine,
    /// A line of 150 an hour that engraves the number and encodes chips by itself.
    EngravingLine,
}

/// A machine that is reached over the network.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RemoteMachine {
    /// Its address and port.
    pub(crate) address: String,
    /// How both sides know each other; without it the address must be a loopback one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) tls: Option<LinkFiles>,
    /// Address of the desk of an emulated machine, whose attendant this program is then.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) attended_desk: Option<String>,
}

/// Files of a link's certificates (PEM), inside the data folder unless absolute.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct LinkFiles {
    /// Certificate of the authority that both sides trust.
    pub(crate) certificate_authority: PathBuf,
    /// This centre's certificate.
    pub(crate) certificate: PathBuf,
    /// Its private key.
    pub(crate) key: PathBuf,
    /// The name that the machine's certificate must bear, when it is not the host of the address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) peer_name: Option<String>,
}

impl MachineSettings {
    /// An emulated machine.
    pub(crate) fn mock(name: &str, kind: MockKind) -> MachineSettings {
        MachineSettings { name: name.to_owned(), driver: DriverSettings::Mock(kind) }
    }
}

impl DriverSettings {
    /// Whether the machine and its chips are emulated, here or elsewhere.
    pub(super) fn is_emulated(&self) -> bool {
        match self {
            DriverSettings::Mock(_) => true,
            DriverSettings::Remote(remote) => remote.attended_desk.is_some(),
        }
    }
}

/// Refuses machines that no centre can have.
pub(super) fn check(machines: &[MachineSettings]) -> Result<(), String> {
    let mut names: Vec<&str> = machines.iter().map(|machine| machine.name.as_str()).collect();
    names.sort_unstable();
    if names.windows(2).any(|pair| matches!(pair, [one, other] if one == other)) {
        return Err("two machines have the same name".to_owned());
    }
    if !names.iter().all(|name| super::is_name(name)) {
        return Err("machines' names are letters, digits and hyphens, 32 at most".to_owned());
    }
    Ok(())
}
