//! The worked example for extended access control of the BSI (version 1.02, section 3), which goes with TR-03110: PACE with the
//! password 123456. Its MSE:Set AT names the PIN of an eID card and a terminal's rights, which no travel document has; what
//! follows does not depend on either.

use super::*;

const EXCHANGE: [(&str, &str); 5] = [
    ("0022C1A40F 800A04007F00070202040202 830102", "9000"),
    ("10860000027C0000", "7C128010CE834CDE69FFBB1D1EB21585CD709F189000"),
    (
        "10860000457C438141043DD29BBE5907FD21A152ADA4895FAAE7ACC55F5E50EFBFDE5AB0C6EB54F198D6\
         15913635F0FDF5BEB383E00355F82D3C41ED0DF2E28363433DFB73856A15DC9F00",
        "7C438241049CFCF7582AC986D0DD52FA53123414C3E1B96B4D00ABA8E574679B70EFB5BC3B\
         45D2F13729CC2AE178E7E241B443213533B77DBB44649A815DDC4A2384BA422A9000",
    ),
    (
        "10860000457C43834104518BC4E532AD2A9BD6527804D5D665ABD51041037A0CC8AA922804EB501C222B\
         3427388599AFAAE9FBACE2DF93E13C3C4979CD12F0AE3E3C012602839155458200",
        "7C43844104282CF38073036AFAC216AF135BD994DA0C357F10BD4C34AFEA1042B2EB0FD680\
         4DF3658B835AC2E7133F13691184542BB50B109963A4662ABDC08B9763AF4B5B9000",
    ),
    ("008600000C7C0A8508A27AE7B36573C1D900", "7C0A8608A2658C2F38600B0F9000"),
];

#[test]
fn terminal_follows_the_worked_example() {
    let mut terminal = PaceTerminal::new(G1, PacePassword::can("123456"));
    let mut rng = FixedBytes::hex(&[
        "752287F5B02DE3C4BC3E17945118C51B23C97278E4CD748048AC56BA5BDC3D46",
        "9D9A32DF93A57CCE33CA3CDD3457E33A976F293546C73550F397259C93BE0120",
    ]);
    let mut next = terminal.start();
    for (index, (sent, answered)) in EXCHANGE.iter().enumerate() {
        assert_eq!(hex::encode_upper(next.to_bytes()), hex::encode_upper(bytes(sent)), "command {index}");
        match terminal.advance(&response(answered), &mut rng).unwrap() {
            TerminalStep::Send(command) => next = command,
            TerminalStep::Established(session) => {
                assert_eq!((index, session.suite()), (4, CipherSuite::Aes128));
            }
        }
    }
}

#[test]
fn keys_are_those_of_the_worked_example() {
    assert_eq!(session_key(b"123456", Purpose::Password), "591468CDA83D65219CCCB8560233600F");
    let shared = bytes("6E7D077CCD367C2EAA683F1E8EC534302E2D00B6ADAF8A87A6EDA78740F17606");
    assert_eq!(session_key(&shared, Purpose::Encryption), "68406B4162100563D9C901A6154D2901");
    assert_eq!(session_key(&shared, Purpose::Authentication), "73FF268784F72AF833FDC9464049AFC9");
}

/// The chip takes the example's own first command as far as it concerns it: it has no password 03, and says so.
#[test]
fn a_password_that_no_travel_document_has_is_not_found() {
    let mut chip = PaceChip::new(vec![G1], vec![PacePassword::can("123456")]);
    let select = "0022C1A427800A04007F0007020204020283010PASS7F4C12060904007F0007030102025305000000011084010D";
    let mut status =
        |password: &str| chip.process(&command(&select.replace("PASS", password)), &mut seeded(1)).response.status;
    assert_eq!(status("3"), StatusWord::REFERENCE_NOT_FOUND);
    assert_eq!(status("2"), StatusWord::OK);
}
