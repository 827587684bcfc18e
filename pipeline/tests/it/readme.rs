//! The commands of README.md, given as they stand there.

use std::path::Path;
use std::process::Command;

use super::support::{Ended, persoline, samples};

/// The commands under "Working with it", one list for each block.
fn blocks() -> Vec<Vec<String>> {
    let readme = Path::new(env!("CARGO_MANIFEST_DIR")).join("../README.md");
    let text = std::fs::read_to_string(readme).unwrap();
    let (_, section) = text.split_once("\n## Working with it\n").expect("a section on working with it");
    let (section, _) = section.split_once("\n## ").expect("a section after it");
    let mut blocks = Vec::new();
    let mut block = Vec::new();
    for line in section.lines() {
        match line.strip_prefix("    ") {
            // The program is built, and any free port will do.
            Some(command) if command.starts_with("cargo ") => (),
            Some(command) => block.push(command.replace("127.0.0.1:8303", "127.0.0.1:0")),
            None if !block.is_empty() => blocks.push(std::mem::take(&mut block)),
            None => (),
        }
    }
    blocks
}

/// A folder as of a clone: with a few of the samples, for a test has less time than a reader.
fn clone() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let few = folder.path().join("pipeline/samples");
    std::fs::create_dir_all(&few).unwrap();
    let records = std::fs::read_to_string(samples().join("applications.jsonl")).unwrap();
    let records: Vec<&str> = records.lines().take(6).collect();
    std::fs::write(few.join("applications.jsonl"), format!("{}\n", records.join("\n"))).unwrap();
    for pictures in ["portraits", "signatures"] {
        std::fs::create_dir(few.join(pictures)).unwrap();
        for picture in std::fs::read_dir(samples().join(pictures)).unwrap() {
            let picture = picture.unwrap();
            std::fs::copy(picture.path(), few.join(pictures).join(picture.file_name())).unwrap();
        }
    }
    folder
}

fn shell(folder: &Path, script: &str) -> Ended {
    let program = persoline();
    let programs = Path::new(program.get_program()).parent().unwrap();
    let mut path = vec![programs.to_owned()];
    path.extend(std::env::split_paths(&std::env::var_os("PATH").unwrap_or_default()));
    let mut shell = Command::new("sh");
    shell.args(["-ec", script]).current_dir(folder).env("PATH", std::env::join_paths(path).unwrap());
    shell.env_remove("PERSOLINE_DATA").env_remove("PERSOLINE_PASSPHRASE").env_remove("RUST_LOG").env("USER", "tester");
    Ended::of(shell.output().unwrap())
}

#[test]
fn a_reader_who_types_what_the_readme_says_has_made_and_inspected_documents() {
    let folder = clone();
    let script = blocks().first().expect("a first block").join("\n");
    let told = shell(folder.path(), &script);
    told.with(0, &["6 accepted", "finished 6", "6 documents in documents", "ACCEPTED", "difference 0"]);
}

#[test]
fn every_other_command_of_the_readme_does_what_it_says() {
    let blocks = blocks();
    let (first, others) = blocks.split_first().expect("a first block");
    assert!(others.len() >= 3, "{others:?}");
    let folder = clone();
    // Up to where work begins: orders can still be held then.
    let before: Vec<&str> =
        first.iter().map(String::as_str).take_while(|line| !line.starts_with("persoline run")).collect();
    shell(folder.path(), &before.join("\n")).with(0, &["6 accepted"]);
    let settings: Vec<&str> = before.iter().copied().filter(|line| line.starts_with("export ")).collect();
    for command in others.iter().flatten() {
        let told = shell(folder.path(), &format!("{}\n{command}", settings.join("\n")));
        // Nothing has been made that could be rejected.
        if command.starts_with("persoline document reject") {
            told.with(3, &["K00000017"]);
        } else {
            told.with(0, &[]);
        }
    }
}
