//! A report as it goes over the wire and into files.

use persoline_domain::store::OutboxEntry;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The format's name and version, as `format` holds it.
pub const FORMAT: &str = "persoline-report/1";

/// What may stand in `kind`.
const KINDS: [&str; 5] = ["issued", "spoiled_after_encoding", "missing", "rejected", "recalled"];

/// What became of one booklet. Reports arrive in the order of `sequence`, each once for each `key`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(title = "Report of a booklet")]
pub struct Report {
    /// Format and version: `persoline-report/1`.
    #[schemars(example = &"persoline-report/1")]
    pub format: String,
    /// Idempotency key: the same for ever for the same report, and no other has it.
    pub key: String,
    /// Position in the centre's log; grows from report to report, with gaps.
    pub sequence: u64,
    /// What became of the booklet. `issued`: a good document, chip and page read back and right. `spoiled_after_encoding`:
    /// no document, but its chip may hold data with a valid signature. `missing`: a blank or a document was not found when
    /// counted. `rejected`: a good document was rejected by a person. `recalled`: a document was called back after it was
    /// packed or handed over.
    #[schemars(extend("enum" = KINDS))]
    pub kind: String,
    /// When, RFC 3339 in UTC with milliseconds.
    #[schemars(extend("format" = "date-time"), example = &"2026-11-22T01:02:03.000Z")]
    pub at: String,
    /// Issuing state as the machine readable zone writes it.
    #[schemars(example = &"UTO")]
    pub issuing_state: String,
    /// The booklet's stock serial.
    #[schemars(example = &"K00000001")]
    pub booklet_serial: String,
    /// The chip's serial, hexadecimal.
    #[schemars(regex(pattern = "^([0-9A-F]{2})*$"), example = &"5043000040000000000001")]
    pub chip_serial: String,
    /// The document number in the machine readable zone; null when the booklet never had one.
    pub document_number: Option<String>,
    /// The application for which it was made; null when it was a blank.
    #[schemars(example = &"UTP-26-1000011")]
    pub application_number: Option<String>,
    /// Date of issue that was signed; null when nothing was.
    #[schemars(extend("format" = "date"))]
    pub date_of_issue: Option<String>,
    /// Date of expiry that was signed; null when nothing was.
    #[schemars(extend("format" = "date"))]
    pub date_of_expiry: Option<String>,
    /// A reason code without personal data; empty when there is nothing to say.
    pub reason: String,
}

impl Report {
    /// The report of an entry.
    pub fn of(entry: &OutboxEntry, issuing_state: &str) -> Report {
        Report {
            format: FORMAT.to_owned(),
            key: entry.key.clone(),
            sequence: entry.sequence.0,
            kind: entry.kind.name().to_owned(),
            at: entry.at.to_string(),
            issuing_state: issuing_state.to_owned(),
            booklet_serial: entry.serial.to_string(),
            chip_serial: entry.chip_serial.iter().map(|byte| format!("{byte:02X}")).collect(),
            document_number: entry.number.as_ref().map(ToString::to_string),
            application_number: entry.application.as_ref().map(ToString::to_string),
            date_of_issue: entry.issued.map(|date| date.to_string()),
            date_of_expiry: entry.expires.map(|date| date.to_string()),
            reason: entry.reason.clone(),
        }
    }

    /// The report as one line of JSON, without the line's end.
    pub fn to_json(&self) -> String {
        // A struct of texts and numbers has no way not to be JSON.
        serde_json::to_string(self).unwrap_or_default()
    }
}

/// The JSON Schema (2020-12) of a report.
pub fn schema() -> schemars::Schema {
    schemars::schema_for!(Report)
}

#[cfg(test)]
mod tests {
    use persoline_domain::clock::{Date, Timestamp};
    use persoline_domain::identifiers::Sequence;
    use persoline_domain::store::OutboxKind;

    use super::*;

    fn entry(kind: OutboxKind) -> OutboxEntry {
        OutboxEntry {
            sequence: Sequence(42),
            key: "7f3a-42".to_owned(),
            kind,
            serial: "K00000001".into(),
            number: Some("E0000007".into()),
            application: Some("UTP-26-1000011".into()),
            chip_serial: vec![0x50, 0x43, 0x0A],
            issued: Some(Date::constant(2026, 11, 22)),
            expires: Some(Date::constant(2036, 11, 22)),
            at: Timestamp(1_795_309_323_004),
            reason: String::new(),
        }
    }

    #[test]
    fn a_report_reads_as_the_register_is_told_it_does() {
        let line = Report::of(&entry(OutboxKind::Issued), "UTO").to_json();
        let expected = r#"{"format":"persoline-report/1","key":"7f3a-42","sequence":42,"kind":"issued","at":"2026-11-22T01:02:03.004Z","issuing_state":"UTO","booklet_serial":"K00000001","chip_serial":"50430A","document_number":"E0000007","application_number":"UTP-26-1000011","date_of_issue":"2026-11-22","date_of_expiry":"2036-11-22","reason":""}"#;
        assert_eq!(line, expected);
    }

    #[test]
    fn a_blank_has_neither_number_nor_dates() {
        let blank =
            OutboxEntry { number: None, application: None, issued: None, expires: None, ..entry(OutboxKind::Missing) };
        let report: serde_json::Value = serde_json::from_str(&Report::of(&blank, "UTO").to_json()).unwrap();
        for field in ["document_number", "application_number", "date_of_issue", "date_of_expiry"] {
            assert!(report[field].is_null(), "{report}");
        }
        assert_eq!(report["kind"], "missing");
    }

    #[test]
    fn the_schema_knows_every_field_and_every_kind() {
        let schema = serde_json::to_value(schema()).unwrap();
        assert_eq!(OutboxKind::ALL.map(OutboxKind::name), KINDS);
        assert_eq!(schema["properties"]["kind"]["enum"], serde_json::json!(KINDS));
        let report: serde_json::Value =
            serde_json::from_str(&Report::of(&entry(OutboxKind::Recalled), "UTO").to_json()).unwrap();
        for field in report.as_object().unwrap().keys() {
            assert!(schema["properties"][field]["description"].is_string(), "{field}");
        }
        assert_eq!(schema["additionalProperties"], false);
    }
}
