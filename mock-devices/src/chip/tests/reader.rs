//! The chip met by an inspection system that knows nothing of it but what is printed.

use super::*;
use crate::specimen::{Specimen, SpecimenSettings};
use chip_profile::access::pace::PasswordReference;
use chip_profile::inspection::reader::{
    AccessUsed, ChipReader, ChipReading, ReaderError, ReaderPassword, ReaderPhase, ReaderSettings, ReaderStep,
};
use chip_profile::inspection::{CheckName, ChipProof, Conclusion, TrustAnchors, Verdict};
use chip_profile::lds::{Com, LdsVersion, UnicodeVersion};
use chip_profile::personalisation::key_object::KeyObject;
use chip_profile::pki::UnixTime;
use chip_profile::sod::CardSecurity;
use chip_profile::tlv;

/// The data of [`data`] with files that tell their length.
fn document() -> ChipData {
    let mut data = data();
    for (file, contents) in &mut data.files {
        if let Some(tag) = file.tag().filter(|_| !matches!(*file, FileId::CARD_ACCESS | FileId::DG14 | FileId::DG15)) {
            let mut object = Vec::new();
            tlv::push(&mut object, tag, contents);
            *contents = object;
        }
    }
    let data_groups = data.files.keys().copied().filter(|file| file.data_group().is_some()).collect();
    let com = Com { lds_version: LdsVersion::V1_8, unicode_version: UnicodeVersion::V4_0_0, data_groups };
    data.files.insert(FileId::COM, com.build().unwrap());
    data
}

fn chip_of(data: &ChipData, settings: ChipSettings) -> EmulatedChip {
    PersonalisedChip::from_data(data).open(settings, 1)
}

fn inspect(chip: &mut EmulatedChip, password: Option<ReaderPassword>) -> Result<ChipReading, ReaderError> {
    inspect_through(password, |command| chip.transmit(command))
}

fn inspect_through(
    password: Option<ReaderPassword>,
    mut transmit: impl FnMut(&[u8]) -> Vec<u8>,
) -> Result<ChipReading, ReaderError> {
    let mut rng = ChaCha20Rng::seed_from_u64(5);
    let mut reader = ChipReader::new(ReaderSettings { password, ..ReaderSettings::default() });
    let mut step = reader.start();
    loop {
        match step {
            ReaderStep::Done(reading) => return Ok(reading),
            ReaderStep::Send(command) => {
                let answer = Response::parse(&transmit(&command.to_bytes())).unwrap();
                step = reader.next(&answer, &mut rng)?;
            }
        }
    }
}

fn zone() -> Option<ReaderPassword> {
    Some(ReaderPassword::Mrz(mrz()))
}

fn can(digits: &str) -> Option<ReaderPassword> {
    Some(ReaderPassword::can(digits))
}

fn now() -> UnixTime {
    UnixTime::from_civil(2026, 11, 21, 0, 0, 0).unwrap()
}

#[test]
fn every_file_is_read_and_both_keys_are_proved_by_every_access() {
    let short = ChipSettings { buffer: 255, extended_length: false, ..ChipSettings::default() };
    let pace = |reference| AccessUsed::Pace(PaceParameters::P256_AES128, reference);
    for settings in [ChipSettings::default(), short] {
        let with_pace = document();
        let mut basic_only = document();
        basic_only.files.remove(&FileId::CARD_ACCESS);
        basic_only.files.remove(&FileId::CARD_SECURITY);
        for (data, password, access) in [
            (&with_pace, zone(), pace(PasswordReference::Mrz)),
            (&with_pace, can("314159"), pace(PasswordReference::Can)),
            (&basic_only, zone(), AccessUsed::BasicAccessControl),
        ] {
            let reading = inspect(&mut chip_of(data, settings.clone()), password).unwrap();
            assert!(reading.files == readable(data));
            assert_eq!(reading.not_read, []);
            assert_eq!(reading.access, access);
            let context = reading.context(now());
            assert_eq!(context.active_authentication, Some(ChipProof::Proved));
            assert_eq!(context.chip_authentication, Some(ChipProof::Proved));
        }
    }
}

#[test]
fn wrong_passwords_end_at_the_access_protocol() {
    let mut chip = chip_of(&document(), ChipSettings::default());
    let other = MrzInformation::new("L898902C<", "690806", "940624").unwrap();
    let wrong = inspect(&mut chip, Some(ReaderPassword::Mrz(other.clone()))).unwrap_err();
    assert!(wrong.is_wrong_password(), "{wrong}");
    assert!(matches!(wrong, ReaderError::Access { phase: ReaderPhase::Pace, .. }));
    chip.reset();
    assert!(inspect(&mut chip, can("271828")).unwrap_err().is_wrong_password());
    chip.reset();
    assert_eq!(inspect(&mut chip, None).unwrap_err(), ReaderError::PasswordNeeded);

    let mut basic_only = document();
    basic_only.files.remove(&FileId::CARD_ACCESS);
    let mut chip = chip_of(&basic_only, ChipSettings::default());
    let wrong = inspect(&mut chip, Some(ReaderPassword::Mrz(other))).unwrap_err();
    assert!(matches!(wrong, ReaderError::Access { phase: ReaderPhase::BasicAccessControl, .. }));
    assert!(wrong.is_wrong_password(), "{wrong}");
    chip.reset();
    assert_eq!(inspect(&mut chip, can("314159")).unwrap_err(), ReaderError::CanWithoutPace);
}

#[test]
fn a_copy_with_other_keys_is_read_and_proves_nothing() {
    let other = KeyPair::from_private_scalar(Curve::P256, &[0x11; 32]).unwrap();
    let mut data = document();
    data.active_authentication_key = Some(other.clone().into());
    let reading = inspect(&mut chip_of(&data, ChipSettings::default()), zone()).unwrap();
    assert!(matches!(reading.context(now()).active_authentication, Some(ChipProof::Failed(_))));
    assert_eq!(reading.chip_authentication, Some(ChipProof::Proved));

    let mut data = document();
    data.chip_authentication_key = data
        .chip_authentication_key
        .map(|key| chip_profile::personalisation::ChipAuthenticationKey { key: other, ..key });
    let reading = inspect(&mut chip_of(&data, ChipSettings::default()), zone()).unwrap();
    assert!(reading.files == readable(&data));
    assert_eq!(reading.context(now()).active_authentication, Some(ChipProof::Proved));
    assert!(matches!(reading.chip_authentication, Some(ChipProof::Failed(_))));

    // A copy has no private keys at all.
    let mut data = document();
    data.active_authentication_key = None;
    data.chip_authentication_key = None;
    let reading = inspect(&mut chip_of(&data, ChipSettings::default()), zone()).unwrap();
    let context = reading.context(now());
    assert!(matches!(context.active_authentication, Some(ChipProof::Failed(_))));
    assert!(matches!(context.chip_authentication, Some(ChipProof::Failed(_))));
}

#[test]
fn altered_answers_end_the_reading_at_the_step_that_they_were_for() {
    let data = document();
    let mut chip = chip_of(&data, ChipSettings::default());
    let mut count = 0;
    inspect_through(zone(), |command| {
        count += 1;
        chip.transmit(command)
    })
    .unwrap();
    for altered in 0..count {
        let mut chip = chip_of(&data, ChipSettings::default());
        let mut at = 0;
        let outcome = inspect_through(zone(), |command| {
            let mut answer = chip.transmit(command);
            if at == altered {
                let last = answer.len().saturating_sub(3);
                answer[last] ^= 1;
            }
            at += 1;
            answer
        });
        match outcome {
            Err(error) => assert!(!matches!(error, ReaderError::OutOfOrder), "answer {altered}"),
            // Before the session stands, or in the very last step, the reading goes on without what was altered.
            Ok(reading) => assert!(
                reading.files != readable(&data)
                    || reading.chip_authentication != Some(ChipProof::Proved)
                    || altered < 1,
                "answer {altered}"
            ),
        }
    }
}

/// A specimen whose chip proves its key within PACE, and what an inspection that trusts its country signer says of it.
fn mapping_specimen(seed: u64) -> Specimen {
    let pace = vec![PaceParameters::P256_AES128, PaceParameters::P256_AES128_CAM];
    Specimen::make(&SpecimenSettings { pace, seed, ..SpecimenSettings::default() }).unwrap()
}

fn mapping_verdict(files: Option<&ElementaryFiles>, keys: Option<&Specimen>) -> (Verdict, Conclusion) {
    let specimen = mapping_specimen(0);
    let password = Some(ReaderPassword::Can(specimen.card_access_number.password()));
    let mut chip = specimen.chip.clone();
    if let Some(files) = files {
        chip.files = files.clone();
    }
    if let Some(other) = keys {
        // The keys of another passport; the passwords stay.
        let is_password = |key: &KeyObject| !matches!(key, KeyObject::ChipAuthentication { .. });
        chip.keys.retain(is_password);
        chip.keys.extend(other.chip.keys.iter().filter(|key| !is_password(key)).cloned());
    }
    let reading = inspect(&mut chip.open(ChipSettings::default(), 1), password).unwrap();
    let pace = AccessUsed::Pace(PaceParameters::P256_AES128_CAM, PasswordReference::Can);
    assert_eq!(reading.access, pace);
    let anchors = TrustAnchors::new([&specimen.country_signer], [] as [&[u8]; 0]).unwrap();
    let report = chip_profile::inspection::inspect(&reading.files, &anchors, &reading.context(now()));
    (report.check(CheckName::ChipAuthenticationMapping).unwrap().verdict, report.conclusion())
}

#[test]
fn chip_authentication_mapping_proves_the_key_of_the_signed_file_and_no_other() {
    let (specimen, other) = (mapping_specimen(0), mapping_specimen(7));
    assert_eq!(mapping_verdict(None, None), (Verdict::Passed, Conclusion::Accepted));
    // A copy of the files upon another chip's key.
    assert_eq!(mapping_verdict(None, Some(&other)), (Verdict::Failed, Conclusion::Refused));
    // EF.CardSecurity of another passport, whose key this chip does not have.
    let mut files = specimen.chip.files.clone();
    files.insert(FileId::CARD_SECURITY, other.chip.files[&FileId::CARD_SECURITY].clone());
    assert_eq!(mapping_verdict(Some(&files), None), (Verdict::Failed, Conclusion::Refused));
    // None at all, and one whose key was altered by a bit.
    files.remove(&FileId::CARD_SECURITY);
    assert_eq!(mapping_verdict(Some(&files), None), (Verdict::Failed, Conclusion::Refused));
    let mut altered = specimen.chip.files[&FileId::CARD_SECURITY].clone();
    let key = CardSecurity::parse(&altered).unwrap().security_infos().iter().find_map(|info| match info {
        SecurityInfo::ChipAuthenticationPublicKey { public_key, .. } => Some(public_key.clone()),
        _ => None,
    });
    let key = key.unwrap();
    let at = altered.windows(key.len()).position(|window| window == key).unwrap() + key.len() - 1;
    altered[at] ^= 1;
    files.insert(FileId::CARD_SECURITY, altered);
    assert_eq!(mapping_verdict(Some(&files), None), (Verdict::Failed, Conclusion::Refused));
}
