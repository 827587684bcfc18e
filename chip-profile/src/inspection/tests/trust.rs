//! Whom to trust, for how long, and on whose word.

use super::*;
use crate::pki::{LinkCertificate, SerialNumber, Validity};
use crate::signature::SignatureScheme;
use crate::sod::CardSecurityTemplate;

/// The certificate by which the key of `old` vouches for that of `new`.
fn link(old: &Authority, new: &Authority, validity: Validity) -> Certificate {
    let mut rng: rand_chacha::ChaCha20Rng = rand_core::SeedableRng::seed_from_u64(99);
    let parse = |authority: &Authority| Certificate::parse(&authority.csca).unwrap();
    let unsigned = LinkCertificate { serial: SerialNumber::generate(&mut rng), validity }
        .finalize(&parse(old), &parse(new), SignatureScheme::for_curve(old.curve))
        .unwrap();
    let signature = old.csca_key.sign(old.hash(), unsigned.to_be_signed());
    Certificate::parse(&unsigned.assemble(&signature)).unwrap()
}

fn long() -> Validity {
    Validity { not_before: start(), not_after: start().plus_months(150) }
}

fn chain_of(anchors: &TrustAnchors, files: &ElementaryFiles) -> Result<(), String> {
    let report = inspect(files, anchors, &context());
    let check = report.check(CheckName::DocumentSignerChain).unwrap();
    if check.verdict == Verdict::Passed { Ok(()) } else { Err(check.detail.clone()) }
}

#[test]
fn link_certificates_lead_from_a_trusted_key_to_the_one_that_signed() {
    let [first, second, third, stranger] = [1, 2, 3, 4].map(|seed| Authority::new(Curve::P256, seed));
    let files = document(&third);
    let (one, two) = (link(&first, &second, long()), link(&second, &third, long()));
    let with = |certificates: &[&Certificate]| {
        let mut anchors = TrustAnchors::default();
        anchors.add(Certificate::parse(&first.csca).unwrap());
        certificates.iter().for_each(|certificate| anchors.add((*certificate).clone()));
        anchors
    };
    let whole = with(&[&two, &one]);
    assert_eq!((whole.country_signers.len(), whole.link_certificates.len()), (1, 2));
    assert_eq!(chain_of(&whole, &files), Ok(()));
    assert_eq!(inspect(&files, &whole, &context()).conclusion(), Conclusion::Accepted);
    // A link is missing, was made by somebody else of the same name, or is over.
    assert!(chain_of(&with(&[&one]), &files).is_err());
    assert!(chain_of(&with(&[&two]), &files).unwrap_err().contains("leads to the link certificate"));
    assert!(chain_of(&with(&[&one, &link(&stranger, &third, long())]), &files).is_err());
    let over = link(&second, &third, Validity { not_before: start(), not_after: start().plus_days(1) });
    assert!(chain_of(&with(&[&one, &over]), &files).is_err());
    // Links alone are no anchors, and going in circles ends.
    let circle = TrustAnchors {
        link_certificates: vec![link(&second, &third, long()), link(&third, &second, long())],
        ..TrustAnchors::default()
    };
    assert!(chain_of(&circle, &files).is_err());
}

#[test]
fn one_revocation_list_of_a_country_counts_whichever_of_its_keys_signed_it() {
    let (old, new) = (Authority::new(Curve::P256, 1), Authority::new(Curve::P256, 2));
    let files = document(&old);
    let serial = Certificate::parse(&old.document_signer).unwrap().serial().to_vec();
    let next = start().plus_days(90);
    let check = |cscas: &[&Vec<u8>], lists: &[Vec<u8>], now| {
        let anchors = TrustAnchors::new(cscas, lists).unwrap();
        let report = inspect(&files, &anchors, &InspectionContext { now, ..context() });
        let check = report.check(CheckName::DocumentSignerRevocation).unwrap().clone();
        (check.verdict, check.detail)
    };
    let by_new = revocation_list(&new, &[&serial], next);
    assert_eq!(check(&[&old.csca, &new.csca], std::slice::from_ref(&by_new), now()).0, Verdict::Failed);
    let (verdict, detail) = check(&[&old.csca], &[by_new], now());
    assert_eq!(verdict, Verdict::NotDone);
    assert!(detail.contains("not signed by a trusted country signer"));
    let clean = revocation_list(&old, &[], next);
    assert_eq!(check(&[&old.csca], std::slice::from_ref(&clean), now()).0, Verdict::Passed);
    let (verdict, detail) = check(&[&old.csca], &[clean], start().plus_days(91));
    assert_eq!(verdict, Verdict::NotDone);
    assert!(detail.contains("out of date"));
    assert_eq!(check(&[&old.csca], &[], now()).0, Verdict::NotDone);
}

#[test]
fn a_signer_of_one_state_cannot_sign_for_another() {
    let authority = Authority::new(Curve::P256, 1);
    let mut files = document(&authority);
    let state = |files: &ElementaryFiles| {
        let report = inspect(files, &anchors(&authority), &context());
        report.check(CheckName::IssuingState).map(|check| check.verdict)
    };
    assert_eq!(state(&files), Some(Verdict::Passed));
    for (other, verdict) in [("CHN", Verdict::Failed), ("D<<", Verdict::Failed), ("QQQ", Verdict::NotDone)] {
        let dg1 = files.get_mut(&FileId::DG1).unwrap();
        dg1[7..10].copy_from_slice(other.as_bytes());
        sign(&authority, &mut files, LdsVersion::V1_8);
        assert_eq!(state(&files), Some(verdict), "{other}");
    }
}

/// EF.CardSecurity with these elements, signed by the document signer.
fn card_security(authority: &Authority, infos: Vec<SecurityInfo>) -> Vec<u8> {
    let scheme = SignatureScheme::for_curve(authority.curve);
    let template = CardSecurityTemplate::new(&authority.document_signer, scheme).unwrap();
    let prepared = template.prepare(&SecurityInfos::new(infos)).unwrap();
    prepared.assemble(&authority.document_signer_key.sign(authority.hash(), prepared.to_be_signed()))
}

#[test]
fn card_security_is_signed_and_says_what_everyone_may_read() {
    let (authority, other) = (Authority::new(Curve::P256, 1), Authority::new(Curve::P256, 2));
    let pace = PaceParameters::P256_AES128.security_info();
    let mapping = PaceParameters::P256_AES128_CAM.security_info();
    let check = |file: Option<Vec<u8>>, announced: &[&SecurityInfo]| {
        let mut files = document(&authority);
        let announced = announced.iter().copied().cloned().collect();
        let card_access = CardAccess { security_infos: announced };
        files.insert(FileId::CARD_ACCESS, card_access.build().unwrap());
        files.extend(file.map(|file| (FileId::CARD_SECURITY, file)));
        let report = inspect(&files, &anchors(&authority), &context());
        let check = report.check(CheckName::CardSecurity).unwrap().clone();
        (check.verdict, check.detail)
    };
    let good = card_security(&authority, vec![pace.clone(), mapping.clone()]);
    assert_eq!(check(Some(good.clone()), &[&pace, &mapping]), (Verdict::Passed, String::new()));
    assert_eq!(check(None, &[&pace]).0, Verdict::NotDone);
    assert!(check(None, &[&pace, &mapping]).1.contains("EF.CardSecurity is missing"));
    let (verdict, detail) = check(Some(card_security(&authority, vec![mapping.clone()])), &[&pace]);
    assert_eq!((verdict, detail.as_str()), (Verdict::Failed, "EF.CardAccess says what EF.CardSecurity does not"));
    assert!(check(Some(card_security(&other, vec![pace.clone()])), &[&pace]).1.contains("did not sign"));
    for position in (0..good.len()).step_by(17) {
        let mut altered = good.clone();
        altered[position] ^= 1;
        assert_eq!(check(Some(altered), &[&pace]).0, Verdict::Failed, "byte {position}");
    }
}

#[test]
fn card_security_is_released_with_the_security_object_it_belongs_to() {
    let (authority, other) = (Authority::new(Curve::P256, 1), Authority::new(Curve::P256, 2));
    let (pace, mapping) =
        (PaceParameters::P256_AES128.security_info(), PaceParameters::P256_AES128_CAM.security_info());
    let both = vec![pace.clone(), mapping.clone()];
    let release = |file: Option<Vec<u8>>| {
        let mut files = document(&authority);
        let card_access = CardAccess { security_infos: SecurityInfos::new(both.clone()) };
        files.insert(FileId::CARD_ACCESS, card_access.build().unwrap());
        files.extend(file.map(|file| (FileId::CARD_SECURITY, file)));
        super::release(&files, &authority).map_err(|error| error.to_string())
    };
    let good = card_security(&authority, both.clone());
    assert_eq!(release(Some(good.clone())), Ok(()));
    assert_eq!(release(None), Err("EF.CardSecurity is missing".to_owned()));
    let refused = |infos, by| release(Some(card_security(by, infos))).unwrap_err();
    assert_eq!(refused(vec![pace], &authority), "EF.CardSecurity: EF.CardAccess says what it does not");
    assert_eq!(refused(both.clone(), &other), "EF.CardSecurity: signed by another signer than EF.SOD");
    let mut altered = good;
    *altered.last_mut().unwrap() ^= 1;
    assert!(release(Some(altered)).unwrap_err().starts_with("EF.CardSecurity"));
}

/// Doc 9303-11 4.2: EF.DIR is verified with EF.CardSecurity.
#[test]
fn other_applications_are_believed_when_they_are_signed() {
    let authority = Authority::new(Curve::P256, 1);
    let pace = PaceParameters::P256_AES128.security_info();
    let lds2 = crate::lds::ApplicationId::new(&[0xA0, 0, 0, 2, 0x47, 0x20, 1]).unwrap();
    let own = crate::lds::Dir::default().build().unwrap();
    let both = crate::lds::Dir { applications: vec![crate::lds::ApplicationId::emrtd(), lds2] }.build().unwrap();
    let check = |directory: &[u8], signed: Option<&[u8]>| {
        let copy = signed.map(|signed| SecurityInfo::EfDir { contents: signed.to_vec() });
        let mut files = document(&authority);
        files.insert(FileId::DIR, directory.to_vec());
        let infos = [pace.clone()].into_iter().chain(copy).collect();
        files.insert(FileId::CARD_SECURITY, card_security(&authority, infos));
        let report = inspect(&files, &anchors(&authority), &context());
        let check = report.check(CheckName::CardSecurity).unwrap().clone();
        (check.verdict, check.detail)
    };
    assert_eq!(check(&own, None).0, Verdict::Passed);
    assert_eq!(check(&both, Some(&both)).0, Verdict::Passed);
    assert_eq!(check(&[&both[..], &[0; 9]].concat(), Some(&both)).0, Verdict::Passed);
    assert!(check(&both, None).1.contains("lists other applications"));
    // An application is hidden from whoever does not ask for what was signed.
    assert!(check(&own, Some(&both)).1.contains("not the one"));
}

#[test]
fn what_was_left_unread_on_purpose_is_not_missing() {
    let authority = Authority::new(Curve::P256, 1);
    let mut files = document(&authority);
    files.remove(&FileId::DG2);
    let left = InspectionContext { left_unread: [FileId::DG2].into(), ..context() };
    let report = inspect(&files, &anchors(&authority), &left);
    assert_eq!(report.conclusion(), Conclusion::Accepted, "{:?}", report.reasons().collect::<Vec<_>>());
    assert_eq!(report.check(CheckName::DataGroupHash(FileId::DG2)).unwrap().verdict, Verdict::NotDone);
    assert!(failures(&files, &anchors(&authority), &context()).contains(&CheckName::DataGroupHash(FileId::DG2)));
}

#[test]
fn documents_expire_and_portraits_are_found() {
    let authority = Authority::new(Curve::P256, 1);
    let files = document(&authority);
    let last = InspectionContext { now: UnixTime::from_civil(2038, 4, 16, 0, 0, 0).unwrap(), ..context() };
    assert!(failures(&files, &anchors(&authority), &last).contains(&CheckName::DateOfExpiry));
    let found = portrait(&files).unwrap();
    assert_eq!(found.coding, ImageDataType::Jpeg);
    assert!(found.bytes.starts_with(&[0xFF, 0xD8]) && found.bytes.ends_with(&[0xFF, 0xD9]));
    assert!(!format!("{found:?}").contains("255"));
    assert_eq!(portrait(&ElementaryFiles::new()), None);
}

#[test]
fn names_of_checks_are_told_apart_by_machines() {
    let authority = Authority::new(Curve::P256, 1);
    let report = inspect(&document(&authority), &anchors(&authority), &context());
    let mut names: Vec<_> = report.checks.iter().map(|check| (check.name.code(), check.name.file())).collect();
    assert!(names.iter().all(|(code, _)| code.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_')));
    assert!(report.checks.iter().all(|check| check.name.clause().starts_with("Doc 9303-")));
    names.sort();
    let count = names.len();
    names.dedup();
    assert_eq!(names.len(), count);
    assert_eq!(InspectionReport::default().conclusion(), Conclusion::Unreadable);
}

/// The pairs of country codes against the certificates of the world: in the alternative names of country signers a State
/// stands as the machine readable zone writes it, beside the country in the subject.
#[test]
fn country_codes_go_with_those_of_real_certificates() {
    let Some(folder) = shared() else { return };
    let (mut compared, mut unknown, mut differ) = (0, Vec::new(), Vec::new());
    for list in ["DE_ML_2026-05-28-08-28-45.ml", "NL_ML_2026-07-22.ml"] {
        for certificate in certificates(&std::fs::read(folder.join("masterlist").join(list)).unwrap()) {
            let Some(country) = certificate.subject_country() else { continue };
            for state in machine_readable_zone::localities(&certificate).unwrap_or_default() {
                let Ok(state) = String::from_utf8(state) else { continue };
                match country::is_country_of(&state, country) {
                    Some(true) => compared += 1,
                    Some(false) => differ.push((state, country.to_owned())),
                    None => unknown.push((state, country.to_owned())),
                }
            }
        }
    }
    assert!(compared > 300, "{compared}");
    assert!(differ.len() + unknown.len() < compared / 20, "differ {differ:?}, unknown {unknown:?}");
}

/// Certificates within bytes of any kind, found by their beginning.
fn certificates(bytes: &[u8]) -> Vec<Certificate> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(rest) = bytes.get(at..) {
        let Some(next) = rest.windows(2).position(|window| window == [0x30, 0x82]) else { break };
        at += next;
        let length = tlv::length_of_first(&bytes[at..]).ok().flatten().filter(|length| *length < 8_000);
        match length.and_then(|length| Certificate::parse(bytes.get(at..at + length)?).ok()) {
            Some(certificate) => {
                at += certificate.as_bytes().len();
                found.push(certificate);
            }
            None => at += 1,
        }
    }
    found
}
