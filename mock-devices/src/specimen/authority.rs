//! The authority: a country signer and one document signer.

use super::SpecimenError;
use chip_profile::ec::{Curve, KeyPair};
use chip_profile::lds::{FileId, LdsVersion, SecurityInfos};
use chip_profile::pki::{
    AlternativeName, Certificate, Contact, CountryCode, CountrySigner, DistinguishedName, DocumentSigner, SerialNumber,
    UnixTime, UsagePeriod, Validity,
};
use chip_profile::signature::{SignatureScheme, VerifyingKey};
use chip_profile::sod::{CardSecurityTemplate, SecurityObjectTemplate};
use rand_core::CryptoRng;
use std::collections::BTreeMap;

/// Where the revocation list would be, were there one.
const REVOCATION_LIST: &str = "https://pki.utopia.example/UTO.crl";

pub(super) struct Authority {
    pub(super) country_signer: Vec<u8>,
    document_signer: Vec<u8>,
    document_signer_key: KeyPair,
}

impl Authority {
    pub(super) fn new(curve: Curve, issued: UnixTime, rng: &mut dyn CryptoRng) -> Result<Self, SpecimenError> {
        let scheme = SignatureScheme::Ecdsa(curve.hash());
        let country_signer_key = KeyPair::generate(curve, rng);
        let document_signer_key = KeyPair::generate(curve, rng);
        let unsigned = CountrySigner {
            serial: SerialNumber::generate(rng),
            name: name("Specimen CSCA Utopia")?,
            alternative_name: alternative_name(),
            validity: Validity { not_before: issued, not_after: issued.plus_months(180) },
            usage_period: UsagePeriod { not_before: issued, not_after: issued.plus_months(36) },
            public_key: VerifyingKey::Ec(country_signer_key.public_key().clone()),
            revocation_list_addresses: vec![REVOCATION_LIST.to_owned()],
            policies: Vec::new(),
        }
        .finalize(scheme)?;
        let sign = |bytes: &[u8]| country_signer_key.sign(curve.hash(), bytes);
        let country_signer = unsigned.assemble(&sign(unsigned.to_be_signed()));
        let issuer =
            Certificate::parse(&country_signer).map_err(|error| SpecimenError::Certificate(error.to_string()))?;
        let unsigned = DocumentSigner {
            serial: SerialNumber::generate(rng),
            subject: name("Specimen Document Signer")?,
            alternative_name: alternative_name(),
            validity: Validity { not_before: issued, not_after: issued.plus_months(123) },
            usage_period: UsagePeriod { not_before: issued, not_after: issued.plus_months(3) },
            public_key: VerifyingKey::Ec(document_signer_key.public_key().clone()),
            document_types: vec!["P".to_owned()],
            revocation_list_addresses: vec![REVOCATION_LIST.to_owned()],
            policies: Vec::new(),
        }
        .finalize(&issuer, scheme)?;
        let document_signer = unsigned.assemble(&sign(unsigned.to_be_signed()));
        Ok(Authority { country_signer, document_signer, document_signer_key })
    }

    /// EF.SOD over these files.
    pub(super) fn security_object(
        &self,
        files: &BTreeMap<FileId, Vec<u8>>,
        signed: UnixTime,
    ) -> Result<Vec<u8>, SpecimenError> {
        let told = |error: &dyn core::fmt::Display| SpecimenError::Certificate(error.to_string());
        let curve = self.document_signer_key.curve();
        let template = SecurityObjectTemplate::new(
            &self.document_signer,
            curve.hash(),
            SignatureScheme::Ecdsa(curve.hash()),
            LdsVersion::V1_8,
        )
        .map_err(|error| told(&error))?;
        let hash = template.data_group_hash();
        let hashes: BTreeMap<u8, Vec<u8>> =
            files.iter().filter_map(|(file, contents)| Some((file.data_group()?, hash.digest(contents)))).collect();
        let prepared = template.prepare_at(&hashes, signed).map_err(|error| told(&error))?;
        let signature = self.document_signer_key.sign(curve.hash(), prepared.to_be_signed());
        Ok(prepared.assemble(&signature))
    }

    /// EF.CardSecurity with these security infos.
    pub(super) fn card_security(&self, infos: &SecurityInfos, signed: UnixTime) -> Result<Vec<u8>, SpecimenError> {
        let told = |error: &dyn core::fmt::Display| SpecimenError::Certificate(error.to_string());
        let hash = self.document_signer_key.curve().hash();
        let template = CardSecurityTemplate::new(&self.document_signer, SignatureScheme::Ecdsa(hash))
            .map_err(|error| told(&error))?;
        let prepared = template.prepare_at(infos, signed).map_err(|error| told(&error))?;
        Ok(prepared.assemble(&self.document_signer_key.sign(hash, prepared.to_be_signed())))
    }
}

fn name(common_name: &str) -> Result<DistinguishedName, SpecimenError> {
    Ok(DistinguishedName {
        country: CountryCode::new("UT").map_err(|error| SpecimenError::Profile(error.into()))?,
        organization: Some("Utopia Immigration".to_owned()),
        organizational_unit: None,
        serial_number: Some("001".to_owned()),
        common_name: common_name.to_owned(),
    })
}

fn alternative_name() -> AlternativeName {
    AlternativeName {
        state: "UTO".to_owned(),
        territory: None,
        contacts: vec![Contact::Email("pki@utopia.example".to_owned())],
    }
}
