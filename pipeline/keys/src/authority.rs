//! The country signer at work: what is done where its private key lies, at the centre or on a machine of its own that no
//! network reaches.

mod issue;
mod master_list;
mod revocation;
mod successor;

use std::path::{Path, PathBuf};

use chip_profile::pki::{
    Certificate, CountrySigner, DistinguishedName, SerialNumber, UnsignedCertificate, UsagePeriod, Validity,
};
use persoline_domain::chance::{AsRng, RandomSource};
use persoline_domain::clock::Timestamp;

use crate::ceremony::{AuthorityRequest, CountrySignerRequest, IssuedCertificate, issued, key_name};
use crate::error::KeyStoreError;
use crate::files;
use crate::issuer::Issuer;
use crate::key_file::KeyKind;
use crate::passphrase::{Derivation, Passphrase, PassphraseCost};
use crate::periods::{Period, unix_time};
use crate::private_key::PrivateKey;
use crate::store::{self, certificate_file};
use crate::writer::Writer;

pub use issue::IssuingPolicy;
pub use master_list::{MasterListReport, MasterListRequest};
pub(crate) use revocation::newest_list;
pub use revocation::{RevocationListReport, RevocationListRequest};
pub use successor::Succession;

/// What names of copies of issued certificates begin with, in the folder of the country signer.
pub(crate) const ISSUED: &str = "issued-";

/// The newest country signer of a folder, its private key opened.
pub struct Authority {
    folder: PathBuf,
    state: String,
    name: String,
    certificate: Certificate,
    key: PrivateKey,
    cost: PassphraseCost,
    passphrase: Passphrase,
    issuer: Issuer,
}

impl std::fmt::Debug for Authority {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Authority").field("name", &self.name).finish_non_exhaustive()
    }
}

impl Authority {
    /// Opens the newest country signer in `folder`, which must have been made for `state`.
    ///
    /// # Errors
    /// [`KeyStoreError::NoKeys`], [`KeyStoreError::CountrySignerElsewhere`] or [`KeyStoreError::OtherState`] for the
    /// folder, [`KeyStoreError::EmptyPassphrase`] or [`KeyStoreError::WrongPassphrase`]; or a file is damaged or cannot
    /// be read.
    pub fn open(folder: &Path, passphrase: &Passphrase, state: &str) -> Result<Authority, KeyStoreError> {
        let mut derivation = Derivation::new(passphrase)?;
        let (name, certificate) =
            store::country_signers(folder, state)?.into_iter().next().ok_or(KeyStoreError::NoKeys)?;
        if !files::names(folder)?.contains(&crate::key_file::file_name(&name)) {
            return Err(KeyStoreError::CountrySignerElsewhere);
        }
        let file = store::read_key_file(folder, &name, KeyKind::CountrySigner, state)?;
        let key = store::open_private_key(&file, &certificate, &mut derivation)?;
        Ok(Authority {
            folder: folder.to_owned(),
            state: state.to_owned(),
            name,
            issuer: Issuer::of(&certificate)?,
            certificate,
            key,
            cost: file.header().cost,
            passphrase: passphrase.clone(),
        })
    }

    /// Makes a country signer in a folder that exists, and writes its key and certificate.
    pub(crate) fn make(
        folder: &Path,
        request: &AuthorityRequest,
        passphrase: &Passphrase,
        writer: &mut Writer<'_>,
        now: Timestamp,
        random: &dyn RandomSource,
    ) -> Result<Authority, KeyStoreError> {
        let key = PrivateKey::generate(request.country_signer.suite, random)?;
        let issuer = request.issuer.issuer()?;
        let (name, certificate) = self_signed(&issuer, &request.country_signer, &key, now, random)?;
        writer.write_private_key(KeyKind::CountrySigner, &name, 0, &key)?;
        files::write(folder, &certificate_file(&name), certificate.as_bytes())?;
        Ok(Authority {
            folder: folder.to_owned(),
            state: request.issuer.state.clone(),
            name,
            certificate,
            key,
            cost: request.cost,
            passphrase: passphrase.clone(),
            issuer,
        })
    }

    /// The country signer's certificate.
    pub fn certificate(&self) -> IssuedCertificate {
        issued(&self.name, &self.certificate)
    }

    /// The name of the country signer in certificates.
    pub(crate) fn distinguished_name(&self) -> &DistinguishedName {
        &self.issuer.name
    }

    /// The issuing state as the MRZ writes it.
    pub fn state(&self) -> &str {
        &self.state
    }

    fn sign(&self, unsigned: &UnsignedCertificate) -> Result<Vec<u8>, KeyStoreError> {
        Ok(unsigned.assemble(&self.key.sign(unsigned.to_be_signed())?))
    }

    fn check_usage(&self, now: Timestamp) -> Result<(), KeyStoreError> {
        if Period::of(&self.certificate).contains(now) {
            Ok(())
        } else {
            Err(KeyStoreError::Request("the country signer is outside of its usage period"))
        }
    }
}

/// A country signer's certificate under its own key.
fn self_signed(
    issuer: &Issuer,
    request: &CountrySignerRequest,
    key: &PrivateKey,
    now: Timestamp,
    random: &dyn RandomSource,
) -> Result<(String, Certificate), KeyStoreError> {
    let begin = unix_time(now);
    let usage_end = begin.plus_months(i64::from(request.usage_months)).plus_seconds(-1);
    let serial = SerialNumber::generate(&mut AsRng(random));
    let profile = CountrySigner {
        serial,
        name: issuer.name.clone(),
        alternative_name: issuer.alternative_name.clone(),
        // Doc 9303-12 4.1.4.1: the usage period and the longest life of a certificate below. The last signer made under this
        // key may begin some time after it was issued.
        validity: Validity {
            not_before: begin,
            not_after: usage_end
                .plus_days(i64::from(request.signer_days))
                .plus_months(i64::from(request.document_months)),
        },
        usage_period: UsagePeriod { not_before: begin, not_after: usage_end },
        public_key: key.verifying_key(),
        revocation_list_addresses: issuer.revocation_list_addresses.clone(),
        policies: Vec::new(),
    };
    let unsigned = profile.finalize(key.suite().scheme())?;
    let name = key_name("csca", serial.as_bytes());
    let certificate = store::parse(&name, &unsigned.assemble(&key.sign(unsigned.to_be_signed())?))?;
    Ok((name, certificate))
}
