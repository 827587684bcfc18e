//! `persoline keys retire`: private keys that signed their last document.

use persoline_domain::deed::KeyAct;
use persoline_keys::{Retirement, retire_document_signers};
use serde::Serialize;

use super::records::{Handled, record};
use crate::arguments::keys::RetireArguments;
use crate::centre::OpenCentre;
use crate::commands::{print_json, say};
use crate::exit::{Ending, Failure};
use crate::place::Place;

/// Erases private keys of document signers that are used up or over.
pub(super) fn retire(place: &Place, arguments: &RetireArguments) -> Result<Ending, Failure> {
    let actor = arguments.actor.person()?;
    let open = OpenCentre::open_beside(place.clone())?;
    let Retirement { erased: retired, cut_short } =
        retire_document_signers(&place.keys(), &open.settings.state, &*open.store, open.clock.now())?;
    drop(open);
    let handled = retired.iter().map(|name| Handled::named(KeyAct::Retired, name.as_str())).collect();
    record(place, &actor, handled, "")?;
    if arguments.json {
        print_json(&View { retired: retired.iter().map(ToString::to_string).collect() })?;
    } else {
        for name in &retired {
            say(format!("{name}: private key erased; its certificate stays"))?;
        }
        if retired.is_empty() && cut_short.is_none() {
            say("no document signer is used up or over")?;
        }
    }
    cut_short.map_or(Ok(Ending::Done), |error| Err(error.into()))
}

#[derive(Serialize)]
struct View {
    retired: Vec<String>,
}
