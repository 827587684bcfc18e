//! Master lists: read, verified, every certificate in them read.
#![no_main]

use chip_profile::pki::{Certificate, MasterList, UnixTime};
use chip_profile_fuzz::specimen;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let Ok(list) = MasterList::parse(data) else { return };
    let trusted = Certificate::parse(&specimen().country_signer).expect("a certificate");
    let _ = list.verify(&[trusted], UnixTime(1_795_132_800));
    let inner: Vec<_> = list.country_signers().flatten().collect();
    assert!(inner.len() <= list.len());
    let _ = list.verify(&inner, UnixTime(1_795_132_800));
});
