//! What is asked of a ceremony, and what it answers.

use chip_profile::pki::{AlternativeName, Contact, CountryCode, DistinguishedName};
use persoline_domain::clock::Timestamp;
use persoline_domain::signer::SignatureSuite;

use crate::error::KeyStoreError;
use crate::issuer::Issuer;
use crate::passphrase::PassphraseCost;

/// Most document signers that are made at once.
const SIGNER_LIMIT: u32 = 1000;

/// Who issues.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IssuerRequest {
    /// The issuing state as the MRZ writes it, without fillers: `UTO`.
    pub state: String,
    /// The three-letter code of a territory where the state's code stands for several issuers: `HKG` under `CHN`.
    pub territory: Option<String>,
    /// Two-letter country code of Doc 9303-3: `UT`.
    pub country: String,
    /// organizationName of the certificates.
    pub organisation: String,
    /// Where questions about certificates go.
    pub email: Option<String>,
    /// Where the revocation list is published; at least one ldap, http or https address.
    pub revocation_list_addresses: Vec<String>,
}

impl IssuerRequest {
    pub(crate) fn issuer(&self) -> Result<Issuer, KeyStoreError> {
        Ok(Issuer {
            name: DistinguishedName {
                country: CountryCode::new(&self.country)?,
                organization: Some(self.organisation.clone()),
                organizational_unit: None,
                serial_number: None,
                common_name: format!("CSCA {}", self.state),
            },
            alternative_name: AlternativeName {
                state: self.state.clone(),
                territory: self.territory.clone(),
                contacts: self.email.iter().cloned().map(Contact::Email).collect(),
            },
            revocation_list_addresses: self.revocation_list_addresses.clone(),
        })
    }
}

/// What the country signer is to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CountrySignerRequest {
    /// Its key and how it signs.
    pub suite: SignatureSuite,
    /// For how many months it issues certificates; Doc 9303-12 4.1.4.2 recommends three to five years.
    pub usage_months: u32,
    /// Up to how many days after that the last document signer may sign.
    pub signer_days: u32,
    /// Longest life of a document, in months; the certificate outlives the last document.
    pub document_months: u32,
}

impl Default for CountrySignerRequest {
    /// P-384, three years, and room for signers that begin up to nine months after they were issued.
    fn default() -> Self {
        CountrySignerRequest { suite: SignatureSuite::P384, usage_months: 36, signer_days: 366, document_months: 120 }
    }
}

/// What the document signers are to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DocumentSignerRequest {
    /// Their keys and how they sign.
    pub suite: SignatureSuite,
    /// How many.
    pub count: u32,
    /// For how many days each signs; three months at most is good practice.
    pub usage_days: u32,
    /// How many days lie between the ends of two neighbours' usage periods. Less than `usage_days`, so that one is always
    /// in reserve.
    pub stagger_days: u32,
    /// Longest life of a document, in months; the certificate outlives the last document signed.
    pub document_months: u32,
    /// How many documents each signs at most; 100,000 is good practice.
    pub document_limit: u64,
    /// Document types as they begin the MRZ: `P`, `PP`.
    pub document_types: Vec<String>,
}

impl Default for DocumentSignerRequest {
    /// Three signers on P-256 for passports, 90 days and 100,000 documents each.
    fn default() -> Self {
        DocumentSignerRequest {
            suite: SignatureSuite::P256,
            count: 3,
            usage_days: 90,
            stagger_days: 20,
            document_months: 120,
            document_limit: 100_000,
            document_types: vec!["P".to_owned()],
        }
    }
}

impl DocumentSignerRequest {
    pub(crate) fn check(&self) -> Result<(), KeyStoreError> {
        if self.count == 0 || self.count > SIGNER_LIMIT {
            return Err(KeyStoreError::Request("the number of document signers must lie between 1 and 1000"));
        }
        if self.document_limit == 0 || i64::try_from(self.document_limit).is_err() {
            return Err(KeyStoreError::Request("a document signer must sign at least one document"));
        }
        if self.stagger_days >= self.usage_days {
            return Err(KeyStoreError::Request("usage periods must be longer than the days between their ends"));
        }
        Ok(())
    }
}

/// The master key of the chips' transport keys (GlobalPlatform Amendment D), and with it the length of those.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum ChipMasterKind {
    /// AES-128.
    #[default]
    Aes128,
    /// AES-256, for chips with keys of that length.
    Aes256,
}

impl ChipMasterKind {
    pub(crate) fn length(self) -> usize {
        match self {
            ChipMasterKind::Aes128 => 16,
            ChipMasterKind::Aes256 => 32,
        }
    }
}

/// What a country signer's ceremony is to make.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuthorityRequest {
    /// Who issues.
    pub issuer: IssuerRequest,
    /// The country signer.
    pub country_signer: CountrySignerRequest,
    /// What it costs to derive a key from the passphrase.
    pub cost: PassphraseCost,
}

/// What a centre's ceremony is to make where the country signer lies elsewhere.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CentreRequest {
    /// The issuing state as the MRZ writes it, without fillers.
    pub state: String,
    /// The master key of the chips' transport keys.
    pub chip_master: ChipMasterKind,
    /// What it costs to derive a key from the passphrase.
    pub cost: PassphraseCost,
}

/// What a ceremony is to make.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CeremonyRequest {
    /// Who issues.
    pub issuer: IssuerRequest,
    /// The country signer.
    pub country_signer: CountrySignerRequest,
    /// The first document signers.
    pub document_signers: DocumentSignerRequest,
    /// The master key of the chips' transport keys.
    pub chip_master: ChipMasterKind,
    /// What it costs to derive a key from the passphrase.
    pub cost: PassphraseCost,
}

impl CeremonyRequest {
    /// The specimen state Utopia: P-384 above P-256, three document signers.
    pub fn specimen() -> CeremonyRequest {
        CeremonyRequest {
            issuer: IssuerRequest {
                state: "UTO".to_owned(),
                territory: None,
                country: "UT".to_owned(),
                organisation: "Utopia Specimen".to_owned(),
                email: Some("pki@utopia.example".to_owned()),
                revocation_list_addresses: vec!["https://pki.utopia.example/UTO.crl".to_owned()],
            },
            country_signer: CountrySignerRequest::default(),
            document_signers: DocumentSignerRequest::default(),
            chip_master: ChipMasterKind::default(),
            cost: PassphraseCost::default(),
        }
    }
}

/// A certificate that a ceremony made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IssuedCertificate {
    /// Name of its key.
    pub name: String,
    /// Its serial number, hexadecimal.
    pub serial: String,
    /// The certificate, DER.
    pub certificate: Vec<u8>,
    /// SHA-256 of the certificate, to be compared by voice.
    pub fingerprint: [u8; 32],
    /// First moment at which the private key signs.
    pub usage_begin: Timestamp,
    /// Last moment at which the private key signs.
    pub usage_end: Timestamp,
    /// Last moment of the certificate.
    pub expiry: Timestamp,
}

/// What a ceremony made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CeremonyReport {
    /// The issuing state as the MRZ writes it.
    pub state: String,
    /// The country signer under which was issued.
    pub country_signer: IssuedCertificate,
    /// The document signers, in the order in which they are used.
    pub document_signers: Vec<IssuedCertificate>,
}
