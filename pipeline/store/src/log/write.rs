//! From a deed to what the log keeps of it.

use persoline_domain::deed::Deed;
use persoline_domain::identifiers::BookletSerial;

use super::body::{BlankBody, Body};
use super::hexadecimal;

/// The view of a deed; `None` for a kind that this version does not know.
pub(crate) fn body(deed: &Deed) -> Option<Body> {
    let texts = |serials: &[BookletSerial]| serials.iter().map(|s| s.0.clone()).collect();
    Some(match deed {
        Deed::OrderAccepted(new) => Body::OrderAccepted {
            application: new.application.0.clone(),
            digest: new.digest.to_string(),
            person: new.person.0.to_string(),
            channel: new.channel.name().into(),
            batch: new.batch.0.clone(),
            document: new.document.name().into(),
            priority: new.priority.name().into(),
            place: new.collection.place.clone(),
            place_kind: new.collection.kind.name().into(),
            received: new.received.0,
            approved: new.approved.0,
            due: new.due.to_string(),
        },
        Deed::OrderHeld { order, reason } => Body::OrderHeld { order: order.0, reason: reason.name().into() },
        Deed::OrderReleased { order } => Body::OrderReleased { order: order.0 },
        Deed::OrderCancelled { order } => Body::OrderCancelled { order: order.0 },
        Deed::PriorityChanged { order, priority } => {
            Body::PriorityChanged { order: order.0, priority: priority.name().into() }
        }
        Deed::StockReceived { delivery, blanks } => {
            let blanks = blanks.iter().map(BlankBody::of).collect();
            Body::StockReceived { delivery: delivery.clone(), blanks, uncounted: true }
        }
        Deed::StockLoaded { machine, serials } => {
            Body::StockLoaded { machine: machine.0.clone(), serials: texts(serials) }
        }
        Deed::StockUnloaded { machine, serials } => {
            Body::StockUnloaded { machine: machine.0.clone(), serials: texts(serials) }
        }
        Deed::MachinePaused { machine } => Body::MachinePaused { machine: machine.0.clone() },
        Deed::MachineResumed { machine } => Body::MachineResumed { machine: machine.0.clone() },
        Deed::AlarmAcknowledged { machine, alarm, code } => {
            Body::AlarmAcknowledged { machine: machine.0.clone(), alarm: *alarm, code: code.clone() }
        }
        Deed::MachineReported { machine, code } => {
            Body::MachineReported { machine: machine.0.clone(), code: code.clone() }
        }
        Deed::Dispatched { order, job, machine } => {
            Body::Dispatched { order: order.0, job: job.0, machine: machine.0.clone() }
        }
        Deed::Withdrawn { job, reason } => Body::Withdrawn { job: job.0, reason: reason.clone() },
        Deed::Bound { job, serial, chip_serial } => {
            Body::Bound { job: job.0, serial: serial.0.clone(), chip_serial: hexadecimal(chip_serial) }
        }
        Deed::Ticketed { job, ticket, .. } => Body::Ticketed {
            job: job.0,
            issued: ticket.issued.to_string(),
            expires: ticket.expires.to_string(),
            security_object: ticket.security_object.to_string(),
            signer: ticket.signer.0.clone(),
        },
        Deed::Locking { job } => Body::Locking { job: job.0 },
        Deed::Marking { job } => Body::Marking { job: job.0 },
        Deed::Verified { job } => Body::Verified { job: job.0 },
        Deed::Finished { job, on } => Body::Finished { job: job.0, on: on.to_string() },
        Deed::Spoiled { job, reason } => Body::Spoiled { job: job.0, reason: reason.clone() },
        Deed::Doubtful { job, reason } => Body::Doubtful { job: job.0, reason: reason.clone() },
        Deed::BlankSpoiled { serial, reason } => {
            Body::BlankSpoiled { serial: serial.0.clone(), reason: reason.clone() }
        }
        Deed::BlankQuarantined { serial, reason } => {
            Body::BlankQuarantined { serial: serial.0.clone(), reason: reason.clone() }
        }
        Deed::StockStored { delivery, cartons, counted } => {
            Body::StockStored { delivery: delivery.clone(), cartons: cartons.clone(), counted: *counted }
        }
        Deed::StockReturned { serials, reason } => {
            Body::StockReturned { serials: texts(serials), reason: reason.clone() }
        }
        Deed::BookletMissing { serial, reason } => {
            Body::BookletMissing { serial: serial.0.clone(), reason: reason.clone() }
        }
        Deed::BookletFound { serial } => Body::BookletFound { serial: serial.0.clone() },
        Deed::QuarantineDecided { serial, decision, reason } => Body::QuarantineDecided {
            serial: serial.0.clone(),
            decision: decision.name().into(),
            reason: reason.clone(),
        },
        Deed::BookletsDestroyed { serials, witness } => {
            Body::BookletsDestroyed { serials: texts(serials), witness: witness.clone() }
        }
        Deed::BookletRecalled { serial, reason } => {
            Body::BookletRecalled { serial: serial.0.clone(), reason: reason.clone() }
        }
        Deed::Packed { serials } => Body::Packed { serials: texts(serials) },
        Deed::HandedOver { serials } => Body::HandedOver { serials: texts(serials) },
        Deed::ShiftOpened { shift } => Body::ShiftOpened { shift: shift.0 },
        Deed::ShiftClosed { shift, counted } => {
            let counted = counted.iter().map(|(state, count)| (state.name().to_owned(), *count)).collect();
            Body::ShiftClosed { shift: shift.0, counted }
        }
        Deed::PolicySet { policy } => Body::PolicySet {
            remake_approvals: policy.remake_approvals,
            first_piece: policy.first_piece,
            sample_every: policy.sample_every,
        },
        Deed::RemakeApproved { order } => Body::RemakeApproved { order: order.0 },
        Deed::NumbersGranted { first, last } => Body::NumbersGranted { first: first.0.clone(), last: last.0.clone() },
        Deed::KeyHandled { act, name, digest, reason } => Body::KeyHandled {
            act: act.name().to_owned(),
            name: name.clone(),
            digest: digest.as_ref().map(ToString::to_string),
            reason: reason.clone(),
        },
        Deed::InspectionDecided { serial, approved, reason } => {
            Body::InspectionDecided { serial: serial.0.clone(), approved: *approved, reason: reason.clone() }
        }
        Deed::DocumentRejected { serial, reason } => {
            Body::DocumentRejected { serial: serial.0.clone(), reason: reason.clone() }
        }
        Deed::ReportsDelivered { receiver, through } => {
            Body::ReportsDelivered { receiver: receiver.clone(), through: through.0 }
        }
        Deed::MachineDraining { machine } => Body::MachineDraining { machine: machine.0.clone() },
        Deed::MachineFencedOff { machine, reason } => {
            Body::MachineFencedOff { machine: machine.0.clone(), reason: reason.clone() }
        }
        Deed::MachineCleared { machine } => Body::MachineCleared { machine: machine.0.clone() },
        Deed::Abandoned { job, reason } => Body::Abandoned { job: job.0, reason: reason.clone() },
        _ => return None,
    })
}
