use super::super::cipher::Key;
use super::super::secure_messaging::{ChipSecureMessaging, SecureMessaging};
use super::super::testing::{FixedBytes, bytes, command, response, seeded};
use super::super::{AccessError, TerminalStep};
use super::*;
use crate::apdu::{Command, Response, StatusWord};
use crate::lds::SecurityInfos;

mod chip_authentication;
mod hostile;
mod tr_03110;

/// Doc 9303-11 appendix G.1: brainpoolP256r1, AES-128, password from the MRZ.
const G1: PaceParameters =
    PaceParameters { mapping: Mapping::Generic, suite: CipherSuite::Aes128, curve: Curve::BrainpoolP256r1 };

const EXCHANGE: [(&str, &str); 5] = [
    ("0022C1A40F 800A04007F00070202040202 830101", "9000"),
    ("10860000027C0000", "7C12801095A3A016522EE98D01E76CB6B98B42C39000"),
    (
        "10860000457C438141047ACF3EFC982EC45565A4B155129EFBC74650DCBFA6362D896FC70262E0C2CC5E\
         544552DCB6725218799115B55C9BAA6D9F6BC3A9618E70C25AF71777A9C4922D00",
        "7C43824104824FBA91C9CBE26BEF53A0EBE7342A3BF178CEA9F45DE0B70AA601651FBA3F57\
         30D8C879AAA9C9F73991E61B58F4D52EB87A0A0C709A49DC63719363CCD13C549000",
    ),
    (
        "10860000457C438341042DB7A64C0355044EC9DF190514C625CBA2CEA48754887122F3A5EF0D5EDD301C\
         3556F3B3B186DF10B857B58F6A7EB80F20BA5DC7BE1D43D9BF850149FBB3646200",
        "7C438441049E880F842905B8B3181F7AF7CAA9F0EFB743847F44A306D2D28C1D9EC65DF6DB\
         7764B22277A2EDDC3C265A9F018F9CB852E111B768B326904B59A0193776F0949000",
    ),
    ("008600000C7C0A8508C2B0BD78D94BA86600", "7C0A86083ABB9674BCE93C089000"),
];

fn information() -> MrzInformation {
    MrzInformation::new("T22000129", "640812", "101031").unwrap()
}

/// A session key of AES-128 from the shared secret.
fn session_key(shared: &[u8], purpose: Purpose) -> String {
    let Key::Aes128(ref key) = key_derivation::derive(CipherSuite::Aes128, shared, purpose) else {
        panic!("another suite")
    };
    hex::encode_upper(key)
}

#[test]
fn terminal_follows_the_worked_example() {
    let mut terminal = PaceTerminal::new(G1, PacePassword::mrz(&information()));
    let mut rng = FixedBytes::hex(&[
        "7F4EF07B9EA82FD78AD689B38D0BC78CF21F249D953BC46F4C6E19259C010F99",
        "A73FB703AC1436A18E0CFA5ABB3F7BEC7A070E7A6788486BEE230C4A22762595",
    ]);
    let mut next = terminal.start();
    for (index, (sent, answered)) in EXCHANGE.iter().enumerate() {
        assert_eq!(hex::encode_upper(next.to_bytes()), hex::encode_upper(bytes(sent)), "command {index}");
        match terminal.advance(&response(answered), &mut rng).unwrap() {
            TerminalStep::Send(command) => next = command,
            TerminalStep::Established(mut session) => {
                assert_eq!(index, 4);
                // What an independent implementation sends under these keys with the counter at zero.
                let select = super::super::select_application();
                assert_eq!(
                    session.protect(&select).unwrap().to_bytes(),
                    bytes("0CA4040C1D871101752F676B09FAC86A87D632749A49C7CC8E08C18BA1FCE707BD9F00")
                );
                session.unprotect(&response("990290008E08BEA7B381C494A0799000")).unwrap();
            }
        }
    }
    assert!(matches!(terminal.advance(&response("9000"), &mut rng), Err(AccessError::OutOfOrder { .. })));
}

#[test]
fn chip_follows_the_worked_example() {
    let mut chip = PaceChip::new(vec![G1], vec![PacePassword::mrz(&information())]);
    let mut rng = FixedBytes::hex(&[
        "3F00C4D39D153F2B2A214A078D899B22",
        "498FF49756F2DC1587840041839A85982BE7761D14715FB091EFA7BCE9058560",
        "107CF58696EF6155053340FD633392BA81909DF7B9706F226F32086C7AFF974A",
    ]);
    for (index, (sent, answered)) in EXCHANGE.iter().enumerate() {
        let step = chip.process(&command(&sent.replace(' ', "")), &mut rng);
        assert_eq!(step.response, response(answered), "answer {index}");
        assert_eq!(step.established.is_some(), index == 4);
    }
}

/// The intermediate values that G.1 prints: mapped generator, shared secret, session keys, token input.
#[test]
fn intermediate_values_are_those_of_the_worked_example() {
    let curve = Curve::BrainpoolP256r1;
    let chip_point = bytes(EXCHANGE[2].1)[4..69].to_vec();
    let private_key = bytes("7F4EF07B9EA82FD78AD689B38D0BC78CF21F249D953BC46F4C6E19259C010F99");
    let agreed = super::super::curve::multiply(curve, &private_key, &chip_point).unwrap();
    assert_eq!(
        hex::encode_upper(&agreed),
        "0460332EF2450B5D247EF6D3868397D398852ED6E8CAF6FFEEF6BF85CA57057FD5\
         0840CA7415BAF3E43BD414D35AA4608B93A2CAF3A4E3EA4E82C9C13D03EB7181"
    );
    let nonce = bytes("3F00C4D39D153F2B2A214A078D899B22");
    assert_eq!(
        hex::encode_upper(super::super::curve::map_generator(curve, &nonce, &agreed).unwrap()),
        "048CED63C91426D4F0EB1435E7CB1D74A46723A0AF21C89634F65A9AE87A9265E2\
         8C879506743F8611AC33645C5B985C80B5F09A0B83407C1B6A4D857AE76FE522"
    );
    let shared = bytes("28768D20701247DAE81804C9E780EDE582A9996DB4A315020B2733197DB84925");
    assert_eq!(session_key(&shared, Purpose::Encryption), "F5F0E35C0D7161EE6724EE513A0D9A7F");
    assert_eq!(session_key(&shared, Purpose::Authentication), "FE251C7858B356B24514B3BD5F4297D1");
}

fn run(
    parameters: PaceParameters,
    typed: PacePassword,
    chip: &mut PaceChip,
) -> Result<(SecureMessaging, Option<ChipSecureMessaging>), AccessError> {
    let mut established = None;
    let mut rng = seeded(2);
    let (_, session) = run_with(parameters, typed, |command| {
        let step = chip.process(command, &mut rng);
        established = step.established;
        step.response
    })?;
    Ok((session, established))
}

fn run_terminal(
    parameters: PaceParameters,
    typed: PacePassword,
    chip: &mut PaceChip,
) -> Result<(PaceTerminal, SecureMessaging), AccessError> {
    let mut rng = seeded(2);
    run_with(parameters, typed, |command| chip.process(command, &mut rng).response)
}

fn run_with(
    parameters: PaceParameters,
    typed: PacePassword,
    mut transmit: impl FnMut(&Command) -> Response,
) -> Result<(PaceTerminal, SecureMessaging), AccessError> {
    let mut rng = seeded(1);
    let mut terminal = PaceTerminal::new(parameters, typed);
    let mut next = terminal.start();
    loop {
        let answer = transmit(&Command::parse(&next.to_bytes()).unwrap());
        match terminal.advance(&answer, &mut rng)? {
            TerminalStep::Send(command) => next = command,
            TerminalStep::Established(session) => return Ok((terminal, session)),
        }
    }
}

#[test]
fn both_sides_meet_on_every_curve_and_cipher() {
    let passwords = vec![PacePassword::mrz(&information()), PacePassword::can("123456")];
    for suite in SUITES {
        let offered = Curve::ALL.map(|curve| PaceParameters::new(Mapping::Generic, suite, curve).unwrap());
        let card_access = SecurityInfos::new(offered.iter().map(|parameters| parameters.security_info()).collect());
        for (parameters, typed) in offered.iter().zip(passwords.iter().cycle()) {
            assert_eq!(PaceParameters::from_security_info(&parameters.security_info()), Some(*parameters));
            // The chip offers the same protocol on four curves: the terminal says which one it means.
            let mut terminal = PaceTerminal::for_card_access(*parameters, typed.clone(), &card_access);
            let mut chip = PaceChip::new(offered.to_vec(), passwords.clone());
            let (mut ours, mut theirs) = (seeded(1), seeded(2));
            let mut next = terminal.start();
            assert_eq!(next.data.len(), 18);
            let (mut terminal, mut chip) = loop {
                let step = chip.process(&Command::parse(&next.to_bytes()).unwrap(), &mut theirs);
                match terminal.advance(&step.response, &mut ours).unwrap() {
                    TerminalStep::Send(command) => next = command,
                    TerminalStep::Established(session) => break (session, step.established.unwrap()),
                }
            };
            let read = Command::new(0, 0xB0, 0, 0).expecting(4);
            assert_eq!(chip.open(&terminal.protect(&read).unwrap()).unwrap(), read);
        }
        // One curve alone goes without its number, as the worked examples have it.
        let alone = SecurityInfos::new(vec![offered[0].security_info()]);
        let terminal = PaceTerminal::for_card_access(offered[0], passwords[0].clone(), &alone);
        assert_eq!(terminal.start().data.len(), 15);
    }
}

#[test]
fn a_wrong_password_is_refused_and_a_liar_is_noticed() {
    let parameters = PaceParameters::P256_AES128;
    let mut chip = PaceChip::new(vec![parameters], vec![PacePassword::can("123456")]);
    let refused = run(parameters, PacePassword::can("123457"), &mut chip).unwrap_err();
    let status = StatusWord::AUTHENTICATION_FAILED;
    assert_eq!(refused, AccessError::Refused { step: "PACE mutual authentication", status });
    // A password the chip does not have, parameters it does not offer.
    let refused = run(parameters, PacePassword::mrz(&information()), &mut chip).unwrap_err();
    assert_eq!(refused, AccessError::Refused { step: "MSE:Set AT", status: StatusWord::REFERENCE_NOT_FOUND });
    let refused = run(PaceParameters::P384_AES256, PacePassword::can("123456"), &mut chip).unwrap_err();
    assert_eq!(refused, AccessError::Refused { step: "MSE:Set AT", status: StatusWord::WRONG_DATA });

    // A chip that does not know the session keys cannot make the token; one that mirrors our keys is caught at once.
    let mut terminal = PaceTerminal::new(G1, PacePassword::mrz(&information()));
    let mut rng = FixedBytes::hex(&[
        "7F4EF07B9EA82FD78AD689B38D0BC78CF21F249D953BC46F4C6E19259C010F99",
        "A73FB703AC1436A18E0CFA5ABB3F7BEC7A070E7A6788486BEE230C4A22762595",
    ]);
    for (_, answered) in &EXCHANGE[..4] {
        let _ = terminal.advance(&response(answered), &mut rng).unwrap();
    }
    let lie = terminal.advance(&response("7C0A86083ABB9674BCE93C099000"), &mut rng).unwrap_err();
    assert_eq!(lie, AccessError::NotAuthentic { step: "PACE mutual authentication" });

    let mut terminal = PaceTerminal::new(G1, PacePassword::mrz(&information()));
    let mut rng = FixedBytes::hex(&["7F4EF07B9EA82FD78AD689B38D0BC78CF21F249D953BC46F4C6E19259C010F99"]);
    for (_, answered) in &EXCHANGE[..2] {
        let _ = terminal.advance(&response(answered), &mut rng).unwrap();
    }
    let mirrored = EXCHANGE[2].0.replace(' ', "");
    let mirrored = format!("7C438241{}9000", &mirrored[18..18 + 130]);
    let caught = terminal.advance(&response(&mirrored), &mut rng).unwrap_err();
    assert_eq!(caught, AccessError::PublicKey { step: "PACE map nonce" });
}

#[test]
fn steps_out_of_order_are_refused() {
    let mut chip = PaceChip::new(vec![G1], vec![PacePassword::mrz(&information())]);
    let mut rng = seeded(1);
    let mut status = |printed: &str| chip.process(&command(&printed.replace(' ', "")), &mut rng).response.status;
    assert_eq!(status(EXCHANGE[1].0), StatusWord::CONDITIONS);
    assert_eq!(status(EXCHANGE[0].0), StatusWord::OK);
    assert_eq!(status(EXCHANGE[2].0), StatusWord::WRONG_DATA);
    // The refusal ended the run.
    assert_eq!(status(EXCHANGE[1].0), StatusWord::CONDITIONS);
    assert_eq!(status(EXCHANGE[0].0), StatusWord::OK);
    // The last step without its predecessors, and a step without the chaining bit.
    assert_eq!(status(EXCHANGE[4].0), StatusWord::CLASS);
    assert_eq!(status("0022C1A400"), StatusWord::WRONG_DATA);
}

#[test]
fn passwords_do_not_show() {
    let shown = format!("{:?} {:?}", PacePassword::can("123456"), PacePassword::mrz(&information()));
    assert!(!shown.contains("123456") && shown.contains("redacted"), "{shown}");
    let stored = PacePassword::can("123456");
    assert_eq!(stored.secret_bytes(), b"123456");
    assert_eq!(stored.reference(), PasswordReference::Can);
}
