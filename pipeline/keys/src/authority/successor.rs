//! A new key of the country signer, and the link certificate by which the old one vouches for it (Doc 9303-12 4.1.4.3).

use chip_profile::pki::{LinkCertificate, SerialNumber, Validity};
use persoline_domain::chance::{AsRng, RandomSource};
use persoline_domain::clock::Timestamp;

use super::{Authority, self_signed};
use crate::ceremony::{CountrySignerRequest, IssuedCertificate, issued, key_name};
use crate::error::KeyStoreError;
use crate::files;
use crate::key_file::KeyKind;
use crate::periods::unix_time;
use crate::private_key::PrivateKey;
use crate::store::{self, LINK, certificate_file};
use crate::writer::Writer;

/// What a succession made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Succession {
    /// The new country signer, under its own key.
    pub country_signer: IssuedCertificate,
    /// The new country signer's key under the old one's.
    pub link: IssuedCertificate,
}

impl Authority {
    /// Makes the next country signer beside this one, which vouches for it, and from then on signs nothing.
    ///
    /// Key, link certificate and certificate are written in this order: a crash leaves files that nothing uses.
    ///
    /// # Errors
    /// [`KeyStoreError::Request`] when this country signer is outside of its usage period or as new as its successor
    /// would be, [`KeyStoreError::Profile`] when the periods asked for break the profile; or a file cannot be written.
    pub fn succeed(
        &self,
        request: &CountrySignerRequest,
        now: Timestamp,
        random: &dyn RandomSource,
    ) -> Result<Succession, KeyStoreError> {
        self.check_usage(now)?;
        if unix_time(now) <= self.certificate.not_before() {
            return Err(KeyStoreError::Request("the country signer is as new as the one that is to follow"));
        }
        let key = PrivateKey::generate(request.suite, random)?;
        let (name, certificate) = self_signed(&self.issuer, request, &key, now, random)?;
        let serial = SerialNumber::generate(&mut AsRng(random));
        let validity = Validity {
            not_before: certificate.not_before(),
            not_after: certificate.not_after().min(self.certificate.not_after()),
        };
        let link = LinkCertificate { serial, validity };
        let unsigned = link.finalize(&self.certificate, &certificate, self.key.suite().scheme())?;
        let link_name = key_name(LINK.trim_end_matches('-'), serial.as_bytes());
        let link = store::parse(&link_name, &self.sign(&unsigned)?)?;

        let mut writer = Writer::new(&self.folder, &self.state, self.cost, &self.passphrase, random)?;
        writer.write_private_key(KeyKind::CountrySigner, &name, 0, &key)?;
        files::write(&self.folder, &certificate_file(&link_name), link.as_bytes())?;
        files::write(&self.folder, &certificate_file(&name), certificate.as_bytes())?;
        Ok(Succession { country_signer: issued(&name, &certificate), link: issued(&link_name, &link) })
    }
}
