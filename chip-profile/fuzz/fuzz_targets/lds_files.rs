//! Every elementary file except DG2: what is read is written back, and read again as the same; what cannot be written back
//! is what the linter names, and what the linter has nothing to say of is written back to the byte where it has one form.
#![no_main]

use chip_profile::lds::security_infos::StandardizedPublicKey;
use chip_profile::lds::{
    AtrInfo, CardAccess, Com, Dg1, Dg5, Dg7, Dg11, Dg12, Dg13, Dg14, Dg15, Dg16, Dir, FileId, LdsErrorKind,
    OpaqueDataGroup, SecurityInfos,
};
use chip_profile::pki::lint::lint;
use libfuzzer_sys::fuzz_target;

/// How much of a file follows from what it says.
#[derive(PartialEq)]
enum Form {
    /// All but lengths, which a chip may write longer than they need be.
    One,
    /// All but lengths and the order of the elements of a set.
    Set,
    /// Elements in any order, dates in two forms, objects that are passed over.
    Free,
}

macro_rules! round_trip {
    ($bytes:expr, $($file:ty, $id:expr, $form:expr;)*) => {$(
        if let Ok(file) = <$file>::parse($bytes) {
            match file.build() {
                Ok(built) => {
                    assert_eq!(<$file>::parse(&built).as_ref(), Ok(&file));
                    is_same($form, $bytes, &built);
                }
                Err(error) => is_named($id, $bytes, error.kind),
            }
        }
    )*};
}

/// A longer length makes a longer file: of one form, the same length is the same file.
fn is_same(form: Form, read: &[u8], built: &[u8]) {
    if form == Form::Free {
        return;
    }
    assert!(built.len() <= read.len(), "written longer than it was read");
    if built.len() == read.len() && form == Form::One {
        assert_eq!(built, read);
    } else if built.len() == read.len() {
        let sorted = |bytes: &[u8]| {
            let mut bytes = bytes.to_vec();
            bytes.sort_unstable();
            bytes
        };
        assert_eq!(sorted(built), sorted(read));
    }
}

/// A reader takes what States have issued; a maker writes none of it, and the linter has a rule for each.
fn is_named(file: FileId, bytes: &[u8], kind: LdsErrorKind) {
    let rules: &[&str] = match (file, kind) {
        (FileId::COM, LdsErrorKind::TagList) => &["com.mandatory_data_groups"],
        (FileId::DG5 | FileId::DG7, LdsErrorKind::ImageType) => &["displayed_image.coding"],
        (FileId::DG11, LdsErrorKind::TooLong { .. }) => &["dg11.length"],
        (FileId::DG11, LdsErrorKind::ImageType) => &["dg11.proof_of_citizenship"],
        (FileId::DG12, LdsErrorKind::TooLong { .. }) => &["dg12.length"],
        (FileId::DG12, LdsErrorKind::ImageType) => &["dg12.images"],
        _ => &[],
    };
    let report = lint(Some(file.into()), bytes);
    assert!(rules.iter().any(|rule| report.has(rule)), "{file} was read and cannot be written: {kind}\n{report}");
}

fuzz_target!(|data: &[u8]| {
    round_trip!(
        data,
        AtrInfo, FileId::ATR_INFO, Form::Free;
        CardAccess, FileId::CARD_ACCESS, Form::Set;
        Com, FileId::COM, Form::One;
        Dg1, FileId::DG1, Form::One;
        Dg5, FileId::DG5, Form::One;
        Dg7, FileId::DG7, Form::One;
        Dg11, FileId::DG11, Form::Free;
        Dg12, FileId::DG12, Form::Free;
        Dg13, FileId::DG13, Form::One;
        Dg14, FileId::DG14, Form::Set;
        Dg15, FileId::DG15, Form::One;
        Dg16, FileId::DG16, Form::Free;
        Dir, FileId::DIR, Form::Free;
    );
    if let Ok(zone) = Dg1::parse(data) {
        let _ = zone.fields();
    }
    for file in FileId::ALL {
        if let Ok(group) = OpaqueDataGroup::parse(file, data) {
            let built = group.build().expect("what was read can be written");
            assert_eq!(OpaqueDataGroup::parse(file, &built), Ok(group));
            is_same(Form::One, data, &built);
        }
    }
    if let Ok(infos) = SecurityInfos::from_der(data) {
        let der = infos.to_der().expect("what was read can be written");
        assert_eq!(SecurityInfos::from_der(&der).as_ref(), Ok(&infos));
        is_same(Form::Set, data, &der);
    }
    if let Ok(Some(key)) = StandardizedPublicKey::from_spki(data) {
        let spki = key.to_spki().expect("what was read can be written");
        assert_eq!(StandardizedPublicKey::from_spki(&spki), Ok(Some(key)));
        is_same(Form::One, data, &spki);
    }
});
