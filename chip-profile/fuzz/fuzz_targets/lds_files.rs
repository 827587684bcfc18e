//! Every elementary file except DG2: what is read is written back, and read again as the same.
#![no_main]

use chip_profile::lds::security_infos::StandardizedPublicKey;
use chip_profile::lds::{
    AtrInfo, CardAccess, Com, Dg1, Dg5, Dg7, Dg11, Dg12, Dg13, Dg14, Dg15, Dg16, Dir, FileId, LdsErrorKind,
    OpaqueDataGroup, SecurityInfos,
};
use libfuzzer_sys::fuzz_target;

macro_rules! round_trip {
    ($bytes:expr, $($file:ty),*) => {$(
        if let Ok(file) = <$file>::parse($bytes) {
            match file.build() {
                Ok(built) => assert_eq!(<$file>::parse(&built).as_ref(), Ok(&file)),
                // What an image is, and whether a tag list is complete, is not looked at by readers, and is by writers.
                Err(error) => assert!(
                    matches!(error.kind, LdsErrorKind::ImageType | LdsErrorKind::ImageSize | LdsErrorKind::TagList),
                    "what was read can be written: {error}"
                ),
            }
        }
    )*};
}

fuzz_target!(|data: &[u8]| {
    round_trip!(data, AtrInfo, CardAccess, Com, Dg1, Dg5, Dg7, Dg11, Dg12, Dg13, Dg14, Dg15, Dg16, Dir);
    if let Ok(zone) = Dg1::parse(data) {
        let _ = zone.fields();
    }
    for file in FileId::ALL {
        if let Ok(group) = OpaqueDataGroup::parse(file, data) {
            // A length may be longer than it need be when it is read.
            let built = group.build().expect("what was read can be written");
            assert_eq!(OpaqueDataGroup::parse(file, &built), Ok(group));
        }
    }
    if let Ok(infos) = SecurityInfos::from_der(data) {
        let der = infos.to_der().expect("what was read can be written");
        assert_eq!(SecurityInfos::from_der(&der).as_ref(), Ok(&infos));
    }
    if let Ok(Some(key)) = StandardizedPublicKey::from_spki(data) {
        let spki = key.to_spki().expect("what was read can be written");
        assert_eq!(StandardizedPublicKey::from_spki(&spki), Ok(Some(key)));
    }
});
