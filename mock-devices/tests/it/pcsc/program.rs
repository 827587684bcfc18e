//! The program itself: what it says and how it ends.

use std::net::TcpListener;
use std::process::{Command, Output};

fn run(words: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_mock-chip")).args(words).output().unwrap()
}

#[test]
fn every_trouble_has_its_exit_code_and_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let place = folder.path().join("chip");
    let place = place.to_str().unwrap();
    let made = run(&["--specimen", place, "--seed", "1"]);
    assert!(made.status.success());
    let line = String::from_utf8(made.stdout).unwrap();
    assert!(line.starts_with("{\"mrz\":\"P<UTOERIKSSON<<ANNA<MARIA<") && line.contains("\"can\":\""), "{line}");

    let empty = folder.path().to_str().unwrap();
    for (words, code, told) in [
        (vec!["--port", "7"], 2, "--vpcd"),
        (vec!["--vpcd", empty], 3, "holds no elementary file"),
        (vec!["--specimen", place], 3, "there is a chip already"),
        // Nobody listens at port 1.
        (vec!["--vpcd", place, "--port", "1", "--attempts", "1"], 4, "is pcscd running with vpcd?"),
        (vec!["--vpcd", place, "--host", "192.0.2.1"], 4, "another computer"),
    ] {
        let output = run(&words);
        let complaint = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(code), "{words:?}: {complaint}");
        assert!(complaint.contains(told), "{complaint}");
    }
}

#[test]
fn a_chip_that_never_answers_and_a_reader_that_is_none_end_the_program() {
    let folder = tempfile::tempdir().unwrap();
    let place = folder.path().join("chip");
    let place = place.to_str().unwrap();
    assert!(run(&["--specimen", place, "--seed", "1"]).status.success());
    for (message, more, code) in [(&b"\x00\x05\x00\xA4\x00\x0C\x00"[..], "mute", 5), (b"\x00\x01\x09", "slow=1", 6)] {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port().to_string();
        let chip = Command::new(env!("CARGO_BIN_EXE_mock-chip"))
            .args(["--vpcd", place, "--port", &port, "--attempts", "1", "--fault", more])
            .spawn()
            .unwrap();
        let (mut stream, _) = listener.accept().unwrap();
        std::io::Write::write_all(&mut stream, message).unwrap();
        assert_eq!(chip.wait_with_output().unwrap().status.code(), Some(code));
    }
}
