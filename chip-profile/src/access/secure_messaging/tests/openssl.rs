//! Messages that OpenSSL 3 computed (`openssl enc`, `openssl mac`) from the text of Doc 9303-11 9.8: each AES key length, an odd
//! instruction, DO97 of two bytes, an answer longer than a short field, and a command that is nothing but a header.

use super::*;
use crate::ec::HashAlgorithm;

struct Example {
    suite: CipherSuite,
    read: &'static str,
    /// SHA-256 of the 322 bytes of the answer.
    answer: &'static str,
    select: &'static str,
}

const EXAMPLES: [Example; 3] = [
    Example {
        suite: CipherSuite::Aes128,
        read: "0CB1011C0000208510C68749F88FE0F7E4FB77EAE42DF0AD43970210008E081CF384699DDEE8DC0000",
        answer: "dc2c1b5299c0d7ec84b6c0b5b73345c6a498a6b46308b0caa23d1cabaec4199a",
        select: "0CA4000C0A8E084BF042ABBE09D07A00",
    },
    Example {
        suite: CipherSuite::Aes192,
        read: "0CB1011C0000208510D2510A14D7197532D027ED5DF13CEF29970210008E08F1CD3B55CC7E36900000",
        answer: "a8600b01fe71b7b93d3ad76366c6043830410fc892ddc86d850976ae81e8994b",
        select: "0CA4000C0A8E08F6B7F9021A60E1DC00",
    },
    Example {
        suite: CipherSuite::Aes256,
        read: "0CB1011C0000208510F4B2AB5292CD24C52C0995C13E7CFCD8970210008E08A1DF908B9B47DF960000",
        answer: "a932698eb1efa3623036d6a4a6dd962cb6bc038652492fedc7a1125c71275fdb",
        select: "0CA4000C0A8E08F6C757F34A5FE21100",
    },
];

#[test]
fn messages_are_those_of_openssl() {
    let read = Command::new(0x00, 0xB1, 0x01, 0x1C).with_data([0x54, 0x02, 0x12, 0x34]).expecting(0x1000);
    let answered = Response::data((0..300u32).map(|index| (index * 7) as u8).collect::<Vec<_>>());
    let select = Command::new(0x00, 0xA4, 0x00, 0x0C);
    for example in EXAMPLES {
        let keys = SessionKeys::derive(example.suite, b"shared secret", 0);
        let (mut terminal, mut chip) = (SecureMessaging::new(keys.clone()), ChipSecureMessaging::new(keys));
        let sent = terminal.protect(&read).unwrap();
        assert_eq!(hex::encode_upper(sent.to_bytes()), example.read);
        assert_eq!(chip.open(&command(example.read)).unwrap(), read);
        let sealed = chip.seal(&answered);
        assert_eq!(hex::encode(HashAlgorithm::Sha256.digest(&sealed.data)), example.answer);
        assert_eq!(terminal.unprotect(&sealed).unwrap(), answered);
        assert_eq!(hex::encode_upper(terminal.protect(&select).unwrap().to_bytes()), example.select);
        assert_eq!(chip.open(&command(example.select)).unwrap(), select);
    }
}
