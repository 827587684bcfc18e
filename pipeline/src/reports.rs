//! The receivers of the settings, and the outbox that is emptied to them.

mod register;

use std::fs::{File, TryLockError};
use std::sync::Arc;
use std::time::Duration;

use persoline_domain::chance::RandomSource;
use persoline_domain::outbox::{OutboxSight, ReceiverStanding};
use persoline_domain::store::Store;
use persoline_report::{JsonLinesFile, NamedReceiver, Outbox, OutboxParts, Receiver};

use self::register::Register;
use crate::centre::OpenCentre;
use crate::exit::{Failure, Kind, disk};
use crate::settings::ReceiverKind;
use crate::system::SystemRandom;

/// How long the end of a run waits for what is not delivered yet.
const FINISHES_WITHIN: Duration = Duration::from_secs(10);

/// How long a run waits for a `report once` that is under way.
const WAITS_FOR_OTHERS: Duration = Duration::from_secs(10);
/// How often it looks.
const LOOKS_EVERY: Duration = Duration::from_millis(10);

/// The outbox at work; one program at a time empties it.
pub(crate) struct Reports {
    outbox: Outbox,
    _lock: File,
}

impl Reports {
    /// Begins to deliver, after whoever does it at the moment.
    pub(crate) fn start(open: &OpenCentre) -> Result<Reports, Failure> {
        let (receivers, lock) = (receivers(open)?, lock(open, WAITS_FOR_OTHERS)?);
        let outbox = Outbox::start(&parts(open), receivers)
            .map_err(|error| Failure::new(Kind::Line, format!("no more threads: {error}")))?;
        Ok(Reports { outbox, _lock: lock })
    }

    /// For the dashboard.
    pub(crate) fn sight(&self) -> Arc<dyn OutboxSight> {
        self.outbox.sight()
    }

    /// Delivers what is left, within a bound, and ends.
    pub(crate) fn finish(self) -> Vec<ReceiverStanding> {
        self.outbox.finish(FINISHES_WITHIN)
    }
}

/// Delivers what stands in the outbox and ends.
pub(crate) fn once(open: &OpenCentre) -> Result<Vec<ReceiverStanding>, Failure> {
    let (receivers, _lock) = (receivers(open)?, lock(open, Duration::ZERO)?);
    Ok(persoline_report::once(&parts(open), receivers))
}

fn parts(open: &OpenCentre) -> OutboxParts {
    OutboxParts {
        store: Arc::clone(&open.store) as Arc<dyn Store>,
        clock: Arc::clone(&open.clock),
        random: Arc::new(SystemRandom) as Arc<dyn RandomSource>,
        issuing_state: open.settings.state.clone(),
    }
}

fn receivers(open: &OpenCentre) -> Result<Vec<NamedReceiver>, Failure> {
    let one = |settings: &crate::settings::ReportSettings| {
        let receiver: Box<dyn Receiver> = match &settings.to {
            ReceiverKind::File(file) => Box::new(JsonLinesFile::new(open.place.inside(file))),
            ReceiverKind::Http(service) => Box::new(Register::of(&open.place, &settings.name, service)?),
        };
        Ok((settings.name.clone(), receiver))
    };
    open.settings.reports.iter().map(one).collect()
}

/// Two programs that deliver at once would send a file the same report twice: waits so long for another one to end.
fn lock(open: &OpenCentre, patience: Duration) -> Result<File, Failure> {
    let path = open.place.report_lock();
    let file = File::create(&path).map_err(|error| disk(&path, &error))?;
    let since = open.clock.elapsed();
    loop {
        match file.try_lock() {
            Ok(()) => return Ok(file),
            Err(TryLockError::Error(error)) => return Err(disk(&path, &error)),
            Err(TryLockError::WouldBlock) if open.clock.elapsed().saturating_sub(since) < patience => {
                open.clock.sleep(LOOKS_EVERY);
            }
            Err(TryLockError::WouldBlock) => {
                let what = "another program delivers the reports: a run does so by itself until it ends";
                return Err(Failure::new(Kind::Store, what));
            }
        }
    }
}
