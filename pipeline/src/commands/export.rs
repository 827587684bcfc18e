//! `persoline export`: finished documents for inspection by others.
//!
//! Each document becomes a folder named by its application number with its elementary files (`EF.COM.bin`, `DG1.bin`, …),
//! `csca.der`, `ds.der`, `datapage.png`, `datapage.pdf` and `mrz.txt`. The files are those that were signed, which is what
//! the chip gave back.

use std::path::{Path, PathBuf};

use chip_profile::lds::{Dg1, FileId};
use chip_profile::sod::SecurityObject;
use persoline_domain::application::Payload;
use persoline_domain::order::OrderState;
use persoline_domain::store::{OrderQuery, OrderRecord, Store};
use persoline_keys::Passphrase;
use persoline_render::portrait::prepare::PortraitScratch;
use persoline_stage::document::SignedDocument;
use persoline_stage::render;
use persoline_stage::{open_document, open_payload, prepare};
use serde::Serialize;

use super::{print_json, say};
use crate::arguments::ExportArguments;
use crate::centre::{KeyedCentre, OpenCentre};
use crate::exit::{Ending, Failure, Kind, disk};
use crate::place::Place;

/// Orders that are looked up at once.
const PAGE: usize = 256;

/// Writes finished documents.
pub(crate) fn export(place: Place, passphrase: &Passphrase, arguments: &ExportArguments) -> Result<Ending, Failure> {
    let keyed = OpenCentre::open_for_reading(place)?.unlock(passphrase)?;
    let mut scratch = PortraitScratch::default();
    let mut written = Vec::new();
    for order in orders(&keyed, &arguments.application)? {
        written.push(write_document(&keyed, &order, &arguments.out, &mut scratch)?);
    }
    if arguments.json {
        print_json(&written)?;
    } else {
        say(format!("{} documents in {}", written.len(), arguments.out.display()))?;
    }
    Ok(Ending::Done)
}

fn orders(keyed: &KeyedCentre, applications: &[String]) -> Result<Vec<OrderRecord>, Failure> {
    let store = &keyed.open.store;
    if applications.is_empty() {
        let mut all = Vec::new();
        loop {
            let query = OrderQuery {
                state: Some(OrderState::Finished),
                offset: all.len(),
                limit: PAGE,
                ..OrderQuery::default()
            };
            let page = store.orders(&query)?;
            let is_last = page.len() < PAGE;
            all.extend(page);
            if is_last {
                return Ok(all);
            }
        }
    }
    let one = |number: &String| {
        let order = store.order_of(&number.as_str().into())?;
        match order {
            Some(order) if order.state == OrderState::Finished => Ok(order),
            Some(order) => Err(Failure::input(format!("application {number} is {}, not finished", order.state.name()))),
            None => Err(Failure::input(format!("there is no application {number}"))),
        }
    };
    applications.iter().map(one).collect()
}

/// A document that was written, as JSON.
#[derive(Serialize)]
struct Written {
    application: String,
    document_number: String,
    folder: PathBuf,
}

fn write_document(
    keyed: &KeyedCentre,
    order: &OrderRecord,
    out: &Path,
    scratch: &mut PortraitScratch,
) -> Result<Written, Failure> {
    let store = &*keyed.open.store;
    let trouble = |trouble: persoline_stage::workshop::Trouble| {
        Failure::new(Kind::Keys, format!("application {}: {trouble}", order.application))
    };
    let missing =
        |what: &str| Failure::new(Kind::Store, format!("application {}: {what} is missing", order.application));
    let job = order.job.ok_or_else(|| missing("the job"))?;
    let record = store.job(job)?.ok_or_else(|| missing("the job"))?;
    let ticket = record.ticket.ok_or_else(|| missing("the ticket"))?;
    let number = record.number.ok_or_else(|| missing("the document number"))?;
    let sealed = store.document(job)?.ok_or_else(|| missing("what was signed"))?;
    let SignedDocument { files, card_access_number } =
        open_document(&*keyed.vault, &order.application, &sealed).map_err(trouble)?;
    let payload: Payload = open_payload(store, &*keyed.vault, order.order, &order.application).map_err(trouble)?;

    let centre = keyed.centre();
    let dates = (ticket.issued, ticket.expires);
    let prepared = prepare::prepare_again(&centre, &payload, &number, dates, card_access_number, scratch);
    let prepared = prepared.map_err(trouble)?;
    let mrz = &prepared.mrz;
    let signed_mrz = files.get(&FileId::DG1).and_then(|file| Dg1::parse(file).ok());
    if signed_mrz.is_none_or(|dg1| dg1.text() != mrz.text()) {
        return Err(Failure::new(
            Kind::Store,
            format!("application {}: the page that would be drawn is not the one that was signed", order.application),
        ));
    }
    let facts = prepared.facts(&number);
    let (png, pdf) = render::proof(&centre, &payload, &facts).map_err(trouble)?;

    let folder = out.join(folder_name(&order.application.0));
    std::fs::create_dir_all(&folder).map_err(|error| disk(&folder, &error))?;
    let write = |name: &str, bytes: &[u8]| {
        let file = folder.join(name);
        std::fs::write(&file, bytes).map_err(|error| disk(&file, &error))
    };
    for (file, contents) in &files {
        write(&format!("{}.bin", file.name().replace('/', "_")), contents)?;
    }
    let sod = files.get(&FileId::SOD).ok_or_else(|| missing("EF.SOD"))?;
    let signer = SecurityObject::parse(sod).ok().and_then(|sod| sod.document_signer().ok());
    let signer = signer.ok_or_else(|| missing("the document signer's certificate"))?;
    write("ds.der", signer.as_bytes())?;
    let anchors = keyed.country_signers();
    let issuer = anchors.iter().find(|der| {
        chip_profile::pki::Certificate::parse(der)
            .is_ok_and(|certificate| certificate.subject_bytes() == signer.issuer_bytes())
    });
    write("csca.der", issuer.ok_or_else(|| missing("the country signer's certificate"))?)?;
    write("datapage.png", &png)?;
    write("datapage.pdf", &pdf)?;
    write("mrz.txt", format!("{}\n{}\n", mrz.lines()[0], mrz.lines()[1]).as_bytes())?;
    Ok(Written { application: order.application.to_string(), document_number: number.0, folder })
}

/// A folder's name of an application number: nothing that leads elsewhere.
fn folder_name(application: &str) -> String {
    application.chars().map(|c| if c.is_ascii_alphanumeric() || c == '-' { c } else { '_' }).collect()
}
