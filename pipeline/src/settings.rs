//! What the centre issues, with which machines, by which rules, and whom it tells, as a file in the data folder.

mod care;
mod chip;
mod machine;
mod report;

use std::io::Write;
use std::path::Path;

use chip_profile::lds::LdsVersion;
use persoline_domain::identifiers::MachineName;
use persoline_render::portrait::prepare::PortraitFormat;
use persoline_stage::centre::KeyOrigin;
use persoline_stage::{Bilingual, Centre};
use serde::{Deserialize, Serialize};

use crate::exit::{Failure, disk};

pub(crate) use self::care::{NumberRange, PolicySettings};
pub(crate) use self::chip::ChipSettings;
pub(crate) use self::machine::{DriverSettings, LinkFiles, MachineSettings, MockKind};
pub(crate) use self::report::{ReceiverKind, RegisterService, ReportSettings};

/// `centre.json`.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Settings {
    /// Issuing state as the MRZ writes it.
    pub(crate) state: String,
    /// Two-letter country code of the certificates.
    pub(crate) country: String,
    /// The state's name.
    pub(crate) state_name: Names,
    /// The issuing authority.
    pub(crate) authority: Names,
    /// Whether it is a real state: only with an explicit flag at the ceremony.
    pub(crate) production: bool,
    /// Coding of the portrait in DG2.
    #[serde(default)]
    pub(crate) portrait: PortraitCoding,
    /// Version of the logical data structure.
    #[serde(default)]
    pub(crate) lds: Lds,
    /// What chips hold and offer.
    #[serde(default)]
    pub(crate) chip: ChipSettings,
    /// Resolution of the layers.
    #[serde(default = "usual_resolution")]
    pub(crate) dots_per_inch: u32,
    /// The machines.
    pub(crate) machines: Vec<MachineSettings>,
    /// Rules for remakes, first pieces and samples.
    #[serde(default)]
    pub(crate) policy: PolicySettings,
    /// Document numbers that the register has granted, for booklets whose number is engraved.
    #[serde(default)]
    pub(crate) document_numbers: Vec<NumberRange>,
    /// Who is told what became of booklets.
    #[serde(default)]
    pub(crate) reports: Vec<ReportSettings>,
}

/// A text in two languages.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Names {
    /// English.
    pub(crate) english: String,
    /// Traditional Chinese.
    pub(crate) chinese: String,
}

/// Coding of the portrait.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum PortraitCoding {
    /// JPEG 2000.
    #[default]
    Jpeg2000,
    /// JPEG.
    Jpeg,
}

/// Version of the logical data structure.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Lds {
    /// LDS 1.7.
    #[serde(rename = "1.7")]
    V1_7,
    /// LDS 1.8.
    #[default]
    #[serde(rename = "1.8")]
    V1_8,
}

const fn usual_resolution() -> u32 {
    600
}

impl Settings {
    /// The specimen state Utopia with two emulated lines, and a file of reports.
    pub(crate) fn utopia() -> Settings {
        let line = |name| MachineSettings::mock(name, MockKind::PassportLine);
        Settings {
            state: "UTO".to_owned(),
            country: "UT".to_owned(),
            state_name: Names { english: "UTOPIA".to_owned(), chinese: "烏托邦".to_owned() },
            authority: Names {
                english: "PASSPORT OFFICE OF UTOPIA".to_owned(), chinese: "烏托邦護照署".to_owned()
            },
            production: false,
            portrait: PortraitCoding::default(),
            lds: Lds::default(),
            chip: ChipSettings::default(),
            dots_per_inch: usual_resolution(),
            machines: vec![line("north"), line("south")],
            policy: PolicySettings::default(),
            document_numbers: Vec::new(),
            reports: vec![ReportSettings {
                name: "register".to_owned(),
                to: ReceiverKind::File("reports.jsonl".into()),
            }],
        }
    }

    /// Reads the file.
    pub(crate) fn read(file: &Path) -> Result<Settings, Failure> {
        let text = std::fs::read_to_string(file).map_err(|error| match error.kind() {
            std::io::ErrorKind::NotFound => Failure::input(format!(
                "{} does not exist: make keys first with `persoline keys ceremony`, or name the right folder with --data",
                file.display()
            )),
            _ => disk(file, &error),
        })?;
        let settings: Settings = serde_json::from_str(&text)
            .map_err(|error| Failure::input(format!("{}: {error}; mend the file", file.display())))?;
        settings.check().map_err(|what| Failure::input(format!("{}: {what}", file.display())))?;
        Ok(settings)
    }

    /// Writes the file, whole or not at all.
    pub(crate) fn write(&self, file: &Path) -> Result<(), Failure> {
        let text = serde_json::to_string_pretty(self).map_err(|error| Failure::input(error.to_string()))?;
        let new = file.with_extension("json.new");
        let write = || {
            let mut out = std::fs::File::create(&new)?;
            out.write_all(text.as_bytes())?;
            out.write_all(b"\n")?;
            out.sync_all()?;
            std::fs::rename(&new, file)
        };
        write().map_err(|error| disk(file, &error))
    }

    /// Refuses what no centre can be.
    pub(crate) fn check(&self) -> Result<(), String> {
        let is_code = |text: &str, length| text.len() == length && text.bytes().all(|byte| byte.is_ascii_uppercase());
        if !is_code(&self.state, 3) && self.state != "D" {
            return Err("state must be a three-letter code of Doc 9303-3 section 5".to_owned());
        }
        if !is_code(&self.country, 2) {
            return Err("country must be a two-letter code".to_owned());
        }
        if self.state != "UTO" && !self.production {
            return Err("only the specimen state UTO is issued without \"production\": true".to_owned());
        }
        if self.state == "UTO" && self.production {
            return Err("UTO is the specimen state and no real one: leave \"production\" out".to_owned());
        }
        let centre = self.chip.applied(Centre::utopia()).map_err(|what| format!("chip: {what}"))?;
        self.check_chips_at_machines(&centre)?;
        machine::check(&self.machines)?;
        report::check(&self.reports)
    }

    /// Refuses chips that a machine cannot write.
    fn check_chips_at_machines(&self, centre: &Centre) -> Result<(), String> {
        let engraves =
            |machine: &&MachineSettings| matches!(machine.driver, DriverSettings::Mock(MockKind::EngravingLine));
        if let Some(machine) = self.machines.iter().find(engraves).filter(|_| centre.keys == KeyOrigin::OnChip) {
            return Err(format!(
                "chip: keys: machine {} encodes chips by itself and cannot have them make their keys: write \"injected\"",
                machine.name
            ));
        }
        let most = Centre::utopia().chip_limits.buffer;
        if centre.chip_limits.buffer > most && self.machines.iter().any(|machine| machine.driver.is_emulated()) {
            return Err(format!("chip: product: emulated chips have a buffer of {most} bytes"));
        }
        Ok(())
    }

    /// What the stages issue.
    pub(crate) fn centre(&self) -> Centre {
        let bilingual = |names: &Names| Bilingual::new(&names.english, &names.chinese);
        let mut centre = if self.production {
            Centre::production(&self.state, bilingual(&self.state_name), bilingual(&self.authority))
        } else {
            Centre::utopia()
        };
        centre.state_name = bilingual(&self.state_name);
        centre.authority = bilingual(&self.authority);
        centre.portrait.format = match self.portrait {
            PortraitCoding::Jpeg2000 => PortraitFormat::Jpeg2000,
            PortraitCoding::Jpeg => PortraitFormat::Jpeg,
        };
        centre.lds_version = match self.lds {
            Lds::V1_7 => LdsVersion::V1_7,
            Lds::V1_8 => LdsVersion::V1_8,
        };
        centre.page.dpi = self.dots_per_inch;
        // Settings were checked when the file was read.
        self.chip.applied(centre.clone()).unwrap_or(centre)
    }

    /// The machines' names.
    pub(crate) fn machine_names(&self) -> impl Iterator<Item = MachineName> {
        self.machines.iter().map(|machine| MachineName(machine.name.clone()))
    }
}

/// Names of machines and receivers: they become names of folders and keys of the store.
fn is_name(name: &str) -> bool {
    !name.is_empty() && name.len() <= 32 && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
}

#[cfg(test)]
mod tests;
