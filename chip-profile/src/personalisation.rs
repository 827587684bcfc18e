//! Secure channel and write plan before the chip is locked, and the read back after it.
//!
//! Everything is data or a state machine without I/O. In order:
//!
//! 1. [`session::identity_script`] at pick: whose chip is it?
//! 2. [`WritePlan::build`] from [`ChipData`]: which commands write it.
//! 3. [`PersonalisationSession`]: secure channel, plan, lock; says what the chip has become when something fails.
//! 4. [`ReadBack`]: the locked chip read as an inspection system reads it.
//!
//! Where a machine writes chips by itself, step 3 is its own: it is given the plan in a sealed [`package`].
//!
//! | module | standard |
//! |---|---|
//! | [`channel`] | the trait behind which the protocol of an unlocked chip stands |
//! | [`scp03`] | GlobalPlatform Card Specification, Amendment D |
//! | [`two_phase`] | ISO/IEC 7816-8: keys that the chip makes itself |
//! | [`rsa_key`] | ISO/IEC 7816-8: RSA keys that are brought to it |
//! | [`write_plan`], [`file_control`], [`key_object`] | ISO/IEC 7816-4 and -9 |
//! | [`read_plan`], [`read_back`] | Doc 9303-10 and -11 |
//! | [`package`] | RFC 9180 (HPKE) |

pub mod channel;
pub mod file_control;
pub mod key_object;
pub mod package;
pub mod read_back;
pub mod read_plan;
pub mod rsa_key;
pub mod scp03;
pub mod session;
pub mod two_phase;
pub mod write_plan;

pub use channel::{ChannelError, ChannelKind, PersonalisationChannel, Scp03Channel};
pub use key_object::ActiveAuthenticationKey;
pub use read_back::{ReadAccess, ReadBack, ReadBackError, ReadResult, ReadStep};
pub use read_plan::ReadPlan;
pub use session::{ChipFate, KeyRequest, PersonalisationError, PersonalisationErrorKind, PersonalisationSession, Step};
pub use write_plan::{ChipAuthenticationKey, ChipData, ChipLimits, PlanError, WritePlan};
