//! Why the key folder could not be made, opened or used.

use chip_profile::pki::ldif::LdifError;
use chip_profile::pki::ldif::pkd::PkdError;
use chip_profile::pki::master_list::MasterListError;
use chip_profile::pki::name::NameError;
use chip_profile::pki::{CertificateError, ProfileError};
use persoline_domain::signer::SignerError;
use thiserror::Error;

/// Why the key folder could not be made, opened or used. Files are called by their name inside the folder.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum KeyStoreError {
    /// There are no keys yet: hold a ceremony first.
    #[error("there are no keys in the key folder; hold a key ceremony first")]
    NoKeys,
    /// The country signer's private key is not in the folder, so nothing can be issued.
    #[error("the country signer's private key is kept elsewhere; bring it into the key folder to issue certificates")]
    CountrySignerElsewhere,
    /// The folder is the country signer's own: the centre's keys are not in it.
    #[error("the key folder holds a country signer alone, and no keys of a centre; name the centre's folder")]
    CentreElsewhere,
    /// A ceremony must not replace keys that exist.
    #[error("the key folder already holds keys; a ceremony never replaces them")]
    AlreadyThere,
    /// The folder was made for another issuing state.
    #[error("the key folder was made for {found}, not for {expected}")]
    OtherState {
        /// The state that was asked for, as the MRZ writes it.
        expected: String,
        /// The state that the file names.
        found: String,
    },
    /// The file is whole and does not open with this passphrase.
    #[error("{file} does not open with this passphrase")]
    WrongPassphrase {
        /// Which file.
        file: String,
    },
    /// The file is not what was written.
    #[error("{file} is damaged: {reason}; restore it from its copy")]
    Damaged {
        /// Which file.
        file: String,
        /// What does not fit.
        reason: &'static str,
    },
    /// The file was written by a later version of the program.
    #[error("{file} has format version {version}; this program reads versions 1 and 2")]
    Version {
        /// Which file.
        file: String,
        /// The version it names.
        version: u16,
    },
    /// A passphrase without a character.
    #[error("the passphrase is empty")]
    EmptyPassphrase,
    /// The cost of deriving a key from the passphrase is outside of what this program accepts.
    #[error("the cost of the passphrase is outside of the accepted range")]
    Cost,
    /// What was asked for cannot be done.
    #[error("what was asked for cannot be made: {0}")]
    Request(&'static str),
    /// What was asked for breaks the certificate profile.
    #[error("what was asked for cannot be made: {0}")]
    Profile(#[from] ProfileError),
    /// A name breaks the certificate profile.
    #[error("what was asked for cannot be made: {0}")]
    Name(#[from] NameError),
    /// A request for a certificate that is not granted.
    #[error("request {} of the batch is refused: {reason}", .index + 1)]
    RequestRefused {
        /// Which of the batch, the first being 0.
        index: usize,
        /// Why.
        reason: String,
    },
    /// A certificate that is not what was asked for.
    #[error("{file} is refused: {reason}")]
    CertificateRefused {
        /// Which file.
        file: String,
        /// Why.
        reason: String,
    },
    /// A master list that cannot be made or read.
    #[error("the master list: {0}")]
    MasterList(#[from] MasterListError),
    /// What the public key directory takes cannot be laid out.
    #[error("the public key directory: {0}")]
    Directory(#[from] PkdError),
    /// An entry of the public key directory cannot be written.
    #[error("the public key directory: {0}")]
    Ldif(#[from] LdifError),
    /// A serial number of which no certificate was issued here.
    #[error("no certificate with the serial number {serial} was issued here")]
    NotIssued {
        /// The serial number, hexadecimal.
        serial: String,
    },
    /// A certificate cannot be read.
    #[error("{file}: {source}")]
    Certificate {
        /// Which file.
        file: String,
        /// What is wrong.
        source: CertificateError,
    },
    /// The ledger that counts uses failed, or an RSA key could not be made or does not sign.
    #[error(transparent)]
    Ledger(#[from] SignerError),
    /// The system refused.
    #[error("{file}: {source}")]
    Io {
        /// Which file or folder.
        file: String,
        /// What the system says.
        source: std::io::Error,
    },
}
