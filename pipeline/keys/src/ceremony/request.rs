//! What is asked of a ceremony, and what it answers.

use persoline_domain::clock::Timestamp;
use persoline_domain::signer::KeyCurve;

use crate::passphrase::PassphraseCost;

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

/// What the country signer is to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CountrySignerRequest {
    /// Curve of its key.
    pub curve: KeyCurve,
    /// For how many months it issues certificates; Doc 9303-12 4.1.4.2 recommends three to five years.
    pub usage_months: u32,
}

/// What the document signers are to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DocumentSignerRequest {
    /// Curve of their keys.
    pub curve: KeyCurve,
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

/// What a ceremony is to make.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CeremonyRequest {
    /// Who issues.
    pub issuer: IssuerRequest,
    /// The country signer.
    pub country_signer: CountrySignerRequest,
    /// The first document signers.
    pub document_signers: DocumentSignerRequest,
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
            country_signer: CountrySignerRequest { curve: KeyCurve::P384, usage_months: 36 },
            document_signers: DocumentSignerRequest {
                curve: KeyCurve::P256,
                count: 3,
                usage_days: 90,
                stagger_days: 20,
                document_months: 120,
                document_limit: 100_000,
                document_types: vec!["P".to_owned()],
            },
            cost: PassphraseCost::default(),
        }
    }
}

/// A certificate that a ceremony made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IssuedCertificate {
    /// Name of its key.
    pub name: String,
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
