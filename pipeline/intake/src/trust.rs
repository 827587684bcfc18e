//! Whether a file must be signed by the issuing register.
//!
//! The signature of `NAME.jsonl` is the file `NAME.jsonl.sig`: ECDSA on P-256 over SHA-256 of the whole file, DER-encoded
//! (`SEQUENCE { r INTEGER, s INTEGER }`), as `openssl dgst -sha256 -sign KEY -out NAME.jsonl.sig NAME.jsonl` makes it.

use core::fmt;
use std::fs::{self, File};
use std::io::{self, Read, Seek};
use std::path::{Path, PathBuf};

use p256::ecdsa::signature::hazmat::PrehashVerifier;
use p256::ecdsa::{Signature, VerifyingKey};
use p256::pkcs8::DecodePublicKey;
use sha2::{Digest, Sha256};

use crate::error::IntakeError;

/// How far files are trusted. A centre decides this once; it is not asked of the file.
#[derive(Debug, Clone)]
pub enum Trust {
    /// Any file is taken: for demonstrations and tests.
    Open,
    /// Only files signed by one of these keys are taken, and records must give the digests of their pictures.
    Signed(Vec<RegisterKey>),
}

impl Trust {
    /// Whether files must be signed.
    pub fn is_signed(&self) -> bool {
        matches!(self, Trust::Signed(_))
    }
}

/// A public key of the issuing register.
#[derive(Clone)]
pub struct RegisterKey(VerifyingKey);

impl RegisterKey {
    /// From a SubjectPublicKeyInfo in DER, as `openssl pkey -in KEY -pubout -outform DER` writes it.
    ///
    /// # Errors
    /// [`IntakeError::Key`]: not a public key on P-256 of that form.
    pub fn from_public_key_der(der: &[u8]) -> Result<Self, IntakeError> {
        VerifyingKey::from_public_key_der(der).map(RegisterKey).map_err(|_| IntakeError::Key)
    }
}

impl fmt::Debug for RegisterKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RegisterKey")
    }
}

/// Opens a file as far as it is trusted.
pub(crate) fn open(path: &Path, trust: &Trust) -> Result<Box<dyn Read>, IntakeError> {
    let unreadable = |source| IntakeError::Read { path: path.to_owned(), source };
    let mut file = File::open(path).map_err(unreadable)?;
    let Trust::Signed(keys) = trust else { return Ok(Box::new(file)) };

    let signature_path = signature_path(path);
    let signature = fs::read(&signature_path).map_err(|source| IntakeError::Unsigned {
        path: path.to_owned(),
        signature: signature_path,
        source,
    })?;
    let (whole, blocks) = digests(&mut file).map_err(unreadable)?;
    let wrong = || IntakeError::WrongSignature { path: path.to_owned() };
    let signature = Signature::from_der(&signature).map_err(|_| wrong())?;
    if !keys.iter().any(|key| key.0.verify_prehash(&whole, &signature).is_ok()) {
        return Err(wrong());
    }
    file.rewind().map_err(unreadable)?;
    Ok(Box::new(VerifiedBlocks { file, blocks: blocks.into_iter(), block: Vec::new(), at: 0 }))
}

fn signature_path(path: &Path) -> PathBuf {
    let mut signature = path.as_os_str().to_owned();
    signature.push(".sig");
    PathBuf::from(signature)
}

const BLOCK: u64 = 64 << 10;

/// The digest of the whole file and those of its blocks.
fn digests(file: &mut File) -> io::Result<([u8; 32], Vec<[u8; 32]>)> {
    let (mut whole, mut blocks, mut block) = (Sha256::new(), Vec::new(), Vec::new());
    loop {
        block.clear();
        if file.take(BLOCK).read_to_end(&mut block)? == 0 {
            return Ok((whole.finalize().into(), blocks));
        }
        whole.update(&block);
        blocks.push(Sha256::digest(&block).into());
    }
}

/// Reads the file a second time, block by block as it was when its signature was verified: a file altered in between is
/// noticed before a byte of the altered block is used.
struct VerifiedBlocks {
    file: File,
    blocks: std::vec::IntoIter<[u8; 32]>,
    block: Vec<u8>,
    at: usize,
}

impl Read for VerifiedBlocks {
    fn read(&mut self, to: &mut [u8]) -> io::Result<usize> {
        if self.at == self.block.len() {
            self.block.clear();
            self.at = 0;
            (&mut self.file).take(BLOCK).read_to_end(&mut self.block)?;
            let expected = self.blocks.next();
            let found = (!self.block.is_empty()).then(|| <[u8; 32]>::from(Sha256::digest(&self.block)));
            if expected != found {
                self.block.clear();
                return Err(io::Error::other("altered after its signature was verified"));
            }
        }
        let left = self.block.get(self.at..).unwrap_or_default();
        let count = left.len().min(to.len());
        for (to, from) in to.iter_mut().zip(left) {
            *to = *from;
        }
        self.at += count;
        Ok(count)
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    #[test]
    fn a_file_altered_after_verification_is_noticed() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a");
        let text = vec![b'a'; 3 * BLOCK as usize / 2];
        fs::write(&path, &text).unwrap();
        let read = |alter: &dyn Fn()| {
            let mut file = File::open(&path).unwrap();
            let (_, blocks) = digests(&mut file).unwrap();
            file.rewind().unwrap();
            let mut reader = VerifiedBlocks { file, blocks: blocks.into_iter(), block: Vec::new(), at: 0 };
            alter();
            let mut read = Vec::new();
            reader.read_to_end(&mut read).map(|_| read)
        };
        assert_eq!(read(&|| {}).unwrap(), text);
        let append = || fs::OpenOptions::new().append(true).open(&path).unwrap().write_all(b"b").unwrap();
        assert!(read(&append).is_err());
        assert!(read(&|| fs::write(&path, &text[1..]).unwrap()).is_err());
        assert!(read(&|| fs::write(&path, b"").unwrap()).is_err());
    }
}
