//! Which order goes to which place on a machine next: a pure function of what is known.
//!
//! The store lists waiting orders in their rank: earliest effective due date first. A place takes the first one that it can
//! make, unless a rule says that the order is better off elsewhere or later; each rule is a file of its own, and every
//! decision carries its reason. Nothing is prepared for an order before a booklet was picked for it.
//!
//! | rule | file | what it weighs |
//! |---|---|---|
//! | too many remakes | `decide` | an order that keeps failing goes to a person |
//! | set-up | `rules/setup` | days of urgency against changing over between kinds of booklets |
//! | health | `rules/health` | a machine that spoils too much is given little, then nothing |
//! | rate | `rules/rate` | the last orders of a due date are not left to a slow machine |
//!
//! No rule may let an order starve. What is due today or overdue is never set back for a set-up, and an order is left to
//! another machine only while that machine can take it now.

mod decide;
mod reason;
mod rules;
mod view;

pub use decide::{Choice, Decision, decide, wanted};
pub use reason::{IdleReason, Reason};
pub use rules::health::{Health, HealthRecord};
pub use rules::rate::Pace;
pub use view::{DispatchLimits, FeederView, Fleet, FleetMember, PlaceView};

#[cfg(test)]
mod tests;
