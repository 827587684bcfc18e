//! Machines paused, drained and resumed by another program while the line runs.

use persoline_domain::booklet::BookletState;
use persoline_domain::order::OrderState;
use persoline_domain::store::Store;
use persoline_store::SqliteStore;

use crate::support::{Centre, asked, check_books, sample_records, wait_for};

/// Takes a machine out of the settings.
fn remove(centre: &Centre, machine: &str) {
    centre.set(|settings| {
        let machines = settings["machines"].as_array_mut().expect("machines");
        machines.retain(|settings| settings["name"] != machine);
        assert_eq!(machines.len(), 1);
    });
}

fn finished(store: &SqliteStore) -> u64 {
    store.counts().expect("counts").count(OrderState::Finished)
}

fn on_machines(store: &SqliteStore) -> u64 {
    let counts = store.counts().expect("counts");
    counts.by_state.iter().filter(|(state, _)| state.is_on_machine()).map(|(_, count)| count).sum()
}

#[test]
fn a_running_line_obeys_what_another_program_says_of_its_machines() {
    let centre = Centre::with_blanks(60, 40);
    let records = sample_records();
    centre.feed("orders.jsonl", &records[..30]).with(0, &[]);
    // Slow enough that two programs start before the last order is on a machine.
    let mut run = centre.start(&["run", "--scale", "25", "--stay"]);
    let store = centre.store();
    wait_for(&mut run, || (finished(&store) > 0).then_some(())).expect("the line works");

    let paused = centre.run(&["machine", "pause", "north", "--json"]).with(0, &[]).json();
    assert_eq!((&paused["paused"], &paused["draining"]), (&true.into(), &false.into()));
    let drained = centre.run(&["machine", "drain", "south", "--json"]).with(0, &[]).json();
    assert_eq!((&drained["paused"], &drained["draining"]), (&false.into(), &true.into()));
    // Both end what they have and take nothing new.
    wait_for(&mut run, || (on_machines(&store) == 0).then_some(())).expect("the machines empty themselves");
    let then = finished(&store);
    std::thread::sleep(std::time::Duration::from_millis(1500));
    assert_eq!((finished(&store), on_machines(&store)), (then, 0));
    assert!(then < 30, "all was done before anybody could say a word");

    for machine in ["north", "south"] {
        centre.run(&["machine", "resume", machine, "--actor", "leader"]).with(0, &["resumed"]);
    }
    wait_for(&mut run, || (finished(&store) == 30).then_some(())).expect("the rest is done");
    run.signal("INT");
    run.wait().with(0, &["interrupted"]);
    check_books(&store, 30);
    let newest = store.newest_events(200).expect("events");
    let resumed = newest.iter().filter(|event| event.kind == "machine_resumed" && event.actor == "person:leader");
    assert_eq!(resumed.count(), 2);
}

#[test]
fn a_run_that_nobody_lets_work_ends_and_says_what_people_have_to_do() {
    let centre = Centre::with_blanks(4, 4);
    centre.feed("orders.jsonl", &sample_records()[..1]).with(0, &[]);
    for machine in ["north", "south"] {
        centre.run(&["machine", "pause", machine]).with(0, &["paused"]);
    }
    let ended = centre.run(&["run", "--scale", "1000"]);
    ended.with(1, &["until people act", "machine north is paused: `persoline machine resume north`", "waiting 1"]);
    centre.run(&["machine", "clear", "north"]).with(3, &[]);
    centre.run(&["machine", "pause", "nowhere"]).with(3, &["there is no machine nowhere", "north, south"]);
}

#[test]
fn what_a_machine_had_that_is_in_the_settings_no_more_is_made_by_others() {
    let centre = Centre::with_blanks(150, 0);
    let records: Vec<_> =
        sample_records().into_iter().filter(|record| record["document_type"] == "passport_32").collect();
    let count = 12;
    centre.feed("orders.jsonl", &records[..count]).with(0, &[]);
    let mut run = centre.start(&["run", "--scale", "20"]);
    let store = centre.store();
    let is_bound =
        |machine: &str| !store.booklets(BookletState::InWork, Some(&machine.into()), None, 1).unwrap().is_empty();
    wait_for(&mut run, || is_bound("south").then_some(())).expect("south has a booklet in work");
    run.signal("KILL");
    let _ = run.wait();
    remove(&centre, "south");
    let ended = centre.run(&["run", "--scale", "1000"]);
    ended.with(0, &["their machine", "south"]);
    assert!(store.open_jobs(&"south".into()).unwrap().is_empty());
    assert_eq!(on_machines(&store), 0);
    let counts = store.counts().unwrap();
    assert_eq!(counts.count(OrderState::Finished) + counts.count(OrderState::Held), count as u64);
    assert!(!store.booklets(BookletState::Quarantined, Some(&"south".into()), None, 1).unwrap().is_empty());
    // Blanks that lay in its feeder come back from it.
    let left = store.booklets(BookletState::Loaded, Some(&"south".into()), None, 1).unwrap();
    let serial = &left.first().expect("a blank in its feeder").blank.serial.0;
    centre.run(&["stock", "unload", "south", serial]).with(0, &["back in the vault from south"]);
}

#[test]
fn who_acknowledged_an_alarm_stands_in_the_log() {
    let centre = Centre::with_blanks(6, 6);
    centre.feed("orders.jsonl", &sample_records()[..3]).with(0, &[]);
    let mut run = centre.start(&["run", "--scale", "400", "--stay", "--dashboard", "127.0.0.1:0"]);
    let line = run.first_line();
    let address = line.trim().strip_prefix("dashboard: http://").expect("an address").trim_end_matches('/').to_owned();
    // A feeder with a few blanks is low, which the machine says once it takes one out.
    let button = || {
        let pages = ["north", "south"].map(|machine| asked(&address, &format!("GET /machines/{machine}"), ""));
        let actions = pages.iter().flat_map(|page| page.split("formaction=\"").skip(1));
        let mut addresses = actions.filter_map(|rest| rest.split('"').next());
        addresses.find(|address| address.ends_with("/acknowledge")).map(str::to_owned)
    };
    let action = wait_for(&mut run, button).expect("an alarm");
    let answer = asked(&address, &format!("POST {action}"), "person=m.chan");
    assert!(answer.starts_with("HTTP/1.1 303") && answer.contains("done=acknowledge"), "{answer}");
    let [machine, alarm] = [2, 4].map(|at| action.split('/').nth(at).expect("a part").to_owned());
    let noted = || {
        let newest = centre.store().newest_events(400).expect("events");
        newest.into_iter().find(|event| event.kind == "alarm_acknowledged")
    };
    let event = noted().expect("the act");
    assert_eq!((event.actor.as_str(), event.machine), ("person:m.chan", Some(machine.as_str().into())));
    assert!(event.detail.ends_with(&format!(" {alarm}")), "{}", event.detail);
    // The machine was told: its alarm waits no longer.
    let is_told = || (!asked(&address, &format!("GET /machines/{machine}"), "").contains(&action)).then_some(());
    wait_for(&mut run, is_told).expect("the machine is told");
    run.signal("INT");
    run.wait().with(0, &["interrupted"]);
    centre.run(&["store", "rebuild"]).with(0, &["the chain holds"]);
    assert_eq!(noted().map(|event| event.sequence), Some(event.sequence));
}
