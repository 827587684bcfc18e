//! The promises on real processes: the program, machines that are programs of their own, and links that a test can cut.
//!
//! `PERSOLINE_ROUNDS=SEED:ROUNDS` asks for another seed and more rounds. In each round everything runs, work waits, and at a
//! random moment or step a blow falls: a kill of host or machine or both, a link that is cut or hangs, a second host. After
//! every few rounds people do what is theirs, and what physically lies in and beside the machines is held against the books.

mod blow;
mod border;
mod cable;
mod chance;
mod count;
mod machine;
mod people;

use std::os::unix::fs::MetadataExt;
use std::time::{Duration, Instant};

use persoline_domain::identifiers::Sequence;
use persoline_domain::order::OrderState;
use persoline_domain::store::Store;
use persoline_store::SqliteStore;
use serde_json::{Value, json};

use self::blow::{Blow, Round, Tally};
use self::border::Border;
use self::chance::Chance;
use self::machine::{Links, Machine};
use crate::support::{Centre, Running, check_books, events, sample_records, wait_for};

/// Machine time per second of the machines' programs and of the host's waits.
const SCALE: &str = "100";
/// Rounds after which people act and everything is counted.
const SETTLED_EVERY: u32 = 10;
/// Orders that are kept open while blows fall.
const OPEN: u64 = 8;
/// Longest wait for a step at which a blow shall fall.
const STEP_WITHIN: Duration = Duration::from_millis(2_500);
/// Blanks of each kind that are received at once.
const BLANKS: u32 = 400;
/// How much of the sample set's variations there is: days of birth in a year that every month has.
const DAYS: usize = 28 * 12;

#[test]
fn rounds_of_kills_and_cut_links_keep_the_promises() {
    let (seed, rounds, within) = chance::asked();
    println!("seed {seed}, {rounds} rounds");
    let mut world = World::new(seed);
    let begun = Instant::now();
    for number in 1..=rounds {
        let round = Round::draw(&world.chance, world.machines.len());
        world.round(number, &round);
        if number % SETTLED_EVERY == 0 || number == rounds {
            world.settle();
            if begun.elapsed() > within {
                println!("it was time to end after {number} rounds");
                break;
            }
        }
    }
    world.end();
    world.tally.print();
    for blow in Blow::NAMES.iter().filter(|_| world.begun.len() >= 60) {
        assert!(world.tally.of(blow) > 0, "no round had the blow: {blow}");
    }
}

/// Everything there is.
struct World {
    centre: Centre,
    links: Links,
    machines: Vec<Machine>,
    host: Option<Running>,
    chance: Chance,
    border: Border,
    samples: Vec<Value>,
    fed: usize,
    tally: Tally,
    /// What stood last in the log at the beginning of each round, and its blow.
    begun: Vec<(Sequence, Blow)>,
    /// What stood last in the log whenever the host was killed.
    host_killed_at: Vec<Sequence>,
    /// What should not be, told together at the end.
    faults: Vec<String>,
}

impl World {
    fn new(seed: u64) -> World {
        let centre = Centre::with_keys();
        let links = Links::make(centre.inputs.join("links"));
        let state = centre.inputs.join("machines");
        let machine = |name, kind| Machine::new(name, kind, &state, &links);
        let machines = vec![
            machine("north", "passport-line"),
            machine("south", "passport-line"),
            machine("east", "engraving-line"),
        ];
        centre.set(|settings| {
            settings["machines"] = machines.iter().map(|machine| machine.settings(&links)).collect();
            settings["policy"] = json!({"remake_approvals": 2});
            settings["document_numbers"] = json!([{"first": "P0000001", "last": "P0099999"}]);
        });
        let border = Border::new(&centre.data.join("keys"));
        let mut samples = sample_records();
        samples.retain(|record| record["date_of_birth"].as_str().is_some_and(|born| born < "2005"));
        let world = World {
            centre,
            links,
            machines,
            host: None,
            chance: Chance::new(seed),
            border,
            samples,
            fed: 0,
            tally: Tally::default(),
            begun: Vec::new(),
            host_killed_at: Vec::new(),
            faults: Vec::new(),
        };
        world.receive_blanks();
        world
    }

    /// Receives blanks of every kind, other ones each time.
    fn receive_blanks(&self) {
        self.centre.receive(BLANKS, BLANKS);
        let name = format!("engraved-{}.csv", self.fed);
        let (file, count) = (self.centre.input(&name), BLANKS.to_string());
        // Chips are numbered like booklets, so these numbers lie beyond those of the perforated ones.
        let first = (1_000_000 + self.fed * 100).to_string();
        let kinds = ["--passport-32", &count, "--passport-48", &count, "--engraved", "--first", &first];
        self.centre.run(&[&["stock", "invent"], &kinds[..], &["--out", &file]].concat()).with(0, &[]);
        self.centre.run(&["stock", "receive", &file]).with(0, &["received"]);
        let counted = (BLANKS * 2).to_string();
        self.centre.run(&["stock", "store", &name, "--counted", &counted]).with(0, &["counted into the vault"]);
    }

    /// Feeds orders of people who are all different, so that enough are open.
    fn feed(&mut self) {
        let counts = self.centre.store().counts().expect("counts");
        let open: u64 = counts.by_state.iter().filter(|(state, _)| is_under_way(*state)).map(|(_, count)| count).sum();
        if open >= OPEN {
            return;
        }
        let records: Vec<Value> =
            (self.fed..).take(usize::try_from(OPEN).expect("few")).map(|n| self.order(n)).collect();
        self.centre.feed(&format!("orders-{}.jsonl", self.fed), &records).with(0, &["(0 held)"]);
        self.fed += records.len();
        if self.fed.is_multiple_of(usize::try_from(BLANKS / 2).expect("few")) {
            self.receive_blanks();
        }
    }

    fn order(&self, number: usize) -> Value {
        let mut record = self.samples[number % self.samples.len()].clone();
        let day = number / self.samples.len();
        assert!(day < DAYS, "the sample set is used up");
        let year = record["date_of_birth"].as_str().expect("a date")[..4].to_owned();
        record["application_number"] = format!("UTP-27-{number:07}").into();
        record["date_of_birth"] = format!("{year}-{:02}-{:02}", day / 28 + 1, day % 28 + 1).into();
        record.as_object_mut().expect("a record").remove("identity_number");
        record
    }

    /// Switches on what is not running, the host before the machines or after them.
    fn bring_up(&mut self) {
        let host_first = self.begun.len().is_multiple_of(2);
        if host_first {
            self.bring_up_host();
        }
        for machine in &mut self.machines {
            if !machine.is_running() {
                machine.start(&self.links);
            }
            machine.mend();
        }
        self.bring_up_host();
    }

    fn bring_up_host(&mut self) {
        if self.host.is_none() {
            self.host = Some(self.centre.start(&["run", "--stay", "--scale", SCALE]));
        }
    }

    fn newest(&self) -> Sequence {
        self.centre.store().newest_events(1).expect("events").first().map_or(Sequence(0), |event| event.sequence)
    }

    /// One round: everything runs, a blow falls, what it broke is mended.
    fn round(&mut self, number: u32, round: &Round) {
        self.bring_up();
        self.feed();
        let begin = self.newest();
        self.begun.push((begin, round.blow));
        let reached = round.at.is_some_and(|step| self.wait_for_step(step, begin));
        println!(
            "round {number}: {} at {} + {} ms",
            round.blow.name(),
            round.at.unwrap_or("any moment"),
            round.delay.as_millis()
        );
        self.tally.count(round, reached);
        std::thread::sleep(round.delay);
        if let Some((machine, mode)) = round.blow.of_link() {
            self.machines[machine].link.set(mode);
            std::thread::sleep(round.lasts);
        }
        let newest = self.newest();
        let (host_first, host) = (self.chance.below(2) == 0, round.blow.kills_host());
        if host && host_first {
            self.kill_host(newest);
        }
        for (index, machine) in self.machines.iter_mut().enumerate() {
            if round.blow.kills(index) {
                machine.kill(newest);
            }
        }
        if host && !host_first {
            self.kill_host(newest);
        }
        if round.blow == Blow::SecondRun {
            self.second_run();
        }
        std::thread::sleep(round.dead);
        self.check_host();
        check_books(&self.centre.store(), self.fed as u64);
    }

    /// Whether the step comes soon.
    fn wait_for_step(&mut self, step: &str, begin: Sequence) -> bool {
        let store = self.centre.store();
        let (begun, mut seen) = (Instant::now(), begin);
        while begun.elapsed() < STEP_WITHIN {
            let news = events(&store, seen);
            seen = news.last().map_or(seen, |event| event.sequence);
            if news.iter().any(|event| event.kind == step) {
                return true;
            }
            std::thread::sleep(Duration::from_millis(1));
        }
        false
    }

    fn kill_host(&mut self, newest: Sequence) {
        self.check_host();
        if let Some(host) = self.host.take() {
            host.kill();
            self.host_killed_at.push(newest);
        }
    }

    /// The host never ends by itself.
    fn check_host(&mut self) {
        if let Some(mut host) = self.host.take() {
            if host.has_ended() {
                panic!("the host ended by itself: {:#?}", host.wait());
            }
            self.host = Some(host);
        }
    }

    /// Another host over the same folder is refused, and the first does not notice.
    fn second_run(&mut self) {
        // A host that was only just started may not have the folder yet. The lock is looked at, not tried: that would keep
        // the host from having it.
        let lock = std::fs::metadata(self.centre.data.join("store.sqlite.lock")).unwrap().ino();
        let is_free =
            || std::fs::read_to_string("/proc/locks").is_ok_and(|locks| !locks.contains(&format!(":{lock} ")));
        let host = self.host.as_mut().expect("a host is up");
        wait_for(host, || (!is_free()).then_some(())).expect("the host stays");
        let ended = self.centre.run(&["run", "--stay", "--scale", SCALE]);
        ended.with(5, &["another program"]);
        self.check_host();
    }

    fn store(&self) -> SqliteStore {
        self.centre.store()
    }
}

/// Whether an order of this state waits for nobody but the line.
fn is_under_way(state: OrderState) -> bool {
    state == OrderState::Waiting || state.is_on_machine()
}
