//! Specimens for the criterion benches, taken in turn so that no bench sees one input only.

use std::cell::Cell;
use std::sync::Arc;

use persoline_domain::signer::Signer;
use persoline_stage::sign::SigningStage;
use persoline_store::SqliteStore;

use crate::hall::Hall;
use crate::inputs::{self, Photographs};
use crate::specimen::Specimen;
use crate::{Failure, failure};

/// Specimens on a shelf.
const SPECIMENS: usize = 8;

/// A centre with a few signed documents.
pub struct Shelf {
    /// The centre.
    pub hall: Hall,
    /// A store of the centre.
    pub store: Arc<SqliteStore>,
    /// Its signer.
    pub signer: Arc<dyn Signer>,
    /// The stage that signed the documents.
    pub signing: SigningStage,
    specimens: Vec<Specimen>,
    next: Cell<usize>,
}

impl Shelf {
    /// Fills a shelf with documents of such photographs.
    ///
    /// # Errors
    /// The inputs cannot be read or made into documents.
    pub fn fill(photographs: Photographs) -> Result<Self, Failure> {
        let hall = Hall::open(None)?;
        let store = hall.store("shelf.sqlite")?;
        let signer = hall.signer(&store);
        let signing = SigningStage::new(Arc::clone(&signer), hall.centre.lds_version).map_err(failure)?;
        let payloads = inputs::payloads(photographs)?;
        let step = (payloads.len() / SPECIMENS).max(1);
        let mut specimens = Vec::with_capacity(SPECIMENS);
        for (number, payload) in payloads.into_iter().step_by(step).take(SPECIMENS).enumerate() {
            let mut specimen = Specimen::prepare(&hall, &*signer, payload, 80_000_000 + number)?;
            specimen.sign(&hall, &signing)?;
            specimens.push(specimen);
        }
        if specimens.is_empty() {
            return Err(failure("there is no application to make a document of"));
        }
        Ok(Shelf { hall, store, signer, signing, specimens, next: Cell::new(0) })
    }

    /// All specimens.
    pub fn specimens(&self) -> &[Specimen] {
        &self.specimens
    }

    /// The next of `items`, one for each specimen, in turn.
    pub fn turn<'a, T>(&self, items: &'a [T]) -> &'a T {
        let index = self.next.get();
        self.next.set(index + 1);
        &items[index % items.len()]
    }
}
