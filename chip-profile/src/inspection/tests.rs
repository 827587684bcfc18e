mod cards;
mod structures;
mod trust;

use std::collections::BTreeMap;

use super::*;
use crate::access::pace::PaceParameters;
use crate::ec::{Curve, HashAlgorithm, KeyPair};
use crate::lds::dg2::{FaceImage, FaceImageType, ImageDataType};
use crate::lds::{CardAccess, Com, Dg1, Dg2, Dg14, Dg15, LdsVersion, SecurityInfo, SecurityInfos, UnicodeVersion};
use crate::mrz::Td3;
use crate::pki::{Certificate, UsagePeriod};
use crate::sod::testing::{Authority, shared, start};
use crate::tlv;

const ZONE: &str = "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\nL898902C36UTO7408122F3804151ZE184226B<<<<<16";

fn now() -> UnixTime {
    start().plus_days(10)
}

fn sign(authority: &Authority, files: &mut ElementaryFiles, version: LdsVersion) {
    let template = authority.template(version);
    let hash = template.data_group_hash();
    let hashes: BTreeMap<u8, Vec<u8>> =
        files.iter().filter_map(|(file, contents)| Some((file.data_group()?, hash.digest(contents)))).collect();
    let prepared = template.prepare_at(&hashes, now()).unwrap();
    let signature = authority.document_signer_key.sign(template.scheme().hash(), prepared.to_be_signed());
    files.insert(FileId::SOD, prepared.assemble(&signature));
}

fn with_com(files: &mut ElementaryFiles, lds_version: LdsVersion) {
    let data_groups = data_groups::present(files).into_iter().collect();
    let com = Com { lds_version, unicode_version: UnicodeVersion::V4_0_0, data_groups };
    files.insert(FileId::COM, com.build().unwrap());
}

/// A document as it should be.
fn document(authority: &Authority) -> ElementaryFiles {
    let chip_key =
        KeyPair::generate(Curve::P256, &mut <rand_chacha::ChaCha20Rng as rand_core::SeedableRng>::seed_from_u64(5));
    let pace = PaceParameters::P256_AES128.security_info();
    let active = SecurityInfo::ActiveAuthentication { signature_algorithm: HashAlgorithm::Sha256.ecdsa_plain_oid() };
    let lines = Td3::parse(ZONE).unwrap().encode().unwrap();
    let mut files = BTreeMap::from([
        (FileId::DG1, Dg1::new(&lines).build().unwrap()),
        (FileId::DG2, face()),
        (FileId::DG14, Dg14 { security_infos: SecurityInfos::new(vec![pace.clone(), active]) }.build().unwrap()),
        (FileId::DG15, Dg15 { public_key: chip_key.public_key().to_spki_explicit() }.build().unwrap()),
        (FileId::CARD_ACCESS, CardAccess { security_infos: SecurityInfos::new(vec![pace]) }.build().unwrap()),
    ]);
    with_com(&mut files, LdsVersion::V1_8);
    sign(authority, &mut files, LdsVersion::V1_8);
    files
}

/// A face whose image is a frame header of JPEG, 413 by 531, and no more.
fn face() -> Vec<u8> {
    let mut image = hex::decode("FFD8FFC0000B080213019D01011100").unwrap();
    image.extend([0x55; 200]);
    image.extend([0xFF, 0xD9]);
    let face = FaceImage::new(FaceImageType::FullFrontal, ImageDataType::Jpeg, (413, 531), image);
    Dg2::with_face(crate::lds::FaceFormat::Iso19794, face).build().unwrap()
}

fn context() -> InspectionContext {
    InspectionContext {
        printed_mrz: Some(ZONE.to_owned()),
        active_authentication: Some(true.into()),
        ..InspectionContext::at(now())
    }
}

fn anchors(authority: &Authority) -> TrustAnchors {
    TrustAnchors::new([&authority.csca], [] as [&[u8]; 0]).unwrap()
}

/// Names of the checks that fail, in order.
fn failures(files: &ElementaryFiles, anchors: &TrustAnchors, context: &InspectionContext) -> Vec<CheckName> {
    let report = inspect(files, anchors, context);
    let failed: Vec<_> = report.failed().map(|check| check.name).collect();
    if failed.is_empty() {
        assert_ne!(report.conclusion(), Conclusion::Refused);
    } else {
        assert_eq!(report.conclusion(), Conclusion::Refused);
    }
    failed
}

fn detail(files: &ElementaryFiles, anchors: &TrustAnchors, context: &InspectionContext, name: CheckName) -> String {
    inspect(files, anchors, context).check(name).unwrap().detail.clone()
}

fn altered(files: &ElementaryFiles, file: FileId, position: usize) -> ElementaryFiles {
    let mut files = files.clone();
    files.get_mut(&file).unwrap()[position] ^= 0x01;
    files
}

fn release(files: &ElementaryFiles, authority: &Authority) -> Result<(), ReleaseError> {
    let csca = Certificate::parse(&authority.csca).unwrap();
    verify_before_release(&files[&FileId::SOD], files, &csca, now())
}

#[test]
fn a_good_document_passes() {
    for curve in [Curve::P256, Curve::P384] {
        let authority = Authority::new(curve, 1);
        let files = document(&authority);
        let report = inspect(&files, &anchors(&authority), &context());
        let not_passed: Vec<_> = report.checks.iter().filter(|check| check.verdict != Verdict::Passed).collect();
        let names: Vec<_> = not_passed.iter().map(|check| check.name).collect();
        let absent = [CheckName::DocumentSignerRevocation, CheckName::CardSecurity, CheckName::ChipAuthentication];
        assert_eq!(names, absent, "{not_passed:?}");
        assert_eq!(report.conclusion(), Conclusion::Accepted);
        assert_eq!(release(&files, &authority), Ok(()));
    }
}

#[test]
fn reports_and_contexts_hold_nothing_personal() {
    let authority = Authority::new(Curve::P256, 1);
    let mut context = context();
    context.printed_mrz = Some(ZONE.replace("ANNA", "EMMA"));
    let shown = format!("{:?} {context:?}", inspect(&document(&authority), &anchors(&authority), &context));
    for personal in ["ERIKSSON", "ANNA", "EMMA", "L898902C3", "740812"] {
        assert!(!shown.contains(personal), "{personal}");
    }
    assert!(shown.contains("DG1 differs from the data page"));
}

#[test]
fn a_flipped_bit_in_any_data_group_is_noticed() {
    let authority = Authority::new(Curve::P256, 1);
    let files = document(&authority);
    for file in data_groups::present(&files) {
        for position in (0..files[&file].len()).step_by(29) {
            let altered = altered(&files, file, position);
            let failed = failures(&altered, &anchors(&authority), &context());
            assert!(failed.contains(&CheckName::DataGroupHash(file)), "{file} byte {position}");
            assert_eq!(release(&altered, &authority), Err(ReleaseError::Hash(file)));
        }
    }
}

#[test]
fn a_flipped_bit_anywhere_in_the_security_object_is_noticed() {
    let authority = Authority::new(Curve::P256, 1);
    let files = document(&authority);
    for position in 0..files[&FileId::SOD].len() {
        let altered = altered(&files, FileId::SOD, position);
        assert!(release(&altered, &authority).is_err(), "byte {position}");
        if position % 8 == 0 {
            let conclusion = inspect(&altered, &anchors(&authority), &context()).conclusion();
            assert_eq!(conclusion, Conclusion::Refused, "byte {position}");
        }
    }
}

#[test]
fn each_part_of_the_security_object_has_its_own_check() {
    let authority = Authority::new(Curve::P256, 1);
    let files = document(&authority);
    let sod = &files[&FileId::SOD];
    let find = |part: &[u8]| sod.windows(part.len()).position(|window| window == part).unwrap();
    let failed = |position| failures(&altered(&files, FileId::SOD, position), &anchors(&authority), &context());
    // A hash in the list: the list is no longer the signed one, nor the hash that of the data group.
    let position = find(&HashAlgorithm::Sha256.digest(&files[&FileId::DG2]));
    assert_eq!(failed(position), [CheckName::SecurityObjectSignature, CheckName::DataGroupHash(FileId::DG2)]);
    // The signature.
    assert_eq!(failed(sod.len() - 1), [CheckName::SecurityObjectSignature]);
    // The signature inside the document signer certificate.
    let certificate = find(&authority.document_signer);
    let last = certificate + authority.document_signer.len() - 1;
    assert_eq!(failed(last), [CheckName::DocumentSignerChain]);
    // The validity in the certificate: read as another year, and no longer what the country signer signed.
    let year = find(b"261121000000Z") + 1;
    assert!(failed(year).contains(&CheckName::DocumentSignerChain));
    // The tag of the file.
    assert!(failed(0).contains(&CheckName::SecurityObjectStructure));
}

#[test]
fn foreign_country_signers_are_not_trusted() {
    let (authority, other) = (Authority::new(Curve::P256, 1), Authority::new(Curve::P256, 2));
    let files = document(&authority);
    // The same name, another key: that is how a forger would look.
    let chain = CheckName::DocumentSignerChain;
    assert_eq!(failures(&files, &anchors(&other), &context()), [chain]);
    assert!(detail(&files, &anchors(&other), &context(), chain).contains("did not sign"));
    assert_eq!(failures(&files, &TrustAnchors::default(), &context()), [chain]);
    assert!(detail(&files, &TrustAnchors::default(), &context(), chain).contains("no trusted country signer"));
    assert!(matches!(release(&files, &other), Err(ReleaseError::DocumentSigner(_))));
    // Of two certificates with one name, the one that signed is found.
    let both = TrustAnchors::new([&other.csca, &authority.csca], [] as [&[u8]; 0]).unwrap();
    assert_eq!(inspect(&files, &both, &context()).conclusion(), Conclusion::Accepted);
    // The document signer itself is no trust anchor for itself.
    let itself = TrustAnchors::new([&authority.document_signer], [] as [&[u8]; 0]).unwrap();
    assert_eq!(failures(&files, &itself, &context()), [chain]);
}

#[test]
fn validity_and_usage_period_are_two_things() {
    let authority = Authority::new(Curve::P256, 1);
    let files = document(&authority);
    let at = |now| InspectionContext { now, ..context() };
    // Long after the private key period: still verified. After the certificate's end: refused.
    assert_eq!(failures(&files, &anchors(&authority), &at(start().plus_months(100))), []);
    let expired = [CheckName::DocumentSignerValidity];
    assert_eq!(failures(&files, &anchors(&authority), &at(start().plus_months(124))), expired);
    let both = [CheckName::DocumentSignerValidity, CheckName::CountrySignerValidity];
    assert_eq!(failures(&files, &anchors(&authority), &at(start().plus_days(-1))), both);

    // Signed before the period began: an inspection says so and goes on, a release does not.
    let late = Authority::with(Curve::P256, 1, |profile| {
        profile.usage_period = UsagePeriod { not_before: start().plus_days(30), not_after: start().plus_days(90) };
    });
    let files = document(&late);
    let report = inspect(&files, &anchors(&late), &context());
    assert_eq!(report.check(CheckName::DocumentSignerUsagePeriod).unwrap().verdict, Verdict::Failed);
    assert_eq!(report.conclusion(), Conclusion::Accepted);
    assert!(matches!(release(&files, &late), Err(ReleaseError::DocumentSigner(_))));
}

#[test]
fn lists_must_agree() {
    let authority = Authority::new(Curve::P256, 1);
    let good = document(&authority);
    let list = CheckName::DataGroupList;

    let mut missing = good.clone();
    missing.remove(&FileId::DG15);
    let failed = failures(&missing, &anchors(&authority), &context());
    assert_eq!(failed, [list, CheckName::DataGroupHash(FileId::DG15), CheckName::ActiveAuthentication]);
    assert_eq!(release(&missing, &authority), Err(ReleaseError::DataGroupList(FileId::DG15)));

    let mut added = good.clone();
    added.insert(FileId::DG13, vec![0x6D, 0x01, 0x00]);
    assert_eq!(failures(&added, &anchors(&authority), &context()), [list]);
    assert!(detail(&added, &anchors(&authority), &context(), list).contains("DG13 is on the chip"));
    assert_eq!(release(&added, &authority), Err(ReleaseError::DataGroupList(FileId::DG13)));
    // Announcing it in EF.COM, which nobody signs, does not help.
    with_com(&mut added, LdsVersion::V1_8);
    assert_eq!(failures(&added, &anchors(&authority), &context()), [list]);

    // A list that was signed without the face.
    let mut object = SecurityObject::parse(&good[&FileId::SOD]).unwrap().lds_security_object().clone();
    object.data_group_hashes.remove(&2);
    let mut report = InspectionReport::default();
    data_groups::check_hashes(&mut report, &good, None, &object, &BTreeSet::new());
    assert_eq!(report.check(list).unwrap().detail, "DG2 is mandatory and not listed in EF.SOD");

    let mut other_com = good.clone();
    other_com.remove(&FileId::DG15);
    with_com(&mut other_com, LdsVersion::V1_8);
    other_com.insert(FileId::DG15, good[&FileId::DG15].clone());
    assert_eq!(failures(&other_com, &anchors(&authority), &context()), [list]);

    let mut versions = good.clone();
    with_com(&mut versions, LdsVersion::V1_7);
    assert_eq!(failures(&versions, &anchors(&authority), &context()), [CheckName::LdsVersions]);
    let mut old = good.clone();
    sign(&authority, &mut old, LdsVersion::V1_7);
    assert_eq!(failures(&old, &anchors(&authority), &context()), [CheckName::LdsVersions]);
    with_com(&mut old, LdsVersion::V1_7);
    assert_eq!(failures(&old, &anchors(&authority), &context()), []);

    for file in [FileId::COM, FileId::SOD] {
        let mut without = good.clone();
        without.remove(&file);
        assert_ne!(inspect(&without, &anchors(&authority), &context()).conclusion(), Conclusion::Accepted);
    }
}

#[test]
fn card_access_and_machine_readable_zone_are_compared() {
    let authority = Authority::new(Curve::P256, 1);
    let mut files = document(&authority);
    let stronger = PaceParameters::P384_AES256.security_info();
    files.insert(
        FileId::CARD_ACCESS,
        CardAccess { security_infos: SecurityInfos::new(vec![stronger]) }.build().unwrap(),
    );
    assert_eq!(failures(&files, &anchors(&authority), &context()), [CheckName::CardAccess]);

    let files = document(&authority);
    let printed = InspectionContext { printed_mrz: Some(ZONE.replace('8', "B")), ..context() };
    assert_eq!(failures(&files, &anchors(&authority), &printed), [CheckName::PrintedMrz]);
    let refused = InspectionContext { active_authentication: Some(false.into()), ..context() };
    assert_eq!(failures(&files, &anchors(&authority), &refused), [CheckName::ActiveAuthentication]);

    // A wrong check digit that was signed all the same.
    let mut files = document(&authority);
    let dg1 = files.get_mut(&FileId::DG1).unwrap();
    let last = dg1.last_mut().unwrap();
    *last = if *last == b'7' { b'8' } else { b'7' };
    let zone = String::from_utf8(dg1[5..].to_vec()).unwrap();
    sign(&authority, &mut files, LdsVersion::V1_8);
    let printed = InspectionContext { printed_mrz: Some(zone), ..context() };
    assert_eq!(failures(&files, &anchors(&authority), &printed), [CheckName::MrzCheckDigits]);

    // A signer that may sign identity cards only.
    let cards = Authority::with(Curve::P256, 1, |profile| profile.document_types = vec!["I".to_owned()]);
    assert_eq!(failures(&document(&cards), &anchors(&cards), &context()), [CheckName::DocumentTypes]);
}

/// A list in the form of RFC 5280 5.1, signed by the country signer.
fn revocation_list(authority: &Authority, serials: &[&[u8]], next_update: UnixTime) -> Vec<u8> {
    let csca = Certificate::parse(&authority.csca).unwrap();
    let hash = authority.hash();
    let algorithm =
        |out: &mut Vec<u8>| tlv::push_nested(out, 0x30, |out| tlv::push(out, 0x06, hash.ecdsa_oid().as_bytes()));
    let mut tbs = Vec::new();
    tlv::push_nested(&mut tbs, 0x30, |out| {
        tlv::push(out, 0x02, &[1]);
        algorithm(out);
        out.extend_from_slice(csca.subject_bytes());
        start().push_time(out);
        next_update.push_time(out);
        if !serials.is_empty() {
            tlv::push_nested(out, 0x30, |out| {
                for serial in serials {
                    tlv::push_nested(out, 0x30, |out| {
                        tlv::push(out, 0x02, serial);
                        start().push_time(out);
                    });
                }
            });
        }
    });
    let mut bits = vec![0];
    bits.extend(authority.csca_key.sign(hash, &tbs));
    let mut out = Vec::new();
    tlv::push_nested(&mut out, 0x30, |out| {
        out.extend_from_slice(&tbs);
        algorithm(out);
        tlv::push(out, 0x03, &bits);
    });
    out
}

#[test]
fn revoked_signers_are_refused() {
    let authority = Authority::new(Curve::P256, 1);
    let other = Authority::new(Curve::P256, 2);
    let files = document(&authority);
    let signer = Certificate::parse(&authority.document_signer).unwrap();
    let next = start().plus_days(90);
    let verdict = |list: Vec<u8>| {
        let anchors = TrustAnchors::new([&authority.csca], [list]).unwrap();
        inspect(&files, &anchors, &context()).check(CheckName::DocumentSignerRevocation).unwrap().verdict
    };
    assert_eq!(verdict(revocation_list(&authority, &[&[1], &[2, 3]], next)), Verdict::Passed);
    assert_eq!(verdict(revocation_list(&authority, &[], next)), Verdict::Passed);
    assert_eq!(verdict(revocation_list(&authority, &[&[1], signer.serial(), &[9]], next)), Verdict::Failed);
    assert_eq!(verdict(revocation_list(&authority, &[&[1]], start().plus_days(1))), Verdict::NotDone);
    // Signed by somebody else who bears the name.
    assert_eq!(verdict(revocation_list(&other, &[signer.serial()], next)), Verdict::NotDone);

    let list = revocation_list(&authority, &[&[1]], next);
    for length in 0..list.len() {
        assert!(RevocationList::parse(&list[..length]).is_err());
    }
    let bad = TrustAnchors::new([&authority.csca], [&list[1..]]).unwrap_err();
    assert!(matches!(bad, TrustAnchorError::RevocationList { index: 0, .. }));
    let bad = TrustAnchors::new([&list], [] as [&[u8]; 0]).unwrap_err();
    assert!(matches!(bad, TrustAnchorError::Certificate { index: 0, .. }));
}

/// Files of strangers: the Dutch specimen of 2006 is consistent, its RSA signature is out of reach, and nobody claims it
/// to be authentic.
#[test]
fn published_documents_are_inspected() {
    let Some(folder) = shared() else { return };
    let read = |set: &str, names: &[(FileId, &str)]| -> ElementaryFiles {
        let file = |name: &str| std::fs::read(folder.join(set).join(name)).unwrap();
        names.iter().map(|(id, name)| (*id, file(name))).collect()
    };
    let common = [
        (FileId::COM, "EF.COM.bin"),
        (FileId::SOD, "EF.SOD.bin"),
        (FileId::DG1, "DG1.bin"),
        (FileId::DG2, "DG2.bin"),
        (FileId::DG15, "DG15.bin"),
    ];
    let now = InspectionContext::at(UnixTime::from_civil(2006, 6, 1, 0, 0, 0).unwrap());
    let report = inspect(&read("loes2006", &common), &TrustAnchors::default(), &now);
    let verdict = |name| report.check(name).map(|check| check.verdict);
    for name in [
        CheckName::SecurityObjectStructure,
        CheckName::CommonDataStructure,
        CheckName::LdsVersions,
        CheckName::DataGroupList,
        CheckName::DataGroupHash(FileId::DG1),
        CheckName::DataGroupHash(FileId::DG2),
        CheckName::DataGroupHash(FileId::DG15),
        CheckName::DataGroupStructure(FileId::DG1),
        CheckName::DataGroupStructure(FileId::DG2),
        CheckName::MrzCheckDigits,
    ] {
        assert_eq!(verdict(name), Some(Verdict::Passed), "{name}: {:?}", report.check(name));
    }
    assert_eq!(verdict(CheckName::SecurityObjectSignature), Some(Verdict::Passed));
    assert_eq!(verdict(CheckName::DocumentSignerChain), Some(Verdict::Failed));
    assert_ne!(report.conclusion(), Conclusion::Accepted);

    // The German set of 2008 carries a DG15 that its list does not know.
    let report = inspect(&read("bsi2008", &common), &TrustAnchors::default(), &now);
    let check = report.check(CheckName::DataGroupList).unwrap();
    assert_eq!((check.verdict, &*check.detail), (Verdict::Failed, "DG15 is on the chip and not listed in EF.SOD"));
}
