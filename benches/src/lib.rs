//! What benches share: photographs and applications, a centre with keys, one document with everything made of it, the
//! primitives of a document timed alone, and the line burnt down with the machine's time taken out.
//!
//! | module | what |
//! |---|---|
//! | [`inputs`] | payloads of the sample set, and the same with other faces |
//! | [`hall`] | a centre in a temporary folder: keys, vault, stores |
//! | [`specimen`] | one bound document, as far as the stages make it |
//! | [`shelf`] | specimens for the criterion benches, taken in turn |
//! | [`primitives`] | each primitive called alone on the same inputs |
//! | [`machine`] | a machine that takes no time of its own |
//! | [`chip_time`] | what the common profiles of a chip cost to write and to read |
//! | [`files`] | the files of one document against their cryptographic primitives |
//! | [`burn_down`] | orders worked off by the whole line |
//! | [`late_binding`], [`paced`] | how long a machine waits for its ticket when it asks at nameplate rate |
//! | [`cpu`] | processor time by kind of thread |
//! | [`simulation`] | the promises of the design tried in virtual time, from seeds |
//! | [`report`] | the figures, for people and as JSON |

pub mod burn_down;
pub mod chip_time;
pub mod cpu;
pub mod files;
pub mod hall;
pub mod inputs;
pub mod late_binding;
pub mod machine;
pub mod paced;
pub mod primitives;
pub mod report;
pub mod shelf;
pub mod simulation;
pub mod specimen;
pub mod system;

/// Why a bench cannot go on; its text says what and what to do.
pub type Failure = Box<dyn std::error::Error + Send + Sync>;

/// A failure from anything that can be shown.
pub fn failure(what: impl core::fmt::Display) -> Failure {
    what.to_string().into()
}
