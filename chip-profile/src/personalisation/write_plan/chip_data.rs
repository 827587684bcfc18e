//! What gets onto a chip, and whether it is consistent.

use crate::access::bac::BacKeys;
use crate::access::pace::{Mapping, PaceParameters, PacePassword};
use crate::access::{CipherSuite, chip_authentication};
use crate::ec::{KeyPair, PublicKey};
use crate::lds::card_access::CardAccess;
use crate::lds::dg14::Dg14;
use crate::lds::dg15::Dg15;
use crate::lds::{ElementaryFiles, FileId, SecurityInfo, SecurityInfos};
use crate::personalisation::key_object::{
    ACTIVE_AUTHENTICATION_KEY, ActiveAuthenticationKey, CHIP_AUTHENTICATION_KEY, KeyObject,
};
use crate::personalisation::rsa_key::RsaKeyParts;
use crate::personalisation::two_phase::{KeyOrder, MadeKeys};
use crate::rsa;
use core::fmt;
use thiserror::Error;

/// Everything that a chip is given.
pub struct ChipData {
    /// Contents of the elementary files.
    pub files: ElementaryFiles,
    /// Keys of basic access control; `None` when the chip shall not offer it.
    pub basic_access: Option<BacKeys>,
    /// Ciphers and curves of PACE, those that EF.CardAccess announces; empty when the chip shall not offer it.
    pub pace_parameters: Vec<PaceParameters>,
    /// Passwords of PACE: that of the MRZ always, the card access number if there is one.
    pub pace_passwords: Vec<PacePassword>,
    /// Private key of active authentication, whose public key is in DG15.
    pub active_authentication_key: Option<ActiveAuthenticationKey>,
    /// Private key of chip authentication, whose public key is in DG14 and, with chip authentication mapping, in
    /// EF.CardSecurity.
    pub chip_authentication_key: Option<ChipAuthenticationKey>,
    /// Keys that the chip has made itself in a first phase, in place of the two above.
    pub made_on_chip: MadeKeys,
}

/// A private key of chip authentication.
#[derive(Debug, Clone)]
pub struct ChipAuthenticationKey {
    /// Cipher of the session that it establishes.
    pub suite: CipherSuite,
    /// Identifier that DG14 gives the key; `None` when it gives none.
    pub identifier: Option<u8>,
    /// The key pair.
    pub key: KeyPair,
}

impl fmt::Debug for ChipData {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let lengths: Vec<_> = self.files.iter().map(|(file, contents)| (file.name(), contents.len())).collect();
        formatter.debug_struct("ChipData").field("files", &lengths).finish_non_exhaustive()
    }
}

/// Why data cannot be planned onto a chip.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum PlanError {
    /// A file that every chip has or that a key calls for is missing.
    #[error("{file} is missing")]
    MissingFile {
        /// The file.
        file: FileId,
    },
    /// A file announces a protocol for which there is no secret, or a protocol lacks one of its parts.
    #[error("{file} announces a protocol for which there is no key or password")]
    MissingKey {
        /// The file.
        file: FileId,
    },
    /// A file cannot be read as what it is.
    #[error("{file} is malformed")]
    Malformed {
        /// The file.
        file: FileId,
    },
    /// A file announces another key or other parameters than the chip is given.
    #[error("{file} does not fit the {name} that the chip is given")]
    Mismatch {
        /// The file.
        file: FileId,
        /// What does not fit.
        name: &'static str,
    },
    /// Neither basic access control nor PACE: nobody could ever read the chip.
    #[error("neither basic access control nor PACE")]
    NoAccess,
    /// A file is empty, or longer than 65,535 bytes.
    #[error("{file} has {length} bytes")]
    FileLength {
        /// The file.
        file: FileId,
        /// Its length, in bytes.
        length: usize,
    },
    /// A key was made on the chip, and another is brought to it for the same purpose.
    #[error("{name} was made on the chip and is brought to it as well")]
    TwoKeys {
        /// What the key is for.
        name: &'static str,
    },
    /// The chip's buffer is too small to write into.
    #[error("chip buffer of {bytes} bytes is too small")]
    Buffer {
        /// Its length, in bytes.
        bytes: usize,
    },
}

impl ChipData {
    /// Refuses what would make a chip that no inspection system can read or that contradicts itself.
    pub(super) fn check(&self) -> Result<(), PlanError> {
        let has = |file| self.files.contains_key(&file);
        let mut required = vec![FileId::COM, FileId::SOD, FileId::DG1, FileId::DG2];
        if !self.pace_passwords.is_empty() {
            required.extend([FileId::CARD_ACCESS, FileId::DG14]);
        }
        let made = &self.made_on_chip;
        let [active, chip] = [made.active_authentication().is_some(), made.chip_authentication().is_some()];
        if active && self.active_authentication_key.is_some() {
            return Err(PlanError::TwoKeys { name: ACTIVE_AUTHENTICATION_KEY });
        }
        if chip && self.chip_authentication_key.is_some() {
            return Err(PlanError::TwoKeys { name: CHIP_AUTHENTICATION_KEY });
        }
        let active = active || self.active_authentication_key.is_some();
        let chip = chip || self.chip_authentication_key.is_some();
        if active {
            required.push(FileId::DG15);
        }
        if chip {
            required.push(FileId::DG14);
        }
        let proves_by_mapping =
            self.pace_parameters.iter().any(|parameters| parameters.mapping() == Mapping::ChipAuthentication);
        if proves_by_mapping {
            required.push(FileId::CARD_SECURITY);
        }
        if let Some(file) = required.into_iter().find(|file| !has(*file)) {
            return Err(PlanError::MissingFile { file });
        }
        if has(FileId::CARD_ACCESS) && (self.pace_passwords.is_empty() || self.pace_parameters.is_empty()) {
            return Err(PlanError::MissingKey { file: FileId::CARD_ACCESS });
        }
        if has(FileId::DG15) && !active {
            return Err(PlanError::MissingKey { file: FileId::DG15 });
        }
        if proves_by_mapping && !chip {
            return Err(PlanError::MissingKey { file: FileId::CARD_SECURITY });
        }
        if self.basic_access.is_none() && self.pace_passwords.is_empty() {
            return Err(PlanError::NoAccess);
        }
        self.check_active_authentication()?;
        self.check_security_infos()
    }

    /// The private key must be that of DG15.
    fn check_active_authentication(&self) -> Result<(), PlanError> {
        let Some(contents) = self.files.get(&FileId::DG15) else { return Ok(()) };
        let group = Dg15::parse(contents).map_err(|_| PlanError::Malformed { file: FileId::DG15 })?;
        let announced = &group.public_key;
        let fits = match (&self.active_authentication_key, self.made_on_chip.active_authentication()) {
            (Some(ActiveAuthenticationKey::Ec(key)), _) => is_key(announced, key.public_key()),
            (Some(ActiveAuthenticationKey::Rsa { key, .. }), _) => is_rsa_key(announced, key),
            (None, Some(made)) => is_key(announced, made),
            (None, None) => true,
        };
        if fits { Ok(()) } else { Err(PlanError::Mismatch { file: FileId::DG15, name: ACTIVE_AUTHENTICATION_KEY }) }
    }

    /// EF.CardAccess must announce the parameters of PACE, and DG14 all that EF.CardAccess does (Doc 9303-11) and the
    /// chip authentication key.
    fn check_security_infos(&self) -> Result<(), PlanError> {
        let announced = match self.files.get(&FileId::CARD_ACCESS) {
            Some(contents) => {
                CardAccess::parse(contents)
                    .map_err(|_| PlanError::Malformed { file: FileId::CARD_ACCESS })?
                    .security_infos
            }
            None => SecurityInfos::default(),
        };
        if !self.pace_parameters.iter().all(|parameters| announced.contains(&parameters.security_info())) {
            return Err(PlanError::Mismatch { file: FileId::CARD_ACCESS, name: "PACE parameters" });
        }
        let Some(contents) = self.files.get(&FileId::DG14) else { return Ok(()) };
        let infos = Dg14::parse(contents).map_err(|_| PlanError::Malformed { file: FileId::DG14 })?.security_infos;
        if !infos.contains_all(&announced) {
            return Err(PlanError::Mismatch { file: FileId::DG14, name: "content of EF.CardAccess" });
        }
        let Some((suite, identifier, public_key)) = self.chip_authentication() else { return Ok(()) };
        let identifier = identifier.map(u32::from);
        let protocol = infos.iter().any(|info| {
            matches!(info, SecurityInfo::ChipAuthentication { protocol, key_id, .. }
                if *protocol == chip_authentication::object_identifier(suite) && *key_id == identifier)
        });
        let key = infos.iter().any(|info| {
            matches!(info, SecurityInfo::ChipAuthenticationPublicKey { public_key: announced, key_id, .. }
                if is_key(announced, public_key) && *key_id == identifier)
        });
        if protocol && key {
            Ok(())
        } else {
            Err(PlanError::Mismatch { file: FileId::DG14, name: CHIP_AUTHENTICATION_KEY })
        }
    }

    /// Cipher, identifier and public key of chip authentication, wherever the key was made.
    fn chip_authentication(&self) -> Option<(CipherSuite, Option<u8>, &PublicKey)> {
        if let Some(given) = &self.chip_authentication_key {
            return Some((given.suite, given.identifier, given.key.public_key()));
        }
        let made = self.made_on_chip.chip_authentication()?;
        match made.order {
            KeyOrder::ChipAuthentication { suite, identifier, .. } => Some((suite, identifier, &made.public_key)),
            KeyOrder::ActiveAuthentication { .. } => None,
        }
    }

    /// Passwords, parameters and private keys as the chip is given them.
    pub fn key_objects(&self) -> Vec<KeyObject> {
        let mut objects = Vec::with_capacity(5);
        objects.extend(self.basic_access.clone().map(|keys| KeyObject::BasicAccessControl { keys }));
        objects.extend(
            self.pace_parameters.iter().map(|parameters| KeyObject::PaceParameters { parameters: *parameters }),
        );
        objects
            .extend(self.pace_passwords.iter().map(|password| KeyObject::PacePassword { password: password.clone() }));
        objects.extend(self.active_authentication_key.clone().map(|key| KeyObject::ActiveAuthentication { key }));
        objects.extend(self.chip_authentication_key.clone().map(|key| KeyObject::ChipAuthentication {
            suite: key.suite,
            identifier: key.identifier,
            key: key.key,
        }));
        objects
    }
}

fn is_key(announced: &[u8], key: &PublicKey) -> bool {
    PublicKey::from_spki(announced).is_ok_and(|announced| announced == *key)
}

fn is_rsa_key(announced: &[u8], key: &RsaKeyParts) -> bool {
    let given = rsa::PublicKey::new(key.modulus(), key.public_exponent());
    rsa::PublicKey::from_spki(announced).is_ok_and(|announced| given.is_ok_and(|given| given == announced))
}
