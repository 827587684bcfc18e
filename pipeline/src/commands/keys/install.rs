//! `persoline keys install`: certificates come back to the centre.

use persoline_domain::deed::KeyAct;
use persoline_keys::{InstallRules, KeyStoreError, Passphrase};
use serde::Serialize;

use super::files::read_all;
use super::records::{Handled, record};
use super::views::{CertificateView, tell_certificate};
use crate::arguments::keys::InstallArguments;
use crate::commands::{print_json, say};
use crate::exit::{Ending, Failure};
use crate::place::Place;
use crate::settings::Settings;

/// Installs certificates, all or none.
pub(super) fn install(place: &Place, passphrase: &Passphrase, arguments: &InstallArguments) -> Result<Ending, Failure> {
    let settings = Settings::read(&place.settings())?;
    let actor = arguments.actor.person()?;
    let certificates = read_all(&arguments.certificates, &["cer", "crt", "der"])?;
    let rules = InstallRules { document_months: arguments.document_months, trusted: arguments.country_signer_sha256 };
    let installed = persoline_keys::install(&certificates, &rules, passphrase, &place.keys(), &settings.state);
    let installed = installed.map_err(|error| match error {
        KeyStoreError::CertificateRefused { .. } | KeyStoreError::Certificate { .. } => {
            Failure::input(format!("{error}; nothing was installed"))
        }
        error => error.into(),
    })?;
    let all = || installed.country_signers.iter().chain(&installed.document_signers);
    record(place, &actor, all().map(|one| Handled::certificate(KeyAct::Installed, one)).collect(), "")?;
    if arguments.json {
        print_json(&View {
            country_signers: installed.country_signers.iter().map(CertificateView::of).collect(),
            document_signers: installed.document_signers.iter().map(CertificateView::of).collect(),
        })?;
        return Ok(Ending::Done);
    }
    let (above, below) = (installed.country_signers.len(), installed.document_signers.len());
    say(format!("{below} document signers and {above} certificates of the country signer installed"))?;
    all().try_for_each(tell_certificate)?;
    if below > 0 {
        say("A line that runs takes them up when it is started next.")?;
    }
    Ok(Ending::Done)
}

#[derive(Serialize)]
struct View {
    country_signers: Vec<CertificateView>,
    document_signers: Vec<CertificateView>,
}
