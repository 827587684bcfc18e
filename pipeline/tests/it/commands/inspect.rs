//! `persoline inspect`: verdicts, reasons, exit codes, and what it does with what cannot be read.

use std::path::{Path, PathBuf};

use serde_json::Value;
use tempfile::TempDir;

use crate::support::{Centre, plain, sample_records};

/// Files that nobody of this house made, where they are.
fn vectors() -> Option<PathBuf> {
    match std::env::var_os("PERSOLINE_SHARED") {
        Some(folder) => Some(PathBuf::from(folder).join("vectors")),
        None if std::env::var("CI").as_deref() == Ok("true") => panic!("PERSOLINE_SHARED is not set"),
        None => {
            println!("not run: no test data");
            None
        }
    }
}

/// Noon of a day of June, so many years from now.
fn in_years(years: i16) -> String {
    let year = jiff::Zoned::now().year() + years;
    format!("{year}-06-01T12:00:00Z")
}

fn text(path: impl AsRef<Path>) -> String {
    path.as_ref().display().to_string()
}

/// A centre whose one document was made and exported; the document's folder.
fn document() -> (Centre, String, PathBuf) {
    let centre = Centre::with_blanks(4, 4);
    centre.set(|settings| settings["machines"].as_array_mut().expect("machines").truncate(1));
    let records = &sample_records()[..1];
    centre.feed("orders.jsonl", records).with(0, &[]);
    centre.run(&["run", "--scale", "1000", "--json"]).with(0, &[]);
    let out = centre.input("documents");
    let written = centre.run(&["export", "--out", &out, "--json"]).with(0, &[]).json();
    let number = written[0]["application"].as_str().expect("a number").to_owned();
    let folder = PathBuf::from(written[0]["folder"].as_str().expect("a folder"));
    (centre, number, folder)
}

/// A copy of a document that may be spoiled.
fn copy(folder: &Path) -> TempDir {
    let to = tempfile::tempdir().expect("a folder");
    for entry in std::fs::read_dir(folder).expect("a folder") {
        let entry = entry.expect("an entry");
        std::fs::copy(entry.path(), to.path().join(entry.file_name())).expect("a copy");
    }
    to
}

fn flip_last_byte(file: &Path) {
    let mut contents = std::fs::read(file).expect("a file");
    *contents.last_mut().expect("contents") ^= 1;
    std::fs::write(file, contents).expect("a file");
}

/// The verdict of a check.
fn verdict<'a>(answer: &'a Value, name: &str, file: Option<&str>) -> &'a str {
    let checks = answer["checks"].as_array().expect("checks");
    let found = checks.iter().find(|check| check["name"] == name && check["file"].as_str() == file);
    found.and_then(|check| check["verdict"].as_str()).unwrap_or("absent")
}

#[test]
fn a_document_of_the_house_is_accepted_and_each_tampered_twin_refused() {
    let (centre, number, folder) = document();
    let (source, csca) = (text(&folder), text(folder.join("csca.der")));
    let zone = text(folder.join("mrz.txt"));

    // Accepted: for people, for programs, with the printed zone, and from the store.
    plain(&["inspect", &source, "--csca", &csca]).with(0, &["ACCEPTED", "UTO", "passed    hash of DG2"]);
    let portrait = centre.input("portrait.jp2");
    let all = ["inspect", &source, "--csca", &csca, "--mrz-file", &zone, "--portrait", &portrait, "--lint", "--json"];
    let ended = plain(&all).with(0, &[]);
    let answer = ended.json();
    assert_eq!((&answer["conclusion"], &answer["reasons"]), (&"accepted".into(), &serde_json::json!([])));
    assert_eq!(verdict(&answer, "printed_mrz", None), "passed");
    assert_eq!(verdict(&answer, "issuing_state", None), "passed");
    assert_eq!(verdict(&answer, "data_group_hash", Some("DG1")), "passed");
    assert_eq!(verdict(&answer, "document_signer_revocation", None), "not_done");
    let picture = std::fs::read(&portrait).expect("a portrait");
    assert_eq!(answer["portrait"]["bytes"], picture.len());
    assert!(picture.starts_with(&[0, 0, 0, 0x0C, b'j', b'P']) || picture.starts_with(&[0xFF, 0x4F, 0xFF, 0x51]));
    // What the house issues keeps every rule of the standard, each file by itself and all of them together.
    let deviations = answer["deviations"].as_array().expect("a list");
    assert_eq!(deviations[0]["kind"], "files of a chip");
    let findings = deviations.iter().flat_map(|object| object["findings"].as_array().expect("findings"));
    let mandatory: Vec<_> = findings.filter(|finding| finding["severity"] == "mandatory").collect();
    assert!(mandatory.is_empty(), "{mandatory:?}");
    let dg1 = std::fs::read(folder.join("DG1.bin")).expect("DG1");
    let number_in_zone = String::from_utf8_lossy(&dg1[5 + 44..5 + 53]).into_owned();
    assert!(!ended.out.contains(&number_in_zone), "the document's number is personal");
    let stored = centre.run(&["inspect", "--application", &number, "--json"]).with(0, &[]).json();
    assert_eq!((&stored["conclusion"], &stored["source"]), (&"accepted".into(), &"application".into()));

    // Without anybody to trust, or with a country signer of another State, it is not.
    plain(&["inspect", &source]).with(1, &["REFUSED", "no trusted country signer"]);
    let other = Centre::with_keys();
    let theirs = other.data.join("keys").join("public").join("csca.der");
    if theirs.is_file() {
        plain(&["inspect", &source, "--csca", &text(theirs)]).with(1, &["did not sign"]);
    }
    // Long after, the signer's certificate has ended.
    let late = plain(&["inspect", &source, "--csca", &csca, "--at", &in_years(22), "--json"]).with(1, &[]).json();
    assert_eq!(verdict(&late, "document_signer_validity", None), "failed");
    assert_eq!(verdict(&late, "date_of_expiry", None), "failed");
    // Within its life, long after the private key's period: accepted.
    plain(&["inspect", &source, "--csca", &csca, "--at", &in_years(4)]).with(0, &["ACCEPTED"]);

    for (file, name) in [("DG1.bin", "DG1"), ("DG2.bin", "DG2"), ("DG14.bin", "DG14"), ("DG15.bin", "DG15")] {
        let twin = copy(&folder);
        flip_last_byte(&twin.path().join(file));
        let answer = plain(&["inspect", &text(twin.path()), "--csca", &csca, "--json"]).with(1, &[]).json();
        assert_eq!(verdict(&answer, "data_group_hash", Some(name)), "failed", "{file}");
        assert!(answer["reasons"].to_string().contains(&format!("hash of {name}")), "{answer}");
    }
    let twin = copy(&folder);
    flip_last_byte(&twin.path().join("EF.SOD.bin"));
    plain(&["inspect", &text(twin.path()), "--csca", &csca]).with(1, &["FAILED", "signature of EF.SOD"]);
    let twin = copy(&folder);
    std::fs::remove_file(twin.path().join("DG15.bin")).expect("removed");
    plain(&["inspect", &text(twin.path()), "--csca", &csca]).with(1, &["DG15 is listed in EF.SOD and not on the chip"]);
    std::fs::remove_file(twin.path().join("EF.SOD.bin")).expect("removed");
    plain(&["inspect", &text(twin.path()), "--csca", &csca]).with(2, &["UNREADABLE", "EF.SOD is missing"]);

    // Another zone is printed than is stored. Nothing of either is told.
    let printed = std::fs::read_to_string(&zone).expect("a zone");
    let stranger = "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<L898902C36UTO7408122F1204159ZE184226B<<<<<10";
    let ended =
        plain(&["inspect", &source, "--csca", &csca, "--mrz", stranger]).with(1, &["DG1 differs from the data page"]);
    assert!(!ended.out.contains("ERIKSSON") && !ended.err.contains("ERIKSSON"));
    let wrong = printed.replacen(|digit: char| digit.is_ascii_digit(), "Z", 1);
    let ended = plain(&["inspect", &source, "--mrz", &wrong]).with(3, &["the machine readable zone given"]);
    assert!(!ended.err.contains(wrong.lines().last().expect("a line")));
}

#[test]
fn what_cannot_be_read_is_said_and_nothing_is_waited_for() {
    let folder = tempfile::tempdir().expect("a folder");
    let place = text(folder.path());
    plain(&["inspect", &text(folder.path().join("nowhere"))]).with(2, &["UNREADABLE", "nowhere"]);
    plain(&["inspect", &place]).with(2, &["there are no elementary files in it"]);
    let answer = plain(&["inspect", &place, "--json"]).with(2, &[]).json();
    assert_eq!(answer["conclusion"], "unreadable");

    let sod = folder.path().join("EF.SOD.bin");
    std::fs::create_dir(&sod).expect("a folder");
    plain(&["inspect", &place]).with(2, &["it is a folder"]);
    std::fs::remove_dir(&sod).expect("removed");
    let made = std::process::Command::new("mkfifo").arg(&sod).status();
    if made.is_ok_and(|status| status.success()) {
        plain(&["inspect", &place]).with(2, &["it is no regular file"]);
        plain(&["inspect", "--lint", &text(&sod)]).with(2, &["it is no regular file"]);
        std::fs::remove_file(&sod).expect("removed");
    }
    let huge = std::fs::File::create(&sod).expect("a file");
    huge.set_len(1 << 40).expect("a hole");
    plain(&["inspect", &place]).with(2, &["it is longer than"]);
    std::fs::write(&sod, b"nonsense").expect("a file");
    plain(&["inspect", &place]).with(1, &["structure of EF.SOD"]);
    std::fs::write(folder.path().join("sod.bin"), b"again").expect("a file");
    plain(&["inspect", &place]).with(2, &["EF.SOD is there twice"]);

    for arguments in [
        vec!["inspect"],
        vec!["inspect", "--unknown"],
        vec!["inspect", "a", "b"],
        vec!["inspect", "folder", "--mrz", "x", "--mrz-file", "y"],
        vec!["inspect", "folder", "--can", "123456"],
    ] {
        plain(&arguments).with(64, &["Usage"]);
    }
    plain(&["inspect", "--help"]).with(0, &["unreadable", "64"]);
    plain(&["status", "--unknown"]).with(2, &["Usage"]);
    plain(&["inspect", &place, "--at", "yesterday"]).with(3, &["--at yesterday"]);
    plain(&["inspect", &place, "--csca", &place]).with(3, &["there are no certificates in it"]);
    plain(&["inspect", &place, "--csca", &text(&sod)]).with(3, &["EF.SOD.bin"]);
    plain(&["inspect", &place, "--crl", &text(&sod)]).with(3, &["EF.SOD.bin"]);
}

#[test]
fn the_answer_keeps_to_its_schema() {
    let schema = plain(&["schema", "inspection"]).with(0, &[]).json();
    let properties = schema["properties"].as_object().expect("properties");
    let answer = plain(&["inspect", "nowhere", "--json"]).with(2, &[]).json();
    let names: Vec<&String> = answer.as_object().expect("an object").keys().collect();
    let mut documented: Vec<&String> = properties.keys().collect();
    documented.sort();
    let mut sorted = names.clone();
    sorted.sort();
    assert_eq!(sorted, documented);
    for (name, property) in properties {
        assert!(
            property["description"].is_string() || property["$ref"].is_string() || property["anyOf"].is_array(),
            "{name}"
        );
    }
    for verdict in ["passed", "failed", "not_done"] {
        assert!(schema.to_string().contains(verdict));
    }
}

#[test]
fn published_specimens_are_judged_for_what_they_are() {
    let Some(vectors) = vectors() else { return };
    let judge = |set: &str, more: &[&str]| {
        let folder = text(vectors.join(set));
        let arguments = [&["inspect", &folder, "--json"], more].concat();
        let ended = plain(&arguments);
        assert_eq!(ended.code, Some(1), "{ended:?}");
        ended.json()
    };
    // Consistent in itself; nobody can say who stands behind it.
    let dutch = judge("loes2006", &["--at", "2006-06-01"]);
    for file in ["DG1", "DG2", "DG15"] {
        assert_eq!(verdict(&dutch, "data_group_hash", Some(file)), "passed");
    }
    assert_eq!(verdict(&dutch, "document_signer_chain", None), "failed");
    assert_eq!(verdict(&dutch, "mrz_check_digits", None), "passed");
    let german = judge("bsi2008", &["--at", "2009-06-01"]);
    assert!(german["reasons"].to_string().contains("DG15 is on the chip and not listed in EF.SOD"), "{german}");

    // Each malformed EF.SOD is refused for what is wrong with it.
    let reasons = [
        ("signeddata-version-1", "version of SignedData is 1"),
        ("econtenttype-id-data", "encapsulated content type"),
        ("trailing-data", "at byte"),
        ("ldsso-version-2", "version of the LDSSecurityObject is 2"),
        ("not-signeddata", "content type is not id-signedData"),
    ];
    for (name, reason) in reasons {
        let folder = tempfile::tempdir().expect("a folder");
        let malformed = vectors.join("bsi-tr03105-5/malformed").join(format!("{name}.bin"));
        std::fs::copy(malformed, folder.path().join("EF.SOD.bin")).expect("a copy");
        let ended = plain(&["inspect", &text(folder.path())]).with(1, &["structure of EF.SOD"]);
        assert!(ended.out.contains(reason), "{name}: {ended:?}");
    }
}

#[test]
fn a_master_list_is_trusted_on_the_word_of_its_country_signer_alone() {
    let Some(vectors) = vectors() else { return };
    let (list, root) =
        (text(vectors.join("masterlist/DE_ML_2026-05-28-08-28-45.ml")), "masterlist/DE_ROOT_CA_CSCA07.cer");
    let (root, dutch) = (text(vectors.join(root)), text(vectors.join("masterlist/NL_ROOT_CA.cer")));
    let folder = text(vectors.join("bsi2008"));
    let at = ["--at", "2026-06-15", "--json"];
    // Trusted, and still the specimen's own issuer is not on it.
    let arguments = [&["inspect", &folder, "--csca", &root, "--master-list", &list], &at[..]].concat();
    let answer = plain(&arguments).with(1, &[]).json();
    assert_eq!(verdict(&answer, "document_signer_chain", None), "failed");
    for csca in [vec![], vec!["--csca", &dutch]] {
        let arguments = [&["inspect", &folder, "--master-list", &list], &csca[..], &at].concat();
        plain(&arguments).with(3, &["DE_ML_2026", "--csca"]);
    }
}

#[test]
fn deviations_are_stated_with_their_clause() {
    let Some(vectors) = vectors() else { return };
    let signer = text(vectors.join("bsi-tr03105-5/dsc_de_0130846f2b3e.cer"));
    let ended = plain(&["inspect", "--lint", &signer]);
    assert!(matches!(ended.code, Some(0 | 1)), "{ended:?}");
    assert!(ended.out.contains("mandatory"), "{ended:?}");
    let objects = plain(&["inspect", "--lint", &signer, "--json"]).json();
    assert_eq!(objects[0]["kind"].as_str().map(str::is_empty), Some(false), "{objects}");
    let findings = objects[0]["findings"].as_array().expect("findings");
    assert!(findings.iter().all(|finding| {
        finding["clause"].as_str().is_some_and(|clause| clause.contains("9303") || clause.contains("RFC"))
    }));
    let sod = text(vectors.join("bsi-tr03105-5/malformed/signeddata-version-1.bin"));
    plain(&["inspect", "--lint", &sod]).with(1, &["mandatory"]);
    let nothing = tempfile::tempdir().expect("a folder");
    let nothing = nothing.path().join("nothing.cer");
    std::fs::write(&nothing, b"nothing").expect("a file");
    plain(&["inspect", "--lint", &text(&nothing)]).with(2, &["nothing.cer"]);
}
