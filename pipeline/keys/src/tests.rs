use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use chip_profile::personalisation::scp03::{self, MasterKey};
use chip_profile::pki::Certificate;
use chip_profile::signature::SignatureScheme;
use persoline_domain::chance::RandomSource;
use persoline_domain::clock::Timestamp;
use persoline_domain::identifiers::{ApplicationNumber, SignerName};
use persoline_domain::seal::{PayloadVault, SealError, SealedPayload};
use persoline_domain::signer::{
    ChipSessionRequest, ChipTransportRequest, DocumentSignatures, DocumentSigner, DocumentToSign, KeyCurve,
    Reservation, SignatureSuite, Signer, SignerError, SigningLedger,
};
use rand_chacha::ChaCha20Rng;
use rand_core::{Rng, SeedableRng};
use sha2::{Digest, Sha256};

use super::*;

mod apart;
mod ceremony;
mod signing;
mod suites;
mod vault;

/// Seeded randomness.
struct Seeded(Mutex<ChaCha20Rng>);

impl RandomSource for Seeded {
    fn fill(&self, bytes: &mut [u8]) {
        self.0.lock().unwrap().fill_bytes(bytes);
    }
}

fn random(seed: u64) -> Arc<dyn RandomSource> {
    Arc::new(Seeded(Mutex::new(ChaCha20Rng::seed_from_u64(seed))))
}

/// A ledger that outlives signers, as the store does.
#[derive(Default)]
struct Counts {
    uses: Mutex<BTreeMap<SignerName, u64>>,
    broken: AtomicU64,
}

impl SigningLedger for Counts {
    fn reserve_uses(&self, signer: &SignerName, count: u32, limit: u64) -> Result<u32, SignerError> {
        if self.broken.load(Ordering::Relaxed) > 0 {
            return Err(SignerError::Ledger("disk full".to_owned()));
        }
        let mut uses = self.uses.lock().unwrap();
        let used = uses.entry(signer.clone()).or_default();
        let granted = u64::from(count).min(limit.saturating_sub(*used));
        *used += granted;
        Ok(granted as u32)
    }
    fn uses(&self, signer: &SignerName) -> Result<u64, SignerError> {
        Ok(self.uses.lock().unwrap().get(signer).copied().unwrap_or_default())
    }
}

const DAY: i64 = 86_400_000;
/// 2026-11-21T00:00:00Z
const NOW: Timestamp = Timestamp(1_795_219_200_000);

fn days(count: i64) -> Timestamp {
    Timestamp(NOW.0 + count * DAY)
}

fn passphrase() -> Passphrase {
    Passphrase::new("correct horse battery staple".to_owned())
}

/// A request whose passphrase is cheap to try.
fn request(count: u32, limit: u64) -> CeremonyRequest {
    let mut request = CeremonyRequest::specimen();
    request.cost = PassphraseCost { memory: 64, iterations: 1, lanes: 1 };
    request.document_signers.count = count;
    request.document_signers.document_limit = limit;
    request
}

struct Centre {
    folder: tempfile::TempDir,
    report: CeremonyReport,
    ledger: Arc<Counts>,
}

impl Centre {
    fn new(count: u32, limit: u64) -> Centre {
        Centre::of(&request(count, limit))
    }
    fn of(request: &CeremonyRequest) -> Centre {
        let folder = tempfile::tempdir().unwrap();
        let place = folder.path().join("keys");
        let report = ceremony(request, &passphrase(), NOW, &*random(1), &place).unwrap();
        Centre { folder, report, ledger: Arc::default() }
    }
    fn keys(&self) -> PathBuf {
        self.folder.path().join("keys")
    }
    fn store(&self) -> KeyStore {
        KeyStore::open(&self.keys(), &passphrase(), "UTO").unwrap()
    }
    fn signer(&self) -> SoftwareSigner {
        self.store().signer(self.ledger.clone(), random(2))
    }
    fn names(&self) -> Vec<String> {
        self.report.document_signers.iter().map(|signer| signer.name.clone()).collect()
    }
    fn status(&self, now: Timestamp) -> KeyStatus {
        status(&self.keys(), "UTO", &*self.ledger, now).unwrap()
    }
}

/// Signs one EF.SOD's bytes for each message.
fn sign(signer: &dyn Signer, reservation: Reservation, messages: &[&[u8]]) -> Result<Vec<Vec<u8>>, SignerError> {
    let documents: Vec<DocumentToSign<'_>> = messages.iter().copied().map(DocumentToSign::security_object).collect();
    Ok(signer.sign(reservation, &documents)?.into_iter().map(|made| made.security_object).collect())
}

/// Runs OpenSSL in a folder; whether it ended well, and what it said.
fn openssl(folder: &Path, arguments: &[&str]) -> (bool, String) {
    let output = std::process::Command::new("openssl").args(arguments).current_dir(folder).output();
    let output = output.expect("the openssl program is needed by these tests");
    (output.status.success(), String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned())
}

/// Checks a signature with OpenSSL and the public key of a certificate.
fn openssl_verifies(scheme: SignatureScheme, certificate: &[u8], message: &[u8], signature: &[u8]) {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, bytes: &[u8]| std::fs::write(folder.path().join(name), bytes).unwrap();
    write("certificate", certificate);
    write("message", message);
    write("signature", signature);
    let text =
        openssl(folder.path(), &["x509", "-inform", "DER", "-in", "certificate", "-noout", "-pubkey", "-out", "key"]);
    assert!(text.0, "{}", text.1);
    let digest = format!("-sha{}", scheme.hash().length() * 8);
    let mut arguments = vec!["dgst", &digest, "-verify", "key", "-signature", "signature"];
    if matches!(scheme, SignatureScheme::RsaPss { .. }) {
        arguments.extend(["-sigopt", "rsa_padding_mode:pss", "-sigopt", "rsa_pss_saltlen:digest"]);
    }
    arguments.push("message");
    let (good, text) = openssl(folder.path(), &arguments);
    assert!(good, "{scheme:?}: {text}");
}

/// What each reservation of an answer says.
fn shares(reservations: &[Reservation]) -> Vec<(String, u32)> {
    reservations.iter().map(|reservation| (reservation.signer.name.to_string(), reservation.count)).collect()
}
