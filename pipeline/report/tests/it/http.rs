//! The register over HTTP: taken once whatever happens on the way, and stopped where no repetition helps.

use std::sync::Arc;
use std::time::{Duration, Instant};

use persoline_domain::outbox::{ObjectionTo, ReceiverStanding};
use persoline_domain::personal::Personal;
use persoline_report::{HttpReceiver, HttpSettings, JsonLinesFile, Outbox, Receiver, Trouble, once};

use crate::register::{Manner, Register};
use crate::world::{HeldClock, QuickClock, lose_blanks, newest, parts};

fn settings(url: &str) -> HttpSettings {
    HttpSettings { url: url.to_owned(), authorities: None, client: None, token: None, within: Duration::from_secs(20) }
}

fn receiver(url: &str) -> Vec<(String, Box<dyn Receiver>)> {
    receiver_with(settings(url))
}

fn receiver_with(settings: HttpSettings) -> Vec<(String, Box<dyn Receiver>)> {
    vec![("register".to_owned(), Box::new(HttpReceiver::new(settings).unwrap()))]
}

/// Delivers everything to a register of these manners; answers the end and the register.
fn delivered(manners: &[Manner], conflicts: bool, reports: u32) -> (ReceiverStanding, Register, Vec<String>) {
    let folder = tempfile::tempdir().unwrap();
    let parts = parts(folder.path());
    let keys = lose_blanks(&*parts.store, "A", reports);
    let register = Register::start(manners.to_vec(), conflicts);
    let mut settings = settings(&register.url());
    if manners.iter().any(|manner| matches!(manner, Manner::Slow(_))) {
        settings.within = Duration::from_millis(400);
    }
    let standing = once(&parts, receiver_with(settings)).remove(0);
    assert_eq!(standing.through, parts.store.delivered_through("register").unwrap());
    if standing.is_done {
        assert_eq!(standing.through, newest(&*parts.store));
    }
    (standing, register, keys)
}

#[test]
fn every_report_is_taken_once_whatever_happens_on_the_way() {
    let unavailable = |headers| Manner::Answer(503, headers, "");
    for (manners, conflicts) in [
        (vec![], false),
        (vec![Manner::LoseAnswer, Manner::LoseRequest, Manner::Take, Manner::LoseAnswer], false),
        (vec![Manner::LoseAnswer, Manner::Take, Manner::LoseAnswer], true),
        (vec![Manner::Slow(Duration::from_secs(5)), Manner::Take], true),
        (
            vec![unavailable(""), Manner::Take, Manner::Answer(500, "", "stack trace"), Manner::Answer(408, "", "")],
            false,
        ),
        (
            vec![Manner::Answer(429, "Retry-After: 7\r\n", ""), Manner::Take, unavailable("Retry-After: soon\r\n")],
            false,
        ),
        (vec![Manner::Garbage, Manner::EndlessHead], false),
    ] {
        let (standing, register, keys) = delivered(&manners, conflicts, 6);
        assert!(standing.is_done && standing.last_fault.is_none(), "{manners:?} {standing:?}");
        assert_eq!(register.seen().taken, keys, "{manners:?}");
        let is_repeated = register.seen().came.values().any(|times| *times > 1);
        assert_eq!(is_repeated, !manners.is_empty(), "{manners:?}");
    }
}

#[test]
fn a_refusal_stops_without_skipping_and_goes_on_once_it_is_mended() {
    let folder = tempfile::tempdir().unwrap();
    let parts = parts(folder.path());
    let keys = lose_blanks(&*parts.store, "A", 4);
    for status in [400, 409, 413, 422] {
        let register = Register::start(vec![Manner::Answer(status, "", "{\"key\": \"another\"}")], false);
        let standing = once(&parts, receiver(&register.url())).remove(0);
        assert!(standing.is_stopped && !standing.is_done && standing.turned_away.is_none(), "{status} {standing:?}");
        let told = standing.last_fault.unwrap();
        assert!(told.contains(&status.to_string()) && told.contains(&keys[0]), "{told}");
        assert_eq!(register.seen().came.len(), 1, "nothing after it is sent");
    }
    let register = Register::start(vec![Manner::Take, Manner::Answer(400, "", "")], false);
    let standing = once(&parts, receiver(&register.url())).remove(0);
    assert!(standing.is_stopped);
    assert_eq!((register.seen().taken.clone(), standing.delivered), (keys[..1].to_vec(), 1));
    let register = Register::start(vec![], false);
    assert!(once(&parts, receiver(&register.url())).remove(0).is_done);
    assert_eq!(register.seen().taken, keys[1..]);
}

/// How the only receiver stands, once it is so.
fn standing_when(outbox: &Outbox, is_so: impl Fn(&ReceiverStanding) -> bool) -> ReceiverStanding {
    let begun = Instant::now();
    loop {
        let standing = outbox.standings().remove(0);
        if is_so(&standing) {
            return standing;
        }
        assert!(begun.elapsed() < Duration::from_secs(60), "it never came so: {standing:?}");
        std::thread::sleep(Duration::from_millis(2));
    }
}

#[test]
fn a_register_that_turns_the_centre_away_gets_everything_by_itself_once_that_is_put_right() {
    let folder = tempfile::tempdir().unwrap();
    let mut parts = parts(folder.path());
    parts.clock = Arc::new(QuickClock::oversleeping(40));
    let mut keys = lose_blanks(&*parts.store, "A", 3);
    // The first is taken; then, without a word to the centre, its token is worthless for a while.
    let barred = [401, 403, 404, 410].map(|status| Manner::Answer(status, "", "go away"));
    let register = Register::start([Manner::Take].into_iter().chain(barred).collect(), false);
    let clock = Arc::clone(&parts.clock);
    let outbox = Outbox::start(&parts, receiver(&register.url())).unwrap();
    let standing = standing_when(&outbox, |standing| standing.turned_away.is_some());
    let turned_away = standing.turned_away.unwrap();
    assert!(turned_away.next > turned_away.since && !standing.is_stopped && !standing.is_done, "{standing:?}");
    keys.extend(lose_blanks(&*parts.store, "B", 2));
    let standing = standing_when(&outbox, |standing| standing.is_done);
    assert!(clock.elapsed() >= Duration::from_secs(30 + 60 + 120 + 240), "it is asked seldom");
    assert_eq!((standing.turned_away, standing.last_fault, standing.delivered), (None, None, 5));
    assert_eq!(register.seen().taken, keys);
    let came: Vec<u32> = keys.iter().map(|key| register.seen().came[key]).collect();
    assert_eq!(came, [1, 5, 1, 1, 1], "one report knocks for all, under the key that it always had");
    assert!(!outbox.finish(Duration::ZERO).remove(0).is_stopped);
}

#[test]
fn a_person_who_does_not_want_to_wait_ends_the_wait() {
    let folder = tempfile::tempdir().unwrap();
    let mut parts = parts(folder.path());
    parts.clock = Arc::new(HeldClock);
    let keys = lose_blanks(&*parts.store, "A", 2);
    let register = Register::start(vec![Manner::Answer(401, "", ""), Manner::Answer(404, "", "")], false);
    let outbox = Outbox::start(&parts, receiver(&register.url())).unwrap();
    let sight = outbox.sight();
    for (status, about) in [(401, ObjectionTo::Credentials), (404, ObjectionTo::Address)] {
        let is_so = |standing: &ReceiverStanding| {
            standing.turned_away.is_some_and(|turned_away| turned_away.objection.status == status)
        };
        let standing = standing_when(&outbox, is_so);
        assert_eq!(standing.turned_away.unwrap().objection.about, about);
        let told = standing.last_fault.unwrap();
        assert!(told.contains(&status.to_string()) && told.contains("centre.json"), "{told}");
        assert_eq!(sight.standings(), outbox.standings());
        assert!(sight.try_now("register") && !sight.try_now("another"));
    }
    standing_when(&outbox, |standing| standing.is_done);
    assert_eq!(register.seen().taken, keys);
    outbox.finish(Duration::ZERO);
    assert!(sight.standings().is_empty() && !sight.try_now("register"));
}

#[test]
fn who_delivers_once_does_not_wait_for_a_register_that_turns_the_centre_away() {
    for (status, headers) in [(401, ""), (403, ""), (404, ""), (302, "Location: http://127.0.0.1:1/\r\n")] {
        let (standing, register, keys) = delivered(&[Manner::Answer(status, headers, "")], false, 3);
        assert_eq!(standing.turned_away.unwrap().objection.status, status);
        assert!(!standing.is_done && !standing.is_stopped, "{standing:?}");
        assert_eq!(register.seen().came.keys().collect::<Vec<_>>(), [&keys[0]], "nothing after it is sent");
    }
}

#[test]
fn a_register_that_is_away_is_given_up_for_now_and_nothing_is_lost() {
    let folder = tempfile::tempdir().unwrap();
    let parts = parts(folder.path());
    let keys = lose_blanks(&*parts.store, "A", 3);
    let begun = Instant::now();
    // Nobody listens at port 1.
    let standing = once(&parts, receiver("http://127.0.0.1:1/")).remove(0);
    assert!(begun.elapsed() < Duration::from_secs(30));
    assert!(!standing.is_done && !standing.is_stopped && standing.last_fault.is_some(), "{standing:?}");
    let register = Register::start(vec![], false);
    assert!(once(&parts, receiver(&register.url())).remove(0).is_done);
    assert_eq!(register.seen().taken, keys);
}

#[test]
fn one_receiver_that_hangs_delays_no_other() {
    let folder = tempfile::tempdir().unwrap();
    let parts = parts(folder.path());
    let path = folder.path().join("reports.jsonl");
    let register = Register::start(vec![Manner::Answer(400, "", "")], false);
    let mut receivers = receiver(&register.url());
    receivers.push(("archive".to_owned(), Box::new(JsonLinesFile::new(&path))));
    let outbox = Outbox::start(&parts, receivers).unwrap();
    let first = lose_blanks(&*parts.store, "A", 3);
    let second = lose_blanks(&*parts.store, "B", 3);
    let standings = outbox.finish(Duration::from_secs(60));
    let of = |name: &str| standings.iter().find(|standing| standing.receiver == name).unwrap();
    assert!(of("register").is_stopped);
    assert_eq!((of("archive").delivered, of("archive").through), (6, newest(&*parts.store)));
    assert_eq!(std::fs::read_to_string(&path).unwrap().lines().count(), first.len() + second.len());
}

#[test]
fn the_token_is_sent_and_nothing_follows_to_another_place() {
    let folder = tempfile::tempdir().unwrap();
    let parts = parts(folder.path());
    lose_blanks(&*parts.store, "A", 1);
    let register = Register::start(vec![], false);
    let token = Some(Personal::new("a-token-of-the-register".to_owned()));
    let receiver = HttpReceiver::new(HttpSettings { token, ..settings(&register.url()) }).unwrap();
    assert!(once(&parts, vec![("register".to_owned(), Box::new(receiver))]).remove(0).is_done);
    let head = register.seen().heads[0].clone();
    assert!(head.starts_with("post /reports http/1.1"), "{head}");
    assert!(head.contains("authorization: bearer a-token-of-the-register"), "{head}");
}

#[test]
fn addresses_and_certificates_that_cannot_be_used_are_told() {
    let unusable = |url: &str, authorities: Option<&[u8]>, told: &str| {
        let settings = HttpSettings { authorities: authorities.map(<[u8]>::to_vec), ..settings(url) };
        match HttpReceiver::new(settings).map(drop) {
            Err(Trouble::Unusable(text)) => assert!(text.contains(told), "{text}"),
            other => panic!("{url}: {other:?}"),
        }
    };
    unusable("http://register.example/reports", None, "https");
    unusable("ftp://127.0.0.1/", None, "https");
    unusable("somewhere else", None, "address");
    unusable("https://register.example/", None, "authorities");
    unusable("https://register.example/", Some(b"no certificate"), "PEM");
    for url in ["http://127.0.0.1:9/", "http://[::1]:9/", "http://localhost/"] {
        assert!(HttpReceiver::new(settings(url)).is_ok(), "{url}");
    }
    let token = Some(Personal::new("two\nlines".to_owned()));
    assert!(HttpReceiver::new(HttpSettings { token, ..settings("http://127.0.0.1:9/") }).is_err());
}
