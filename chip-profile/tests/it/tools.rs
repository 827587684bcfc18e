//! Programs of others, published files, and what is told when they are not there.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Threads that judge at once.
const THREADS: usize = 2;

/// The folder of published files that are not part of the project.
pub(crate) fn vectors() -> Option<PathBuf> {
    let Some(folder) = std::env::var_os("PERSOLINE_SHARED") else {
        missing("no test data");
        return None;
    };
    Some(PathBuf::from(folder).join("vectors"))
}

/// Says what a test has to go without; a failure in CI, where nothing may be left out.
pub(crate) fn missing(what: &str) {
    assert!(std::env::var("CI").as_deref() != Ok("true"), "{what}");
    println!("not run: {what}");
}

/// Runs OpenSSL; whether it ended well, and all that it said.
pub(crate) fn openssl(arguments: &[&str]) -> (bool, String) {
    let output = Command::new("openssl").args(arguments).stdin(Stdio::null()).output();
    let output = output.expect("the openssl program is needed by these tests");
    (output.status.success(), String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned())
}

/// What OpenSSL says of what it is to do well.
pub(crate) fn openssl_well(arguments: &[&str]) -> String {
    let (good, text) = openssl(arguments);
    assert!(good, "openssl {}: {text}", arguments.join(" "));
    text
}

/// The lines that a script says of the lines that it is given, with packages of npm beside it; `None` without them.
pub(crate) fn node(script: &str, lines: &[String]) -> Option<Vec<String>> {
    let Some(folder) = std::env::var_os("PERSOLINE_NODE") else {
        missing("no Node with the packages of tests/node/package.json");
        return None;
    };
    let mut program = Command::new("node");
    program.args(["--input-type=module", "-e", script]).current_dir(folder);
    Some(converse(&mut program, lines))
}

/// The same for a program of `PERSOLINE_STRANGERS`.
pub(crate) fn stranger(name: &str, lines: &[String]) -> Option<Vec<String>> {
    let Some(folder) = std::env::var_os("PERSOLINE_STRANGERS") else {
        missing("no readers of others");
        return None;
    };
    Some(converse(&mut Command::new(Path::new(&folder).join(name)), lines))
}

/// One line out for each line in.
fn converse(program: &mut Command, lines: &[String]) -> Vec<String> {
    let mut child = program.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    let input: String = lines.iter().map(|line| format!("{line}\n")).collect();
    let mut writer = child.stdin.take().unwrap();
    let writing = std::thread::spawn(move || writer.write_all(input.as_bytes()));
    let output = child.wait_with_output().unwrap();
    writing.join().unwrap().unwrap();
    assert!(output.status.success(), "{program:?}");
    let said: Vec<String> = String::from_utf8(output.stdout).unwrap().lines().map(str::to_owned).collect();
    assert_eq!(said.len(), lines.len(), "{said:?}");
    said
}

/// Does something with every item, on two threads; the answers in the order of the items.
pub(crate) fn each<Item: Sync, Answer: Send>(items: &[Item], work: impl Fn(&Item) -> Answer + Sync) -> Vec<Answer> {
    let (next, answers) = (AtomicUsize::new(0), Mutex::new(Vec::new()));
    std::thread::scope(|scope| {
        for _ in 0..THREADS {
            scope.spawn(|| {
                loop {
                    let index = next.fetch_add(1, Ordering::Relaxed);
                    let Some(item) = items.get(index) else { break };
                    let answer = work(item);
                    answers.lock().unwrap().push((index, answer));
                }
            });
        }
    });
    let mut answers = answers.into_inner().unwrap();
    answers.sort_by_key(|(index, _)| *index);
    assert_eq!(answers.len(), items.len());
    answers.into_iter().map(|(_, answer)| answer).collect()
}

/// The place of `part` in `whole`.
pub(crate) fn find(whole: &[u8], part: &[u8]) -> usize {
    whole.windows(part.len()).position(|window| window == part).expect("the part is there")
}
