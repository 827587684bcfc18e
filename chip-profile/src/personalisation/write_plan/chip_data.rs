//! What gets onto a chip, and whether it is consistent.

use crate::access::bac::BacKeys;
use crate::access::pace::{PaceParameters, PacePassword};
use crate::access::{CipherSuite, chip_authentication};
use crate::ec::{KeyPair, PublicKey};
use crate::lds::card_access::CardAccess;
use crate::lds::dg14::Dg14;
use crate::lds::dg15::Dg15;
use crate::lds::{ElementaryFiles, FileId, SecurityInfo, SecurityInfos};
use crate::personalisation::key_object::KeyObject;
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
    pub active_authentication_key: Option<KeyPair>,
    /// Private key of chip authentication, whose public key is in DG14.
    pub chip_authentication_key: Option<ChipAuthenticationKey>,
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
    /// A secret does not fit one command.
    #[error("{name} of {length} bytes does not fit one command")]
    KeyLength {
        /// What the secret is for.
        name: &'static str,
        /// Length of its object, in bytes.
        length: usize,
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
        if self.active_authentication_key.is_some() {
            required.push(FileId::DG15);
        }
        if self.chip_authentication_key.is_some() {
            required.push(FileId::DG14);
        }
        if let Some(file) = required.into_iter().find(|file| !has(*file)) {
            return Err(PlanError::MissingFile { file });
        }
        if has(FileId::CARD_ACCESS) && (self.pace_passwords.is_empty() || self.pace_parameters.is_empty()) {
            return Err(PlanError::MissingKey { file: FileId::CARD_ACCESS });
        }
        if has(FileId::DG15) && self.active_authentication_key.is_none() {
            return Err(PlanError::MissingKey { file: FileId::DG15 });
        }
        if self.basic_access.is_none() && self.pace_passwords.is_empty() {
            return Err(PlanError::NoAccess);
        }
        self.check_active_authentication()?;
        self.check_security_infos()
    }

    /// The private key must be that of DG15.
    fn check_active_authentication(&self) -> Result<(), PlanError> {
        let (Some(key), Some(contents)) = (&self.active_authentication_key, self.files.get(&FileId::DG15)) else {
            return Ok(());
        };
        let group = Dg15::parse(contents).map_err(|_| PlanError::Malformed { file: FileId::DG15 })?;
        if is_key(&group.public_key, key) {
            Ok(())
        } else {
            Err(PlanError::Mismatch { file: FileId::DG15, name: "active authentication key" })
        }
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
        let Some(given) = &self.chip_authentication_key else { return Ok(()) };
        let identifier = given.identifier.map(u32::from);
        let protocol = infos.iter().any(|info| {
            matches!(info, SecurityInfo::ChipAuthentication { protocol, key_id, .. }
                if *protocol == chip_authentication::object_identifier(given.suite) && *key_id == identifier)
        });
        let key = infos.iter().any(|info| {
            matches!(info, SecurityInfo::ChipAuthenticationPublicKey { public_key, key_id, .. }
                if is_key(public_key, &given.key) && *key_id == identifier)
        });
        if protocol && key {
            Ok(())
        } else {
            Err(PlanError::Mismatch { file: FileId::DG14, name: "chip authentication key" })
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

fn is_key(public_key: &[u8], key: &KeyPair) -> bool {
    PublicKey::from_spki(public_key).is_ok_and(|announced| announced == *key.public_key())
}
