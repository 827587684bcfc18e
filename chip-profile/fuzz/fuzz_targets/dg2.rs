//! DG2 and the face records of both formats: what is read is written back, and read again as the same.
#![no_main]

use chip_profile::lds::dg2::{FaceRecord, FaceRecord39794};
use chip_profile::lds::{Dg2, LdsErrorKind};
use libfuzzer_sys::fuzz_target;

macro_rules! round_trip {
    ($bytes:expr, $($file:ty),*) => {$(
        if let Ok(file) = <$file>::parse($bytes) {
            match file.build() {
                Ok(built) => assert_eq!(<$file>::parse(&built).as_ref(), Ok(&file)),
                // Type and size of an image are not looked at by readers, and are by writers.
                Err(error) => assert!(
                    matches!(error.kind, LdsErrorKind::ImageType | LdsErrorKind::ImageSize),
                    "what was read can be written: {error}"
                ),
            }
        }
    )*};
}

fuzz_target!(|data: &[u8]| {
    round_trip!(data, Dg2, FaceRecord, FaceRecord39794);
    if let Ok(file) = Dg2::parse(data) {
        let _ = file.portrait();
    }
});
