//! `persoline keys`: one file for each thing that is done with keys and certificates.

mod ceremony;
mod crl;
mod export;
mod files;
mod install;
mod issue;
mod link;
mod master_list;
mod pkd;
mod records;
mod request;
mod retire;
mod status;
mod succeed;
mod views;

use persoline_keys::Passphrase;

use crate::arguments::keys::KeysCommand;
use crate::exit::{Ending, Failure};
use crate::place::Place;

pub(crate) use ceremony::ceremony;

/// Does something with keys and certificates, and leaves a record of it.
pub(crate) fn keys(
    place: &Place,
    passphrase: impl FnOnce() -> Result<Passphrase, Failure>,
    command: &KeysCommand,
) -> Result<Ending, Failure> {
    match command {
        KeysCommand::Ceremony(arguments) => ceremony::run(place, &passphrase()?, arguments),
        KeysCommand::Request(arguments) => request::request(place, &passphrase()?, arguments),
        KeysCommand::Issue(arguments) => issue::issue(place, &passphrase()?, arguments),
        KeysCommand::Install(arguments) => install::install(place, &passphrase()?, arguments),
        KeysCommand::Crl(arguments) => crl::crl(place, &passphrase()?, arguments),
        KeysCommand::MasterList(arguments) => master_list::master_list(place, &passphrase()?, arguments),
        KeysCommand::Pkd(arguments) => pkd::pkd(place, arguments),
        KeysCommand::Succeed(arguments) => succeed::succeed(place, &passphrase()?, arguments),
        KeysCommand::Status(arguments) => status::status(place, arguments),
        KeysCommand::Retire(arguments) => retire::retire(place, arguments),
        KeysCommand::Export(arguments) => export::export(place, arguments),
        KeysCommand::Link(arguments) => link::link(arguments),
    }
}
