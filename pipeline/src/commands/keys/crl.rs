//! `persoline keys crl`: the next revocation list.

use persoline_domain::clock::Clock;
use persoline_domain::deed::KeyAct;
use persoline_keys::{Authority, KeyStoreError, Passphrase, RevocationListRequest};
use serde::Serialize;

use super::files;
use super::records::{Handled, record};
use super::views::day;
use crate::arguments::keys::CrlArguments;
use crate::commands::{print_json, say};
use crate::exit::{Ending, Failure};
use crate::place::Place;
use crate::settings::Settings;
use crate::system::SystemClock;

/// Makes the next list, with more on it if that is asked.
pub(super) fn crl(place: &Place, passphrase: &Passphrase, arguments: &CrlArguments) -> Result<Ending, Failure> {
    let settings = Settings::read(&place.settings())?;
    let actor = arguments.actor.person()?;
    let authority = Authority::open(&place.keys(), passphrase, &settings.state)?;
    let request = RevocationListRequest { revoke: arguments.revoke.clone(), days: arguments.days };
    let report = authority.revocation_list(&request, SystemClock::new().now()).map_err(|error| match error {
        KeyStoreError::NotIssued { .. } => Failure::input(format!("{error}; no list was made")),
        error => error.into(),
    })?;
    let revoked = arguments.revoke.iter().map(|serial| Handled::named(KeyAct::Revoked, &serial.to_ascii_lowercase()));
    record(place, &actor, revoked.collect(), arguments.reason.as_deref().unwrap_or_default())?;
    record(place, &actor, vec![Handled::file(KeyAct::RevocationList, &report.file, &report.list)], "")?;
    files::write(&arguments.out, &report.list)?;
    if arguments.json {
        let next_update = report.next_update.to_string();
        print_json(&View { number: report.number, revoked: report.revoked, next_update })?;
        return Ok(Ending::Done);
    }
    say(format!(
        "revocation list {} with {} certificates in {}; publish it within 48 hours, and the next one before {}",
        report.number,
        report.revoked.len(),
        arguments.out.display(),
        day(report.next_update)
    ))?;
    Ok(Ending::Done)
}

#[derive(Serialize)]
struct View {
    number: u64,
    revoked: Vec<String>,
    next_update: String,
}
