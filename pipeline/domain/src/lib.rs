//! The words of the line: orders, booklets, events, and the ports through which its rooms reach one another.
//!
//! Nothing here reads a file, opens a socket, starts a thread or asks for the time. Rooms of the same rank (intake, render,
//! keys, store, calendar) never import each other; what one needs of another is a small trait in this crate:
//! [`clock::Clock`], [`chance::RandomSource`], [`calendar::Calendar`], [`signer::Signer`], [`signer::SigningLedger`],
//! [`seal::PayloadVault`], [`store::Store`], [`outbox::OutboxSight`].
//!
//! Types have no serialisation of their own: each file and each page has its view types where it is written or shown.
//! What is personal is wrapped in [`personal::Personal`] and does not show in `Debug`.

pub mod application;
pub mod booklet;
pub mod calendar;
pub mod chance;
pub mod clock;
pub mod deed;
pub mod identifiers;
pub mod job;
pub mod order;
pub mod outbox;
pub mod personal;
pub mod policy;
pub mod seal;
pub mod signer;
pub mod stock;
pub mod store;
pub mod texts;
