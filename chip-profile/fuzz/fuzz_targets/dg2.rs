//! DG2 and the face records of both formats: what is read is written back, and read again as the same, unless the linter
//! names what a record declares of its image and is not true of it.
#![no_main]

use chip_profile::lds::dg2::{FaceRecord, FaceRecord39794};
use chip_profile::lds::{Dg2, FileId, LdsErrorKind};
use chip_profile::pki::lint::lint;
use libfuzzer_sys::fuzz_target;

const DECLARATIONS: [(LdsErrorKind, &str); 3] = [
    (LdsErrorKind::ImageType, "dg2.image.coding"),
    (LdsErrorKind::ImageSize, "dg2.image.size"),
    (LdsErrorKind::TokenFrame, "dg2.image.token_frame"),
];

fn is_declaration(kind: LdsErrorKind) -> &'static str {
    let found = DECLARATIONS.iter().find(|(declaration, _)| *declaration == kind);
    found.expect("what was read can be written, if what it declares is true").1
}

fuzz_target!(|data: &[u8]| {
    if let Ok(file) = Dg2::parse(data) {
        let report = lint(Some(FileId::DG2.into()), data);
        match file.build() {
            Ok(built) => {
                assert_eq!(Dg2::parse(&built).as_ref(), Ok(&file));
                assert!(
                    !DECLARATIONS.iter().any(|(_, rule)| report.has(rule)),
                    "written, and the linter says\n{report}"
                );
            }
            Err(error) => assert!(report.has(is_declaration(error.kind)), "{error}\n{report}"),
        }
        let _ = file.portrait();
    }
    if let Ok(record) = FaceRecord::parse(data) {
        match record.build() {
            // Every field has its place and one form.
            Ok(built) => assert_eq!(built, data),
            Err(error) => drop(is_declaration(error.kind)),
        }
    }
    if let Ok(record) = FaceRecord39794::parse(data) {
        match record.build() {
            Ok(built) => assert_eq!(FaceRecord39794::parse(&built).as_ref(), Ok(&record)),
            Err(error) => drop(is_declaration(error.kind)),
        }
    }
});
