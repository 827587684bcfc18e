//! An emulated chip as a program of its own, on the virtual reader of pcscd, so that any reader's software can read it.
//!
//! ```text
//! mock-chip --specimen chips/1       # makes a chip: elementary files and keys.json
//! pcscd                              # with vpcd, the driver of vsmartcard
//! mock-chip --vpcd chips/1
//! opensc-tool --list-readers
//! ```
//!
//! It prints one line of JSON whenever the reader has taken the chip, and goes on until it is ended or the reader stays away.

mod arguments;

use std::io::Write;
use std::net::{SocketAddr, ToSocketAddrs};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::{SystemTime, UNIX_EPOCH};

use chip_profile::pki::UnixTime;
use clap::Parser;
use mock_devices::chip::image::{self, ImageError, KEYS_FILE};
use mock_devices::chip::{ChipSettings, EmulatedChip};
use mock_devices::specimen::{COUNTRY_SIGNER_FILE, Specimen, SpecimenError, SpecimenSettings};
use mock_devices::virtual_reader::{ReaderEvent, VirtualReader, VirtualReaderError, VirtualReaderSettings};
use thiserror::Error;

use crate::arguments::Arguments;

fn main() -> ExitCode {
    match run(&Arguments::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(trouble) => {
            eprintln!("mock-chip: {trouble}");
            ExitCode::from(trouble.exit_code())
        }
    }
}

/// What went wrong, in words for whoever started the program.
#[derive(Debug, Error)]
enum Trouble {
    #[error("{0}")]
    Image(#[from] ImageError),
    #[error("`{host}` is no host: {error}")]
    Host { host: String, error: std::io::Error },
    #[error(
        "{address} is another computer: what a reader says and hears would go there in clear (--elsewhere allows it)"
    )]
    Elsewhere { address: SocketAddr },
    #[error("{}: there is a chip already", keys.display())]
    Exists { keys: PathBuf },
    #[error("{0}")]
    Specimen(#[from] SpecimenError),
    #[error("the system gives no randomness: {0}")]
    Randomness(getrandom::Error),
    #[error("{0}")]
    Reader(#[from] VirtualReaderError),
}

impl Trouble {
    /// The exit codes that `--help` lists.
    fn exit_code(&self) -> u8 {
        match self {
            Trouble::Image(_) | Trouble::Specimen(_) | Trouble::Exists { .. } => 3,
            Trouble::Host { .. } | Trouble::Elsewhere { .. } => 4,
            Trouble::Reader(VirtualReaderError::Silent { .. }) => 5,
            Trouble::Reader(VirtualReaderError::Protocol { .. }) => 6,
            Trouble::Reader(_) => 4,
            Trouble::Randomness(_) => 1,
        }
    }
}

fn run(arguments: &Arguments) -> Result<(), Trouble> {
    let seed = match arguments.seed {
        Some(seed) => seed,
        None => getrandom::u64().map_err(Trouble::Randomness)?,
    };
    if let Some(folder) = &arguments.specimen {
        make_specimen(folder, seed)?;
    }
    match &arguments.vpcd {
        Some(folder) => present(arguments, chip(arguments, folder, seed)?),
        None => Ok(()),
    }
}

fn make_specimen(folder: &Path, seed: u64) -> Result<(), Trouble> {
    let keys = folder.join(KEYS_FILE);
    if keys.exists() {
        return Err(Trouble::Exists { keys });
    }
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs();
    let issued = UnixTime((now - now % 86_400).cast_signed());
    let specimen = Specimen::make(&SpecimenSettings { issued, seed, ..SpecimenSettings::default() })?;
    specimen.save(folder)?;
    let zone = specimen.zone.replace('\n', "\\n");
    let can = specimen.card_access_number.digits();
    print(&format!("{{\"mrz\":\"{zone}\",\"can\":\"{can}\",\"csca\":\"{COUNTRY_SIGNER_FILE}\"}}\n"));
    Ok(())
}

fn present(arguments: &Arguments, mut chip: EmulatedChip) -> Result<(), Trouble> {
    let address = address(arguments)?;
    let reader = VirtualReader::new(VirtualReaderSettings {
        attempts: arguments.attempts,
        real_time: arguments.real_time,
        ..VirtualReaderSettings::new(address)
    });
    let mut watch = |event| match event {
        ReaderEvent::Inserted => print(&format!("{{\"reader\":\"{address}\"}}\n")),
        ReaderEvent::Removed(removal) => eprintln!("mock-chip: off the reader: {removal}"),
    };
    if arguments.once {
        reader.insert_once(&mut chip, &mut watch)?;
        return Ok(());
    }
    match reader.keep_inserted(&mut chip, &mut watch)? {}
}

fn chip(arguments: &Arguments, folder: &Path, seed: u64) -> Result<EmulatedChip, Trouble> {
    let settings = ChipSettings {
        buffer: usize::from(arguments.buffer),
        extended_length: !arguments.no_extended_length,
        bit_rate: arguments.bit_rate.into(),
        ..ChipSettings::default()
    };
    let mut chip = image::load(folder)?.open(settings, seed);
    for fault in &arguments.fault {
        chip.inject(*fault);
    }
    Ok(chip)
}

fn address(arguments: &Arguments) -> Result<SocketAddr, Trouble> {
    let found = (arguments.host.as_str(), arguments.port).to_socket_addrs().and_then(|mut addresses| {
        // The driver listens on IPv4 only.
        addresses.find(SocketAddr::is_ipv4).ok_or_else(|| std::io::Error::other("it has no IPv4 address"))
    });
    let address = found.map_err(|error| Trouble::Host { host: arguments.host.clone(), error })?;
    if !address.ip().is_loopback() && !arguments.elsewhere {
        return Err(Trouble::Elsewhere { address });
    }
    Ok(address)
}

/// Whoever has closed its end does not want to know.
fn print(line: &str) {
    let mut out = std::io::stdout();
    let _ = out.write_all(line.as_bytes()).and_then(|()| out.flush());
}
