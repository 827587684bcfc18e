//! A specimen state's keys and certificates for the tests of this crate.

use std::path::PathBuf;

use crate::ec::{Curve, HashAlgorithm, KeyPair};
use crate::pki::{
    AlternativeName, Certificate, Contact, CountryCode, CountrySigner, DistinguishedName, DocumentSigner, SerialNumber,
    UnixTime, UsagePeriod, Validity,
};
use crate::signature::SignatureScheme;
use crate::sod::{LdsVersion, SecurityObjectTemplate};

/// The folder of test data that is not part of the project.
pub(crate) fn shared() -> Option<PathBuf> {
    match std::env::var_os("PERSOLINE_SHARED") {
        Some(folder) => Some(PathBuf::from(folder).join("vectors")),
        None if std::env::var("CI").as_deref() == Ok("true") => panic!("PERSOLINE_SHARED is not set"),
        None => {
            println!("not run: no test data");
            None
        }
    }
}

/// A country signer and one document signer under it.
pub(crate) struct Authority {
    pub(crate) curve: Curve,
    pub(crate) csca: Vec<u8>,
    pub(crate) csca_key: KeyPair,
    pub(crate) document_signer: Vec<u8>,
    pub(crate) document_signer_key: KeyPair,
}

/// The day on which everything of the tests begins to be valid.
pub(crate) fn start() -> UnixTime {
    UnixTime::from_civil(2026, 11, 21, 0, 0, 0).unwrap()
}

impl Authority {
    /// Keys from a seed; the same seed gives the same certificates.
    pub(crate) fn new(curve: Curve, seed: u64) -> Self {
        Self::with(curve, seed, |_| {})
    }

    /// The same with the document signer's profile changed before it is signed.
    pub(crate) fn with(curve: Curve, seed: u64, change: impl FnOnce(&mut DocumentSigner)) -> Self {
        let mut rng: rand_chacha::ChaCha20Rng = rand_core::SeedableRng::seed_from_u64(seed);
        let csca_key = KeyPair::generate(curve, &mut rng);
        let document_signer_key = KeyPair::generate(curve, &mut rng);
        let unsigned = CountrySigner {
            serial: SerialNumber::generate(&mut rng),
            name: name("CSCA Utopia"),
            alternative_name: alternative_name(),
            validity: Validity { not_before: start(), not_after: start().plus_months(180) },
            usage_period: UsagePeriod { not_before: start(), not_after: start().plus_months(36) },
            public_key: csca_key.public_key().clone().into(),
            revocation_list_addresses: vec!["https://pki.utopia.example/UTO.crl".to_owned()],
            policies: Vec::new(),
        }
        .finalize(SignatureScheme::for_curve(curve))
        .unwrap();
        let csca = unsigned.assemble(&csca_key.sign(unsigned.scheme().hash(), unsigned.to_be_signed()));
        let mut profile = DocumentSigner {
            serial: SerialNumber::generate(&mut rng),
            subject: name("Document Signer 1"),
            alternative_name: alternative_name(),
            validity: Validity { not_before: start(), not_after: start().plus_months(123) },
            usage_period: UsagePeriod { not_before: start(), not_after: start().plus_months(3) },
            public_key: document_signer_key.public_key().clone().into(),
            document_types: vec!["PP".to_owned(), "P".to_owned()],
            revocation_list_addresses: vec!["https://pki.utopia.example/UTO.crl".to_owned()],
            policies: Vec::new(),
        };
        change(&mut profile);
        let unsigned =
            profile.finalize(&Certificate::parse(&csca).unwrap(), SignatureScheme::for_curve(curve)).unwrap();
        let document_signer = unsigned.assemble(&csca_key.sign(unsigned.scheme().hash(), unsigned.to_be_signed()));
        Authority { curve, csca, csca_key, document_signer, document_signer_key }
    }

    /// The hash function that goes with the curve.
    pub(crate) fn hash(&self) -> HashAlgorithm {
        self.curve.hash()
    }

    pub(crate) fn template(&self, version: LdsVersion) -> SecurityObjectTemplate {
        let scheme = SignatureScheme::for_curve(self.curve);
        SecurityObjectTemplate::new(&self.document_signer, self.hash(), scheme, version).unwrap()
    }
}

pub(crate) fn name(common_name: &str) -> DistinguishedName {
    DistinguishedName {
        country: CountryCode::new("UT").unwrap(),
        organization: Some("Utopia Immigration".to_owned()),
        organizational_unit: None,
        serial_number: Some("001".to_owned()),
        common_name: common_name.to_owned(),
    }
}

pub(crate) fn alternative_name() -> AlternativeName {
    AlternativeName {
        state: "UTO".to_owned(),
        territory: Some("UTI".to_owned()),
        contacts: vec![Contact::Email("pki@utopia.example".to_owned())],
    }
}
