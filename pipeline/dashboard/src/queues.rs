//! What waits for people, as the store has it.

use std::collections::BTreeMap;

use persoline_domain::deed::HoldReason;
use persoline_domain::identifiers::{MachineName, Sequence};
use persoline_domain::order::OrderState;
use persoline_domain::policy::CentrePolicy;
use persoline_domain::store::{
    Counts, InspectionKind, InspectionRecord, OrderQuery, OrderRecord, ShiftRecord, Standing, Store, StoreError,
};

/// Inspections and remakes that are looked up at most; more than people can work off in a day.
const LIMIT: usize = 1000;
/// Held orders that are read at once.
const PAGE: usize = 512;
/// Undelivered reports that are counted at most.
const REPORTS: usize = 1000;

/// What waits for people.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct Queues {
    /// Documents to inspect, oldest first.
    pub(crate) inspections: Vec<InspectionRecord>,
    /// Orders whose remake has to be approved, by due date.
    pub(crate) remakes: Vec<OrderRecord>,
    /// The open shift.
    pub(crate) shift: Option<ShiftRecord>,
    /// What the centre has decided.
    pub(crate) policy: CentrePolicy,
    /// How machines stand.
    pub(crate) standings: BTreeMap<MachineName, Standing>,
    /// Receivers of reports with how many wait for each, at most [`REPORTS`].
    pub(crate) reports: Vec<(String, usize)>,
}

impl Queues {
    /// Reads them; what depends on the log alone is taken from `last` while the log has not grown.
    pub(crate) fn read(
        store: &dyn Store,
        machines: impl Iterator<Item = MachineName>,
        receivers: &[String],
        counts: &Counts,
        last: Option<&Queues>,
    ) -> Result<Queues, StoreError> {
        let standings = machines.map(|machine| Ok((machine.clone(), store.standing(&machine)?)));
        let standings = standings.collect::<Result<_, StoreError>>()?;
        if let Some(last) = last {
            return Ok(Queues { standings, ..last.clone() });
        }
        let has_held = counts.count(OrderState::Held) > 0;
        let waiting = |receiver: &String| -> Result<(String, usize), StoreError> {
            let through: Sequence = store.delivered_through(receiver)?;
            Ok((receiver.clone(), store.outbox(through, REPORTS)?.len()))
        };
        Ok(Queues {
            inspections: store.inspections(LIMIT)?,
            remakes: if has_held { remakes(store)? } else { Vec::new() },
            shift: store.shift()?,
            policy: store.policy()?,
            standings,
            reports: receivers.iter().map(waiting).collect::<Result<_, _>>()?,
        })
    }

    /// Documents of one kind that wait for inspection.
    pub(crate) fn inspections_of(&self, kind: InspectionKind) -> u64 {
        self.inspections.iter().filter(|record| record.kind == kind).count() as u64
    }

    /// Machines that were fenced off.
    pub(crate) fn fenced_off(&self) -> u64 {
        self.standings.values().filter(|standing| standing.fenced_off.is_some()).count() as u64
    }
}

fn remakes(store: &dyn Store) -> Result<Vec<OrderRecord>, StoreError> {
    let (mut found, mut offset) = (Vec::new(), 0);
    while found.len() < LIMIT {
        let query = OrderQuery { state: Some(OrderState::Held), offset, limit: PAGE, ..OrderQuery::default() };
        let page = store.orders(&query)?;
        let is_last = page.len() < PAGE;
        offset += page.len();
        found.extend(page.into_iter().filter(|order| order.hold == Some(HoldReason::RemakeApproval)));
        if is_last {
            break;
        }
    }
    Ok(found)
}
