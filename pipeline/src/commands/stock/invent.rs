//! `persoline stock invent`: blanks that do not exist, for emulated machines, demonstrations and tests.

use std::path::Path;

use persoline_domain::application::DocumentType;
use persoline_domain::booklet::{Blank, BlankKind, Numbering};
use persoline_keys::KeyStore;

use super::{check_value, delivery_file};
use crate::commands::say;
use crate::exit::{Ending, Failure, disk};

/// What to invent.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Invention {
    /// Production blanks of 32 pages.
    pub(crate) passport_32: u32,
    /// Production blanks of 48 pages.
    pub(crate) passport_48: u32,
    /// Test blanks of 32 pages.
    pub(crate) test: u32,
    /// Specimen blanks of 32 pages.
    pub(crate) specimen: u32,
    /// Number of the first; the others follow.
    pub(crate) first: u32,
    /// Blanks in a full carton.
    pub(crate) carton: u32,
    /// Who puts the document number on them.
    pub(crate) numbering: Numbering,
}

impl Default for Invention {
    fn default() -> Self {
        Invention {
            passport_32: 0,
            passport_48: 0,
            test: 0,
            specimen: 0,
            first: 1,
            carton: 100,
            numbering: Numbering::Perforated,
        }
    }
}

/// Writes a delivery file of invented blanks, check values by the centre's keys.
pub(super) fn write(invention: &Invention, keys: &KeyStore, out: &Path) -> Result<Ending, Failure> {
    let blanks = invent(invention, keys);
    std::fs::write(out, delivery_file::write(&blanks)).map_err(|error| disk(out, &error))?;
    say(format!("{} blanks in {}", blanks.len(), out.display()))?;
    Ok(Ending::Done)
}

/// Invented blanks with the check values of the transport keys that emulated chips hold.
pub(crate) fn invent(invention: &Invention, keys: &KeyStore) -> Vec<Blank> {
    let mut blanks = without_keys(invention);
    for blank in &mut blanks {
        blank.check_value = check_value::of(blank, keys).concat();
    }
    blanks
}

/// Invented blanks without check values. The letter of a serial tells numbering and kind apart: K perforated, E engraved,
/// T test, S specimen. Chip serials follow from the number. A carton holds one format and kind.
pub(super) fn without_keys(invention: &Invention) -> Vec<Blank> {
    let production = match invention.numbering {
        Numbering::Perforated => 'K',
        Numbering::Engraved => 'E',
    };
    let groups = [
        (invention.passport_32, DocumentType::Passport32, BlankKind::Production, production),
        (invention.passport_48, DocumentType::Passport48, BlankKind::Production, production),
        (invention.test, DocumentType::Passport32, BlankKind::Test, 'T'),
        (invention.specimen, DocumentType::Passport32, BlankKind::Specimen, 'S'),
    ];
    let mut next = u64::from(invention.first);
    let mut blanks = Vec::new();
    for (count, format, kind, letter) in groups {
        let first = next;
        for _ in 0..count {
            let carton =
                first + (next - first) / u64::from(invention.carton.max(1)) * u64::from(invention.carton.max(1));
            blanks.push(Blank {
                serial: format!("{letter}{:08}", next % 100_000_000).as_str().into(),
                chip_serial: [b"PC".as_slice(), &(0x4000_0000_0000 + next).to_be_bytes()].concat(),
                key_version: 1,
                batch: format!("SPECIMEN-{}", format.name()),
                format,
                kind,
                carton: format!("C-{carton:08}"),
                check_value: Vec::new(),
                numbering: invention.numbering,
            });
            next += 1;
        }
    }
    blanks
}
