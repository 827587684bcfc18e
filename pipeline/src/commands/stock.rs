//! `persoline stock`.

mod delivery_file;

use std::path::Path;

use persoline_domain::application::DocumentType;
use persoline_domain::booklet::{Blank, BlankKind, Numbering, Reconciliation};
use persoline_domain::deed::Deed;
use persoline_domain::store::Store;
use serde::Serialize;

use super::{print_json, say};
use crate::arguments::StockCommand;
use crate::centre::OpenCentre;
use crate::exit::{Ending, Failure, disk};
use crate::place::Place;

/// Receives, invents or counts blanks.
pub(crate) fn stock(place: Place, command: &StockCommand) -> Result<Ending, Failure> {
    match command {
        StockCommand::Receive { file, name, json } => receive(place, file, name.as_deref(), *json),
        StockCommand::Invent { passport_32, passport_48, first, out } => {
            let blanks = invent(*passport_32, *passport_48, *first);
            std::fs::write(out, delivery_file::write(&blanks)).map_err(|error| disk(out, &error))?;
            say(format!("{} blanks in {}", blanks.len(), out.display()))?;
            Ok(Ending::Done)
        }
        StockCommand::Reconcile(arguments) => reconcile(place, arguments.json),
    }
}

/// Invented blanks: serials `K` and eight digits, chip serials that follow from them.
pub(crate) fn invent(passport_32: u32, passport_48: u32, first: u32) -> Vec<Blank> {
    let kinds = std::iter::repeat_n(DocumentType::Passport32, passport_32 as usize)
        .chain(std::iter::repeat_n(DocumentType::Passport48, passport_48 as usize));
    kinds
        .zip(u64::from(first)..)
        .map(|(format, number)| Blank {
            serial: format!("K{:08}", number % 100_000_000).as_str().into(),
            chip_serial: [b"PC".as_slice(), &(0x4000_0000_0000 + number).to_be_bytes()].concat(),
            key_version: 1,
            batch: format!("SPECIMEN-{}", format.name()),
            format,
            kind: BlankKind::Production,
            carton: String::new(),
            check_value: Vec::new(),
            numbering: Numbering::Perforated,
        })
        .collect()
}

fn receive(place: Place, file: &Path, name: Option<&str>, json: bool) -> Result<Ending, Failure> {
    let text = std::fs::read_to_string(file).map_err(|error| disk(file, &error))?;
    let blanks = delivery_file::parse(&text)
        .map_err(|fault| Failure::input(format!("{}: {fault}; nothing was received", file.display())))?;
    let name = name.map(str::to_owned).or_else(|| Some(file.file_name()?.to_string_lossy().into_owned()));
    let delivery = name.ok_or_else(|| Failure::input("name the delivery with --name"))?;
    let open = OpenCentre::open_beside(place)?;
    let count = blanks.len();
    open.commit(Deed::StockReceived { delivery: delivery.clone(), blanks })?;
    if json {
        print_json(&ReceivedView { delivery, blanks: count })?;
    } else {
        say(format!("delivery {delivery}: {count} blanks counted into the vault"))?;
    }
    Ok(Ending::Done)
}

fn reconcile(place: Place, json: bool) -> Result<Ending, Failure> {
    let open = OpenCentre::open_for_reading(place)?;
    let books = open.store.reconcile()?;
    if json {
        print_json(&BooksView::of(&books))?;
    } else {
        tell(&books)?;
    }
    Ok(if books.difference() == 0 { Ending::Done } else { Ending::Findings })
}

/// The reconciliation as an equation.
pub(crate) fn tell(books: &Reconciliation) -> Result<(), Failure> {
    let terms: Vec<String> = books
        .by_state
        .iter()
        .filter(|(_, count)| *count > 0)
        .map(|(state, count)| format!("{count} {}", state.name()))
        .collect();
    let sum = if terms.is_empty() { "0".to_owned() } else { terms.join(" + ") };
    say(format!("received {} = {sum}; difference {}", books.received, books.difference()))
}

#[derive(Serialize)]
struct ReceivedView {
    delivery: String,
    blanks: usize,
}

#[derive(Serialize)]
struct BooksView {
    received: u64,
    by_state: std::collections::BTreeMap<&'static str, u64>,
    difference: i64,
}

impl BooksView {
    fn of(books: &Reconciliation) -> Self {
        BooksView {
            received: books.received,
            by_state: books.by_state.iter().map(|(state, count)| (state.name(), *count)).collect(),
            difference: books.difference(),
        }
    }
}
