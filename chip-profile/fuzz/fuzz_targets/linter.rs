//! The linter on anything taken for anything.
#![no_main]

use chip_profile::lds::FileId;
use chip_profile::pki::lint::{DocumentKind, lint};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let Some((selector, bytes)) = data.split_first() else { return };
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
