//! Every fault of a record is found, named by field, and told without a word of what stands there.

use persoline_domain::application::{BirthDate, Channel, CollectionKind, DocumentType, Eyes, Sex};
use persoline_domain::order::Priority;
use serde_json::{Value, json};

use super::{Folder, record};

#[test]
fn a_good_record_becomes_an_application() {
    let payload = Folder::new().check(&record()).unwrap();
    let application = &payload.application;
    assert_eq!(application.number.as_str(), "UTP-26-1000011");
    assert_eq!((application.channel, application.document), (Channel::MissionAbroad, DocumentType::Passport48));
    assert_eq!(application.holder.primary.expose(), "Eriksson");
    assert_eq!(application.holder.secondary.expose(), "Anna Maria");
    assert_eq!(application.holder.chinese.as_ref().unwrap().expose(), "陳大文");
    assert_eq!(application.holder.sex, Sex::Unspecified);
    assert_eq!(*application.holder.birth.expose(), BirthDate { year: 1974, month: Some(8), day: None });
    assert_eq!(application.holder.place_of_birth.expose(), "Zenith");
    assert_eq!(application.holder.nationality, "UTO");
    assert_eq!(application.holder.identity_number.as_ref().unwrap().expose(), "U1436356(0)");
    // 2026-11-13 01:48:15 UTC.
    assert_eq!((application.received.0, application.approved.0), (1_794_534_495_000, 1_794_536_355_000));
    assert_eq!(application.priority, Priority::Urgent);
    assert_eq!(
        (application.collection.place.as_str(), application.collection.kind),
        ("Mission in Nadir", CollectionKind::Mission)
    );
    assert_eq!(application.eyes, Some(Eyes { left: (446, 692), right: (768, 693) }));
    assert_eq!(application.observations[0].expose(), "Height 1.52 m");
    assert_eq!(payload.portrait.expose(), b"\xFF\xD8\xFF portrait");
    assert_eq!(payload.signature.unwrap().expose(), b"\x89PNG\r\n\x1a\n signature");
}

#[test]
fn what_may_be_absent_may_be_absent_or_null() {
    let folder = Folder::new();
    let mut short = record();
    for field in ["identity_number", "priority", "signature", "observations"] {
        short.as_object_mut().unwrap().remove(field);
    }
    short["names"] = json!({"primary": "Suharti"});
    short["portrait"] = json!({"file": "./portrait.jpg"});
    let absent = folder.check(&short).unwrap();
    assert_eq!(absent.application.priority, Priority::Normal);
    assert_eq!(absent.application.holder.secondary.expose(), "");
    short["names"] = json!({"primary": "Suharti", "secondary": null, "chinese": null});
    for field in ["identity_number", "priority", "signature", "observations"] {
        short[field] = Value::Null;
    }
    assert_eq!(folder.check(&short).unwrap(), absent);
}

#[test]
fn each_wrong_value_is_a_fault_of_its_field() {
    let folder = Folder::new();
    folder.write("text.jpg", "not an image");
    folder.write("empty.jpg", "");
    folder.write("small.jpg", b"\xFF\xD8\xFF tiny");
    std::fs::create_dir(folder.path().join("portraits")).unwrap();
    let cases: &[(&str, Value, &str)] = &[
        ("/application_number", json!(""), "not a number of the register"),
        ("/application_number", json!("../../etc"), "not a number of the register"),
        ("/application_number", json!("-1"), "not a number of the register"),
        ("/application_number", json!(17), "not of the kind expected"),
        ("/channel", json!("fax"), "not of the kind expected"),
        ("/document_type", json!("passport-32"), "not of the kind expected"),
        ("/names", json!("Eriksson"), "not of the kind expected"),
        ("/names/primary", json!(""), "empty"),
        ("/names/primary", json!(" Eriksson"), "a space stands"),
        ("/names/primary", json!("Erik\u{0007}sson"), "control or formatting characters: character 5 (U+0007)"),
        ("/names/primary", json!("Erik\u{202E}sson"), "control or formatting characters: character 5 (U+202E)"),
        ("/names/primary", json!("陳"), "no form in the machine readable zone: character 1 (U+9673)"),
        ("/names/primary", json!("Eriksson 2"), "no form in the machine readable zone: character 10 (U+0032)"),
        ("/names/primary", json!("'-'"), "nothing of it remains"),
        ("/names/primary", json!("E".repeat(101)), "101 characters; at most 100"),
        ("/names/secondary", json!("Анна漢"), "no form in the machine readable zone: character 5 (U+6F22)"),
        ("/names/secondary", json!("'"), "nothing of it remains"),
        (
            "/names/chinese",
            json!("陳Man"),
            "not Chinese: character 2 (U+004D), character 3 (U+0061), character 4 (U+006E)",
        ),
        ("/sex", json!("female"), "not of the kind expected"),
        ("/date_of_birth", json!("1974-02-30"), "no such day"),
        ("/date_of_birth", json!("12.08.1974"), "not of the form"),
        ("/date_of_birth", json!("2026-11-14"), "after the application was received"),
        ("/date_of_birth", json!("1874-??-??"), "more than 122 years"),
        ("/place_of_birth", json!("☃"), "not in the fonts of the page: character 1 (U+2603)"),
        ("/nationality", json!("UT"), "not a code"),
        ("/nationality", json!("DEU"), "not the code that travel documents use for Germany"),
        ("/identity_number", json!("u14363560"), "not an identity number"),
        ("/identity_number", json!("U14363560123456"), "not an identity number"),
        ("/identity_number", json!("()"), "not an identity number"),
        ("/received_at", json!("2026-11-31T09:48:15+08:00"), "not a date and time that exists"),
        ("/received_at", json!("2026-11-13T09:48:15"), "not a date and time that exists"),
        ("/approved_at", json!("2026-11-13T09:48:14+08:00"), "before received_at"),
        ("/priority", json!("low"), "not of the kind expected"),
        ("/collection/kind", json!("drone"), "not of the kind expected"),
        ("/collection/place", json!("  "), "empty"),
        ("/portrait/file", json!("missing.jpg"), "no such file"),
        ("/portrait/file", json!("portraits"), "not a file"),
        ("/portrait/file", json!("text.jpg"), "not an image"),
        ("/portrait/file", json!("empty.jpg"), "an empty file"),
        ("/portrait/file", json!("small.jpg"), "1 by 1 pixels is too small"),
        ("/portrait/file", json!("../portrait.jpg"), "leads out of the folder"),
        ("/portrait/file", json!("portraits/../portrait.jpg"), "leads out of the folder"),
        ("/portrait/file", json!(folder.path().join("portrait.jpg")), "leads out of the folder"),
        ("/portrait/file", json!("portraits\\a.jpg"), "not a usable path"),
        ("/portrait/file", json!("a\u{0}b"), "not a usable path"),
        ("/portrait/eyes", json!({"left": [446, 692], "right": [1200, 693]}), "outside the picture"),
        ("/portrait/eyes", json!({"left": [768, 693], "right": [446, 692]}), "left is not to the left"),
        ("/portrait/eyes", json!({"left": [446, 692], "right": [535, 692]}), "fewer than 90 pixels"),
        ("/portrait/eyes", json!({"left": [-1, 693], "right": [446, 692]}), "not of the kind expected"),
        ("/signature/file", json!("text.jpg"), "not an image"),
        ("/observations", json!("Height 1.52 m"), "not of the kind expected"),
        ("/observations", json!(["a", "b", "c", "d", "e", "f", "g"]), "7 observations"),
        ("/observations/0", json!("☃"), "not in the fonts of the page: character 1 (U+2603)"),
    ];
    for (pointer, value, what) in cases {
        let mut wrong = record();
        *wrong.pointer_mut(pointer).unwrap_or_else(|| panic!("{pointer}")) = value.clone();
        let faults = folder.check(&wrong).expect_err(&format!("{pointer} {value}"));
        let field = pointer[1..].replace("/0", "[0]").replace('/', ".");
        assert_eq!(faults.len(), 1, "{pointer} {value}: {faults:?}");
        assert_eq!((faults[0].line, faults[0].field.as_str()), (12, field.as_str()));
        assert!(faults[0].what.contains(what), "{pointer} {value}: {}", faults[0].what);
        assert!(!faults[0].remedy.is_empty());
    }
}

#[test]
fn a_name_is_asked_for_page_and_zone_at_once() {
    let mut wrong = record();
    wrong["names"] = json!({"primary": "Eriks☃n", "secondary": "Anna☃7", "chinese": "陳☃"});
    let faults = Folder::new().check(&wrong).unwrap_err();
    let told: Vec<String> = faults.iter().map(|fault| format!("{}: {}", fault.field, fault.what)).collect();
    assert_eq!(
        told,
        [
            "names.chinese: not Chinese: character 2 (U+2603)",
            "names.chinese: not in the fonts of the page: character 2 (U+2603)",
            "names.primary: not in the fonts of the page: character 6 (U+2603)",
            "names.primary: no form in the machine readable zone: character 6 (U+2603)",
            "names.secondary: not in the fonts of the page: character 5 (U+2603)",
            "names.secondary: no form in the machine readable zone: character 5 (U+2603), character 6 (U+0037)",
        ]
    );
}

#[test]
fn a_name_that_cannot_be_cut_is_refused() {
    let mut wrong = record();
    wrong["names"] = json!({"primary": "A B C D E F G H I J K L M N O P Q R S T U V", "secondary": "W X"});
    let faults = Folder::new().check(&wrong).unwrap_err();
    assert_eq!((faults.len(), faults[0].field.as_str()), (1, "names"));
    assert!(faults[0].what.contains("cannot be cut"));
}

#[test]
fn all_faults_of_a_record_are_found_at_once() {
    let wrong = json!({
        "channel": "fax", "document_type": "passport_32", "names": {"primary": "Secretname1", "chinese": "X"},
        "date_of_birth": "1974-13-01", "place_of_birth": 7, "nationality": "XYZ", "received_at": "yesterday",
        "approved_at": "2026-11-13T02:19:15Z", "collection": {}, "portrait": {"file": "../../etc/passwd", "rotation": 3},
        "colour_of_eyes": "blue", "Secret Name": 1,
    });
    let faults = Folder::new().check(&wrong).unwrap_err();
    let fields: Vec<&str> = faults.iter().map(|fault| fault.field.as_str()).collect();
    for field in [
        "application_number",
        "channel",
        "names.primary",
        "names.chinese",
        "sex",
        "date_of_birth",
        "place_of_birth",
        "nationality",
        "received_at",
        "collection.place",
        "collection.kind",
        "portrait.file",
        "portrait.rotation",
        "colour_of_eyes",
        "(a key that is not a name)",
    ] {
        assert!(fields.contains(&field), "{field} is not among {fields:?}");
    }
    assert_eq!(fields.len(), 15, "{fields:?}");
    let told: String = faults.iter().map(|fault| format!("{fault} {fault:?}")).collect();
    for secret in ["Secret", "passwd", "1974", "XYZ", "yesterday", "fax"] {
        assert!(!told.contains(secret), "{secret} is told");
    }
}

#[test]
fn lines_that_are_no_record() {
    let folder = Folder::new();
    let good = record().to_string();
    let cases: &[(&[u8], &str)] = &[
        (&good.as_bytes()[..good.len() / 2], "truncated"),
        (b"{", "truncated"),
        (b"[1, 2]", "not a JSON object"),
        (b"null", "not a JSON object"),
        (b"{\"channel\": \"web\",}", "not well-formed JSON"),
        (b"{'channel': 'web'}", "not well-formed JSON"),
        (b"{} {}", "not well-formed JSON"),
        (b"\xFF\xFEa", "not UTF-8 from byte 1"),
        (b"{\"sex\": \"M\", \"sex\": \"F\"}", "a field stands twice"),
        (b"{\"names\": {\"primary\": \"A\", \"primary\": \"B\"}}", "a field stands twice"),
    ];
    for (line, what) in cases {
        let faults = folder.check_line(line).unwrap_err();
        assert_eq!((faults.len(), faults[0].field.as_str()), (1, "record"), "{faults:?}");
        assert!(faults[0].what.contains(what), "{}", faults[0].what);
    }
    let deep = "[".repeat(100_000);
    assert_eq!(folder.check_line(deep.as_bytes()).unwrap_err().len(), 1);
}

#[cfg(unix)]
#[test]
fn a_link_out_of_the_folder_is_not_followed() {
    let (folder, elsewhere) = (Folder::new(), Folder::new());
    std::os::unix::fs::symlink(elsewhere.path().join("portrait.jpg"), folder.path().join("link.jpg")).unwrap();
    std::os::unix::fs::symlink(elsewhere.path(), folder.path().join("portraits")).unwrap();
    std::os::unix::fs::symlink("portrait.jpg", folder.path().join("inside.jpg")).unwrap();
    let check = |file: &str| {
        let mut linked = record();
        linked["portrait"]["file"] = json!(file);
        folder.check(&linked).map_err(|faults| faults[0].what.clone())
    };
    assert!(check("link.jpg").unwrap_err().contains("leads out of the folder"));
    assert!(check("portraits/portrait.jpg").unwrap_err().contains("leads out of the folder"));
    assert!(check("inside.jpg").is_ok());
}
