//! What is done with keys, in the event log.

use persoline_domain::deed::{Act, Deed, KeyAct};
use persoline_domain::identifiers::{Actor, Digest};
use persoline_domain::store::Store;
use persoline_keys::IssuedCertificate;
use sha2::{Digest as _, Sha256};

use crate::centre::OpenCentre;
use crate::exit::Failure;
use crate::place::Place;

/// One thing that was done.
pub(super) struct Handled {
    act: KeyAct,
    name: String,
    digest: Option<Digest>,
}

impl Handled {
    /// Something done with a certificate.
    pub(super) fn certificate(act: KeyAct, certificate: &IssuedCertificate) -> Handled {
        Handled { act, name: certificate.name.clone(), digest: Some(Digest(certificate.fingerprint)) }
    }
    /// Something done with a request, a list or a file.
    pub(super) fn file(act: KeyAct, name: &str, bytes: &[u8]) -> Handled {
        Handled { act, name: name.to_owned(), digest: Some(Digest(Sha256::digest(bytes).into())) }
    }
    /// Something done with what has no bytes to show.
    pub(super) fn named(act: KeyAct, name: &str) -> Handled {
        Handled { act, name: name.to_owned(), digest: None }
    }
}

/// Writes what was done into the log, all or nothing, also while the line runs in another program.
pub(super) fn record(place: &Place, actor: &Actor, handled: Vec<Handled>, reason: &str) -> Result<(), Failure> {
    let open = OpenCentre::open_beside(place.clone())?;
    let act = |Handled { act, name, digest }| Act {
        at: open.clock.now(),
        actor: actor.clone(),
        fence: None,
        deed: Deed::KeyHandled { act, name, digest, reason: reason.to_owned() },
    };
    let acts: Vec<Act> = handled.into_iter().map(act).collect();
    if !acts.is_empty() {
        open.store.commit(acts)?;
    }
    Ok(())
}
