//! Country signer, document signers and chip keys: software keys, their ceremony and their use.
//!
//! The keys lie in one folder, or in two where the country signer is kept apart from the centre, each in a file of its own,
//! encrypted under a passphrase ([`key_file`] gives the format), with the certificates beside them as DER:
//!
//! | file | what |
//! |---|---|
//! | `csca-….key`, `csca-….der` | country signing certification authority; its key is opened only to issue certificates and may be kept elsewhere |
//! | `ds-….key`, `ds-….der` | a document signer, with the number of documents it may sign |
//! | `ds-….p10` | a request for a document signer's certificate that has not come yet |
//! | `retired-ds-….der` | a document signer whose private key was erased |
//! | `link-….der` | the old country signer vouches for the new one |
//! | `mls-….key`, `mls-….der` | a master list signer |
//! | `issued-….der`, `revocation-….crl` | what the country signer issued, and its revocation lists |
//! | `chip-master.key` | master key from which the chips' transport keys are diversified (GlobalPlatform SCP03) |
//! | `payload-root.key` | root key under which the orders' own keys are wrapped |
//!
//! ```no_run
//! use persoline_domain::{chance::RandomSource, clock::Timestamp, signer::{DocumentToSign, Signer, SigningLedger}};
//! use persoline_keys::{CeremonyRequest, KeyStore, Passphrase, ceremony};
//! use std::{path::Path, sync::Arc};
//! # fn example(now: Timestamp, random: Arc<dyn RandomSource>, ledger: Arc<dyn SigningLedger>)
//! # -> Result<(), Box<dyn std::error::Error>> {
//! let folder = Path::new("data/keys");
//! let passphrase = Passphrase::new("a long phrase that two people know halves of".to_owned());
//! ceremony(&CeremonyRequest::specimen(), &passphrase, now, &*random, folder)?;
//!
//! let store = KeyStore::open(folder, &passphrase, "UTO")?;
//! let vault = store.vault(random.clone());
//! let signer = store.signer(ledger, random);
//! for reservation in signer.reserve(1, now)? {
//!     let document = DocumentToSign::security_object(b"what an EF.SOD signs");
//!     let signatures = signer.sign(reservation, &[document])?;
//! }
//! # Ok(()) }
//! ```
//!
//! Time and randomness are passed in. The system's files are the only thing reached.

mod authority;
mod ceremony;
mod directory;
mod error;
mod fast_key;
mod files;
mod install;
mod issuer;
pub mod key_file;
mod passphrase;
mod periods;
mod private_key;
mod request;
mod retire;
mod rsa_key;
mod rsa_pool;
mod signer;
mod status;
mod store;
mod vault;
mod writer;

pub use authority::{
    Authority, IssuingPolicy, MasterListReport, MasterListRequest, RevocationListReport, RevocationListRequest,
    Succession,
};
pub use ceremony::{
    AuthorityRequest, CentreRequest, CeremonyReport, CeremonyRequest, ChipMasterKind, CountrySignerRequest,
    DocumentSignerRequest, IssuedCertificate, IssuerRequest, authority_ceremony, centre_ceremony, ceremony,
};
pub use directory::{DirectoryReport, directory};
pub use error::KeyStoreError;
pub use install::{InstallRules, Installation, install};
pub use passphrase::{Passphrase, PassphraseCost};
pub use request::{PendingRequest, pending_requests, request_document_signers};
pub use retire::{Retirement, retire_document_signers};
pub use signer::{SignatureEngine, SoftwareSigner};
pub use status::{CountrySignerStatus, DocumentSignerStatus, KeyStatus, RevocationListStatus, SignerStanding, status};
pub use store::{KeyStore, certificates};
pub use vault::SoftwareVault;

#[cfg(test)]
mod tests;
