//! Master lists and who signs them, Doc 9303-12 5.3 and 9: never the country signer itself, but a signer below it.

use chip_profile::pki::master_list::{MasterList, MasterListContents};
use chip_profile::pki::{Certificate, DistinguishedName, ListKind, ListSigner, SerialNumber, UsagePeriod, Validity};
use persoline_domain::chance::{AsRng, RandomSource};
use persoline_domain::clock::Timestamp;
use persoline_domain::signer::SignatureSuite;

use super::Authority;
use crate::ceremony::{IssuedCertificate, issued, key_name};
use crate::error::KeyStoreError;
use crate::files;
use crate::install::is_signed_by_one_of;
use crate::key_file::KeyKind;
use crate::passphrase::Derivation;
use crate::periods::{Period, unix_time};
use crate::private_key::PrivateKey;
use crate::store::{self, LINK, MASTER_LIST_SIGNER, certificate_file};
use crate::writer::Writer;

/// For how many months a master list signer signs.
const USAGE_MONTHS: i64 = 12;
/// For how many months after that its lists are verified.
const LIST_MONTHS: i64 = 24;

/// What a master list is to say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MasterListRequest {
    /// Certificates of other states' country signers, and their links: what to call each in errors, and DER. Our own are on
    /// the list by themselves.
    pub certificates: Vec<(String, Vec<u8>)>,
    /// The suite of the signer, if one has to be made; without it the country signer's.
    pub suite: Option<SignatureSuite>,
}

/// A master list that was made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MasterListReport {
    /// The list: CMS, DER.
    pub list: Vec<u8>,
    /// How many certificates stand on it.
    pub listed: usize,
    /// Who signed it.
    pub signer: IssuedCertificate,
    /// Whether the signer was made for it.
    pub signer_is_new: bool,
}

impl Authority {
    /// Makes a master list, signed by the newest master list signer of the folder, and verifies it to the country signer
    /// before it is given out. A signer is made when there is none in its usage period under this country signer.
    ///
    /// # Errors
    /// [`KeyStoreError::Certificate`] or [`KeyStoreError::CertificateRefused`] for one that cannot be listed,
    /// [`KeyStoreError::Request`] when a signer must be made and the country signer is outside of its usage period,
    /// [`KeyStoreError::MasterList`] when the list does not verify; or a key does not open, or a file cannot be read or
    /// written.
    pub fn master_list(
        &self,
        request: &MasterListRequest,
        now: Timestamp,
        random: &dyn RandomSource,
    ) -> Result<MasterListReport, KeyStoreError> {
        let certificates = self.listed(request)?;
        let found = self.master_list_signer(now)?;
        let signer_is_new = found.is_none();
        let (name, certificate, key) = match found {
            Some(found) => found,
            None => {
                self.check_usage(now)?;
                self.make_master_list_signer(request.suite.unwrap_or(self.key.suite()), now, random)?
            }
        };
        let contents = MasterListContents { certificates, signing_time: unix_time(now) };
        let prepared = contents.prepare(&certificate, &self.certificate, key.suite().scheme())?;
        let list = prepared.assemble(&key.sign(prepared.to_be_signed())?);
        let read = MasterList::parse(&list)?;
        read.verify(std::slice::from_ref(&self.certificate), unix_time(now))?;
        Ok(MasterListReport { listed: read.len(), list, signer: issued(&name, &certificate), signer_is_new })
    }

    /// What is to be listed: a country signer must have signed itself, a link must be signed by one that is listed too.
    fn listed(&self, request: &MasterListRequest) -> Result<Vec<Vec<u8>>, KeyStoreError> {
        let mut own = store::country_signers(&self.folder, &self.state)?;
        let mut links = Vec::new();
        for name in store::certificate_names(&self.folder, LINK)? {
            links.push((name.clone(), store::read_certificate(&self.folder, &name)?));
        }
        for (file, bytes) in &request.certificates {
            let parsed = Certificate::parse(bytes);
            let parsed = parsed.map_err(|source| KeyStoreError::Certificate { file: file.clone(), source })?;
            let own_key = parsed.verifying_key().is_ok_and(|key| parsed.verify_signed_by(&key).is_ok());
            if own_key { own.push((file.clone(), parsed)) } else { links.push((file.clone(), parsed)) }
        }
        let is_above = |certificate: &Certificate| {
            certificate.basic_constraints().is_some_and(|constraints| constraints.certificate_authority)
        };
        let refused = own.iter().find(|(_, one)| !is_above(one));
        let refused =
            refused.or_else(|| links.iter().find(|(_, one)| !is_above(one) || !is_signed_by_one_of(one, &own)));
        if let Some((file, _)) = refused {
            let reason = "it is no country signer's own certificate, nor a link signed by one of the list".to_owned();
            return Err(KeyStoreError::CertificateRefused { file: file.clone(), reason });
        }
        Ok(own.iter().chain(&links).map(|(_, certificate)| certificate.as_bytes().to_vec()).collect())
    }

    /// The newest master list signer that may sign now, under this country signer.
    fn master_list_signer(&self, now: Timestamp) -> Result<Option<(String, Certificate, PrivateKey)>, KeyStoreError> {
        let mut newest: Option<(String, Certificate)> = None;
        let above = [(self.name.clone(), self.certificate.clone())];
        for name in store::certificate_names(&self.folder, MASTER_LIST_SIGNER)? {
            let certificate = store::read_certificate(&self.folder, &name)?;
            let may_sign = Period::of(&certificate).contains(now) && is_signed_by_one_of(&certificate, &above);
            if may_sign && newest.as_ref().is_none_or(|(_, other)| other.not_before() < certificate.not_before()) {
                newest = Some((name, certificate));
            }
        }
        let Some((name, certificate)) = newest else { return Ok(None) };
        let file = store::read_key_file(&self.folder, &name, KeyKind::MasterListSigner, &self.state)?;
        let key = store::open_private_key(&file, &certificate, &mut Derivation::new(&self.passphrase)?)?;
        Ok(Some((name, certificate, key)))
    }

    fn make_master_list_signer(
        &self,
        suite: SignatureSuite,
        now: Timestamp,
        random: &dyn RandomSource,
    ) -> Result<(String, Certificate, PrivateKey), KeyStoreError> {
        let key = PrivateKey::generate(suite, random)?;
        let serial = SerialNumber::generate(&mut AsRng(random));
        let begin = unix_time(now);
        let usage_end = begin.plus_months(USAGE_MONTHS).plus_seconds(-1);
        let profile = ListSigner {
            kind: ListKind::Master,
            serial,
            subject: DistinguishedName {
                common_name: format!("Master List Signer {}", self.state),
                ..self.issuer.name.clone()
            },
            alternative_name: self.issuer.alternative_name.clone(),
            validity: Validity {
                not_before: begin,
                not_after: usage_end.plus_months(LIST_MONTHS).min(self.certificate.not_after()),
            },
            usage_period: Some(UsagePeriod { not_before: begin, not_after: usage_end }),
            public_key: key.verifying_key(),
            revocation_list_addresses: self.issuer.revocation_list_addresses.clone(),
            policies: Vec::new(),
        };
        let unsigned = profile.finalize(&self.certificate, self.key.suite().scheme())?;
        let name = key_name(MASTER_LIST_SIGNER.trim_end_matches('-'), serial.as_bytes());
        let certificate = store::parse(&name, &self.sign(&unsigned)?)?;
        let mut writer = Writer::new(&self.folder, &self.state, self.cost, &self.passphrase, random)?;
        writer.write_private_key(KeyKind::MasterListSigner, &name, 0, &key)?;
        self.keep(&certificate)?;
        files::write(&self.folder, &certificate_file(&name), certificate.as_bytes())?;
        Ok((name, certificate, key))
    }
}
