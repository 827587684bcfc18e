//! A centre in a folder of its own: keys made by a ceremony, a vault, stores.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use persoline_calendar::CentreCalendars;
use persoline_domain::calendar::Calendar;
use persoline_domain::chance::RandomSource;
use persoline_domain::clock::Clock;
use persoline_domain::seal::PayloadVault;
use persoline_domain::signer::{Signer, SigningLedger};
use persoline_domain::store::Store;
use persoline_keys::{CeremonyRequest, KeyStore, Passphrase, PassphraseCost, ceremony};
use persoline_stage::{Centre, CentreWorkshop, WorkshopParts};
use persoline_store::SqliteStore;

use crate::system::{SystemClock, SystemRandom};
use crate::{Failure, failure};

/// A centre for benches; its folder is removed with it.
pub struct Hall {
    folder: tempfile::TempDir,
    /// The keys.
    pub keys: KeyStore,
    /// Seals payloads.
    pub vault: Arc<dyn PayloadVault>,
    /// Randomness.
    pub random: Arc<dyn RandomSource>,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// Working days.
    pub calendars: CentreCalendars,
    /// What is issued.
    pub centre: Centre,
}

impl Hall {
    /// The specimen state Utopia in a new folder inside `place`, or inside the system's folder for temporary files.
    ///
    /// # Errors
    /// The folder cannot be made, or the ceremony failed.
    pub fn open(place: Option<&Path>) -> Result<Self, Failure> {
        let folder = match place {
            Some(place) => tempfile::tempdir_in(place),
            None => tempfile::tempdir(),
        }?;
        let random: Arc<dyn RandomSource> = Arc::new(SystemRandom);
        let clock: Arc<dyn Clock> = Arc::new(SystemClock::start());
        let passphrase = Passphrase::new("benches have nothing to hide".to_owned());
        // What a passphrase costs is paid once a start, and never for a document.
        let cost = PassphraseCost { memory: 64, iterations: 1, lanes: 1 };
        let request = CeremonyRequest { cost, ..CeremonyRequest::specimen() };
        let place = folder.path().join("keys");
        ceremony(&request, &passphrase, clock.now(), &*random, &place)?;
        let keys = KeyStore::open(&place, &passphrase, "UTO")?;
        let vault: Arc<dyn PayloadVault> = Arc::new(keys.vault(Arc::clone(&random)));
        let calendars = CentreCalendars::hong_kong()?;
        Ok(Hall { folder, keys, vault, random, clock, calendars, centre: Centre::utopia() })
    }

    /// A path in the hall's folder.
    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Opens the store of this name, or makes it.
    ///
    /// # Errors
    /// It cannot be opened.
    pub fn store(&self, name: &str) -> Result<Arc<SqliteStore>, Failure> {
        Ok(Arc::new(SqliteStore::open(&self.path(name))?))
    }

    /// A signer that counts its uses in `store`.
    pub fn signer(&self, store: &Arc<SqliteStore>) -> Arc<dyn Signer> {
        let ledger = Arc::clone(store) as Arc<dyn SigningLedger>;
        Arc::new(self.keys.signer(ledger, Arc::clone(&self.random)))
    }

    /// The stages over `store`.
    ///
    /// # Errors
    /// A certificate cannot be read.
    pub fn workshop(&self, store: &Arc<SqliteStore>) -> Result<Arc<CentreWorkshop>, Failure> {
        let parts = WorkshopParts {
            store: Arc::clone(store) as Arc<dyn Store>,
            vault: Arc::clone(&self.vault),
            signer: self.signer(store),
            random: Arc::clone(&self.random),
            clock: Arc::clone(&self.clock),
        };
        CentreWorkshop::new(self.centre.clone(), parts).map(Arc::new).map_err(failure)
    }

    /// The calendar by which the centre works.
    pub fn calendar(&self) -> Arc<dyn Calendar> {
        Arc::new(self.calendars.production.clone())
    }
}
