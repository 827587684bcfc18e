//! Deeds as the history shows them.

use persoline_domain::deed::{Act, Deed};

/// A deed's name.
pub(crate) fn name_of_deed(deed: &Deed) -> &'static str {
    match deed {
        Deed::OrderAccepted(_) => "order accepted",
        Deed::OrderHeld { .. } => "order held",
        Deed::OrderReleased { .. } => "order released",
        Deed::OrderCancelled { .. } => "order cancelled",
        Deed::PriorityChanged { .. } => "priority changed",
        Deed::RemakeApproved { .. } => "remake approved",
        Deed::StockReceived { .. } => "stock received",
        Deed::StockStored { .. } => "stock stored",
        Deed::StockLoaded { .. } => "stock loaded",
        Deed::StockUnloaded { .. } => "stock unloaded",
        Deed::StockReturned { .. } => "stock returned",
        Deed::BookletMissing { .. } => "booklet missing",
        Deed::BookletFound { .. } => "booklet found",
        Deed::QuarantineDecided { .. } => "quarantine decided",
        Deed::BookletsDestroyed { .. } => "booklets destroyed",
        Deed::BookletRecalled { .. } => "booklet recalled",
        Deed::Packed { .. } => "packed",
        Deed::HandedOver { .. } => "handed over",
        Deed::ShiftOpened { .. } => "shift opened",
        Deed::ShiftClosed { .. } => "shift closed",
        Deed::PolicySet { .. } => "policy set",
        Deed::NumbersGranted { .. } => "numbers granted",
        Deed::KeyHandled { .. } => "keys handled",
        Deed::InspectionDecided { .. } => "inspection decided",
        Deed::DocumentRejected { .. } => "document rejected",
        Deed::ReportsDelivered { .. } => "reports delivered",
        Deed::MachinePaused { .. } => "machine paused",
        Deed::MachineResumed { .. } => "machine resumed",
        Deed::MachineDraining { .. } => "machine draining",
        Deed::MachineFencedOff { .. } => "machine fenced off",
        Deed::MachineCleared { .. } => "machine cleared",
        Deed::AlarmAcknowledged { .. } => "alarm acknowledged",
        Deed::MachineReported { .. } => "machine reported",
        Deed::Dispatched { .. } => "dispatched",
        Deed::Withdrawn { .. } => "withdrawn",
        Deed::Abandoned { .. } => "abandoned",
        Deed::Bound { .. } => "bound",
        Deed::Ticketed { .. } => "ticketed",
        Deed::Locking { .. } => "locking",
        Deed::Marking { .. } => "marking",
        Deed::Verified { .. } => "verified",
        Deed::Finished { .. } => "finished",
        Deed::Spoiled { .. } => "spoiled",
        Deed::Doubtful { .. } => "doubtful",
        Deed::BlankSpoiled { .. } => "blank spoiled",
        Deed::BlankQuarantined { .. } => "blank quarantined",
        _ => "another deed",
    }
}

/// What a deed is about, for the history.
pub(crate) fn subject_of_deed(act: &Act) -> String {
    match &act.deed {
        Deed::OrderHeld { order, reason } => format!("order {order} {}", reason.name()),
        Deed::OrderReleased { order } | Deed::OrderCancelled { order } | Deed::RemakeApproved { order } => {
            format!("order {order} by {}", act.actor)
        }
        Deed::Dispatched { order, job, machine } => format!("order {order} job {job} on {machine}"),
        Deed::Bound { job, serial, .. } => format!("job {job} {serial}"),
        Deed::Withdrawn { job, reason }
        | Deed::Spoiled { job, reason }
        | Deed::Doubtful { job, reason }
        | Deed::Abandoned { job, reason } => format!("job {job} {reason}"),
        Deed::Ticketed { job, .. }
        | Deed::Locking { job }
        | Deed::Marking { job }
        | Deed::Verified { job }
        | Deed::Finished { job, .. } => format!("job {job}"),
        Deed::BlankSpoiled { serial, reason }
        | Deed::BlankQuarantined { serial, reason }
        | Deed::BookletMissing { serial, reason }
        | Deed::BookletRecalled { serial, reason }
        | Deed::DocumentRejected { serial, reason } => format!("{serial} {reason}"),
        Deed::QuarantineDecided { serial, decision, .. } => format!("{serial} {}", decision.name()),
        Deed::InspectionDecided { serial, approved, .. } => format!("{serial} {approved}"),
        Deed::MachineReported { machine, code } => format!("{machine} {code}"),
        Deed::AlarmAcknowledged { machine, alarm, code } => format!("{machine} {code} {alarm} by {}", act.actor),
        Deed::MachineFencedOff { machine, reason } => format!("{machine} {reason}"),
        Deed::MachinePaused { machine }
        | Deed::MachineResumed { machine }
        | Deed::MachineDraining { machine }
        | Deed::MachineCleared { machine } => machine.to_string(),
        Deed::StockLoaded { machine, serials } => format!("{machine} {} booklets", serials.len()),
        Deed::ReportsDelivered { receiver, through } => format!("{receiver} {through}"),
        _ => String::new(),
    }
}
