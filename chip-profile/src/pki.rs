//! Certificates of the country signer and the document signers, Doc 9303-12.
//!
//! | module | what |
//! |---|---|
//! | [`certificate`] | a certificate read over its original bytes, so that foreign signatures stay verifiable |
//! | [`time`] | instants without a clock, as certificates write them |

pub mod certificate;
pub mod time;

pub use certificate::{Certificate, CertificateError};
pub use time::UnixTime;
