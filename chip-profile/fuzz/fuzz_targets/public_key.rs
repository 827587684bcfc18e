//! Keys of every kind and signatures under them: an algorithm, a key, a message and a signature.
#![no_main]

use chip_profile::access::active_authentication;
use chip_profile::apdu::Response;
use chip_profile::signature::{SignatureScheme, VerifyingKey};
use chip_profile_fuzz::Input;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let mut input = Input::new(data);
    let mut piece = || input.piece().unwrap_or_default();
    let (algorithm, spki, message, signature) = (piece(), piece(), piece(), piece());
    let scheme = SignatureScheme::from_der(algorithm);
    if let Ok(scheme) = scheme {
        assert_eq!(SignatureScheme::from_der(&scheme.to_der()), Ok(scheme));
    }
    let Ok(key) = VerifyingKey::from_spki(spki) else { return };
    assert_eq!(VerifyingKey::from_spki(&key.to_spki()).as_ref(), Ok(&key));
    // Active authentication, for RSA by ISO/IEC 9796-2.
    let _ = active_authentication::verify(&key, None, *b"CHALLENG", &Response::data(signature));
    if let Ok(scheme) = scheme {
        let _ = key.verify(scheme, message, signature);
    }
});
