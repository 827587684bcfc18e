//! Every published file, good and malformed, in one table: what is accepted, and of what is refused the fault.
//!
//! The table names every file of the folder, so that a new one does not stay unread.

use std::collections::BTreeSet;
use std::path::Path;

use crate::readers::{Content, Kind, is_reordered, read};
use crate::tools::{node, openssl, stranger, vectors};

/// What becomes of a file.
enum Fate {
    /// It is read, and written again to the same bytes.
    Exact,
    /// It is read; its set is not in DER order, and is written in order.
    Unordered,
    /// It is read, and would not be written here, with the reason.
    Unwritable(&'static str),
    /// It is read, and its signature holds by the certificate inside, or under its own key.
    Signed,
    /// It is read, and no key here has signed it.
    OfAnotherKey,
    /// It is refused, with the fault.
    Refused(&'static str),
}

use Fate::{Exact, OfAnotherKey, Refused, Signed, Unordered, Unwritable};
use Kind::{CardSecurity, Certificate, Com, Dg1, Dg2, Dg14, Dg15, FaceRecord, MasterList, SecurityObject};

const FILES: &[(&str, Kind, Fate)] = &[
    (
        "bsi-tr03105-5/malformed/econtenttype-id-data.bin",
        SecurityObject,
        Refused("encapsulated content type is 1.2.840.113549.1.7.1 at byte 52"),
    ),
    (
        "bsi-tr03105-5/malformed/ldsso-version-2.bin",
        SecurityObject,
        Refused("version of the LDSSecurityObject is 2, not 0 or 1 at byte 69"),
    ),
    (
        "bsi-tr03105-5/malformed/not-signeddata.bin",
        SecurityObject,
        Refused("content type is not id-signedData at byte 10"),
    ),
    (
        "bsi-tr03105-5/malformed/signeddata-version-1.bin",
        SecurityObject,
        Refused("version of SignedData is 1, not 3 at byte 29"),
    ),
    ("bsi-tr03105-5/malformed/trailing-data.bin", SecurityObject, Refused("bytes after the end at byte 1934")),
    ("bsi-tr03105-5/DG14.bin", Dg14, Unordered),
    ("bsi-tr03105-5/DG15.bin", Dg15, Exact),
    ("bsi-tr03105-5/EF.SOD.bin", SecurityObject, Signed),
    ("bsi-tr03105-5/EF.SOD.etsi.bin", SecurityObject, Signed),
    ("bsi-tr03105-5/dsc_de_0130846f2b3e.cer", Certificate, OfAnotherKey),
    ("bsi-tr03105-5/dsc_de_0142fd5cf927.cer", Certificate, OfAnotherKey),
    ("bsi2008/EF.COM.bin", Com, Exact),
    ("bsi2008/EF.SOD.bin", SecurityObject, Signed),
    ("bsi2008/DG1.bin", Dg1, Exact),
    ("bsi2008/DG2.bin", Dg2, Unwritable("image does not have the declared width and height")),
    ("bsi2008/DG14.bin", Dg14, Unordered),
    ("bsi2008/DG15.bin", Dg15, Exact),
    ("loes2006/EF.COM.bin", Com, Exact),
    ("loes2006/EF.SOD.bin", SecurityObject, Signed),
    ("loes2006/DG1.bin", Dg1, Exact),
    ("loes2006/DG2.bin", Dg2, Exact),
    ("loes2006/DG15.bin", Dg15, Exact),
    // Not of an eMRTD: its SignedData is read (`cms::tests::card_security_of_utopia_is_read_up_to_its_public_key`), its key
    // lacks the SEQUENCE of SubjectPublicKeyInfo.
    ("EF.CardSecurity.bin", CardSecurity, Refused("expected tag 30, found 06 at byte 137")),
    ("dg14-spec-sample.bin", Dg14, Unordered),
    ("dg1-td1-doc9303-10-A.2.1.bin", Dg1, Exact),
    ("dg1-td2-doc9303-10-A.2.2.bin", Dg1, Exact),
    ("dg1-td3-doc9303-4-B.bin", Dg1, Exact),
    ("iso19794-5-face.bin", FaceRecord, Unwritable("image is not of the declared type")),
    ("iso39794/dg2_silver_all_fields.bin", Dg2, Unwritable("image does not have the declared width and height")),
    ("iso39794/dg2_silver_mandatory_fields.bin", Dg2, Exact),
    ("masterlist/DE_ML_2026-05-28-08-28-45.ml", MasterList, Signed),
    ("masterlist/NL_ML_2026-07-22.ml", MasterList, Signed),
    ("masterlist/DE_ROOT_CA_CSCA07.cer", Certificate, Signed),
    ("masterlist/NL_ROOT_CA.cer", Certificate, Signed),
    ("masterlist/IDN_2010_SERIES_CSCA_CERT/2010-12_CSCA.cer", Certificate, Signed),
    ("masterlist/IDN_2010_SERIES_CSCA_CERT/2016-01_CSCA.cer", Certificate, Signed),
    ("masterlist/IDN_2010_SERIES_CSCA_CERT/2016-01_CSCA_LINK.cer", Certificate, OfAnotherKey),
    ("masterlist/IDN_2010_SERIES_CSCA_CERT/2020-10_CSCA.cer", Certificate, Signed),
    ("masterlist/IDN_2010_SERIES_CSCA_CERT/2020-10_CSCA_LINK.cer", Certificate, OfAnotherKey),
    ("vds/sealgen_DETS32.crt", Certificate, OfAnotherKey),
    ("vds/sealgen_UTTS5B.crt", Certificate, OfAnotherKey),
];

/// A picture by itself, and visible digital seals, which are no files of a chip.
fn is_of_another_kind(name: &str) -> bool {
    name == "SOURCES.md" || name == "iso39794/silver-face.jp2" || name.starts_with("vds/t_")
}

/// The fate of a file in the words of the table.
fn fate(kind: Kind, bytes: &[u8]) -> String {
    let own =
        chip_profile::pki::Certificate::parse(bytes).ok().and_then(|certificate| certificate.verifying_key().ok());
    match read(kind, bytes, own.as_ref()) {
        Ok(Content::Written(again)) if again == bytes => "exact".to_owned(),
        Ok(Content::Written(again)) if is_reordered(&again, bytes) => "unordered".to_owned(),
        Ok(Content::Written(_)) => "other".to_owned(),
        Ok(Content::Unwritable(reason)) => format!("unwritable: {reason}"),
        Ok(Content::Signed(_, true)) => "signed".to_owned(),
        Ok(Content::Signed(_, false)) => "of another key".to_owned(),
        Err(fault) => fault,
    }
}

/// Every file below a folder, named from it.
fn files(folder: &Path, below: &str, names: &mut BTreeSet<String>) {
    for entry in std::fs::read_dir(folder.join(below)).unwrap() {
        let entry = entry.unwrap();
        let name = format!("{below}{}", entry.file_name().to_str().unwrap());
        if entry.file_type().unwrap().is_dir() {
            files(folder, &format!("{name}/"), names);
        } else {
            names.insert(name);
        }
    }
}

#[test]
fn every_published_file_meets_its_fate() {
    let Some(folder) = vectors() else { return };
    let mut faults = Vec::new();
    for (name, kind, expected) in FILES {
        let found = fate(*kind, &std::fs::read(folder.join(name)).unwrap());
        let expected = match expected {
            Exact => "exact",
            Unordered => "unordered",
            Unwritable(reason) => &format!("unwritable: {reason}"),
            Signed => "signed",
            OfAnotherKey => "of another key",
            Refused(fault) => fault,
        };
        if found != expected {
            faults.push(format!("{name}: expected {expected:?}, found {found:?}"));
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
    let mut names = BTreeSet::new();
    files(&folder, "", &mut names);
    names.retain(|name| !is_of_another_kind(name) && !FILES.iter().any(|(listed, ..)| listed == name));
    assert_eq!(names, BTreeSet::new(), "files that the table does not have");
}

/// What strangers say of published security objects: whether OpenSSL, which knows nothing of what is inside, verifies the
/// signature, and what the others find wrong with it. Nobody but this crate minds the version of SignedData, which RFC 5652
/// 5.1 fixes.
const STRANGERS: &[(&str, bool, &str, &str)] = &[
    // OpenSSL, zkpassport, dmrtd
    ("loes2006/EF.SOD.bin", true, "", ""),
    // dmrtd does not know brainpoolP224r1.
    ("bsi2008/EF.SOD.bin", true, "", "signature"),
    ("bsi-tr03105-5/EF.SOD.bin", true, "", ""),
    // dmrtd judges nothing without a data group, and none of this document is at hand.
    ("bsi-tr03105-5/EF.SOD.etsi.bin", true, "", "unreadable"),
    ("bsi-tr03105-5/malformed/econtenttype-id-data.bin", false, "signature", "unreadable"),
    ("bsi-tr03105-5/malformed/ldsso-version-2.bin", false, "signature", "signature"),
    ("bsi-tr03105-5/malformed/not-signeddata.bin", false, "", "unreadable"),
    ("bsi-tr03105-5/malformed/signeddata-version-1.bin", true, "", ""),
    ("bsi-tr03105-5/malformed/trailing-data.bin", true, "", "unreadable"),
];

#[test]
fn strangers_say_what_they_know_of_published_security_objects() {
    let Some(folder) = vectors() else { return };
    let places: Vec<tempfile::TempDir> = STRANGERS.iter().map(|(name, ..)| lay(&folder, name)).collect();
    let lines: Vec<String> = places.iter().map(|place| place.path().display().to_string()).collect();
    let Some(dmrtd) = stranger("dmrtd-judge", &lines) else { return };
    let timed: Vec<String> = lines.iter().map(|line| format!("1390000000 {line}")).collect();
    let Some(zkpassport) = node(include_str!("../node/passports.mjs"), &timed) else { return };
    let mut found = Vec::new();
    for (((name, ..), line), said) in STRANGERS.iter().zip(&lines).zip(zkpassport.iter().zip(&dmrtd)) {
        let cms = format!("{line}/cms.der");
        let verifies = openssl(&["cms", "-verify", "-noverify", "-inform", "DER", "-in", &cms, "-out", "/dev/null"]).0;
        // Whom to trust is not known here, and not all data groups are at hand.
        let telling = |word: &&str| !["chain", "signer_validity"].contains(word) && !word.starts_with("list:");
        let [one, other] = [said.0, said.1].map(|said| said.split_whitespace().find(telling).unwrap_or_default());
        found.push((*name, verifies, one, other));
    }
    assert_eq!(found, STRANGERS);
}

/// A published EF.SOD with the data groups that go with it, and a certificate to trust that did not sign.
fn lay(folder: &Path, name: &str) -> tempfile::TempDir {
    let place = tempfile::tempdir().unwrap();
    let file = std::fs::read(folder.join(name)).unwrap();
    std::fs::write(place.path().join("cms.der"), &file[4..]).unwrap();
    std::fs::write(place.path().join("EF.SOD.bin"), file).unwrap();
    let set = folder.join(name.split('/').next().unwrap());
    for number in [1, 2, 14, 15] {
        let group = format!("DG{number}.bin");
        // DG15 of the BSI's sets is in neither list; the prototype of ETSI is another document.
        let is_signed = number != 15 || name.starts_with("loes2006");
        if set.join(&group).exists() && is_signed && !name.contains("etsi") {
            std::fs::copy(set.join(&group), place.path().join(&group)).unwrap();
        }
    }
    std::fs::copy(folder.join("bsi-tr03105-5/dsc_de_0130846f2b3e.cer"), place.path().join("csca.der")).unwrap();
    place
}
