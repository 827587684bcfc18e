//! A specimen state and its documents, made with the public interface alone.

use std::collections::BTreeMap;

use chip_profile::access::pace::PaceParameters;
use chip_profile::ec::{Curve, HashAlgorithm, KeyPair};
use chip_profile::lds::dg2::{FaceFormat, FaceImage, FaceImageType, ImageDataType};
use chip_profile::lds::{
    CardAccess, Com, Dg1, Dg2, Dg11, Dg12, Dg14, Dg15, ElementaryFiles, FileId, LdsVersion, SecurityInfo,
    SecurityInfos, UnicodeVersion,
};
use chip_profile::mrz::Td3;
use chip_profile::pki::{
    AlternativeName, Certificate, Contact, CountryCode, CountrySigner, DistinguishedName, DocumentSigner, ListKind,
    ListSigner, SerialNumber, UnixTime, UsagePeriod, Validity,
};
use chip_profile::sod::SecurityObjectTemplate;
use rand_chacha::ChaCha20Rng;
use rand_core::SeedableRng;

use crate::suites::{Signer, Suite};

pub(crate) const ZONE: &str =
    "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\nL898902C36UTO7408122F3804151ZE184226B<<<<<16";

/// The day on which everything begins to be valid.
pub(crate) fn start() -> UnixTime {
    UnixTime::from_civil(2026, 11, 21, 0, 0, 0).unwrap()
}

fn rng(seed: u64) -> ChaCha20Rng {
    ChaCha20Rng::seed_from_u64(seed)
}

/// Certificates of a state.
pub(crate) struct State {
    pub(crate) country_signer: Certificate,
    /// Of the same name and with another key.
    pub(crate) foreign_country_signer: Certificate,
    pub(crate) document_signer: Certificate,
    /// The same key, valid for a month.
    pub(crate) short_document_signer: Certificate,
}

impl State {
    pub(crate) fn of(suite: &Suite) -> State {
        let country_signer = country_signer(suite, &suite.country_signer);
        let document_signer = |months| {
            let unsigned = DocumentSigner {
                serial: SerialNumber::generate(&mut rng(12)),
                subject: name("Document Signer 1"),
                alternative_name: alternative_name(),
                validity: Validity { not_before: start(), not_after: start().plus_months(months) },
                usage_period: UsagePeriod { not_before: start(), not_after: start().plus_months(months.min(3)) },
                public_key: suite.document_signer.key(),
                document_types: vec!["P".to_owned()],
                revocation_list_addresses: addresses(),
                policies: Vec::new(),
            }
            .finalize(&country_signer, suite.scheme)
            .unwrap();
            let signature = suite.country_signer.sign(suite.scheme, unsigned.to_be_signed());
            Certificate::parse(&unsigned.assemble(&signature)).unwrap()
        };
        State {
            document_signer: document_signer(123),
            short_document_signer: document_signer(1),
            foreign_country_signer: self::country_signer(suite, &suite.foreign_country_signer),
            country_signer,
        }
    }
}

fn country_signer(suite: &Suite, signer: &Signer) -> Certificate {
    let unsigned = CountrySigner {
        serial: SerialNumber::generate(&mut rng(11)),
        name: name("CSCA Utopia"),
        alternative_name: alternative_name(),
        validity: Validity { not_before: start(), not_after: start().plus_months(180) },
        usage_period: UsagePeriod { not_before: start(), not_after: start().plus_months(36) },
        public_key: signer.key(),
        revocation_list_addresses: addresses(),
        policies: Vec::new(),
    }
    .finalize(suite.scheme)
    .unwrap();
    Certificate::parse(&unsigned.assemble(&signer.sign(suite.scheme, unsigned.to_be_signed()))).unwrap()
}

/// The certificate of whoever signs the state's master list, with the document signer's key.
pub(crate) fn list_signer(suite: &Suite, country_signer: &Certificate) -> Certificate {
    let unsigned = ListSigner {
        kind: ListKind::Master,
        serial: SerialNumber::generate(&mut rng(13)),
        subject: name("Master List Signer"),
        alternative_name: alternative_name(),
        validity: Validity { not_before: start(), not_after: start().plus_months(24) },
        usage_period: None,
        public_key: suite.document_signer.key(),
        revocation_list_addresses: addresses(),
        policies: Vec::new(),
    }
    .finalize(country_signer, suite.scheme)
    .unwrap();
    let signature = suite.country_signer.sign(suite.scheme, unsigned.to_be_signed());
    Certificate::parse(&unsigned.assemble(&signature)).unwrap()
}

fn addresses() -> Vec<String> {
    vec!["https://pki.utopia.example/UTO.crl".to_owned()]
}

fn name(common_name: &str) -> DistinguishedName {
    DistinguishedName {
        country: CountryCode::new("UT").unwrap(),
        organization: Some("Utopia Immigration".to_owned()),
        organizational_unit: None,
        serial_number: Some("001".to_owned()),
        common_name: common_name.to_owned(),
    }
}

fn alternative_name() -> AlternativeName {
    AlternativeName {
        state: "UTO".to_owned(),
        territory: None,
        contacts: vec![Contact::Email("pki@utopia.example".to_owned())],
    }
}

/// The files of a document up to EF.SOD, of every kind of data group that is built here.
pub(crate) fn unsigned_files() -> ElementaryFiles {
    let pace = PaceParameters::P256_AES128.security_info();
    let active = SecurityInfo::ActiveAuthentication { signature_algorithm: HashAlgorithm::Sha256.ecdsa_plain_oid() };
    let chip_key = KeyPair::generate(Curve::P256, &mut rng(5));
    let lines = Td3::parse(ZONE).unwrap().encode().unwrap();
    let dg11 = Dg11 { place_of_birth: Some("ZENITH<UTOPIA".to_owned()), ..Dg11::default() };
    let dg12 = Dg12 { issuing_authority: Some("Utopia Immigration".to_owned()), ..Dg12::default() };
    let mut files = ElementaryFiles::from([
        (FileId::DG1, Dg1::new(&lines).build().unwrap()),
        (FileId::DG2, face()),
        (FileId::DG11, dg11.build().unwrap()),
        (FileId::DG12, dg12.build().unwrap()),
        (FileId::DG14, Dg14 { security_infos: SecurityInfos::new(vec![pace.clone(), active]) }.build().unwrap()),
        (FileId::DG15, Dg15 { public_key: chip_key.public_key().to_spki_explicit() }.build().unwrap()),
        (FileId::CARD_ACCESS, CardAccess { security_infos: SecurityInfos::new(vec![pace]) }.build().unwrap()),
    ]);
    let data_groups = files.keys().copied().filter(|file| file.data_group().is_some()).collect();
    let com = Com { lds_version: LdsVersion::V1_8, unicode_version: UnicodeVersion::V4_0_0, data_groups };
    files.insert(FileId::COM, com.build().unwrap());
    files
}

/// A face whose image is a frame header of JPEG, 413 by 531, and no more.
fn face() -> Vec<u8> {
    let mut image = hex::decode("FFD8FFC0000B080213019D01011100").unwrap();
    image.extend([0x55; 200]);
    image.extend([0xFF, 0xD9]);
    let face = FaceImage::new(FaceImageType::FullFrontal, ImageDataType::Jpeg, (413, 531), image);
    Dg2::with_face(FaceFormat::Iso19794, face).build().unwrap()
}

/// The files with EF.SOD over their data groups.
pub(crate) fn signed(mut files: ElementaryFiles, suite: &Suite, document_signer: &Certificate) -> ElementaryFiles {
    let hash = suite.scheme.hash();
    let template =
        SecurityObjectTemplate::new(document_signer.as_bytes(), hash, suite.scheme, LdsVersion::V1_8).unwrap();
    let hashes: BTreeMap<u8, Vec<u8>> =
        files.iter().filter_map(|(file, contents)| Some((file.data_group()?, hash.digest(contents)))).collect();
    let prepared = template.prepare_at(&hashes, start().plus_days(1)).unwrap();
    let signature = suite.document_signer.sign(suite.scheme, prepared.to_be_signed());
    files.insert(FileId::SOD, prepared.assemble(&signature));
    files
}
