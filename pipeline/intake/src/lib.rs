//! Approved applications as they arrive: format, checks and what is set aside.
//!
//! An applications file is JSON Lines in UTF-8, one [`record::Record`] a line, with pictures as files beside it;
//! `docs/format.md` describes it and [`schema`] gives its JSON Schema. [`Intake::take_file`] streams a file of any size:
//! good records are handed on in batches, bad ones are set aside verbatim with all their faults, to be mended and fed
//! again. Nothing here keeps a clock, a store or a decoder of its own: pictures and fonts are asked through
//! [`PortraitCheck`] and [`GlyphCoverage`].
//!
//! | module | what |
//! |---|---|
//! | [`record`] | view types of the format, limits, JSON Schema |
//! | [`Intake`] | a record or a file checked; what it is checked with |
//! | [`Trust`] | whether a file must be signed by the issuing register |
//! | [`sources`] | the applications files of files and folders |

mod check;
mod digest;
mod error;
mod fault;
mod fields;
mod intake;
mod json;
mod lines;
mod person;
mod ports;
pub mod record;
mod set_aside;
mod sources;
mod take;
mod trust;

pub use error::{IntakeError, TakeError};
pub use fault::Fault;
pub use intake::{Intake, Limits};
pub use person::PersonSecret;
pub use ports::{GlyphCoverage, PictureFault, PictureSize, PortraitCheck};
pub use record::schema;
pub use set_aside::SetAside;
pub use sources::sources;
pub use take::{FileSummary, Refusal, Taken};
pub use trust::{RegisterKey, Trust};
