//! Sign: EF.SOD from the hashes of the data groups, and EF.CardSecurity where a chip has one, re-read and verified to the
//! country signer before they leave. Both are one use of one document signer.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, PoisonError};

use chip_profile::inspection::verify_before_release;
use chip_profile::lds::{ElementaryFiles, FileId, LdsVersion, SecurityInfos};
use chip_profile::pki::{Certificate, UnixTime};
use chip_profile::sod::{CardSecurityTemplate, SecurityObjectTemplate};
use persoline_domain::clock::Timestamp;
use persoline_domain::identifiers::SignerName;
use persoline_domain::signer::{DocumentSigner, DocumentToSign, Reservation, Signer};

use crate::workshop::{Blame, Trouble};

/// Uses of a document signer that are reserved at once: one durable write serves so many documents. What is left of them
/// when the program ends is lost, as a reservation that was never used always is.
pub const RESERVED_AT_ONCE: u32 = 32;

/// Makes and verifies EF.SOD and EF.CardSecurity.
pub struct SigningStage {
    signer: Arc<dyn Signer>,
    lds_version: LdsVersion,
    country_signers: Vec<Certificate>,
    templates: Mutex<HashMap<SignerName, Templates>>,
    reserved: Mutex<Vec<Reservation>>,
}

/// What is the same in every file of a document signer.
#[derive(Clone)]
struct Templates {
    security_object: SecurityObjectTemplate,
    card_security: CardSecurityTemplate,
}

impl SigningStage {
    /// A stage that signs with `signer`.
    ///
    /// # Errors
    /// A trouble of the centre: a country signer's certificate cannot be read.
    pub fn new(signer: Arc<dyn Signer>, lds_version: LdsVersion) -> Result<Self, Trouble> {
        let country_signers = signer
            .country_signers()
            .iter()
            .map(|der| Certificate::parse(der))
            .collect::<Result<Vec<_>, _>>()
            .map_err(|error| fault("country_signer", &error.to_string()))?;
        Ok(SigningStage {
            signer,
            lds_version,
            country_signers,
            templates: Mutex::default(),
            reserved: Mutex::default(),
        })
    }

    /// The country signer certificates.
    pub fn country_signers(&self) -> &[Certificate] {
        &self.country_signers
    }

    /// Signs the data groups among `files`, adds EF.SOD to them, and EF.CardSecurity if it is to say something, and tells
    /// who signed.
    ///
    /// # Errors
    /// A trouble of the centre: no signer is left, or what was signed does not verify.
    pub fn sign(
        &self,
        files: &mut ElementaryFiles,
        card_security: Option<&SecurityInfos>,
        at: Timestamp,
    ) -> Result<SignerName, Trouble> {
        let reservation = self.reserve(at)?;
        let signer = Arc::clone(&reservation.signer);
        let templates = self.templates(&signer)?;
        let hash = templates.security_object.data_group_hash();
        let hashes: BTreeMap<u8, Vec<u8>> =
            files.iter().filter_map(|(file, contents)| Some((file.data_group()?, hash.digest(contents)))).collect();
        let sod = templates.security_object.prepare(&hashes).map_err(|error| fault("sod", &error.to_string()))?;
        let card_security = card_security
            .map(|infos| templates.card_security.prepare(infos))
            .transpose()
            .map_err(|error| fault("card_security", &error.to_string()))?;
        let document = DocumentToSign {
            security_object: sod.to_be_signed(),
            card_security: card_security.as_ref().map(|prepared| prepared.to_be_signed()),
        };
        let signatures =
            self.signer.sign(reservation, &[document]).map_err(|error| fault("signer", &error.to_string()))?;
        let signatures = signatures.first().ok_or_else(|| fault("signer", "the signer gave no signature"))?;
        files.insert(FileId::SOD, sod.assemble(&signatures.security_object));
        if let Some(prepared) = card_security {
            let signature = signatures.card_security.as_ref();
            let signature =
                signature.ok_or_else(|| fault("signer", "the signer gave no signature of EF.CardSecurity"))?;
            files.insert(FileId::CARD_SECURITY, prepared.assemble(signature));
        }
        self.verify(files, at)?;
        Ok(signer.name.clone())
    }

    /// Reads what was signed again as a border would, up to the country signer.
    fn verify(&self, files: &ElementaryFiles, at: Timestamp) -> Result<(), Trouble> {
        let sod = files.get(&FileId::SOD).ok_or_else(|| fault("sod", "EF.SOD is missing"))?;
        let now = UnixTime(at.unix_seconds());
        let mut last = None;
        for country_signer in &self.country_signers {
            match verify_before_release(sod, files, country_signer, now) {
                Ok(()) => return Ok(()),
                Err(error) => last = Some(error),
            }
        }
        let why = last.map_or_else(|| "there is no country signer certificate".to_owned(), |error| error.to_string());
        Err(fault("sod_not_verified", &why))
    }

    /// The right to one signature, from those that were reserved together.
    fn reserve(&self, at: Timestamp) -> Result<Reservation, Trouble> {
        let mut reserved = self.reserved.lock().unwrap_or_else(PoisonError::into_inner);
        if reserved.is_empty() {
            let fresh = self.signer.reserve(RESERVED_AT_ONCE, at);
            *reserved = match fresh {
                Ok(fresh) => fresh,
                // Near the end of a signer's count fewer are left than are taken at once.
                Err(_) => self.signer.reserve(1, at).map_err(|error| fault("signer", &error.to_string()))?,
            };
        }
        let Some(last) = reserved.last_mut() else { return Err(fault("signer", "the signer reserved nothing")) };
        let one = Reservation { signer: Arc::clone(&last.signer), count: 1 };
        last.count = last.count.saturating_sub(1);
        if last.count == 0 {
            reserved.pop();
        }
        Ok(one)
    }

    fn templates(&self, signer: &DocumentSigner) -> Result<Templates, Trouble> {
        let mut templates = self.templates.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = templates.get(&signer.name) {
            return Ok(known.clone());
        }
        let (certificate, scheme) = (&signer.certificate, signer.scheme);
        let made =
            SecurityObjectTemplate::new(certificate, scheme.hash(), scheme, self.lds_version).and_then(|object| {
                Ok(Templates {
                    security_object: object,
                    card_security: CardSecurityTemplate::new(certificate, scheme)?,
                })
            });
        let made = made.map_err(|error| fault("document_signer", &error.to_string()))?;
        templates.insert(signer.name.clone(), made.clone());
        Ok(made)
    }
}

fn fault(code: &str, detail: &str) -> Trouble {
    Trouble::new(Blame::Centre, code, detail)
}
