//! Signed data of every kind that the chip bears: EF.SOD, EF.CardSecurity, and the plain structure; read and verified.
#![no_main]

use chip_profile::cms::SignedData;
use chip_profile::pki::master_list::CSCA_MASTER_LIST;
use chip_profile::sod::{CardSecurity, LDS_SECURITY_OBJECT, SecurityObject};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    for content_type in [LDS_SECURITY_OBJECT, CSCA_MASTER_LIST] {
        if let Ok(signed) = SignedData::parse(data, content_type) {
            let _ = (signed.verify(), signed.signed_bytes(), signed.signer_certificate());
        }
    }
    if let Ok(object) = SecurityObject::parse(data) {
        let _ = (object.verify_signature(), object.document_signer(), object.lds_security_object());
    }
    if let Ok(object) = CardSecurity::parse(data) {
        let _ = (object.verify_signature(), object.document_signer(), object.security_infos().to_der());
    }
});
