use super::*;
use crate::ec::{Curve, HashAlgorithm};
use crate::signature::SignatureScheme;
use crate::sod::testing::{Authority, shared, start};
use crate::tlv::{self, TlvErrorKind};
use std::process::Command;

/// A content type with the length of none that is in use.
const LONG_TYPE: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.6.1.4.1.99999.123456.7890123.1.2");
/// Master lists, Doc 9303-12 9.
const MASTER_LIST: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.23.136.1.1.2");

fn signed(authority: &Authority, content_type: ObjectIdentifier, content: &[u8], others: &[&[u8]]) -> Vec<u8> {
    let signer = crate::pki::Certificate::parse(&authority.document_signer).unwrap();
    let scheme = SignatureScheme::for_curve(authority.curve);
    let prepared = SignedDataTemplate::new(&signer, content_type, scheme, others).unwrap().prepare_at(content, start());
    prepared.assemble(&authority.document_signer_key.sign(scheme.hash(), prepared.to_be_signed()))
}

fn openssl(folder: &std::path::Path, arguments: &[&str]) -> bool {
    let output = Command::new("openssl").args(arguments).current_dir(folder).output().expect("the openssl program");
    output.status.success()
}

#[test]
fn openssl_verifies_any_content_and_encodes_it_as_we_do() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    for curve in [Curve::P256, Curve::BrainpoolP384r1] {
        let authority = Authority::new(curve, 5);
        for content_type in [MASTER_LIST, LONG_TYPE] {
            for content in [&b""[..], b"content", &[7; 70_000]] {
                // The country signer goes inside as well, as in a master list; DER sorts the certificates.
                let bytes = signed(&authority, content_type, content, &[&authority.csca]);
                let object = SignedData::parse(&bytes, content_type).unwrap();
                assert_eq!((object.content(), object.signing_time()), (content, Some(start())));
                assert_eq!(object.certificates().count(), 2);
                assert_eq!(object.verify().unwrap().as_bytes(), authority.document_signer);
                std::fs::write(folder.join("cms"), &bytes).unwrap();
                let verify =
                    ["cms", "-verify", "-noverify", "-inform", "DER", "-in", "cms", "-out", "content", "-binary"];
                assert!(openssl(folder, &verify), "{curve:?} {content_type}");
                assert_eq!(std::fs::read(folder.join("content")).unwrap(), content);
                let again = ["cms", "-cmsout", "-inform", "DER", "-in", "cms", "-outform", "DER", "-out", "again"];
                assert!(openssl(folder, &again));
                assert_eq!(std::fs::read(folder.join("again")).unwrap(), bytes);
            }
        }
    }
}

/// What OpenSSL signs: by subject key identifier, and by issuer and serial number with rsaEncryption as its algorithm.
#[test]
fn reads_and_verifies_what_openssl_signs() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    std::fs::write(folder.join("content"), b"content").unwrap();
    let make = [
        "req",
        "-x509",
        "-newkey",
        "rsa:2048",
        "-nodes",
        "-keyout",
        "key",
        "-out",
        "certificate",
        "-subj",
        "/C=UT/CN=x",
    ];
    assert!(openssl(folder, &make));
    let sign = ["cms", "-sign", "-signer", "certificate", "-inkey", "key", "-in", "content", "-binary", "-nodetach"];
    let write = ["-outform", "DER", "-out", "cms", "-econtent_type", "2.23.136.1.1.2", "-nosmimecap"];
    for (options, scheme) in [
        (&["-keyid", "-md", "sha256"][..], SignatureScheme::RsaPkcs1(HashAlgorithm::Sha256)),
        (&["-md", "sha512"], SignatureScheme::RsaPkcs1(HashAlgorithm::Sha512)),
        (
            &["-md", "sha384", "-keyopt", "rsa_padding_mode:pss", "-keyopt", "rsa_pss_saltlen:48"],
            SignatureScheme::rsa_pss(HashAlgorithm::Sha384),
        ),
    ] {
        assert!(openssl(folder, &[&sign[..], &write[..], options].concat()));
        let bytes = std::fs::read(folder.join("cms")).unwrap();
        let object = SignedData::parse(&bytes, MASTER_LIST).unwrap();
        assert_eq!(object.content(), b"content");
        assert_eq!(object.signature_scheme(), Ok(scheme));
        let by_identifier = matches!(object.signer(), SignerIdentifier::SubjectKeyIdentifier(_));
        assert_eq!(by_identifier, options.contains(&"-keyid"));
        assert!(object.verify().is_ok());
    }
}

#[test]
fn master_lists_of_two_states_verify() {
    let Some(folder) = shared() else { return };
    for (name, scheme) in [
        ("DE_ML_2026-05-28-08-28-45.ml", SignatureScheme::Ecdsa(HashAlgorithm::Sha256)),
        ("NL_ML_2026-07-22.ml", SignatureScheme::RsaPkcs1(HashAlgorithm::Sha256)),
    ] {
        let mut bytes = std::fs::read(folder.join("masterlist").join(name)).unwrap();
        let object = SignedData::parse(&bytes, MASTER_LIST).unwrap();
        assert_eq!(object.signature_scheme(), Ok(scheme));
        assert!(object.verify().is_ok(), "{name}");
        bytes[1000] ^= 1;
        assert_eq!(SignedData::parse(&bytes, MASTER_LIST).unwrap().verify(), Err(CmsVerifyError::MessageDigest));
        let refused = SignedData::parse(&bytes, LONG_TYPE).unwrap_err();
        assert_eq!(refused.kind, CmsErrorKind::ContentType(MASTER_LIST));
    }
}

/// EF.CardSecurity of the Utopia example: no attributes are signed, its certificate is of version 1, and its public key
/// information lacks the SEQUENCE of SubjectPublicKeyInfo. So the SignedData is read and the contents are not.
#[test]
fn card_security_of_utopia_is_read_up_to_its_public_key() {
    use crate::sod::{CardSecurity, CardSecurityErrorKind, SECURITY_OBJECT};
    let Some(folder) = shared() else { return };
    let file = std::fs::read(folder.join("EF.CardSecurity.bin")).unwrap();
    let object = SignedData::parse(&file, SECURITY_OBJECT).unwrap();
    assert_eq!(object.message_digest(), None);
    assert_eq!(object.signed_bytes(), object.content());
    assert_eq!(object.signature_scheme(), Ok(SignatureScheme::Ecdsa(HashAlgorithm::Sha256)));
    let refused = CardSecurity::parse(&file).unwrap_err();
    assert!(matches!(refused.kind, CardSecurityErrorKind::SecurityInfos(_)), "{refused}");
    assert_eq!(refused.position, 60 + 77);
}

#[test]
fn a_content_without_signed_attributes_is_verified_as_it_is() {
    let authority = Authority::new(Curve::P256, 6);
    let signer = crate::pki::Certificate::parse(&authority.document_signer).unwrap();
    let signature = authority.document_signer_key.sign(HashAlgorithm::Sha256, b"content");
    let mut bytes = Vec::new();
    tlv::push_nested(&mut bytes, SEQUENCE, |out| {
        tlv::push(out, OBJECT_IDENTIFIER, SIGNED_DATA.as_bytes());
        tlv::push_nested(out, 0xA0, |out| {
            tlv::push_nested(out, SEQUENCE, |out| {
                tlv::push(out, INTEGER, &[3]);
                tlv::push_nested(out, SET, |out| strict::push_digest_algorithm(out, HashAlgorithm::Sha256));
                tlv::push_nested(out, SEQUENCE, |out| {
                    tlv::push(out, OBJECT_IDENTIFIER, MASTER_LIST.as_bytes());
                    tlv::push_nested(out, 0xA0, |out| tlv::push(out, OCTET_STRING, b"content"));
                });
                tlv::push(out, 0xA0, signer.as_bytes());
                tlv::push_nested(out, SET, |out| {
                    tlv::push_nested(out, SEQUENCE, |out| {
                        tlv::push(out, INTEGER, &[3]);
                        tlv::push(out, 0x80, signer.subject_key_identifier().unwrap());
                        strict::push_digest_algorithm(out, HashAlgorithm::Sha256);
                        SignatureScheme::for_curve(Curve::P256).push(out);
                        tlv::push(out, OCTET_STRING, &signature);
                    });
                });
            });
        });
    });
    let object = SignedData::parse(&bytes, MASTER_LIST).unwrap();
    assert_eq!(object.message_digest(), None);
    assert_eq!(object.verify(), Ok(signer));
    let place = bytes.windows(7).position(|window| window == b"content").unwrap();
    bytes[place] ^= 1;
    let refused = SignedData::parse(&bytes, MASTER_LIST).unwrap().verify();
    assert_eq!(refused, Err(CmsVerifyError::Signature(crate::ec::VerifyError::Mismatch)));
}

proptest::proptest! {
    #![proptest_config(proptest::test_runner::Config::with_cases(1000))]

    /// Bytes changed, cut or put in: refused with a position inside of the input, or read; a changed content or signature
    /// never verifies.
    #[test]
    fn altered_files_are_refused_or_read(
        seed in 0..2_u64,
        changes in proptest::collection::vec((proptest::num::u16::ANY, proptest::num::u8::ANY, 0..3_u8), 1..4),
    ) {
        let good = &samples()[seed as usize];
        let mut bytes = good.clone();
        for (place, value, kind) in changes {
            let place = usize::from(place) % bytes.len();
            match kind {
                0 => bytes[place] = value,
                1 => drop(bytes.remove(place)),
                _ => bytes.insert(place, value),
            }
        }
        match SignedData::parse(&bytes, MASTER_LIST) {
            Ok(object) => {
                if object.verify().is_ok() {
                    let original = SignedData::parse(good, MASTER_LIST).unwrap();
                    proptest::prop_assert_eq!(object.content(), original.content());
                    proptest::prop_assert_eq!(object.signed_bytes(), original.signed_bytes());
                }
            }
            Err(error) => proptest::prop_assert!(error.position <= bytes.len()),
        }
    }
}

/// Made once: a signature takes longer than all else here.
fn samples() -> &'static [Vec<u8>; 2] {
    static SAMPLES: std::sync::OnceLock<[Vec<u8>; 2]> = std::sync::OnceLock::new();
    SAMPLES.get_or_init(|| {
        [Curve::P256, Curve::BrainpoolP256r1]
            .map(|curve| signed(&Authority::new(curve, 8), MASTER_LIST, b"content", &[]))
    })
}

#[test]
fn lengths_that_lie_are_refused_without_memory() {
    // A gigabyte announced in a few bytes.
    let bytes = [0x30, 0x84, 0x40, 0x00, 0x00, 0x00, 0x06, 0x09];
    let refused = SignedData::parse(&bytes, MASTER_LIST).unwrap_err();
    assert_eq!(refused.kind, CmsErrorKind::Tlv(TlvErrorKind::Truncated));
}
