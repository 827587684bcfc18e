//! `persoline store`.

use persoline_store::SqliteStore;

use super::say;
use crate::arguments::StoreCommand;
use crate::exit::{Ending, Failure};
use crate::place::Place;

/// Looks after the store.
pub(crate) fn store(place: &Place, command: &StoreCommand) -> Result<Ending, Failure> {
    match command {
        StoreCommand::Rebuild => {
            let rebuilt = SqliteStore::rebuild(&place.store())?;
            let head: String = rebuilt.head.iter().map(|byte| format!("{byte:02x}")).collect();
            say(format!("{} events replayed, the chain holds; head {head}", rebuilt.events))?;
            Ok(Ending::Done)
        }
    }
}
