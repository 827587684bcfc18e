//! `persoline keys succeed`: the next country signer.

use persoline_domain::clock::Clock;
use persoline_domain::deed::KeyAct;
use persoline_keys::{Authority, CountrySignerRequest, Passphrase};

use super::files::write_all;
use super::records::{Handled, record};
use super::views::{CertificateView, tell_certificate};
use crate::arguments::keys::SucceedArguments;
use crate::commands::{print_json, say};
use crate::exit::{Ending, Failure};
use crate::place::Place;
use crate::settings::Settings;
use crate::system::{SystemClock, SystemRandom};

/// Makes a new key above, and the link certificate by which the old one vouches for it.
pub(super) fn succeed(place: &Place, passphrase: &Passphrase, arguments: &SucceedArguments) -> Result<Ending, Failure> {
    let settings = Settings::read(&place.settings())?;
    let actor = arguments.actor.person()?;
    let authority = Authority::open(&place.keys(), passphrase, &settings.state)?;
    let request = CountrySignerRequest { suite: arguments.suite, ..CountrySignerRequest::default() };
    let made = authority.succeed(&request, SystemClock::new().now(), &SystemRandom)?;
    let both = [&made.country_signer, &made.link];
    record(place, &actor, both.iter().map(|one| Handled::certificate(KeyAct::Made, one)).collect(), "succession")?;
    write_all(&arguments.out, both.iter().map(|one| (format!("{}.cer", one.name), one.certificate.as_slice())))?;
    if arguments.json {
        print_json(&both.map(CertificateView::of))?;
        return Ok(Ending::Done);
    }
    say(format!("the next country signer and its link certificate in {}", arguments.out.display()))?;
    both.into_iter().try_for_each(tell_certificate)?;
    say(
        "Tell the other states ninety days before it signs, and bring both to the centre with `persoline keys install`.",
    )?;
    Ok(Ending::Done)
}
