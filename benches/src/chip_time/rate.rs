//! How often a second one core opens a chip and reads 25 KB from it, being terminal and chip at once.

use std::time::{Duration, Instant};

use chip_profile::access::pace::{PaceParameters, PacePassword};
use chip_profile::apdu::Response;
use chip_profile::lds::{ElementaryFiles, FileId};
use chip_profile::personalisation::key_object::KeyObject;
use chip_profile::personalisation::{ReadAccess, ReadBack, ReadPlan, ReadStep};
use mock_devices::chip::{ChipSettings, EmulatedChip, PersonalisedChip};
use rand_chacha::ChaCha20Rng;
use rand_core::SeedableRng;

use super::profiles;
use crate::{Failure, failure};

/// A rate and its bar.
#[derive(Debug, Clone, PartialEq)]
pub struct Rate {
    /// By which access control, on which chip.
    pub access: &'static str,
    /// Bytes of files.
    pub bytes: usize,
    /// How often a second.
    pub per_second: f64,
    /// How often it must be.
    pub bar: f64,
}

/// Measures each for about as long as `each`, in the best of five parts, so that what else the machine does counts little.
///
/// # Errors
/// A chip could not be read.
pub fn rates(each: Duration) -> Result<Vec<Rate>, Failure> {
    let short = ChipSettings { buffer: 255, extended_length: false, ..ChipSettings::default() };
    let pace = |printed| ReadAccess::Pace(PaceParameters::P256_AES128, PacePassword::mrz(printed));
    let printed = profiles::printed()?;
    let cases = [
        ("PACE AES-128, short length", short.clone(), pace(&printed), 200.0),
        ("PACE AES-128, extended length", ChipSettings::default(), pace(&printed), 200.0),
        ("BAC 3DES, short length", short, ReadAccess::BasicAccessControl(printed.clone()), 150.0),
        ("BAC 3DES, extended length", ChipSettings::default(), ReadAccess::BasicAccessControl(printed.clone()), 150.0),
    ];
    cases.into_iter().map(|(name, settings, access, bar)| rate(name, settings, &access, bar, each)).collect()
}

fn rate(
    name: &'static str,
    settings: ChipSettings,
    access: &ReadAccess,
    bar: f64,
    each: Duration,
) -> Result<Rate, Failure> {
    let files: ElementaryFiles = [
        (FileId::COM, vec![1; 24]),
        (FileId::DG1, vec![3; 93]),
        (FileId::DG2, vec![7; 22_983]),
        (FileId::SOD, vec![4; 1_900]),
    ]
    .into();
    let bytes = files.values().map(Vec::len).sum();
    let printed = profiles::printed()?;
    let keys = vec![
        KeyObject::BasicAccessControl { keys: chip_profile::access::bac::BacKeys::derive(&printed) },
        KeyObject::PaceParameters { parameters: PaceParameters::P256_AES128 },
        KeyObject::PacePassword { password: PacePassword::mrz(&printed) },
    ];
    let limits = settings.limits();
    let mut chip = PersonalisedChip { files: files.clone(), keys }.open(settings, 1);
    let mut rng = ChaCha20Rng::seed_from_u64(1);
    let mut best = f64::MAX;
    for _ in 0..5 {
        let (started, mut count) = (Instant::now(), 0);
        while started.elapsed() < each / 5 {
            let read = ReadBack::new(ReadPlan::new(&files, limits), access.clone());
            if read_once(&mut chip, read, &mut rng)? != bytes {
                return Err(failure("not all was read"));
            }
            count += 1;
        }
        best = best.min(started.elapsed().as_secs_f64() / f64::from(count));
    }
    Ok(Rate { access: name, bytes, per_second: 1.0 / best, bar })
}

fn read_once(chip: &mut EmulatedChip, mut read: ReadBack, rng: &mut ChaCha20Rng) -> Result<usize, Failure> {
    chip.reset();
    let mut answers = Vec::new();
    loop {
        match read.next(&answers, rng)? {
            ReadStep::Send(script) => {
                let transmit =
                    |command: &chip_profile::apdu::Command| Response::parse(&chip.transmit(&command.to_bytes()));
                answers = script.iter().map(transmit).collect::<Result<Vec<_>, _>>()?;
            }
            ReadStep::Done(result) => return Ok(result.files.values().map(Vec::len).sum()),
        }
    }
}
