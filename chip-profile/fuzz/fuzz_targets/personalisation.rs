//! What host, chip and machine say to each other while a chip is personalised: objects, packages, channels, sessions.
#![no_main]

use chip_profile::access::pace::{PaceParameters, PacePassword};
use chip_profile::access::{CipherSuite, MrzInformation};
use chip_profile::apdu::{Command, Response};
use chip_profile::ec::Curve;
use chip_profile::personalisation::file_control::FileControl;
use chip_profile::personalisation::key_object::KeyObject;
use chip_profile::personalisation::package::{self, PackageBinding};
use chip_profile::personalisation::rsa_key::RsaKeyParts;
use chip_profile::personalisation::scp03::{
    CardSession, Host, InitializeUpdateResponse, Mode, SecurityLevel, derive_session_keys,
};
use chip_profile::personalisation::session::chip_serial;
use chip_profile::personalisation::two_phase::{KeyGeneration, KeyOrder};
use chip_profile::personalisation::{
    ChipLimits, PersonalisationSession, ReadAccess, ReadBack, ReadPlan, ReadStep, Scp03Channel, Step,
};
use chip_profile_fuzz::plain::{KEY_VERSION, LEVELS, channels, static_keys};
use chip_profile_fuzz::{Input, alter, key, rng, sealed, specimen};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let mut input = Input::new(data);
    match input.byte() % 10 {
        0 => file_control(input.rest()),
        1 => key_object(input.rest()),
        2 => rsa_key(input.rest()),
        3 => key_order(input.rest()),
        4 => encoding_package(input),
        5 => card(input),
        6 => host(input),
        7 => made_keys(input),
        8 => session(input),
        _ => read_back(input),
    }
});

fn answers(input: &mut Input<'_>) -> Vec<Response> {
    let count = input.byte() % 24;
    (0..count).map_while(|_| input.piece().and_then(|piece| Response::parse(piece).ok())).collect()
}

fn file_control(bytes: &[u8]) {
    if let Ok(control) = FileControl::parse(bytes) {
        assert_eq!(FileControl::parse(&control.to_bytes()), Ok(control));
    }
}

fn key_object(bytes: &[u8]) {
    if let Ok(object) = KeyObject::parse(bytes) {
        let written = object.to_bytes();
        let again = KeyObject::parse(&written).expect("what was written can be read");
        assert_eq!((again.name(), again.to_bytes()), (object.name(), written));
    }
}

fn rsa_key(bytes: &[u8]) {
    for key in [RsaKeyParts::parse(bytes), RsaKeyParts::from_der(bytes)].into_iter().flatten() {
        let again = RsaKeyParts::parse(&key.to_bytes()).expect("what was written can be read");
        assert_eq!(again.modulus(), key.modulus());
        let _ = (key.public_exponent(), key.primes(), key.exponents(), key.coefficient(), key.modulus_length());
    }
}

fn key_order(bytes: &[u8]) {
    if let Ok(order) = KeyOrder::parse(bytes) {
        assert_eq!(KeyOrder::parse(&order.to_bytes()), Ok(order));
    }
}

fn encoding_package(mut input: Input<'_>) {
    let machine = key(Curve::P256);
    let binding = PackageBinding { job: 7, chip_serial: b"UTOCHIP00001".to_vec() };
    if input.byte() == 0 {
        let _ = package::open(input.rest(), &machine, &binding);
        return;
    }
    let good = sealed::package(input.rest(), machine.public_key(), &binding);
    let Ok(order) = package::open(&good, &machine, &binding) else { return };
    let again =
        package::seal(&order, machine.public_key(), &binding, &mut rng()).expect("what was read can be written");
    let again = package::open(&again, &machine, &binding).expect("what was written can be read");
    assert_eq!(again.plan.commands().len(), order.plan.commands().len());
}

/// A card in the opening and in the open channel.
fn card(mut input: Input<'_>) {
    let mode = if input.byte().is_multiple_of(2) { Mode::S8 } else { Mode::S16 };
    let level = LEVELS[usize::from(input.byte()) % LEVELS.len()];
    if let Some(Ok(command)) = input.piece().map(Command::parse) {
        let opened =
            CardSession::initialize_update(&command, &static_keys(), mode, KEY_VERSION, b"DIVERSIFY.", 1, b"AID");
        if let (Ok((session, _)), Some(Ok(command))) = (opened, input.piece().map(Command::parse)) {
            let _ = session.external_authenticate(&command);
        }
    }
    let Some((mut host, mut card)) = channels(mode, level) else { panic!("an honest channel opens") };
    while let Some(Ok(command)) = input.piece().map(Command::parse) {
        let Ok(wrapped) = host.wrap(&command) else { return };
        let altered = alter(&wrapped, input.piece().unwrap_or_default());
        match card.unwrap(&altered) {
            Ok(plain) => {
                assert_eq!(altered, wrapped, "an altered command was taken");
                assert_eq!(plain.data, command.data);
            }
            Err(_) => return,
        }
        let answer = Response::data(input.piece().unwrap_or_default());
        let Ok(opened) = host.unwrap(&card.wrap(answer.clone())) else { panic!("an honest answer was refused") };
        assert_eq!(opened, answer);
    }
}

/// A host that a card lies to.
fn host(mut input: Input<'_>) {
    let host = Host::new(KEY_VERSION, [9; 8], SecurityLevel::Full);
    if let Some(Ok(answer)) = input.piece().map(Response::parse)
        && let Ok(parsed) = InitializeUpdateResponse::parse(&answer)
    {
        let keys = derive_session_keys(&static_keys(), host.host_challenge(), &parsed.card_challenge);
        let _ = host.authenticate(&answer, keys);
    }
    let Some((mut host, _)) = channels(Mode::S8, SecurityLevel::Full) else { panic!("an honest channel opens") };
    while let Some(Ok(answer)) = input.piece().map(Response::parse) {
        let _ = host.wrap(&Command::new(0, 0xB0, 0, 0).expecting(256));
        if host.unwrap(&answer).is_err() {
            return;
        }
    }
}

fn orders() -> Vec<KeyOrder> {
    vec![
        KeyOrder::ActiveAuthentication { curve: Curve::P256 },
        KeyOrder::ChipAuthentication { suite: CipherSuite::Aes128, identifier: Some(1), curve: Curve::BrainpoolP256r1 },
    ]
}

fn made_keys(mut input: Input<'_>) {
    let _ = KeyGeneration::new(orders()).made_keys(&answers(&mut input));
    let _ = chip_serial(&answers(&mut input));
}

/// A host that a chip lies to from its serial on; the channel's keys are right when the chip's challenge can be read.
fn session(mut input: Input<'_>) {
    let channel = Scp03Channel::new(KEY_VERSION, [9; 8], LEVELS[usize::from(input.byte()) % LEVELS.len()]);
    let mut session = PersonalisationSession::two_phase(KeyGeneration::new(orders()), None, channel);
    if session.start().is_err() {
        return;
    }
    while !input.is_empty() {
        match session.next(&answers(&mut input)) {
            Ok(Step::DeriveKeys(request)) => {
                let keys = derive_session_keys(&static_keys(), &request.host_challenge, &request.card_challenge);
                if session.authenticate(keys).is_err() {
                    return;
                }
            }
            Ok(_) => {}
            Err(_) => return,
        }
    }
    let _ = session.fate();
}

fn read_back(mut input: Input<'_>) {
    let zone = MrzInformation::new("L898902C<", "690806", "940623").expect("a zone");
    let access = if input.byte().is_multiple_of(2) {
        ReadAccess::BasicAccessControl(zone)
    } else {
        ReadAccess::Pace(PaceParameters::P256_AES128, PacePassword::mrz(&zone))
    };
    let mut reading = ReadBack::new(ReadPlan::new(&specimen().chip.files, ChipLimits::SHORT), access);
    let (mut rng, mut given) = (rng(), Vec::new());
    while let Ok(ReadStep::Send(_)) = reading.next(&given, &mut rng) {
        if input.is_empty() {
            return;
        }
        given = answers(&mut input);
    }
}
