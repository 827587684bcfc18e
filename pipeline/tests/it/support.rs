//! A centre in a folder of its own, worked on with the program as a person at a command line would.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use persoline_domain::identifiers::Sequence;
use persoline_domain::store::{EventRecord, Store};
use persoline_store::SqliteStore;
use serde_json::Value;
use tempfile::TempDir;

/// The passphrase of every centre here.
pub(crate) const PASSPHRASE: &str = "for trials only";
/// Longest wait for anything; a test that waits longer has found a standstill.
pub(crate) const PATIENCE: Duration = Duration::from_secs(120);

/// A centre's data folder, with inputs in a folder beside it.
pub(crate) struct Centre {
    pub(crate) data: PathBuf,
    pub(crate) inputs: PathBuf,
    deliveries: AtomicU32,
    _folder: TempDir,
}

/// How a command ended.
#[derive(Debug)]
pub(crate) struct Ended {
    pub(crate) code: Option<i32>,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Ended {
    pub(crate) fn of(output: Output) -> Ended {
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("answers are UTF-8");
        Ended { code: output.status.code(), out: text(output.stdout), err: text(output.stderr) }
    }

    /// Checks the exit code and that the words are told, on either stream.
    pub(crate) fn with(self, code: i32, words: &[&str]) -> Ended {
        assert_eq!(self.code, Some(code), "{self:#?}");
        for word in words {
            assert!(self.out.contains(word) || self.err.contains(word), "`{word}` is not in {self:#?}");
        }
        assert!(!self.err.contains("panicked"), "{self:#?}");
        self
    }

    /// The answer as JSON.
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.out).unwrap_or_else(|error| panic!("{error}: {self:#?}"))
    }
}

/// The program, not yet told what to do.
pub(crate) fn persoline() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_persoline"));
    command.env_remove("PERSOLINE_DATA").env_remove("PERSOLINE_PASSPHRASE").env_remove("RUST_LOG");
    command.stdin(Stdio::null());
    command
}

/// Runs it with these arguments alone.
pub(crate) fn plain(arguments: &[&str]) -> Ended {
    Ended::of(persoline().args(arguments).output().expect("the program starts"))
}

impl Centre {
    /// A folder without anything in it.
    pub(crate) fn empty() -> Centre {
        let folder = tempfile::tempdir().expect("a folder for trials");
        Centre::at(folder.path().join("data"), folder)
    }

    /// A data folder at another place than the inputs.
    pub(crate) fn at(data: PathBuf, folder: TempDir) -> Centre {
        let inputs = folder.path().join("inputs");
        std::fs::create_dir_all(&inputs).expect("a folder for inputs");
        Centre { data, inputs, deliveries: AtomicU32::new(0), _folder: folder }
    }

    /// With keys.
    pub(crate) fn with_keys() -> Centre {
        let centre = Centre::empty();
        centre.run(&["keys", "ceremony"]).with(0, &["keys for UTO"]);
        centre
    }

    /// With keys and blanks.
    pub(crate) fn with_blanks(passport_32: u32, passport_48: u32) -> Centre {
        let centre = Centre::with_keys();
        centre.receive(passport_32, passport_48);
        centre
    }

    /// Receives invented blanks, other ones each time.
    pub(crate) fn receive(&self, passport_32: u32, passport_48: u32) {
        let number = self.deliveries.fetch_add(1, Ordering::Relaxed);
        let file = self.input(&format!("delivery-{number}.csv"));
        let (few, many, first) = (passport_32.to_string(), passport_48.to_string(), (number * 10_000 + 1).to_string());
        let arguments =
            ["stock", "invent", "--passport-32", &few, "--passport-48", &many, "--first", &first, "--out", &file];
        self.run(&arguments).with(0, &[]);
        self.run(&["stock", "receive", &file]).with(0, &["received"]);
        let (delivery, counted) = (format!("delivery-{number}.csv"), (passport_32 + passport_48).to_string());
        self.run(&["stock", "store", &delivery, "--counted", &counted]).with(0, &["counted into the vault"]);
    }

    /// Changes `centre.json`.
    pub(crate) fn set(&self, change: impl FnOnce(&mut Value)) {
        let file = self.data.join("centre.json");
        let mut settings = serde_json::from_slice(&std::fs::read(&file).expect("settings")).expect("JSON");
        change(&mut settings);
        std::fs::write(&file, settings.to_string()).expect("settings");
    }

    /// The reports in the file that every new centre has, in their order.
    pub(crate) fn reports(&self) -> Vec<Value> {
        let text = std::fs::read_to_string(self.data.join("reports.jsonl")).unwrap_or_default();
        text.lines().map(|line| serde_json::from_str(line).expect("a report")).collect()
    }

    /// The program for this centre, passphrase given.
    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = persoline();
        command.arg("--data").arg(&self.data).args(arguments).env("PERSOLINE_PASSPHRASE", PASSPHRASE);
        command.env("USER", "tester");
        command
    }

    /// Runs it to its end.
    pub(crate) fn run(&self, arguments: &[&str]) -> Ended {
        Ended::of(self.command(arguments).output().expect("the program starts"))
    }

    /// Starts it and leaves it running.
    pub(crate) fn start(&self, arguments: &[&str]) -> Running {
        let mut command = self.command(arguments);
        command.stdout(Stdio::piped()).stderr(Stdio::piped());
        Running::of(command)
    }

    /// Starts it so that it logs what it does.
    pub(crate) fn start_with(&self, arguments: &[&str], log: &str) -> Running {
        let mut command = self.command(arguments);
        command.env("RUST_LOG", log).stdout(Stdio::piped()).stderr(Stdio::piped());
        Running::of(command)
    }

    /// The place of an input, as text.
    pub(crate) fn input(&self, name: &str) -> String {
        self.inputs.join(name).display().to_string()
    }

    /// Writes records as a file that can be fed, their pictures beside it.
    pub(crate) fn write_records(&self, name: &str, records: &[Value]) -> String {
        for picture in records.iter().flat_map(|record| [&record["portrait"]["file"], &record["signature"]["file"]]) {
            let Some(picture) = picture.as_str() else { continue };
            let (from, to) = (samples().join(picture), self.inputs.join(picture));
            if from.is_file() && !to.exists() {
                std::fs::create_dir_all(to.parent().expect("a folder")).expect("a folder");
                std::fs::copy(from, to).expect("a copy");
            }
        }
        let lines: Vec<String> = records.iter().map(Value::to_string).collect();
        self.write_input(name, format!("{}\n", lines.join("\n")).as_bytes())
    }

    /// Writes an input file.
    pub(crate) fn write_input(&self, name: &str, bytes: &[u8]) -> String {
        std::fs::write(self.inputs.join(name), bytes).expect("an input file");
        self.input(name)
    }

    /// Feeds records.
    pub(crate) fn feed(&self, name: &str, records: &[Value]) -> Ended {
        let file = self.write_records(name, records);
        self.run(&["intake", "--unsigned", &file])
    }

    /// The store's file.
    pub(crate) fn store_file(&self) -> PathBuf {
        self.data.join("store.sqlite")
    }

    /// The store, for looking.
    pub(crate) fn store(&self) -> SqliteStore {
        SqliteStore::open_read_only(&self.store_file()).expect("a store")
    }
}

/// A program that was started. What it says is read as it comes, so that a full pipe never stops it.
pub(crate) struct Running {
    child: Child,
    out: Reader,
    err: Reader,
    /// The folder it works in, if it was named.
    data: Option<PathBuf>,
}

/// Reads a stream in a thread of its own.
struct Reader {
    text: Arc<Mutex<String>>,
    thread: Option<JoinHandle<()>>,
}

impl Reader {
    fn of(stream: impl Read + Send + 'static) -> Reader {
        let text = Arc::new(Mutex::new(String::new()));
        let told = Arc::clone(&text);
        let thread = std::thread::spawn(move || {
            let mut lines = BufReader::new(stream);
            let mut line = String::new();
            while lines.read_line(&mut line).is_ok_and(|length| length > 0) {
                told.lock().expect("no reader panics").push_str(&std::mem::take(&mut line));
            }
        });
        Reader { text, thread: Some(thread) }
    }

    fn text(&self) -> String {
        self.text.lock().expect("no reader panics").clone()
    }

    fn all(&mut self) -> String {
        if let Some(thread) = self.thread.take() {
            thread.join().expect("no reader panics");
        }
        self.text()
    }
}

impl Running {
    fn of(mut command: Command) -> Running {
        let data = command.get_args().skip_while(|argument| *argument != "--data").nth(1).map(PathBuf::from);
        let mut child = command.spawn().expect("the program starts");
        let out = Reader::of(child.stdout.take().expect("a pipe"));
        let err = Reader::of(child.stderr.take().expect("a pipe"));
        Running { child, out, err, data }
    }

    /// Whether it has ended by itself.
    pub(crate) fn has_ended(&mut self) -> bool {
        self.child.try_wait().expect("a child of ours").is_some()
    }

    /// The first line of its answer, once it is there.
    pub(crate) fn first_line(&mut self) -> String {
        let out = Arc::clone(&self.out.text);
        let first = || out.lock().expect("no reader panics").lines().next().map(str::to_owned);
        wait_for(self, first).expect("an answer")
    }

    /// What it said last, and the newest events of its store, for a test that waited in vain.
    pub(crate) fn sight(&self) -> String {
        let err = self.err.text.lock().expect("no reader panics").clone();
        let store = self.data.as_ref().and_then(|data| SqliteStore::open_read_only(&data.join("store.sqlite")).ok());
        let newest = store.and_then(|store| store.newest_events(60).ok()).unwrap_or_default();
        let events: Vec<String> = newest
            .iter()
            .map(|e| format!("{} {} {} order {:?} job {:?} {}", e.at, e.kind, e.actor, e.order, e.job, e.detail))
            .collect();
        let said: Vec<&str> = err.lines().rev().take(6).collect();
        format!("it said last\n{}\nnewest events\n{}", said.join("\n"), events.join("\n"))
    }

    /// Kills it with SIGKILL.
    pub(crate) fn kill(mut self) -> Ended {
        self.child.kill().expect("a child of ours");
        self.wait()
    }

    /// Sends a signal by name.
    pub(crate) fn signal(&self, name: &str) {
        let order = format!("kill -{name} {}", self.child.id());
        assert!(Command::new("sh").args(["-c", &order]).status().expect("a shell").success());
    }

    /// Waits for its end.
    pub(crate) fn wait(mut self) -> Ended {
        let code = self.child.wait().expect("a child of ours").code();
        Ended { code, out: self.out.all(), err: self.err.all() }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // A test that failed leaves no program behind.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The folder of the sample set.
pub(crate) fn samples() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("samples")
}

/// The records of the sample set that everybody can take: one order for each person.
pub(crate) fn sample_records() -> Vec<Value> {
    let text = std::fs::read_to_string(samples().join("applications.jsonl")).expect("the sample set");
    text.lines().map(|line| serde_json::from_str(line).expect("a record")).collect()
}

/// Waits until `look` finds something; `None` when the program ended before.
pub(crate) fn wait_for<T>(running: &mut Running, mut look: impl FnMut() -> Option<T>) -> Option<T> {
    let begun = Instant::now();
    loop {
        if let Some(found) = look() {
            return Some(found);
        }
        if running.has_ended() {
            return look();
        }
        assert!(begun.elapsed() < PATIENCE, "a standstill: {}", running.sight());
        std::thread::sleep(Duration::from_millis(1));
    }
}

/// What the dashboard answers to a request.
pub(crate) fn asked(address: &str, head: &str, body: &str) -> String {
    let mut stream = TcpStream::connect(address).expect("the dashboard");
    let length = body.len();
    write!(stream, "{head} HTTP/1.1\r\nHost: {address}\r\nOrigin: http://{address}\r\nConnection: close\r\n")
        .expect("a head");
    let form = "Content-Type: application/x-www-form-urlencoded";
    write!(stream, "{form}\r\nContent-Length: {length}\r\n\r\n{body}").expect("a body");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).expect("an answer");
    answer
}

/// Every event so far, after a position.
pub(crate) fn events(store: &SqliteStore, after: Sequence) -> Vec<EventRecord> {
    let mut all = Vec::new();
    let mut last = after;
    loop {
        let page = store.events_after(last, 512).expect("events");
        let Some(newest) = page.last() else { return all };
        last = newest.sequence;
        all.extend(page);
    }
}

/// What must be true of a store at every moment: books that add up, no serial bound twice, one good booklet at most for an
/// order, counters that agree with what they count, and `orders` orders, none lost.
pub(crate) fn check_books(store: &SqliteStore, orders: u64) {
    use persoline_domain::booklet::BookletState;
    let books = store.reconcile().expect("books");
    assert_eq!(books.difference(), 0, "{books:?}");
    let counts = store.counts().expect("counts");
    assert_eq!(counts.by_state.iter().map(|(_, count)| count).sum::<u64>(), orders, "{counts:?}");
    let mut bound = BTreeMap::new();
    for event in events(store, Sequence(0)).into_iter().filter(|event| event.kind == "bound") {
        let serial = event.serial.expect("a binding names a serial");
        assert_eq!(bound.insert(serial.clone(), event.job), None, "{serial} is bound twice");
    }
    let good = store.booklets(BookletState::Good, None, None, 100_000).expect("booklets");
    let mut owners: Vec<_> = good.iter().map(|record| record.order).collect();
    owners.sort();
    owners.dedup();
    assert_eq!(owners.len(), good.len(), "an order has two good booklets");
    check_reports(store, &good);
}

/// Every good document that waits for nobody is reported as issued, and no report is there twice.
fn check_reports(store: &SqliteStore, good: &[persoline_domain::store::BookletRecord]) {
    use persoline_domain::store::OutboxKind;
    let entries = store.outbox(Sequence(0), 100_000).expect("the outbox");
    let keys: std::collections::BTreeSet<&str> = entries.iter().map(|entry| entry.key.as_str()).collect();
    assert_eq!(keys.len(), entries.len(), "a report is in the outbox twice");
    let pending: Vec<_> = store.inspections(10_000).expect("inspections").into_iter().map(|i| i.serial).collect();
    for record in good.iter().filter(|record| !pending.contains(&record.blank.serial)) {
        let is_issued = |entry: &&persoline_domain::store::OutboxEntry| {
            entry.kind == OutboxKind::Issued && entry.serial == record.blank.serial
        };
        assert_eq!(entries.iter().filter(is_issued).count(), 1, "{} is not reported", record.blank.serial);
    }
}
