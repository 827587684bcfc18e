//! `persoline stock receive`.

use persoline_domain::deed::Deed;
use persoline_domain::stock::SerialRange;
use persoline_keys::Passphrase;
use serde::Serialize;

use super::{check_value, delivery_file};
use crate::arguments::stock::ReceiveArguments;
use crate::centre::OpenCentre;
use crate::commands::{print_json, say};
use crate::exit::{Ending, Failure, disk};
use crate::place::Place;

/// Receives a delivery by its file: whole or not at all, check values compared.
pub(super) fn receive(place: Place, passphrase: &Passphrase, arguments: &ReceiveArguments) -> Result<Ending, Failure> {
    let file = arguments.file.as_path();
    let refused = |what: &str| Failure::input(format!("{}: {what}; nothing was received", file.display()));
    let bytes = std::fs::read(file).map_err(|error| disk(file, &error))?;
    let blanks = delivery_file::parse(&bytes)
        .map_err(|faults| refused(&faults.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n  ")))?;
    let name = arguments.name.clone().or_else(|| Some(file.file_name()?.to_string_lossy().into_owned()));
    let delivery = name.ok_or_else(|| Failure::input("name the delivery with --name"))?;
    let keyed = OpenCentre::open_beside(place)?.unlock(passphrase)?;
    let unchecked = check_value::compare(&blanks, &keyed.keys).map_err(|what| refused(&what))?;
    if unchecked > 0 && !arguments.without_check_values {
        return Err(refused(&format!(
            "{unchecked} blanks have no key check value; ask the maker for them, or take them with --without-check-values"
        )));
    }
    let mut cartons: Vec<&str> = blanks.iter().map(|blank| blank.carton.as_str()).collect();
    cartons.sort_unstable();
    cartons.dedup();
    let cartons: Vec<String> = cartons.into_iter().map(str::to_owned).collect();
    let serials =
        SerialRange::of(blanks.iter().map(|blank| &blank.serial)).iter().map(SerialRange::to_string).collect();
    let count = blanks.len();
    let actor = arguments.actor.person()?;
    keyed.open.commit_as(actor, Deed::StockReceived { delivery: delivery.clone(), blanks })?;
    if arguments.json {
        print_json(&View { delivery, blanks: count, check_values: count - unchecked, cartons, serials })?;
    } else {
        say(format!(
            "delivery {delivery}: {count} blanks in {} cartons received, {} check values right",
            cartons.len(),
            count - unchecked
        ))?;
        say(format!("count them into the vault with `persoline stock store {delivery} --counted N`"))?;
    }
    Ok(Ending::Done)
}

#[derive(Serialize)]
struct View {
    delivery: String,
    blanks: usize,
    check_values: usize,
    cartons: Vec<String>,
    serials: Vec<String>,
}
