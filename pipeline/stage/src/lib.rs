//! The steps of one document: prepare, sign, render, ticket, verify.
//!
//! [`workshop`] says what the line asks; [`centre::CentreWorkshop`] does it with real keys, portraits and pages.

pub mod workshop;
