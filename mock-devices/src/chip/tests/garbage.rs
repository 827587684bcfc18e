//! Whatever bytes come, the chip answers with a status word and does not break.

use super::*;
use proptest::prelude::*;

/// A chip in each phase of its life, and in a session of each kind.
fn phases() -> Vec<EmulatedChip> {
    let mut transport = chip();
    let mut opened = session(&data(), &ChipLimits::SHORT, SecurityLevel::Full);
    write(&mut transport, &mut opened).unwrap();
    let mut part = EmulatedChip::restore(&transport.snapshot()).unwrap();
    part.transmit(SELECT_APPLICATION);
    let mut plain = locked();
    plain.transmit(SELECT_APPLICATION);
    let mut protected = locked();
    read(&mut protected, &data(), ChipLimits::SHORT, basic()).unwrap();
    vec![chip(), transport, part, plain, protected]
}

fn commands() -> impl Strategy<Value = Vec<u8>> {
    let instruction = prop::sample::select(vec![
        0x22, 0x44, 0x47, 0x50, 0x82, 0x84, 0x86, 0x88, 0xA4, 0xB0, 0xB1, 0xCA, 0xD6, 0xD7, 0xDB, 0xE0, 0xE4,
    ]);
    let class = prop::sample::select(vec![0x00, 0x04, 0x0C, 0x10, 0x80, 0x84, 0x8C]);
    let likely = (class, instruction, any::<[u8; 2]>(), prop::collection::vec(any::<u8>(), 0..60), any::<Option<u8>>())
        .prop_map(|(class, instruction, [p1, p2], data, expected)| {
            let mut command = Command::new(class, instruction, p1 & 0xC7, p2 & 0xA5).with_data(data);
            command.expected = expected.map(usize::from);
            command.to_bytes()
        });
    prop_oneof![likely, prop::collection::vec(any::<u8>(), 0..80)]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn any_bytes_are_answered(scripts in prop::collection::vec(commands(), 1..30)) {
        for mut chip in phases() {
            let before = chip.life_cycle();
            for command in &scripts {
                let answer = chip.transmit(command);
                prop_assert!(answer.len() >= 2);
                prop_assert!(answer.len() <= 2 + 65_536);
            }
            prop_assert_eq!(before == LifeCycle::Locked, chip.life_cycle() == LifeCycle::Locked);
            prop_assert!(EmulatedChip::restore(&chip.snapshot()).is_ok());
        }
    }

    #[test]
    fn any_snapshot_is_read_or_refused(at in any::<prop::sample::Index>(), flip in 1u8.., end in any::<prop::sample::Index>()) {
        let mut snapshot = chip().snapshot();
        let position = at.index(snapshot.len());
        snapshot[position] ^= flip;
        if let Ok(mut chip) = EmulatedChip::restore(&snapshot) {
            chip.transmit(SELECT_APPLICATION);
        }
        prop_assert!(EmulatedChip::restore(&snapshot[..end.index(snapshot.len())]).is_err());
    }
}

#[test]
fn every_real_command_cut_short_is_answered() {
    let script: Vec<Vec<u8>> = WritePlan::build(&data(), &ChipLimits::SHORT)
        .unwrap()
        .commands()
        .iter()
        .map(|planned| planned.command.to_bytes())
        .filter(|bytes| bytes.len() < 80)
        .collect();
    for mut chip in phases() {
        for bytes in &script {
            for end in 0..bytes.len() {
                assert!(chip.transmit(&bytes[..end]).len() >= 2);
            }
        }
    }
}
