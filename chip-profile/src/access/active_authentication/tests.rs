use super::super::testing::{FixedBytes, bytes, seeded};
use super::*;
use crate::ec::Curve;
use crate::rsa::PublicKey;
use crypto_bigint::modular::{BoxedMontyForm, BoxedMontyParams};
use crypto_bigint::{BoxedUint, Odd};

/// A private key by its numbers: the mathematics alone, for tests.
struct Numbers {
    modulus: Vec<u8>,
    private_exponent: Vec<u8>,
    smaller: bool,
}

impl Numbers {
    fn of_hex(modulus: &str, private_exponent: &str) -> Self {
        Numbers { modulus: bytes(modulus), private_exponent: bytes(private_exponent), smaller: false }
    }
    fn public_key(&self) -> VerifyingKey {
        VerifyingKey::Rsa(PublicKey::new(&self.modulus, &[1, 0, 1]).unwrap())
    }
}

impl RawRsaPrivate for Numbers {
    fn modulus_length(&self) -> usize {
        self.modulus.len()
    }
    fn sign_raw(&self, representative: &[u8]) -> Option<Vec<u8>> {
        let number = |bytes: &[u8]| BoxedUint::from_be_slice(bytes, 8 * self.modulus.len() as u32).unwrap();
        let modulus = number(&self.modulus);
        let parameters = BoxedMontyParams::new_vartime(Odd::new(modulus.clone()).unwrap());
        let power = BoxedMontyForm::new(number(representative), &parameters).pow(&number(&self.private_exponent));
        let signature = power.retrieve();
        let complement = modulus.wrapping_sub(&signature);
        let chosen = if self.smaller { signature.min(complement) } else { signature };
        Some(chosen.to_be_bytes().to_vec())
    }
}

/// The key of test 13 in the ISO 9796-2 tests of Bouncy Castle, which takes its input from INTERNAL AUTHENTICATE.
fn bouncy_castle() -> Numbers {
    Numbers::of_hex(
        "CDCBDABBF93BE8E8294E32B055256BBD0397735189BF75816341BB0D488D05D627991221DF7D59835C76A4BB4808ADEE\
         B779E7794504E956ADC2A661B46904CDC71337DD29DDDD454124EF79CFDD7BC2C21952573CEFBA485CC38C6BD2428809\
         B5A31A898A6B5648CAA4ED678D9743B589134B7187478996300EDBA16271A861",
        "4BA6432AD42C74AA5AFCB6DF60FD57846CBC909489994ABD9C59FE439CC6D23D6DE2F3EA65B8335E796FD7904CA37C24\
         8367997257AFBD82B26F1A30525C447A236C65E6ADE43ECAAF7283584B2570FA07B340D9C9380D88EAACFFAEEFE7F472\
         DBC9735C3FF3A3211E8A6BBFD94456B6A33C17A2C4EC18CE6335150548ED126D",
    )
}

const BOUNCY_CASTLE_M1: &str = "539BB29260E7BC226C8798B01AF2CAAADC3675E26065E1E3856615894D5BAEF7\
     D97634278D6DD609CF9091B68B248CC2F817CCC2E98AD7EFA3B730EE97AFC20AD5C00E24F8A49B89CDB05613B5CE2094\
     CC21C9AFB84A23C771BE5CA500E8FB5D75F40D93CAB6EE019569";
const BOUNCY_CASTLE_SIGNATURE: &str = "482E20D1EDDED34359C38F5E7C01203F9D6B2641CDCA5C404D49ADAEDE034C74\
     81D781D043722587761C90468DE69C6585A1E8B9C322F90E1B580EEDAB3F6007D0C366CF92B4DB8B41C8314929DCE2BE\
     889C0129123484D2FD3D12763D2EBFD12AC8E51D7061AFCA1A53DEDEC7B9A617472A78C952CCC72467AE008E5F132994";

/// Doc 9303-11 appendix F.1: 1024 bits, SHA-1. The example prints no key, so it ends with the message representative.
#[test]
fn message_representative_is_that_of_the_worked_example() {
    let m1 = "9D2784A67F8E7C659973EA1AEA25D95B6C8F91E5002F369F0FBDCE8A3CEC1991B543F1696546C5524CF23A5303CD6C98\
              599F40B79F377B5F3A1406B3B4D8F96784D23AA88DB7E1032A405E69325FA91A6E86F5C71AEA978264C4A207446DAD4E\
              7292E2DCDA3024B47DA8";
    let mut rng = FixedBytes(bytes(m1));
    let challenge = bytes("F173589974BF40C6");
    let representative = iso9796::representative(128, HashAlgorithm::Sha1, &challenge, &mut rng).unwrap();
    assert_eq!(
        hex::encode_upper(representative),
        format!("6A{}C063AA1E6D22FBD976AB0FE73D94D2D9C6D88127BC", m1.replace(' ', ""))
    );
}

#[test]
fn signature_is_that_of_bouncy_castle_on_both_sides() {
    let key = bouncy_castle();
    let sent = Command::parse(&command_for(&key.public_key(), [0; 8]).to_bytes()).unwrap();
    assert_eq!(sent, command([0; 8]));
    let answer = respond_rsa(&key, HashAlgorithm::Sha1, &sent, &mut FixedBytes(bytes(BOUNCY_CASTLE_M1)));
    assert_eq!(answer, Response::data(bytes(BOUNCY_CASTLE_SIGNATURE)));
    assert_eq!(verify(&key.public_key(), None, [0; 8], &answer), Ok(()));
}

/// Four answers of a passport's chip, from the tests of pymrtd.
#[test]
fn answers_of_a_passport_are_accepted() {
    let key = VerifyingKey::from_spki(&bytes(
        "30819F300D06092A864886F70D010101050003818D0030818902818100BD8620D45693E1CD8678639F22E9553F09E3AFD87BD26000\
         113CE2798B7A02A2E0AB6B7525D09072109D938D6708167E8FAFAF83F17BFBA36CECCE26058C7ED9AE29516755B19F78CE0E73DA02\
         340B117B8AB2ECA007F1390E93E896016335EB5C1E330B961C03E253D17874F7ABEE8D4962C49FFE578D46954FF23B26F5E5550203\
         010001",
    ))
    .unwrap();
    let answers = [
        (
            "47E4EE7F211F7326",
            "8AECE4E0AB1A6B9E06B31ACBA51AE316D0B7B48E2F5FE13E575060F6B9DC27A2F9D03DCF67A141F466EEC753879106BE\
             0992F46F5EAAD075EB1886D2ACE90D60C2EDA69880780CE4FA36EF27AB01C47527BD23B178EC8F213307281572C21948\
             7FC11B2C3D9C144DC98D96D1A79A7478449D692D3D14E8C044F81B3ADF0047E0",
        ),
        (
            "5DD17658F6E21C13",
            "97251259E9EB453A8DC2D9CD85D5A49D2E83F31D6465CB1FBD09C5E7800D4F0FB9FF7312343CD3955CA3BE6768AD7938\
             F3D36B0C9E2205923786949B5F48FBF1C94D01B5BC9DA88C8293E118F87E14E4CC409D52AA7ED266E20248AB3C049498\
             38540DEB24588436607EA620B4825D002C5FAB4F07B618D72C0A9EC247653FE7",
        ),
        (
            "18BD6C81F37598E2",
            "12C0972DFE9E1DDB42B46130D64339E0845578D85E5F0ED7C9E12036AE0C3D417BBAAA6CA5579E782DDEADA825E432C2\
             AE9593B8DB5806327E22B18CD0AB86353C314925A01390806A1D6E8DDE2CD0D82D9671457139241E93BC308E5573C335\
             D14EF6182A5171A443A82A2568D6B1373A1F227377C584ABA7B1E8B1F47E393F",
        ),
        (
            "0A2756299542EFCF",
            "0854CF7B69FB54286F97FC8B396722E21156DFEEC38CF5C63035B09A59C4EA7FCA79865D5EE166548AAE5AE1F629A574\
             59B46F5D1D1E4EFE9369C0075903D3CA282D6B2CF5843E62CE53BEA33E3D6AA7A48147CC38C9B534437FD0DCD0F0C787\
             BE74061DFA844435253D651E7986BA47F49FA49D7041BD1FE72B5E5D09221FD1",
        ),
    ];
    for (challenge, signature) in answers {
        let challenge = bytes(challenge).try_into().unwrap();
        let answer = Response::data(bytes(signature));
        assert_eq!(verify(&key, None, challenge, &answer), Ok(()));
        let mut altered = answer.clone();
        altered.data[64] ^= 1;
        assert!(verify(&key, None, challenge, &altered).is_err());
        assert!(verify(&key, None, [0; 8], &answer).is_err());
    }
}

const HASHES: [HashAlgorithm; 5] = HashAlgorithm::ALL;

#[test]
fn every_hash_function_and_both_forms_of_the_signature_verify() {
    for smaller in [false, true] {
        let key = Numbers { smaller, ..bouncy_castle() };
        for (seed, hash) in (0..).zip(HASHES) {
            let challenge = *b"challeng";
            let answer = respond_rsa(&key, hash, &command(challenge), &mut seeded(seed));
            assert_eq!(answer.data.len(), 128);
            assert_eq!(verify(&key.public_key(), None, challenge, &answer), Ok(()), "{hash:?} {smaller}");
            let other = verify(&key.public_key(), None, *b"another1", &answer);
            assert_eq!(other, Err(ActiveAuthenticationError::Signature(VerifyError::Mismatch)));
        }
    }
}

/// The representatives that no signer makes: each is signed, and must not open.
#[test]
fn representatives_of_another_form_are_refused() {
    let key = bouncy_castle();
    let challenge = *b"challeng";
    let good = iso9796::representative(128, HashAlgorithm::Sha256, &challenge, &mut seeded(1)).unwrap();
    let verdict = |representative: &[u8]| {
        let answer = Response::data(key.sign_raw(representative).unwrap());
        verify(&key.public_key(), None, challenge, &answer).is_ok()
    };
    assert!(verdict(&good));
    // Total recovery, another header, another or unknown hash function, another trailer.
    for (at, byte) in [(0, 0x4A), (0, 0x7A), (0, 0x2A), (126, 0x36), (126, 0x30), (127, 0xDC), (127, 0xBC)] {
        let mut altered = good.clone();
        altered[at] = byte;
        assert!(!verdict(&altered), "{at} {byte:02X}");
    }
    // Room filled with B is read; a filling that never ends, or that ends amid the hash value, is not.
    let filled = |padding: usize| {
        let m1 = vec![7; 128 - 1 - padding - 32 - 2];
        let mut out = vec![0x6B];
        out.resize(padding, 0xBB);
        out.push(0xBA);
        out.extend_from_slice(&m1);
        out.extend_from_slice(&HashAlgorithm::Sha256.digest(&[m1, challenge.to_vec()].concat()));
        out.extend_from_slice(&[0x34, 0xCC]);
        out
    };
    assert!(verdict(&filled(1)) && verdict(&filled(93)));
    let mut endless = vec![0xBB; 128];
    endless[0] = 0x6B;
    endless[126..].copy_from_slice(&[0x34, 0xCC]);
    assert!(!verdict(&endless));
    endless[100] = 0xBA;
    assert!(!verdict(&endless));
}

#[test]
fn signatures_of_another_length_or_beyond_the_modulus_are_refused() {
    let key = bouncy_castle();
    for signature in [vec![], vec![1; 127], vec![1; 129], key.modulus.clone(), vec![0xFF; 128]] {
        let refused = verify(&key.public_key(), None, [0; 8], &Response::data(signature));
        assert_eq!(refused, Err(ActiveAuthenticationError::Signature(VerifyError::SignatureForm)));
    }
    for signature in [vec![0; 128], [vec![0; 127], vec![1]].concat()] {
        assert!(verify(&key.public_key(), None, [0; 8], &Response::data(signature)).is_err());
    }
    // 1023 bits: the header would stand amid a byte.
    let mut modulus = key.modulus.clone();
    modulus[0] = 0x40 | modulus[0] & 0x3F;
    let odd = VerifyingKey::Rsa(PublicKey::new(&[vec![1], modulus].concat(), &[1, 0, 1]).unwrap());
    let refused = verify(&odd, None, [0; 8], &Response::data(vec![1; 129]));
    assert_eq!(refused, Err(ActiveAuthenticationError::ModulusLength { bits: 1025 }));
}

#[test]
fn long_signatures_are_asked_for_with_extended_length() {
    let key = |bytes: usize| {
        let mut modulus = vec![0xFF; bytes];
        modulus[1] = 7;
        VerifyingKey::Rsa(PublicKey::new(&modulus, &[1, 0, 1]).unwrap())
    };
    assert!(!command_for(&key(223), [0; 8]).is_extended());
    assert!(command_for(&key(224), [0; 8]).is_extended());
    assert_eq!(
        hex::encode_upper(extended_command(*b"challeng").to_bytes()),
        "00880000000008\
        6368616C6C656E670000"
            .replace(' ', "")
    );
    struct Failing;
    impl RawRsaPrivate for Failing {
        fn modulus_length(&self) -> usize {
            512
        }
        fn sign_raw(&self, representative: &[u8]) -> Option<Vec<u8>> {
            assert_eq!((representative.len(), representative[0]), (512, 0x6A));
            None
        }
    }
    let refused = respond_rsa(&Failing, HashAlgorithm::Sha512, &extended_command([1; 8]), &mut seeded(1));
    assert_eq!(refused.status, StatusWord::CONDITIONS);
}

#[test]
fn chip_proves_its_elliptic_curve_key_and_a_copy_does_not() {
    for curve in Curve::ALL {
        let hash = curve.hash();
        let [key_pair, copy] = [1, 2].map(|seed| KeyPair::generate(curve, &mut seeded(seed)));
        let key = VerifyingKey::Ec(key_pair.public_key().clone());
        let challenge = *b"challeng";
        let sent = Command::parse(&command_for(&key, challenge).to_bytes()).unwrap();
        assert!(accepts(&sent));
        let answer = respond(&key_pair, hash, &sent);
        assert_eq!(answer.data.len(), 2 * curve.field_length());
        assert_eq!(verify(&key, Some(hash), challenge, &answer), Ok(()));
        assert!(verify(&key, Some(hash), *b"another1", &answer).is_err());
        assert!(verify(&key, Some(hash), challenge, &respond(&copy, hash, &sent)).is_err());
        let unknown = verify(&key, None, challenge, &answer);
        assert_eq!(unknown, Err(ActiveAuthenticationError::HashNotAnnounced));
        let refused = respond(&key_pair, hash, &Command::new(0, 0x88, 0, 0).with_data([1, 2, 3]));
        assert_eq!(refused.status, StatusWord::WRONG_LENGTH);
        let wrong = respond(&key_pair, hash, &Command::new(0, 0x88, 1, 0).with_data(challenge));
        assert_eq!(wrong.status, StatusWord::WRONG_P1P2);
        assert!(matches!(
            verify(&key, Some(hash), challenge, &refused),
            Err(ActiveAuthenticationError::Access(AccessError::Refused { .. }))
        ));
    }
}
