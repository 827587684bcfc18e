//! The walls of the house: who may depend on whom, and what must be absent.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use cargo_metadata::{DependencyKind, MetadataCommand};

/// What each crate may use of ours.
const MAY_USE: &[(&str, &[&str])] = &[
    ("chip-profile", &[]),
    ("printer-driver", &[]),
    ("mock-devices", &["printer-driver", "chip-profile"]),
    ("persoline-domain", &["chip-profile", "printer-driver"]),
    ("persoline-calendar", &["persoline-domain"]),
    ("persoline-intake", &["persoline-domain", "chip-profile"]),
    ("persoline-render", &["persoline-domain", "chip-profile"]),
    ("persoline-keys", &["persoline-domain", "chip-profile"]),
    ("persoline-store", &["persoline-domain"]),
    (
        "persoline-stage",
        &[
            "persoline-domain",
            "persoline-intake",
            "persoline-render",
            "persoline-keys",
            "persoline-store",
            "persoline-calendar",
            "chip-profile",
            "printer-driver",
        ],
    ),
    ("persoline-dispatch", &["persoline-domain", "persoline-stage", "printer-driver"]),
    (
        "persoline-line",
        &["persoline-domain", "persoline-stage", "persoline-dispatch", "printer-driver", "chip-profile"],
    ),
    ("persoline-dashboard", &["persoline-domain", "persoline-line", "printer-driver"]),
    ("persoline-report", &["persoline-domain"]),
];

/// What a room never does, as words that its sources never contain.
const ABSENT: &[(&str, &[&str])] = &[
    (
        "chip-profile/src",
        &[
            "std::fs",
            "std::net",
            "std::time::SystemTime",
            "Instant::now",
            "std::thread",
            "getrandom",
            "std::env",
            "println!",
        ],
    ),
    ("printer-driver/src", &["passport application", "production order", "std::fs", "std::net"]),
    ("pipeline/domain/src", &["std::fs", "std::net", "SystemTime::now", "Instant::now", "std::thread", "std::env"]),
    ("pipeline/dispatch/src", &["std::fs", "std::net", "SystemTime::now", "Instant::now", "std::thread", "std::env"]),
    ("pipeline/line/src/session", &["std::fs", "std::net", "SystemTime::now", "Instant::now", "std::thread"]),
    ("pipeline/report/src/courier.rs", &["std::fs", "std::net", "SystemTime::now", "Instant::now", "std::thread"]),
    ("pipeline/stage/src", &["std::fs", "std::net", "SystemTime::now", "Instant::now", "std::thread::spawn"]),
];

#[test]
fn crates_use_only_what_the_walls_allow() {
    let metadata = MetadataCommand::new().no_deps().exec().unwrap();
    let ours: BTreeSet<&str> = metadata.packages.iter().map(|package| package.name.as_str()).collect();
    let allowed: BTreeMap<&str, &[&str]> = MAY_USE.iter().copied().collect();
    for package in &metadata.packages {
        let name = package.name.as_str();
        // The program joins all rooms, and benches look into all.
        if matches!(name, "persoline" | "benches") {
            continue;
        }
        let may_use = allowed.get(name).unwrap_or_else(|| panic!("{name} has no walls: say what it may use"));
        let used = package.dependencies.iter().filter(|dependency| dependency.kind == DependencyKind::Normal);
        for dependency in used.filter(|dependency| ours.contains(dependency.name.as_str())) {
            assert!(may_use.contains(&dependency.name.as_str()), "{name} must not use {}", dependency.name);
        }
    }
}

#[test]
fn rooms_do_not_contain_what_they_never_do() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    for (folder, words) in ABSENT {
        for (file, text) in sources(&root.join(folder)) {
            // Tests inside a file may read vectors from disk, and examples in its documentation may print.
            let product = text.split("#[cfg(test)]").next().unwrap_or_default();
            let code: Vec<&str> = product.lines().filter(|line| !line.trim_start().starts_with("//")).collect();
            for word in *words {
                assert!(!code.iter().any(|line| line.contains(word)), "{file} contains `{word}`");
            }
        }
    }
}

#[test]
fn only_the_program_names_emulated_devices() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    for (file, text) in sources(&root.join("src")) {
        let may = file.ends_with("machines.rs")
            || file.ends_with("src/panel.rs")
            || file.contains("src/panel/")
            || file.ends_with("commands/demo/settings.rs")
            || file.ends_with("commands/run.rs");
        assert!(may || !text.contains("mock_devices"), "{file} names emulated devices");
    }
}

#[test]
fn the_top_level_holds_nothing_else() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let listed = std::process::Command::new("git").args(["ls-files"]).current_dir(root).output().unwrap();
    let listed = String::from_utf8(listed.stdout).unwrap();
    let top: BTreeSet<&str> = listed.lines().filter_map(|path| path.split('/').next()).collect();
    let allowed = [
        "Cargo.toml",
        "Cargo.lock",
        "README.md",
        "LICENSE-MIT",
        "LICENSE-APACHE",
        "rustfmt.toml",
        "clippy.toml",
        "benches",
        "chip-profile",
        "mock-devices",
        "pipeline",
        "printer-driver",
    ];
    for entry in top.iter().filter(|entry| !entry.starts_with('.')) {
        assert!(allowed.contains(entry), "{entry} does not belong at the top level");
    }
}

fn sources(folder: &Path) -> Vec<(String, String)> {
    let mut found = Vec::new();
    if folder.is_file() {
        return vec![(folder.display().to_string(), std::fs::read_to_string(folder).unwrap())];
    }
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display())) {
            let path = entry.unwrap().path();
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            if path.is_dir() {
                folders.push(path);
            } else if name.ends_with(".rs") && !name.contains("test") && !path.display().to_string().contains("/tests/")
            {
                let text = std::fs::read_to_string(&path).unwrap();
                found.push((path.display().to_string(), text));
            }
        }
    }
    found
}
