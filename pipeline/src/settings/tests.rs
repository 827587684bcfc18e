use super::machine::RemoteMachine;
use super::*;

fn file(text: &str) -> (tempfile::TempDir, std::path::PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("centre.json");
    std::fs::write(&file, text).unwrap();
    (folder, file)
}

fn with(change: impl FnOnce(&mut serde_json::Value)) -> Result<Settings, String> {
    let mut value = serde_json::to_value(Settings::utopia()).unwrap();
    change(&mut value);
    let (_folder, file) = file(&value.to_string());
    Settings::read(&file).map_err(|failure| failure.to_string())
}

#[test]
fn what_is_written_reads_back() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("centre.json");
    let settings = Settings {
        machines: vec![
            MachineSettings::mock("north", MockKind::PassportLine),
            MachineSettings::mock("east", MockKind::EngravingLine),
            MachineSettings {
                name: "far".to_owned(),
                driver: DriverSettings::Remote(RemoteMachine {
                    address: "10.0.0.5:9310".to_owned(),
                    tls: Some(LinkFiles {
                        certificate_authority: "link/authority.pem".into(),
                        certificate: "link/host.pem".into(),
                        key: "link/host.key".into(),
                        peer_name: None,
                    }),
                    attended_desk: None,
                }),
            },
        ],
        policy: PolicySettings { remake_approvals: 2, first_piece: true, sample_every: 50 },
        document_numbers: vec![NumberRange { first: "E0000001".to_owned(), last: "E0000999".to_owned() }],
        ..Settings::utopia()
    };
    settings.write(&file).unwrap();
    let read = Settings::read(&file).unwrap();
    assert_eq!(serde_json::to_value(&read).unwrap(), serde_json::to_value(&settings).unwrap());
}

#[test]
fn a_file_without_the_newer_parts_has_none_of_them() {
    let settings = with(|value| {
        for part in ["policy", "chip", "document_numbers", "reports"] {
            value.as_object_mut().unwrap().remove(part);
        }
    })
    .unwrap();
    assert_eq!(settings.policy, PolicySettings::default());
    assert!(settings.document_numbers.is_empty() && settings.reports.is_empty());
}

#[test]
fn unknown_keys_and_what_cannot_be_are_refused_by_name() {
    let refused = |told: &str, change: &dyn Fn(&mut serde_json::Value)| {
        let text = with(change).map(drop).unwrap_err();
        assert!(text.contains(told), "`{told}` is not in {text}");
    };
    refused("`colour`", &|value| value["colour"] = "red".into());
    refused("`remake_aprovals`", &|value| value["policy"]["remake_aprovals"] = 2.into());
    refused("`frist`", &|value| value["document_numbers"] = serde_json::json!([{"frist": "E1", "last": "E2"}]));
    let machine = |driver: serde_json::Value| serde_json::json!([{"name": "north", "driver": driver}]);
    refused("`press`", &|value| value["machines"] = machine(serde_json::json!({"press": 1})));
    refused("`passport`", &|value| value["machines"] = machine(serde_json::json!({"mock": "passport"})));
    refused("`port`", &|value| {
        value["machines"] = machine(serde_json::json!({"remote": {"address": "127.0.0.1:1", "port": 1}}));
    });
    refused("same name", &|value| {
        value["machines"] = serde_json::json!([
            {"name": "north", "driver": {"mock": "passport-line"}}, {"name": "north", "driver": {"mock": "passport-line"}}
        ])
    });
    let report = |to: serde_json::Value| serde_json::json!([{"name": "register", "to": to}]);
    refused("`fax`", &|value| value["reports"] = report(serde_json::json!({"fax": "1"})));
    refused("`uri`", &|value| value["reports"] = report(serde_json::json!({"http": {"uri": "https://a.example"}})));
    refused("belong together", &|value| {
        value["reports"] = report(serde_json::json!({"http": {"url": "https://a.example", "certificate": "host.pem"}}));
    });
    refused("timeout_seconds", &|value| {
        value["reports"] = report(serde_json::json!({"http": {"url": "https://a.example", "timeout_seconds": 0}}));
    });
    refused("letters, digits and hyphens", &|value| {
        value["reports"] = serde_json::json!([{"name": "../register", "to": {"file": "reports.jsonl"}}]);
    });
}
