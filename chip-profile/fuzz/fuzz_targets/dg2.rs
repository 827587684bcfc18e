//! DG2 and the face records of both formats: what is read is written back, and read again as the same.
#![no_main]

use chip_profile::lds::Dg2;
use chip_profile::lds::dg2::{FaceRecord, FaceRecord39794};
use libfuzzer_sys::fuzz_target;

macro_rules! round_trip {
    ($bytes:expr, $($file:ty),*) => {$(
        if let Ok(file) = <$file>::parse($bytes) {
            let built = file.build().expect("what was read can be written");
            assert_eq!(<$file>::parse(&built).as_ref(), Ok(&file));
        }
    )*};
}

fuzz_target!(|data: &[u8]| {
    round_trip!(data, Dg2, FaceRecord, FaceRecord39794);
    if let Ok(file) = Dg2::parse(data) {
        let _ = file.portrait();
    }
});
