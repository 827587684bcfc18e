//! A store in memory that keeps the tables of states and no more.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Mutex;

use persoline_domain::application::DocumentType;
use persoline_domain::booklet::{Blank, BlankKind, BookletMove, BookletState, Numbering, Reconciliation};
use persoline_domain::clock::Timestamp;
use persoline_domain::deed::{Act, Deed, HoldReason};
use persoline_domain::identifiers::{
    ApplicationNumber, BookletSerial, Fence, JobNumber, MachineName, OrderId, Sequence, ShiftNumber,
};
use persoline_domain::job::{JobPhase, JobRecord};
use persoline_domain::order::{OrderMove, OrderState, effective_due};
use persoline_domain::policy::CentrePolicy;
use persoline_domain::seal::SealedPayload;
use persoline_domain::store::{
    BookletRecord, Counts, EventRecord, InspectionRecord, OrderQuery, OrderRecord, OutboxEntry, Outcome, Refusal,
    ShiftRecord, Standing, Store, StoreError, WaitingOrder,
};

/// What it keeps; tests look into it.
#[derive(Default)]
pub(crate) struct Kept {
    pub(crate) orders: BTreeMap<u64, OrderRecord>,
    pub(crate) booklets: BTreeMap<String, BookletRecord>,
    pub(crate) jobs: BTreeMap<u64, JobRecord>,
    pub(crate) events: Vec<EventRecord>,
    /// Every act that was committed.
    pub(crate) acts: Vec<Act>,
    pub(crate) paused: Vec<MachineName>,
    pub(crate) draining: Vec<MachineName>,
    pub(crate) fenced_off: BTreeMap<MachineName, String>,
    pub(crate) inspections: Vec<InspectionRecord>,
    pub(crate) policy: CentrePolicy,
    pub(crate) shift: Option<ShiftRecord>,
    pub(crate) shifts_before: Vec<ShiftNumber>,
    /// Who has approved the remake of each order.
    pub(crate) approvals: BTreeMap<u64, BTreeSet<String>>,
    pub(crate) outbox: Vec<OutboxEntry>,
    pub(crate) received: u64,
    pub(crate) fence: u64,
    /// When set, every call answers with this.
    pub(crate) trouble: Option<StoreError>,
    /// When set, whatever persons do is refused with this.
    pub(crate) refusal: Option<Refusal>,
}

#[derive(Default)]
pub(crate) struct MemoryStore(pub(crate) Mutex<Kept>);

impl MemoryStore {
    pub(crate) fn with<T>(&self, look: impl FnOnce(&mut Kept) -> T) -> T {
        look(&mut self.0.lock().expect("no thread died with the store"))
    }

    fn read<T>(&self, look: impl FnOnce(&Kept) -> T) -> Result<T, StoreError> {
        self.with(|kept| match &kept.trouble {
            Some(trouble) => Err(trouble.clone()),
            None => Ok(look(kept)),
        })
    }

    /// Adds blanks in a state.
    pub(crate) fn stock(&self, serials: impl IntoIterator<Item = String>, state: BookletState, machine: Option<&str>) {
        self.with(|kept| {
            for serial in serials {
                kept.received += 1;
                let blank = Blank {
                    serial: BookletSerial(serial.clone()),
                    chip_serial: vec![1],
                    key_version: 1,
                    batch: "B1".to_owned(),
                    format: DocumentType::Passport32,
                    kind: BlankKind::Specimen,
                    carton: String::new(),
                    check_value: Vec::new(),
                    numbering: Numbering::Perforated,
                };
                let machine = machine.map(MachineName::from);
                let delivery = "D-2026-11".to_owned();
                kept.booklets.insert(
                    serial,
                    BookletRecord {
                        blank,
                        delivery,
                        state,
                        machine,
                        order: None,
                        reason: None,
                        number: None,
                        replaces: None,
                    },
                );
            }
        });
    }

    /// Adds an order.
    pub(crate) fn order(&self, order: OrderRecord) {
        self.with(|kept| {
            kept.log(order.received, "command:intake", "order_accepted", Some(&order), None, None, None, "");
            kept.orders.insert(order.order.0, order);
        });
    }
}

impl Kept {
    #[allow(clippy::too_many_arguments, reason = "an event has that many columns")]
    fn log(
        &mut self,
        at: Timestamp,
        actor: &str,
        kind: &str,
        order: Option<&OrderRecord>,
        job: Option<JobNumber>,
        serial: Option<BookletSerial>,
        machine: Option<MachineName>,
        detail: &str,
    ) -> Sequence {
        let sequence = Sequence(self.events.len() as u64 + 1);
        self.events.push(EventRecord {
            sequence,
            at,
            actor: actor.to_owned(),
            kind: kind.to_owned(),
            order: order.map(|order| order.order),
            application: order.map(|order| order.application.clone()),
            job,
            serial,
            machine,
            detail: detail.to_owned(),
        });
        sequence
    }

    pub(crate) fn step(&mut self, order: OrderId, by: OrderMove) -> Result<&mut OrderRecord, Refusal> {
        let record = self.orders.get_mut(&order.0).ok_or(Refusal::NotFound("order"))?;
        record.state = record
            .state
            .after(by)
            .ok_or_else(|| Refusal::Unlawful { what: format!("order {order}"), state: record.state.name() })?;
        Ok(record)
    }

    pub(crate) fn move_booklet(
        &mut self,
        serial: &BookletSerial,
        by: BookletMove,
        reason: Option<&str>,
    ) -> Result<(), Refusal> {
        let record = self.booklets.get_mut(&serial.0).ok_or_else(|| Refusal::ForeignBooklet(serial.clone()))?;
        record.state = record
            .state
            .after(by)
            .ok_or_else(|| Refusal::Unlawful { what: format!("booklet {serial}"), state: record.state.name() })?;
        record.reason = reason.map(str::to_owned).or(record.reason.take());
        Ok(())
    }

    fn job_of(&mut self, job: JobNumber) -> Result<&mut JobRecord, Refusal> {
        self.jobs.get_mut(&job.0).ok_or(Refusal::NotFound("job"))
    }

    fn apply(&mut self, act: &Act) -> Result<Outcome, Refusal> {
        let actor = act.actor.to_string();
        if let Some(subject) = self.apply_care(act) {
            let (kind, order, detail) = subject?;
            return Ok(Outcome::Done(self.note(act, &actor, kind, order, None, &detail)));
        }
        let (kind, order, job, detail): (&str, Option<OrderId>, Option<JobNumber>, String) = match &act.deed {
            Deed::OrderHeld { order, reason } => {
                let record = self.orders.get(&order.0).ok_or(Refusal::NotFound("order"))?;
                if record.state.is_on_machine() {
                    let job = record.job.ok_or(Refusal::NotFound("job"))?;
                    self.job_of(job)?.stop_requested = true;
                } else {
                    self.step(*order, OrderMove::Hold)?.hold = Some(*reason);
                }
                ("order_held", Some(*order), None, reason.name().to_owned())
            }
            Deed::OrderReleased { order } => {
                let record = self.orders.get(&order.0).ok_or(Refusal::NotFound("order"))?;
                match record.job.filter(|_| record.state.is_on_machine()) {
                    Some(job) => self.job_of(job)?.stop_requested = false,
                    None => self.step(*order, OrderMove::Release)?.hold = None,
                }
                ("order_released", Some(*order), None, String::new())
            }
            Deed::MachinePaused { machine } => {
                self.paused.push(machine.clone());
                ("machine_paused", None, None, String::new())
            }
            Deed::MachineResumed { machine } => {
                self.paused.retain(|paused| paused != machine);
                self.draining.retain(|draining| draining != machine);
                ("machine_resumed", None, None, String::new())
            }
            Deed::MachineReported { code, .. } => ("machine_reported", None, None, code.clone()),
            Deed::Dispatched { order, job, machine } => {
                let record = self.step(*order, OrderMove::Dispatch)?;
                (record.job, record.machine) = (Some(*job), Some(machine.clone()));
                let (application, document) = (record.application.clone(), record.document);
                self.jobs.insert(
                    job.0,
                    JobRecord {
                        job: *job,
                        order: *order,
                        application,
                        document,
                        machine: machine.clone(),
                        fence: Fence(1),
                        phase: JobPhase::Dispatched,
                        serial: None,
                        number: None,
                        chip: None,
                        ticket: None,
                        stop_requested: false,
                    },
                );
                ("dispatched", Some(*order), Some(*job), String::new())
            }
            Deed::Bound { job, serial, .. } => {
                self.move_booklet(serial, BookletMove::Bind, None)?;
                let record = self.job_of(*job)?;
                record.serial = Some(serial.clone());
                let order = record.order;
                self.step(order, OrderMove::Bind)?.serial = Some(serial.clone());
                if let Some(booklet) = self.booklets.get_mut(&serial.0) {
                    booklet.order = Some(order);
                }
                ("bound", Some(order), Some(*job), String::new())
            }
            of_job => return self.advance(act, of_job),
        };
        Ok(Outcome::Done(self.note(act, &actor, kind, order, job, &detail)))
    }

    /// Deeds that only move a job on.
    fn advance(&mut self, act: &Act, deed: &Deed) -> Result<Outcome, Refusal> {
        let (kind, job, detail) = match deed {
            Deed::Ticketed { job, .. } => ("ticketed", *job, ""),
            Deed::Locking { job } => ("locking", *job, ""),
            Deed::Marking { job } => ("marking", *job, ""),
            Deed::Verified { job } => ("verified", *job, ""),
            Deed::Finished { job, .. } => ("finished", *job, ""),
            Deed::Spoiled { job, reason } => ("spoiled", *job, reason.as_str()),
            Deed::Doubtful { job, reason } => ("doubtful", *job, reason.as_str()),
            Deed::Withdrawn { job, reason } => ("withdrawn", *job, reason.as_str()),
            _ => return Err(Refusal::Constraint("this store does not know the deed".to_owned())),
        };
        let record = self.job_of(job)?;
        record.phase = match kind {
            "ticketed" => JobPhase::Ticketed,
            "locking" => JobPhase::Locking,
            "marking" => JobPhase::Marking,
            "verified" => JobPhase::Verified,
            _ => JobPhase::Ended,
        };
        let (order, serial) = (record.order, record.serial.clone());
        match kind {
            "ticketed" => drop(self.step(order, OrderMove::Ticket)?),
            "finished" => self.step(order, OrderMove::Finish)?.finished = Some(act.at),
            "spoiled" => self.step(order, OrderMove::Remake)?.remakes += 1,
            "doubtful" => self.step(order, OrderMove::Hold)?.hold = Some(HoldReason::Doubt),
            "withdrawn" => drop(self.step(order, OrderMove::Withdraw)?),
            _ => {}
        }
        if let Some(serial) = &serial {
            match kind {
                "ticketed" => self.move_booklet(serial, BookletMove::Work, None)?,
                "finished" => self.move_booklet(serial, BookletMove::Pass, None)?,
                "spoiled" => self.move_booklet(serial, BookletMove::Spoil, Some(detail))?,
                "doubtful" => self.move_booklet(serial, BookletMove::Doubt, Some(detail))?,
                _ => {}
            }
        }
        let actor = act.actor.to_string();
        Ok(Outcome::Done(self.note(act, &actor, kind, Some(order), Some(job), detail)))
    }

    /// Something that is about nothing, by which the log grows.
    pub(crate) fn note_of_test(&mut self, at: Timestamp) {
        self.log(at, "line", "policy_set", None, None, None, None, "");
    }

    fn note(
        &mut self,
        act: &Act,
        actor: &str,
        kind: &str,
        order: Option<OrderId>,
        job: Option<JobNumber>,
        detail: &str,
    ) -> Sequence {
        let machine = match &act.deed {
            Deed::MachinePaused { machine }
            | Deed::MachineResumed { machine }
            | Deed::AlarmAcknowledged { machine, .. }
            | Deed::MachineReported { machine, .. } => Some(machine.clone()),
            _ => job.and_then(|job| self.jobs.get(&job.0)).map(|job| job.machine.clone()),
        };
        let serial = job.and_then(|job| self.jobs.get(&job.0)).and_then(|job| job.serial.clone());
        let order = order.and_then(|order| self.orders.get(&order.0).cloned());
        self.log(act.at, actor, kind, order.as_ref(), job, serial, machine, detail)
    }
}

impl Store for MemoryStore {
    fn commit(&self, acts: Vec<Act>) -> Result<Vec<Outcome>, StoreError> {
        self.read(|_| ())?;
        self.with(|kept| {
            acts.into_iter()
                .enumerate()
                .map(|(index, act)| {
                    if let Some(refusal) = kept.refusal.clone().filter(|_| act.actor.person().is_some()) {
                        return Err(StoreError::Refused { index, refusal });
                    }
                    let outcome = kept.apply(&act).map_err(|refusal| StoreError::Refused { index, refusal });
                    kept.acts.push(act);
                    outcome
                })
                .collect()
        })
    }
    fn take_fence(&self, _: &MachineName) -> Result<Fence, StoreError> {
        Ok(self.with(|kept| {
            kept.fence += 1;
            Fence(kept.fence)
        }))
    }
    fn waiting(&self, documents: &[DocumentType], limit: usize) -> Result<Vec<WaitingOrder>, StoreError> {
        self.read(|kept| {
            let mut waiting: Vec<&OrderRecord> = kept
                .orders
                .values()
                .filter(|order| order.state == OrderState::Waiting && documents.contains(&order.document))
                .collect();
            let rank = |order: &OrderRecord| effective_due(order.due, order.priority);
            waiting.sort_by_key(|order| (rank(order), order.remakes == 0, order.order));
            waiting
                .into_iter()
                .take(limit)
                .map(|order| WaitingOrder {
                    order: order.order,
                    application: order.application.clone(),
                    document: order.document,
                    priority: order.priority,
                    remakes: order.remakes,
                    due: order.due,
                    effective_due: rank(order),
                    received: order.received,
                })
                .collect()
        })
    }
    fn open_jobs(&self, _: &MachineName) -> Result<Vec<JobRecord>, StoreError> {
        Ok(Vec::new())
    }
    fn job(&self, job: JobNumber) -> Result<Option<JobRecord>, StoreError> {
        self.read(|kept| kept.jobs.get(&job.0).cloned())
    }
    fn highest_job(&self) -> Result<JobNumber, StoreError> {
        self.read(|kept| JobNumber(kept.jobs.keys().last().copied().unwrap_or(0)))
    }
    fn payload(&self, _: OrderId) -> Result<Option<SealedPayload>, StoreError> {
        Ok(None)
    }
    fn document(&self, _: JobNumber) -> Result<Option<SealedPayload>, StoreError> {
        Ok(None)
    }
    fn order(&self, order: OrderId) -> Result<Option<OrderRecord>, StoreError> {
        self.read(|kept| kept.orders.get(&order.0).cloned())
    }
    fn order_of(&self, application: &ApplicationNumber) -> Result<Option<OrderRecord>, StoreError> {
        self.read(|kept| kept.orders.values().find(|order| order.application == *application).cloned())
    }
    fn orders(&self, query: &OrderQuery) -> Result<Vec<OrderRecord>, StoreError> {
        self.read(|kept| {
            let prefix = query.prefix.as_deref().unwrap_or_default();
            let begins = |order: &&OrderRecord| {
                order.application.as_str().starts_with(prefix)
                    || order.serial.as_ref().is_some_and(|serial| serial.as_str().starts_with(prefix))
            };
            let mut found: Vec<&OrderRecord> = kept
                .orders
                .values()
                .filter(begins)
                .filter(|o| query.state.is_none_or(|s| s == o.state))
                .filter(|o| query.batch.as_ref().is_none_or(|batch| *batch == o.batch))
                .collect();
            found.sort_by_key(|order| (order.due, order.order));
            found.into_iter().skip(query.offset).take(query.limit).cloned().collect()
        })
    }
    fn booklet(&self, serial: &BookletSerial) -> Result<Option<BookletRecord>, StoreError> {
        self.read(|kept| kept.booklets.get(&serial.0).cloned())
    }
    fn booklets(
        &self,
        state: BookletState,
        _: Option<&MachineName>,
        after: Option<&BookletSerial>,
        limit: usize,
    ) -> Result<Vec<BookletRecord>, StoreError> {
        self.read(|kept| {
            let after = after.map_or("", BookletSerial::as_str);
            let fits = |booklet: &&BookletRecord| booklet.state == state && booklet.blank.serial.as_str() > after;
            kept.booklets.values().filter(fits).take(limit).cloned().collect()
        })
    }
    fn events_after(&self, after: Sequence, limit: usize) -> Result<Vec<EventRecord>, StoreError> {
        self.read(|kept| kept.events.iter().filter(|event| event.sequence > after).take(limit).cloned().collect())
    }
    fn newest_events(&self, limit: usize) -> Result<Vec<EventRecord>, StoreError> {
        self.read(|kept| kept.events.iter().rev().take(limit).cloned().collect())
    }
    fn timeline(&self, order: OrderId) -> Result<Vec<EventRecord>, StoreError> {
        self.read(|kept| kept.events.iter().filter(|event| event.order == Some(order)).cloned().collect())
    }
    fn counts(&self) -> Result<Counts, StoreError> {
        self.read(|kept| {
            let mut counts = Counts::default();
            let mut due = BTreeMap::new();
            for state in OrderState::ALL {
                counts.by_state.push((state, kept.orders.values().filter(|order| order.state == state).count() as u64));
            }
            for order in kept.orders.values() {
                if !matches!(order.state, OrderState::Finished | OrderState::Cancelled) {
                    *due.entry(order.due).or_insert(0) += 1;
                }
            }
            counts.open_by_due = due.into_iter().collect();
            counts.spoiled =
                kept.booklets.values().filter(|booklet| booklet.state == BookletState::Spoiled).count() as u64;
            counts
        })
    }
    fn reconcile(&self) -> Result<Reconciliation, StoreError> {
        self.read(|kept| Reconciliation {
            received: kept.received,
            by_state: BookletState::ALL
                .map(|state| (state, kept.booklets.values().filter(|booklet| booklet.state == state).count() as u64))
                .to_vec(),
        })
    }
    fn paused_machines(&self) -> Result<Vec<MachineName>, StoreError> {
        self.read(|kept| kept.paused.clone())
    }
    fn standing(&self, machine: &MachineName) -> Result<Standing, StoreError> {
        self.read(|kept| kept.standing_of(machine))
    }
    fn inspections(&self, limit: usize) -> Result<Vec<InspectionRecord>, StoreError> {
        self.read(|kept| kept.inspections.iter().take(limit).cloned().collect())
    }
    fn shift(&self) -> Result<Option<ShiftRecord>, StoreError> {
        self.read(|kept| kept.shift.clone())
    }
    fn policy(&self) -> Result<CentrePolicy, StoreError> {
        self.read(|kept| kept.policy)
    }
    fn outbox(&self, _: Sequence, limit: usize) -> Result<Vec<OutboxEntry>, StoreError> {
        self.read(|kept| kept.outbox.iter().take(limit).cloned().collect())
    }
    fn delivered_through(&self, _: &str) -> Result<Sequence, StoreError> {
        Ok(Sequence(0))
    }
}
