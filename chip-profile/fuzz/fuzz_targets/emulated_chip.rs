//! The emulated chip: any commands, bare or through the session that stands, as delivered, while it is written, and locked.
#![no_main]

use chip_profile::access::bac::BacTerminal;
use chip_profile::access::secure_messaging::SecureMessaging;
use chip_profile::access::{MrzInformation, TerminalStep, select_application};
use chip_profile::apdu::{Command, Response};
use chip_profile::lds::FileId;
use chip_profile::personalisation::scp03::{Challenge, Host, HostChannel, SecurityLevel, derive_session_keys};
use chip_profile::personalisation::session::identity_script;
use chip_profile_fuzz::plain::{KEY_VERSION, static_keys};
use chip_profile_fuzz::{Input, rng, specimen};
use libfuzzer_sys::fuzz_target;
use mock_devices::chip::{ChipIdentity, ChipSettings, EmulatedChip, LifeCycle};

enum Session {
    None,
    Transport(Box<HostChannel>),
    Access(Box<SecureMessaging>),
}

fuzz_target!(|data: &[u8]| {
    let mut input = Input::new(data);
    let how = input.byte();
    let settings = ChipSettings { extended_length: how & 8 == 0, ..ChipSettings::default() };
    let identity =
        ChipIdentity { chip_serial: b"UTOCHIP00001".to_vec(), key_version: KEY_VERSION, transport_keys: static_keys() };
    let (mut chip, mut session) = match how % 6 {
        0 => (EmulatedChip::new(identity, settings, 1), Session::None),
        1 | 2 => {
            let mut chip = EmulatedChip::new(identity, settings, 1);
            let session = open_transport(&mut chip);
            (chip, session)
        }
        3 => (specimen().chip.clone().open(settings, 1), Session::None),
        4 => {
            let mut chip = specimen().chip.clone().open(settings, 1);
            let session = open_access(&mut chip);
            (chip, session)
        }
        _ => match EmulatedChip::restore(input.piece().unwrap_or_default()) {
            Ok(chip) => (chip, Session::None),
            Err(_) => return,
        },
    };
    let locked = (chip.life_cycle() == LifeCycle::Locked).then(|| chip.personalised().files);
    for _ in 0..64 {
        if input.is_empty() {
            break;
        }
        match input.byte() % 8 {
            0..3 => {
                let Some(command) = input.piece() else { break };
                transmit(&mut chip, command);
            }
            3..7 => {
                let Some(Ok(command)) = input.piece().map(Command::parse) else { break };
                session = within(session, &mut chip, &command);
            }
            _ => {
                chip.reset();
                session = Session::None;
            }
        }
    }
    if let Some(files) = locked {
        assert_eq!(chip.life_cycle(), LifeCycle::Locked);
        assert!(chip.personalised().files == files, "a locked chip was written");
    }
    let snapshot = chip.snapshot();
    let restored = EmulatedChip::restore(&snapshot).expect("a chip's own snapshot");
    assert_eq!(restored.life_cycle(), chip.life_cycle());
    for file in FileId::ALL {
        assert_eq!(restored.contents(file), chip.contents(file));
    }
});

fn transmit(chip: &mut EmulatedChip, command: &[u8]) -> Response {
    let answer = chip.transmit(command);
    assert!(answer.len() <= 65_538);
    Response::parse(&answer).expect("every command is answered with a status word")
}

/// Sends the command through the session; a session whose answer does not open is over.
fn within(session: Session, chip: &mut EmulatedChip, command: &Command) -> Session {
    match session {
        Session::None => {
            transmit(chip, &command.to_bytes());
            Session::None
        }
        Session::Transport(mut channel) => {
            let Ok(wrapped) = channel.wrap(command) else { return Session::Transport(channel) };
            match channel.unwrap(&transmit(chip, &wrapped.to_bytes())) {
                Ok(_) => Session::Transport(channel),
                Err(_) => Session::None,
            }
        }
        Session::Access(mut channel) => {
            let Ok(protected) = channel.protect(command) else { return Session::Access(channel) };
            match channel.unprotect(&transmit(chip, &protected.to_bytes())) {
                Ok(_) => Session::Access(channel),
                Err(_) => Session::None,
            }
        }
    }
}

fn open_transport(chip: &mut EmulatedChip) -> Session {
    for command in identity_script() {
        transmit(chip, &command.to_bytes());
    }
    let host = Host::new(KEY_VERSION, [9; 8], SecurityLevel::Full);
    let answer = transmit(chip, &host.initialize_update().to_bytes());
    let challenge = answer.data.get(13..21).and_then(Challenge::from_slice).expect("a challenge");
    let keys = derive_session_keys(&static_keys(), host.host_challenge(), &challenge);
    let (channel, command) = host.authenticate(&answer, keys).expect("the right keys");
    assert!(transmit(chip, &command.to_bytes()).status.is_ok());
    Session::Transport(Box::new(channel))
}

fn open_access(chip: &mut EmulatedChip) -> Session {
    let [number, birth, expiry] = specimen().printed();
    let zone = MrzInformation::new(&format!("{number:<<9}"), birth, expiry).expect("a zone");
    assert!(transmit(chip, &select_application().to_bytes()).status.is_ok());
    let mut terminal = BacTerminal::new(&zone);
    let mut command = terminal.start();
    loop {
        match terminal.advance(&transmit(chip, &command.to_bytes()), &mut rng()).expect("the right password") {
            TerminalStep::Send(next) => command = next,
            TerminalStep::Established(channel) => return Session::Access(Box::new(channel)),
        }
    }
}
