//! `persoline keys issue`: the country signer answers requests.

use persoline_domain::clock::Clock;
use persoline_domain::deed::KeyAct;
use persoline_keys::{Authority, IssuingPolicy, KeyStoreError, Passphrase};

use super::files::{read_all, write_all};
use super::records::{Handled, record};
use super::views::{CertificateView, tell_certificate};
use crate::arguments::keys::IssueArguments;
use crate::commands::{print_json, say};
use crate::exit::{Ending, Failure};
use crate::place::Place;
use crate::settings::Settings;
use crate::system::{SystemClock, SystemRandom};

/// Issues a certificate for each request, or none at all.
pub(super) fn issue(place: &Place, passphrase: &Passphrase, arguments: &IssueArguments) -> Result<Ending, Failure> {
    let settings = Settings::read(&place.settings())?;
    let actor = arguments.actor.person()?;
    let (names, requests): (Vec<String>, Vec<Vec<u8>>) =
        read_all(&arguments.requests, &["p10", "csr"])?.into_iter().unzip();
    let policy = IssuingPolicy {
        document_months: arguments.document_months,
        longest_usage_days: arguments.longest_usage_days,
        document_types: arguments.document_type.clone(),
        policies: arguments.policy.clone(),
    };
    let authority = Authority::open(&place.keys(), passphrase, &settings.state)?;
    let now = SystemClock::new().now();
    let issued = authority.issue(&requests, &policy, now, &SystemRandom).map_err(|error| match error {
        KeyStoreError::RequestRefused { index, reason } => {
            let file = names.get(index).map_or("a request", String::as_str);
            Failure::input(format!("{file} is refused: {reason}; nothing was issued"))
        }
        error => error.into(),
    })?;
    let handled = issued.iter().map(|certificate| Handled::certificate(KeyAct::Issued, certificate)).collect();
    record(place, &actor, handled, "")?;
    let own = authority.certificate();
    let files = issued.iter().zip(&names).map(|(certificate, request)| {
        let stem = request.rsplit_once('.').map_or(request.as_str(), |(stem, _)| stem);
        (format!("{stem}.cer"), certificate.certificate.as_slice())
    });
    let own_file = std::iter::once((format!("{}.cer", own.name), own.certificate.as_slice()));
    write_all(&arguments.out, files.chain(own_file))?;
    if arguments.json {
        print_json(&issued.iter().map(CertificateView::of).collect::<Vec<_>>())?;
        return Ok(Ending::Done);
    }
    say(format!("{} certificates of {} in {}", issued.len(), own.name, arguments.out.display()))?;
    issued.iter().try_for_each(tell_certificate)?;
    Ok(Ending::Done)
}
