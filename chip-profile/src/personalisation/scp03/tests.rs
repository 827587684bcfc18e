//! The traces are those of a real card (an eUICC with GlobalPlatform keys 00 01 02 …) that pySim records in its
//! `tests/unittests/test_globalplatform.py`; the diversified keys were computed with `openssl kdf`.

mod traces;

use super::*;
use crate::apdu::{Command, Response, StatusWord};
use traces::{APPLICATION, PLAIN, PLAIN_ANSWER, TRACES, Trace};

fn bytes(hex: &str) -> Vec<u8> {
    (0..hex.len()).step_by(2).map(|at| u8::from_str_radix(&hex[at..at + 2], 16).unwrap()).collect()
}

fn command(hex: &str) -> Command {
    Command::parse(&bytes(hex)).unwrap()
}

/// 00 01 …, 10 11 …, 20 21 …, each beginning again after sixteen bytes.
fn keys_of(length: usize) -> StaticKeys {
    let key = |first: u8| (0..length).map(move |at| first + (at % 16) as u8);
    StaticKeys::from_slice(&[0x00, 0x10, 0x20].into_iter().flat_map(key).collect::<Vec<_>>()).unwrap()
}

fn card_keys() -> StaticKeys {
    keys_of(16)
}

fn challenge(bytes: &[u8]) -> Challenge {
    Challenge::from_slice(bytes).unwrap()
}

fn open(trace: &Trace) -> (HostChannel, Command) {
    let sent = command(trace.initialize_update);
    let host = Host::new(sent.p1, challenge(&sent.data), trace.level);
    assert_eq!(host.initialize_update().to_bytes(), bytes(trace.initialize_update));
    let answer = Response::data(bytes(trace.answer));
    let challenge = InitializeUpdateResponse::parse(&answer).unwrap().card_challenge;
    let session = derive_session_keys(&keys_of(trace.key_length), host.host_challenge(), &challenge);
    host.authenticate(&answer, session).unwrap()
}

#[test]
fn host_sends_what_a_real_card_accepted_and_reads_what_it_answered() {
    for trace in &TRACES {
        let (mut channel, authenticate) = open(trace);
        assert_eq!(authenticate.to_bytes(), bytes(trace.external_authenticate));
        for (plain, wrapped) in PLAIN.iter().zip(trace.wrapped) {
            assert_eq!(channel.wrap(&command(plain)).unwrap().to_bytes(), bytes(wrapped));
        }
        // All commands were wrapped ahead; the answer to the first still unwraps.
        let answer = channel.unwrap(&Response::data(bytes(trace.protected))).unwrap();
        assert_eq!(answer, Response::data(bytes(PLAIN_ANSWER)));
    }
}

#[test]
fn card_answers_as_the_real_card_did() {
    for trace in &TRACES {
        let answer = bytes(trace.answer);
        let counter = u32::from(answer[31]);
        let sent = command(trace.initialize_update);
        let keys = keys_of(trace.key_length);
        let application = bytes(APPLICATION);
        let (session, response) =
            CardSession::initialize_update(&sent, &keys, Mode::S8, sent.p1, &[0; 10], counter, &application).unwrap();
        assert_eq!(response.data, answer);
        let mut channel = session.external_authenticate(&command(trace.external_authenticate)).unwrap();
        for (at, (plain, wrapped)) in PLAIN.iter().zip(trace.wrapped).enumerate() {
            assert_eq!(channel.unwrap(&command(wrapped)).unwrap(), command(plain));
            if at == 0 {
                assert_eq!(channel.wrap(Response::data(bytes(PLAIN_ANSWER))).data, bytes(trace.protected));
            }
        }
    }
}

#[test]
fn check_values_are_those_of_the_card() {
    assert_eq!(card_keys().check_values(), [[0xC3, 0x52, 0x80], [0x01, 0x38, 0x08], [0x84, 0x0D, 0xE5]]);
}

#[test]
fn diversified_keys_are_those_that_openssl_derives() {
    // openssl kdf -keylen 16 -kdfopt mac:CMAC -kdfopt cipher:AES-128-CBC -kdfopt hexkey:404142434445464748494A4B4C4D4E4F
    //   -kdfopt salt:"transport ENC" -kdfopt hexinfo:0153455249414C3031 KBKDF
    let master = MasterKey::new(core::array::from_fn::<u8, 16, _>(|at| 0x40 + at as u8));
    let keys = diversify(&master, b"SERIAL01", 1).expose();
    assert_eq!(keys[..16], bytes("826D46ABF6A0863159FAE1462B5C8551")[..]);
    assert_eq!(keys[16..32], bytes("F7CD75E23F0E3FC73D42054E79A63451")[..]);
    assert_eq!(keys[32..], bytes("69CEB5E6F82053E735256A8EDE29CE4D")[..]);
    assert_ne!(keys, diversify(&master, b"SERIAL01", 2).expose());
    assert_ne!(keys, diversify(&master, b"SERIAL02", 1).expose());
    // The same with -keylen 32, AES-256-CBC and the key 4041…5F.
    let master = MasterKey::new(core::array::from_fn::<u8, 32, _>(|at| 0x40 + at as u8));
    let keys = diversify(&master, b"SERIAL01", 1).expose();
    assert_eq!(keys[..32], bytes("F831903A3E60EEA56D21D9AE6327A1FF71C85F5E24D4525ABBCAEA2AB4F0C0EB")[..]);
    assert_eq!(keys[32..64], bytes("483CF35367BD87A3E931AC72CFE10AE19D6DA7908866C132793546D1068F737E")[..]);
    assert_eq!(keys[64..], bytes("A5914E1E280E291F9242719D3A9BB5FA755782873084BCF07D714067A533BF55")[..]);
}

/// No published trace of S16 mode is known; these bytes were made with OpenSSL's CMAC and AES-256-CBC from the text of
/// Amendment D.
#[test]
fn s16_mode_has_sixteen_bytes_everywhere() {
    let host_challenge: [u8; 16] = core::array::from_fn(|at| 0xA0 + at as u8);
    let host = Host::new(0x33, host_challenge, SecurityLevel::Full);
    let sent = host.initialize_update();
    assert_eq!(sent.data, host_challenge);
    let keys = keys_of(32);
    let application = bytes("A000000151000000");
    let opened = |mode| CardSession::initialize_update(&sent, &keys, mode, 0x33, &[0; 10], 7, &application);
    assert!(opened(Mode::S8).is_err());
    let (session, answer) = opened(Mode::S16).unwrap();
    let expected = "00000000000000000000330371136fefc67fc6af45e411688bb407f3f39014da024935e8e0a2be29ea46313171000007";
    assert_eq!(answer.data, bytes(expected));
    let card_challenge = InitializeUpdateResponse::parse(&answer).unwrap().card_challenge;
    let session_keys = derive_session_keys(&keys, host.host_challenge(), &card_challenge);
    let (mut channel, authenticate) = host.authenticate(&answer, session_keys).unwrap();
    let expected = "84823300201f156ce375d3d7a71a58c3a7245764a11331d268bc336cecb84a05e6b2d84926";
    assert_eq!(authenticate.to_bytes(), bytes(expected));
    let mut card = session.external_authenticate(&authenticate).unwrap();
    let wrapped = channel.wrap(&command(PLAIN[0])).unwrap();
    let expected = "84e2910020c3b76fdca0b22b47675f0b3f5a0670da298d06e68a96413f5a5bdac801ecf9fa00";
    assert_eq!(wrapped.to_bytes(), bytes(expected));
    assert_eq!(card.unwrap(&wrapped).unwrap(), command(PLAIN[0]));
    let protected = card.wrap(Response::data(bytes(PLAIN_ANSWER)));
    let expected = "7a89e5f266ccf72cb1a11c9693716ddd8ae68c8a38e8eaf3879d4d4a34c0ab99a55efe5ae6568c33eb18cd3971829e1f";
    assert_eq!(protected.data, bytes(expected));
    assert_eq!(channel.unwrap(&protected).unwrap().data, bytes(PLAIN_ANSWER));
}

#[test]
fn host_and_card_of_different_modes_do_not_meet() {
    let host = Host::new(1, [7; 8], SecurityLevel::Full);
    let sent = Host::new(1, [7; 16], SecurityLevel::Full).initialize_update();
    let (_, answer) = CardSession::initialize_update(&sent, &card_keys(), Mode::S16, 1, &[0; 10], 5, &[]).unwrap();
    let keys = derive_session_keys(&card_keys(), &challenge(&[7; 8]), &challenge(&[7; 16]));
    let error = host.authenticate(&answer, keys).unwrap_err();
    assert_eq!(error, Scp03Error::Protocol { protocol: 3, parameter: 0x71 });
}

#[test]
fn both_sides_refuse_other_keys_and_altered_messages() {
    let other = StaticKeys::new([1; 16], [2; 16], [3; 16]);
    let host = || Host::new(1, [7; 8], SecurityLevel::Full);
    let card = || {
        CardSession::initialize_update(&host().initialize_update(), &card_keys(), Mode::S8, 1, &[0; 10], 5, &[])
            .unwrap()
    };
    let (_, answer) = card();
    let card_challenge = InitializeUpdateResponse::parse(&answer).unwrap().card_challenge;
    let keys = |from: &StaticKeys| derive_session_keys(from, &challenge(&[7; 8]), &card_challenge);
    assert_eq!(host().authenticate(&answer, keys(&other)).unwrap_err(), Scp03Error::Cryptogram);
    let wrong_version = Host::new(2, [7; 8], SecurityLevel::Full).authenticate(&answer, keys(&card_keys()));
    assert_eq!(wrong_version.unwrap_err(), Scp03Error::KeyVersion { expected: 2, found: 1 });

    let (mut channel, authenticate) = host().authenticate(&answer, keys(&card_keys())).unwrap();
    for at in 0..authenticate.data.len() {
        let mut altered = authenticate.clone();
        altered.data[at] ^= 1;
        assert!(card().0.external_authenticate(&altered).is_err());
    }
    let mut on_card = card().0.external_authenticate(&authenticate).unwrap();
    let first = channel.wrap(&command(PLAIN[0])).unwrap();
    let second = channel.wrap(&command(PLAIN[3])).unwrap();
    assert_eq!(on_card.unwrap(&second), Err(Scp03Error::Mac), "out of order");
    let mut on_card = card().0.external_authenticate(&authenticate).unwrap();
    on_card.unwrap(&first).unwrap();
    let answer = on_card.wrap(Response::data(*b"answer"));
    let mut altered = answer.clone();
    altered.data[0] ^= 1;
    assert_eq!(channel.unwrap(&altered), Err(Scp03Error::Mac));
    on_card.unwrap(&second).unwrap();
    let error = Response::status(StatusWord::NO_MEMORY);
    assert_eq!(on_card.wrap(error.clone()), error);
    assert_eq!(channel.unwrap(&error).unwrap(), error);
    assert_eq!(channel.unwrap(&error), Err(Scp03Error::Unexpected));
}

#[test]
fn long_commands_use_extended_length_on_both_sides() {
    for length in [238, 239, 240, 247, 248, 255, 256, 4000] {
        let host = Host::new(1, [7; 8], SecurityLevel::CommandEncryption);
        let (session, answer) =
            CardSession::initialize_update(&host.initialize_update(), &card_keys(), Mode::S8, 1, &[0; 10], 5, &[])
                .unwrap();
        let card_challenge = InitializeUpdateResponse::parse(&answer).unwrap().card_challenge;
        let keys = derive_session_keys(&card_keys(), &challenge(&[7; 8]), &card_challenge);
        let (mut channel, authenticate) = host.authenticate(&answer, keys).unwrap();
        let mut on_card = session.external_authenticate(&authenticate).unwrap();
        let plain = Command::new(0x00, 0xD6, 0, 0).with_data(vec![0x80; length]);
        let wrapped = channel.wrap(&plain).unwrap();
        assert_eq!(wrapped.class, 0x04);
        let received = Command::parse(&wrapped.to_bytes()).unwrap();
        assert_eq!(on_card.unwrap(&received).unwrap(), plain, "{length}");
    }
}

#[test]
fn secrets_do_not_appear_in_debug_output() {
    let keys = card_keys();
    let text = format!("{keys:?} {:?}", derive_session_keys(&keys, &challenge(&[0; 8]), &challenge(&[0; 8])));
    assert_eq!(text, "StaticKeys(secret) SessionKeys(secret)");
}
