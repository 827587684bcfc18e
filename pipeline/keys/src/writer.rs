//! Writing encrypted keys into a folder.

use std::path::Path;

use persoline_domain::chance::RandomSource;

use crate::error::KeyStoreError;
use crate::files;
use crate::key_file::{self, KeyHeader, KeyKind};
use crate::passphrase::{Derivation, Passphrase, PassphraseCost};
use crate::private_key::PrivateKey;

/// Writes keys under one passphrase, derived once.
pub(crate) struct Writer<'a> {
    folder: &'a Path,
    state: &'a str,
    cost: PassphraseCost,
    salt: [u8; 16],
    derivation: Derivation<'a>,
    random: &'a dyn RandomSource,
}

impl<'a> Writer<'a> {
    pub(crate) fn new(
        folder: &'a Path,
        state: &'a str,
        cost: PassphraseCost,
        passphrase: &'a Passphrase,
        random: &'a dyn RandomSource,
    ) -> Result<Self, KeyStoreError> {
        let mut salt = [0; 16];
        random.fill(&mut salt);
        Ok(Writer { folder, state, cost, salt, derivation: Derivation::new(passphrase)?, random })
    }

    /// Writes the private key of a signer that may sign `document_limit` documents, 0 for those that sign none.
    pub(crate) fn write_private_key(
        &mut self,
        kind: KeyKind,
        name: &str,
        document_limit: u64,
        key: &PrivateKey,
    ) -> Result<(), KeyStoreError> {
        let header = self.header(kind, name, document_limit, Some(key));
        self.write(&header, &key.secret()?)
    }

    /// Writes a key that is only bytes.
    pub(crate) fn write_secret(&mut self, kind: KeyKind, name: &str, secret: &[u8]) -> Result<(), KeyStoreError> {
        let header = self.header(kind, name, 0, None);
        self.write(&header, secret)
    }

    fn header(&self, kind: KeyKind, name: &str, document_limit: u64, key: Option<&PrivateKey>) -> KeyHeader {
        let mut nonce = [0; 24];
        self.random.fill(&mut nonce);
        KeyHeader {
            kind,
            suite: key.map(PrivateKey::suite),
            document_limit,
            cost: self.cost,
            salt: self.salt,
            nonce,
            state: self.state.to_owned(),
            name: name.to_owned(),
        }
    }

    fn write(&mut self, header: &KeyHeader, secret: &[u8]) -> Result<(), KeyStoreError> {
        let bytes = key_file::seal(header, secret, &mut self.derivation)?;
        files::write(self.folder, &key_file::file_name(&header.name), &bytes)
    }
}
