//! The traces are those of a real card (an eUICC with GlobalPlatform keys 00 01 02 …) that pySim records in its
//! `tests/unittests/test_globalplatform.py`; the diversified keys were computed with `openssl kdf`.

use super::*;
use crate::apdu::{Command, Response};

struct Trace {
    level: SecurityLevel,
    initialize_update: &'static str,
    answer: &'static str,
    external_authenticate: &'static str,
    /// Wrapped commands for [`PLAIN`].
    wrapped: [&'static str; 5],
    /// Protected answer to the first of them, without status word.
    protected: &'static str,
}

const PLAIN: [&str; 5] =
    ["80e2910006bf3e035c015a00", "80f22002", "80ca006600", "80f220020a4f0212345c054f9f70c5", "80f28002024f0000"];
const PLAIN_ANSWER: &str = "bf3e125a1089882119900000000000000000000005";
/// The application that was selected on the card: ISD-R of SGP.02.
const APPLICATION: &str = "a0000005591010ffffffff8900000100";

const TRACES: [Trace; 3] = [
    Trace {
        level: SecurityLevel::CommandAndResponseMac,
        initialize_update: "8050300008b13e5f938fc108c400",
        answer: "000000000000000000003003703eb51047495b249f66c484c1d2ef1948000002",
        external_authenticate: "84821100107d5f5826a993ebc89eea24957fa0b3ce",
        wrapped: [
            "84e291000ebf3e035c015a558d036518a2829700",
            "84f220020863a63f8959827fb2",
            "84ca006608a0c6a4a74166f7ce00",
            "84f22002124f0212345c054f9f70c52249b50272656536",
            "84f280020a4f00e91443f6dce6b8ed00",
        ],
        protected: "bf3e125a1089882119900000000000000000000005971be68992dbbdfa",
    },
    Trace {
        level: SecurityLevel::CommandEncryption,
        initialize_update: "80503000088e1552d0513c60f300",
        answer: "0000000000000000000030037030760cd2c47c1dd395065fe5ead8a9d7000001",
        external_authenticate: "8482030010fd4721a14d9b07003c451d2f8ae6bb21",
        wrapped: [
            "84e2910018ca9c00f6713d79bc8baa642bdff51c3f6a4082d3bd9ad26c00",
            "84f2200208c9811b11f1264cf1",
            "84ca006608e10ab60b3054798800",
            "84f22002184e2908bdb48b2315a55482e9e936ca122d6ecfae7d17416e",
            "84f28002180dd10a6b6193e5340b9e77d32d5a179cd710ac2773aefb2800",
        ],
        protected: PLAIN_ANSWER,
    },
    Trace {
        level: SecurityLevel::Full,
        initialize_update: "8050300008fdf38259a1e0de4400",
        answer: "000000000000000000003003703b1aca81e821f219081cdc01c26b372d000003",
        external_authenticate: "84823300108c36f96bcc00724a4e13ad591d7da3f0",
        wrapped: [
            "84e2910018267a85dfe4a98fca6fb0527e0dfecce4914e40401433c87f00",
            "84f2200208ac6a59024bed84cc",
            "84ca006608409912ad8fb7aed000",
            "84f22002185f3dafc3ac14c381536a488bf44e06d056df9d74dbd21e5a",
            "84f280021865165105be3373347d0424d4400af2ac393f569ec779389e00",
        ],
        protected: "f3ba2b1013aa6224f5e1c138d71805c569e5439b47576260b75fc021b25097cb2e68f8a0144975b9",
    },
];

fn bytes(hex: &str) -> Vec<u8> {
    (0..hex.len()).step_by(2).map(|at| u8::from_str_radix(&hex[at..at + 2], 16).unwrap()).collect()
}

fn command(hex: &str) -> Command {
    Command::parse(&bytes(hex)).unwrap()
}

fn card_keys() -> StaticKeys {
    let key = |first: u8| core::array::from_fn(|at| first + at as u8);
    StaticKeys::new(key(0x00), key(0x10), key(0x20))
}

fn open(trace: &Trace) -> (HostChannel, Command) {
    let sent = command(trace.initialize_update);
    let host = Host::new(0x30, sent.data.as_slice().try_into().unwrap(), trace.level);
    assert_eq!(host.initialize_update().to_bytes(), bytes(trace.initialize_update));
    let answer = Response::data(bytes(trace.answer));
    let challenge = InitializeUpdateResponse::parse(&answer).unwrap().card_challenge;
    let session = derive_session_keys(&card_keys(), host.host_challenge(), &challenge);
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
        let (session, response) = CardSession::initialize_update(
            &command(trace.initialize_update),
            &card_keys(),
            0x30,
            &[0; 10],
            counter,
            &bytes(APPLICATION),
        )
        .unwrap();
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
    let master = MasterKey::new(core::array::from_fn(|at| 0x40 + at as u8));
    let keys = diversify(&master, b"SERIAL01", 1).expose();
    assert_eq!(keys[..16], bytes("826D46ABF6A0863159FAE1462B5C8551")[..]);
    assert_eq!(keys[16..32], bytes("F7CD75E23F0E3FC73D42054E79A63451")[..]);
    assert_eq!(keys[32..], bytes("69CEB5E6F82053E735256A8EDE29CE4D")[..]);
    assert_ne!(keys, diversify(&master, b"SERIAL01", 2).expose());
    assert_ne!(keys, diversify(&master, b"SERIAL02", 1).expose());
}

#[test]
fn both_sides_refuse_other_keys_and_altered_messages() {
    let other = StaticKeys::new([1; 16], [2; 16], [3; 16]);
    let host = || Host::new(1, [7; 8], SecurityLevel::Full);
    let card =
        || CardSession::initialize_update(&host().initialize_update(), &card_keys(), 1, &[0; 10], 5, &[]).unwrap();
    let (_, answer) = card();
    let challenge = InitializeUpdateResponse::parse(&answer).unwrap().card_challenge;
    let keys = |from: &StaticKeys| derive_session_keys(from, &[7; 8], &challenge);
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
            CardSession::initialize_update(&host.initialize_update(), &card_keys(), 1, &[0; 10], 5, &[]).unwrap();
        let challenge = InitializeUpdateResponse::parse(&answer).unwrap().card_challenge;
        let keys = derive_session_keys(&card_keys(), &[7; 8], &challenge);
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
    let text = format!("{keys:?} {:?}", derive_session_keys(&keys, &[0; 8], &[0; 8]));
    assert_eq!(text, "StaticKeys(secret) SessionKeys(secret)");
}
