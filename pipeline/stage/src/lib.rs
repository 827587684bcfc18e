//! The steps of one document: prepare, sign, render, ticket, verify.
//!
//! [`workshop`] says what the line asks, as traits; [`CentreWorkshop`] does it with real keys, portraits and pages.
//!
//! | module | step |
//! |---|---|
//! | [`prepare`] | portrait and MRZ of an application and a bound booklet |
//! | [`chip_data`], [`chip_keys`] | data groups and keys of its chip |
//! | [`sign`] | EF.SOD and EF.CardSecurity, verified to the country signer before they leave |
//! | [`render`] | layers for the machine, proof for people |
//! | [`chip`] | the chip written, locked, read back and inspected |
//! | [`package`] | what a machine that encodes by itself writes, sealed to it |
//! | [`verify`] | what the camera saw, held against what was ordered |

pub mod centre;
mod centre_workshop;
pub mod chip;
pub mod chip_data;
pub mod chip_keys;
mod data_groups;
mod desk;
pub mod document;
pub mod package;
pub mod payload;
pub mod prepare;
pub mod render;
pub mod sign;
pub mod term;
pub mod times;
pub mod verify;
pub mod workshop;

pub use centre::{Bilingual, Centre};
pub use centre_workshop::{CentreWorkshop, WorkshopParts, open_document, open_payload};
