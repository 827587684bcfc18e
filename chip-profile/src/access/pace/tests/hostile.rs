//! A chip or a terminal that lies: at each step, with everything one could send.

use super::*;
use proptest::collection::vec;
use proptest::prelude::*;

const PARAMETERS: [PaceParameters; 2] = [PaceParameters::P256_AES128, PaceParameters::P256_AES128_CAM];

/// A chip and a terminal that have gone `steps` exchanges together, and the command that comes next.
fn halfway(parameters: PaceParameters, steps: usize) -> (PaceTerminal, PaceChip, Command) {
    let key = crate::ec::KeyPair::generate(parameters.curve(), &mut seeded(3));
    let password = || PacePassword::can("123456");
    let mut terminal = PaceTerminal::new(parameters, password());
    let mut chip = PaceChip::new(vec![parameters], vec![password()]).with_chip_authentication_key(key);
    let mut next = terminal.start();
    for _ in 0..steps {
        let answer = chip.process(&next, &mut seeded(2)).response;
        match terminal.advance(&answer, &mut seeded(1)).unwrap() {
            TerminalStep::Send(command) => next = command,
            TerminalStep::Established(_) => panic!("the example has five exchanges"),
        }
    }
    (terminal, chip, next)
}

/// What one might put into dynamic authentication data.
fn objects() -> impl Strategy<Value = Vec<u8>> {
    let value = prop_oneof![
        vec![any::<u8>(), any::<u8>()].prop_map(|bytes| bytes),
        vec(any::<u8>(), 0..20),
        vec(any::<u8>(), 63..67),
        Just(vec![0]),
        Just([vec![4], vec![0; 64]].concat()),
        Just([vec![4], vec![0xFF; 64]].concat()),
    ];
    vec((prop_oneof![0x80..0x8Bu32, Just(0x7Cu32)], value), 0..4).prop_map(|objects| {
        let mut out = Vec::new();
        tlv::push_nested(&mut out, DYNAMIC_AUTHENTICATION_DATA, |out| {
            objects.iter().for_each(|(tag, value)| tlv::push(out, *tag, value));
        });
        out
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn no_answer_makes_the_terminal_panic_or_believe(
        parameters in prop::sample::select(PARAMETERS.to_vec()),
        steps in 0..5usize,
        data in prop_oneof![objects(), vec(any::<u8>(), 0..90)],
        status in prop_oneof![4 => Just(0x9000u16), 1 => any::<u16>()],
    ) {
        let (mut terminal, _, _) = halfway(parameters, steps);
        let answer = Response { data, status: StatusWord(status) };
        let outcome = terminal.advance(&answer, &mut seeded(9));
        prop_assert!(!matches!(outcome, Ok(TerminalStep::Established(_))));
        if outcome.is_err() {
            // The run is over, whatever comes.
            let ended = matches!(terminal.advance(&answer, &mut seeded(9)), Err(AccessError::OutOfOrder { .. }));
            prop_assert!(ended);
        }
    }

    #[test]
    fn no_command_makes_the_chip_panic_or_believe(
        parameters in prop::sample::select(PARAMETERS.to_vec()),
        steps in 0..5usize,
        data in prop_oneof![objects(), vec(any::<u8>(), 0..90)],
        header in prop_oneof![
            Just([0x00u8, 0x86, 0x00, 0x00]),
            Just([0x10u8, 0x86, 0x00, 0x00]),
            Just([0x00u8, 0x22, 0xC1, 0xA4]),
            any::<[u8; 4]>(),
        ],
    ) {
        let (_, mut chip, _) = halfway(parameters, steps);
        let [class, instruction, p1, p2] = header;
        let command = Command { class, instruction, p1, p2, data, expected: Some(256) };
        let step = chip.process(&command, &mut seeded(9));
        prop_assert!(step.established.is_none());
        if !step.response.status.is_ok() {
            let again = chip.process(&general(0x10, &[0x7C, 0x00]), &mut seeded(9)).response.status;
            prop_assert_eq!(again, StatusWord::CONDITIONS);
        }
    }

    /// One bit of one message: the run ends without a session on at least the side that got it, and on the other one.
    #[test]
    fn one_altered_bit_leaves_both_sides_without_a_session(
        parameters in prop::sample::select(PARAMETERS.to_vec()),
        steps in 1..5usize,
        of_chip in any::<bool>(),
        place in any::<prop::sample::Index>(),
        bit in 0..8u32,
    ) {
        let (mut terminal, mut chip, mut next) = halfway(parameters, steps);
        let mut alter = Some(|data: &mut Vec<u8>| {
            let at = place.index(data.len());
            data[at] ^= 1 << bit;
        });
        // The step with nothing in it has nothing to alter but its form, which the chip sees.
        if !of_chip && let Some(alter) = alter.take() {
            alter(&mut next.data);
        }
        let mut chips_session = None;
        let mut terminals_session = None;
        loop {
            let step = chip.process(&next, &mut seeded(2));
            chips_session = step.established.or(chips_session);
            let mut answer = step.response;
            if !answer.data.is_empty() && let Some(alter) = alter.take() {
                alter(&mut answer.data);
            }
            match terminal.advance(&answer, &mut seeded(1)) {
                Ok(TerminalStep::Send(command)) => next = command,
                Ok(TerminalStep::Established(session)) => {
                    terminals_session = Some(session);
                    break;
                }
                Err(_) => break,
            }
        }
        // A bit of the chip authentication data is found when it is verified; all else ends the run.
        let proof_is_altered = of_chip && steps == 4 && parameters.mapping() == Mapping::ChipAuthentication;
        prop_assert!(terminals_session.is_none() || proof_is_altered);
        prop_assert!(chips_session.is_none() || of_chip && steps == 4);
    }
}

fn general(class: u8, data: &[u8]) -> Command {
    Command::new(class, 0x86, 0, 0).with_data(data).expecting(256)
}

#[test]
fn points_that_repeat_or_lie_elsewhere_are_refused_by_the_chip() {
    let parameters = PaceParameters::P256_AES128;
    let generator =
        super::super::super::curve::multiply_generator(Curve::P256, &[vec![0; 31], vec![1]].concat()).unwrap();
    let mut off_curve = generator.clone();
    off_curve[64] ^= 1;
    let other_curve = crate::ec::KeyPair::generate(Curve::BrainpoolP256r1, &mut seeded(1));
    let compressed = [vec![2], generator[1..33].to_vec()].concat();
    let points = [
        vec![0],
        off_curve,
        other_curve.public_key().uncompressed().to_vec(),
        compressed,
        vec![],
        generator[..64].to_vec(),
    ];
    for point in &points {
        for (steps, tag) in [(2, TERMINAL_MAPPING_DATA), (3, TERMINAL_PUBLIC_KEY)] {
            let (_, mut chip, _) = halfway(parameters, steps);
            let step = chip.process(&general(0x10, &dynamic_authentication_data(tag, point)), &mut seeded(2));
            assert_eq!(step.response.status, StatusWord::WRONG_DATA);
        }
    }
    // The chip's own points, sent back to it: its randomness is known here, so they are known before it answers.
    for steps in [2, 3] {
        let (_, mut chip, next) = halfway(parameters, steps);
        let answer = chip.process(&next, &mut seeded(2)).response;
        let point = &answer.data[4..69];
        let (_, mut chip, _) = halfway(parameters, steps);
        let tag = [TERMINAL_MAPPING_DATA, TERMINAL_PUBLIC_KEY][steps - 2];
        let step = chip.process(&general(0x10, &dynamic_authentication_data(tag, point)), &mut seeded(2));
        assert_eq!(step.response.status, StatusWord::WRONG_DATA, "step {steps}");
    }
}

#[test]
fn a_short_nonce_and_points_elsewhere_are_refused_by_the_terminal() {
    let parameters = PaceParameters::P384_AES256;
    let answer = |tag, value: &[u8]| Response::data(dynamic_authentication_data(tag, value));
    for length in [0, 16, 31, 33] {
        let mut terminal = PaceTerminal::new(parameters, PacePassword::can("123456"));
        let _ = terminal.advance(&Response::status(StatusWord::OK), &mut seeded(1)).unwrap();
        let refused = terminal.advance(&answer(ENCRYPTED_NONCE, &vec![1; length]), &mut seeded(1)).unwrap_err();
        assert_eq!(refused, AccessError::Length { step: "PACE encrypted nonce", expected: 32, found: length });
    }
    let other_curve = crate::ec::KeyPair::generate(Curve::BrainpoolP384r1, &mut seeded(1));
    for point in [vec![0], vec![4], other_curve.public_key().uncompressed().to_vec(), [vec![4], vec![0; 96]].concat()] {
        for (steps, tag) in [(2, CHIP_MAPPING_DATA), (3, CHIP_PUBLIC_KEY)] {
            let (mut terminal, _, _) = halfway(parameters, steps);
            let refused = terminal.advance(&answer(tag, &point), &mut seeded(1)).unwrap_err();
            assert!(matches!(refused, AccessError::PublicKey { .. }));
        }
    }
    // A chip that has learnt of the mapping but proposes its generator as its key.
    let (mut terminal, mut chip, next) = halfway(parameters, 2);
    let step = chip.process(&next, &mut seeded(2));
    let _ = terminal.advance(&step.response, &mut seeded(1)).unwrap();
    let mirrored = halfway(parameters, 3).2.data[4..].to_vec();
    let refused = terminal.advance(&answer(CHIP_PUBLIC_KEY, &mirrored), &mut seeded(1)).unwrap_err();
    assert_eq!(refused, AccessError::PublicKey { step: "PACE key agreement" });
}
