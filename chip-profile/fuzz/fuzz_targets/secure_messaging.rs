//! Both sides of secure messaging: bytes as they come, and commands and answers that are protected first and altered then.
#![no_main]

use chip_profile::access::secure_messaging::{ChipSecureMessaging, SecureMessaging};
use chip_profile::apdu::{Command, Response};
use chip_profile_fuzz::plain::{SUITES, session_keys};
use chip_profile_fuzz::{Input, alter};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let mut input = Input::new(data);
    let suite = SUITES[usize::from(input.byte()) % SUITES.len()];
    let new_chip = || ChipSecureMessaging::new(session_keys(suite));
    let new_terminal = || SecureMessaging::new(session_keys(suite));
    let (mut chip, mut terminal) = (new_chip(), new_terminal());
    while let Some(piece) = input.piece() {
        if let Ok(command) = Command::parse(piece) {
            let _ = new_chip().open(&command);
            let Ok(protected) = terminal.protect(&command) else { return };
            let change = input.piece().unwrap_or_default();
            let altered = alter(&protected, change);
            match chip.open(&altered) {
                Ok(opened) if altered == protected => assert_eq!(opened.data, command.data),
                Ok(_) => panic!("an altered command was opened"),
                Err(error) if altered == protected => panic!("an honest command was refused: {error}"),
                Err(_) => return,
            }
            let Some(Ok(answer)) = input.piece().map(Response::parse) else { return };
            let _ = new_terminal().unprotect(&answer);
            let Ok(opened) = terminal.unprotect(&chip.seal(&answer)) else { return };
            assert_eq!(opened.data, answer.data);
        } else if let Ok(response) = Response::parse(piece) {
            let _ = new_terminal().unprotect(&response);
        }
    }
});
