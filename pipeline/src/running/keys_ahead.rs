//! Keys of chips that take longer to make than the rest of a document: made ahead, in a thread of their own.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;

use persoline_domain::clock::Clock;
use persoline_stage::CentreWorkshop;
use persoline_stage::centre::ActiveAuthentication;

use super::LOOK;

/// The thread, where chips have such keys. It ends with the value.
pub(super) struct KeysAhead {
    stops: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl KeysAhead {
    /// Begins to make keys, if chips of this centre have such.
    pub(super) fn start(workshop: Arc<CentreWorkshop>, clock: Arc<dyn Clock>) -> std::io::Result<KeysAhead> {
        let stops = Arc::new(AtomicBool::new(false));
        let thread = match workshop.centre().active_authentication {
            ActiveAuthentication::Ec(_) => None,
            ActiveAuthentication::Rsa => {
                let stops = Arc::clone(&stops);
                let make = move || fill(&workshop, &*clock, &stops);
                Some(std::thread::Builder::new().name("keys ahead".to_owned()).spawn(make)?)
            }
        };
        Ok(KeysAhead { stops, thread })
    }
}

impl Drop for KeysAhead {
    fn drop(&mut self) {
        self.stops.store(true, Ordering::Relaxed);
        if let Some(thread) = self.thread.take() {
            // One key takes a moment; a thread that panicked has said so.
            let _ = thread.join();
        }
    }
}

fn fill(workshop: &CentreWorkshop, clock: &dyn Clock, stops: &AtomicBool) {
    while !stops.load(Ordering::Relaxed) {
        match workshop.make_key_ahead() {
            Ok(true) => {}
            Ok(false) => clock.sleep(LOOK),
            Err(trouble) => return tracing::warn!(%trouble, "no keys are made ahead"),
        }
    }
}
