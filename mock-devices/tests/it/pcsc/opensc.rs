//! The file system as the tools of OpenSC see it, without any access.

use std::process::Command;

use chip_profile::lds::FileId;

use super::bench::{Bench, assert_read, missing, specimen};

fn tool(name: &str) -> Option<Command> {
    if Command::new(name).arg("--version").output().is_ok() {
        return Some(Command::new(name));
    }
    missing(&format!("no {name}"));
    None
}

/// Fails unless the last answer of a dump is `bytes`: sixteen on a line, and their characters behind them.
fn assert_dumped(answer: &str, bytes: &[u8], file: FileId) {
    let dump: Vec<&str> = answer.split("Received").last().unwrap_or_default().lines().skip(1).collect();
    assert!(answer.contains("Received") && dump.len() >= bytes.len().div_ceil(16), "{file}: {answer}");
    for (line, expected) in dump.iter().zip(bytes.chunks(16)) {
        let expected: String = expected.iter().map(|byte| format!("{byte:02X} ")).collect();
        assert!(line.starts_with(&expected), "{file}: {answer}");
    }
}

#[test]
fn opensc_tool_selects_and_reads_what_is_free_and_nothing_else() {
    let Some(mut program) = tool("opensc-tool") else { return };
    let specimen = specimen(|_| {});
    let Some(bench) = Bench::with(&specimen, &[]) else { return };
    let read = |commands: &[&str]| {
        let mut program = Command::new("opensc-tool");
        program.args(["--card-driver", "default"]);
        for command in commands {
            program.args(["--send-apdu", command]);
        }
        let output = bench.run(&mut program);
        String::from_utf8_lossy(&output.stdout).into_owned()
    };
    let listed = bench.run(program.args(["--list-readers", "--atr"]));
    let listed = String::from_utf8_lossy(&listed.stdout).into_owned();
    assert!(listed.contains("Virtual PCD 00 00") && listed.contains("3b:85:80:01:80:73:84:01:60:12"), "{listed}");

    for (file, number) in [(FileId::CARD_ACCESS, "011C"), (FileId::DIR, "2F00"), (FileId::ATR_INFO, "2F01")] {
        let answer = read(&["00A4000C023F00", &format!("00A4020C02{number}"), "00B0000000"]);
        assert_eq!(answer.matches("SW1=0x90, SW2=0x00").count(), 3, "{answer}");
        assert_dumped(&answer, &specimen.chip.files[&file], file);
    }
    // The application is there, and its files are there, but they are not to be read.
    let answer = read(&["00A4040C07A0000002471001", "00A4020C020101", "00B0000004", "00B0810004"]);
    assert_eq!(answer.matches("SW1=0x90, SW2=0x00").count(), 2, "{answer}");
    assert_eq!(answer.matches("SW1=0x69, SW2=0x82").count(), 2, "{answer}");
    let answer = read(&["00A4040C07A0000002471002", "00A4020C020111", "00D6000001FF", "00E0000000"]);
    assert!(!answer.contains("SW1=0x90"), "{answer}");
}

#[test]
fn opensc_explorer_walks_through_the_files() {
    if tool("opensc-explorer").is_none() {
        return;
    }
    let specimen = specimen(|_| {});
    let Some(bench) = Bench::with(&specimen, &[]) else { return };
    let place = bench.place("read");
    let script = place.join("script");
    let get = |number: &str, file: FileId| format!("get {number} {}\n", place.join(file.file_name()).display());
    let free = [("011C", FileId::CARD_ACCESS), ("2F00", FileId::DIR), ("2F01", FileId::ATR_INFO)];
    let mut words: String = free.iter().map(|(number, file)| get(number, *file)).collect();
    words.push_str("cd aid:A0000002471001\n");
    words.push_str(&get("0101", FileId::DG1));
    std::fs::write(&script, words).unwrap();
    let mut program = Command::new("opensc-explorer");
    let output = bench.run(program.args(["--card-driver", "default"]).arg(&script));
    let complaint = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_read(&place, &specimen, &free.map(|(_, file)| file));
    assert_eq!(complaint.matches("Read failed").count(), 1, "{complaint}");
    let read = std::fs::read(place.join(FileId::DG1.file_name())).unwrap_or_default();
    assert!(read.is_empty(), "{complaint}");
}
