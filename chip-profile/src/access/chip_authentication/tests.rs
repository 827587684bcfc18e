use super::super::testing::{FixedBytes, bytes, response, seeded};
use super::*;
use crate::ec::Curve;
use proptest::collection::vec;
use proptest::prelude::*;

fn run(
    suite: CipherSuite,
    terminal_view: &PublicKey,
    chip_key: KeyPair,
) -> Option<(SecureMessaging, ChipSecureMessaging)> {
    let mut rng = seeded(9);
    let mut terminal = ChipAuthenticationTerminal::new(suite, terminal_view.clone(), Some(7));
    let mut chip = ChipAuthenticationChip::new(suite, chip_key, Some(7));
    let mut command = terminal.start(&mut rng).ok()?;
    loop {
        let arrived = Command::parse(&command.to_bytes()).ok()?;
        assert!(chip.accepts(&arrived));
        let step = chip.process(&arrived);
        match terminal.advance(&step.response, &mut rng).ok()? {
            TerminalStep::Send(next) => command = next,
            TerminalStep::Established(session) => return Some((session, step.established?)),
        }
    }
}

#[test]
fn the_new_session_works_only_with_the_chips_own_key() {
    for curve in Curve::ALL {
        for suite in [CipherSuite::TripleDes, CipherSuite::Aes128, CipherSuite::Aes192, CipherSuite::Aes256] {
            assert_eq!(suite_of(&object_identifier(suite)), Some(suite));
            let key_pair = KeyPair::generate(curve, &mut seeded(1));
            let copy = KeyPair::generate(curve, &mut seeded(2));
            let genuine = key_pair.public_key().clone();
            let read = Command::new(0, 0xB0, 0, 0).expecting(4);
            let (mut terminal, mut chip) = run(suite, &genuine, key_pair).unwrap();
            assert_eq!(terminal.suite(), suite);
            assert_eq!(chip.open(&terminal.protect(&read).unwrap()).unwrap(), read);
            let (mut terminal, mut chip) = run(suite, &genuine, copy).unwrap();
            assert_eq!(chip.open(&terminal.protect(&read).unwrap()), Err(AccessError::Checksum));
        }
    }
}

#[test]
fn a_session_with_triple_des_takes_one_command_or_two() {
    let key_pair = KeyPair::generate(Curve::P256, &mut seeded(1));
    let suite = CipherSuite::TripleDes;
    let mut terminal = ChipAuthenticationTerminal::new(suite, key_pair.public_key().clone(), None);
    let command = terminal.start(&mut seeded(3)).unwrap();
    assert!(terminal.is_one_command());
    // 00 22 41 A6, the key of 65 bytes in DO91.
    assert_eq!(hex::encode(&command.to_bytes()[..8]), "002241a643914104");
    let mut chip = ChipAuthenticationChip::new(suite, key_pair.clone(), None);
    let step = chip.process(&command);
    assert_eq!(step.response, Response::status(StatusWord::OK));
    let Ok(TerminalStep::Established(mut session)) = terminal.advance(&step.response, &mut seeded(4)) else {
        panic!("a session")
    };
    let read = Command::new(0, 0xB0, 0, 0).expecting(4);
    assert_eq!(step.established.unwrap().open(&session.protect(&read).unwrap()).unwrap(), read);

    // MSE:Set AT with the identifier of Triple-DES, then GENERAL AUTHENTICATE.
    let mut select = Vec::new();
    tlv::push(&mut select, 0x80, object_identifier(suite).as_bytes());
    let select = Command::new(0, 0x22, 0x41, 0xA4).with_data(select);
    assert_eq!(chip.process(&select).response.status, StatusWord::OK);
    let mut data = Vec::new();
    tlv::push_nested(&mut data, 0x7C, |out| tlv::push(out, 0x80, &command.data[2..]));
    let step = chip.process(&Command::new(0, 0x86, 0, 0).with_data(data).expecting(256));
    assert_eq!(step.established.unwrap().open(&session_again(&mut terminal, &key_pair)).unwrap(), read);

    // A chip with AES does not know the one command.
    let mut chip = ChipAuthenticationChip::new(CipherSuite::Aes128, key_pair, None);
    assert_eq!(chip.process(&command).response.status, StatusWord::WRONG_P1P2);
}

/// The first read under the keys that the private key of seed 3 gives.
fn session_again(terminal: &mut ChipAuthenticationTerminal, key_pair: &KeyPair) -> Command {
    *terminal = ChipAuthenticationTerminal::new(CipherSuite::TripleDes, key_pair.public_key().clone(), None);
    terminal.start(&mut seeded(3)).unwrap();
    match terminal.advance(&Response::status(StatusWord::OK), &mut seeded(4)) {
        Ok(TerminalStep::Established(mut session)) => {
            session.protect(&Command::new(0, 0xB0, 0, 0).expecting(4)).unwrap()
        }
        _ => panic!("a session"),
    }
}

#[test]
fn what_does_not_fit_is_refused() {
    let key_pair = KeyPair::generate(Curve::P256, &mut seeded(1));
    let terminal = |suite, identifier| {
        let mut terminal = ChipAuthenticationTerminal::new(suite, key_pair.public_key().clone(), identifier);
        terminal.start(&mut seeded(1)).unwrap()
    };
    let mut chip = ChipAuthenticationChip::new(CipherSuite::Aes128, key_pair.clone(), None);
    let mut status = |command: &Command| chip.process(command).response.status;
    assert_eq!(status(&terminal(CipherSuite::Aes256, None)), StatusWord::WRONG_DATA);
    assert_eq!(status(&terminal(CipherSuite::Aes128, Some(1))), StatusWord::REFERENCE_NOT_FOUND);
    let general_authenticate = |data: &[u8]| Command::new(0, 0x86, 0, 0).with_data(data);
    let short = general_authenticate(&[0x7C, 0x03, 0x80, 0x01, 0x04]);
    assert_eq!(status(&short), StatusWord::CONDITIONS);
    // The point at infinity, a point of another curve, a point off the curve: the choice of key is forgotten each time.
    let other_curve = KeyPair::generate(Curve::P384, &mut seeded(1)).public_key().uncompressed().to_vec();
    let mut off_curve = key_pair.public_key().uncompressed().to_vec();
    *off_curve.last_mut().unwrap() ^= 1;
    for point in [vec![0], other_curve, off_curve, vec![4]] {
        let mut data = Vec::new();
        tlv::push_nested(&mut data, 0x7C, |out| tlv::push(out, 0x80, &point));
        assert_eq!(status(&terminal(CipherSuite::Aes128, None)), StatusWord::OK);
        assert_eq!(status(&general_authenticate(&data)), StatusWord::WRONG_DATA);
        assert_eq!(status(&general_authenticate(&data)), StatusWord::CONDITIONS);
    }
    let mut terminal = ChipAuthenticationTerminal::new(CipherSuite::Aes128, key_pair.public_key().clone(), None);
    let early = terminal.advance(&Response::status(StatusWord::OK), &mut seeded(1));
    assert!(matches!(early, Err(AccessError::OutOfOrder { .. })));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn no_message_makes_either_side_panic(
        suite in prop::sample::select(vec![CipherSuite::TripleDes, CipherSuite::Aes128]),
        data in vec(any::<u8>(), 0..80),
        value in prop_oneof![vec(any::<u8>(), 65), vec(any::<u8>(), 0..8)],
        tag in prop::sample::select(vec![0x80u32, 0x84, 0x91, 0x7C]),
        header in prop_oneof![
            Just([0x22u8, 0x41, 0xA4]),
            Just([0x22u8, 0x41, 0xA6]),
            Just([0x86u8, 0, 0]),
            any::<[u8; 3]>(),
        ],
    ) {
        let key_pair = KeyPair::generate(Curve::P256, &mut seeded(1));
        let mut object = Vec::new();
        tlv::push(&mut object, tag, &value);
        let mut nested = Vec::new();
        tlv::push(&mut nested, 0x7C, &object);
        for data in [data, object, nested] {
            let mut chip = ChipAuthenticationChip::new(suite, key_pair.clone(), None);
            let mut terminal = ChipAuthenticationTerminal::new(suite, key_pair.public_key().clone(), None);
            let start = terminal.start(&mut seeded(2)).unwrap();
            let _ = chip.process(&start);
            let [instruction, p1, p2] = header;
            // Random bytes are hardly ever a point of the curve.
            let command = Command { data: data.clone(), ..Command::new(0, instruction, p1, p2) };
            prop_assert!(chip.process(&command).established.is_none());
            let _ = terminal.advance(&Response::data(data.clone()), &mut seeded(2));
            let _ = terminal.advance(&Response::data(data), &mut seeded(2));
        }
    }
}

/// Sessions with passports, from the tests of gmrtd: DG14's key, the session that stood before (its keys and counter), the
/// terminal's ephemeral private key, and what was said.
struct Recorded {
    chip_key: &'static str,
    key_identifier: Option<u8>,
    session: [&'static str; 2],
    counter: u128,
    private_key: &'static str,
    exchange: [(&'static str, &'static str); 3],
}

const RECORDED: [Recorded; 2] = [
    Recorded {
        chip_key: "041983917269AC877C0B61544C2C022000D2A5ABA723E2D80141E648B40911DC3459761F27480E4B57181A53D8FE1190EA86\
                   C939AC14363178CAFFC621F0F905C3",
        key_identifier: None,
        session: ["524170DE3419B7AF2F23E45AD6EF9595", "97893F5FDC29A5C13A924FE7D8ED44FD"],
        counter: 0xF0,
        private_key: "80EBAFC8A51BECD4D90BB640EE38C9FD5C12748D28AAA37096B98C4533C4F5F5",
        exchange: [
            (
                "0C2241A41D8711015D8F69B1EA365CCE4304970DB12421F38E085340D338128085E700",
                "990290008E083F5136E82A6C34779000",
            ),
            (
                "0C860000608751019E18F1BA79D805379752BB560EB70AAC3CE3BC5AFE2FDD4AEB325CA8B578B4A93B9F66A5DF40005F8E8785\
                 35251D33DD974AAF77FB858773E5799FA9DC1034E89B1150EC7F0BB3DB4BF37A1B9EA4458A9701008E089D204D950C0B95DB00",
                "8711010B0A5DFFC7432DE4DEB604291377A05B990290008E08B3384A1F5D1579739000",
            ),
            (
                "0CA4020C1D8711011B2EE500E84960DF7F37AFE7ADFF53838E084500F3B43E192A5700",
                "990290008E0803C4B125B4218CEF9000",
            ),
        ],
    },
    Recorded {
        chip_key: "047036BC5D0BCF31913B59103BB6F2C0C98C99EF4C19B9517340B76BFE4EE2194C76C3F3314E021D4B092DB5A32AB7D6E297\
                   F2FBEAE45AA28DEFC4DA750FEAD54E",
        key_identifier: Some(0xC3),
        session: ["CC86415F2ED7E8FD663B754265695AE1", "581E84B8EE06C4D3EEE30461498D7FB3"],
        counter: 0xBA,
        private_key: "84A5145885678EE9307C28C52736896267511203B7B8009C5FE27ABCBAECDCAA",
        exchange: [
            (
                "0C2241A41D871101980953D37F67558690045D78A853B18A8E08929767A2CEF172E200",
                "990290008E08FC873EBB62219C8A9000",
            ),
            (
                "0C8600006087510161912C367A6322D24AA1D4522DC47A7345369257672DF1D1163D506EB6489395D8083FAD393A394297CE87\
                 03C42F22C864C1F4C8E70EE1CF9B497ACF6579190D90F36CF9E16FE2149FF57247285D9E1E9701008E08A1D7A16EFBFD932C00",
                "87110123E7159AC9B0EF92CE1F6755B89697E3990290008E088972F1595E1508C29000",
            ),
            (
                "0CA4020C1D871101FAD37EADBCDE7E6A0833035A9FFF5B708E0836560BBCE1FECD5F00",
                "990290008E0829D0E1EBBB61BE7A9000",
            ),
        ],
    },
];

#[test]
fn terminal_follows_sessions_with_passports() {
    let select = Command::new(0, 0xA4, 0x02, 0x0C).with_data([0x01, 0x0E]);
    for recorded in RECORDED {
        let chip_key = PublicKey::from_uncompressed(Curve::BrainpoolP256r1, &bytes(recorded.chip_key)).unwrap();
        let [encryption, authentication] = recorded.session.map(|key| bytes(key).try_into().unwrap());
        let mut session = SecureMessaging::new(SessionKeys::of_aes_128(encryption, authentication, recorded.counter));
        let mut terminal = ChipAuthenticationTerminal::new(CipherSuite::Aes128, chip_key, recorded.key_identifier);
        let mut rng = FixedBytes(bytes(recorded.private_key));
        let mut next = terminal.start(&mut rng).unwrap();
        for (index, (sent, answered)) in recorded.exchange.into_iter().enumerate() {
            assert_eq!(hex::encode_upper(session.protect(&next).unwrap().to_bytes()), sent, "command {index}");
            let answer = session.unprotect(&response(answered)).unwrap();
            if index == 2 {
                assert!(answer.status.is_ok(), "the new session holds");
                break;
            }
            match terminal.advance(&answer, &mut rng).unwrap() {
                TerminalStep::Send(command) => next = command,
                TerminalStep::Established(established) => {
                    session = established;
                    next = select.clone();
                }
            }
        }
    }
}
