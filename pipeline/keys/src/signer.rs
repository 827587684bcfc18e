//! Software keys behind the signer's port.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use chip_profile::ec::KeyPair;
use chip_profile::personalisation::scp03::{self, Challenge, MasterKey};
use persoline_domain::chance::{AsRng, RandomSource};
use persoline_domain::clock::Timestamp;
use persoline_domain::signer::{
    ChipSessionKeys, ChipSessionRequest, ChipTransportKeys, ChipTransportRequest, DocumentKeyPair, DocumentRsaKeyPair,
    DocumentSignatures, DocumentToSign, KeyCurve, Reservation, SecretBytes, Signer, SignerError, SigningLedger,
};

use crate::fast_key::{self, FastKey};
use crate::rsa_pool::{RSA_KEYS_AHEAD, RsaPool};
use crate::store::SignerKey;

/// What signs and makes keys on P-256 and P-384. Other curves and RSA have one engine each.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum SignatureEngine {
    /// The fastest (aws-lc-rs). The same message is signed differently each time.
    #[default]
    Fast,
    /// Signatures that follow from key and message alone (RFC 6979), so that a simulation can be run again from its seed.
    Reproducible,
}

/// Signs with the keys of a [`KeyStore`](crate::KeyStore), as many threads at once as like to.
///
/// Of the document signers in their usage period, the one whose period ends first is used until its documents are used up,
/// then the next: rolling over happens inside a batch and drops nothing.
pub struct SoftwareSigner {
    country_signers: Vec<Arc<[u8]>>,
    signers: Vec<Held>,
    chip_master: Arc<MasterKey>,
    engine: SignatureEngine,
    rsa_pool: RsaPool,
    ledger: Arc<dyn SigningLedger>,
    random: Arc<dyn RandomSource>,
}

/// A key, and how many documents were reserved here and not signed yet. A reservation is plain data; counting them here as
/// well keeps one that was made up, or used twice, from signing.
struct Held {
    key: Arc<SignerKey>,
    fast: Option<FastKey>,
    outstanding: AtomicU64,
}

impl Held {
    fn sign(&self, message: &[u8]) -> Result<Vec<u8>, SignerError> {
        match &self.fast {
            Some(fast) => fast.sign(message),
            None => self.key.key.sign(message),
        }
    }
}

impl std::fmt::Debug for SoftwareSigner {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let names: Vec<&str> = self.signers.iter().map(|held| held.key.signer.name.as_str()).collect();
        formatter.debug_struct("SoftwareSigner").field("signers", &names).finish_non_exhaustive()
    }
}

impl SoftwareSigner {
    pub(crate) fn new(
        country_signers: Vec<Arc<[u8]>>,
        keys: &[Arc<SignerKey>],
        chip_master: Arc<MasterKey>,
        engine: SignatureEngine,
        ledger: Arc<dyn SigningLedger>,
        random: Arc<dyn RandomSource>,
    ) -> SoftwareSigner {
        let hold = |key: &Arc<SignerKey>| {
            let fast = key.key.key_pair().filter(|_| engine == SignatureEngine::Fast).and_then(FastKey::of);
            Held { key: Arc::clone(key), fast, outstanding: AtomicU64::new(0) }
        };
        let signers = keys.iter().map(hold).collect();
        SoftwareSigner { country_signers, signers, chip_master, engine, rsa_pool: RsaPool::default(), ledger, random }
    }

    fn document_key_pair(&self, curve: KeyCurve) -> Result<DocumentKeyPair, SignerError> {
        let fast = match self.engine {
            SignatureEngine::Fast => fast_key::document_key_pair(curve, &*self.random),
            SignatureEngine::Reproducible => None,
        };
        fast.unwrap_or_else(|| {
            let key_pair = KeyPair::generate(curve.curve(), &mut AsRng(&*self.random));
            Ok(DocumentKeyPair {
                curve,
                public_point: key_pair.public_key().uncompressed().to_vec(),
                private_scalar: SecretBytes::new(key_pair.private_scalar().as_bytes().to_vec()),
            })
        })
    }

    /// Whether the signers of this moment can sign `count` documents between them. Asked first, so that a batch that does
    /// not fit does not use up what is left; others may be faster, then the rest of that batch is lost.
    fn enough_left(&self, count: u32, now: Timestamp) -> Result<bool, SignerError> {
        let mut left = 0u64;
        for held in self.active(now) {
            left = left.saturating_add(held.key.limit.saturating_sub(self.ledger.uses(&held.key.signer.name)?));
            if left >= u64::from(count) {
                return Ok(true);
            }
        }
        Ok(false)
    }

    fn active(&self, now: Timestamp) -> impl Iterator<Item = &Held> {
        self.signers.iter().filter(move |held| held.key.period.contains(now))
    }
}

impl Signer for SoftwareSigner {
    fn reserve(&self, count: u32, now: Timestamp) -> Result<Vec<Reservation>, SignerError> {
        if !self.enough_left(count, now)? {
            return Err(SignerError::NoSignerLeft);
        }
        let mut reservations = Vec::with_capacity(1);
        let mut missing = count;
        for held in self.active(now) {
            if missing == 0 {
                break;
            }
            let granted = self.ledger.reserve_uses(&held.key.signer.name, missing, held.key.limit)?.min(missing);
            if granted > 0 {
                held.outstanding.fetch_add(u64::from(granted), Ordering::AcqRel);
                reservations.push(Reservation { signer: Arc::clone(&held.key.signer), count: granted });
                missing -= granted;
            }
        }
        if missing == 0 { Ok(reservations) } else { Err(SignerError::NoSignerLeft) }
    }

    fn sign(
        &self,
        reservation: Reservation,
        documents: &[DocumentToSign<'_>],
    ) -> Result<Vec<DocumentSignatures>, SignerError> {
        let reserved = u64::from(reservation.count);
        if documents.len() as u64 > reserved {
            return Err(SignerError::Reservation { asked: documents.len(), reserved: reservation.count });
        }
        let held = self
            .signers
            .iter()
            .find(|held| held.key.signer.name == reservation.signer.name)
            .ok_or_else(|| SignerError::Device(format!("no key called {}", reservation.signer.name)))?;
        held.outstanding
            .fetch_update(Ordering::AcqRel, Ordering::Acquire, |outstanding| outstanding.checked_sub(reserved))
            .map_err(|outstanding| SignerError::Reservation {
                asked: documents.len(),
                reserved: u32::try_from(outstanding).unwrap_or(u32::MAX),
            })?;
        let sign = |document: &DocumentToSign<'_>| {
            Ok(DocumentSignatures {
                security_object: held.sign(document.security_object)?,
                card_security: document.card_security.map(|message| held.sign(message)).transpose()?,
            })
        };
        documents.iter().map(sign).collect()
    }

    fn document_key_pairs(&self, curve: KeyCurve, count: u32) -> Result<Vec<DocumentKeyPair>, SignerError> {
        (0..count).map(|_| self.document_key_pair(curve)).collect()
    }

    fn document_rsa_key_pairs(&self, count: u32) -> Result<Vec<DocumentRsaKeyPair>, SignerError> {
        self.rsa_pool.take(count)
    }

    fn make_rsa_key_pair_ahead(&self) -> Result<bool, SignerError> {
        self.rsa_pool.fill(RSA_KEYS_AHEAD)
    }

    fn chip_session_keys(&self, chips: &[ChipSessionRequest]) -> Result<Vec<ChipSessionKeys>, SignerError> {
        let derive = |chip: &ChipSessionRequest| {
            let static_keys = scp03::diversify(&self.chip_master, &chip.chip_serial, chip.key_version);
            let [host, card] = [&chip.host_challenge, &chip.card_challenge].map(|bytes| Challenge::from_slice(bytes));
            let (Some(host), Some(card)) = (host, card) else {
                return Err(SignerError::Device("a challenge has neither eight nor sixteen bytes".to_owned()));
            };
            let keys = scp03::derive_session_keys(&static_keys, &host, &card);
            let [encryption, command_mac, response_mac] = keys.expose().map(|key| SecretBytes::new(key.to_vec()));
            Ok(ChipSessionKeys { encryption, command_mac, response_mac })
        };
        chips.iter().map(derive).collect()
    }

    fn chip_transport_keys(&self, chips: &[ChipTransportRequest]) -> Result<Vec<ChipTransportKeys>, SignerError> {
        let derive = |chip: &ChipTransportRequest| {
            let keys = scp03::diversify(&self.chip_master, &chip.chip_serial, chip.key_version).expose();
            let length = keys.len() / 3;
            let [encryption, command_mac, data_encryption] = [0, 1, 2].map(|part| {
                SecretBytes::new(keys.get(part * length..(part + 1) * length).unwrap_or_default().to_vec())
            });
            ChipTransportKeys { encryption, command_mac, data_encryption }
        };
        Ok(chips.iter().map(derive).collect())
    }

    fn country_signers(&self) -> Vec<Arc<[u8]>> {
        self.country_signers.clone()
    }
}
