//! Certificates: every field, the key, and the signature by the certificate's own key.
#![no_main]

use chip_profile::pki::{Certificate, DistinguishedName};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let Ok(certificate) = Certificate::parse(data) else { return };
    assert_eq!(certificate.as_bytes(), data);
    let _ = (certificate.issuer_country(), certificate.subject_country(), certificate.is_self_issued());
    let _ = (certificate.key_usage(), certificate.basic_constraints(), certificate.private_key_usage_period());
    let _ = (certificate.document_types(), certificate.signature_scheme());
    if let Ok(name) = DistinguishedName::from_der(certificate.subject_bytes()) {
        let _ = name.to_der();
    }
    if let Ok(key) = certificate.verifying_key() {
        let _ = certificate.verify_signed_by(&key);
    }
});
