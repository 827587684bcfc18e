//! The rules one by one, and that no order starves.

mod rules;
mod starvation;

use persoline_domain::application::DocumentType;
use persoline_domain::clock::{Date, Timestamp};
use persoline_domain::identifiers::OrderId;
use persoline_domain::order::Priority;
use persoline_domain::store::WaitingOrder;

use crate::{FeederView, FleetMember, Health, PlaceView};

const TODAY: Date = Date::constant(2026, 11, 20);

/// So many days from today.
fn in_days(days: i64) -> Date {
    TODAY.saturating_add(jiff::Span::new().days(days))
}

fn waiting(order: u64, document: DocumentType, due_in: i64) -> WaitingOrder {
    WaitingOrder {
        order: OrderId(order),
        application: "A".into(),
        document,
        priority: Priority::Normal,
        remakes: 0,
        due: in_days(due_in),
        effective_due: in_days(due_in),
        received: Timestamp(0),
    }
}

fn place(free_places: u32, feeders: &[(u16, DocumentType, u32)]) -> PlaceView {
    let feeders =
        feeders.iter().map(|(feeder, document, free)| FeederView { feeder: *feeder, document: *document, free: *free });
    PlaceView {
        is_ready: true,
        free_places,
        feeders: feeders.collect(),
        documents_per_hour: 300,
        ..PlaceView::default()
    }
}

fn member(documents: &[DocumentType], setup: DocumentType) -> FleetMember {
    FleetMember {
        is_ready: true,
        documents: documents.to_vec(),
        setup: Some(setup),
        health: Health::Sound,
        documents_per_hour: 300,
        under_way: 0,
    }
}
