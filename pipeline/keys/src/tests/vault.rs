use super::*;

#[test]
fn a_payload_opens_for_its_order_alone_until_its_key_is_erased() {
    let centre = Centre::new(1, 10);
    let vault = centre.store().vault(random(8));
    let (one, two) = (ApplicationNumber::from("A-1"), ApplicationNumber::from("A-2"));
    let plain = b"name, portrait, number".as_slice();
    let sealed = vault.seal(&one, plain).unwrap();
    assert_eq!(vault.open(&one, &sealed).unwrap().as_slice(), plain);
    assert!(!sealed.ciphertext.windows(8).any(|window| window == b"portrait"));
    assert_eq!(vault.open(&two, &sealed).unwrap_err(), SealError::Refused);
    // Two payloads' keys are not interchangeable, and nothing repeats.
    let again = vault.seal(&one, plain).unwrap();
    assert_ne!(again.ciphertext, sealed.ciphertext);
    let mixed = SealedPayload { wrapped_key: again.wrapped_key.clone(), ciphertext: sealed.ciphertext.clone() };
    assert_eq!(vault.open(&one, &mixed).unwrap_err(), SealError::Refused);
    for place in 0..sealed.wrapped_key.len() {
        let mut damaged = sealed.clone();
        damaged.wrapped_key[place] ^= 1;
        assert_eq!(vault.open(&one, &damaged).unwrap_err(), SealError::Refused);
    }
    for place in 0..sealed.ciphertext.len() {
        let mut damaged = sealed.clone();
        damaged.ciphertext[place] ^= 1;
        assert_eq!(vault.open(&one, &damaged).unwrap_err(), SealError::Refused);
    }
    let erased = SealedPayload { wrapped_key: Vec::new(), ciphertext: sealed.ciphertext.clone() };
    assert_eq!(vault.open(&one, &erased).unwrap_err(), SealError::Erased);
    // The root key is in the folder: a vault opened later reads what this one sealed, one of another folder does not.
    assert_eq!(centre.store().vault(random(9)).open(&one, &sealed).unwrap().as_slice(), plain);
    let place = centre.folder.path().join("others");
    ceremony(&request(1, 10), &passphrase(), NOW, &*random(10), &place).unwrap();
    let other = KeyStore::open(&place, &passphrase(), "UTO").unwrap().vault(random(9));
    assert_eq!(other.open(&one, &sealed).unwrap_err(), SealError::Refused);
    assert!(matches!(
        vault.open(&one, &SealedPayload { wrapped_key: vec![1], ciphertext: vec![] }),
        Err(SealError::Refused)
    ));
}
