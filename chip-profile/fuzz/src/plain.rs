//! Sessions whose keys are known, so that what lies behind a checksum is reached too.

use chip_profile::access::CipherSuite;
use chip_profile::access::secure_messaging::SessionKeys;
use chip_profile::personalisation::scp03::{CardChannel, CardSession, Challenge, Host, HostChannel, Mode};
use chip_profile::personalisation::scp03::{SecurityLevel, StaticKeys, derive_session_keys};

pub const SUITES: [CipherSuite; 4] =
    [CipherSuite::TripleDes, CipherSuite::Aes128, CipherSuite::Aes192, CipherSuite::Aes256];
pub const LEVELS: [SecurityLevel; 5] = [
    SecurityLevel::CommandMac,
    SecurityLevel::CommandEncryption,
    SecurityLevel::CommandAndResponseMac,
    SecurityLevel::CommandEncryptionResponseMac,
    SecurityLevel::Full,
];
pub const KEY_VERSION: u8 = 0x21;

/// Keys of a session of access control.
pub fn session_keys(suite: CipherSuite) -> SessionKeys {
    SessionKeys::derive(suite, &[0x5A; 32], 0)
}

pub fn static_keys() -> StaticKeys {
    StaticKeys::new([1; 16], [2; 16], [3; 16])
}

/// Both ends of an open channel.
pub fn channels(mode: Mode, level: SecurityLevel) -> Option<(HostChannel, CardChannel)> {
    let challenge = Challenge::from_slice(&vec![9; mode.length()])?;
    let host = Host::new(KEY_VERSION, challenge, level);
    let (card, answer) = CardSession::initialize_update(
        &host.initialize_update(),
        &static_keys(),
        mode,
        KEY_VERSION,
        b"DIVERSIFY.",
        1,
        b"AID",
    )
    .ok()?;
    let card_challenge = Challenge::from_slice(answer.data.get(13..13 + mode.length())?)?;
    let keys = derive_session_keys(&static_keys(), &challenge, &card_challenge);
    let (host, command) = host.authenticate(&answer, keys).ok()?;
    Some((host, card.external_authenticate(&command).ok()?))
}
