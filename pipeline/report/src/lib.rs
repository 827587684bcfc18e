//! The report to the issuing register: the result of every booklet, delivered exactly once as the receiver sees it.
//!
//! The store appends an entry to its outbox in the same transaction as the deed that ends a booklet's story: issued,
//! spoiled after encoding, missing, rejected, recalled. This crate carries the entries, in their order, to one or more
//! receivers, each with a cursor of its own in the store. An entry is delivered first and the cursor moved afterwards, so
//! a crash between the two delivers it again: what makes that harmless is the receiver. A file knows its last whole line
//! ([`file::JsonLinesFile`]), and a register knows the idempotency key ([`http::HttpReceiver`]).
//!
//! What to do next, and what an answer means, is decided by [`courier::Courier`], a state machine without I/O, clock or
//! chance of its own; [`outbox`] carries its effects out. What is sent is [`view::Report`]; `pipeline/docs/report.md` tells
//! the register's side of it.

pub mod courier;
pub mod file;
pub mod http;
pub mod outbox;
pub mod receiver;
pub mod view;

pub use courier::{Courier, Effect, Input};
pub use file::JsonLinesFile;
pub use http::{HttpReceiver, HttpSettings};
pub use outbox::{Outbox, OutboxParts, once};
pub use receiver::{Delivery, Fault, Mark, NamedReceiver, Receiver, Trouble};
pub use view::{Report, schema};
