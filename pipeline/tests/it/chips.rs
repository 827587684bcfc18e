//! Chips of every profile that `centre.json` can ask for: made by the program, exported, inspected, and then read by a reader
//! that knows nothing of how they were made.

mod hand;
mod two_phase;

use std::path::{Path, PathBuf};

use chip_profile::access::CipherSuite;
use chip_profile::access::pace::{Mapping, PaceParameters, PasswordReference};
use chip_profile::ec::{Curve, PublicKey};
use chip_profile::inspection::reader::{AccessUsed, ChipReading};
use chip_profile::inspection::{ChipProof, Conclusion, TrustAnchors, inspect};
use chip_profile::lds::{AtrInfo, CardAccess, Dg7, Dg14, Dg15, ElementaryFiles, FileId};
use chip_profile::personalisation::ChipLimits;
use chip_profile::pki::lint::lint_chip;
use chip_profile::rsa;
use chip_profile::sod::CardSecurity;
use serde_json::{Value, json};

use crate::support::{Centre, plain, sample_records};

/// What chips are to be like, and what is then true of them.
struct Profile {
    /// `"chip"` in `centre.json`.
    settings: Value,
    /// By which PACE a reader that takes the strongest opens them.
    strongest: PaceParameters,
    /// What they announce of their product.
    product: ChipLimits,
    /// The curve of active authentication; none with RSA.
    active: Option<Curve>,
}

impl Profile {
    fn usual(settings: Value) -> Profile {
        Profile {
            settings,
            strongest: PaceParameters::P256_AES128,
            product: ChipLimits::new(1024, true),
            active: Some(Curve::P256),
        }
    }
}

/// A document as the program exported it, and as a reader found it in its booklet.
struct Made {
    folder: PathBuf,
    files: ElementaryFiles,
    reading: ChipReading,
}

/// Two documents of a profile, made by the program.
fn made(profile: &Profile) -> (Centre, Vec<Made>) {
    let centre = Centre::with_blanks(4, 4);
    centre.set(|settings| {
        settings["machines"].as_array_mut().expect("machines").truncate(1);
        settings["chip"] = profile.settings.clone();
    });
    centre.feed("orders.jsonl", &sample_records()[2..4]).with(0, &[]);
    let report = centre.run(&["run", "--scale", "1000", "--json"]).with(0, &[]).json();
    assert_eq!((&report["orders"]["finished"], &report["booklets_spoiled"]), (&2.into(), &0.into()), "{report}");
    let out = centre.input("documents");
    let written = centre.run(&["export", "--out", &out, "--json"]).with(0, &[]).json();
    let machine = hand::machine(&centre, "north");
    let written = written.as_array().expect("documents").iter();
    let made = written.map(|written| {
        let folder = PathBuf::from(written["folder"].as_str().expect("a folder"));
        let zone = std::fs::read_to_string(folder.join("mrz.txt")).expect("a zone");
        let number = written["document_number"].as_str().expect("a number");
        let mut chip = hand::chip_of(&machine, number);
        let reading = hand::read(&mut chip, &zone);
        Made { files: files(&folder), folder, reading }
    });
    let made = made.collect();
    (centre, made)
}

/// The elementary files of an exported document.
fn files(folder: &Path) -> ElementaryFiles {
    let entries = std::fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").path());
    let file = |path: &PathBuf| FileId::from_file_name(path.file_name()?.to_str()?);
    entries.filter_map(|path| Some((file(&path)?, std::fs::read(&path).expect("a file")))).collect()
}

/// Whether the application of a document brought a signature.
fn has_signature(folder: &Path) -> bool {
    let records = sample_records();
    let name = folder.file_name().and_then(|name| name.to_str()).expect("a name");
    let record = records.iter().find(|record| record["application_number"] == name).expect("a record");
    record["signature"].is_object()
}

/// What is true of every document, whatever its profile.
fn check(profile: &Profile) {
    let (_centre, documents) = made(profile);
    assert_eq!(documents.len(), 2);
    let keys = documents.iter().map(|made| (&made.files[&FileId::DG14], &made.files[&FileId::DG15]));
    let [one, other] = keys.collect::<Vec<_>>()[..] else { panic!("two documents") };
    assert!(one.0 != other.0 && one.1 != other.1, "no two chips have the same keys");
    for Made { folder, files, reading } in &documents {
        let (source, csca) = (folder.display().to_string(), folder.join("csca.der").display().to_string());
        plain(&["inspect", &source, "--csca", &csca]).with(0, &["ACCEPTED"]);

        // The files keep every rule of their tables; that a signer's name should have an address is the authority's affair.
        let deviations = lint_chip(files);
        let own = deviations.files.values().map(|report| &report.findings).chain([&deviations.findings]);
        assert!(deviations.conforms() && own.flatten().next().is_none(), "{deviations}");

        // What lies in the booklet is what was exported, and the chip proves every key that it announces.
        assert_eq!(&reading.files, files);
        assert!(reading.not_read.is_empty(), "{reading:?}");
        assert_eq!(reading.access, AccessUsed::Pace(profile.strongest, PasswordReference::Mrz));
        let now = hand::now();
        let context = reading.context(now);
        assert_eq!(context.active_authentication, Some(ChipProof::Proved));
        assert_eq!(context.chip_authentication, Some(ChipProof::Proved));
        let by_mapping = profile.strongest.mapping() == Mapping::ChipAuthentication;
        assert_eq!(context.chip_authentication_mapping, by_mapping.then_some(ChipProof::Proved));
        let csca = std::fs::read(&csca).expect("a certificate");
        let anchors = TrustAnchors::new(vec![csca], Vec::<Vec<u8>>::new()).expect("country signers");
        let report = inspect(files, &anchors, &context);
        assert_eq!(report.conclusion(), Conclusion::Accepted, "{:?}", report.reasons().collect::<Vec<_>>());

        let product = AtrInfo::parse(&files[&FileId::ATR_INFO]).expect("EF.ATR/INFO");
        assert_eq!(ChipLimits::announced_by(&product), profile.product);
        let group = Dg14::parse(&files[&FileId::DG14]).expect("DG14").security_infos;
        let announced = CardAccess::parse(&files[&FileId::CARD_ACCESS]).expect("EF.CardAccess").security_infos;
        assert!(group.contains_all(&announced), "DG14 repeats EF.CardAccess");
        assert!(announced.contains(&profile.strongest.security_info()));
        let shows_signature = profile.settings["displayed_signature"] == true && has_signature(folder);
        assert_eq!(files.contains_key(&FileId::DG7), shows_signature);
        if shows_signature {
            let group = Dg7::parse(&files[&FileId::DG7]).expect("DG7");
            assert!(group.signatures.len() == 1 && group.signatures[0].starts_with(&[0xFF, 0xD8]));
        }
        let key = Dg15::parse(&files[&FileId::DG15]).expect("DG15").public_key;
        match profile.active {
            Some(curve) => assert_eq!(PublicKey::from_spki(&key).expect("a key").curve(), curve),
            None => assert_eq!(rsa::PublicKey::from_spki(&key).expect("a key").bits(), 2048),
        }
        assert_eq!(files.contains_key(&FileId::CARD_SECURITY), by_mapping);
        if by_mapping {
            let file = CardSecurity::parse(&files[&FileId::CARD_SECURITY]).expect("EF.CardSecurity");
            assert!(file.verify_signature().is_ok() && file.security_infos().contains_all(&announced));
            let signer = std::fs::read(folder.join("ds.der")).expect("a certificate");
            assert_eq!(file.document_signer().expect("a certificate").as_bytes(), signer, "the signer of EF.SOD");
        }
    }
}

#[test]
fn generic_mapping_and_keys_of_the_host_are_the_usual() {
    check(&Profile::usual(json!({})));
}

#[test]
fn chip_authentication_mapping_stands_beside_generic_mapping() {
    let both = json!([{"mapping": "generic"}, {"mapping": "chip_authentication"}]);
    let settings = json!({ "pace": both, "displayed_signature": true });
    check(&Profile { strongest: PaceParameters::P256_AES128_CAM, ..Profile::usual(settings) });
}

#[test]
fn rsa_keys_prove_chips_beside_a_stronger_mapping() {
    let mapping = Mapping::ChipAuthentication;
    let settings = json!({
        "active_authentication": "RSA-2048",
        "chip_authentication": "P-384",
        "card_access_number": false,
        "pace": [
            {"mapping": "chip_authentication", "cipher": "AES-256", "curve": "P-384"},
            {"mapping": "generic", "cipher": "AES-256", "curve": "P-384"},
        ],
    });
    let strongest = PaceParameters::new(mapping, CipherSuite::Aes256, Curve::P384).expect("parameters");
    check(&Profile { strongest, active: None, ..Profile::usual(settings) });
}

#[test]
fn keys_are_made_on_the_chip_of_a_product_with_short_fields() {
    let settings = json!({
        "keys": "on_chip",
        "active_authentication": "brainpoolP256r1",
        "pace": [{"mapping": "generic"}, {"mapping": "chip_authentication"}],
        "product": {"buffer": 255, "extended_length": false},
    });
    check(&Profile {
        settings,
        strongest: PaceParameters::P256_AES128_CAM,
        product: ChipLimits::SHORT,
        active: Some(Curve::BrainpoolP256r1),
    });
}

#[test]
fn what_does_not_go_together_is_told_before_anything_is_done() {
    let centre = Centre::with_keys();
    let refuse = |chip: Value, words: &[&str]| {
        centre.set(|settings| settings["chip"] = chip);
        centre.run(&["run"]).with(3, words);
    };
    refuse(json!({"keys": "on_chip", "active_authentication": "RSA-2048"}), &["centre.json", "RSA"]);
    refuse(json!({"pace": [{"mapping": "chip_authentication"}]}), &["centre.json", "generic mapping"]);
    refuse(json!({"product": {"buffer": 2048, "extended_length": true}}), &["centre.json", "1024 bytes"]);
    centre.set(|settings| settings["machines"][0]["driver"] = json!({"mock": "engraving-line"}));
    refuse(json!({"keys": "on_chip"}), &["centre.json", "machine north encodes chips by itself"]);
}
