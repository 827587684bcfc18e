//! Applications that are not what they should be: the good are taken, the bad set aside, mended and fed again.

use serde_json::{Value, json};

use crate::support::{Centre, sample_records};

#[test]
fn bad_records_are_set_aside_with_every_fault_and_can_be_mended() {
    let centre = Centre::with_keys();
    let good = sample_records();
    for (name, bytes) in [
        ("text.jpg", b"this is no picture".to_vec()),
        ("dot.png", png_header(1, 1)),
        ("huge.png", png_header(10_000, 10_000)),
        ("empty.jpg", Vec::new()),
    ] {
        centre.write_input(name, &bytes);
    }
    let with = |index: usize, change: &dyn Fn(&mut Value)| {
        let mut record = good[index].clone();
        change(&mut record);
        record
    };
    let records = [
        good[0].clone(),
        with(1, &|record| record["portrait"] = json!({"file": "text.jpg"})),
        with(2, &|record| record["portrait"] = json!({"file": "dot.png"})),
        with(3, &|record| record["portrait"] = json!({"file": "huge.png"})),
        with(4, &|record| record["portrait"] = json!({"file": "empty.jpg"})),
        with(5, &|record| record["portrait"] = json!({"file": "missing.jpg"})),
        with(6, &|record| record["portrait"] = json!({"file": "../../etc/passwd"})),
        with(7, &|record| record["date_of_birth"] = "1990-02-30".into()),
        with(8, &|record| {
            record["sex"] = "Q".into();
            record["date_of_birth"] = "soon".into();
            record["nationality"] = "XQZ".into();
        }),
        with(0, &|record| record["place_of_birth"] = "Elsewhere".into()),
        good[10].clone(),
    ];
    centre.write_records("orders.jsonl", &good[..11]);
    let file = centre.write_records("orders.jsonl", &records);
    let mut text = std::fs::read_to_string(&file).expect("the file");
    let whole = good[11].to_string();
    text.push_str(&whole[..whole.len() / 2]);
    std::fs::write(&file, text).expect("the file");

    let ended = centre.run(&["intake", "--unsigned", "--json", &file]).with(1, &[]);
    let answer = &ended.json()[0];
    assert_eq!((&answer["records"], &answer["accepted"], &answer["set_aside"]), (&12.into(), &2.into(), &10.into()));
    let faults: Vec<(u64, &str)> = answer["faults"]
        .as_array()
        .expect("faults")
        .iter()
        .map(|fault| (fault["line"].as_u64().expect("a line"), fault["field"].as_str().expect("a field")))
        .collect();
    for expected in [
        (2, "portrait.file"),
        (3, "portrait.file"),
        (4, "portrait.file"),
        (5, "portrait.file"),
        (6, "portrait.file"),
        (7, "portrait.file"),
        (8, "date_of_birth"),
        (9, "sex"),
        (9, "date_of_birth"),
        (9, "nationality"),
        (10, "application_number"),
    ] {
        assert!(faults.contains(&expected), "{expected:?} is not in {faults:?}");
    }
    assert!(faults.iter().any(|(line, _)| *line == 12), "{faults:?}");
    for fault in answer["faults"].as_array().expect("faults") {
        assert!(fault["remedy"].as_str().is_some_and(|remedy| !remedy.is_empty()), "{fault}");
    }
    // No fault tells what stands in the record.
    for word in ["1990-02-30", "XQZ", "Elsewhere", good[7]["names"]["primary"].as_str().expect("a name")] {
        assert!(!ended.out.contains(word), "{word} is told");
    }

    let aside = answer["set_aside_in"].as_str().expect("a file");
    let kept = std::fs::read_to_string(aside).expect("what was set aside");
    assert_eq!(kept.lines().count(), 10);
    assert_eq!(kept.lines().next(), Some(records[1].to_string().as_str()), "verbatim");

    // The same file again changes nothing.
    let again = centre.run(&["intake", "--unsigned", "--json", &file]).with(1, &[]).json();
    assert_eq!((&again[0]["accepted"], &again[0]["unchanged"]), (&0.into(), &2.into()));

    // Mended, all are taken; the other record under a number that is known is left out.
    let mended: Vec<String> = [1, 2, 3, 4, 5, 6, 7, 8, 11].map(|index| good[index].to_string()).into();
    std::fs::write(aside, mended.join("\n")).expect("the mended file");
    centre.write_records("pictures.jsonl", &good[..12]);
    centre.run(&["intake", "--unsigned", aside]).with(0, &["9 records, 9 accepted", "0 set aside"]);
    let status = centre.run(&["status", "--json"]).json();
    let orders = status["orders"].as_object().expect("counts");
    assert_eq!(orders.values().filter_map(Value::as_u64).sum::<u64>(), 11);
}

#[test]
fn another_record_under_a_known_number_is_refused() {
    let centre = Centre::with_keys();
    let mut record = sample_records().remove(0);
    centre.feed("first.jsonl", std::slice::from_ref(&record)).with(0, &["1 accepted"]);
    record["place_of_birth"] = "Elsewhere".into();
    let refused = centre.feed("second.jsonl", std::slice::from_ref(&record));
    refused.with(1, &["1 set aside", "another record was accepted under this number before"]);
    record["application_number"] = "UTP-26-9000002".into();
    std::fs::write(centre.input("second.rejected.jsonl"), record.to_string()).expect("the mended file");
    centre.run(&["intake", "--unsigned", &centre.input("second.rejected.jsonl")]).with(0, &["1 accepted (1 held)"]);
}

#[test]
fn what_cannot_be_read_is_told_and_loses_nothing() {
    let centre = Centre::with_keys();
    centre.run(&["intake", "--unsigned", &centre.input("none.jsonl")]).with(3, &["none.jsonl"]);
    let file = centre.write_input("empty.jsonl", b"");
    centre.run(&["intake", "--unsigned", &file]).with(0, &["0 records"]);
    let file = centre.write_input("noise.jsonl", &[0, 159, 146, 150, 10, 255, 10]);
    centre.run(&["intake", "--unsigned", &file]).with(1, &["2 records", "2 set aside"]);
    let file = centre.write_input("signed.jsonl", b"{}\n");
    let key = centre.write_input("key.der", b"no key");
    centre.run(&["intake", &file]).with(3, &["--register-key", "--unsigned"]);
    centre.run(&["intake", "--register-key", &key, &file]).with(3, &["key"]);
    centre.run(&["intake"]).with(2, &["PATH"]);
}

/// The beginning of a PNG of this size, whose header is right and which has nothing else.
fn png_header(width: u32, height: u32) -> Vec<u8> {
    let mut body = b"IHDR".to_vec();
    body.extend(width.to_be_bytes());
    body.extend(height.to_be_bytes());
    body.extend([8, 2, 0, 0, 0]);
    let mut bytes = b"\x89PNG\r\n\x1a\n\x00\x00\x00\x0d".to_vec();
    bytes.extend(&body);
    bytes.extend(crc(&body).to_be_bytes());
    bytes
}

/// CRC-32 as PNG has it (ISO/IEC 15948 annex D).
fn crc(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(u32::MAX, |crc, byte| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| if crc & 1 == 1 { crc >> 1 ^ 0xEDB8_8320 } else { crc >> 1 })
    })
}
