//! From what the log keeps back to a deed.

use persoline_domain::application::{Channel, Collection, CollectionKind, DocumentType};
use persoline_domain::booklet::{BookletState, QuarantineDecision};
use persoline_domain::clock::Timestamp;
use persoline_domain::deed::{Deed, HoldReason, KeyAct, NewOrder};
use persoline_domain::identifiers::{
    BatchName, BookletSerial, DocumentNumber, JobNumber, MachineName, OrderId, PersonKey, Sequence, ShiftNumber,
};
use persoline_domain::job::TicketRecord;
use persoline_domain::order::Priority;
use persoline_domain::policy::CentrePolicy;
use persoline_domain::seal::SealedPayload;

use super::body::{BlankBody, Body};
use super::{parse_date, parse_digest, parse_hexadecimal};

/// The deed of a view; `None` when a field is not what this version writes. An accepted order comes without its payload.
pub(crate) fn deed(body: Body) -> Option<Deed> {
    let serials = |texts: Vec<String>| texts.into_iter().map(BookletSerial).collect();
    Some(match body {
        Body::OrderAccepted {
            application,
            digest,
            person,
            channel,
            batch,
            document,
            priority,
            place,
            place_kind,
            received,
            approved,
            due,
        } => Deed::OrderAccepted(Box::new(NewOrder {
            application: application.as_str().into(),
            digest: parse_digest(&digest)?,
            person: PersonKey(parse_digest(&person)?),
            channel: Channel::parse(&channel)?,
            batch: BatchName(batch),
            document: DocumentType::parse(&document)?,
            priority: Priority::parse(&priority)?,
            collection: Collection { place, kind: CollectionKind::parse(&place_kind)? },
            received: Timestamp(received),
            approved: Timestamp(approved),
            due: parse_date(&due)?,
            payload: SealedPayload { wrapped_key: Vec::new(), ciphertext: Vec::new() },
        })),
        Body::OrderHeld { order, reason } => {
            Deed::OrderHeld { order: OrderId(order), reason: HoldReason::parse(&reason)? }
        }
        Body::OrderReleased { order } => Deed::OrderReleased { order: OrderId(order) },
        Body::OrderCancelled { order } => Deed::OrderCancelled { order: OrderId(order) },
        Body::PriorityChanged { order, priority } => {
            Deed::PriorityChanged { order: OrderId(order), priority: Priority::parse(&priority)? }
        }
        Body::StockReceived { delivery, blanks, .. } => Deed::StockReceived {
            delivery,
            blanks: blanks.into_iter().map(BlankBody::into_blank).collect::<Option<_>>()?,
        },
        Body::StockLoaded { machine, serials: texts } => {
            Deed::StockLoaded { machine: machine.as_str().into(), serials: serials(texts) }
        }
        Body::StockUnloaded { machine, serials: texts } => {
            Deed::StockUnloaded { machine: machine.as_str().into(), serials: serials(texts) }
        }
        Body::MachinePaused { machine } => Deed::MachinePaused { machine: machine.as_str().into() },
        Body::MachineResumed { machine } => Deed::MachineResumed { machine: machine.as_str().into() },
        Body::AlarmAcknowledged { machine, alarm, code } => {
            Deed::AlarmAcknowledged { machine: machine.as_str().into(), alarm, code }
        }
        Body::MachineReported { machine, code } => Deed::MachineReported { machine: machine.as_str().into(), code },
        Body::Dispatched { order, job, machine } => {
            Deed::Dispatched { order: OrderId(order), job: JobNumber(job), machine: machine.as_str().into() }
        }
        Body::Withdrawn { job, reason } => Deed::Withdrawn { job: JobNumber(job), reason },
        Body::Bound { job, serial, chip_serial } => Deed::Bound {
            job: JobNumber(job),
            serial: serial.as_str().into(),
            chip_serial: parse_hexadecimal(&chip_serial)?,
        },
        Body::Ticketed { job, issued, expires, security_object, signer } => Deed::Ticketed {
            job: JobNumber(job),
            ticket: TicketRecord {
                issued: parse_date(&issued)?,
                expires: parse_date(&expires)?,
                security_object: parse_digest(&security_object)?,
                signer: signer.as_str().into(),
            },
            document: SealedPayload { wrapped_key: Vec::new(), ciphertext: Vec::new() },
        },
        Body::Locking { job } => Deed::Locking { job: JobNumber(job) },
        Body::Marking { job } => Deed::Marking { job: JobNumber(job) },
        Body::Verified { job } => Deed::Verified { job: JobNumber(job) },
        Body::Finished { job, on } => Deed::Finished { job: JobNumber(job), on: parse_date(&on)? },
        Body::Spoiled { job, reason } => Deed::Spoiled { job: JobNumber(job), reason },
        Body::Doubtful { job, reason } => Deed::Doubtful { job: JobNumber(job), reason },
        Body::BlankSpoiled { serial, reason } => Deed::BlankSpoiled { serial: serial.as_str().into(), reason },
        Body::BlankQuarantined { serial, reason } => Deed::BlankQuarantined { serial: serial.as_str().into(), reason },
        Body::StockStored { delivery, cartons, counted } => Deed::StockStored { delivery, cartons, counted },
        Body::StockReturned { serials: texts, reason } => Deed::StockReturned { serials: serials(texts), reason },
        Body::BookletMissing { serial, reason } => Deed::BookletMissing { serial: BookletSerial(serial), reason },
        Body::BookletFound { serial } => Deed::BookletFound { serial: BookletSerial(serial) },
        Body::QuarantineDecided { serial, decision, reason } => Deed::QuarantineDecided {
            serial: BookletSerial(serial),
            decision: QuarantineDecision::parse(&decision)?,
            reason,
        },
        Body::BookletsDestroyed { serials: texts, witness } => {
            Deed::BookletsDestroyed { serials: serials(texts), witness }
        }
        Body::BookletRecalled { serial, reason } => Deed::BookletRecalled { serial: BookletSerial(serial), reason },
        Body::Packed { serials: texts } => Deed::Packed { serials: serials(texts) },
        Body::HandedOver { serials: texts } => Deed::HandedOver { serials: serials(texts) },
        Body::ShiftOpened { shift } => Deed::ShiftOpened { shift: ShiftNumber(shift) },
        Body::ShiftClosed { shift, counted } => Deed::ShiftClosed {
            shift: ShiftNumber(shift),
            counted: counted
                .into_iter()
                .map(|(state, count)| Some((BookletState::parse(&state)?, count)))
                .collect::<Option<_>>()?,
        },
        Body::PolicySet { remake_approvals, first_piece, sample_every } => {
            Deed::PolicySet { policy: CentrePolicy { remake_approvals, first_piece, sample_every } }
        }
        Body::RemakeApproved { order } => Deed::RemakeApproved { order: OrderId(order) },
        Body::NumbersGranted { first, last } => {
            Deed::NumbersGranted { first: DocumentNumber(first), last: DocumentNumber(last) }
        }
        Body::KeyHandled { act, name, digest, reason } => Deed::KeyHandled {
            act: KeyAct::parse(&act)?,
            name,
            digest: match digest {
                Some(text) => Some(parse_digest(&text)?),
                None => None,
            },
            reason,
        },
        Body::InspectionDecided { serial, approved, reason } => {
            Deed::InspectionDecided { serial: BookletSerial(serial), approved, reason }
        }
        Body::DocumentRejected { serial, reason } => Deed::DocumentRejected { serial: BookletSerial(serial), reason },
        Body::ReportsDelivered { receiver, through } => Deed::ReportsDelivered { receiver, through: Sequence(through) },
        Body::MachineDraining { machine } => Deed::MachineDraining { machine: MachineName(machine) },
        Body::MachineFencedOff { machine, reason } => Deed::MachineFencedOff { machine: MachineName(machine), reason },
        Body::MachineCleared { machine } => Deed::MachineCleared { machine: MachineName(machine) },
        Body::Abandoned { job, reason } => Deed::Abandoned { job: JobNumber(job), reason },
    })
}
