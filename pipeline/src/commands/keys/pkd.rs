//! `persoline keys pkd`: what the ICAO public key directory takes.

use persoline_domain::deed::KeyAct;
use serde::Serialize;

use super::files;
use super::records::{Handled, record};
use crate::arguments::keys::PkdArguments;
use crate::commands::{print_json, say};
use crate::exit::{Ending, Failure};
use crate::place::Place;
use crate::settings::Settings;

/// Writes document signers, the newest revocation list and a master list as LDIF.
pub(super) fn pkd(place: &Place, arguments: &PkdArguments) -> Result<Ending, Failure> {
    let settings = Settings::read(&place.settings())?;
    let actor = arguments.actor.person()?;
    let list = arguments.master_list.as_deref().map(files::read).transpose()?;
    let made = persoline_keys::directory(&place.keys(), &settings.state, &arguments.base, list.as_deref())?;
    let name = arguments.out.file_name().unwrap_or_default().to_string_lossy().into_owned();
    record(place, &actor, vec![Handled::file(KeyAct::Published, &name, made.text.as_bytes())], "")?;
    files::write(&arguments.out, made.text.as_bytes())?;
    let view = View {
        document_signers: made.document_signers,
        revocation_list: made.revocation_list,
        master_list: made.master_list,
    };
    if arguments.json {
        print_json(&view)?;
        return Ok(Ending::Done);
    }
    let with = |there: bool| if there { "with" } else { "without" };
    say(format!(
        "{} document signers, {} a revocation list, {} a master list in {}",
        view.document_signers,
        with(view.revocation_list),
        with(view.master_list),
        arguments.out.display()
    ))?;
    Ok(Ending::Done)
}

#[derive(Serialize)]
struct View {
    document_signers: usize,
    revocation_list: bool,
    master_list: bool,
}
