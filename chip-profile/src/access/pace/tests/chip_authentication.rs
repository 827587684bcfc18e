//! Chip authentication mapping: the worked example of Doc 9303-11 appendix I, and every other way it can end.

use super::*;
use crate::ec::KeyPair;

const I1: PaceParameters =
    PaceParameters { mapping: Mapping::ChipAuthentication, suite: CipherSuite::Aes128, curve: Curve::BrainpoolP256r1 };

const EXCHANGE: [(&str, &str); 5] = [
    ("0022C1A40F 800A04007F00070202040602 830101", "9000"),
    ("10860000027C0000", "7C128010CB60E8E0D85B76A9BD304747C2AD42E29000"),
    (
        "10860000457C438141047F1D410ADB7DDB3B84BF1030800981A9105D7457B4A3ADE002384F3086C67EDE\
         1AB889104A27DB6D842B019020FBF3CEACB0DC627F7BDCAC29969E19D0E553C100",
        "7C43824104A234236AA9B9621E8EFB73B5245C0E09D2576E5277183C1208BDD55280CAE8B3\
         04F365713A356E65A451E165ECC9AC0AC46E3771342C8FE5AEDD092685338E239000",
    ),
    (
        "10860000457C43834104446C934084D9DAB863944F219520076C29EE3F7AE6722B11FF319EC1C7728F95\
         5483400BFF60BF0C5929270009277DC2A515E12575010AD9BA916CF1BF86FEFC00",
        "7C4384410402AD566F3C6EC7F9324509AD50A51FA52030782A4968FCFEDF737DAEA9933331\
         11C3B9B4C2287789BD137E7F8AA882E2A3C633CCD6ECC2C63C57AD401A09C2E19000",
    ),
    (
        "008600000C7C0A8508E86BD06018A1CD3B00",
        "7C3C86088596CF055C67C1A38A301EEA964DAAE372AC990E3EFDE6333353BFC89A6704D93DA8798CF77F5B7A54BD\
         10CBA372B42BE0B9B5F28AA8DE2F4F929000",
    ),
];

/// PK.IC, as the ChipAuthenticationPublicKeyInfo of the example's EF.CardSecurity has it.
const STATIC_PUBLIC_KEY: &str = "3062060904007F0007020201023052300C060704007F000701020201 0D 034200 04\
     1872709494399E7470A6431BE25E83EEE24FEA568C2ED28DB48E05DB3A610DC8\
     84D256A40E35EFCB59BF6753D3A489D28C7A4D973C2DA138A6E7A4A08F68E16F 02010D";

fn password() -> PacePassword {
    PacePassword::mrz(&MrzInformation::new("C11T002JM", "960812", "231031").unwrap())
}

/// What gmrtd's own example sends and answers under the keys that result: SELECT of EF.CardSecurity, two READ BINARY.
const CARD_SECURITY: [(&str, &str); 3] = [
    ("0CA4020C1D8711013824F3CB16CAA40DDFF8459C215CC4988E08158449671FCC718300", "990290008E085E007CA87260A77F9000"),
    (
        "0CB000000D9701048E081049244EED15563D00",
        "8711017B0085CFF0A3845B7F1B02E72BBE6395990290008E083CF26FAD48F7888B9000",
    ),
    (
        "0CB000040D9701628E08D3FB753D695A16FE00",
        "877101E7E1E51C85C8F09209C59CA459305EC2CC23FD0E6938F3915F74CAAC06794A8518FEB0A11CD8A7C0A26B88F3DA567A803DBDD79AA853\
         FE272A9C02690017EC95CDCDB0FEB944E1B63FC8F293552F32B663B16E929871E785D164B72DF076B89C480537A5B4B80EAAAAF5E786D89A38\
         14990290008E080CBFD5F7F43CC3619000",
    ),
];

fn card_security(info: &str) -> SecurityInfos {
    SecurityInfos::new(vec![SecurityInfo::from_der(&bytes(info)).unwrap()])
}

fn after_example(answers: &[(&str, &str)]) -> (PaceTerminal, Result<TerminalStep, AccessError>) {
    let mut terminal = PaceTerminal::new(I1, password());
    let mut rng = FixedBytes::hex(&[
        "5D8BB87BD74D985A4B7D4325B9F7B976FE835122773400798914AA22738135CC",
        "76ECFDAA9841C323A3F5FC5E88B88DB3EFF7E35EBF57A7E6946CB630006C2120",
    ]);
    let mut next = terminal.start();
    for (sent, answered) in answers {
        assert_eq!(hex::encode_upper(next.to_bytes()), hex::encode_upper(bytes(sent)));
        match terminal.advance(&response(answered), &mut rng) {
            Ok(TerminalStep::Send(command)) => next = command,
            ended => return (terminal, ended),
        }
    }
    panic!("the example ends with a session")
}

#[test]
fn terminal_follows_the_worked_example() {
    let (terminal, ended) = after_example(&EXCHANGE);
    let Ok(TerminalStep::Established(mut session)) = ended else { panic!("a session") };
    let proof = terminal.chip_authentication().unwrap();
    assert_eq!(proof.verify(&card_security(STATIC_PUBLIC_KEY)), Ok(()));
    assert!(!format!("{proof:?}").contains("133"), "the data stays hidden");

    let select = Command::new(0, 0xA4, 0x02, 0x0C).with_data([0x01, 0x1D]);
    let reads = [Command::new(0, 0xB0, 0, 0).expecting(4), Command::new(0, 0xB0, 0, 4).expecting(0x62)];
    let mut file = Vec::new();
    for (plain, (sent, answered)) in [select].iter().chain(&reads).zip(CARD_SECURITY) {
        assert_eq!(hex::encode_upper(session.protect(plain).unwrap().to_bytes()), sent);
        file.extend(session.unprotect(&response(answered)).unwrap().data);
    }
    let read = SecurityInfos::from_der(&file).unwrap();
    assert_eq!(proof.verify(&read), Ok(()));

    // The key of another chip, on the same curve: the chip's own key of the mapping.
    let other = STATIC_PUBLIC_KEY.replace(
        "1872709494399E7470A6431BE25E83EEE24FEA568C2ED28DB48E05DB3A610DC8\
     84D256A40E35EFCB59BF6753D3A489D28C7A4D973C2DA138A6E7A4A08F68E16F",
        "A234236AA9B9621E8EFB73B5245C0E09D2576E5277183C1208BDD55280CAE8B3\
     04F365713A356E65A451E165ECC9AC0AC46E3771342C8FE5AEDD092685338E23",
    );
    let refused = Err(AccessError::NotAuthentic { step: "PACE chip authentication mapping" });
    assert_eq!(proof.verify(&card_security(&other)), refused);
    // Another curve's number, a point off the curve, no key at all.
    assert_eq!(proof.verify(&card_security(&STATIC_PUBLIC_KEY.replace(" 0D 034200", " 0C 034200"))), refused);
    assert_eq!(proof.verify(&card_security(&STATIC_PUBLIC_KEY.replace("68E16F", "68E16E"))), refused);
    assert_eq!(proof.verify(&SecurityInfos::default()), refused);
}

/// The chip's answers as far as the appendix prints its private keys; the rest is in the test below.
#[test]
fn chip_follows_the_worked_example() {
    let static_key = bytes("86C88A4579CE48135878E6348A734B5D47CE5BC1E54C0E8978687B49FDE2E2C2");
    let static_key = KeyPair::from_private_scalar(Curve::BrainpoolP256r1, &static_key).unwrap();
    let mut chip = PaceChip::new(vec![I1], vec![password()]).with_chip_authentication_key(static_key);
    let mut rng = FixedBytes::hex(&[
        "658B860BC94DF6F044FCE6D5C82CF8E5",
        "9E56A6B59C95D06ECE5CD10F983BB2F4F1943528E577F23881D89D8C3BBEE0AA",
    ]);
    for (sent, answered) in &EXCHANGE[..3] {
        assert_eq!(chip.process(&command(&sent.replace(' ', "")), &mut rng).response, response(answered));
    }
}

#[test]
fn chip_data_are_those_of_the_worked_example() {
    let shared = bytes("67950559D0C06B4D4B86972D14460837461087F8419FDBC36AAF6CEAAC462832");
    let keys = SessionKeys::derive(CipherSuite::Aes128, &shared, 0);
    assert_eq!(session_key(&shared, Purpose::Encryption), "0A9DA4DB03BDDE39FC5202BC44B2E89E");
    assert_eq!(session_key(&shared, Purpose::Authentication), "4B1C06491ED5140CA2B537D344C6C0B1");
    // The appendix prints the public half of the static key; this private one makes it, as the test below shows.
    let static_key = bytes("86C88A4579CE48135878E6348A734B5D47CE5BC1E54C0E8978687B49FDE2E2C2");
    let mapping_key = bytes("9E56A6B59C95D06ECE5CD10F983BB2F4F1943528E577F23881D89D8C3BBEE0AA");
    let curve = Curve::BrainpoolP256r1;
    assert_eq!(
        hex::encode_upper(super::super::super::curve::quotient(curve, &mapping_key, &static_key).unwrap()),
        "85DC3FA93D0952BFA82F5FD189EE75BD82F11D1F0B8ED4BF5319AC9B53C426B3"
    );
    assert_eq!(
        hex::encode_upper(
            super::super::chip_authentication::encrypted(curve, &keys, &static_key, &mapping_key).unwrap()
        ),
        "1EEA964DAAE372AC990E3EFDE6333353BFC89A6704D93DA8798CF77F5B7A54BD10CBA372B42BE0B9B5F28AA8DE2F4F92"
    );
    let public_key = super::super::super::curve::multiply_generator(curve, &static_key).unwrap();
    assert!(hex::encode_upper(public_key).starts_with("041872709494399E7470A6431BE25E83EE"));
}

fn announced(key: &KeyPair) -> SecurityInfos {
    SecurityInfos::new(vec![SecurityInfo::ChipAuthenticationPublicKey {
        protocol: ObjectIdentifier::new_unwrap("0.4.0.127.0.7.2.2.1.2"),
        public_key: key.public_key().to_spki_explicit(),
        key_id: None,
    }])
}

#[test]
fn the_chip_proves_its_static_key_on_every_curve_and_cipher() {
    for curve in Curve::ALL {
        for suite in [CipherSuite::Aes128, CipherSuite::Aes192, CipherSuite::Aes256] {
            let parameters = PaceParameters::new(Mapping::ChipAuthentication, suite, curve).unwrap();
            assert_eq!(PaceParameters::from_security_info(&parameters.security_info()), Some(parameters));
            let [genuine, other] = [1, 2].map(|seed| KeyPair::generate(curve, &mut seeded(seed)));
            let mut chip =
                PaceChip::new(vec![parameters], vec![password()]).with_chip_authentication_key(genuine.clone());
            let (terminal, session) = run_terminal(parameters, password(), &mut chip).unwrap();
            assert_eq!(session.suite(), suite);
            let proof = terminal.chip_authentication().unwrap();
            assert_eq!(proof.verify(&announced(&genuine)), Ok(()));
            assert!(proof.verify(&announced(&other)).is_err());
        }
    }
    assert_eq!(PaceParameters::new(Mapping::ChipAuthentication, CipherSuite::TripleDes, Curve::P256), None);
}

#[test]
fn without_a_static_key_on_its_curve_the_chip_refuses() {
    let parameters = PaceParameters::P256_AES128_CAM;
    let chip = || PaceChip::new(vec![parameters], vec![password()]);
    let wrong_curve = KeyPair::generate(Curve::P384, &mut seeded(1));
    for mut chip in [chip(), chip().with_chip_authentication_key(wrong_curve)] {
        let refused = run_terminal(parameters, password(), &mut chip).unwrap_err();
        assert_eq!(refused, AccessError::Refused { step: "MSE:Set AT", status: StatusWord::WRONG_DATA });
    }
}

#[test]
fn a_last_answer_that_is_not_whole_is_refused() {
    let last = |answer: &'static str| {
        let mut exchange = EXCHANGE;
        exchange[4].1 = answer;
        let (terminal, ended) = after_example(&exchange);
        assert!(terminal.chip_authentication().is_none());
        ended.unwrap_err()
    };
    let structure = |error: &AccessError| matches!(error, AccessError::Structure { .. });
    assert!(structure(&last("7C0A86088596CF055C67C1A39000")), "without the proof");
    assert!(matches!(last("7C0C86088596CF055C67C1A38A009000"), AccessError::Length { expected: 48, found: 0, .. }));
    let garbled = "7C3C86088596CF055C67C1A38A301EEA964DAAE372AC990E3EFDE6333353BFC89A6704D93DA8798CF77F5B7A54BD\
         10CBA372B42BE0B9B5F28AA8DE2F4F939000";
    assert_eq!(last(garbled), AccessError::Padding);
    let token = "7C3C86088596CF055C67C1A28A301EEA964DAAE372AC990E3EFDE6333353BFC89A6704D93DA8798CF77F5B7A54BD\
         10CBA372B42BE0B9B5F28AA8DE2F4F929000";
    assert!(matches!(last(token), AccessError::NotAuthentic { .. }));
}
