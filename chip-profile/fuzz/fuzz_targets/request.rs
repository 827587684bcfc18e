//! Requests for certificates (PKCS#10): read, and the proof of possession verified.
#![no_main]

use chip_profile::pki::SignedRequest;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let Ok(request) = SignedRequest::parse(data) else { return };
    let _ = (request.subject(), request.verifying_key(), request.verify_possession());
});
