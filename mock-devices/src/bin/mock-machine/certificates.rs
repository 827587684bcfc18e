//! Certificates of links, as six files.

use std::fs;
use std::time::{SystemTime, UNIX_EPOCH};

use printer_driver::remote::certificates::{self, CertificateAndKey, Period};

use crate::Trouble;
use crate::arguments::CertificatesArguments;
use crate::state::{random, told, write_private};

/// Certificates are valid from this long ago, because clocks differ.
const CLOCKS_DIFFER: u64 = 3_600;

pub(crate) fn make(arguments: &CertificatesArguments) -> Result<(), Trouble> {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs();
    let period = Period { from: now.saturating_sub(CLOCKS_DIFFER), until: now + u64::from(arguments.days) * 86_400 };
    let mut random = random()?;
    let told_of = |error: certificates::CertificateError| error.to_string();
    let names: Vec<&str> = arguments.machine.iter().map(String::as_str).collect();
    let authority = certificates::authority("link authority", period, &mut random).map_err(told_of)?;
    let host = certificates::host(&authority, &arguments.host, period, &mut random).map_err(told_of)?;
    let machine = certificates::machine(&authority, &names, period, &mut random).map_err(told_of)?;
    fs::create_dir_all(&arguments.out).map_err(|error| told(&arguments.out, &error))?;
    for (name, made) in [("authority", &authority), ("host", &host), ("machine", &machine)] {
        write(arguments, name, made)?;
    }
    Ok(())
}

fn write(arguments: &CertificatesArguments, name: &str, made: &CertificateAndKey) -> Result<(), Trouble> {
    write_private(&arguments.out.join(format!("{name}.key")), made.key.as_str().as_bytes())?;
    write_private(&arguments.out.join(format!("{name}.pem")), made.certificate.as_bytes())
}
