//! `persoline keys export`: certificates for others.

use persoline_domain::deed::KeyAct;
use persoline_keys::certificates;

use super::files::write_all;
use super::records::{Handled, record};
use super::views::CertificateView;
use crate::arguments::keys::ExportKeysArguments;
use crate::commands::{print_json, say};
use crate::exit::{Ending, Failure};
use crate::place::Place;
use crate::settings::Settings;

/// Writes the certificates of country signers, links and document signers, retired ones too.
pub(super) fn export(place: &Place, arguments: &ExportKeysArguments) -> Result<Ending, Failure> {
    let settings = Settings::read(&place.settings())?;
    let actor = arguments.actor.person()?;
    let all = certificates(&place.keys(), &settings.state)?;
    write_all(&arguments.out, all.iter().map(|one| (format!("{}.cer", one.name), one.certificate.as_slice())))?;
    record(place, &actor, all.iter().map(|one| Handled::certificate(KeyAct::Exported, one)).collect(), "")?;
    if arguments.json {
        print_json(&all.iter().map(CertificateView::of).collect::<Vec<_>>())?;
    } else {
        say(format!("{} certificates in {}", all.len(), arguments.out.display()))?;
    }
    Ok(Ending::Done)
}
