//! Stores, disks, folders and ports that do not do as they should.

use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::Command;

use persoline_domain::identifiers::Sequence;
use persoline_domain::order::OrderState;
use persoline_domain::store::Store;

use crate::support::{Centre, Ended, check_books, events, persoline, plain, sample_records, wait_for};

#[test]
fn a_file_that_is_no_store_is_told_and_left_alone() {
    let centre = Centre::with_keys();
    let garbage = b"this is no store, but somebody may need it".repeat(100);
    std::fs::write(centre.store_file(), &garbage).expect("a file");
    let records = centre.write_records("orders.jsonl", &sample_records()[..1]);
    for command in
        [&["status"][..], &["run"], &["intake", "--unsigned", &records], &["stock", "reconcile"], &["store", "rebuild"]]
    {
        centre.run(command).with(5, &["store.sqlite", "is not a store", "--data"]);
    }
    assert_eq!(std::fs::read(centre.store_file()).expect("the file"), garbage);
}

#[test]
fn a_damaged_store_is_not_worked_with() {
    let centre = Centre::with_blanks(2, 2);
    centre.feed("orders.jsonl", &sample_records()[..1]).with(0, &[]);
    let mut bytes = std::fs::read(centre.store_file()).expect("the store");
    let middle = bytes.len() / 2;
    bytes[4096..middle].fill(0x5A);
    std::fs::write(centre.store_file(), bytes).expect("the store");
    centre.run(&["run", "--scale", "1000"]).with(5, &["damaged"]);
}

#[test]
fn a_folder_without_a_centre_is_told_with_its_remedy() {
    let centre = Centre::empty();
    for command in [&["status"][..], &["run"], &["show", "UTP-1"], &["stock", "reconcile"], &["keys", "status"]] {
        centre.run(command).with(3, &["does not exist", "keys ceremony", "--data"]);
    }
    assert!(!centre.data.exists(), "a question makes nothing");
    // A file where the folder should be.
    let file = centre.write_input("file", b"");
    let mut asked = persoline();
    asked.args(["--data", &file, "keys", "ceremony"]).env("PERSOLINE_PASSPHRASE", "some");
    let ended = asked.output().expect("the program starts");
    assert_eq!(ended.status.code(), Some(5), "{ended:?}");
    // Settings that are none.
    let centre = Centre::with_keys();
    std::fs::write(centre.data.join("centre.json"), "{\"state\": ").expect("a file");
    centre.run(&["status"]).with(3, &["centre.json", "mend the file"]);
}

#[test]
fn two_runs_at_once_are_refused_and_questions_are_not() {
    let centre = Centre::with_blanks(4, 4);
    centre.feed("orders.jsonl", &sample_records()[..2]).with(0, &[]);
    let mut first = centre.start(&["run", "--scale", "100", "--stay"]);
    let store = centre.store();
    wait_for(&mut first, || events(&store, Sequence(0)).iter().any(|event| event.kind == "bound").then_some(()))
        .expect("the run works");
    let busy = ["another program is writing to it", "end that program first"];
    centre.run(&["run"]).with(5, &busy);
    centre.run(&["store", "rebuild"]).with(5, &busy);
    centre.run(&["status"]).with(0, &["difference 0"]);
    centre.run(&["stock", "reconcile"]).with(0, &["difference 0"]);
    first.signal("INT");
    first.wait().with(0, &["interrupted"]);
    centre.run(&["run", "--scale", "1000"]).with(0, &["finished 2 in all"]);
}

#[test]
fn a_port_in_use_is_told_before_anything_is_done() {
    let taken = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = taken.local_addr().expect("an address").to_string();
    let centre = Centre::with_blanks(2, 2);
    let begun = centre.store().newest_events(1).expect("events");
    centre.run(&["run", "--dashboard", &address]).with(7, &[&address, "--dashboard"]);
    assert_eq!(centre.store().newest_events(1).expect("events"), begun);
    let folder = centre.input("demo");
    let demo = ["--data", &folder, "demo", "--exit", "--dashboard", &address];
    plain(&demo).with(7, &[&address, "--dashboard"]);
    assert!(!Path::new(&folder).exists());
    centre.run(&["run", "--dashboard", "somewhere"]).with(2, &["--dashboard"]);
}

#[test]
fn the_demo_does_the_whole_job() {
    let folder = tempfile::tempdir().expect("a folder");
    let data = folder.path().join("demo").display().to_string();
    let ended = plain(&["--data", &data, "demo", "--exit", "--json", "--scale", "1000", "--dashboard", "127.0.0.1:0"]);
    let summary = ended.with(0, &[]).json();
    assert_eq!(
        (&summary["documents_good"], &summary["run"]["stock_difference"]),
        (&252.into(), &0.into()),
        "{summary}"
    );
    assert_eq!((&summary["held"], &summary["run"]["ended"]), (&0.into(), &"done".into()), "{summary}");
    // First pieces were approved by a person, and the count by hand agreed with the books.
    assert!(summary["first_pieces_approved"].as_u64() >= Some(2), "{summary}");
    assert!(summary["shift_closed"].as_u64().is_some(), "{summary}");
    assert_eq!(summary["run"]["reports"][0]["done"], true, "{summary}");
    for stage in ["sign", "render", "verify"] {
        assert!(summary["milliseconds_per_stage"][stage].as_f64().is_some_and(|time| time > 0.0), "{summary}");
    }
    plain(&["--data", &data, "stock", "reconcile"]).with(0, &["received 640", "difference 0"]);
    plain(&["--data", &data, "store", "rebuild"]).with(0, &["the chain holds"]);
    plain(&["--data", &data, "demo", "--exit", "--dashboard", "127.0.0.1:0"]).with(3, &["holds a centre already"]);
}

#[test]
fn on_a_full_disk_it_stops_with_nothing_lost_and_goes_on_when_there_is_room() {
    let folder = tempfile::tempdir().expect("a folder");
    let Some(disk) = SmallDisk::mount(&folder.path().join("disk")) else {
        println!("not run: this account may not mount a small disk");
        return;
    };
    let centre = Centre::at(disk.0.join("data"), folder);
    centre.run(&["keys", "ceremony"]).with(0, &[]);
    centre.receive(12, 12);
    let records = sample_records();
    centre.feed("first.jsonl", &records[..4]).with(0, &["4 accepted"]);

    disk.fill(0);
    let refused = centre.feed("more.jsonl", &records[4..12]);
    refused.with(5, &["the disk is full", "make room"]);
    centre.run(&["run", "--scale", "1000"]).with(5, &["make room"]);
    centre.run(&["status"]).with(5, &["full", "make room"]);

    // Room that runs out amid the work.
    disk.make_room();
    check_books(&centre.store(), 4);
    centre.feed("more.jsonl", &records[4..12]).with(0, &["8 accepted"]);
    disk.fill(600);
    centre.run(&["run", "--scale", "1000"]).with(5, &["make room"]);

    disk.make_room();
    check_books(&centre.store(), 12);
    centre.run(&["run", "--scale", "1000"]).with(0, &["done: nothing waits", "difference 0"]);
    let store = centre.store();
    check_books(&store, 12);
    let counts = store.counts().expect("counts");
    assert_eq!(counts.count(OrderState::Finished) + counts.count(OrderState::Held), 12, "{counts:?}");
    println!(
        "after a full disk: {} finished, {} held",
        counts.count(OrderState::Finished),
        counts.count(OrderState::Held)
    );
    drop(store);
    centre.run(&["store", "rebuild"]).with(0, &["the chain holds"]);
}

/// A small disk in memory.
struct SmallDisk(PathBuf);

impl SmallDisk {
    fn mount(place: &Path) -> Option<SmallDisk> {
        std::fs::create_dir_all(place).expect("a folder");
        let mounted = Command::new("mount").args(["-t", "tmpfs", "-o", "size=96m", "none"]).arg(place).output().ok()?;
        mounted.status.success().then(|| SmallDisk(place.to_owned()))
    }

    /// Fills it up to so many kilobytes.
    fn fill(&self, left: usize) {
        use std::io::Write;
        let mut ballast = std::fs::File::create(self.0.join("ballast")).expect("a file");
        while ballast.write_all(&[0; 4096]).is_ok() {}
        let length = ballast.metadata().expect("a file").len();
        ballast.set_len(length.saturating_sub(left as u64 * 1024)).expect("a file");
    }

    fn make_room(&self) {
        std::fs::remove_file(self.0.join("ballast")).expect("the ballast");
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("-l").arg(&self.0).status();
    }
}

/// In a container or under a supervisor no session says whose account it is; the system's list of accounts does.
#[test]
fn an_act_bears_the_name_of_the_account_that_no_session_tells() {
    let centre = Centre::with_keys();
    centre.feed("orders.jsonl", &sample_records()[..1]).with(0, &[]);
    let number = sample_records()[0]["application_number"].as_str().expect("a number").to_owned();
    let mut hold = centre.command(&["order", "hold", &number]);
    hold.env_remove("USER").env_remove("LOGNAME");
    let account = std::process::Command::new("id").arg("-un").output().expect("id starts");
    if !account.status.success() {
        Ended::of(hold.output().expect("the program starts")).with(3, &["--actor"]);
        return;
    }
    let account = String::from_utf8(account.stdout).expect("a name").trim().to_owned();
    Ended::of(hold.output().expect("the program starts")).with(0, &[]);
    let log = events(&centre.store(), Sequence(0));
    let actor = format!("person:{account}");
    assert!(log.iter().any(|event| event.actor == actor), "{log:?}");
}
