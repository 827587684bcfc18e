use super::*;
use crate::application::DocumentType;
use crate::booklet::{BlankKind, Numbering, QuarantineDecision};
use crate::clock::{Date, Timestamp};
use crate::identifiers::{Actor, Digest};
use crate::job::TicketRecord;
use crate::seal::SealedPayload;
use crate::stock::LogPosition;

fn blank(serial: &str, kind: BlankKind) -> Blank {
    Blank {
        serial: serial.into(),
        chip_serial: serial.as_bytes().to_vec(),
        key_version: 1,
        batch: "B".to_owned(),
        format: DocumentType::Passport32,
        kind,
        carton: format!("C-{}", kind.name()),
        check_value: Vec::new(),
        numbering: Numbering::Perforated,
    }
}

fn serials(texts: &[&str]) -> Vec<BookletSerial> {
    texts.iter().map(|text| BookletSerial::from(*text)).collect()
}

fn bound(order: u64, job: u64, serial: &str) -> [Deed; 2] {
    let (order, job) = (OrderId(order), JobNumber(job));
    [
        Deed::Dispatched { order, job, machine: "north".into() },
        Deed::Bound { job, serial: serial.into(), chip_serial: serial.as_bytes().to_vec() },
    ]
}

fn ticketed(job: u64) -> Deed {
    let ticket = TicketRecord {
        issued: Date::constant(2026, 11, 22),
        expires: Date::constant(2036, 11, 21),
        security_object: Digest([0; 32]),
        signer: "DS".into(),
    };
    let document = SealedPayload { wrapped_key: Vec::new(), ciphertext: Vec::new() };
    Deed::Ticketed { job: JobNumber(job), ticket, document }
}

fn finished(job: u64) -> Deed {
    Deed::Finished { job: JobNumber(job), on: Date::constant(2026, 11, 22) }
}

/// Feeds deeds, one second apart, done by a person.
struct Feeding {
    ledger: StockLedger,
    next: u64,
}

impl Feeding {
    fn new() -> Self {
        Feeding { ledger: StockLedger::new(), next: 1 }
    }
    fn feed(&mut self, deed: Deed) -> Result<(), LedgerFault> {
        let (sequence, at) = (Sequence(self.next), Timestamp(self.next.cast_signed() * 1000));
        self.next += 1;
        self.ledger.apply(sequence, &Act { at, actor: Actor::Person("ada".to_owned()), fence: None, deed })
    }
    fn done(&mut self, deeds: impl IntoIterator<Item = Deed>) {
        for deed in deeds {
            self.feed(deed).unwrap();
        }
    }
    fn report(self) -> StockReport {
        let columns: Vec<_> =
            self.ledger.booklets.iter().map(|entry| (entry.serial.clone(), entry.state.name().to_owned())).collect();
        self.report_against(columns)
    }
    fn report_against(self, columns: Vec<(BookletSerial, String)>) -> StockReport {
        let here = LogPosition { sequence: Sequence(self.next - 1), hash: Digest([0; 32]) };
        let span = Span { after: here, through: here, first: None, last: None, head: here };
        self.ledger.report(StockPeriod::All, span, columns)
    }
}

fn delivered() -> Feeding {
    let mut feeding = Feeding::new();
    let mut blanks = ["K01", "K02", "K03", "K04", "K05"].map(|serial| blank(serial, BlankKind::Production)).to_vec();
    blanks.push(blank("T06", BlankKind::Test));
    feeding.done([
        Deed::StockReceived { delivery: "D".to_owned(), blanks },
        Deed::StockStored { delivery: "D".to_owned(), cartons: vec!["C-production".to_owned()], counted: 5 },
        Deed::StockLoaded { machine: "north".into(), serials: serials(&["K01", "K02", "K03", "K04"]) },
    ]);
    feeding
}

#[test]
fn a_shift_opens_with_what_the_one_before_left_and_every_move_is_told() {
    let mut feeding = delivered();
    feeding.ledger.begin();
    feeding.done(bound(1, 1, "K01"));
    feeding.done([ticketed(1), ticketed(1)]);
    feeding.done([Deed::Spoiled { job: JobNumber(1), reason: "jam".to_owned() }]);
    feeding.done(bound(1, 2, "K02"));
    feeding.done([ticketed(2), finished(2)]);
    let destroyed = Deed::BookletsDestroyed { serials: serials(&["K01"]), witness: "bob".to_owned() };
    feeding.done([destroyed]);
    feeding.ledger.end();
    // After the period: in the log, not in the report.
    feeding.done([Deed::BookletMissing { serial: "K05".into(), reason: "not_found".to_owned() }]);
    feeding.done([Deed::StockReceived { delivery: "E".to_owned(), blanks: vec![blank("K09", BlankKind::Production)] }]);
    let report = feeding.report();
    assert_eq!((report.difference(), report.booklets.len()), (0, 6));
    let steps: Vec<_> = report
        .entries()
        .map(|entry| {
            let booklet = entry.booklet.serial.as_str();
            (entry.act.sequence.0, booklet, entry.step.from.map(BookletState::name), entry.step.to.name())
        })
        .collect();
    assert_eq!(
        steps,
        [
            (5, "K01", Some("loaded"), "bound"),
            (6, "K01", Some("bound"), "in_work"),
            (8, "K01", Some("in_work"), "spoiled"),
            (10, "K02", Some("loaded"), "bound"),
            (11, "K02", Some("bound"), "in_work"),
            (12, "K02", Some("in_work"), "good"),
            (13, "K01", Some("spoiled"), "destroyed"),
        ]
    );
    let acts: Vec<_> =
        report.entries().map(|entry| (entry.act.reason.as_str(), entry.act.witness.as_deref())).collect();
    assert_eq!((acts[2], acts[6]), (("jam", None), ("", Some("bob"))));
    let [spoiled, remade] = [&report.booklets[0], &report.booklets[1]];
    assert_eq!(spoiled.replaced_by.as_ref(), Some(&remade.serial));
    assert_eq!(remade.replaces.as_ref(), Some(&spoiled.serial));
    assert_eq!((spoiled.order, remade.order), (Some(OrderId(1)), Some(OrderId(1))));
    assert_eq!((spoiled.opening, spoiled.closing), (Some(BookletState::Loaded), BookletState::Destroyed));
    let loaded = report.sums().into_iter().find(|sum| sum.state == BookletState::Loaded).unwrap();
    assert_eq!((loaded.opening, loaded.entered, loaded.left, loaded.closing), (4, 0, 2, 2));
    let test = StockClass { format: DocumentType::Passport32, kind: BlankKind::Test, numbering: Numbering::Perforated };
    assert_eq!(report.opening().get(&(test, BookletState::Received)), Some(&1));
    assert_eq!(report.closing().get(&(test, BookletState::Received)), Some(&1));
    let binds = report.flows().into_iter().find(|flow| flow.step == Some(BookletMove::Bind)).unwrap();
    assert_eq!((binds.count, binds.serials[0].to_string().as_str()), (2, "K01-K02"));
}

#[test]
fn what_is_set_aside_lost_and_found_keeps_its_place_in_the_books() {
    let mut feeding = delivered();
    feeding.ledger.begin();
    feeding.done(bound(1, 1, "K01"));
    feeding.done(bound(2, 2, "K02"));
    let (missing, reason) = ("K03", || "why".to_owned());
    feeding.done([
        ticketed(1),
        Deed::Doubtful { job: JobNumber(1), reason: reason() },
        Deed::Abandoned { job: JobNumber(2), reason: reason() },
        Deed::QuarantineDecided { serial: "K01".into(), decision: QuarantineDecision::Spoil, reason: reason() },
        Deed::BookletMissing { serial: missing.into(), reason: reason() },
        Deed::BookletFound { serial: missing.into() },
        Deed::QuarantineDecided { serial: missing.into(), decision: QuarantineDecision::Clear, reason: reason() },
        Deed::BlankQuarantined { serial: "K04".into(), reason: reason() },
        Deed::StockReturned { serials: serials(&["T06", "K05"]), reason: reason() },
        Deed::Dispatched { order: OrderId(3), job: JobNumber(3), machine: "north".into() },
        Deed::Abandoned { job: JobNumber(3), reason: reason() },
    ]);
    let states: Vec<_> =
        ["K01", "K02", "K03", "K04", "K05", "T06"].map(|s| feeding.ledger.state(&s.into()).unwrap().name()).to_vec();
    assert_eq!(states, ["spoiled", "quarantined", "vault", "quarantined", "returned", "returned"]);
    let report = feeding.report();
    assert_eq!(report.difference(), 0);
    let doubts = report.flows().into_iter().filter(|flow| flow.step == Some(BookletMove::Doubt)).map(|flow| flow.count);
    assert_eq!(doubts.sum::<u64>(), 2);
}

#[test]
fn good_documents_are_rejected_packed_handed_over_and_recalled() {
    let mut feeding = delivered();
    feeding.ledger.begin();
    for (job, serial) in [(1, "K01"), (2, "K02"), (3, "K03"), (4, "K04")] {
        feeding.done(bound(job, job, serial));
        feeding.done([ticketed(job), finished(job)]);
    }
    let decided =
        |serial: &str, approved| Deed::InspectionDecided { serial: serial.into(), approved, reason: String::new() };
    feeding.done([
        decided("K01", true),
        decided("K02", false),
        Deed::DocumentRejected { serial: "K03".into(), reason: "scratch".to_owned() },
        Deed::Packed { serials: serials(&["K01", "K04"]) },
        Deed::HandedOver { serials: serials(&["K01"]) },
        Deed::BookletRecalled { serial: "K04".into(), reason: "wrong".to_owned() },
    ]);
    let states: Vec<_> = ["K01", "K02", "K03", "K04"].map(|s| feeding.ledger.state(&s.into()).unwrap().name()).to_vec();
    assert_eq!(states, ["handed_over", "spoiled", "spoiled", "recalled"]);
    assert_eq!(feeding.report().difference(), 0);
}

#[test]
fn deeds_that_cannot_have_happened_are_faults() {
    let mut feeding = delivered();
    let twice = Deed::StockReceived { delivery: "E".to_owned(), blanks: vec![blank("K01", BlankKind::Production)] };
    assert_eq!(feeding.feed(twice), Err(LedgerFault::ReceivedBefore("K01".into())));
    let packed = |serial: &str| Deed::Packed { serials: serials(&[serial]) };
    assert_eq!(feeding.feed(packed("K02")), Err(LedgerFault::Unlawful("K02".into(), "loaded")));
    assert_eq!(feeding.feed(packed("K77")), Err(LedgerFault::NeverReceived("K77".into())));
    assert_eq!(feeding.feed(finished(9)), Err(LedgerFault::NoBooklet(JobNumber(9))));
}

#[test]
fn the_columns_are_held_against_the_log_booklet_by_booklet() {
    let columns = |texts: &[(&str, &str)]| texts.iter().map(|(s, state)| ((*s).into(), (*state).to_owned())).collect();
    let right = [
        ("K01", "loaded"),
        ("K02", "loaded"),
        ("K03", "loaded"),
        ("K04", "loaded"),
        ("K05", "vault"),
        ("T06", "received"),
    ];
    assert_eq!(delivered().report_against(columns(&right)).difference(), 0);
    let mut wrong = right.to_vec();
    wrong[0].1 = "good";
    wrong.remove(4);
    wrong.push(("K99", "vault"));
    let report = delivered().report_against(columns(&wrong));
    let told: Vec<_> = report
        .disagreements
        .iter()
        .map(|d| (d.serial.as_str(), d.log.map(BookletState::name), d.books.as_deref()))
        .collect();
    assert_eq!(
        told,
        [("K01", Some("loaded"), Some("good")), ("K99", None, Some("vault")), ("K05", Some("vault"), None)]
    );
    assert_eq!(report.difference(), 3);
}
