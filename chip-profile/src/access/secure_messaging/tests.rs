use super::super::testing::{bytes, command, response};
use super::*;

mod openssl;
mod properties;

/// Doc 9303-11 D.4: keys from the seed of D.3, counter after mutual authentication.
fn keys_of_d4() -> SessionKeys {
    let seed = bytes("0036D272F5C350ACAC50C3F572D23600");
    SessionKeys::derive(CipherSuite::TripleDes, &seed, 0x887022120C06C226)
}

/// Session keys that appendix G.1 prints, counter zero.
fn keys_of_g1() -> SessionKeys {
    let shared = bytes("28768D20701247DAE81804C9E780EDE582A9996DB4A315020B2733197DB84925");
    SessionKeys::derive(CipherSuite::Aes128, &shared, 0)
}

const D4: [(&str, &str, &str, &str); 3] = [
    (
        "00A4020C02011E",
        "0CA4020C158709016375432908C044F68E08BF8B92D635FF24F800",
        "990290008E08FA855A5D4C50A8ED9000",
        "9000",
    ),
    (
        "00B0000004",
        "0CB000000D9701048E08ED6705417E96BA5500",
        "8709019FF0EC34F9922651990290008E08AD55CC17140B2DED9000",
        "60145F019000",
    ),
    (
        "00B0000412",
        "0CB000040D9701128E082EA28A70F3C7B53500",
        "871901FB9235F4E4037F2327DCC8964F1F9B8C30F42C8E2FFF224A990290008E08C8B2787EAEA07D749000",
        "04303130365F36063034303030305C0261759000",
    ),
];

#[test]
fn terminal_follows_the_worked_example() {
    let mut terminal = SecureMessaging::new(keys_of_d4());
    for (plain, protected, answered, opened) in D4 {
        assert_eq!(terminal.protect(&command(plain)).unwrap().to_bytes(), bytes(protected));
        assert_eq!(terminal.unprotect(&response(answered)).unwrap(), response(opened));
    }
}

#[test]
fn chip_follows_the_worked_example() {
    let mut chip = ChipSecureMessaging::new(keys_of_d4());
    for (plain, protected, answered, opened) in D4 {
        assert_eq!(chip.open(&command(protected)).unwrap(), command(plain));
        assert_eq!(chip.seal(&response(opened)), response(answered));
    }
}

#[test]
fn a_script_is_wrapped_before_the_first_answer() {
    let mut terminal = SecureMessaging::new(keys_of_d4());
    let script: Vec<_> = D4.iter().map(|exchange| command(exchange.0)).collect();
    let protected: Vec<_> = terminal.protect_script(&script).unwrap().iter().map(Command::to_bytes).collect();
    assert_eq!(protected, D4.iter().map(|exchange| bytes(exchange.1)).collect::<Vec<_>>());
    let answers: Vec<_> = D4.iter().map(|exchange| response(exchange.2)).collect();
    let opened: Vec<_> = D4.iter().map(|exchange| response(exchange.3)).collect();
    assert_eq!(terminal.clone().open_script(&answers).unwrap(), opened);
    // Answers out of order are noticed, with the place.
    let swapped = [answers[0].clone(), answers[2].clone(), answers[1].clone()];
    let refused = terminal.open_script(&swapped).unwrap_err();
    assert_eq!(refused, ScriptError { index: 1, error: AccessError::Checksum });
}

fn round_trip(keys: &SessionKeys, plain: &Command, answer: &Response) -> (usize, bool) {
    let mut terminal = SecureMessaging::new(keys.clone());
    let mut chip = ChipSecureMessaging::new(keys.clone());
    for _ in 0..2 {
        let sent = terminal.protect(plain).unwrap();
        let received = Command::parse(&sent.to_bytes()).unwrap();
        assert_eq!(chip.open(&received).unwrap(), *plain);
        let sealed = chip.seal(answer);
        let arrived = Response::parse(&sealed.to_bytes()).unwrap();
        assert_eq!(terminal.unprotect(&arrived).unwrap(), *answer);
        if plain.data.len() >= 8 {
            assert!(!sent.data.windows(8).any(|window| plain.data.starts_with(window)));
        }
    }
    (chip.seal(answer).data.len(), terminal.protect(plain).unwrap().is_extended())
}

#[test]
fn every_case_and_length_opens_at_the_other_end() {
    let suites = [CipherSuite::TripleDes, CipherSuite::Aes128, CipherSuite::Aes192, CipherSuite::Aes256];
    for suite in suites {
        let keys = SessionKeys::derive(suite, b"shared secret", u128::MAX);
        let longest = suite.longest_short_answer();
        for data in [0, 1, 15, 16, 200, 231, 240, 255, 256, 4000] {
            for expected in [None, Some(1), Some(256), Some(257), Some(65_536)] {
                for instruction in [0xB0, 0xB1, 0xD6, 0xD7] {
                    let data: Vec<u8> = (0..data).map(|byte| (byte * 7 + 3) as u8).collect();
                    let mut plain = Command::new(0, instruction, 1, 2).with_data(data);
                    plain.expected = expected;
                    let extended = plain.is_extended();
                    let (_, protected_extended) = round_trip(&keys, &plain, &Response::data(vec![5; 100]));
                    assert!(protected_extended || !extended);
                }
            }
        }
        let read = Command::new(0, 0xB0, 0, 0).expecting(256);
        assert!(round_trip(&keys, &read, &Response::data(vec![5; longest])).0 <= 256);
        assert!(round_trip(&keys, &read, &Response::data(vec![5; longest + 1])).0 > 256);
        let end_of_file = Response { data: vec![1, 2], status: StatusWord::END_OF_FILE };
        round_trip(&keys, &read, &end_of_file);
        round_trip(&keys, &read, &Response::status(StatusWord::FILE_NOT_FOUND));
    }
}

#[test]
fn odd_instructions_use_the_object_without_indicator() {
    let mut terminal = SecureMessaging::new(keys_of_g1());
    let odd = terminal.protect(&Command::new(0, 0xB1, 0, 0).with_data([0x54, 0x01, 0x00]).expecting(256)).unwrap();
    assert_eq!(odd.data[..2], [0x85, 0x10]);
    let even = terminal.protect(&Command::new(0, 0xD6, 0, 0).with_data([1, 2, 3])).unwrap();
    assert_eq!(even.data[..3], [0x87, 0x11, 0x01]);
    let mut chip = ChipSecureMessaging::new(keys_of_g1());
    chip.open(&odd).unwrap();
    assert_eq!(chip.seal(&Response::data([1])).data[..2], [0x85, 0x10]);
}

#[test]
fn class_keeps_channel_and_chaining() {
    for (plain, secure) in [(0x00, 0x0C), (0x10, 0x1C), (0x02, 0x0E), (0x41, 0x61), (0x80, 0x8C)] {
        let mut terminal = SecureMessaging::new(keys_of_g1());
        let sent = terminal.protect(&Command::new(plain, 0xB0, 0, 0)).unwrap();
        assert_eq!(sent.class, secure);
        assert!(is_protected(&sent));
        assert_eq!(ChipSecureMessaging::new(keys_of_g1()).open(&sent).unwrap().class, plain);
    }
    let mut terminal = SecureMessaging::new(keys_of_g1());
    assert_eq!(terminal.protect(&Command::new(0x20, 0xB0, 0, 0)), Err(AccessError::Unprotectable));
}

#[test]
fn altered_replayed_and_bare_messages_are_refused() {
    for keys in [keys_of_d4(), keys_of_g1()] {
        let read = Command::new(0, 0xB0, 0, 0).with_data([9]).expecting(4);
        let sent = SecureMessaging::new(keys.clone()).protect(&read).unwrap();
        for index in 0..sent.data.len() {
            let mut altered = sent.clone();
            altered.data[index] ^= 0x01;
            assert!(ChipSecureMessaging::new(keys.clone()).open(&altered).is_err(), "byte {index}");
        }
        let mut other_header = sent.clone();
        other_header.p2 = 1;
        assert_eq!(ChipSecureMessaging::new(keys.clone()).open(&other_header), Err(AccessError::Checksum));
        let mut chip = ChipSecureMessaging::new(keys.clone());
        chip.open(&sent).unwrap();
        let sealed = chip.seal(&Response::data([1, 2, 3, 4]));
        assert_eq!(chip.open(&sent), Err(AccessError::Checksum));
        // The session is over for the chip: a good message does not open, and no data go out.
        let mut terminal = SecureMessaging::new(keys.clone());
        let script = terminal.protect_script(&[read.clone(), read.clone()]).unwrap();
        assert!(matches!(chip.open(&script[1]), Err(AccessError::OutOfOrder { .. })));
        assert_eq!(chip.seal(&Response::data([1])), Response::data([]));
        let bare = ChipSecureMessaging::new(keys.clone()).open(&read).unwrap_err();
        assert_eq!(status_of(bare), StatusWord::SM_MISSING);
        assert_eq!(status_of(AccessError::Checksum), StatusWord::SM_INCORRECT);

        let fresh = || {
            let mut terminal = SecureMessaging::new(keys.clone());
            terminal.protect(&read).unwrap();
            terminal
        };
        for index in 0..sealed.data.len() {
            let mut altered = sealed.clone();
            altered.data[index] ^= 0x01;
            assert!(fresh().unprotect(&altered).is_err(), "byte {index}");
        }
        let other_status = Response { data: sealed.data.clone(), status: StatusWord::END_OF_FILE };
        assert_eq!(fresh().unprotect(&other_status), Err(AccessError::StatusMismatch));
        let left = Response::status(StatusWord::SM_INCORRECT);
        let mut terminal = fresh();
        assert_eq!(terminal.unprotect(&left), Err(AccessError::Unprotected(StatusWord::SM_INCORRECT)));
        assert!(matches!(terminal.unprotect(&sealed), Err(AccessError::OutOfOrder { .. })));
        assert!(matches!(terminal.protect(&read), Err(AccessError::OutOfOrder { .. })));
        let mut terminal = fresh();
        terminal.unprotect(&sealed).unwrap();
        assert!(matches!(terminal.unprotect(&sealed), Err(AccessError::OutOfOrder { .. })));
        assert!(!format!("{terminal:?}").contains("F5, F0"));
    }
}

/// Objects in another order, repeated, unknown, of the wrong length or of the other instruction, each under a good checksum.
#[test]
fn objects_in_disorder_are_refused() {
    let cryptogram = "8711010000000000000000000000000000000000";
    let wrong = [
        ["970104", cryptogram].concat(),
        "970104970104".to_owned(),
        "97020000970104".to_owned(),
        "5301AA".to_owned(),
        "99029000".to_owned(),
        "9700".to_owned(),
        "9703010203".to_owned(),
        "8511010000000000000000000000000000000000".to_owned(),
        "8701".to_owned() + "01",
        "870502AABBCCDD".to_owned(),
        "8509".to_owned() + "000000000000000000",
    ];
    let header = [0x0C, 0xB0, 0, 0];
    for objects in wrong {
        let mut keys = keys_of_g1();
        let mut data = bytes(&objects);
        let checksum = keys.checksum(1, Some(header), &data);
        tlv::push(&mut data, CHECKSUM, &checksum);
        let command = Command::new(0x0C, 0xB0, 0, 0).with_data(data);
        let refused = ChipSecureMessaging::new(keys_of_g1()).open(&command).unwrap_err();
        assert!(matches!(refused, AccessError::DataObject(_)), "{objects}: {refused}");
    }
    // Nothing may follow the checksum, and it has eight bytes.
    let good = SecureMessaging::new(keys_of_g1()).protect(&Command::new(0, 0xB0, 0, 0).expecting(4)).unwrap();
    assert!(ChipSecureMessaging::new(keys_of_g1()).open(&good).is_ok());
    let mut longer = good.clone();
    longer.data.extend([0x97, 0x01, 0x04]);
    assert!(ChipSecureMessaging::new(keys_of_g1()).open(&longer).is_err());
    let mut shorter = good.clone();
    shorter.data.truncate(12);
    shorter.data[4] = 7;
    assert_eq!(ChipSecureMessaging::new(keys_of_g1()).open(&shorter), Err(AccessError::Checksum));
}
