use super::*;
use chip_profile::access::pace::Mapping;
use chip_profile::inspection::{InspectionContext, TrustAnchors, Verdict, inspect};
use chip_profile::lds::{FileId, SecurityInfo};
use chip_profile::pki::lint::lint_chip;
use chip_profile::sod::CardSecurity;

#[test]
fn a_specimen_is_what_an_inspection_accepts_and_a_changed_one_is_not() {
    let settings = SpecimenSettings::default();
    let specimen = Specimen::make(&settings).unwrap();
    let anchors = TrustAnchors::new([&specimen.country_signer], [] as [&[u8]; 0]).unwrap();
    let context = InspectionContext {
        printed_mrz: Some(specimen.zone.clone()),
        ..InspectionContext::at(settings.issued.plus_months(1))
    };
    let failed = |files| inspect(files, &anchors, &context).checks.iter().any(|check| check.verdict == Verdict::Failed);
    assert!(!failed(&specimen.chip.files));
    let mut files = specimen.chip.files.clone();
    *files.get_mut(&FileId::DG2).unwrap().last_mut().unwrap() ^= 1;
    assert!(failed(&files));
}

#[test]
fn the_same_settings_give_the_same_passport_and_another_seed_another() {
    let settings = SpecimenSettings::default();
    let [one, same] = [0; 2].map(|_| Specimen::make(&settings).unwrap());
    let other = Specimen::make(&SpecimenSettings { seed: 1, ..settings }).unwrap();
    assert_eq!((&one.chip.files, &one.country_signer), (&same.chip.files, &same.country_signer));
    assert_ne!(one.country_signer, other.country_signer);
    assert_eq!(one.printed(), ["L898902C3", "740812", "361120"]);
}

#[test]
fn a_chip_has_what_its_settings_say_and_no_more() {
    let bare = SpecimenSettings {
        pace: Vec::new(),
        active_authentication: None,
        chip_authentication: None,
        ..SpecimenSettings::default()
    };
    let names = |settings: &SpecimenSettings| -> Vec<&str> {
        Specimen::make(settings).unwrap().chip.keys.iter().map(|key| key.name()).collect()
    };
    let files = Specimen::make(&bare).unwrap().chip.files;
    for absent in [FileId::CARD_ACCESS, FileId::DG14, FileId::DG15] {
        assert!(!files.contains_key(&absent), "{absent}");
    }
    assert_eq!(names(&bare).len(), 1);
    let pace_only = SpecimenSettings { basic_access_control: false, ..SpecimenSettings::default() };
    assert_eq!(names(&pace_only).len(), names(&SpecimenSettings::default()).len() - 1);
    assert_eq!(SpecimenSettings::default().pace[0].mapping(), Mapping::Generic);
}

#[test]
fn chip_authentication_mapping_brings_the_signed_file_with_the_chips_key() {
    let pace = vec![PaceParameters::P256_AES128, PaceParameters::P256_AES128_CAM];
    let specimen = Specimen::make(&SpecimenSettings { pace, ..SpecimenSettings::default() }).unwrap();
    let file = CardSecurity::parse(&specimen.chip.files[&FileId::CARD_SECURITY]).unwrap();
    file.verify_signature().unwrap();
    let has_key = |info: &SecurityInfo| matches!(info, SecurityInfo::ChipAuthenticationPublicKey { .. });
    assert!(file.security_infos().iter().any(has_key));
}

#[test]
fn a_saved_specimen_is_the_chip_and_the_certificate() {
    let folder = tempfile::tempdir().unwrap();
    let specimen = Specimen::make(&SpecimenSettings::default()).unwrap();
    specimen.save(folder.path()).unwrap();
    assert_eq!(image::load(folder.path()).unwrap().files, specimen.chip.files);
    assert_eq!(fs::read(folder.path().join(COUNTRY_SIGNER_FILE)).unwrap(), specimen.country_signer);
}

#[test]
fn a_date_of_issue_that_no_zone_can_say_is_refused() {
    for year in [1949, 2095] {
        let issued = UnixTime::from_civil(year, 1, 1, 0, 0, 0).unwrap();
        let made = Specimen::make(&SpecimenSettings { issued, ..SpecimenSettings::default() });
        assert!(made.is_err(), "{year}");
    }
}

#[test]
fn the_files_of_specimens_keep_the_rules_of_their_tables() {
    let mapping = vec![PaceParameters::P256_AES128, PaceParameters::P256_AES128_CAM];
    let brainpool = SpecimenSettings {
        curve: Curve::BrainpoolP384r1,
        active_authentication: Some(Curve::BrainpoolP256r1),
        chip_authentication: Some((CipherSuite::Aes256, Curve::BrainpoolP256r1)),
        ..SpecimenSettings::default()
    };
    for settings in
        [SpecimenSettings::default(), SpecimenSettings { pace: mapping, ..SpecimenSettings::default() }, brainpool]
    {
        let report = lint_chip(&Specimen::make(&settings).unwrap().chip.files);
        assert!(report.is_clean(), "{report}");
    }
}
