//! `persoline stock`: the booklet ledger. One file for each thing that people do with booklets.

mod aside;
mod check_value;
mod delivery_file;
mod destroy;
mod feeder;
mod hand_over;
pub(crate) mod invent;
mod missing;
mod receive;
mod reconcile;
mod report;
mod serials;
mod vault;

use persoline_domain::booklet::Numbering;
use persoline_keys::Passphrase;

use crate::arguments::stock::{InventArguments, StockCommand};
use crate::centre::OpenCentre;
use crate::exit::{Ending, Failure};
use crate::place::Place;

pub(crate) use reconcile::tell;

/// Carries a command of the ledger out. Only receipt and invention need the keys.
pub(crate) fn stock(
    place: Place,
    passphrase: impl Fn() -> Result<Passphrase, Failure>,
    command: &StockCommand,
) -> Result<Ending, Failure> {
    match command {
        StockCommand::Receive(arguments) => receive::receive(place, &passphrase()?, arguments),
        StockCommand::Store(arguments) => vault::store(place, arguments),
        StockCommand::Load(arguments) => feeder::load(place, arguments),
        StockCommand::Unload(arguments) => feeder::unload(place, arguments),
        StockCommand::Return(arguments) => vault::send_back(place, arguments),
        StockCommand::Spoil(arguments) => aside::spoil(place, arguments),
        StockCommand::Quarantine(arguments) => aside::quarantine(place, arguments),
        StockCommand::Decide(arguments) => aside::decide(place, arguments),
        StockCommand::Missing(arguments) => missing::missing(place, arguments),
        StockCommand::Found(arguments) => missing::found(place, arguments),
        StockCommand::Pack(arguments) => hand_over::pack(place, arguments),
        StockCommand::HandOver(arguments) => hand_over::hand_over(place, arguments),
        StockCommand::Recall(arguments) => hand_over::recall(place, arguments),
        StockCommand::Destroy(arguments) => destroy::destroy(place, arguments),
        StockCommand::Reconcile(arguments) => reconcile::reconcile(place, arguments.json),
        StockCommand::Report(arguments) => report::report(place, arguments),
        StockCommand::Invent(arguments) => {
            let keyed = OpenCentre::open_beside(place)?.unlock(&passphrase()?)?;
            invent::write(&wanted(arguments), &keyed.keys, &arguments.out)
        }
    }
}

fn wanted(arguments: &InventArguments) -> invent::Invention {
    invent::Invention {
        passport_32: arguments.passport_32,
        passport_48: arguments.passport_48,
        test: arguments.test,
        specimen: arguments.specimen,
        first: arguments.first,
        carton: arguments.carton,
        numbering: if arguments.engraved { Numbering::Engraved } else { Numbering::Perforated },
    }
}
