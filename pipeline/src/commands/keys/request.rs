//! `persoline keys request`: the centre asks for document signers.

use persoline_domain::clock::Clock;
use persoline_domain::deed::KeyAct;
use persoline_keys::{DocumentSignerRequest, Passphrase, request_document_signers};

use super::files::write_all;
use super::records::{Handled, record};
use super::views::{RequestView, day};
use crate::arguments::keys::RequestArguments;
use crate::commands::{print_json, say};
use crate::exit::{Ending, Failure};
use crate::place::Place;
use crate::settings::Settings;
use crate::system::{SystemClock, SystemRandom};

/// Makes keys, and writes requests to certify them.
pub(super) fn request(place: &Place, passphrase: &Passphrase, arguments: &RequestArguments) -> Result<Ending, Failure> {
    let settings = Settings::read(&place.settings())?;
    let actor = arguments.actor.person()?;
    let usual = DocumentSignerRequest::default();
    let request = DocumentSignerRequest {
        suite: arguments.suite,
        count: arguments.count,
        usage_days: arguments.usage_days,
        stagger_days: arguments.stagger_days,
        document_limit: arguments.document_limit,
        document_types: match arguments.document_type.as_slice() {
            [] => usual.document_types,
            given => given.to_vec(),
        },
        document_months: usual.document_months,
    };
    let now = SystemClock::new().now();
    let made = request_document_signers(&request, passphrase, now, &SystemRandom, &place.keys(), &settings.state)?;
    let handled =
        |request: &persoline_keys::PendingRequest| Handled::file(KeyAct::Requested, &request.name, &request.request);
    record(place, &actor, made.iter().map(handled).collect(), "")?;
    write_all(&arguments.out, made.iter().map(|one| (format!("{}.p10", one.name), one.request.as_slice())))?;
    if arguments.json {
        print_json(&made.iter().map(RequestView::of).collect::<Vec<_>>())?;
        return Ok(Ending::Done);
    }
    for request in &made {
        say(format!("{}  to sign {} to {}", request.name, day(request.usage_begin), day(request.usage_end)))?;
    }
    say(format!(
        "{} requests in {}: take them to the country signer, and bring the certificates back with `persoline keys install`",
        made.len(),
        arguments.out.display()
    ))?;
    Ok(Ending::Done)
}
