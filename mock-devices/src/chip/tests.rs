//! The chip met as a host meets it: through bytes.

mod attacks;
mod commands;
mod faults;
mod garbage;
mod keys;
mod life;
mod reader;

use super::*;
use chip_profile::access::bac::BacKeys;
use chip_profile::access::pace::{PaceParameters, PacePassword};
use chip_profile::access::{CipherSuite, MrzInformation, chip_authentication};
use chip_profile::apdu::{Command, Response, StatusWord};
use chip_profile::ec::{Curve, KeyPair};
use chip_profile::lds::card_access::CardAccess;
use chip_profile::lds::dg14::Dg14;
use chip_profile::lds::dg15::Dg15;
use chip_profile::lds::security_infos::PUBLIC_KEY;
use chip_profile::lds::{ElementaryFiles, SecurityInfo, SecurityInfos};
use chip_profile::personalisation::rsa_key::RsaKeyParts;
use chip_profile::personalisation::scp03::{MasterKey, SecurityLevel, SessionKeys, derive_session_keys, diversify};
use chip_profile::personalisation::two_phase::MadeKeys;
use chip_profile::personalisation::{
    ChipData, ChipLimits, KeyRequest, PersonalisationError, PersonalisationSession, ReadAccess, ReadBack,
    ReadBackError, ReadPlan, ReadResult, ReadStep, Scp03Channel, Step, WritePlan,
};

const SERIAL: &[u8] = b"UTOCHIP00001";
const KEY_VERSION: u8 = 0x21;

fn master() -> MasterKey {
    MasterKey::new([0x42; 16])
}

fn chip_with(settings: ChipSettings) -> EmulatedChip {
    let transport_keys = diversify(&master(), SERIAL, KEY_VERSION);
    EmulatedChip::new(
        ChipIdentity { chip_serial: SERIAL.to_vec(), key_version: KEY_VERSION, transport_keys },
        settings,
        1,
    )
}

fn chip() -> EmulatedChip {
    chip_with(ChipSettings::default())
}

fn mrz() -> MrzInformation {
    MrzInformation::new("L898902C<", "690806", "940623").unwrap()
}

fn noise(length: usize, seed: u32) -> Vec<u8> {
    (0..length as u32).map(|at| ((at ^ seed).wrapping_mul(2_654_435_761) >> 13) as u8).collect()
}

/// A key of so many bits that OpenSSL made for these tests.
pub(super) fn rsa_key(bits: usize) -> RsaKeyParts {
    RsaKeyParts::from_der(match bits {
        1280 => include_bytes!("tests/keys/rsa-1280.der").as_slice(),
        2048 => include_bytes!("tests/keys/rsa-2048.der"),
        _ => include_bytes!("tests/keys/rsa-3072.der"),
    })
    .unwrap()
}

fn key(curve: Curve) -> KeyPair {
    KeyPair::from_private_scalar(curve, &vec![0x37; curve.field_length()]).unwrap()
}

/// A passport's chip with both access protocols, 27 KB.
pub(super) fn data() -> ChipData {
    let pace = PaceParameters::P256_AES128.security_info();
    let public_key = key(Curve::P256).public_key().to_spki_explicit();
    let agreement = SecurityInfo::ChipAuthentication {
        protocol: chip_authentication::object_identifier(CipherSuite::Aes128),
        version: 1,
        key_id: None,
    };
    let agreement_key = SecurityInfo::ChipAuthenticationPublicKey {
        protocol: PUBLIC_KEY.push_arc(2).unwrap(),
        public_key: public_key.clone(),
        key_id: None,
    };
    let files: ElementaryFiles = [
        (FileId::CARD_ACCESS, CardAccess { security_infos: SecurityInfos::new(vec![pace.clone()]) }.build().unwrap()),
        (FileId::CARD_SECURITY, noise(1500, 2)),
        (FileId::DIR, noise(24, 3)),
        (FileId::ATR_INFO, noise(30, 4)),
        (FileId::COM, noise(26, 5)),
        (FileId::DG1, noise(93, 6)),
        (FileId::DG2, noise(22_000, 7)),
        (FileId::DG3, noise(500, 8)),
        (FileId::DG11, noise(120, 9)),
        (
            FileId::DG14,
            Dg14 { security_infos: SecurityInfos::new(vec![pace, agreement, agreement_key]) }.build().unwrap(),
        ),
        (FileId::DG15, Dg15 { public_key: public_key.clone() }.build().unwrap()),
        (FileId::SOD, noise(2_000, 12)),
    ]
    .into();
    ChipData {
        files,
        basic_access: Some(BacKeys::derive(&mrz())),
        pace_parameters: vec![PaceParameters::P256_AES128],
        pace_passwords: vec![PacePassword::mrz(&mrz()), PacePassword::can("314159")],
        active_authentication_key: Some(key(Curve::P256).into()),
        chip_authentication_key: Some(chip_profile::personalisation::ChipAuthenticationKey {
            suite: CipherSuite::Aes128,
            identifier: None,
            key: key(Curve::P256),
        }),
        made_on_chip: MadeKeys::default(),
    }
}

/// What may be read of it.
pub(super) fn readable(data: &ChipData) -> ElementaryFiles {
    let mut files = data.files.clone();
    files.remove(&FileId::DG3);
    files
}

/// Sends a script as a machine does: it stops at the first answer that is not 9000 or does not come.
fn send(chip: &mut EmulatedChip, script: &[Command]) -> Vec<Response> {
    let mut answers = Vec::new();
    for command in script {
        let Ok(answer) = Response::parse(&chip.transmit(&command.to_bytes())) else { break };
        answers.push(answer);
        if answers.last().is_some_and(|answer| !answer.status.is_ok()) {
            break;
        }
    }
    answers
}

/// The signer: it alone has the master key.
fn sign(request: &KeyRequest) -> SessionKeys {
    let keys = diversify(&master(), &request.chip_serial, request.key_version);
    derive_session_keys(&keys, &request.host_challenge, &request.card_challenge)
}

fn session(data: &ChipData, limits: &ChipLimits, level: SecurityLevel) -> PersonalisationSession {
    let plan = WritePlan::build(data, limits).unwrap();
    PersonalisationSession::new(plan, Some(SERIAL.to_vec()), Scp03Channel::new(KEY_VERSION, [9; 8], level))
}

fn write(chip: &mut EmulatedChip, session: &mut PersonalisationSession) -> Result<(), PersonalisationError> {
    let script = session.start()?;
    let answers = send(chip, &script);
    let Step::DeriveKeys(request) = session.next(&answers)? else { panic!("keys are asked for first") };
    let script = session.authenticate(sign(&request))?;
    let answers = send(chip, &script);
    assert!(matches!(session.next(&answers)?, Step::Written));
    Ok(())
}

fn lock(chip: &mut EmulatedChip, session: &mut PersonalisationSession) -> Result<(), PersonalisationError> {
    let script = session.lock()?;
    let answers = send(chip, &script);
    assert!(matches!(session.next(&answers)?, Step::Locked));
    Ok(())
}

fn personalised(settings: ChipSettings, data: &ChipData, level: SecurityLevel) -> EmulatedChip {
    let limits = settings.limits();
    let mut chip = chip_with(settings);
    let mut session = session(data, &limits, level);
    write(&mut chip, &mut session).unwrap();
    lock(&mut chip, &mut session).unwrap();
    chip.reset();
    chip
}

fn locked() -> EmulatedChip {
    personalised(ChipSettings::default(), &data(), SecurityLevel::CommandEncryption)
}

/// Reads a chip back; also how many scripts that took.
pub(super) fn read(
    chip: &mut EmulatedChip,
    data: &ChipData,
    limits: ChipLimits,
    access: ReadAccess,
) -> Result<(ReadResult, usize), ReadBackError> {
    run(chip, ReadBack::new(ReadPlan::new(&data.files, limits), access))
}

fn run(chip: &mut EmulatedChip, mut read: ReadBack) -> Result<(ReadResult, usize), ReadBackError> {
    let mut rng = ChaCha20Rng::seed_from_u64(77);
    let mut answers = Vec::new();
    for scripts in 0.. {
        match read.next(&answers, &mut rng)? {
            ReadStep::Send(script) => answers = send(chip, &script),
            ReadStep::Done(result) => return Ok((result, scripts)),
        }
    }
    unreachable!()
}

pub(super) fn basic() -> ReadAccess {
    ReadAccess::BasicAccessControl(mrz())
}

fn status(chip: &mut EmulatedChip, command: &[u8]) -> StatusWord {
    Response::parse(&chip.transmit(command)).unwrap().status
}

const SELECT_MASTER_FILE: &[u8] = &[0x00, 0xA4, 0x00, 0x0C, 2, 0x3F, 0x00];
const SELECT_APPLICATION: &[u8] = &[0x00, 0xA4, 0x04, 0x0C, 7, 0xA0, 0, 0, 2, 0x47, 0x10, 1];
