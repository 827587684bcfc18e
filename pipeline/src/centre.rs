//! A centre, opened: store, keys, calendar, clock, and what it issues.

use std::path::PathBuf;
use std::sync::Arc;

use persoline_calendar::CentreCalendars;
use persoline_domain::chance::RandomSource;
use persoline_domain::clock::Clock;
use persoline_domain::deed::{Act, Deed};
use persoline_domain::identifiers::Actor;
use persoline_domain::seal::PayloadVault;
use persoline_domain::signer::{Signer, SigningLedger};
use persoline_domain::store::Store;
use persoline_keys::{KeyStore, Passphrase};
use persoline_stage::{Centre, CentreWorkshop, WorkshopParts};
use persoline_store::SqliteStore;

use crate::exit::{Failure, Kind, disk};
use crate::place::Place;
use crate::settings::Settings;
use crate::system::{SystemClock, SystemRandom, actor};

/// A centre whose store is open.
pub(crate) struct OpenCentre {
    pub(crate) place: Place,
    pub(crate) settings: Settings,
    pub(crate) store: Arc<SqliteStore>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) calendars: CentreCalendars,
}

/// A centre whose keys are open too.
pub(crate) struct KeyedCentre {
    pub(crate) open: OpenCentre,
    pub(crate) keys: KeyStore,
    pub(crate) vault: Arc<dyn PayloadVault>,
    pub(crate) random: Arc<dyn RandomSource>,
}

impl OpenCentre {
    /// Opens the centre in the folder.
    pub(crate) fn open(place: Place) -> Result<OpenCentre, Failure> {
        let settings = Settings::read(&place.settings())?;
        let store = SqliteStore::open(&place.store())?;
        OpenCentre::with(place, settings, store)
    }

    /// Opens the centre for a command that may be given while the line runs in another program.
    pub(crate) fn open_beside(place: Place) -> Result<OpenCentre, Failure> {
        let settings = Settings::read(&place.settings())?;
        let store = SqliteStore::open_beside(&place.store())?;
        OpenCentre::with(place, settings, store)
    }

    /// Opens the centre for questions only, also while another program works on it.
    pub(crate) fn open_for_reading(place: Place) -> Result<OpenCentre, Failure> {
        let settings = Settings::read(&place.settings())?;
        let store = SqliteStore::open_read_only(&place.store())?;
        OpenCentre::with(place, settings, store)
    }

    fn with(place: Place, settings: Settings, store: SqliteStore) -> Result<OpenCentre, Failure> {
        let calendars = CentreCalendars::hong_kong().map_err(|error| Failure::input(error.to_string()))?;
        Ok(OpenCentre { place, settings, store: Arc::new(store), clock: Arc::new(SystemClock::new()), calendars })
    }

    /// Opens the keys.
    pub(crate) fn unlock(self, passphrase: &Passphrase) -> Result<KeyedCentre, Failure> {
        let keys = KeyStore::open(&self.place.keys(), passphrase, &self.settings.state)?;
        let random: Arc<dyn RandomSource> = Arc::new(SystemRandom);
        let vault: Arc<dyn PayloadVault> = Arc::new(keys.vault(Arc::clone(&random)));
        Ok(KeyedCentre { open: self, keys, vault, random })
    }

    /// Makes one deed of the program on the command line durable.
    pub(crate) fn commit(&self, deed: Deed) -> Result<(), Failure> {
        self.commit_as(actor(), deed)
    }

    /// Makes one deed of `actor` durable.
    pub(crate) fn commit_as(&self, actor: Actor, deed: Deed) -> Result<(), Failure> {
        let act = Act { at: self.clock.now(), actor, fence: None, deed };
        self.store.commit(vec![act])?;
        Ok(())
    }
}

impl KeyedCentre {
    /// What the centre issues.
    pub(crate) fn centre(&self) -> Centre {
        self.open.settings.centre()
    }

    /// The country signers' certificates, DER, newest first.
    pub(crate) fn country_signers(&self) -> Vec<Arc<[u8]>> {
        let ledger: Arc<dyn SigningLedger> = Arc::clone(&self.open.store) as Arc<dyn SigningLedger>;
        self.keys.signer(ledger, Arc::clone(&self.random)).country_signers()
    }

    /// The stages.
    pub(crate) fn workshop(&self) -> Result<Arc<CentreWorkshop>, Failure> {
        let ledger: Arc<dyn SigningLedger> = Arc::clone(&self.open.store) as Arc<dyn SigningLedger>;
        let parts = WorkshopParts {
            store: Arc::clone(&self.open.store) as Arc<dyn Store>,
            vault: Arc::clone(&self.vault),
            signer: Arc::new(self.keys.signer(ledger, Arc::clone(&self.random))),
            random: Arc::clone(&self.random),
            clock: Arc::clone(&self.open.clock),
        };
        CentreWorkshop::new(self.centre(), parts)
            .map(Arc::new)
            .map_err(|trouble| Failure::new(Kind::Keys, trouble.to_string()))
    }
}

/// The passphrase, from the file given or from the environment.
pub(crate) fn passphrase(file: Option<&PathBuf>) -> Result<Passphrase, Failure> {
    match file {
        Some(file) => {
            let text = std::fs::read_to_string(file).map_err(|error| disk(file, &error))?;
            Ok(Passphrase::new(text.trim_end_matches(['\r', '\n']).to_owned()))
        }
        None => match std::env::var("PERSOLINE_PASSPHRASE") {
            Ok(text) if !text.is_empty() => Ok(Passphrase::new(text)),
            _ => Err(Failure::new(
                Kind::Keys,
                "the passphrase of the keys is needed: name its file with --passphrase-file, or set PERSOLINE_PASSPHRASE",
            )),
        },
    }
}
