//! What a centre has decided about its own care.

/// Rules that a centre sets for itself. The log keeps each change, so that a rebuilt store agrees; all are off at first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct CentrePolicy {
    /// Different people who must approve a remake before it waits again; 0 asks for none.
    pub remake_approvals: u8,
    /// Whether each machine's first document of a shift waits for a person's approval before the machine goes on. Machines
    /// then work in a shift only.
    pub first_piece: bool,
    /// Every so many good documents of a machine one is drawn for inspection; 0 draws none.
    pub sample_every: u32,
}
