//! The clause ledger: every row says where its clause stands, and every test that it names is there.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// One row: its line in the file, clause, what, where.
struct Row<'a> {
    line: usize,
    clause: &'a str,
    place: &'a str,
}

fn here(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

fn rows(ledger: &str) -> Vec<Row<'_>> {
    let lines =
        ledger.lines().enumerate().filter(|(_, line)| line.starts_with("| ") && !line.starts_with("| clause |"));
    lines
        .map(|(number, line)| {
            let cells: Vec<&str> = line.trim_matches('|').split(" | ").map(str::trim).collect();
            let [clause, _, place] = cells[..] else { panic!("line {}: {} cells", number + 1, cells.len()) };
            Row { line: number + 1, clause, place }
        })
        .collect()
}

/// Where the tests of a crate lie: a folder and the file in it that is the root of its modules.
fn roots(package: &str) -> Vec<(PathBuf, &'static str)> {
    let of = |folder: &str| {
        vec![(here(&format!("{folder}/src")), "lib.rs"), (here(&format!("{folder}/tests/it")), "main.rs")]
    };
    match package {
        // `it` are this crate's tests beside its modules, as this file is.
        "chip-profile" | "it" => of("."),
        "persoline" => of("../pipeline"),
        other => match other.strip_prefix("persoline-") {
            Some(part) => of(&format!("../pipeline/{part}")),
            None => of(&format!("../{other}")),
        },
    }
}

/// The paths of a crate's tests, as the test runner prints them.
fn tests_of(package: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for (folder, root) in roots(package) {
        collect(&folder, &folder, root, &mut found);
    }
    assert!(!found.is_empty(), "{package} has no tests");
    found
}

fn collect(root: &Path, folder: &Path, main: &str, found: &mut BTreeSet<String>) {
    let Ok(entries) = std::fs::read_dir(folder) else { return };
    for path in entries.map(|entry| entry.unwrap().path()) {
        if path.is_dir() {
            collect(root, &path, main, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let inside = path.strip_prefix(root).unwrap().with_extension("");
            let mut module: Vec<String> = inside.iter().map(|part| part.to_str().unwrap().to_owned()).collect();
            if inside == Path::new(main).with_extension("") {
                module.clear();
            }
            names(&std::fs::read_to_string(&path).unwrap(), &module, found);
        }
    }
}

/// Functions marked as tests, within the module of the file and those that stand open in it.
fn names(source: &str, module: &[String], found: &mut BTreeSet<String>) {
    let mut inner: Option<&str> = None;
    let mut marked = false;
    for line in source.lines() {
        match line.strip_prefix("mod ").and_then(|rest| rest.strip_suffix(" {")) {
            Some(name) => inner = Some(name),
            None if line == "}" => inner = None,
            None => {}
        }
        let line = line.trim();
        if line == "#[test]" {
            marked = true;
        } else if let Some(rest) = line.strip_prefix("fn ").filter(|_| marked) {
            let name = rest.split(['(', '<']).next().unwrap();
            let path = module.iter().map(String::as_str).chain(inner).chain([name]);
            found.insert(path.collect::<Vec<_>>().join("::"));
            marked = false;
        }
    }
}

/// What stands between backquotes.
fn quoted(text: &str) -> impl Iterator<Item = &str> {
    text.split('`').skip(1).step_by(2)
}

fn is_path(text: &str) -> bool {
    text.contains("::")
        && text.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"_:".contains(&byte))
}

/// Long names of functions; short ones are of the crate's own.
fn is_test_name(text: &str) -> bool {
    text.matches('_').count() > 1
        && text.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_')
}

#[test]
fn every_test_that_the_ledger_names_is_there() {
    let ledger = std::fs::read_to_string(here("docs/doc9303.md")).unwrap();
    let mut packages: std::collections::BTreeMap<String, BTreeSet<String>> = std::collections::BTreeMap::new();
    let mut wrong = Vec::new();
    let mut count = 0;
    for Row { line, clause, place } in rows(&ledger) {
        let mut package = "chip-profile".to_owned();
        let mut module = String::new();
        let mut named = 0;
        for token in quoted(place) {
            let path = match token.split_once(' ') {
                Some((first, path)) if is_path(path) => {
                    package = first.to_owned();
                    path
                }
                _ => token,
            };
            // A path without a package after one with is of the same; the first of a row is of this crate.
            let tests = packages.entry(package.clone()).or_insert_with_key(|package| tests_of(package));
            if is_path(path) {
                let within = format!("{path}::");
                if tests.contains(path) {
                    module = path.rsplit_once("::").unwrap().0.to_owned();
                    named += 1;
                } else if tests.iter().any(|test| test.starts_with(&within)) {
                    module = path.to_owned();
                    named += 1;
                } else {
                    wrong.push(format!("line {line}, {clause}: {package} {path}"));
                }
            } else if is_test_name(path) {
                if tests.contains(&format!("{module}::{path}")) {
                    named += 1;
                } else {
                    wrong.push(format!("line {line}, {clause}: {package} {module}::{path}"));
                }
            }
        }
        count += named;
        if place.starts_with("done") && named == 0 && !place.contains("see ") {
            wrong.push(format!("line {line}, {clause}: done, and no test is named"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(count > 200, "{count} tests are named");
}

#[test]
fn every_row_says_where_its_clause_stands_and_none_is_missing() {
    let ledger = std::fs::read_to_string(here("docs/doc9303.md")).unwrap();
    let states = ["done", "n/a", "caller"];
    let unknown: Vec<_> = rows(&ledger)
        .into_iter()
        .filter(|row| !states.iter().any(|state| row.place.starts_with(state)))
        .map(|row| format!("line {}, {}: {}", row.line, row.clause, row.place))
        .collect();
    assert!(unknown.is_empty(), "{}", unknown.join("\n"));
    for part in ["3", "4", "5", "6", "7", "10", "11", "12", "13"] {
        assert!(ledger.contains(&format!("\n## Part {part}, ")), "part {part}");
    }
}
