//! Orders worked off by the whole line: intake before the clock starts, then store, dispatch, binding, stages, chip
//! conversation, read back, inspection and page verification until every document is finished.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use mock_devices::chip::{ChipIdentity, ChipSettings, EmulatedChip};
use persoline_domain::application::{DocumentType, Payload};
use persoline_domain::booklet::{Blank, BlankKind, Numbering};
use persoline_domain::calendar::Calendar as _;
use persoline_domain::deed::{Act, Deed, NewOrder};
use persoline_domain::identifiers::{Actor, BatchName, BookletSerial, MachineName};
use persoline_domain::order::OrderState;
use persoline_domain::store::Store;
use persoline_line::executor::{Line, LineParts, LineSettings, MachineParts};
use persoline_line::session::SessionSettings;
use persoline_stage::payload;
use persoline_stage::times::StageTime;
use persoline_store::SqliteStore;
use printer_driver::{FeederId, Format};

use crate::cpu::{self, CpuSeconds};
use crate::hall::Hall;
use crate::machine::{Booklet, InstantMachine, Output};
use crate::specimen::serial;
use crate::{Failure, failure, inputs};

/// Acts that are committed at once when orders and stock are brought in.
const BATCH: usize = 64;
/// How often the end is looked for.
const LOOK: Duration = Duration::from_millis(1);
/// Time without a finished document after which a run has failed.
const PATIENCE: Duration = Duration::from_secs(30);
/// Version of the chips' transport keys.
const KEY_VERSION: u8 = 1;

/// What is burnt down, and by how much.
#[derive(Debug, Clone, Copy)]
pub struct BurnDown {
    /// Orders.
    pub orders: usize,
    /// Threads of the workshop.
    pub workers: usize,
    /// Machines.
    pub machines: usize,
}

/// What came of it.
pub struct Burnt {
    /// Documents finished.
    pub documents: usize,
    /// From the line's start to the last document's end in the store.
    pub wall: Duration,
    /// Processor time meanwhile.
    pub cpu: Option<CpuSeconds>,
    /// Time in each stage, as the workshop measures it.
    pub stages: BTreeMap<&'static str, StageTime>,
}

impl BurnDown {
    /// Brings orders of `payloads` and blanks in, then works all of them off.
    ///
    /// # Errors
    /// A document was not made, and why.
    pub fn run(self, hall: &Hall, payloads: &[Payload]) -> Result<Burnt, Failure> {
        let store = hall.store(&format!("line-{}.sqlite", self.workers))?;
        let orders = self.take_in(hall, &store, payloads)?;
        let machines: Vec<MachineName> = (0..self.machines.max(1)).map(|index| machine_name(index).into()).collect();
        let output = Arc::new(Output::default());
        let mut drivers = Vec::new();
        let mut first = 1;
        for machine in &machines {
            let mut feeders = Vec::new();
            for (document, id) in DocumentType::ALL.into_iter().zip(1..) {
                // Which machine takes which order is not known, so each could make all of them.
                let count = orders.get(&document).copied().unwrap_or(0);
                let booklets = load(hall, &store, machine, document, first..first + count)?;
                first += count;
                feeders.push((FeederId(id), Format(document.name().to_owned()), booklets));
            }
            let driver = InstantMachine::start(machine.as_str(), feeders, Arc::clone(&output))?;
            drivers.push(MachineParts { machine: machine.clone(), driver: Box::new(driver) });
        }
        self.work_off(hall, &store, drivers, &output)
    }

    fn work_off(
        self,
        hall: &Hall,
        store: &Arc<SqliteStore>,
        machines: Vec<MachineParts>,
        output: &Output,
    ) -> Result<Burnt, Failure> {
        let workshop = hall.workshop(store)?;
        let parts = LineParts {
            store: Arc::clone(store) as Arc<dyn Store>,
            workshop: Arc::clone(&workshop) as _,
            calendar: hall.calendar(),
            clock: Arc::clone(&hall.clock),
        };
        let settings = LineSettings {
            workers: self.workers,
            poll_wait: Duration::from_millis(20),
            session: SessionSettings::default(),
        };
        let cpu_before = cpu::by_kind();
        let started = Instant::now();
        let line = Line::start(&parts, machines, settings)?;
        let awaited = self.await_all(store, &line, output);
        let wall = started.elapsed();
        let cpu = cpu_before.zip(cpu::by_kind()).map(|(before, after)| cpu::between(&before, &after));
        if awaited.is_ok() {
            line.drain();
        } else {
            line.stop();
        }
        let stopped = line.wait();
        if let Err(failures) = stopped {
            let why: Vec<String> = failures.iter().map(|(machine, why)| format!("machine {machine}: {why}")).collect();
            return Err(failure(format!("the line had to stop: {}", why.join("; "))));
        }
        awaited?;
        let stock = store.reconcile()?;
        if stock.difference() != 0 {
            return Err(failure(format!("the stock does not add up: {stock:?}")));
        }
        Ok(Burnt { documents: self.orders, wall, cpu, stages: workshop.times().all() })
    }

    /// Waits until every document is finished in the store.
    pub(crate) fn await_all(self, store: &Arc<SqliteStore>, line: &Line, output: &Output) -> Result<(), Failure> {
        let mut last = (0, Instant::now());
        loop {
            std::thread::sleep(LOOK);
            let good = output.good();
            if good != last.0 {
                last = (good, Instant::now());
            }
            if good >= self.orders as u64 && store.counts()?.count(OrderState::Finished) >= self.orders as u64 {
                return Ok(());
            }
            let what = if output.rejected() > 0 {
                "a document failed"
            } else if line.has_ended() {
                "the line ended early"
            } else if last.1.elapsed() > PATIENCE {
                "no document was finished for half a minute"
            } else {
                continue;
            };
            let newest = store.newest_events(12)?;
            let events: Vec<String> =
                newest.iter().rev().map(|event| format!("{} {}", event.kind, event.detail)).collect();
            return Err(failure(format!(
                "{what} after {good} of {}; the newest events were: {}",
                self.orders,
                events.join(", ")
            )));
        }
    }

    /// Accepts the orders; answers how many there are of each document type.
    pub(crate) fn take_in(
        self,
        hall: &Hall,
        store: &Arc<SqliteStore>,
        payloads: &[Payload],
    ) -> Result<BTreeMap<DocumentType, usize>, Failure> {
        let mut counts = BTreeMap::new();
        let mut acts = Vec::with_capacity(BATCH);
        for (number, payload) in (0..self.orders).zip(payloads.iter().cycle()) {
            let payload = inputs::renumbered(payload, number);
            *counts.entry(payload.application.document).or_default() += 1;
            acts.push(accepted(hall, &payload)?);
            if acts.len() == BATCH {
                store.commit(std::mem::take(&mut acts))?;
            }
        }
        store.commit(acts)?;
        Ok(counts)
    }
}

/// The act by which an application becomes an order.
///
/// # Errors
/// The payload cannot be sealed.
pub fn accepted(hall: &Hall, payload: &Payload) -> Result<Act, Failure> {
    let application = &payload.application;
    let order = NewOrder {
        application: application.number.clone(),
        digest: application.digest,
        person: application.person,
        channel: application.channel,
        batch: BatchName(String::new()),
        document: application.document,
        priority: application.priority,
        collection: application.collection.clone(),
        received: application.received,
        approved: application.approved,
        due: hall.calendars.pledge.due_date(application.received),
        payload: hall.vault.seal(&application.number, &payload::encode(payload))?,
    };
    Ok(act(hall, Deed::OrderAccepted(Box::new(order))))
}

fn act(hall: &Hall, deed: Deed) -> Act {
    Act { at: hall.clock.now(), actor: Actor::Command("benches".to_owned()), fence: None, deed }
}

/// Receives blanks with these numbers and loads them into a machine; answers the booklets themselves.
pub(crate) fn load(
    hall: &Hall,
    store: &Arc<SqliteStore>,
    machine: &MachineName,
    format: DocumentType,
    numbers: std::ops::Range<usize>,
) -> Result<Vec<Booklet>, Failure> {
    let blanks: Vec<Blank> = numbers.map(|number| blank(number, format)).collect();
    if blanks.is_empty() {
        return Ok(Vec::new());
    }
    let serials = blanks.iter().map(|blank| blank.serial.clone()).collect();
    let booklets = blanks.iter().map(|blank| booklet(hall, blank)).collect();
    let delivery = format!("{machine}-{}", format.name());
    let counted = u32::try_from(blanks.len()).unwrap_or(u32::MAX);
    let received = act(hall, Deed::StockReceived { delivery: delivery.clone(), blanks });
    let stored = act(hall, Deed::StockStored { delivery, cartons: Vec::new(), counted });
    let loaded = act(hall, Deed::StockLoaded { machine: machine.clone(), serials });
    store.commit(vec![received, stored, loaded])?;
    Ok(booklets)
}

fn blank(number: usize, format: DocumentType) -> Blank {
    Blank {
        serial: BookletSerial(serial(number)),
        chip_serial: format!("UTOCHIP{number:08}").into_bytes(),
        key_version: KEY_VERSION,
        batch: "BENCH".to_owned(),
        format,
        kind: BlankKind::Production,
        carton: String::new(),
        check_value: Vec::new(),
        numbering: Numbering::Perforated,
    }
}

/// A booklet as its maker delivers it, with the chip that its delivery file lists.
fn booklet(hall: &Hall, blank: &Blank) -> Booklet {
    let identity = ChipIdentity {
        chip_serial: blank.chip_serial.clone(),
        key_version: blank.key_version,
        transport_keys: hall.keys.chip_transport_keys(&blank.chip_serial, blank.key_version),
    };
    let seed = blank.chip_serial.iter().fold(0, |seed: u64, byte| seed.wrapping_mul(31).wrapping_add(u64::from(*byte)));
    Booklet { serial: blank.serial.0.clone(), chip: EmulatedChip::new(identity, ChipSettings::default(), seed) }
}

/// What benches call their machines.
pub(crate) fn machine_name(index: usize) -> &'static str {
    const NAMES: [&str; 8] = ["north", "south", "east", "west", "north-east", "north-west", "south-east", "south-west"];
    NAMES.get(index % NAMES.len()).copied().unwrap_or("north")
}
