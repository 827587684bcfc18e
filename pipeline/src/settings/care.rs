//! What the centre decides about its own care, and the document numbers that it was granted.

use persoline_domain::policy::CentrePolicy;
use serde::{Deserialize, Serialize};

/// Rules that the centre sets for itself; they take effect, and enter the log, at the start of the next run.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct PolicySettings {
    /// Different people who must approve a remake before it waits again; 0 asks for none.
    pub(crate) remake_approvals: u8,
    /// Whether each machine's first document of a shift waits for approval. Machines then work in a shift only.
    pub(crate) first_piece: bool,
    /// Every so many good documents of a machine one is drawn for inspection; 0 draws none.
    pub(crate) sample_every: u32,
}

impl PolicySettings {
    /// The policy as the store keeps it.
    pub(crate) fn policy(self) -> CentrePolicy {
        CentrePolicy {
            remake_approvals: self.remake_approvals,
            first_piece: self.first_piece,
            sample_every: self.sample_every,
        }
    }
}

/// A range of document numbers, both ends included.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct NumberRange {
    /// The first.
    pub(crate) first: String,
    /// The last.
    pub(crate) last: String,
}
