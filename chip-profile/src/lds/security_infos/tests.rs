use super::*;

const PACE_ECDH_GM_AES_128: ObjectIdentifier = ObjectIdentifier::new_unwrap("0.4.0.127.0.7.2.2.4.2.2");
const CA_ECDH_AES_128: ObjectIdentifier = ObjectIdentifier::new_unwrap("0.4.0.127.0.7.2.2.3.2.2");
const PK_ECDH: ObjectIdentifier = ObjectIdentifier::new_unwrap("0.4.0.127.0.7.2.2.1.2");
const ECDSA_PLAIN_SHA256: ObjectIdentifier = ObjectIdentifier::new_unwrap("0.4.0.127.0.7.1.1.4.1.3");

fn every_kind() -> Vec<SecurityInfo> {
    let public_key = hex::decode("3013300d06092a864886f70d010101050003020001").unwrap();
    vec![
        SecurityInfo::Pace { protocol: PACE_ECDH_GM_AES_128, parameter_id: Some(12) },
        SecurityInfo::PaceDomainParameters {
            protocol: ObjectIdentifier::new_unwrap("0.4.0.127.0.7.2.2.4.2"),
            domain_parameters: hex::decode("300c060704007f0007010202010d").unwrap(),
            parameter_id: Some(300),
        },
        SecurityInfo::ChipAuthentication { protocol: CA_ECDH_AES_128, version: 1, key_id: None },
        SecurityInfo::ChipAuthenticationPublicKey { protocol: PK_ECDH, public_key, key_id: Some(1) },
        SecurityInfo::ActiveAuthentication { signature_algorithm: ECDSA_PLAIN_SHA256 },
        SecurityInfo::TerminalAuthentication { version: 1 },
        SecurityInfo::Other {
            protocol: ObjectIdentifier::new_unwrap("1.2.3"),
            der: hex::decode("300706022a03020105").unwrap(),
        },
    ]
}

/// Doc 9303-11 appendix G.1: EF.CardAccess of the worked example.
#[test]
fn pace_info_of_the_worked_example() {
    let expected = hex::decode("31143012060a04007f0007020204020202010202010d").unwrap();
    let infos = SecurityInfos::new(vec![SecurityInfo::Pace { protocol: PACE_ECDH_GM_AES_128, parameter_id: Some(13) }]);
    assert_eq!(infos.to_der().unwrap(), expected);
    assert_eq!(SecurityInfos::from_der(&expected).unwrap(), infos);
    let card_access = super::super::CardAccess { security_infos: infos };
    assert_eq!(card_access.build().unwrap(), expected);
    assert_eq!(super::super::CardAccess::parse(&expected).unwrap(), card_access);
}

#[test]
fn card_access_announces_pace() {
    let without = SecurityInfos::new(vec![SecurityInfo::TerminalAuthentication { version: 1 }]);
    let file = without.to_der().unwrap();
    assert!(super::super::CardAccess { security_infos: without }.build().is_err());
    assert!(super::super::CardAccess::parse(&file).is_err());
    assert!(super::super::CardAccess::parse(&[0x31, 0x00]).is_err());
}

#[test]
fn every_kind_is_written_and_read() {
    let mut infos = every_kind();
    for info in &infos {
        assert_eq!(&SecurityInfo::from_der(&info.to_der().unwrap()).unwrap(), info);
    }
    let set = SecurityInfos::new(infos.clone());
    let der = set.to_der().unwrap();
    let read = SecurityInfos::from_der(&der).unwrap();
    assert!(read.contains_all(&set) && set.contains_all(&read));
    assert_eq!(read.to_der().unwrap(), der);
    infos.reverse();
    assert_eq!(SecurityInfos::new(infos).to_der().unwrap(), der);
}

#[test]
fn elements_stand_in_der_order() {
    let der = SecurityInfos::new(every_kind()).to_der().unwrap();
    let mut reader = tlv::parse_single(&der, SET).unwrap().reader();
    let mut previous: &[u8] = &[];
    while !reader.is_empty() {
        let start = reader.position();
        reader.next_object().unwrap();
        let element = &der[start..reader.position()];
        assert!(previous < element);
        previous = element;
    }
}

#[test]
fn what_does_not_fit_its_protocol_is_refused() {
    let kind = |text: &str| SecurityInfo::from_der(&hex::decode(text).unwrap()).unwrap_err().kind;
    // PACE with version 1, active authentication with version 2, both without their contents, trailing objects.
    assert_eq!(kind("3012060a04007f0007020204020202010102010d"), LdsErrorKind::Version);
    assert_eq!(kind("300f06066781080101050201020602 2a03".replace(' ', "").as_str()), LdsErrorKind::Version);
    assert_eq!(kind("300c060a04007f00070202040202"), LdsErrorKind::SecurityInfo);
    assert!(SecurityInfo::from_der(&hex::decode("3015060a04007f0007020204020202010202010d020101").unwrap()).is_err());
    // Numbers that are negative or longer than need be.
    assert_eq!(kind("3012060a04007f0007020204020202018202010d"), LdsErrorKind::SecurityInfo);
    assert_eq!(
        kind("3013060a04007f00070202040202020200020201 0d".replace(' ', "").as_str()),
        LdsErrorKind::SecurityInfo
    );
    // A protocol under the wrong kind, a key that is none.
    let wrong = SecurityInfo::Pace { protocol: CA_ECDH_AES_128, parameter_id: None };
    assert!(wrong.to_der().is_err());
    let no_key =
        SecurityInfo::ChipAuthenticationPublicKey { protocol: PK_ECDH, public_key: vec![0x30, 0], key_id: None };
    assert!(no_key.to_der().is_err());
}

#[test]
fn numbers_are_written_in_their_shortest_form() {
    for (number, der) in
        [(0, "020100"), (127, "02017f"), (128, "02020080"), (65_536, "0203010000"), (u32::MAX, "020500ffffffff")]
    {
        let mut out = Vec::new();
        asn1::push_integer(&mut out, number);
        assert_eq!(hex::encode(&out), der);
        assert_eq!(asn1::integer(&tlv::parse_single(&out, INTEGER).unwrap()).unwrap(), number);
    }
}

#[test]
fn sets_are_equal_whatever_their_order() {
    let [one, two] = [1, 2].map(|version| SecurityInfo::TerminalAuthentication { version });
    let set = |infos: &[&SecurityInfo]| SecurityInfos::new(infos.iter().map(|info| (*info).clone()).collect());
    assert_eq!(set(&[&one, &two]), set(&[&two, &one]));
    assert_ne!(set(&[&one, &one, &two]), set(&[&one, &two, &two]));
    assert_ne!(set(&[&one]), set(&[&one, &one]));
    let read = SecurityInfos::from_der(&set(&[&two, &one]).to_der().unwrap()).unwrap();
    assert_eq!(read, set(&[&two, &one]));
}

/// Doc 9303-11 9.2.10.
#[test]
fn a_copy_of_the_directory_is_carried_whole() {
    let info = SecurityInfo::EfDir { contents: vec![0x61, 0x02, 0x4F, 0x00] };
    let der = info.to_der().unwrap();
    assert_eq!(hex::encode(&der), "300e060667810801010d040461024f00");
    assert_eq!(SecurityInfo::from_der(&der).unwrap(), info);
    assert_eq!(info.protocol(), EF_DIR);
}
