//! What strangers make of exported documents: programs and libraries of others that know nothing of this house.
//!
//! Every document of the sample set is judged by each of them. They find tools on the path, tesseract's model in
//! `PERSOLINE_SHARED`, and a Python with the packages of `strangers/requirements.txt` in `PERSOLINE_PYTHON`; what is
//! missing is said, and a failure when `CI=true`.

mod document;
mod openjpeg;
mod openssl;
mod pdf;
mod python;
mod tesseract;
mod tlv;

use std::process::{Command, Stdio};
use std::time::Instant;

use serde_json::Value;

use self::document::{Document, export};
use crate::support::{Centre, sample_records};

/// A stranger: its name, and its judgement of all documents as a list of what is wrong.
type Judge = (&'static str, fn(&[Document]) -> Vec<String>);

const JUDGES: [Judge; 5] = [
    ("openssl", openssl::judge),
    ("openjpeg", openjpeg::judge),
    ("tesseract", tesseract::judge),
    ("qpdf and poppler", pdf::judge),
    ("python", python::judge),
];

#[test]
fn strangers_accept_every_document_of_the_sample_set() {
    let records = sample_records();
    let centre = Centre::with_blanks(240, 140);
    centre.feed("samples.jsonl", &records).with(0, &["252 accepted"]);
    let documents = work_off(&centre, &records);
    assert_eq!(documents.len(), 252);
    assert_eq!(judged(&documents), Vec::<String>::new());
}

#[test]
fn strangers_accept_a_centre_of_another_configuration() {
    // One record of each kind of portrait file, and those whose names do not fit the machine readable zone.
    let picked = |(index, record): &(usize, Value)| {
        let names = &record["names"];
        let letters =
            [&names["primary"], &names["secondary"]].map(|name| name.as_str().map_or(0, |name| name.chars().count()));
        index % 50 == 0 || letters.iter().sum::<usize>() > 38
    };
    let records: Vec<Value> =
        sample_records().into_iter().enumerate().filter(picked).map(|(_, record)| record).take(10).collect();
    let centre = Centre::with_blanks(20, 20);
    let file = centre.data.join("centre.json");
    let mut settings: Value = serde_json::from_slice(&std::fs::read(&file).unwrap()).unwrap();
    settings["portrait"] = "jpeg".into();
    settings["lds"] = "1.7".into();
    settings["dots_per_inch"] = 300.into();
    settings["chip"] = serde_json::json!({
        "active_authentication": "RSA-2048",
        "displayed_signature": true,
        "iso_39794_from": "2026-01-01",
        "pace": [{"mapping": "generic"}, {"mapping": "chip_authentication"}],
    });
    std::fs::write(&file, settings.to_string()).unwrap();
    centre.feed("some.jsonl", &records).with(0, &["10 accepted"]);
    let documents = work_off(&centre, &records);
    assert_eq!(documents.len(), 10);
    for document in &documents {
        assert_eq!(document.portrait().unwrap().coding, tlv::Coding::Jpeg);
        assert!(tlv::at(&document.read("DG2.bin"), &[0x75, 0x7F61, 0x7F60, 0x7F2E]).is_some(), "ISO/IEC 39794-5");
        // Version 0 of the LDSSecurityObject, and EF.COM that says 0107.
        let com = document.read("EF.COM.bin");
        assert!(com.windows(7).any(|bytes| bytes == b"\x5F\x01\x040107"), "{com:02X?}");
    }
    assert_eq!(judged(&documents), Vec::<String>::new());
}

/// Makes all that waits, without faults, and exports it.
fn work_off(centre: &Centre, records: &[Value]) -> Vec<Document> {
    let begun = Instant::now();
    let report = centre.run(&["run", "--scale", "2000", "--json"]).with(0, &[]).json();
    assert_eq!(
        (report["orders"]["finished"].as_u64(), report["stock_difference"].as_i64()),
        (Some(records.len() as u64), Some(0))
    );
    let made = begun.elapsed();
    let documents = export(centre, records);
    println!("{} documents: made in {:.1?}, exported in {:.1?}", documents.len(), made, begun.elapsed() - made);
    documents
}

fn judged(documents: &[Document]) -> Vec<String> {
    let mut faults = Vec::new();
    for (name, judge) in JUDGES {
        let begun = Instant::now();
        let found = judge(documents);
        println!("{name}: {} documents judged in {:.1?}, {} faults", documents.len(), begun.elapsed(), found.len());
        faults.extend(found.into_iter().map(|fault| format!("{name}: {fault}")));
    }
    faults
}

/// Whether a test has to go without a tool. Fails under `CI=true`, where nothing may be left out.
fn missing(tool: &str) -> bool {
    let found = Command::new(tool).arg("-v").stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).status();
    without(found.is_ok(), &format!("no {tool}"))
}

/// Says what a test has to go without; fails under `CI=true`.
pub(crate) fn without(there: bool, what: &str) -> bool {
    if there {
        return false;
    }
    assert!(std::env::var("CI").as_deref() != Ok("true"), "{what}");
    println!("not run: {what}");
    true
}
