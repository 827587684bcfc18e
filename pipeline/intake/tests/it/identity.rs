//! What makes a record the same record, and a person the same person.

use persoline_intake::{Intake, PersonSecret, Trust};
use serde_json::{Value, json};

use super::{FirstBytes, Folder, covers, record};

#[test]
fn the_digest_follows_what_is_meant_and_not_how_it_is_written() {
    let folder = Folder::new();
    folder.write("copy.jpg", b"\xFF\xD8\xFF portrait");
    let digest = |record: &Value| folder.check(record).unwrap().application.digest;
    let first = digest(&record());

    let spaced = serde_json::to_string_pretty(&record()).unwrap().replace('\n', " ").replace("Zenith", "\\u005aenith");
    assert_eq!(folder.check_line(spaced.as_bytes()).unwrap().application.digest, first);
    let mut same = record();
    same["received_at"] = json!("2026-11-13T01:48:15Z");
    same["portrait"]["file"] = json!("copy.jpg");
    assert_eq!(digest(&same), first);
    let (mut composed, mut decomposed) = (record(), record());
    composed["place_of_birth"] = json!("K\u{F6}ln");
    decomposed["place_of_birth"] = json!("Ko\u{308}ln");
    assert_eq!(digest(&composed), digest(&decomposed));
}

#[test]
fn every_field_counts_for_the_digest() {
    let folder = Folder::new();
    folder.write("other.jpg", b"\xFF\xD8\xFF another portrait");
    let others = [
        ("/application_number", json!("UTP-26-1000012")),
        ("/channel", json!("web")),
        ("/document_type", json!("passport_32")),
        ("/names/primary", json!("Ericsson")),
        ("/names/secondary", json!("Anna")),
        ("/names/chinese", json!("陳大方")),
        ("/names/chinese", Value::Null),
        ("/sex", json!("F")),
        ("/date_of_birth", json!("1974-08-12")),
        ("/place_of_birth", json!("Nadir")),
        ("/nationality", json!("CHN")),
        ("/identity_number", json!("U14363561")),
        ("/received_at", json!("2026-11-13T09:48:14+08:00")),
        ("/approved_at", json!("2026-11-13T02:19:16Z")),
        ("/priority", json!("normal")),
        ("/collection/place", json!("Mission in Zenith")),
        ("/collection/kind", json!("counter")),
        ("/portrait/file", json!("other.jpg")),
        ("/portrait/eyes/left/0", json!(447)),
        ("/portrait/eyes", Value::Null),
        ("/signature/file", json!("other.jpg")),
        ("/signature", Value::Null),
        ("/observations/0", json!("Height 1.53 m")),
        ("/observations", json!(["Height 1.52", "m"])),
        ("/observations", json!([])),
    ];
    let mut digests = vec![folder.check(&record()).unwrap().application.digest];
    for (pointer, value) in others {
        let mut other = record();
        *other.pointer_mut(pointer).unwrap() = value;
        let digest = folder.check(&other).unwrap_or_else(|faults| panic!("{pointer}: {faults:?}")).application.digest;
        assert!(!digests.contains(&digest), "{pointer}");
        digests.push(digest);
    }
}

#[test]
fn persons_are_recognised_by_number_or_by_name_and_birth() {
    let folder = Folder::new();
    let person = |change: &dyn Fn(&mut Value)| {
        let mut record = record();
        change(&mut record);
        folder.check(&record).unwrap().application.person
    };
    let first = person(&|_| {});
    // A new name, the number spelled otherwise: the same person.
    assert_eq!(first, person(&|record| record["names"]["primary"] = json!("Lindqvist")));
    assert_eq!(first, person(&|record| record["identity_number"] = json!("U14363560")));
    assert_ne!(first, person(&|record| record["identity_number"] = json!("U14363561")));
    assert_ne!(first, person(&|record| record["nationality"] = json!("CHN")));

    let nameless = |name: &str, birth: &str| {
        person(&|record| {
            record["identity_number"] = Value::Null;
            record["names"]["primary"] = json!(name);
            record["date_of_birth"] = json!(birth);
        })
    };
    assert_eq!(nameless("Müller-Weiß", "1974-08-12"), nameless("MUELLER WEISS", "1974-08-12"));
    assert_ne!(nameless("Müller-Weiß", "1974-08-12"), nameless("Müller", "1974-08-12"));
    assert_ne!(nameless("Müller-Weiß", "1974-08-12"), nameless("Müller-Weiß", "1974-08-??"));
    assert_ne!(nameless("Eriksson", "1974-08-??"), first);
}

#[test]
fn another_centre_has_other_keys_for_the_same_person() {
    let folder = Folder::new();
    let key = |bytes| {
        let secret = PersonSecret::new(bytes);
        let intake = Intake::new(&FirstBytes, &covers, &secret, Trust::Open);
        intake.check_record(1, record().to_string().as_bytes(), folder.path()).unwrap().application.person
    };
    assert_ne!(key([1; 32]), key([2; 32]));
    assert_eq!(format!("{:?}", PersonSecret::new([1; 32])), "PersonSecret([secret])");
}
