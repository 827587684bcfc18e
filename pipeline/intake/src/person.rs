//! Recognises two orders of one person without naming the person.

use core::fmt;

use chip_profile::mrz::MrzName;
use hmac::{Hmac, KeyInit, Mac};
use persoline_domain::application::Holder;
use persoline_domain::identifiers::{Digest, PersonKey};
use sha2::Sha256;
use zeroize::Zeroizing;

/// The centre's secret under which persons are recognised. Identity numbers are few enough to be tried one by one, so a
/// digest without a secret would name the person. It must stay the same, or an open order of the same person is not found.
#[derive(Clone)]
pub struct PersonSecret(Zeroizing<[u8; 32]>);

impl PersonSecret {
    /// From 32 random bytes kept with the centre's keys.
    pub fn new(bytes: [u8; 32]) -> Self {
        PersonSecret(Zeroizing::new(bytes))
    }

    /// HMAC-SHA-256 over nationality and identity number, spelling aside; without an identity number over nationality,
    /// the name as the machine readable zone would have it uncut, and date of birth.
    pub(crate) fn person_key(&self, holder: &Holder, name: &MrzName) -> PersonKey {
        let birth = holder.birth.expose();
        let identity = match &holder.identity_number {
            Some(number) => {
                let letters: String = number.expose().chars().filter(char::is_ascii_alphanumeric).collect();
                format!("number\n{}\n{letters}", holder.nationality)
            }
            None => format!(
                "name\n{}\n{}\n{}\n{:04}-{:02}-{:02}",
                holder.nationality,
                name.primary(),
                name.secondary(),
                birth.year,
                birth.month.unwrap_or(0),
                birth.day.unwrap_or(0)
            ),
        };
        let identity = Zeroizing::new(identity);
        // HMAC fills a shorter key up with zeros to a block.
        let mut block = Zeroizing::new([0u8; 64]);
        block.iter_mut().zip(self.0.iter()).for_each(|(to, from)| *to = *from);
        let mut mac = Hmac::<Sha256>::new((&*block).into());
        mac.update(identity.as_bytes());
        let digest: [u8; 32] = mac.finalize().into_bytes().into();
        PersonKey(Digest(digest))
    }
}

impl fmt::Debug for PersonSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PersonSecret([secret])")
    }
}
