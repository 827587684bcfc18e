//! What a person does at an emulated machine, over a network: the service `proto/persoline/desk/v1/desk.proto`.
//!
//! [`serve`] offers it for a machine in this process, [`DeskClient`] uses it from another one. It is not part of a link
//! between host and machine and has an address of its own.

mod client;
mod convert;
mod service;
mod wire;

pub use client::{DeskClient, DeskError};
pub use convert::{BlankBooklet, FoundBooklet};
pub use service::serve;
