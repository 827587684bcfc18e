//! The format of a key file, version 2. All numbers are big-endian.
//!
//! ```text
//! offset length
//!      0      8  "PERSOKEY"
//!      8      2  format version: 2; files of version 1 are read, with the kinds to 4 and the suites to 2
//!     10      1  kind: 1 country signer, 2 document signer, 3 chip master key, 4 root key of sealed payloads, 5 master list
//!                signer
//!     11      1  suite: 0 none, 1 P-256, 2 P-384, 3 brainpoolP256r1, 4 brainpoolP384r1, RSA of 3,072 bits as 5 PKCS #1 v1.5
//!                with SHA-256, 6 with SHA-384, 7 PSS with SHA-256, 8 with SHA-384
//!     12      8  number of documents the key may sign; 0 unless it is a document signer
//!     20      4  Argon2id memory, KiB
//!     24      4  Argon2id passes
//!     28      4  Argon2id lanes
//!     32     16  Argon2id salt
//!     48     24  XChaCha20-Poly1305 nonce
//!     72    2+n  issuing state as the MRZ writes it, UTF-8
//!      …    2+n  name of the key, which is the file's name without its ending, UTF-8
//!      …    2+n  the key, encrypted: ciphertext and 16 bytes of tag; all bytes before this field are authenticated with it
//!      …     32  SHA-256 of everything before
//! ```
//!
//! The digest tells damage from a wrong passphrase: a file whose digest does not fit is damaged; one whose digest fits and
//! whose key does not open was given another passphrase (or was altered by someone who recomputed the digest, who still
//! cannot make it open).

use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use persoline_domain::signer::SignatureSuite;
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

use crate::error::KeyStoreError;
use crate::passphrase::{Derivation, PassphraseCost};

const MAGIC: &[u8; 8] = b"PERSOKEY";
/// What is written.
const VERSION: u16 = 2;
/// The oldest that is read.
const OLDEST_VERSION: u16 = 1;
/// Length of the digest at the end.
const DIGEST_LENGTH: usize = 32;

/// What a key is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeyKind {
    /// Private key of the country signing certification authority.
    CountrySigner,
    /// Private key of a document signer.
    DocumentSigner,
    /// Master key of the chips' transport keys, 16 bytes (AES-128) or 32 (AES-256).
    ChipMaster,
    /// Root key of sealed payloads, 32 bytes.
    PayloadRoot,
    /// Private key of a master list signer.
    MasterListSigner,
}

impl KeyKind {
    const ALL: [KeyKind; 5] = [
        KeyKind::CountrySigner,
        KeyKind::DocumentSigner,
        KeyKind::ChipMaster,
        KeyKind::PayloadRoot,
        KeyKind::MasterListSigner,
    ];

    fn code(self) -> u8 {
        match self {
            KeyKind::CountrySigner => 1,
            KeyKind::DocumentSigner => 2,
            KeyKind::ChipMaster => 3,
            KeyKind::PayloadRoot => 4,
            KeyKind::MasterListSigner => 5,
        }
    }
}

/// What a key file says in clear, authenticated when the key is opened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyHeader {
    /// What the key is for.
    pub kind: KeyKind,
    /// The suite of a private key.
    pub suite: Option<SignatureSuite>,
    /// Number of documents that a document signer may sign; 0 for other kinds.
    pub document_limit: u64,
    /// Cost of the passphrase.
    pub cost: PassphraseCost,
    /// Salt of the passphrase.
    pub salt: [u8; 16],
    /// Nonce of the encryption; never used twice with one key.
    pub nonce: [u8; 24],
    /// Issuing state as the MRZ writes it.
    pub state: String,
    /// Name of the key.
    pub name: String,
}

impl KeyHeader {
    fn to_bytes(&self) -> Vec<u8> {
        let mut out = Vec::with_capacity(128);
        out.extend_from_slice(MAGIC);
        out.extend_from_slice(&VERSION.to_be_bytes());
        out.push(self.kind.code());
        out.push(suite_code(self.suite));
        out.extend_from_slice(&self.document_limit.to_be_bytes());
        for number in [self.cost.memory, self.cost.iterations, self.cost.lanes] {
            out.extend_from_slice(&number.to_be_bytes());
        }
        out.extend_from_slice(&self.salt);
        out.extend_from_slice(&self.nonce);
        push_field(&mut out, self.state.as_bytes());
        push_field(&mut out, self.name.as_bytes());
        out
    }
}

/// A key file as read; the key is still encrypted.
#[derive(Clone)]
pub struct KeyFile {
    header: KeyHeader,
    authenticated: Vec<u8>,
    sealed: Vec<u8>,
}

impl std::fmt::Debug for KeyFile {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("KeyFile").field("header", &self.header).finish_non_exhaustive()
    }
}

impl KeyFile {
    /// What the file says in clear. Unauthenticated until the key is opened.
    pub fn header(&self) -> &KeyHeader {
        &self.header
    }

    /// Reads the file called `name` (without its ending).
    ///
    /// # Errors
    /// [`KeyStoreError::Damaged`] when it is not whole, not a key file or was renamed, [`KeyStoreError::Version`] for a
    /// version that this program does not read.
    pub fn parse(name: &str, bytes: &[u8]) -> Result<KeyFile, KeyStoreError> {
        let damaged = |reason| KeyStoreError::Damaged { file: file_name(name), reason };
        let (content, digest) = bytes.split_last_chunk::<DIGEST_LENGTH>().ok_or_else(|| damaged("it is too short"))?;
        if Sha256::digest(content).as_slice() != digest {
            return Err(damaged("its digest does not fit"));
        }
        let mut reader = FieldReader(content);
        let short = || damaged("a field is missing");
        if &reader.array::<8>().ok_or_else(short)? != MAGIC {
            return Err(damaged("it is not a key file"));
        }
        let version = u16::from_be_bytes(reader.array().ok_or_else(short)?);
        if !(OLDEST_VERSION..=VERSION).contains(&version) {
            return Err(KeyStoreError::Version { file: file_name(name), version });
        }
        let [kind, suite] = reader.array().ok_or_else(short)?;
        let kind = KeyKind::ALL.into_iter().find(|known| known.code() == kind);
        let suite = suite_of(suite).ok_or_else(|| damaged("its suite is unknown"))?;
        let document_limit = u64::from_be_bytes(reader.array().ok_or_else(short)?);
        let mut number = || reader.array().map(u32::from_be_bytes).ok_or_else(short);
        let cost = PassphraseCost { memory: number()?, iterations: number()?, lanes: number()? };
        let salt = reader.array().ok_or_else(short)?;
        let nonce = reader.array().ok_or_else(short)?;
        let state = reader.text().ok_or_else(short)?;
        let named = reader.text().ok_or_else(short)?;
        let authenticated = content.get(..content.len() - reader.0.len()).ok_or_else(short)?.to_vec();
        let sealed = reader.field().ok_or_else(short)?.to_vec();
        if !reader.0.is_empty() {
            return Err(damaged("bytes follow after the key"));
        }
        if named != name {
            return Err(damaged("it was renamed"));
        }
        let kind = kind.ok_or_else(|| damaged("its kind is unknown"))?;
        let header = KeyHeader { kind, suite, document_limit, cost, salt, nonce, state, name: named };
        Ok(KeyFile { header, authenticated, sealed })
    }

    /// Decrypts the key.
    pub(crate) fn open(&self, derivation: &mut Derivation<'_>) -> Result<Zeroizing<Vec<u8>>, KeyStoreError> {
        let key = derivation.key(self.header.cost, self.header.salt)?;
        let payload = Payload { msg: &self.sealed, aad: &self.authenticated };
        XChaCha20Poly1305::new((&*key).into())
            .decrypt(&XNonce::from(self.header.nonce), payload)
            .map(Zeroizing::new)
            .map_err(|_| KeyStoreError::WrongPassphrase { file: file_name(&self.header.name) })
    }
}

/// Encrypts `secret` and gives the file's bytes.
pub(crate) fn seal(
    header: &KeyHeader,
    secret: &[u8],
    derivation: &mut Derivation<'_>,
) -> Result<Vec<u8>, KeyStoreError> {
    let key = derivation.key(header.cost, header.salt)?;
    let mut out = header.to_bytes();
    let sealed = XChaCha20Poly1305::new((&*key).into())
        .encrypt(&XNonce::from(header.nonce), Payload { msg: secret, aad: &out })
        .map_err(|_| KeyStoreError::Request("a key is too long to be encrypted"))?;
    push_field(&mut out, &sealed);
    let digest = Sha256::digest(&out);
    out.extend_from_slice(&digest);
    Ok(out)
}

/// The file of the key called `name`.
pub(crate) fn file_name(name: &str) -> String {
    format!("{name}.key")
}

/// The suites by their codes in the file, the first being 1. Not [`SignatureSuite::ALL`], whose order may change: these codes
/// stand in files that are kept.
const SUITES: [SignatureSuite; 8] = [
    SignatureSuite::P256,
    SignatureSuite::P384,
    SignatureSuite::BrainpoolP256r1,
    SignatureSuite::BrainpoolP384r1,
    SignatureSuite::Rsa3072Pkcs1Sha256,
    SignatureSuite::Rsa3072Pkcs1Sha384,
    SignatureSuite::Rsa3072PssSha256,
    SignatureSuite::Rsa3072PssSha384,
];

fn suite_code(suite: Option<SignatureSuite>) -> u8 {
    (1..).zip(SUITES).find(|(_, known)| Some(*known) == suite).map_or(0, |(code, _)| code)
}

fn suite_of(code: u8) -> Option<Option<SignatureSuite>> {
    match code.checked_sub(1) {
        None => Some(None),
        Some(index) => SUITES.get(usize::from(index)).copied().map(Some),
    }
}

/// Names, codes and sealed keys are far shorter than what two bytes of length can say; a longer one is cut and refused
/// when read.
fn push_field(out: &mut Vec<u8>, field: &[u8]) {
    let field = field.get(..usize::from(u16::MAX)).unwrap_or(field);
    out.extend_from_slice(&(field.len() as u16).to_be_bytes());
    out.extend_from_slice(field);
}

struct FieldReader<'a>(&'a [u8]);

impl<'a> FieldReader<'a> {
    fn array<const N: usize>(&mut self) -> Option<[u8; N]> {
        let (array, rest) = self.0.split_first_chunk::<N>()?;
        self.0 = rest;
        Some(*array)
    }
    fn field(&mut self) -> Option<&'a [u8]> {
        let length = u16::from_be_bytes(self.array()?);
        let (field, rest) = self.0.split_at_checked(usize::from(length))?;
        self.0 = rest;
        Some(field)
    }
    fn text(&mut self) -> Option<String> {
        String::from_utf8(self.field()?.to_vec()).ok()
    }
}
