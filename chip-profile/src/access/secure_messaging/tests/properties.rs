//! Whatever is said in a session arrives as it was said, and nothing else does.

use super::*;
use proptest::collection::vec;
use proptest::prelude::*;

fn suite() -> impl Strategy<Value = CipherSuite> {
    prop::sample::select(vec![CipherSuite::TripleDes, CipherSuite::Aes128, CipherSuite::Aes192, CipherSuite::Aes256])
}

/// Lengths of data around which the form of a message changes: blocks, DO87 of one to three length bytes, short and extended
/// fields.
fn length(most: usize) -> impl Strategy<Value = usize> {
    prop_oneof![
        8 => 0..40usize,
        8 => prop::sample::select(vec![103usize, 111, 119, 127, 215, 223, 231, 239, 247, 255, 256, 257]),
        4 => 0..2_000usize,
        1 => 65_400..=most,
    ]
}

fn command() -> impl Strategy<Value = Command> {
    let expected = prop_oneof![Just(None), Just(Some(256)), Just(Some(65_536)), (1..65_536usize).prop_map(Some)];
    (
        prop::sample::select(vec![0x00u8, 0x10, 0x03, 0x45, 0x80]),
        any::<[u8; 3]>(),
        length(65_480),
        any::<u8>(),
        expected,
    )
        .prop_map(|(class, [instruction, p1, p2], length, fill, expected)| Command {
            class,
            instruction,
            p1,
            p2,
            data: (0..length).map(|index| (index as u8).wrapping_mul(31) ^ fill).collect(),
            expected,
        })
}

fn answer() -> impl Strategy<Value = Response> {
    (length(66_000), any::<u8>(), prop::sample::select(vec![0x9000u16, 0x6282, 0x6A82, 0x6300]))
        .prop_map(|(length, fill, status)| Response { data: vec![fill; length], status: StatusWord(status) })
}

/// The same command as it reads when it has been written: extended fields say 256 in two bytes.
fn arrives(command: &Command) -> Command {
    Command::parse(&command.to_bytes()).unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn sessions_carry_every_exchange(
        suite in suite(),
        counter in any::<u128>(),
        exchanges in vec((command(), answer()), 1..4),
    ) {
        let keys = SessionKeys::derive(suite, b"whatever both agreed upon", counter);
        let (mut terminal, mut chip) = (SecureMessaging::new(keys.clone()), ChipSecureMessaging::new(keys));
        for (plain, answered) in exchanges {
            let sent = terminal.protect(&plain).unwrap();
            prop_assert_eq!(sent.is_extended(), arrives(&sent).is_extended());
            prop_assert_eq!(&chip.open(&arrives(&sent)).unwrap(), &plain);
            let sealed = chip.seal(&answered);
            prop_assert!(answered.data.len() > chip.longest_short_answer() || sealed.data.len() <= 256);
            let field = sealed.data.len();
            let is_odd = plain.instruction & 1 == 1;
            prop_assert!(is_odd || answered.data.is_empty() || answered.data.len() <= chip.longest_answer(field));
            let received = Response::parse(&sealed.to_bytes()).unwrap();
            prop_assert_eq!(terminal.unprotect(&received).unwrap(), answered);
        }
    }

    #[test]
    fn one_altered_bit_is_refused(
        suite in suite(),
        plain in command(),
        answered in answer(),
        place in any::<prop::sample::Index>(),
        bit in 0..8u32,
    ) {
        let keys = SessionKeys::derive(suite, b"whatever both agreed upon", 7);
        let mut terminal = SecureMessaging::new(keys.clone());
        let sent = terminal.protect(&plain).unwrap();
        let mut bytes = [sent.class, sent.instruction, sent.p1, sent.p2].to_vec();
        bytes.extend_from_slice(&sent.data);
        let at = place.index(bytes.len());
        bytes[at] ^= 1 << bit;
        let altered = Command {
            class: bytes[0],
            instruction: bytes[1],
            p1: bytes[2],
            p2: bytes[3],
            data: bytes[4..].to_vec(),
            expected: sent.expected,
        };
        prop_assert!(ChipSecureMessaging::new(keys.clone()).open(&altered).is_err());

        let mut chip = ChipSecureMessaging::new(keys);
        chip.open(&sent).unwrap();
        let mut sealed = chip.seal(&answered);
        let at = place.index(sealed.data.len());
        sealed.data[at] ^= 1 << bit;
        prop_assert!(terminal.unprotect(&sealed).is_err());
    }

    #[test]
    fn no_message_makes_either_end_panic(
        suite in suite(),
        header in any::<[u8; 4]>(),
        data in vec(any::<u8>(), 0..80),
        objects in vec((prop::sample::select(vec![0x85u8, 0x87, 0x97, 0x99, 0x8E]), vec(any::<u8>(), 0..20)), 0..5),
    ) {
        let keys = SessionKeys::derive(suite, b"whatever both agreed upon", 0);
        let mut built = Vec::new();
        for (tag, value) in &objects {
            tlv::push(&mut built, u32::from(*tag), value);
        }
        for data in [data, built] {
            let [class, instruction, p1, p2] = header;
            let command = Command { class: class | 0x0C, instruction, p1, p2, data: data.clone(), expected: None };
            prop_assert!(ChipSecureMessaging::new(keys.clone()).open(&command).is_err());
            let mut terminal = SecureMessaging::new(keys.clone());
            terminal.protect(&Command::new(0, instruction, p1, p2)).unwrap();
            let response = Response::data(data);
            prop_assert!(terminal.unprotect(&response).is_err());
        }
    }
}

#[test]
fn what_no_command_can_hold_is_not_protected() {
    for suite in [CipherSuite::TripleDes, CipherSuite::Aes256] {
        let mut terminal = SecureMessaging::new(SessionKeys::derive(suite, b"secret", 0));
        // DO87 takes five bytes before the cryptogram, DO8E ten; the cryptogram has whole blocks, one byte at least padding.
        let block = suite.block_length();
        let longest = (65_535 - 15) / block * block - 1;
        let command = |length| Command::new(0, 0xD6, 0, 0).with_data(vec![1; length]);
        assert_eq!(terminal.protect(&command(longest + 1)), Err(AccessError::Unprotectable));
        // The refusal took no counter step.
        let sent = terminal.protect(&command(longest)).unwrap();
        let mut chip = ChipSecureMessaging::new(SessionKeys::derive(suite, b"secret", 0));
        assert_eq!(chip.open(&arrives(&sent)).unwrap().data.len(), longest);
    }
}
