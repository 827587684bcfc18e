//! Basic access control, Doc 9303-11 4.3: both sides prove that they know the machine readable zone.
//!
//! ```text
//! terminal                                             chip
//! GET CHALLENGE                                   →
//!                                                 ←    RND.IC (8)
//! EXTERNAL AUTHENTICATE E(RND.IFD|RND.IC|K.IFD)|M →
//!                                                 ←    E(RND.IC|RND.IFD|K.IC)|M
//! ```
//!
//! E is Triple-DES in CBC mode with Kenc, M the retail MAC with Kmac. The session's seed is K.IFD ⊕ K.IC, its counter
//! the last four bytes of RND.IC and of RND.IFD.

use rand_core::CryptoRng;
use zeroize::Zeroizing;

use super::cipher::{self, CipherSuite, Key};
use super::key_derivation::{self, MrzInformation, Purpose};
use super::secure_messaging::{ChipSecureMessaging, SecureMessaging, SessionKeys};
use super::{AccessError, ChipStep, TerminalStep, equal_in_constant_time, require_array, require_ok};
use crate::apdu::{Command, Response, StatusWord};

const GET_CHALLENGE: u8 = 0x84;
const EXTERNAL_AUTHENTICATE: u8 = 0x82;
const CRYPTOGRAM_LENGTH: usize = 32;
const MESSAGE_LENGTH: usize = CRYPTOGRAM_LENGTH + 8;

/// Document basic access keys Kenc and Kmac (Doc 9303-11 9.7.2).
#[derive(Clone)]
pub struct BacKeys {
    encryption: Key,
    authentication: Key,
}

impl core::fmt::Debug for BacKeys {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("BacKeys(redacted)")
    }
}

impl BacKeys {
    /// Keys derived from what the data page shows.
    pub fn derive(information: &MrzInformation) -> Self {
        let hash = key_derivation::hash_of_mrz_information(information);
        let (seed, _) = hash.split_at(16);
        BacKeys {
            encryption: key_derivation::derive(CipherSuite::TripleDes, seed, Purpose::Encryption),
            authentication: key_derivation::derive(CipherSuite::TripleDes, seed, Purpose::Authentication),
        }
    }
    /// Keys as a chip stores them: Kenc and Kmac, sixteen bytes each.
    pub fn from_bytes(encryption: [u8; 16], authentication: [u8; 16]) -> Self {
        BacKeys { encryption: Key::TripleDes(encryption), authentication: Key::TripleDes(authentication) }
    }
    /// Kenc followed by Kmac, for the chip's key object.
    pub fn to_bytes(&self) -> Zeroizing<[u8; 32]> {
        let mut out = Zeroizing::new([0; 32]);
        let (encryption, authentication) = out.split_at_mut(16);
        for (key, out) in [(&self.encryption, encryption), (&self.authentication, authentication)] {
            if let Key::TripleDes(key) = key {
                out.copy_from_slice(key);
            }
        }
        out
    }

    fn message(&self, parts: [&[u8]; 3]) -> Vec<u8> {
        let mut message = parts.concat();
        self.encryption.cipher().encrypt(&[0; 16], &mut message);
        let checksum = self.checksum(&message);
        message.extend_from_slice(&checksum);
        message
    }
    fn open(&self, message: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
        let (cryptogram, checksum) = message.split_at_checked(CRYPTOGRAM_LENGTH)?;
        if !equal_in_constant_time(&self.checksum(cryptogram), checksum) {
            return None;
        }
        let mut plain = Zeroizing::new(cryptogram.to_vec());
        self.encryption.cipher().decrypt(&[0; 16], &mut plain);
        Some(plain)
    }
    fn checksum(&self, cryptogram: &[u8]) -> cipher::Checksum {
        self.authentication.authenticator().checksum(&[cryptogram, cipher::padding(cryptogram.len(), 8)])
    }
}

/// The terminal's side. The eMRTD application is selected first ([`super::select_application`]).
#[derive(Debug)]
pub struct BacTerminal {
    keys: BacKeys,
    sent: Option<Sent>,
}

struct Sent {
    chip_challenge: [u8; 8],
    challenge: [u8; 8],
    keying: Zeroizing<[u8; 16]>,
}

impl core::fmt::Debug for Sent {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("Sent(redacted)")
    }
}

impl BacTerminal {
    /// A terminal that has read this machine readable zone.
    pub fn new(information: &MrzInformation) -> Self {
        BacTerminal { keys: BacKeys::derive(information), sent: None }
    }
    /// The first command: GET CHALLENGE.
    pub fn start(&self) -> Command {
        Command::new(0x00, GET_CHALLENGE, 0x00, 0x00).expecting(8)
    }
    /// Takes the answer to the last command. RND.IFD (8 bytes) and then K.IFD (16) are drawn from `rng`.
    ///
    /// # Errors
    /// The chip refused, answered with another length, or did not prove that it knows the machine readable zone
    /// ([`AccessError::NotAuthentic`]). After each of them the protocol begins anew with [`start`](Self::start).
    pub fn advance(
        &mut self,
        response: &Response,
        rng: &mut (impl CryptoRng + ?Sized),
    ) -> Result<TerminalStep, AccessError> {
        match self.sent.take() {
            None => self.authenticate(response, rng),
            Some(sent) => self.finish(response, sent),
        }
    }

    fn authenticate(
        &mut self,
        response: &Response,
        rng: &mut (impl CryptoRng + ?Sized),
    ) -> Result<TerminalStep, AccessError> {
        require_ok(response, "GET CHALLENGE")?;
        let chip_challenge = require_array(&response.data, "GET CHALLENGE")?;
        let mut challenge = [0; 8];
        let mut keying = Zeroizing::new([0; 16]);
        rng.fill_bytes(&mut challenge);
        rng.fill_bytes(&mut *keying);
        let message = self.keys.message([&challenge, &chip_challenge, &*keying]);
        self.sent = Some(Sent { chip_challenge, challenge, keying });
        Ok(TerminalStep::Send(
            Command::new(0x00, EXTERNAL_AUTHENTICATE, 0x00, 0x00).with_data(message).expecting(MESSAGE_LENGTH),
        ))
    }

    fn finish(&self, response: &Response, sent: Sent) -> Result<TerminalStep, AccessError> {
        let step = "EXTERNAL AUTHENTICATE";
        require_ok(response, step)?;
        require_array::<MESSAGE_LENGTH>(&response.data, step)?;
        let plain = self.keys.open(&response.data).ok_or(AccessError::NotAuthentic { step })?;
        let [challenges, keying] = halves(&plain);
        if !equal_in_constant_time(&*challenges, &concatenate(&sent.chip_challenge, &sent.challenge)) {
            return Err(AccessError::NotAuthentic { step });
        }
        let keys = session_keys(&sent.keying, &keying, &sent.chip_challenge, &sent.challenge);
        Ok(TerminalStep::Established(SecureMessaging::new(keys)))
    }
}

/// The chip's side.
#[derive(Debug)]
pub struct BacChip {
    keys: BacKeys,
    challenge: Option<[u8; 8]>,
}

impl BacChip {
    /// A chip that was personalised with these keys.
    pub fn new(keys: BacKeys) -> Self {
        BacChip { keys, challenge: None }
    }
    /// Whether a command belongs to this protocol.
    pub fn accepts(command: &Command) -> bool {
        matches!(command.instruction, GET_CHALLENGE | EXTERNAL_AUTHENTICATE)
    }
    /// Carries out GET CHALLENGE (draws RND.IC, 8 bytes) or EXTERNAL AUTHENTICATE (draws K.IC, 16 bytes).
    ///
    /// A challenge serves one attempt only.
    pub fn process(&mut self, command: &Command, rng: &mut (impl CryptoRng + ?Sized)) -> ChipStep {
        match (command.instruction, command.p1, command.p2) {
            (GET_CHALLENGE, 0, 0) if command.data.is_empty() => {
                let mut challenge = [0; 8];
                rng.fill_bytes(&mut challenge);
                self.challenge = Some(challenge);
                ChipStep::answer(Response::data(challenge))
            }
            (EXTERNAL_AUTHENTICATE, 0, 0) => self.authenticate(command, rng),
            (GET_CHALLENGE | EXTERNAL_AUTHENTICATE, ..) => ChipStep::refuse(StatusWord::WRONG_P1P2),
            _ => ChipStep::refuse(StatusWord::INSTRUCTION),
        }
    }

    fn authenticate(&mut self, command: &Command, rng: &mut (impl CryptoRng + ?Sized)) -> ChipStep {
        let Some(challenge) = self.challenge.take() else { return ChipStep::refuse(StatusWord::CONDITIONS) };
        if command.data.len() != MESSAGE_LENGTH {
            return ChipStep::refuse(StatusWord::WRONG_LENGTH);
        }
        let Some(plain) = self.keys.open(&command.data) else {
            return ChipStep::refuse(StatusWord::AUTHENTICATION_FAILED);
        };
        let [challenges, terminal_keying] = halves(&plain);
        let (terminal_challenge, returned) = challenges.split_at(8);
        if !equal_in_constant_time(returned, &challenge) {
            return ChipStep::refuse(StatusWord::AUTHENTICATION_FAILED);
        }
        let mut keying = Zeroizing::new([0; 16]);
        rng.fill_bytes(&mut *keying);
        let message = self.keys.message([&challenge, terminal_challenge, &*keying]);
        let keys = session_keys(&terminal_keying, &keying, &challenge, terminal_challenge);
        ChipStep { response: Response::data(message), established: Some(ChipSecureMessaging::new(keys)) }
    }
}

/// Both challenges, and the keying material that follows them.
fn halves(plain: &[u8]) -> [Zeroizing<[u8; 16]>; 2] {
    let byte = |index: usize| plain.get(index).copied().unwrap_or(0);
    [Zeroizing::new(core::array::from_fn(byte)), Zeroizing::new(core::array::from_fn(|index| byte(16 + index)))]
}

fn concatenate(first: &[u8], second: &[u8]) -> Vec<u8> {
    [first, second].concat()
}

fn session_keys(terminal: &[u8; 16], chip: &[u8; 16], chip_challenge: &[u8], challenge: &[u8]) -> SessionKeys {
    let seed = Zeroizing::new(core::array::from_fn::<u8, 16, _>(|index| {
        terminal.get(index).copied().unwrap_or(0) ^ chip.get(index).copied().unwrap_or(0)
    }));
    let last_four = |bytes: &[u8]| bytes.iter().skip(4).fold(0u128, |number, byte| number << 8 | u128::from(*byte));
    let counter = last_four(chip_challenge) << 32 | last_four(challenge);
    SessionKeys::derive(CipherSuite::TripleDes, &*seed, counter)
}

#[cfg(test)]
mod tests {
    use super::super::testing::{FixedBytes, bytes, response, seeded};
    use super::*;
    use proptest::collection::vec;
    use proptest::prelude::*;

    fn information() -> MrzInformation {
        MrzInformation::new("L898902C<", "690806", "940623").unwrap()
    }

    /// Doc 9303-11 D.3 from the terminal's side, then the first command of D.4 under the session that results.
    #[test]
    fn terminal_follows_the_worked_example() {
        let mut terminal = BacTerminal::new(&information());
        let mut rng = FixedBytes::hex(&["781723860C06C226", "0B795240CB7049B01C19B33E32804F0B"]);
        assert_eq!(terminal.start().to_bytes(), bytes("0084000008"));
        let TerminalStep::Send(command) = terminal.advance(&response("4608F919887022129000"), &mut rng).unwrap() else {
            panic!("no session yet")
        };
        assert_eq!(
            command.to_bytes(),
            bytes("0082000028 72C29C2371CC9BDB65B779B8E8D37B29ECC154AA56A8799FAE2F498F76ED92F2 5F1448EEA8AD90A7 28")
        );
        let answer = response("46B9342A41396CD7386BF5803104D7CEDC122B9132139BAF2EEDC94EE178534F 2F2D235D074D7449 9000");
        let TerminalStep::Established(mut session) = terminal.advance(&answer, &mut rng).unwrap() else {
            panic!("session expected")
        };
        let select = Command::new(0x00, 0xA4, 0x02, 0x0C).with_data([0x01, 0x1E]);
        assert_eq!(
            session.protect(&select).unwrap().to_bytes(),
            bytes("0CA4020C15 8709016375432908C044F6 8E08BF8B92D635FF24F8 00")
        );
    }

    /// Doc 9303-11 D.3 from the chip's side.
    #[test]
    fn chip_follows_the_worked_example() {
        let mut chip = BacChip::new(BacKeys::derive(&information()));
        let mut rng = FixedBytes::hex(&["4608F91988702212", "0B4F80323EB3191CB04970CB4052790B"]);
        let step = chip.process(&Command::new(0, 0x84, 0, 0).expecting(8), &mut rng);
        assert_eq!(step.response, response("4608F919887022129000"));
        let message = bytes("72C29C2371CC9BDB65B779B8E8D37B29ECC154AA56A8799FAE2F498F76ED92F2 5F1448EEA8AD90A7");
        let command = Command::new(0, 0x82, 0, 0).with_data(message).expecting(40);
        let step = chip.process(&command, &mut rng);
        assert_eq!(
            step.response,
            response("46B9342A41396CD7386BF5803104D7CEDC122B9132139BAF2EEDC94EE178534F 2F2D235D074D7449 9000")
        );
        let mut session = step.established.unwrap();
        let select = Command::parse(&bytes("0CA4020C158709016375432908C044F68E08BF8B92D635FF24F800")).unwrap();
        assert_eq!(session.open(&select).unwrap().data, [0x01, 0x1E]);
        // The challenge is spent.
        assert_eq!(chip.process(&command, &mut rng).response.status, StatusWord::CONDITIONS);
    }

    #[test]
    fn another_zone_is_refused_by_either_side() {
        let mut rng = seeded(1);
        let other = MrzInformation::new("L898902C<", "690806", "940624").unwrap();
        let mut chip = BacChip::new(BacKeys::derive(&information()));
        let mut terminal = BacTerminal::new(&other);
        let challenge = chip.process(&terminal.start(), &mut rng).response;
        let TerminalStep::Send(command) = terminal.advance(&challenge, &mut rng).unwrap() else { panic!() };
        let step = chip.process(&command, &mut rng);
        assert_eq!(step.response.status, StatusWord::AUTHENTICATION_FAILED);
        assert!(step.established.is_none());
        let refused = terminal.advance(&step.response, &mut rng);
        assert!(matches!(refused, Err(AccessError::Refused { .. })));

        // A chip that answers under other keys, or repeats an old answer, is not believed.
        let mut chip = BacChip::new(BacKeys::derive(&information()));
        let mut old = None;
        for _ in 0..2 {
            let mut terminal = BacTerminal::new(&information());
            let challenge = chip.process(&terminal.start(), &mut rng).response;
            let TerminalStep::Send(command) = terminal.advance(&challenge, &mut rng).unwrap() else { panic!() };
            let answer = chip.process(&command, &mut rng).response;
            let shown = old.get_or_insert_with(|| answer.clone());
            let outcome = terminal.advance(shown, &mut rng);
            assert_eq!(outcome.is_ok(), *shown == answer);
        }
    }

    #[test]
    fn keys_survive_the_chip() {
        let stored = BacKeys::derive(&information()).to_bytes();
        assert_eq!(hex::encode_upper(&stored[..16]), "AB94FDECF2674FDFB9B391F85D7F76F2");
        assert_eq!(hex::encode_upper(&stored[16..]), "7962D9ECE03D1ACD4C76089DCE131543");
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        /// Neither side comes to a session by what was not made with the keys, whatever its length.
        #[test]
        fn no_message_makes_either_side_panic_or_believe(
            data in prop_oneof![vec(any::<u8>(), 40), vec(any::<u8>(), 0..64)],
            header in prop_oneof![Just([0x82u8, 0, 0]), Just([0x84u8, 0, 0]), any::<[u8; 3]>()],
            status in prop_oneof![3 => Just(0x9000u16), 1 => any::<u16>()],
            first in any::<bool>(),
        ) {
            let mut rng = seeded(1);
            let mut chip = BacChip::new(BacKeys::derive(&information()));
            let mut terminal = BacTerminal::new(&information());
            if first {
                let challenge = chip.process(&terminal.start(), &mut rng).response;
                let _ = terminal.advance(&challenge, &mut rng).unwrap();
            }
            let [instruction, p1, p2] = header;
            let command = Command { data: data.clone(), ..Command::new(0, instruction, p1, p2) };
            prop_assert!(chip.process(&command, &mut rng).established.is_none());
            let answer = Response { data, status: StatusWord(status) };
            let outcome = terminal.advance(&answer, &mut rng);
            prop_assert!(!matches!(outcome, Ok(TerminalStep::Established(_))));
        }
    }
}
