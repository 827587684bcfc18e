//! `persoline keys link`: certificates of the links to remote machines.

use std::io::Write;
use std::path::Path;

use persoline_domain::chance::AsRng;
use persoline_domain::clock::Clock;
use printer_driver::remote::certificates::{self, CertificateAndKey, CertificateError, Period};

use crate::arguments::keys::LinkArguments;
use crate::commands::say;
use crate::exit::{Ending, Failure, disk};
use crate::system::{SystemClock, SystemRandom};

/// Certificates are valid from this long ago, because clocks differ.
const CLOCKS_DIFFER: u64 = 3_600;

/// Makes an authority, and under it a certificate for this centre and one for a machine.
pub(super) fn link(arguments: &LinkArguments) -> Result<Ending, Failure> {
    let now = u64::try_from(SystemClock::new().now().unix_seconds()).unwrap_or(0);
    let period = Period { from: now.saturating_sub(CLOCKS_DIFFER), until: now + u64::from(arguments.days) * 86_400 };
    let refused = |error: CertificateError| Failure::input(error.to_string());
    let mut random = AsRng(&SystemRandom);
    let names: Vec<&str> = arguments.machine.iter().map(String::as_str).collect();
    let authority = certificates::authority("Persoline link authority", period, &mut random).map_err(refused)?;
    let centre = certificates::host(&authority, &arguments.centre, period, &mut random).map_err(refused)?;
    let machine = certificates::machine(&authority, &names, period, &mut random).map_err(refused)?;
    std::fs::create_dir_all(&arguments.out).map_err(|error| disk(&arguments.out, &error))?;
    for (name, made) in [("authority", &authority), ("host", &centre), ("machine", &machine)] {
        write(&arguments.out, name, made)?;
    }
    say(format!("authority, host and machine certificates in {}", arguments.out.display()))?;
    say("give the machine authority.pem, machine.pem and machine.key; keep authority.key away from both")?;
    Ok(Ending::Done)
}

/// Writes a certificate and its key, readable for their owner only; what is there already stays.
fn write(folder: &Path, name: &str, made: &CertificateAndKey) -> Result<(), Failure> {
    for (ending, text) in [("key", made.key.as_str()), ("pem", made.certificate.as_str())] {
        let file = folder.join(format!("{name}.{ending}"));
        let mut options = std::fs::OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let written = options.open(&file).and_then(|mut out| {
            out.write_all(text.as_bytes())?;
            out.sync_all()
        });
        written.map_err(|error| match error.kind() {
            std::io::ErrorKind::AlreadyExists => {
                Failure::input(format!("{} is there already: name another folder with --out", file.display()))
            }
            _ => disk(&file, &error),
        })?;
    }
    Ok(())
}
