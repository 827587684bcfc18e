use super::*;
use crate::chip::tests::{basic, data, read, readable};
use crate::chip::{ChipSettings, LifeCycle};
use chip_profile::personalisation::ChipLimits;

#[test]
fn a_chip_comes_back_from_its_folder_and_is_read_like_the_one_that_was_written() {
    let folder = tempfile::tempdir().unwrap();
    let data = data();
    save(&PersonalisedChip::from_data(&data), folder.path()).unwrap();
    assert!(folder.path().join("EF.DG1.bin").exists() && folder.path().join("EF.ATR_INFO.bin").exists());
    let loaded = load(folder.path()).unwrap();
    assert_eq!(loaded.files, data.files);
    let mut chip = loaded.open(ChipSettings::default(), 3);
    assert_eq!(chip.life_cycle(), LifeCycle::Locked);
    let (result, _) = read(&mut chip, &data, ChipLimits::SHORT, basic()).unwrap();
    assert_eq!(result.files, readable(&data));
    assert!(result.active_authentication.is_some());
    assert_eq!(chip.personalised().files, data.files);
    let bytes = |keys: &[chip_profile::personalisation::key_object::KeyObject]| -> Vec<_> {
        keys.iter().map(|key| key.to_bytes().to_vec()).collect()
    };
    assert_eq!(bytes(&chip.personalised().keys), bytes(&data.key_objects()));
}

#[test]
fn folders_that_are_no_chip_are_refused_and_say_where() {
    let folder = tempfile::tempdir().unwrap();
    assert!(matches!(load(folder.path()), Err(ImageError::Empty { .. })));
    assert!(matches!(load(&folder.path().join("nowhere")), Err(ImageError::Io { .. })));
    let write = |name: &str, contents: &[u8]| fs::write(folder.path().join(name), contents).unwrap();
    write("dg1.bin", &[1]);
    write("notes.txt", b"not a file of the chip");
    assert_eq!(load(folder.path()).unwrap().files, [(FileId::DG1, vec![1])].into());
    for (json, said) in [
        ("{", "column"),
        ("{\"unknown\":1}", "column"),
        ("{\"pace_mrz\":\"00\"}", "pace_mrz"),
        ("{\"pace\":[{\"protocol\":\"1.2.3\",\"parameters\":12}]}", "pace"),
        ("{\"active_authentication\":{\"curve\":\"1.2.840.10045.3.1.7\",\"private\":\"00\"}}", "active_authentication"),
    ] {
        write(KEYS_FILE, json.as_bytes());
        let error = load(folder.path()).unwrap_err().to_string();
        assert!(error.contains(said), "{error}");
    }
    fs::remove_file(folder.path().join(KEYS_FILE)).unwrap();
    write("EF.DG1.bin", &[2]);
    assert!(matches!(load(folder.path()), Err(ImageError::Twice { file: FileId::DG1, .. })));
    fs::remove_file(folder.path().join("EF.DG1.bin")).unwrap();
    write("EF.DG2.bin", &vec![0; 65_536]);
    assert!(matches!(load(folder.path()), Err(ImageError::TooLong { .. })));
}
