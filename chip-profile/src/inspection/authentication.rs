//! Whether the chip is the one that was personalised: active and chip authentication, Doc 9303-11 6.

use core::fmt;

use super::report::Outcome;
use crate::access::CipherSuite;
use crate::access::active_authentication::{self, ActiveAuthenticationError};
use crate::access::chip_authentication::{ChipAuthenticationTerminal, suite_of};
use crate::access::pace::ChipAuthenticationData;
use crate::apdu::{Command, Response};
use crate::ec::{HashAlgorithm, PublicKey};
use crate::lds::{Dg14, Dg15, ElementaryFiles, FileId, SecurityInfo};
use crate::signature::VerifyingKey;
use crate::sod::CardSecurity;

/// What came of asking a chip to prove that it has a private key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ChipProof {
    /// It has it.
    Proved,
    /// It did not prove it, with the reason: the chip may be a copy.
    Failed(String),
    /// It could not be seen, with the reason: an algorithm that is not known here.
    NotDone(String),
}

impl From<bool> for ChipProof {
    /// Seen elsewhere, without a reason.
    fn from(proved: bool) -> Self {
        if proved { ChipProof::Proved } else { ChipProof::Failed("the chip did not prove its key".to_owned()) }
    }
}

impl fmt::Display for ChipProof {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            ChipProof::Proved => "proved",
            ChipProof::Failed(reason) | ChipProof::NotDone(reason) => reason,
        })
    }
}

impl From<ChipProof> for Outcome {
    fn from(proof: ChipProof) -> Outcome {
        match proof {
            ChipProof::Proved => Outcome::Passed,
            ChipProof::Failed(reason) => Outcome::Failed(reason),
            ChipProof::NotDone(reason) => Outcome::NotDone(reason),
        }
    }
}

/// The terminal's side of chip authentication with the first key of DG14 that is known here (Doc 9303-11 9.2.5, 9.2.6):
/// the ChipAuthenticationInfo names the cipher, the ChipAuthenticationPublicKeyInfo with the same key identifier the key.
pub fn chip_authentication_terminal(files: &ElementaryFiles) -> Option<ChipAuthenticationTerminal> {
    let infos = Dg14::parse(files.get(&FileId::DG14)?).ok()?.security_infos;
    let announced = |info: &SecurityInfo| match info {
        SecurityInfo::ChipAuthentication { protocol, version: 1, key_id } => Some((suite_of(protocol), *key_id)),
        _ => None,
    };
    let terminal = |suite, key_id: Option<u32>| {
        let key = infos.iter().find_map(|info| match info {
            SecurityInfo::ChipAuthenticationPublicKey { public_key, key_id: other, .. } if *other == key_id => {
                PublicKey::from_spki(public_key).ok()
            }
            _ => None,
        })?;
        Some(ChipAuthenticationTerminal::new(suite, key, key_id.map(u8::try_from).transpose().ok()?))
    };
    // Chips of the first years have the key alone; then it is for Triple-DES (TR-03110-1 3.4).
    if !infos.iter().any(|info| announced(info).is_some()) {
        return terminal(CipherSuite::TripleDes, None);
    }
    infos.iter().filter_map(announced).find_map(|(suite, key_id)| terminal(suite?, key_id))
}

/// Verifies the chip's answer to the challenge of active authentication with the key of DG15 and the hash function that
/// DG14 announces.
pub fn verify_active_authentication(files: &ElementaryFiles, challenge: [u8; 8], answer: &Response) -> ChipProof {
    let Some(dg15) = files.get(&FileId::DG15) else { return ChipProof::Failed("no key: DG15 is missing".to_owned()) };
    let key = match Dg15::parse(dg15) {
        Ok(dg15) => VerifyingKey::from_spki(&dg15.public_key),
        Err(error) => return ChipProof::Failed(format!("DG15: {error}")),
    };
    let key = match key {
        Ok(key) => key,
        Err(error) => return ChipProof::NotDone(format!("key of DG15: {error}")),
    };
    let hash = announced_hash(files).or_else(|| key.as_ec().map(|key| key.curve().hash()));
    match active_authentication::verify(&key, hash, challenge, answer) {
        Ok(()) => ChipProof::Proved,
        Err(
            error @ (ActiveAuthenticationError::HashNotAnnounced | ActiveAuthenticationError::ModulusLength { .. }),
        ) => ChipProof::NotDone(error.to_string()),
        Err(error) => ChipProof::Failed(error.to_string()),
    }
}

/// Verifies what the chip sent within PACE with chip authentication mapping with the keys of EF.CardSecurity (Doc 9303-11
/// 4.4.3.5). That the file itself is signed is another check.
pub fn verify_chip_authentication_mapping(files: &ElementaryFiles, data: &ChipAuthenticationData) -> ChipProof {
    let Some(file) = files.get(&FileId::CARD_SECURITY) else {
        return ChipProof::Failed("no key: EF.CardSecurity is missing".to_owned());
    };
    match CardSecurity::parse(file) {
        Err(error) => ChipProof::Failed(format!("EF.CardSecurity: {error}")),
        Ok(card_security) => match data.verify(card_security.security_infos()) {
            Ok(()) => ChipProof::Proved,
            Err(error) => ChipProof::Failed(error.to_string()),
        },
    }
}

/// The command of active authentication for the key of DG15; one with short length fields if that key is not known here.
pub(super) fn active_authentication_command(files: &ElementaryFiles, challenge: [u8; 8]) -> Command {
    let key = files
        .get(&FileId::DG15)
        .and_then(|dg15| Dg15::parse(dg15).ok())
        .and_then(|dg15| VerifyingKey::from_spki(&dg15.public_key).ok());
    match key {
        Some(key) => active_authentication::command_for(&key, challenge),
        None => active_authentication::command(challenge),
    }
}

fn announced_hash(files: &ElementaryFiles) -> Option<HashAlgorithm> {
    let dg14 = Dg14::parse(files.get(&FileId::DG14)?).ok()?;
    dg14.security_infos.iter().find_map(|info| match info {
        SecurityInfo::ActiveAuthentication { signature_algorithm } => {
            HashAlgorithm::from_ecdsa_plain_oid(signature_algorithm)
        }
        _ => None,
    })
}
