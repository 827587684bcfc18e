use std::collections::BTreeMap;
use std::process::Command;

use super::testing::{Authority, shared, start};
use super::*;
use crate::cms::{
    CONTENT_TYPE, CmsErrorKind, CmsTemplateError, CmsVerifyError, MESSAGE_DIGEST, OBJECT_IDENTIFIER, SIGNED_DATA,
};
use crate::ec::{Curve, HashAlgorithm, VerifyError};
use crate::signature::SignatureScheme;
use crate::tlv::{self, TlvErrorKind};

/// id-data, RFC 5652 4.
const ID_DATA: const_oid::ObjectIdentifier = const_oid::ObjectIdentifier::new_unwrap("1.2.840.113549.1.7.1");

fn hashes(hash: HashAlgorithm) -> BTreeMap<u8, Vec<u8>> {
    [1, 2, 11, 12, 14, 15].into_iter().map(|group| (group, hash.digest(&[group]))).collect()
}

fn signed(authority: &Authority, version: LdsVersion, with_time: bool) -> Vec<u8> {
    let template = authority.template(version);
    let hashes = hashes(template.data_group_hash());
    let prepared = if with_time { template.prepare_at(&hashes, start()) } else { template.prepare(&hashes) }.unwrap();
    prepared.assemble(&authority.document_signer_key.sign(template.scheme().hash(), prepared.to_be_signed()))
}

fn vector(name: &str) -> Option<Vec<u8>> {
    shared().map(|folder| std::fs::read(folder.join(name)).unwrap())
}

fn kind(bytes: &[u8]) -> SodErrorKind {
    SecurityObject::parse(bytes).unwrap_err().kind
}

#[test]
fn reads_back_what_was_put_in() {
    for (curve, version) in [(Curve::P256, LdsVersion::V1_8), (Curve::P384, LdsVersion::V1_7)] {
        for with_time in [false, true] {
            let authority = Authority::new(curve, 1);
            let object = SecurityObject::parse(&signed(&authority, version, with_time)).unwrap();
            assert_eq!(object.verify_signature(), Ok(()));
            let list = object.lds_security_object();
            assert_eq!(list.data_group_hashes, hashes(curve.hash()));
            assert_eq!(list.hash, curve.hash());
            let info = list.version_info.as_ref().map(|info| (&*info.lds_version, &*info.unicode_version));
            assert_eq!(info, (version == LdsVersion::V1_8).then_some(("0108", "040000")));
            assert_eq!(object.signing_time(), with_time.then(start));
            assert_eq!(object.certificates().collect::<Vec<_>>(), [&*authority.document_signer]);
            assert_eq!(object.signature_scheme(), Ok(SignatureScheme::for_curve(curve)));
        }
    }
}

/// The bytes of a whole LDSSecurityObject of each version, written out by hand from Doc 9303-10 4.6.2.3.
#[test]
fn hash_lists_are_byte_exact() {
    let hash = HashAlgorithm::Sha224;
    let hashes = BTreeMap::from([(1, vec![0xAA; 28]), (2, vec![0xBB; 28])]);
    let entries = format!("304630210201 01041C{}30210201 02041C{}", "AA".repeat(28), "BB".repeat(28));
    let expected = |version: &str, length: &str, info: &str| {
        let printed = format!("30{length}0201{version}300B0609608648016503040204{entries}{info}");
        hex::decode(printed.replace(' ', "")).unwrap()
    };
    let mut out = Vec::new();
    LdsSecurityObject::push(&mut out, LdsVersion::V1_7, hash, &hashes);
    assert_eq!(hex::encode(&out), hex::encode(expected("00", "58", "")));
    let mut out = Vec::new();
    LdsSecurityObject::push(&mut out, LdsVersion::V1_8, hash, &hashes);
    assert_eq!(hex::encode(&out), hex::encode(expected("01", "68", "300E1304303130381306303430303030")));
}

#[test]
fn openssl_verifies_and_reencodes_to_the_same_bytes() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let openssl = |arguments: &[&str]| {
        let output = Command::new("openssl").args(arguments).output().expect("the openssl program is needed");
        (output.status.success(), [output.stdout, output.stderr].concat())
    };
    let verify = ["cms", "-verify", "-noverify", "-inform", "DER", "-in", &path("cms.der"), "-out", &path("content")];
    for (curve, version, with_time) in [(Curve::P256, LdsVersion::V1_8, false), (Curve::P384, LdsVersion::V1_7, true)] {
        let authority = Authority::new(curve, 7);
        let file = signed(&authority, version, with_time);
        let cms = tlv::parse_single(&file, 0x77).unwrap().value;
        std::fs::write(path("cms.der"), cms).unwrap();
        let (good, text) = openssl(&verify);
        assert!(good, "{}", String::from_utf8_lossy(&text));
        let mut content = Vec::new();
        let hashes = hashes(curve.hash());
        LdsSecurityObject::push(&mut content, version, curve.hash(), &hashes);
        assert_eq!(std::fs::read(path("content")).unwrap(), content);

        let (good, text) = openssl(&[
            "cms",
            "-cmsout",
            "-inform",
            "DER",
            "-in",
            &path("cms.der"),
            "-outform",
            "DER",
            "-out",
            &path("again"),
        ]);
        assert!(good, "{}", String::from_utf8_lossy(&text));
        assert_eq!(std::fs::read(path("again")).unwrap(), cms);
        let (good, text) = openssl(&["asn1parse", "-inform", "DER", "-in", &path("cms.der")]);
        assert!(good && !String::from_utf8_lossy(&text).contains(":BAD"), "{}", String::from_utf8_lossy(&text));

        // One bit of a hash, and one of the signature.
        let hash = &hashes[&14];
        let at = cms.windows(hash.len()).position(|window| window == hash).unwrap();
        for position in [at, cms.len() - 1] {
            let mut altered = cms.to_vec();
            altered[position] ^= 0x01;
            std::fs::write(path("cms.der"), &altered).unwrap();
            assert!(!openssl(&verify).0, "byte {position}");
            let mut file = Vec::new();
            tlv::push(&mut file, 0x77, &altered);
            let refused = SecurityObject::parse(&file).unwrap().verify_signature().unwrap_err();
            if position == at {
                assert_eq!(refused, CmsVerifyError::MessageDigest);
            } else {
                assert_eq!(refused, CmsVerifyError::Signature(VerifyError::Mismatch));
            }
        }
    }
}

#[test]
fn published_files_are_read() {
    let Some(file) = vector("loes2006/EF.SOD.bin") else { return };
    let object = SecurityObject::parse(&file).unwrap();
    assert_eq!(object.as_bytes(), file);
    assert_eq!(object.lds_security_object().hash, HashAlgorithm::Sha256);
    assert_eq!(object.lds_security_object().version_info, None);
    for (group, hash) in &object.lds_security_object().data_group_hashes {
        let contents = vector(&format!("loes2006/DG{group}.bin")).unwrap();
        assert_eq!(*hash, HashAlgorithm::Sha256.digest(&contents), "DG{group}");
    }
    assert_eq!(object.verify_signature(), Ok(()));

    for (name, groups) in [("bsi-tr03105-5/EF.SOD.bin", 5), ("bsi-tr03105-5/EF.SOD.etsi.bin", 6)] {
        let object = SecurityObject::parse(&vector(name).unwrap()).unwrap();
        assert_eq!(object.lds_security_object().data_group_hashes.len(), groups, "{name}");
        let certificate = object.document_signer().unwrap();
        assert_eq!(object.verify_signature(), Ok(()), "{name}");
        // The published certificate of that set is the one inside.
        let published = ["dsc_de_0142fd5cf927.cer", "dsc_de_0130846f2b3e.cer"];
        let published = published.map(|name| vector(&format!("bsi-tr03105-5/{name}")).unwrap());
        assert!(published.iter().any(|bytes| bytes == certificate.as_bytes()), "{name}");
    }

    // Of 2008, with SHA-1; DG15 is not in its list (see the notes beside the data).
    let object = SecurityObject::parse(&vector("bsi2008/EF.SOD.bin").unwrap()).unwrap();
    assert_eq!(object.digest_algorithm(), HashAlgorithm::Sha1);
    for (group, hash) in &object.lds_security_object().data_group_hashes {
        if let Some(file) = shared().map(|folder| folder.join(format!("bsi2008/DG{group}.bin"))).filter(|f| f.exists())
        {
            assert_eq!(*hash, HashAlgorithm::Sha1.digest(&std::fs::read(file).unwrap()), "DG{group}");
        }
    }
    // Its signer is on brainpoolP224r1.
    assert_eq!(object.verify_signature(), Ok(()));
}

#[test]
fn malformed_files_are_refused_for_their_fault() {
    let Some(_) = shared() else { return };
    let refused = |name: &str| kind(&vector(&format!("bsi-tr03105-5/malformed/{name}.bin")).unwrap());
    assert_eq!(refused("signeddata-version-1"), SodErrorKind::Cms(CmsErrorKind::SignedDataVersion(1)));
    assert_eq!(refused("econtenttype-id-data"), SodErrorKind::Cms(CmsErrorKind::ContentType(ID_DATA)));
    assert_eq!(refused("trailing-data"), SodErrorKind::Cms(CmsErrorKind::Tlv(TlvErrorKind::TrailingData)));
    assert_eq!(refused("ldsso-version-2"), SodErrorKind::LdsSecurityObjectVersion(2));
    assert_eq!(refused("not-signeddata"), SodErrorKind::Cms(CmsErrorKind::NotSignedData));
}

/// Replaces the only occurrence of a byte string by one of the same length.
fn replaced(file: &[u8], from: &str, to: &str) -> Vec<u8> {
    let (from, to) = (hex::decode(from).unwrap(), hex::decode(to).unwrap());
    assert_eq!(from.len(), to.len());
    let at = file.windows(from.len()).position(|window| window == from).unwrap();
    [&file[..at], &to, &file[at + to.len()..]].concat()
}

#[test]
fn every_rule_has_its_own_refusal() {
    let authority = Authority::new(Curve::P256, 3);
    let file = signed(&authority, LdsVersion::V1_8, true);
    // The list without its version information, and the information with version 0.
    assert_eq!(kind(&replaced(&file, "020101300b0609", "020100300b0609")), SodErrorKind::LdsVersionInfo);
    let old = signed(&authority, LdsVersion::V1_7, false);
    assert_eq!(kind(&replaced(&old, "020100300b0609", "020101300b0609")), SodErrorKind::LdsVersionInfo);
    assert_eq!(kind(&replaced(&file, "02010e0420", "0201110420")), SodErrorKind::DataGroupNumber(17));
    assert_eq!(kind(&replaced(&file, "02010e0420", "0201010420")), SodErrorKind::DataGroupRepeated(1));
    // contentType says id-data.
    let (named, other) = ("3108060667810801 0101", "310806062a864886f70d");
    assert_eq!(
        kind(&replaced(&file, &named.replace(' ', ""), other)),
        SodErrorKind::Cms(CmsErrorKind::AttributeContentType)
    );
    // messageDigest and signingTime renamed to something unknown.
    let unknown = "2a864886f70d01097f";
    assert_eq!(
        kind(&replaced(&file, "2a864886f70d010904", unknown)),
        SodErrorKind::Cms(CmsErrorKind::AttributeMissing(MESSAGE_DIGEST))
    );
    assert_eq!(
        kind(&replaced(&file, "2a864886f70d010903", unknown)),
        SodErrorKind::Cms(CmsErrorKind::AttributeMissing(CONTENT_TYPE))
    );
    assert_eq!(
        kind(&replaced(&file, "2a864886f70d010905", "2a864886f70d010904")),
        SodErrorKind::Cms(CmsErrorKind::Tlv(TlvErrorKind::UnexpectedTag { expected: 0x04, found: 0x17 }))
    );
    // Another hash function in the signature than in the signer.
    assert_eq!(
        kind(&swap_last(&file, "2a8648ce3d040302", "2a8648ce3d040303")),
        SodErrorKind::Cms(CmsErrorKind::DigestsDiffer)
    );
    // Hash functions that nobody announced or knows.
    let sha256 = "608648016503040201";
    assert_eq!(
        kind(&replaced(&file, sha256, "608648016503040203")),
        SodErrorKind::Cms(CmsErrorKind::DigestNotAnnounced)
    );
    assert!(matches!(
        kind(&replaced(&file, sha256, "608648016503040277")),
        SodErrorKind::Cms(CmsErrorKind::DigestAlgorithm(_))
    ));
    // Cut anywhere, it is refused.
    for length in 0..file.len() {
        assert!(SecurityObject::parse(&file[..length]).is_err());
    }
    assert_eq!(kind(&[&file[..], &[0]].concat()), SodErrorKind::Cms(CmsErrorKind::Tlv(TlvErrorKind::TrailingData)));
}

fn swap_last(file: &[u8], from: &str, to: &str) -> Vec<u8> {
    let (from, to) = (hex::decode(from).unwrap(), hex::decode(to).unwrap());
    let at = file.windows(from.len()).rposition(|window| window == from).unwrap();
    [&file[..at], &to, &file[at + to.len()..]].concat()
}

/// Rebuilds the outer structure around changed contents of SignedData.
fn rebuilt(file: &[u8], change: impl FnOnce(&mut Vec<(u32, Vec<u8>)>)) -> Vec<u8> {
    let outer = tlv::parse_single(file, 0x77).unwrap();
    let content_info = tlv::parse_single(outer.value, SEQUENCE).unwrap();
    let mut reader = content_info.reader();
    reader.expect(OBJECT_IDENTIFIER).unwrap();
    let explicit = reader.expect(0xA0).unwrap();
    let mut reader = tlv::parse_single(explicit.value, SEQUENCE).unwrap().reader();
    let mut parts = Vec::new();
    while let Some(object) = reader.next_object().unwrap() {
        parts.push((object.tag, object.value.to_vec()));
    }
    change(&mut parts);
    let mut out = Vec::new();
    tlv::push_nested(&mut out, 0x77, |out| {
        tlv::push_nested(out, SEQUENCE, |out| {
            tlv::push(out, OBJECT_IDENTIFIER, SIGNED_DATA.as_bytes());
            tlv::push_nested(out, 0xA0, |out| {
                tlv::push_nested(out, SEQUENCE, |out| {
                    for (tag, value) in &parts {
                        tlv::push(out, *tag, value);
                    }
                });
            });
        });
    });
    out
}

#[test]
fn signers_and_certificates_are_counted() {
    let authority = Authority::new(Curve::P256, 3);
    let file = signed(&authority, LdsVersion::V1_8, false);
    assert_eq!(rebuilt(&file, |_| {}), file);
    let signers = |parts: &mut Vec<(u32, Vec<u8>)>, count: usize| parts[4].1 = parts[4].1.repeat(count);
    assert_eq!(kind(&rebuilt(&file, |parts| signers(parts, 2))), SodErrorKind::Cms(CmsErrorKind::SignerCount(2)));
    assert_eq!(kind(&rebuilt(&file, |parts| signers(parts, 0))), SodErrorKind::Cms(CmsErrorKind::SignerCount(0)));
    assert_eq!(kind(&rebuilt(&file, |parts| drop(parts.remove(3)))), SodErrorKind::Cms(CmsErrorKind::NoCertificate));
    assert_eq!(kind(&rebuilt(&file, |parts| parts[3].1.clear())), SodErrorKind::Cms(CmsErrorKind::NoCertificate));
    // A certificate of somebody else in place of the signer's.
    let other = Authority::new(Curve::P256, 4).document_signer;
    let foreign = SecurityObject::parse(&rebuilt(&file, |parts| parts[3].1 = other)).unwrap();
    assert_eq!(foreign.verify_signature(), Err(CmsVerifyError::NoSigner));
    // Lengths longer than they need to be are not DER.
    let long = [&[0x77, 0x83, 0x00][..], &file[2..]].concat();
    assert_eq!(kind(&long), SodErrorKind::Cms(CmsErrorKind::NotDer));
}

#[test]
fn templates_refuse_what_must_not_be_signed() {
    let authority = Authority::new(Curve::P256, 3);
    let sha256 = HashAlgorithm::Sha256;
    let template = |certificate: &[u8], hash, signature| {
        SecurityObjectTemplate::new(certificate, hash, signature, LdsVersion::V1_8).map(|_| ())
    };
    let ecdsa = SignatureScheme::Ecdsa(sha256);
    assert_eq!(template(&authority.csca, sha256, ecdsa), Err(TemplateError::NotADocumentSigner));
    assert_eq!(template(&authority.document_signer, HashAlgorithm::Sha1, ecdsa), Err(TemplateError::Sha1));
    let sha1 = SignatureScheme::Ecdsa(HashAlgorithm::Sha1);
    assert_eq!(
        template(&authority.document_signer, sha256, sha1),
        Err(TemplateError::Signer(CmsTemplateError::SchemeNotForIssuing))
    );
    let rsa = SignatureScheme::RsaPkcs1(sha256);
    assert_eq!(
        template(&authority.document_signer, sha256, rsa),
        Err(TemplateError::Signer(CmsTemplateError::SchemeAndKeyDiffer))
    );
    assert!(matches!(template(&[1, 2, 3], sha256, ecdsa), Err(TemplateError::Certificate(_))));

    let template = authority.template(LdsVersion::V1_8);
    type Hashes = BTreeMap<u8, Vec<u8>>;
    let refused = |change: &dyn Fn(&mut Hashes)| {
        let mut hashes = hashes(sha256);
        change(&mut hashes);
        template.prepare(&hashes).unwrap_err()
    };
    assert_eq!(refused(&|hashes| drop(hashes.remove(&2))), PrepareError::MandatoryDataGroup(2));
    assert_eq!(refused(&|hashes| drop(hashes.insert(17, vec![0; 32]))), PrepareError::DataGroupNumber(17));
    let wrong = PrepareError::HashLength { group: 3, expected: 32, found: 20 };
    assert_eq!(refused(&|hashes| drop(hashes.insert(3, vec![0; 20]))), wrong);
}
