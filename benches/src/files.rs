//! All files and the signed EF.SOD of one document, its key pairs included and the coding of its portrait left out, against
//! the sum of its cryptographic primitives measured in the same run.
//!
//! The primitives are two key pairs on P-256, the hash of each data group, and one ECDSA signature.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::hint::black_box;
use std::sync::Arc;
use std::time::{Duration, Instant};

use chip_profile::access::{CipherSuite, chip_authentication};
use chip_profile::ec::{Curve, HashAlgorithm, KeyPair, PublicKey};
use chip_profile::lds::security_infos::PUBLIC_KEY;
use chip_profile::lds::{
    CardAccess, Com, Dg1, Dg2, Dg11, Dg12, Dg14, Dg15, Dir, ElementaryFiles, FileId, SecurityInfo, SecurityInfos,
};
use chip_profile::sod::SecurityObjectTemplate;
use persoline_domain::chance::AsRng;
use persoline_domain::signer::{DocumentToSign, KeyCurve, Reservation};
use serde_json::{Value, json};

use crate::inputs::Photographs;
use crate::primitives::template;
use crate::shelf::Shelf;
use crate::{Failure, failure};

/// What all files may cost, in primitives.
pub const BAR: f64 = 1.25;

/// One signer's figures.
#[derive(Debug, Clone, PartialEq)]
pub struct Ratio {
    /// Who makes keys and signs: `p256`, or the centre's own signer, which uses the fastest implementation.
    pub signer: &'static str,
    /// All files, milliseconds a document.
    pub whole: f64,
    /// The primitives, milliseconds a document.
    pub primitives: f64,
}

/// The figures as JSON.
#[must_use]
pub fn to_json(ratios: &[Ratio]) -> Value {
    let ratio = |ratio: &Ratio| {
        json!({
            "signer": ratio.signer, "milliseconds": ratio.whole, "primitives_milliseconds": ratio.primitives,
            "ratio": ratio.whole / ratio.primitives, "bar": BAR,
        })
    };
    ratios.iter().map(ratio).collect()
}

/// Everything of a document but what is made here.
struct Document {
    dg1: Dg1,
    dg2: Dg2,
    dg11: Dg11,
    dg12: Dg12,
    dir: Dir,
    com: Com,
    pace: SecurityInfo,
    template: SecurityObjectTemplate,
}

/// What makes keys and signatures.
trait Primitives {
    /// Takes what is not counted: the right to sign, which the store gives for many documents at once.
    fn ready(&self) -> Result<(), Failure>;
    /// A key pair's public key.
    fn key_pair(&self) -> Result<PublicKey, Failure>;
    /// ECDSA with SHA-256.
    fn sign(&self, message: &[u8]) -> Result<Vec<u8>, Failure>;
}

/// With `p256`.
struct Software<'a> {
    shelf: &'a Shelf,
    signer: KeyPair,
}

impl Primitives for Software<'_> {
    fn ready(&self) -> Result<(), Failure> {
        Ok(())
    }
    fn key_pair(&self) -> Result<PublicKey, Failure> {
        Ok(KeyPair::generate(Curve::P256, &mut AsRng(&*self.shelf.hall.random)).public_key().clone())
    }
    fn sign(&self, message: &[u8]) -> Result<Vec<u8>, Failure> {
        Ok(self.signer.sign(HashAlgorithm::Sha256, message))
    }
}

/// With the centre's own signer.
struct Centre<'a> {
    shelf: &'a Shelf,
    rights: RefCell<Vec<Reservation>>,
}

impl Primitives for Centre<'_> {
    fn ready(&self) -> Result<(), Failure> {
        let mut rights = self.rights.borrow_mut();
        while rights.len() < 2 {
            for reserved in self.shelf.signer.reserve(RESERVED, self.shelf.hall.clock.now())? {
                let one = |_| Reservation { signer: Arc::clone(&reserved.signer), count: 1 };
                rights.extend((0..reserved.count).map(one));
            }
        }
        Ok(())
    }
    fn key_pair(&self) -> Result<PublicKey, Failure> {
        let pair = self.shelf.signer.document_key_pairs(KeyCurve::P256, 1)?.swap_remove(0);
        PublicKey::from_uncompressed(Curve::P256, &pair.public_point).map_err(failure)
    }
    fn sign(&self, message: &[u8]) -> Result<Vec<u8>, Failure> {
        let right = self.rights.borrow_mut().pop().ok_or_else(|| failure("no right to sign is left"))?;
        let signatures = self.shelf.signer.sign(right, &[DocumentToSign::security_object(message)])?.pop();
        Ok(signatures.ok_or_else(|| failure("there is no signature"))?.security_object)
    }
}

/// Rights to sign that are taken at once.
const RESERVED: u32 = 64;
/// Documents of one measurement: a document signer signs no more than so many times as it may.
const DOCUMENTS: usize = 5_000;

/// Measures each signer for about as long as `each`: whole documents and primitives in turn, the median of each.
///
/// # Errors
/// There is no document to make.
pub fn ratios(each: Duration) -> Result<Vec<Ratio>, Failure> {
    let shelf = Shelf::fill(Photographs::Samples)?;
    let files = &shelf.specimens().first().ok_or_else(|| failure("no document"))?.chip.files;
    let document = document(&shelf, files)?;
    let software = Software { shelf: &shelf, signer: KeyPair::generate(Curve::P256, &mut AsRng(&*shelf.hall.random)) };
    let centre = Centre { shelf: &shelf, rights: RefCell::default() };
    Ok(vec![measure("p256", &document, &software, each)?, measure("centre's", &document, &centre, each)?])
}

fn document(shelf: &Shelf, files: &ElementaryFiles) -> Result<Document, Failure> {
    let file = |id: FileId| files.get(&id).ok_or_else(|| failure(format!("{id} is missing")));
    let reservation = shelf.signer.reserve(1, shelf.hall.clock.now())?.swap_remove(0);
    let access = CardAccess::parse(file(FileId::CARD_ACCESS)?)?;
    let pace = access.security_infos.iter().next().cloned().ok_or_else(|| failure("EF.CardAccess is empty"))?;
    Ok(Document {
        dg1: Dg1::parse(file(FileId::DG1)?)?,
        dg2: Dg2::parse(file(FileId::DG2)?)?,
        dg11: Dg11::parse(file(FileId::DG11)?)?,
        dg12: Dg12::parse(file(FileId::DG12)?)?,
        dir: Dir::parse(file(FileId::DIR)?)?,
        com: Com::parse(file(FileId::COM)?)?,
        pace,
        template: template(&reservation.signer.certificate)?,
    })
}

fn measure(
    signer: &'static str,
    document: &Document,
    engine: &dyn Primitives,
    each: Duration,
) -> Result<Ratio, Failure> {
    let (mut whole, mut primitives) = (Vec::new(), Vec::new());
    let started = Instant::now();
    while started.elapsed() < each && whole.len() < DOCUMENTS {
        engine.ready()?;
        let before = Instant::now();
        let files = black_box(build(document, engine)?);
        whole.push(before.elapsed().as_secs_f64() * 1e3);
        let message = document.template.prepare(&hashes(&files))?.to_be_signed().to_vec();
        let before = Instant::now();
        black_box([engine.key_pair()?, engine.key_pair()?]);
        black_box(hashes(&files));
        black_box(engine.sign(&message)?);
        primitives.push(before.elapsed().as_secs_f64() * 1e3);
    }
    Ok(Ratio { signer, whole: median(whole), primitives: median(primitives) })
}

fn build(document: &Document, engine: &dyn Primitives) -> Result<ElementaryFiles, Failure> {
    let (active, agreement) = (engine.key_pair()?, engine.key_pair()?);
    let infos = vec![
        document.pace.clone(),
        SecurityInfo::ChipAuthentication {
            protocol: chip_authentication::object_identifier(CipherSuite::Aes128),
            version: 1,
            key_id: None,
        },
        SecurityInfo::ChipAuthenticationPublicKey {
            protocol: PUBLIC_KEY.push_arc(2).map_err(failure)?,
            public_key: agreement.to_spki_explicit(),
            key_id: None,
        },
        SecurityInfo::ActiveAuthentication { signature_algorithm: HashAlgorithm::Sha256.ecdsa_plain_oid() },
    ];
    let access = CardAccess { security_infos: SecurityInfos::new(vec![document.pace.clone()]) };
    let mut files: ElementaryFiles = [
        (FileId::CARD_ACCESS, access.build()?),
        (FileId::DIR, document.dir.build()?),
        (FileId::COM, document.com.build()?),
        (FileId::DG1, document.dg1.build()?),
        (FileId::DG2, document.dg2.build()?),
        (FileId::DG11, document.dg11.build()?),
        (FileId::DG12, document.dg12.build()?),
        (FileId::DG14, Dg14 { security_infos: SecurityInfos::new(infos) }.build()?),
        (FileId::DG15, Dg15 { public_key: active.to_spki_explicit() }.build()?),
    ]
    .into();
    let prepared = document.template.prepare(&hashes(&files))?;
    let signature = engine.sign(prepared.to_be_signed())?;
    files.insert(FileId::SOD, prepared.assemble(&signature));
    Ok(files)
}

fn hashes(files: &ElementaryFiles) -> BTreeMap<u8, Vec<u8>> {
    let hash = |(file, bytes): (&FileId, &Vec<u8>)| Some((file.data_group()?, HashAlgorithm::Sha256.digest(bytes)));
    files.iter().filter_map(hash).collect()
}

fn median(mut times: Vec<f64>) -> f64 {
    times.sort_by(f64::total_cmp);
    times.get(times.len() / 2).copied().unwrap_or(f64::NAN)
}
