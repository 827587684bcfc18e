//! `persoline keys master-list`: country signers that this state trusts, countersigned.

use persoline_domain::clock::Clock;
use persoline_domain::deed::KeyAct;
use persoline_keys::{Authority, KeyStoreError, MasterListRequest, Passphrase};
use serde::Serialize;

use super::files;
use super::records::{Handled, record};
use super::views::{CertificateView, tell_certificate};
use crate::arguments::keys::MasterListArguments;
use crate::commands::{print_json, say};
use crate::exit::{Ending, Failure};
use crate::place::Place;
use crate::settings::Settings;
use crate::system::{SystemClock, SystemRandom};

/// Makes a list, and a signer for it where there is none.
pub(super) fn master_list(
    place: &Place,
    passphrase: &Passphrase,
    arguments: &MasterListArguments,
) -> Result<Ending, Failure> {
    let settings = Settings::read(&place.settings())?;
    let actor = arguments.actor.person()?;
    let certificates = files::read_all(&arguments.certificates, &["cer", "crt", "der"])?;
    let authority = Authority::open(&place.keys(), passphrase, &settings.state)?;
    let request = MasterListRequest { certificates, suite: arguments.suite };
    let made =
        authority.master_list(&request, SystemClock::new().now(), &SystemRandom).map_err(|error| match error {
            KeyStoreError::CertificateRefused { .. } | KeyStoreError::Certificate { .. } => {
                Failure::input(format!("{error}; no list was made"))
            }
            error => error.into(),
        })?;
    let mut handled = Vec::new();
    if made.signer_is_new {
        handled.push(Handled::certificate(KeyAct::Made, &made.signer));
    }
    handled.push(Handled::file(KeyAct::MasterList, &made.signer.name, &made.list));
    record(place, &actor, handled, "")?;
    files::write(&arguments.out, &made.list)?;
    if arguments.json {
        print_json(&View { listed: made.listed, signer: CertificateView::of(&made.signer) })?;
        return Ok(Ending::Done);
    }
    say(format!("master list of {} certificates in {}, signed by", made.listed, arguments.out.display()))?;
    tell_certificate(&made.signer)?;
    Ok(Ending::Done)
}

#[derive(Serialize)]
struct View {
    listed: usize,
    signer: CertificateView,
}
