//! A terminal and a chip that talk honestly, and someone between them who alters or replaces what one of them says.

use chip_profile::access::bac::{BacChip, BacKeys, BacTerminal};
use chip_profile::access::chip_authentication::{ChipAuthenticationChip, ChipAuthenticationTerminal};
use chip_profile::access::pace::{Mapping, PaceChip, PaceParameters, PacePassword, PaceTerminal};
use chip_profile::access::secure_messaging::{ChipSecureMessaging, SecureMessaging};
use chip_profile::access::{AccessError, ChipStep, CipherSuite, MrzInformation, TerminalStep, active_authentication};
use chip_profile::apdu::{Command, Response, StatusWord};
use chip_profile::ec::{Curve, HashAlgorithm};
use chip_profile::signature::VerifyingKey;

use crate::{Input, alter, key, rng};

/// Whose messages are altered.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Victim {
    Chip,
    Terminal,
}

enum TerminalSide {
    BasicAccessControl(BacTerminal),
    Pace(Box<PaceTerminal>),
    ChipAuthentication(Box<ChipAuthenticationTerminal>),
    ActiveAuthentication,
}

enum ChipSide {
    BasicAccessControl(BacChip),
    Pace(Box<PaceChip>),
    ChipAuthentication(Box<ChipAuthenticationChip>),
    ActiveAuthentication(Curve),
}

fn pace(mapping: Mapping, suite: CipherSuite, curve: Curve) -> PaceParameters {
    PaceParameters::new(mapping, suite, curve).expect("a combination of the standard")
}

fn parties(protocol: u8) -> (TerminalSide, ChipSide) {
    let zone = MrzInformation::new("L898902C<", "690806", "940623").expect("a zone");
    let chip_authentication = |suite, curve, identifier| {
        let key = key(curve);
        let terminal = ChipAuthenticationTerminal::new(suite, key.public_key().clone(), identifier);
        let chip = ChipAuthenticationChip::new(suite, key, identifier);
        (TerminalSide::ChipAuthentication(Box::new(terminal)), ChipSide::ChipAuthentication(Box::new(chip)))
    };
    let pace = |parameters: PaceParameters| {
        let passwords = vec![PacePassword::mrz(&zone), PacePassword::can("314159")];
        let chip = PaceChip::new(vec![PaceParameters::P256_AES128, parameters], passwords);
        let chip = chip.with_chip_authentication_key(key(Curve::P256));
        let terminal = PaceTerminal::new(parameters, PacePassword::can("314159"));
        (TerminalSide::Pace(Box::new(terminal)), ChipSide::Pace(Box::new(chip)))
    };
    match protocol % 8 {
        0 => (
            TerminalSide::BasicAccessControl(BacTerminal::new(&zone)),
            ChipSide::BasicAccessControl(BacChip::new(BacKeys::derive(&zone))),
        ),
        1 => pace(PaceParameters::P256_AES128),
        2 => pace(PaceParameters::P256_AES128_CAM),
        3 => pace(self::pace(Mapping::Generic, CipherSuite::TripleDes, Curve::BrainpoolP256r1)),
        4 => chip_authentication(CipherSuite::Aes128, Curve::P256, None),
        5 => chip_authentication(CipherSuite::TripleDes, Curve::BrainpoolP256r1, Some(2)),
        6 => chip_authentication(CipherSuite::Aes256, Curve::P384, Some(1)),
        _ => (TerminalSide::ActiveAuthentication, ChipSide::ActiveAuthentication(Curve::P256)),
    }
}

impl TerminalSide {
    fn start(&mut self) -> Result<Command, AccessError> {
        match self {
            TerminalSide::BasicAccessControl(terminal) => Ok(terminal.start()),
            TerminalSide::Pace(terminal) => Ok(terminal.start()),
            TerminalSide::ChipAuthentication(terminal) => terminal.start(&mut rng()),
            TerminalSide::ActiveAuthentication => Ok(active_authentication::command(*b"CHALLENG")),
        }
    }

    fn advance(&mut self, answer: &Response) -> Result<TerminalStep, AccessError> {
        match self {
            TerminalSide::BasicAccessControl(terminal) => terminal.advance(answer, &mut rng()),
            TerminalSide::Pace(terminal) => terminal.advance(answer, &mut rng()),
            TerminalSide::ChipAuthentication(terminal) => terminal.advance(answer, &mut rng()),
            TerminalSide::ActiveAuthentication => {
                let key = VerifyingKey::Ec(key(Curve::P256).public_key().clone());
                let _ = active_authentication::verify(&key, Some(HashAlgorithm::Sha256), *b"CHALLENG", answer);
                Err(AccessError::OutOfOrder { step: "end" })
            }
        }
    }
}

impl ChipSide {
    fn process(&mut self, command: &Command) -> ChipStep {
        match self {
            ChipSide::BasicAccessControl(chip) => chip.process(command, &mut rng()),
            ChipSide::Pace(chip) => chip.process(command, &mut rng()),
            ChipSide::ChipAuthentication(chip) => chip.process(command),
            ChipSide::ActiveAuthentication(curve) => ChipStep {
                response: active_authentication::respond(&key(*curve), HashAlgorithm::Sha256, command),
                established: None,
            },
        }
    }
}

/// Both run the protocol that the first byte names; each message to the victim passes through the interferer, who takes one
/// byte of the input to decide and a piece to alter with. A session that stands on both sides carries one command.
pub fn run(data: &[u8], victim: Victim) {
    let mut input = Input::new(data);
    let (mut terminal, mut chip) = parties(input.byte());
    let Ok(mut command) = terminal.start() else { return };
    for _ in 0..16 {
        if victim == Victim::Chip {
            command = interfere_command(command, &mut input);
        }
        let ChipStep { mut response, established } = chip.process(&command);
        if victim == Victim::Terminal {
            response = interfere_answer(response, &mut input);
        }
        match (terminal.advance(&response), established) {
            (Ok(TerminalStep::Send(next)), None) => command = next,
            (Ok(TerminalStep::Established(terminal)), Some(chip)) => return use_session(terminal, chip, input),
            // The chip goes on by itself, for as long as the input has commands.
            (_, None) if victim == Victim::Chip && !input.is_empty() => {
                let Some(Ok(next)) = input.piece().map(Command::parse) else { return };
                command = next;
            }
            _ => return,
        }
    }
}

fn interfere_command(honest: Command, input: &mut Input<'_>) -> Command {
    match input.byte() % 4 {
        1 => alter(&honest, input.piece().unwrap_or_default()),
        2 => input.piece().and_then(|bytes| Command::parse(bytes).ok()).unwrap_or(honest),
        3 => Command { data: input.piece().unwrap_or_default().to_vec(), ..honest },
        _ => honest,
    }
}

fn interfere_answer(honest: Response, input: &mut Input<'_>) -> Response {
    match input.byte() % 4 {
        1 => {
            let mut altered = honest;
            altered.data.iter_mut().zip(input.piece().unwrap_or_default()).for_each(|(byte, change)| *byte ^= change);
            altered
        }
        2 => input.piece().and_then(|bytes| Response::parse(bytes).ok()).unwrap_or(honest),
        3 => Response { data: input.piece().unwrap_or_default().to_vec(), status: StatusWord::OK },
        _ => honest,
    }
}

fn use_session(mut terminal: SecureMessaging, mut chip: ChipSecureMessaging, mut input: Input<'_>) {
    let Some(Ok(command)) = input.piece().map(Command::parse) else { return };
    let Ok(protected) = terminal.protect(&command) else { return };
    let Ok(opened) = chip.open(&protected) else { return };
    assert_eq!(opened.data, command.data);
    assert_eq!(
        (opened.instruction, opened.p1, opened.p2),
        (command.instruction, command.p1, command.p2),
        "what was opened is what was protected"
    );
    let answer = Response::data(input.rest());
    if answer.data.len() <= chip.longest_answer(65_536) {
        assert_eq!(terminal.unprotect(&chip.seal(&answer)), Ok(answer));
    }
}
