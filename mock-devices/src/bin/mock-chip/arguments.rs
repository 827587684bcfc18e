//! The command line.

use std::path::PathBuf;

use chip_profile::lds::FileId;
use clap::{ArgGroup, Parser, ValueEnum};
use mock_devices::chip::{BitRate, ChipFault};
use mock_devices::virtual_reader::{DEFAULT_HOST, DEFAULT_PORT};

const EXIT_CODES: &str = "\
Exit codes:
  0  the reader has closed the connection (with --once)
  1  the system gives no randomness
  2  the command line is wrong
  3  the folder is no chip, or none can be made in it
  4  the reader was not reached, or is not to be reached
  5  the chip stayed silent again and again
  6  what came is not from a virtual reader";

/// A personalised chip on the virtual reader of pcscd: any software that speaks PC/SC can read it.
///
/// Debian's packages pcscd and vsmartcard-vpcd are the other side.
#[derive(Debug, Parser)]
#[command(name = "mock-chip", version, arg_required_else_help = true, after_long_help = EXIT_CODES)]
#[command(group(ArgGroup::new("task").required(true).multiple(true).args(["specimen", "vpcd"])))]
pub(crate) struct Arguments {
    /// Lays the chip in this folder on the reader: elementary files (EF.COM.bin, EF.DG1.bin, ...) and keys.json.
    #[arg(long, value_name = "FOLDER")]
    pub(crate) vpcd: Option<PathBuf>,
    /// Makes the chip of a specimen passport of Utopia, issued today, in this folder, and prints what its data page says.
    #[arg(long, value_name = "FOLDER")]
    pub(crate) specimen: Option<PathBuf>,
    /// Where the reader's driver waits.
    #[arg(long, default_value_t = DEFAULT_HOST.to_string())]
    pub(crate) host: String,
    /// Port on which it waits; CHANNELID of the reader's configuration.
    #[arg(long, default_value_t = DEFAULT_PORT, value_parser = clap::value_parser!(u16).range(1..))]
    pub(crate) port: u16,
    /// Allows a reader on another computer. Nothing on the way there is encrypted but what a reader encrypts.
    #[arg(long)]
    pub(crate) elsewhere: bool,
    /// How many times in a row the reader is tried in vain, half a second apart, before the program gives up.
    #[arg(long, default_value_t = 20, value_parser = clap::value_parser!(u32).range(1..=100_000), value_name = "TIMES")]
    pub(crate) attempts: u32,
    /// Ends when the reader closes the connection, instead of laying the chip on it again.
    #[arg(long)]
    pub(crate) once: bool,
    /// Seed of the chip's randomness, or of a specimen's keys; without it every start is different.
    #[arg(long, value_name = "NUMBER")]
    pub(crate) seed: Option<u64>,
    /// What goes wrong; may be given several times. `mute`, `die-after=N` commands, `drop-field-after=N` commands,
    /// `slow=N` times, `corrupt=FILE@OFFSET` (as in corrupt=DG2@500): one bit of that byte is read inverted.
    #[arg(long, value_parser = fault, value_name = "FAULT")]
    pub(crate) fault: Vec<ChipFault>,
    /// Bit rate on the air, kbit/s. It shows with --real-time only.
    #[arg(long, value_enum, default_value_t = Rate::Kbit848, value_name = "RATE")]
    pub(crate) bit_rate: Rate,
    /// Answers take as long as those of a chip on the air.
    #[arg(long)]
    pub(crate) real_time: bool,
    /// Bytes of a data field that the chip takes or gives at once.
    #[arg(long, default_value_t = 1024, value_parser = clap::value_parser!(u16).range(223..), value_name = "BYTES")]
    pub(crate) buffer: u16,
    /// The chip knows short commands only.
    #[arg(long)]
    pub(crate) no_extended_length: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Rate {
    #[value(name = "106")]
    Kbit106,
    #[value(name = "212")]
    Kbit212,
    #[value(name = "424")]
    Kbit424,
    #[value(name = "848")]
    Kbit848,
}

impl From<Rate> for BitRate {
    fn from(rate: Rate) -> Self {
        match rate {
            Rate::Kbit106 => BitRate::Kbit106,
            Rate::Kbit212 => BitRate::Kbit212,
            Rate::Kbit424 => BitRate::Kbit424,
            Rate::Kbit848 => BitRate::Kbit848,
        }
    }
}

fn fault(text: &str) -> Result<ChipFault, String> {
    let (name, value) = text.split_once('=').unwrap_or((text, ""));
    let count = || value.parse().map_err(|_| format!("`{value}` is no number"));
    match name {
        "mute" if value.is_empty() => Ok(ChipFault::Mute),
        "die-after" => Ok(ChipFault::DieAfter(count()?)),
        "drop-field-after" => Ok(ChipFault::DropFieldAfter(count()?)),
        "slow" => value.parse().map(ChipFault::Slow).map_err(|_| format!("`{value}` is not 0 to 255")),
        "corrupt" => {
            let (file, offset) = value.split_once('@').ok_or("a byte is named FILE@OFFSET")?;
            let offset = offset.parse().map_err(|_| format!("`{offset}` is no number"))?;
            let plain = |name: &str| name.to_ascii_uppercase().replace('_', "/").trim_start_matches("EF.").to_owned();
            let file = FileId::ALL.into_iter().find(|known| plain(known.name()) == plain(file));
            let file = file.ok_or_else(|| format!("there is no such file in `{value}`"))?;
            Ok(ChipFault::CorruptByte { file, offset })
        }
        _ => Err(format!("there is no fault `{name}`")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn the_command_line_is_sound_and_lists_the_exit_codes() {
        Arguments::command().debug_assert();
        let help = Arguments::command().render_long_help().to_string();
        for words in ["--vpcd", "35963", "Exit codes", "drop-field-after"] {
            assert!(help.contains(words), "{words}");
        }
    }

    #[test]
    fn faults_are_named() {
        let offset = 500;
        let good = [
            ("mute", ChipFault::Mute),
            ("die-after=3", ChipFault::DieAfter(3)),
            ("drop-field-after=0", ChipFault::DropFieldAfter(0)),
            ("slow=9", ChipFault::Slow(9)),
            ("corrupt=dg2@500", ChipFault::CorruptByte { file: FileId::DG2, offset }),
            ("corrupt=EF.CardAccess@500", ChipFault::CorruptByte { file: FileId::CARD_ACCESS, offset }),
        ];
        for (text, expected) in good {
            assert_eq!(fault(text), Ok(expected), "{text}");
        }
        for wrong in
            ["", "mute=1", "die-after", "slow=256", "corrupt=DG2", "corrupt=DG17@1", "corrupt=DG2@x", "on fire"]
        {
            assert!(fault(wrong).is_err(), "{wrong}");
        }
    }
}
