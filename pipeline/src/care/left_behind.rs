//! Jobs of machines that the settings do not name any more: nobody would ever take them up again.

use std::collections::BTreeSet;

use persoline_domain::deed::{Act, Deed};
use persoline_domain::identifiers::{Actor, MachineName};
use persoline_domain::job::JobPhase;
use persoline_domain::order::OrderState;
use persoline_domain::store::{OrderQuery, Store, StoreError};

use crate::centre::OpenCentre;

/// Orders that are looked at at once.
const PAGE: usize = 512;
/// Why such a job ends, as a code.
const REASON: &str = "machine_dead";

/// Gives such jobs up as those of a dead machine are given up: a bound booklet goes to quarantine, and the order is made
/// again elsewhere or, where a document may exist, held for a person.
pub(super) fn give_up(open: &OpenCentre) -> Result<(), StoreError> {
    for machine in machines_at_work(open)? {
        if open.settings.machine_names().any(|named| named == machine) {
            continue;
        }
        // Whoever still works with that machine is refused from here on.
        let fence = Some(open.store.take_fence(&machine)?);
        let jobs = open.store.open_jobs(&machine)?;
        let count = jobs.len();
        for job in jobs {
            let (job, phase, reason) = (job.job, job.phase, REASON.to_owned());
            let deed = if phase <= JobPhase::Ticketed {
                Deed::Abandoned { job, reason }
            } else {
                Deed::Doubtful { job, reason }
            };
            open.store.commit(vec![Act { at: open.clock.now(), actor: Actor::Line, fence, deed }])?;
        }
        tracing::warn!(
            %machine,
            "{count} jobs are given up, for centre.json no longer names their machine: look for their booklets with \
             `persoline stock reconcile`, they lie in it or on its stacks"
        );
    }
    Ok(())
}

/// Machines that have orders, by the orders.
fn machines_at_work(open: &OpenCentre) -> Result<BTreeSet<MachineName>, StoreError> {
    let mut machines = BTreeSet::new();
    for state in OrderState::ALL.into_iter().filter(|state| state.is_on_machine()) {
        let mut offset = 0;
        loop {
            let query = OrderQuery { state: Some(state), offset, limit: PAGE, ..OrderQuery::default() };
            let page = open.store.orders(&query)?;
            offset += page.len();
            let is_last = page.len() < PAGE;
            machines.extend(page.into_iter().filter_map(|order| order.machine));
            if is_last {
                break;
            }
        }
    }
    Ok(machines)
}
