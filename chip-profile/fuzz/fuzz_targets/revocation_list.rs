//! Revocation lists: every field, and the signature.
#![no_main]

use chip_profile::pki::{Certificate, RevocationList};
use chip_profile_fuzz::specimen;
use libfuzzer_sys::fuzz_target;
use std::sync::OnceLock;

fuzz_target!(|data: &[u8]| {
    static ISSUER: OnceLock<Certificate> = OnceLock::new();
    let issuer = ISSUER.get_or_init(|| Certificate::parse(&specimen().country_signer).expect("a certificate"));
    let Ok(list) = RevocationList::parse(data) else { return };
    assert_eq!(list.as_bytes(), data);
    let _ = (list.revocation_of(issuer), list.next_update(), list.revoked().len());
    let _ = list.verify_signed_by(&issuer.verifying_key().expect("a key"));
});
