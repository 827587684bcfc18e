//! A chip of each profile written and read back, in the modelled time of the emulated chip.

use chip_profile::access::CipherSuite;
use chip_profile::access::pace::PacePassword;
use chip_profile::apdu::{Command, Response};
use chip_profile::ec::Curve;
use chip_profile::personalisation::scp03::{MasterKey, SecurityLevel, derive_session_keys, diversify};
use chip_profile::personalisation::two_phase::{KeyGeneration, KeyOrder, MadeKeys};
use chip_profile::personalisation::{
    PersonalisationSession, ReadAccess, ReadBack, ReadPlan, ReadStep, Scp03Channel, Step, WritePlan,
};
use mock_devices::chip::{BitRate, ChipIdentity, ChipSettings, EmulatedChip};
use rand_chacha::ChaCha20Rng;
use rand_core::SeedableRng;

use super::profiles::{self, Profile};
use crate::{Failure, failure};

/// What a conversation cost.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Cost {
    /// Commands.
    pub commands: usize,
    /// Bytes to the chip.
    pub sent: usize,
    /// Bytes from the chip.
    pub received: usize,
    /// Round trips between host and machine.
    pub scripts: usize,
    /// Modelled seconds in the field.
    pub seconds: f64,
}

/// One profile on one chip.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    /// Which profile.
    pub profile: &'static str,
    /// Which chip.
    pub chip: &'static str,
    /// Bit rate on the air.
    pub kbit_per_second: u32,
    /// Identity to lock.
    pub written: Cost,
    /// Access control to the last file and both authentications.
    pub read: Cost,
}

/// The chips: what every chip takes, and two with extended length.
pub const CHIPS: [(&str, usize, bool); 3] =
    [("short, 255", 255, false), ("extended, 1,024", 1024, true), ("extended, 4,096", 4096, true)];

/// Every profile on every chip at every bit rate.
///
/// # Errors
/// A chip could not be written or read.
pub fn rows() -> Result<Vec<Row>, Failure> {
    let mut rows = Vec::new();
    for profile in Profile::ALL {
        for (chip, buffer, extended_length) in CHIPS {
            // A signature of RSA-2048 does not fit short length fields.
            if profile == Profile::Rsa && !extended_length {
                continue;
            }
            for (bit_rate, kbit_per_second) in BitRate::ALL.into_iter().zip([106, 212, 424, 848]) {
                let settings = ChipSettings { buffer, extended_length, bit_rate, ..ChipSettings::default() };
                let (written, read) = personalise(profile, settings)?;
                rows.push(Row { profile: profile.name(), chip, kbit_per_second, written, read });
            }
        }
    }
    Ok(rows)
}

/// A chip's link that counts.
struct Link {
    chip: EmulatedChip,
    cost: Cost,
}

impl Link {
    fn send(&mut self, script: &[Command]) -> Result<Vec<Response>, Failure> {
        let before = self.chip.elapsed();
        let answers = script.iter().map(|command| {
            let command = command.to_bytes();
            let answer = self.chip.transmit(&command);
            self.cost.commands += 1;
            self.cost.sent += command.len();
            self.cost.received += answer.len();
            Response::parse(&answer).map_err(failure)
        });
        let answers = answers.collect::<Result<Vec<_>, _>>()?;
        self.cost.scripts += 1;
        self.cost.seconds += (self.chip.elapsed() - before).as_secs_f64();
        Ok(answers)
    }
}

fn personalise(profile: Profile, settings: ChipSettings) -> Result<(Cost, Cost), Failure> {
    let (master, serial) = (MasterKey::new([0x42; 16]), b"BENCH-01".to_vec());
    let limits = settings.limits();
    let transport_keys = diversify(&master, &serial, 1);
    let identity = ChipIdentity { chip_serial: serial.clone(), key_version: 1, transport_keys };
    let mut link = Link { chip: EmulatedChip::new(identity, settings, 7), cost: Cost::default() };
    let channel = Scp03Channel::new(1, [7; 8], SecurityLevel::CommandEncryptionResponseMac);
    let mut data = profiles::data(profile, &limits, &MadeKeys::default())?;
    let mut session = match profile {
        Profile::TwoPhase => {
            let (curve, suite) = (Curve::P256, CipherSuite::Aes128);
            let orders = vec![
                KeyOrder::ActiveAuthentication { curve },
                KeyOrder::ChipAuthentication { suite, identifier: None, curve },
            ];
            PersonalisationSession::two_phase(KeyGeneration::new(orders), Some(serial), channel)
        }
        _ => PersonalisationSession::new(WritePlan::build(&data, &limits)?, Some(serial), channel),
    };
    let mut script = session.start()?;
    loop {
        let answers = link.send(&script)?;
        script = match session.next(&answers)? {
            Step::DeriveKeys(request) => {
                let keys = diversify(&master, &request.chip_serial, request.key_version);
                let keys = derive_session_keys(&keys, &request.host_challenge, &request.card_challenge);
                session.authenticate(keys)?
            }
            Step::Send(commands) => commands,
            Step::KeysMade(made) => {
                data = profiles::data(profile, &limits, &made)?;
                session.write(WritePlan::build(&data, &limits)?)?
            }
            Step::Written => session.lock()?,
            Step::Locked => break,
        };
    }
    let written = std::mem::take(&mut link.cost);
    link.chip.reset();
    let access = ReadAccess::Pace(profile.pace(), PacePassword::mrz(&profiles::printed()?));
    let mut read = ReadBack::new(ReadPlan::new(&data.files, limits), access);
    let mut rng = ChaCha20Rng::seed_from_u64(3);
    let mut answers = Vec::new();
    loop {
        match read.next(&answers, &mut rng)? {
            ReadStep::Send(script) => answers = link.send(&script)?,
            ReadStep::Done(result) if result.files == data.files => return Ok((written, link.cost)),
            ReadStep::Done(_) => return Err(failure("what was read back is not what was written")),
        }
    }
}
