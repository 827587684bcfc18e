//! Connections and sessions: cut links, slow machines, waiting hosts, drivers with faults.

use std::net::{SocketAddr, TcpListener};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use printer_driver::limits::{MAX_EVENTS_IN_BATCH, MAX_LAYER_BYTES, MAX_TEXT_BYTES};
use printer_driver::remote::listener::{ListenSettings, Listener};
use printer_driver::remote::{LinkSecurity, RemoteDriver, RemoteError, RemoteSettings, Timeouts, server};
use printer_driver::{
    BookletFate, Command, Cursor, DeviceError, ErrorKind, Event, EventBatch, EventBody, FencingToken, IdempotencyKey,
    JobId, Layer, LayerCoding, LayerKind, MachineDriver, Operation, State,
};

use super::parrot::Parrot;

/// Long enough for any answer that comes at all, however busy this computer is.
const PATIENCE: Duration = Duration::from_secs(60);

fn reach(address: SocketAddr, answer: Duration) -> RemoteDriver {
    let timeouts = Timeouts { connect: PATIENCE, answer };
    let settings = RemoteSettings::new(address.to_string(), LinkSecurity::PlainLoopback).with_timeouts(timeouts);
    RemoteDriver::connect(settings).unwrap()
}

/// A machine at a port that the system never hands out by itself: nobody else is there when it has gone.
fn at_a_port_of_its_own(parrot: &Parrot) -> Listener {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    loop {
        let step = std::process::id().wrapping_mul(17).wrapping_add(NEXT.fetch_add(1, Ordering::Relaxed));
        let address: SocketAddr = ([127, 0, 0, 1], 26_000 + (step % 6_000) as u16).into();
        if TcpListener::bind(address).is_ok() {
            return parrot.serve_with(ListenSettings::new(address, LinkSecurity::PlainLoopback));
        }
    }
}

#[test]
fn a_machine_that_comes_back_is_reached_by_the_next_call() {
    let parrot = Parrot::default();
    let listener = at_a_port_of_its_own(&parrot);
    let address = listener.address();
    let mut driver = reach(address, PATIENCE);
    driver.snapshot().unwrap();
    listener.stop();
    let submit = Command::new(IdempotencyKey(1), FencingToken(1), Operation::Cancel { job: JobId(1) });
    let lost = driver.submit(&submit).unwrap_err();
    assert_eq!(lost.kind, ErrorKind::LinkLost);
    // Now there is nobody: the request cannot have arrived.
    let lost = driver.submit(&submit).unwrap_err();
    assert_eq!((lost.kind, lost.fate), (ErrorKind::LinkLost, BookletFate::Untouched));
    let _listener = parrot.serve_with(ListenSettings::new(address, LinkSecurity::PlainLoopback));
    driver.submit(&submit).unwrap();
    assert_eq!(parrot.0.lock().unwrap().commands.len(), 1);
}

#[test]
fn a_machine_that_is_switched_off_is_told_by_the_calls() {
    let parrot = Parrot::default();
    let listener = at_a_port_of_its_own(&parrot);
    let address = listener.address();
    listener.stop();
    let mut driver = reach(address, PATIENCE);
    let lost = driver.describe().unwrap_err();
    assert_eq!((lost.kind, lost.fate), (ErrorKind::LinkLost, BookletFate::Untouched));
}

#[test]
fn a_machine_that_is_slow_is_a_timeout_and_the_next_call_is_not_held_up() {
    let parrot = Parrot::default();
    let (listener, _) = parrot.over_the_wire();
    let mut driver = reach(listener.address(), Duration::from_secs(3));
    parrot.teach(|taught| taught.slowness = Duration::from_secs(60));
    assert_eq!(driver.snapshot().unwrap_err().kind, ErrorKind::Timeout);
    // The slow session is still at it; the new connection has one of its own.
    driver.describe().unwrap();
    assert_eq!(parrot.0.lock().unwrap().sessions, 2);
}

#[test]
fn a_waiting_host_hears_at_once_and_others_are_not_kept_waiting() {
    let parrot = Parrot::default();
    let (listener, mut waiting) = parrot.over_the_wire();
    let teacher = parrot.clone();
    let teaching = std::thread::spawn(move || {
        let mut other = reach(listener.address(), PATIENCE);
        other.attach(FencingToken(2)).unwrap();
        let event = Event::new(Cursor(1), 0, EventBody::StateChanged(State::Idle));
        teacher.teach(|taught| taught.events = Ok(EventBatch::new(vec![event])));
        listener
    });
    let started = Instant::now();
    let batch = waiting.events(Cursor(0), Duration::from_secs(50)).unwrap();
    assert_eq!(batch.events.len(), 1);
    assert!(started.elapsed() < Duration::from_secs(40), "the wait went on after there was an event");
    drop(teaching.join().unwrap());
}

#[test]
fn a_wait_without_events_ends_with_none() {
    let parrot = Parrot::default();
    let (_listener, mut driver) = parrot.over_the_wire();
    assert!(driver.events(Cursor(0), Duration::from_millis(120)).unwrap().events.is_empty());
}

#[test]
fn a_driver_that_panics_takes_only_its_session_down() {
    let parrot = Parrot::default();
    let (_listener, mut driver) = parrot.over_the_wire();
    // The lock is not held when the driver panics.
    parrot.teach(|taught| taught.panics = true);
    assert_eq!(driver.snapshot().unwrap_err().kind, ErrorKind::LinkLost);
    parrot.teach(|taught| taught.panics = false);
    driver.snapshot().unwrap();
    assert_eq!(parrot.0.lock().unwrap().sessions, 2);
}

#[test]
fn a_driver_that_cannot_be_had_is_tried_again() {
    let tries = std::sync::Arc::new(AtomicU32::new(0));
    let counted = tries.clone();
    let factory: server::DriverFactory = std::sync::Arc::new(move || {
        if counted.fetch_add(1, Ordering::Relaxed) == 0 {
            return Err(DeviceError::untouched(ErrorKind::Busy, "another session has it"));
        }
        Ok(Box::new(Parrot::default()))
    });
    let settings = ListenSettings::new(([127, 0, 0, 1], 0).into(), LinkSecurity::PlainLoopback);
    let listener = server::serve(&settings, factory).unwrap();
    let mut driver = reach(listener.address(), PATIENCE);
    assert_eq!(driver.describe().unwrap_err().kind, ErrorKind::Busy);
    driver.describe().unwrap();
}

#[test]
fn a_driver_that_tells_too_much_is_cut_short() {
    let parrot = Parrot::default();
    let (_listener, mut driver) = parrot.over_the_wire();
    // More events than a batch may have come in parts.
    let event = |cursor| Event::new(Cursor(cursor), 0, EventBody::StateChanged(State::Idle));
    let many = (1..=MAX_EVENTS_IN_BATCH as u64 + 1).map(event).collect();
    parrot.teach(|taught| taught.events = Ok(EventBatch::new(many)));
    let batch = driver.events(Cursor(0), Duration::ZERO).unwrap();
    assert!((1..=MAX_EVENTS_IN_BATCH).contains(&batch.events.len()));
    assert_eq!(batch.events[0].cursor, Cursor(1));
    // What cannot be told in parts is a fault of the driver.
    let error = DeviceError::untouched(ErrorKind::Jam, "x".repeat(MAX_TEXT_BYTES + 1));
    let body = EventBody::Completed { key: IdempotencyKey(1), job: None, result: Err(error) };
    parrot.teach(|taught| taught.events = Ok(EventBatch::new(vec![Event::new(Cursor(1), 0, body)])));
    assert_eq!(driver.events(Cursor(0), Duration::ZERO).unwrap_err().kind, ErrorKind::Fault);
    parrot.teach(|taught| {
        let description = taught.description.as_mut().unwrap();
        description.identity.model = "m".repeat(MAX_TEXT_BYTES + 1);
    });
    assert_eq!(driver.describe().unwrap_err().kind, ErrorKind::Fault);
}

#[test]
fn a_command_beyond_the_limits_is_not_even_sent() {
    let parrot = Parrot::default();
    let (_listener, mut driver) = parrot.over_the_wire();
    let order = |bytes: usize| {
        let layer = Layer::new(LayerKind::Laser, LayerCoding::PngGrey, 600, (8, 8), vec![0; bytes]);
        let operation = Operation::Personalise {
            job: JobId(1),
            expected_serial: "K1".into(),
            number: None,
            layers: vec![layer.clone(), layer],
        };
        Command::new(IdempotencyKey(1), FencingToken(1), operation)
    };
    let refused = driver.submit(&order(MAX_LAYER_BYTES + 1)).unwrap_err();
    assert_eq!((refused.kind, refused.fate), (ErrorKind::Invalid, BookletFate::Untouched));
    // The largest page that is allowed arrives whole.
    driver.submit(&order(MAX_LAYER_BYTES)).unwrap();
    let commands = parrot.0.lock().unwrap().commands.clone();
    assert_eq!(commands, [order(MAX_LAYER_BYTES)]);
}

#[test]
fn a_link_refuses_to_block_where_tasks_run() {
    let parrot = Parrot::default();
    let (listener, mut driver) = parrot.over_the_wire();
    let settings = RemoteSettings::new(listener.address().to_string(), LinkSecurity::PlainLoopback);
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    runtime.block_on(async {
        assert_eq!(driver.describe().unwrap_err().kind, ErrorKind::LinkLost);
        assert!(matches!(RemoteDriver::connect(settings), Err(RemoteError::InsideAsynchronous)));
        drop(driver);
        listener.stop();
    });
}
