//! The linter on anything taken for anything, and on files taken for those of one chip.
#![no_main]

use chip_profile::lds::FileId;
use chip_profile::pki::lint::{DocumentKind, lint, lint_chip};
use chip_profile_fuzz::{Input, specimen};
use libfuzzer_sys::fuzz_target;

/// The specimen's files, some of them replaced, removed or added.
fn chip(bytes: &[u8]) {
    let mut input = Input::new(bytes);
    let mut files = specimen().chip.files.clone();
    while !input.is_empty() {
        let number = usize::from(input.byte());
        let Some(piece) = input.piece() else { break };
        match FileId::ALL.get(number) {
            Some(file) if piece.is_empty() => drop(files.remove(file)),
            Some(file) => drop(files.insert(*file, piece.to_vec())),
            None => {}
        }
    }
    let report = lint_chip(&files);
    let _ = (report.is_clean(), report.conforms(), report.to_string());
}

fuzz_target!(|data: &[u8]| {
    let Some((selector, bytes)) = data.split_first() else { return };
    if *selector == 0xFF {
        return chip(bytes);
    }
    let selector = usize::from(*selector);
    let kind = match selector.checked_sub(1) {
        None => None,
        Some(index) => DocumentKind::ALL.get(index).copied().or_else(|| {
            let file = FileId::ALL[(index - DocumentKind::ALL.len()) % FileId::ALL.len()];
            Some(DocumentKind::File(file))
        }),
    };
    let report = lint(kind, bytes);
    let _ = (report.is_clean(), report.conforms(), format!("{report:?}"));
});
