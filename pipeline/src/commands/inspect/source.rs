//! Where a document comes from.

use std::path::{Path, PathBuf};

use chip_profile::inspection::reader::ChipReading;
use chip_profile::inspection::{InspectionContext, TrustAnchors};
use chip_profile::lds::{ElementaryFiles, FileId};
use chip_profile::pki::Certificate;
use persoline_domain::store::Store;
use persoline_stage::open_document;

use super::files;
use crate::centre::{OpenCentre, passphrase};
use crate::exit::{Failure, Kind};
use crate::place::Place;

/// A document that was read.
pub(super) struct Document {
    /// `folder`, `application` or `chip`.
    pub(super) source: &'static str,
    pub(super) files: ElementaryFiles,
    /// What else is known of a chip that was there.
    pub(super) chip: Option<ChipReading>,
}

impl Document {
    /// Adds what the chip showed to what an inspection knows.
    pub(super) fn add_to(&self, context: &mut InspectionContext) {
        if let Some(reading) = &self.chip {
            let printed_mrz = context.printed_mrz.take();
            *context = InspectionContext { printed_mrz, ..reading.context(context.now) };
        }
    }
}

/// Why there is no document to judge, in one sentence without personal data.
pub(super) struct Unreadable {
    pub(super) text: String,
}

impl Unreadable {
    pub(super) fn new(text: impl Into<String>) -> Self {
        Unreadable { text: text.into() }
    }
}

/// Files in a folder, under the names that `export` and others give them; what has another name is left alone.
pub(super) fn of_folder(folder: &Path) -> Result<Document, Unreadable> {
    let at = |place: &Path, text: String| Unreadable::new(format!("{}: {text}", place.display()));
    let entries = std::fs::read_dir(folder).map_err(|error| at(folder, error.to_string()))?;
    let mut found = ElementaryFiles::new();
    for entry in entries {
        let path = entry.map_err(|error| at(folder, error.to_string()))?.path();
        let name = path.file_name().and_then(|name| name.to_str());
        let Some(file) = name.and_then(FileId::from_file_name) else { continue };
        let contents = files::read(&path, files::LONGEST_ELEMENTARY_FILE).map_err(|text| at(&path, text))?;
        if found.insert(file, contents).is_some() {
            return Err(at(folder, format!("{file} is there twice")));
        }
    }
    if found.is_empty() {
        return Err(at(folder, "there are no elementary files in it (EF.COM.bin, EF.SOD.bin, DG1.bin …)".to_owned()));
    }
    Ok(Document { source: "folder", files: found, chip: None })
}

/// What was read back from the chip of an application's document. The centre's country signers are trusted.
pub(super) fn of_application(
    number: &str,
    data: Option<PathBuf>,
    passphrase_file: Option<&PathBuf>,
    anchors: &mut TrustAnchors,
) -> Result<Result<Document, Unreadable>, Failure> {
    let keyed = OpenCentre::open_for_reading(Place::of(data)?)?.unlock(&passphrase(passphrase_file)?)?;
    let store = &*keyed.open.store;
    let order =
        store.order_of(&number.into())?.ok_or_else(|| Failure::input(format!("there is no application {number}")))?;
    let sealed = match order.job {
        Some(job) => store.document(job)?,
        None => None,
    };
    let Some(sealed) = sealed else {
        return Ok(Err(Unreadable::new(format!("application {number} has no document: it is {}", order.state.name()))));
    };
    let document = open_document(&*keyed.vault, &order.application, &sealed)
        .map_err(|trouble| Failure::new(Kind::Keys, format!("application {number}: {trouble}")))?;
    for country_signer in keyed.country_signers() {
        let certificate = Certificate::parse(&country_signer)
            .map_err(|error| Failure::new(Kind::Keys, format!("country signer of this centre: {error}")))?;
        anchors.add(certificate);
    }
    Ok(Ok(Document { source: "application", files: document.files, chip: None }))
}
