//! An emulated chip as a program of its own, on the virtual reader of pcscd, so that any reader's software can read it.
//!
//! ```text
//! pcscd                              # with vpcd, the driver of vsmartcard
//! mock-chip --vpcd chips/1           # elementary files and keys.json
//! opensc-tool --list-readers
//! ```
//!
//! It prints one line of JSON whenever the reader has taken the chip, and goes on until it is ended or the reader stays away.

mod arguments;

use std::io::Write;
use std::net::{SocketAddr, ToSocketAddrs};
use std::process::ExitCode;

use clap::Parser;
use mock_devices::chip::image::{self, ImageError};
use mock_devices::chip::{ChipSettings, EmulatedChip};
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
    #[error("the system gives no randomness: {0}")]
    Randomness(getrandom::Error),
    #[error("{0}")]
    Reader(#[from] VirtualReaderError),
}

impl Trouble {
    /// The exit codes that `--help` lists.
    fn exit_code(&self) -> u8 {
        match self {
            Trouble::Image(_) => 3,
            Trouble::Host { .. } | Trouble::Elsewhere { .. } => 4,
            Trouble::Reader(VirtualReaderError::Silent { .. }) => 5,
            Trouble::Reader(VirtualReaderError::Protocol { .. }) => 6,
            Trouble::Reader(_) => 4,
            Trouble::Randomness(_) => 1,
        }
    }
}

fn run(arguments: &Arguments) -> Result<(), Trouble> {
    let mut chip = chip(arguments)?;
    let address = address(arguments)?;
    let reader = VirtualReader::new(VirtualReaderSettings {
        attempts: arguments.attempts,
        real_time: arguments.real_time,
        ..VirtualReaderSettings::new(address)
    });
    let mut watch = |event| match event {
        ReaderEvent::Inserted => {
            let mut out = std::io::stdout();
            // Whoever has closed its end does not want to know.
            let _ = out.write_all(format!("{{\"reader\":\"{address}\"}}\n").as_bytes()).and_then(|()| out.flush());
        }
        ReaderEvent::Removed(removal) => eprintln!("mock-chip: off the reader: {removal}"),
    };
    if arguments.once {
        reader.insert_once(&mut chip, &mut watch)?;
        return Ok(());
    }
    match reader.keep_inserted(&mut chip, &mut watch)? {}
}

fn chip(arguments: &Arguments) -> Result<EmulatedChip, Trouble> {
    let seed = match arguments.seed {
        Some(seed) => seed,
        None => getrandom::u64().map_err(Trouble::Randomness)?,
    };
    let settings = ChipSettings {
        buffer: usize::from(arguments.buffer),
        extended_length: !arguments.no_extended_length,
        bit_rate: arguments.bit_rate.into(),
        ..ChipSettings::default()
    };
    let mut chip = image::load(&arguments.vpcd)?.open(settings, seed);
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
