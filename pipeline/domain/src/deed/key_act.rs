//! What is done with the keys and certificates of the issuing state.

/// What was done, as the event log names it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum KeyAct {
    /// A key was made.
    Made,
    /// A certificate was requested of the country signer.
    Requested,
    /// The country signer issued a certificate.
    Issued,
    /// A certificate was installed beside its key, or as one to be trusted.
    Installed,
    /// A certificate was revoked.
    Revoked,
    /// A revocation list was made.
    RevocationList,
    /// A master list was made.
    MasterList,
    /// What the public key directory takes was written.
    Published,
    /// A private key was erased.
    Retired,
    /// A certificate was written for others.
    Exported,
}

impl KeyAct {
    /// All.
    pub const ALL: [KeyAct; 10] = [
        KeyAct::Made,
        KeyAct::Requested,
        KeyAct::Issued,
        KeyAct::Installed,
        KeyAct::Revoked,
        KeyAct::RevocationList,
        KeyAct::MasterList,
        KeyAct::Published,
        KeyAct::Retired,
        KeyAct::Exported,
    ];
    /// The name used in the store and in views.
    pub fn name(self) -> &'static str {
        match self {
            KeyAct::Made => "made",
            KeyAct::Requested => "requested",
            KeyAct::Issued => "issued",
            KeyAct::Installed => "installed",
            KeyAct::Revoked => "revoked",
            KeyAct::RevocationList => "revocation_list",
            KeyAct::MasterList => "master_list",
            KeyAct::Published => "published",
            KeyAct::Retired => "retired",
            KeyAct::Exported => "exported",
        }
    }
    /// The act of that name.
    pub fn parse(name: &str) -> Option<KeyAct> {
        KeyAct::ALL.into_iter().find(|act| act.name() == name)
    }
}
