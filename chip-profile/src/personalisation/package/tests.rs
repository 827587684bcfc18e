use super::*;
use crate::access::bac::BacKeys;
use crate::lds::{ElementaryFiles, FileId};
use crate::personalisation::ChipLimits;
use crate::personalisation::scp03::{MasterKey, diversify};
use crate::personalisation::write_plan::{ChipData, Purpose};
use proptest::prelude::*;
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::SeedableRng;

fn machine(byte: u8) -> KeyPair {
    KeyPair::from_private_scalar(Curve::P256, &[byte; 32]).unwrap()
}

fn binding() -> PackageBinding {
    PackageBinding { job: 7, chip_serial: b"UTOCHIP1".to_vec() }
}

fn order() -> EncodingOrder {
    let files: ElementaryFiles = [
        (FileId::COM, vec![1; 24]),
        (FileId::DIR, vec![2; 15]),
        (FileId::DG1, vec![3; 93]),
        (FileId::DG2, vec![4; 40_000]),
        (FileId::SOD, vec![5; 1_800]),
    ]
    .into();
    let data = ChipData {
        files,
        basic_access: Some(BacKeys::from_bytes([1; 16], [2; 16])),
        pace_parameters: Vec::new(),
        pace_passwords: Vec::new(),
        active_authentication_key: None,
        chip_authentication_key: None,
        made_on_chip: crate::personalisation::two_phase::MadeKeys::default(),
    };
    EncodingOrder {
        plan: WritePlan::build(&data, &ChipLimits::new(2_048, true)).unwrap().starting_over(),
        key_version: 0x21,
        transport_keys: diversify(&MasterKey::new([9; 16]), b"UTOCHIP1", 0x21),
        level: SecurityLevel::Full,
    }
}

fn sealed() -> Vec<u8> {
    seal(&order(), machine(5).public_key(), &binding(), &mut ChaCha8Rng::seed_from_u64(1)).unwrap()
}

#[test]
fn the_machine_it_is_for_finds_every_command_and_key() {
    let opened = open(&sealed(), &machine(5), &binding()).unwrap();
    let sent = order();
    assert_eq!((opened.key_version, opened.level), (0x21, SecurityLevel::Full));
    assert_eq!(*opened.transport_keys.expose(), *sent.transport_keys.expose());
    assert_eq!(opened.plan.commands().len(), sent.plan.commands().len());
    for (found, planned) in opened.plan.commands().iter().zip(sent.plan.commands()) {
        assert_eq!((found.purpose, &found.command), (planned.purpose, &planned.command));
    }
    assert_eq!(opened.plan.lock().len(), 1);
    let shown = format!("{opened:?}");
    assert!(shown.starts_with("EncodingOrder(") && shown.len() < 60, "{shown}");
}

#[test]
fn another_machine_job_or_chip_and_every_change_is_refused() {
    let package = sealed();
    let refused = |package: &[u8], key: &KeyPair, binding: &PackageBinding| open(package, key, binding).unwrap_err();
    let other_job = PackageBinding { job: 8, ..binding() };
    let other_chip = PackageBinding { chip_serial: b"UTOCHIP2".to_vec(), ..binding() };
    let does_not_open = PackageError::new(PackageErrorKind::Sealed, 73);
    assert_eq!(refused(&package, &machine(6), &binding()), does_not_open);
    assert_eq!(refused(&package, &machine(5), &other_job), does_not_open);
    assert_eq!(refused(&package, &machine(5), &other_chip), does_not_open);
    for at in (0..110).chain((110..package.len()).step_by(997)).chain([package.len() - 1]) {
        let mut changed = package.clone();
        changed[at] ^= 0x10;
        let expected = match at {
            0..8 => PackageErrorKind::Magic,
            8..73 => PackageErrorKind::Key,
            _ => PackageErrorKind::Sealed,
        };
        assert_eq!(refused(&changed, &machine(5), &binding()).kind, expected, "byte {at}");
    }
    for length in [0, 7, 8, 72, 73, 88] {
        let kind = refused(&package[..length], &machine(5), &binding()).kind;
        let expected = if length < 8 { PackageErrorKind::Magic } else { PackageErrorKind::Length };
        assert_eq!(kind, expected, "{length} bytes");
    }
    let longer = [package.as_slice(), &[0]].concat();
    assert_eq!(refused(&longer, &machine(5), &binding()), does_not_open);
    let p384 = KeyPair::from_private_scalar(Curve::P384, &[5; 48]).unwrap();
    assert_eq!(refused(&package, &p384, &binding()).kind, PackageErrorKind::Sealed);
    let mut rng = ChaCha8Rng::seed_from_u64(1);
    let error = seal(&order(), p384.public_key(), &binding(), &mut rng).unwrap_err();
    assert_eq!(error.kind, PackageErrorKind::Key);
}

#[test]
fn no_package_is_made_or_obeyed_that_would_send_secrets_in_the_clear() {
    let clear = EncodingOrder { level: SecurityLevel::CommandMac, ..order() };
    let error = seal(&clear, machine(5).public_key(), &binding(), &mut ChaCha8Rng::seed_from_u64(1)).unwrap_err();
    assert_eq!(error.kind, PackageErrorKind::Level);
    let mut contents = contents::write(&order()).unwrap();
    contents[2] = SecurityLevel::CommandMac.value();
    assert_eq!(contents::read(&contents).unwrap_err().kind, PackageErrorKind::Level);
}

#[test]
fn contents_end_with_the_lock_and_nowhere_before() {
    let contents = contents::write(&order()).unwrap();
    let count = order().plan.commands().len() as u16;
    let mut short = contents[..contents.len() - 18].to_vec();
    short[51..53].copy_from_slice(&(count - 1).to_be_bytes());
    assert_eq!(contents::read(&short).unwrap_err().kind, PackageErrorKind::Contents, "no lock");
    let mut early = contents.to_vec();
    early[53] = 0x08;
    assert_eq!(contents::read(&early).unwrap_err(), PackageError::new(PackageErrorKind::Contents, 53));
    let mut none = contents.to_vec();
    none[51..53].fill(0);
    assert_eq!(contents::read(&none).unwrap_err(), PackageError::new(PackageErrorKind::Length, 51));
    assert_eq!(contents::read(&contents[..contents.len() - 1]).unwrap_err().kind, PackageErrorKind::Length);
}

/// Sealed by another implementation of HPKE (Python's `cryptography` 48, on OpenSSL) from contents that were written by
/// hand after this module's documentation: SELECT, one chunk of EF.SOD, the lock.
const FOREIGN: &[&str] = &[
    "50534c454e43303104b2f1c8cf6517f8184959087275a5d5771e2da477eb823a90912d592c5c8a51865486ee73b3a7375cf2",
    "a361c7297caadc736a19bae472be56fc5bdb3a94a054446f80780569b97140c447e4eacd59e9f19f086c7aac2a8728ca6dbd",
    "88d7fcf88c55e9c702db613107e61adada360f869f22bfa037c3927e39204bc8547a6521011289c59e5df9317ef80cd777be",
    "1821933739984aa5939f49a03d96518891191241b057c54b9c0cfa7cd9d6ed4e9b1464e5b29124a21911e795d7810e",
];

#[test]
fn a_package_that_a_stranger_has_sealed_opens() {
    let scalar: Vec<u8> = (1..=32).collect();
    let machine = KeyPair::from_private_scalar(Curve::P256, &scalar).unwrap();
    let opened = open(&hex::decode(FOREIGN.concat()).unwrap(), &machine, &binding()).unwrap();
    assert_eq!((opened.key_version, opened.level), (0x21, SecurityLevel::Full));
    let keys = opened.transport_keys.expose();
    assert_eq!((keys[0], keys[16], keys[32]), (0xE1, 0xA2, 0xDE));
    let purposes: Vec<Purpose> = opened.plan.commands().iter().map(|planned| planned.purpose).collect();
    let write = Purpose::Write { file: FileId::SOD, offset: 0 };
    assert_eq!(purposes, [Purpose::SelectMasterFile, write, Purpose::Lock]);
    assert_eq!(opened.plan.commands()[1].command.to_bytes(), hex::decode("00d6000003770102").unwrap());
}

proptest! {
    #[test]
    fn garbage_is_refused_and_never_trips(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        prop_assert!(open(&bytes, &machine(5), &binding()).is_err());
        let _ = contents::read(&bytes);
        let mut contents = contents::write(&order()).unwrap();
        for (at, byte) in bytes.iter().enumerate() {
            contents[51 + at] ^= byte & 0x11;
        }
        let _ = contents::read(&contents);
    }
}
