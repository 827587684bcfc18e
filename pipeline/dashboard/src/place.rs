//! The pages: what is at which address, and of which pieces it is made.

use axum::extract::Query;
use axum::http::Uri;
use persoline_domain::store::StoreError;

use crate::address;
use crate::context::Context;
use crate::html::Html;
use crate::page::Tab;
use crate::route::batch::BatchAct;
use crate::route::{batch, events, inspections, machine, machines, order, orders, overview, remakes, shift, stock};

/// A page that can be looked at and kept live.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Place {
    Overview,
    Orders(orders::Wish),
    Order(String),
    /// An act on a batch, to be confirmed.
    Batch(String, BatchAct),
    Inspections,
    Remakes,
    /// With the count that did not fit, after one was sent.
    Shift(shift::Counted),
    Machines,
    Machine(String),
    Stock(stock::Wish),
    Events(events::Wish),
}

/// A page without its frame.
pub(crate) struct Main {
    pub(crate) title: String,
    pub(crate) tab: Tab,
    /// Names the arrangement of its pieces in the style sheet.
    pub(crate) layout: &'static str,
    pub(crate) pieces: Vec<Piece>,
}

/// A part of a page.
pub(crate) enum Piece {
    /// Stays as it is.
    Still(Html),
    /// Is sent again when it changes: its id and its content.
    Live(&'static str, Html),
}

/// Why a page cannot be shown.
#[derive(Debug)]
pub(crate) enum Problem {
    /// What was asked for does not exist; the text says what.
    NotFound(String),
    /// The store does not answer.
    Store(StoreError),
}

impl From<StoreError> for Problem {
    fn from(error: StoreError) -> Self {
        Problem::Store(error)
    }
}

impl Place {
    /// The page at an address; none when there is none. A query that makes no sense is read as no query.
    pub(crate) fn parse(uri: &Uri) -> Option<Place> {
        let mut segments = uri.path().strip_prefix('/')?.split('/');
        let (first, second, third) = (segments.next()?, segments.next(), segments.next());
        if segments.next().is_some() || (third.is_some() && first != "batches") {
            return None;
        }
        Some(match (first, second) {
            ("", None) => Place::Overview,
            ("orders", None) => Place::Orders(wish(uri)),
            ("orders", Some(application)) => Place::Order(address::decode(application)?),
            ("batches", Some(batch)) => Place::Batch(address::decode(batch)?, BatchAct::parse(third?)?),
            ("inspections", None) => Place::Inspections,
            ("remakes", None) => Place::Remakes,
            ("shift", None) => Place::Shift(shift::Counted::default()),
            ("machines", None) => Place::Machines,
            ("machines", Some(machine)) => Place::Machine(address::decode(machine)?),
            ("stock", None) => Place::Stock(wish(uri)),
            ("events", None) => Place::Events(wish(uri)),
            _ => return None,
        })
    }

    /// Renders the page. Blocks on the store.
    pub(crate) fn main(&self, context: &Context) -> Result<Main, Problem> {
        match self {
            Place::Overview => Ok(overview::main(context)),
            Place::Orders(wish) => orders::main(context, wish),
            Place::Order(application) => order::main(context, application),
            Place::Batch(batch, act) => batch::main(context, batch, *act),
            Place::Inspections => inspections::main(context),
            Place::Remakes => remakes::main(context),
            Place::Shift(counted) => shift::main(context, counted),
            Place::Machines => Ok(machines::main(context)),
            Place::Machine(name) => machine::main(context, name),
            Place::Stock(wish) => stock::main(context, wish),
            Place::Events(wish) => events::main(context, wish),
        }
    }
}

fn wish<T: Default + serde::de::DeserializeOwned>(uri: &Uri) -> T {
    Query::try_from_uri(uri).map(|Query(wish)| wish).unwrap_or_default()
}
