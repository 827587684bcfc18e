//! Downloads of the public key directory: what is read is written back, and read again as the same.
#![no_main]

use chip_profile::pki::ldif;
use chip_profile::pki::ldif::pkd::{DOWNLOAD_BASE, PkdObject};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let Ok(entries) = ldif::parse(data) else { return };
    let written = ldif::write(&entries).expect("what was read can be written");
    assert_eq!(ldif::parse(written.as_bytes()).as_ref(), Ok(&entries));
    for object in entries.iter().filter_map(|entry| PkdObject::from_entry(entry).ok()) {
        if let Ok(entry) = object.to_entry(DOWNLOAD_BASE) {
            assert_eq!(PkdObject::from_entry(&entry).as_ref(), Ok(&object));
        }
    }
});
