//! `persoline keys status`.

use persoline_domain::clock::Clock;
use persoline_domain::identifiers::SignerName;
use persoline_domain::signer::{SignatureSuite, SignerError, SigningLedger};
use persoline_keys::{KeyStatus, SignerStanding};
use serde::Serialize;

use super::views::{RequestView, day};
use crate::arguments::JsonArguments;
use crate::centre::OpenCentre;
use crate::commands::{print_json, say};
use crate::exit::{Ending, Failure};
use crate::place::Place;
use crate::settings::Settings;
use crate::system::SystemClock;

/// Shows how the keys stand. No passphrase is needed.
pub(super) fn status(place: &Place, arguments: &JsonArguments) -> Result<Ending, Failure> {
    let settings = Settings::read(&place.settings())?;
    let clock = SystemClock::new();
    // A centre of an earlier version has no store before its first order: nothing was signed then.
    let status = if place.store().exists() {
        let open = OpenCentre::open_for_reading(place.clone())?;
        persoline_keys::status(&place.keys(), &settings.state, &*open.store, clock.now())?
    } else {
        persoline_keys::status(&place.keys(), &settings.state, &Unused, clock.now())?
    };
    if arguments.json {
        print_json(&StatusView::of(&status))?;
    } else {
        tell(&status)?;
    }
    Ok(Ending::Done)
}

/// A ledger of keys that were never used.
struct Unused;

impl SigningLedger for Unused {
    fn reserve_uses(&self, _: &SignerName, _: u32, _: u64) -> Result<u32, SignerError> {
        Ok(0)
    }
    fn uses(&self, _: &SignerName) -> Result<u64, SignerError> {
        Ok(0)
    }
}

fn tell(status: &KeyStatus) -> Result<(), Failure> {
    for signer in &status.country_signers {
        say(format!(
            "country signer  {}  {}  issues until {}  certificate until {}",
            signer.name,
            signer.suite.map_or("private key elsewhere", SignatureSuite::name),
            day(signer.usage_end),
            day(signer.expiry)
        ))?;
    }
    for signer in &status.document_signers {
        say(format!(
            "document signer {}  {}  {}  signs {} to {}  used {} of {}  left {}",
            signer.name,
            signer.suite.map_or("", SignatureSuite::name),
            standing(signer.standing),
            day(signer.usage_begin),
            day(signer.usage_end),
            signer.used,
            signer.document_limit,
            signer.left
        ))?;
    }
    for request in &status.requests {
        say(format!(
            "requested       {}  waits for its certificate  to sign {} to {}",
            request.name,
            day(request.usage_begin),
            day(request.usage_end)
        ))?;
    }
    if let Some(list) = &status.revocation_list {
        let next = list.next_update.map(day).unwrap_or_default();
        say(format!("revocation list {}  {} certificates  the next one before {next}", list.number, list.revoked))?;
    }
    Ok(())
}

fn standing(standing: SignerStanding) -> &'static str {
    match standing {
        SignerStanding::Waiting => "waiting",
        SignerStanding::Active => "active",
        SignerStanding::UsedUp => "used up",
        SignerStanding::Over => "over",
    }
}

/// How keys stand, as JSON.
#[derive(Serialize)]
struct StatusView {
    state: String,
    country_signers: Vec<CountrySignerView>,
    document_signers: Vec<DocumentSignerView>,
    requests: Vec<RequestView>,
    revocation_list: Option<RevocationListView>,
}

#[derive(Serialize)]
struct CountrySignerView {
    name: String,
    suite: Option<&'static str>,
    usage_end: String,
    expiry: String,
}

#[derive(Serialize)]
struct DocumentSignerView {
    name: String,
    suite: Option<&'static str>,
    standing: &'static str,
    usage_begin: String,
    usage_end: String,
    expiry: String,
    document_limit: u64,
    used: u64,
    left: u64,
}

#[derive(Serialize)]
struct RevocationListView {
    number: u64,
    revoked: usize,
    next_update: Option<String>,
}

impl StatusView {
    fn of(status: &KeyStatus) -> Self {
        let country_signers = status.country_signers.iter().map(|signer| CountrySignerView {
            name: signer.name.clone(),
            suite: signer.suite.map(SignatureSuite::name),
            usage_end: signer.usage_end.to_string(),
            expiry: signer.expiry.to_string(),
        });
        let document_signers = status.document_signers.iter().map(|signer| DocumentSignerView {
            name: signer.name.to_string(),
            suite: signer.suite.map(SignatureSuite::name),
            standing: standing(signer.standing),
            usage_begin: signer.usage_begin.to_string(),
            usage_end: signer.usage_end.to_string(),
            expiry: signer.expiry.to_string(),
            document_limit: signer.document_limit,
            used: signer.used,
            left: signer.left,
        });
        let revocation_list = status.revocation_list.map(|list| RevocationListView {
            number: list.number,
            revoked: list.revoked,
            next_update: list.next_update.map(|moment| moment.to_string()),
        });
        StatusView {
            state: status.state.clone(),
            country_signers: country_signers.collect(),
            document_signers: document_signers.collect(),
            requests: status.requests.iter().map(RequestView::of).collect(),
            revocation_list,
        }
    }
}
