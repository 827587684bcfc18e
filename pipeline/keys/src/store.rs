//! The key folder, opened.

use std::path::Path;
use std::sync::Arc;

use chip_profile::personalisation::scp03::{self, AesKey, MasterKey, StaticKeys};
use chip_profile::pki::certificate::Certificate;
use hkdf::Hkdf;
use persoline_domain::chance::RandomSource;
use persoline_domain::identifiers::SignerName;
use persoline_domain::signer::{DocumentSigner, SigningLedger};
use sha2::Sha256;
use zeroize::Zeroizing;

use crate::ceremony::{IssuedCertificate, issued};
use crate::error::KeyStoreError;
use crate::files;
use crate::install::is_signed_by_one_of;
use crate::key_file::{self, KeyFile, KeyKind};
use crate::passphrase::{Derivation, Passphrase};
use crate::periods::Period;
use crate::private_key::PrivateKey;
use crate::retire::RETIRED;
use crate::signer::{SignatureEngine, SoftwareSigner};
use crate::vault::{SoftwareVault, wrapping_key};

/// Name of the master key of the chips' transport keys.
pub(crate) const CHIP_MASTER: &str = "chip-master";
/// Name of the root key of sealed payloads.
pub(crate) const PAYLOAD_ROOT: &str = "payload-root";
/// What names of country signers begin with.
pub(crate) const COUNTRY_SIGNER: &str = "csca-";
/// What names of document signers begin with.
pub(crate) const DOCUMENT_SIGNER: &str = "ds-";
/// What names of master list signers begin with.
pub(crate) const MASTER_LIST_SIGNER: &str = "mls-";
/// What names of link certificates begin with.
pub(crate) const LINK: &str = "link-";

/// The keys of one state, opened with their passphrase. The country signer's private key stays closed.
pub struct KeyStore {
    state: String,
    country_signers: Vec<Arc<[u8]>>,
    signers: Vec<Arc<SignerKey>>,
    chip_master: Arc<MasterKey>,
    wrapping_key: Zeroizing<[u8; 32]>,
}

/// A document signer with what limits its use.
pub(crate) struct SignerKey {
    pub(crate) signer: Arc<DocumentSigner>,
    pub(crate) key: PrivateKey,
    pub(crate) limit: u64,
    pub(crate) period: Period,
}

impl std::fmt::Debug for KeyStore {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("KeyStore").field("state", &self.state).finish_non_exhaustive()
    }
}

impl KeyStore {
    /// Opens the keys in `folder`, which must have been made for `state` (as the MRZ writes it).
    ///
    /// Every certificate is checked: a document signer's against its key and against the country signer.
    ///
    /// # Errors
    /// [`KeyStoreError::NoKeys`], [`KeyStoreError::CentreElsewhere`] or [`KeyStoreError::OtherState`] for the folder,
    /// [`KeyStoreError::EmptyPassphrase`] or [`KeyStoreError::WrongPassphrase`], and [`KeyStoreError::Damaged`] for a
    /// file that is not what was written, or a certificate of another key or another issuer; or one cannot be read.
    pub fn open(folder: &Path, passphrase: &Passphrase, state: &str) -> Result<KeyStore, KeyStoreError> {
        let mut derivation = Derivation::new(passphrase)?;
        let country_signers = country_signers(folder, state)?;
        if !files::names(folder)?.contains(&key_file::file_name(CHIP_MASTER)) {
            return Err(KeyStoreError::CentreElsewhere);
        }
        let mut signers = Vec::new();
        for name in certificate_names(folder, DOCUMENT_SIGNER)? {
            let certificate = read_certificate(folder, &name)?;
            signers.push(Arc::new(open_document_signer(
                folder,
                &name,
                certificate,
                &country_signers,
                &mut derivation,
                state,
            )?));
        }
        // Whose usage period ends first is used up first.
        signers.sort_by(|one, other| {
            let order = |key: &SignerKey| (key.period.not_after, key.period.not_before, key.signer.name.clone());
            order(one).cmp(&order(other))
        });
        let master = read_key_file(folder, CHIP_MASTER, KeyKind::ChipMaster, state)?.open(&mut derivation)?;
        let master = AesKey::from_slice(&master).ok_or_else(|| KeyStoreError::Damaged {
            file: key_file::file_name(CHIP_MASTER),
            reason: "its key has another length",
        })?;
        let root: Zeroizing<[u8; 32]> =
            Zeroizing::new(fixed(folder, PAYLOAD_ROOT, KeyKind::PayloadRoot, &mut derivation, state)?);
        let wrapping_key = wrapping_key(&root).ok_or_else(|| KeyStoreError::Damaged {
            file: key_file::file_name(PAYLOAD_ROOT),
            reason: "no key can be derived from it",
        })?;
        Ok(KeyStore {
            state: state.to_owned(),
            country_signers: country_signers.iter().map(|(_, certificate)| certificate.as_bytes().into()).collect(),
            signers,
            chip_master: Arc::new(MasterKey::new(master)),
            wrapping_key,
        })
    }

    /// The issuing state as the MRZ writes it.
    pub fn state(&self) -> &str {
        &self.state
    }

    /// A signer with these keys, as fast as they can be used. Uses are counted by `ledger`.
    pub fn signer(&self, ledger: Arc<dyn SigningLedger>, random: Arc<dyn RandomSource>) -> SoftwareSigner {
        self.signer_with(SignatureEngine::Fast, ledger, random)
    }

    /// A signer with these keys and an engine of one's choice: simulations want the one whose signatures follow from key and
    /// message.
    pub fn signer_with(
        &self,
        engine: SignatureEngine,
        ledger: Arc<dyn SigningLedger>,
        random: Arc<dyn RandomSource>,
    ) -> SoftwareSigner {
        let (country_signers, master) = (self.country_signers.clone(), Arc::clone(&self.chip_master));
        SoftwareSigner::new(country_signers, &self.signers, master, engine, ledger, random)
    }

    /// What the maker of chips puts into one: for emulated chips only, whose maker is this program too. The master key itself
    /// stays here.
    pub fn chip_transport_keys(&self, chip_serial: &[u8], key_version: u8) -> StaticKeys {
        scp03::diversify(&self.chip_master, chip_serial, key_version)
    }

    /// A key for a purpose of its own, derived from the root key: the same each time for the same purpose.
    pub fn derived_key(&self, purpose: &str) -> Zeroizing<[u8; 32]> {
        let mut key = Zeroizing::new([0; 32]);
        // HKDF refuses only outputs of more than 255 hashes; this one is a single hash long.
        let _ = Hkdf::<Sha256>::new(Some(b"persoline derived key"), self.wrapping_key.as_slice())
            .expand(purpose.as_bytes(), key.as_mut_slice());
        key
    }

    /// A vault with the root key of sealed payloads.
    pub fn vault(&self, random: Arc<dyn RandomSource>) -> SoftwareVault {
        SoftwareVault::new(self.wrapping_key.clone(), random)
    }
}

/// The file of a certificate.
pub(crate) fn certificate_file(name: &str) -> String {
    format!("{name}.der")
}

/// Names of the keys whose certificates lie in the folder and begin with `prefix`, sorted.
pub(crate) fn certificate_names(folder: &Path, prefix: &str) -> Result<Vec<String>, KeyStoreError> {
    let names = files::names(folder)?;
    let with_prefix =
        |name: &String| Some(name.strip_suffix(".der").filter(|name| name.starts_with(prefix))?.to_owned());
    Ok(names.iter().filter_map(with_prefix).collect())
}

/// Every certificate of a folder that others have use for: country signers, newest first, links, document signers and those
/// whose private keys were erased, each by its name.
///
/// # Errors
/// [`KeyStoreError::NoKeys`] or [`KeyStoreError::OtherState`] for the folder; or a certificate is damaged or cannot be
/// read.
pub fn certificates(folder: &Path, state: &str) -> Result<Vec<IssuedCertificate>, KeyStoreError> {
    let mut all: Vec<IssuedCertificate> =
        country_signers(folder, state)?.iter().map(|(name, certificate)| issued(name, certificate)).collect();
    for prefix in [LINK, DOCUMENT_SIGNER, RETIRED] {
        for name in certificate_names(folder, prefix)? {
            let certificate = read_certificate(folder, &name)?;
            all.push(issued(name.strip_prefix(RETIRED).unwrap_or(&name), &certificate));
        }
    }
    Ok(all)
}

pub(crate) fn read_certificate(folder: &Path, name: &str) -> Result<Certificate, KeyStoreError> {
    let file = certificate_file(name);
    let bytes = files::read(folder, &file)?;
    Certificate::parse(&bytes).map_err(|source| KeyStoreError::Certificate { file, source })
}

pub(crate) fn parse(name: &str, bytes: &[u8]) -> Result<Certificate, KeyStoreError> {
    Certificate::parse(bytes).map_err(|source| KeyStoreError::Certificate { file: certificate_file(name), source })
}

/// The country signers' names and certificates, newest first. The state of the folder is checked on the way; a country
/// signer's private key may be kept elsewhere.
pub(crate) fn country_signers(folder: &Path, state: &str) -> Result<Vec<(String, Certificate)>, KeyStoreError> {
    let names = certificate_names(folder, COUNTRY_SIGNER)?;
    if names.is_empty() {
        return Err(KeyStoreError::NoKeys);
    }
    check_state(folder, state)?;
    let mut found = Vec::with_capacity(names.len());
    for name in names {
        let certificate = read_certificate(folder, &name)?;
        found.push((name, certificate));
    }
    found.sort_by(|(one_name, one), (other_name, other)| {
        (other.not_before(), other_name).cmp(&(one.not_before(), one_name))
    });
    Ok(found)
}

/// Checks for which state the folder was made: a centre's says so by its chip master key, a country signer's own by the
/// country signer's.
fn check_state(folder: &Path, state: &str) -> Result<(), KeyStoreError> {
    let files = files::names(folder)?;
    if files.contains(&key_file::file_name(CHIP_MASTER)) {
        return read_key_file(folder, CHIP_MASTER, KeyKind::ChipMaster, state).map(drop);
    }
    let above = files.iter().filter_map(|file| file.strip_suffix(".key")).find(|name| name.starts_with(COUNTRY_SIGNER));
    let above = above.ok_or(KeyStoreError::NoKeys)?;
    read_key_file(folder, above, KeyKind::CountrySigner, state).map(drop)
}

/// Reads a key file and checks that it is of this kind and state.
pub(crate) fn read_key_file(folder: &Path, name: &str, kind: KeyKind, state: &str) -> Result<KeyFile, KeyStoreError> {
    let file = KeyFile::parse(name, &files::read(folder, &key_file::file_name(name))?)?;
    if file.header().state != state {
        return Err(KeyStoreError::OtherState { expected: state.to_owned(), found: file.header().state.clone() });
    }
    if file.header().kind != kind {
        return Err(KeyStoreError::Damaged {
            file: key_file::file_name(name),
            reason: "it holds a key of another kind",
        });
    }
    Ok(file)
}

fn open_document_signer(
    folder: &Path,
    name: &str,
    certificate: Certificate,
    country_signers: &[(String, Certificate)],
    derivation: &mut Derivation<'_>,
    state: &str,
) -> Result<SignerKey, KeyStoreError> {
    let file = read_key_file(folder, name, KeyKind::DocumentSigner, state)?;
    let key = open_private_key(&file, &certificate, derivation)?;
    if !is_signed_by_one_of(&certificate, country_signers) {
        let reason = "no country signer of the folder signed it";
        return Err(KeyStoreError::Damaged { file: certificate_file(name), reason });
    }
    Ok(SignerKey {
        period: Period::of(&certificate),
        signer: Arc::new(DocumentSigner {
            name: SignerName(name.to_owned()),
            certificate: certificate.as_bytes().to_vec(),
            scheme: key.suite().scheme(),
        }),
        key,
        limit: file.header().document_limit,
    })
}

/// Opens the private key of a certificate.
pub(crate) fn open_private_key(
    file: &KeyFile,
    certificate: &Certificate,
    derivation: &mut Derivation<'_>,
) -> Result<PrivateKey, KeyStoreError> {
    let name = &file.header().name;
    let damaged = |reason| KeyStoreError::Damaged { file: key_file::file_name(name), reason };
    let secret = file.open(derivation)?;
    let suite = file.header().suite.ok_or_else(|| damaged("it names no suite"))?;
    let key = PrivateKey::open(suite, &secret).ok_or_else(|| damaged("its key is not of its suite"))?;
    if certificate.verifying_key().as_ref() != Ok(&key.verifying_key()) {
        let reason = "it is not the certificate of its key";
        return Err(KeyStoreError::Damaged { file: certificate_file(name), reason });
    }
    Ok(key)
}

fn fixed<const N: usize>(
    folder: &Path,
    name: &str,
    kind: KeyKind,
    derivation: &mut Derivation<'_>,
    state: &str,
) -> Result<[u8; N], KeyStoreError> {
    let secret = read_key_file(folder, name, kind, state)?.open(derivation)?;
    secret
        .as_slice()
        .try_into()
        .map_err(|_| KeyStoreError::Damaged { file: key_file::file_name(name), reason: "its key has another length" })
}
