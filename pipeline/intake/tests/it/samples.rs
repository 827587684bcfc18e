//! The sample set is sound, and as varied as it says.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use persoline_domain::application::{Channel, DocumentType, Payload, Sex};
use persoline_domain::order::Priority;
use persoline_intake::record::Record;
use persoline_intake::{Trust, schema};

use super::take_all;

fn samples() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../samples")
}

fn applications() -> Vec<Payload> {
    let (summary, taken) = take_all(&samples().join("applications.jsonl"), Trust::Open).unwrap();
    assert_eq!(summary.faults, []);
    assert_eq!((summary.records as usize, summary.place), (taken.len(), None));
    taken
}

#[test]
fn every_sample_is_taken_and_the_set_is_varied() {
    let samples = applications();
    assert!(samples.len() >= 240, "{}", samples.len());
    let count = |holds: &dyn Fn(&Payload) -> bool| samples.iter().filter(|payload| holds(payload)).count();
    let distinct = |of: &dyn Fn(&Payload) -> Vec<u8>| samples.iter().map(of).collect::<BTreeSet<_>>().len();
    assert!(distinct(&|payload| payload.portrait.expose().clone()) >= 48);
    assert_eq!(distinct(&|payload| payload.application.number.as_str().into()), samples.len());
    assert_eq!(distinct(&|payload| payload.application.person.0.0.to_vec()), samples.len());
    for channel in Channel::ALL {
        assert!(count(&|payload| payload.application.channel == channel) >= 5, "{}", channel.name());
    }
    for document in DocumentType::ALL {
        assert!(count(&|payload| payload.application.document == document) >= 40, "{}", document.name());
    }
    let primary = |payload: &Payload| payload.application.holder.primary.expose().clone();
    assert!(count(&|payload| primary(payload).chars().count() > 36) >= 3, "long names");
    assert!(count(&|payload| payload.application.holder.secondary.expose().is_empty()) >= 3, "single names");
    assert!(count(&|payload| primary(payload).contains(['\'', '’'])) >= 3, "apostrophes");
    assert!(count(&|payload| primary(payload).contains('-')) >= 3, "hyphens");
    assert!(count(&|payload| !primary(payload).is_ascii()) >= 20, "diacritics");
    let chinese = |payload: &Payload| {
        payload.application.holder.chinese.as_ref().map_or(String::new(), |name| name.expose().clone())
    };
    assert!(count(&|payload| !chinese(payload).is_empty()) >= 100, "Chinese names");
    // In the HKSCS but not in Big5.
    assert!(count(&|payload| chinese(payload).contains(['喆', '堃', '峯', '衞', '嫺', '彣'])) >= 10, "HKSCS");
    let birth = |payload: &Payload| *payload.application.holder.birth.expose();
    assert!(count(&|payload| birth(payload).year >= 2011) >= 20, "children");
    assert!(
        count(&|payload| birth(payload).day.is_none()) >= 4 && count(&|payload| birth(payload).month.is_none()) >= 2
    );
    assert!(count(&|payload| payload.application.holder.sex == Sex::Unspecified) >= 3, "sex X");
    assert!(count(&|payload| payload.application.priority == Priority::Urgent) >= 5, "urgent");
    assert!(count(&|payload| !payload.application.observations.is_empty()) >= 5, "observations");
    assert!(count(&|payload| payload.signature.is_some()) >= 40, "signatures");
    let places: BTreeMap<&str, usize> = samples.iter().fold(BTreeMap::new(), |mut places, payload| {
        *places.entry(payload.application.collection.kind.name()).or_default() += 1;
        places
    });
    assert_eq!(places.len(), 3, "{places:?}");
    assert!(samples.iter().all(|payload| payload.application.holder.nationality == "UTO"));
}

#[test]
fn the_set_is_small_and_every_picture_has_a_source() {
    let mut bytes = 0;
    let mut folders = vec![samples()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let entry = entry.unwrap();
            let metadata = entry.metadata().unwrap();
            if metadata.is_dir() { folders.push(entry.path()) } else { bytes += metadata.len() }
        }
    }
    assert!(bytes < 15_000_000, "{bytes}");
    let sources = fs::read_to_string(samples().join("portraits/SOURCES.md")).unwrap();
    for entry in fs::read_dir(samples().join("portraits")).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        let of_a_series = ["head-", "drawn-", "SOURCES"].iter().any(|series| name.starts_with(series));
        assert!(of_a_series || sources.contains(&name), "{name} has no source");
    }
}

#[test]
fn the_view_types_read_what_the_checks_take() {
    let text = fs::read_to_string(samples().join("applications.jsonl")).unwrap();
    for line in text.lines() {
        let record: Record = serde_json::from_str(line).unwrap();
        // Written again and read again it is the same: the view types lose nothing.
        let written = serde_json::to_value(&record).unwrap();
        let mut original: serde_json::Value = serde_json::from_str(line).unwrap();
        original.as_object_mut().unwrap().entry("priority").or_insert("normal".into());
        assert_eq!(written, original);
    }
    let unknown = text.lines().next().unwrap().replacen('{', "{\"colour\":1,", 1);
    assert!(serde_json::from_str::<Record>(&unknown).is_err());
}

#[test]
fn the_schema_describes_every_field() {
    let schema = schema();
    assert_eq!(schema["$schema"], "https://json-schema.org/draft/2020-12/schema");
    assert_eq!(schema["additionalProperties"], false);
    let properties = schema["properties"].as_object().unwrap();
    assert_eq!(properties.len(), 16);
    for (name, property) in properties {
        assert!(property["description"].is_string(), "{name}");
    }
    let required: Vec<&str> = schema["required"].as_array().unwrap().iter().filter_map(|name| name.as_str()).collect();
    assert!(
        required.contains(&"application_number") && !required.contains(&"signature") && !required.contains(&"priority")
    );
    // The format's document names every field too.
    let document = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/format.md")).unwrap();
    for name in properties.keys() {
        assert!(document.contains(&format!("`{name}")), "{name} is not in docs/format.md");
    }
}
