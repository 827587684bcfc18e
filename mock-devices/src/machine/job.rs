//! A job inside the machine: where its booklet is and what is being done to it.

use std::sync::Arc;
use std::time::Duration;

use printer_driver::{
    ApduScript, ChipIdentity, Completion, DeviceError, EncodingPackage, FeederId, IdempotencyKey, ImageId, JobId,
    Stack, StationId,
};

use super::camera::Raster;
use super::physical::{BookletId, PageOrder};
use super::record::{record_names, record_struct};

record_names! {
    /// What is being done to a job's booklet. `Await…` waits for a station that is taken; `Resting` waits for the host.
    #[derive(Debug, Clone, Copy, PartialEq, Eq)]
    pub(crate) enum Step {
        AwaitFeeder,
        Feeding,
        AwaitIdentify,
        Identifying,
        MovingToEncoder,
        Resting,
        AwaitExchange,
        Exchanging,
        AwaitLaser,
        MovingToLaser,
        Confirming,
        Engraving,
        AwaitInkjet,
        MovingToInkjet,
        Inking,
        AwaitCamera,
        MovingToCamera,
        Capturing,
        AwaitOutput,
        Delivering,
        Jammed,
        Out,
    }
}

/// One booklet's way through the machine.
pub(crate) struct Job {
    pub(crate) record: JobRecord,
    /// The chip as it is if the script that is under way is cut off; the seed says after which command.
    pub(crate) chip_if_cut: Option<Vec<u8>>,
    /// What is to be marked, while it is under way.
    pub(crate) page: Option<PageOrder>,
    pub(crate) volatile: Volatile,
}

/// What the machine keeps of a job across a restart.
#[derive(Debug, Clone)]
pub(crate) struct JobRecord {
    pub(crate) id: JobId,
    /// Jobs in the order in which they came.
    pub(crate) arrival: u64,
    pub(crate) feeder: FeederId,
    pub(crate) booklet: Option<BookletId>,
    /// The serial that was read at pick; empty before.
    pub(crate) serial: String,
    pub(crate) step: Step,
    pub(crate) station: Option<StationId>,
    /// The station that is kept free for the booklet that is on its way there.
    pub(crate) reserved: Option<StationId>,
    /// The command under way.
    pub(crate) command: Option<IdempotencyKey>,
    /// Every command of the job.
    pub(crate) keys: Vec<IdempotencyKey>,
    /// Where the booklet is being put out to, or was.
    pub(crate) stack: Option<Stack>,
    pub(crate) is_cancelling: bool,
    /// Whether the chip was talked to or the page was marked.
    pub(crate) is_touched: bool,
    /// Whether the command under way only takes a picture again.
    pub(crate) is_photographing: bool,
    /// Pictures that were taken, each with whether it is of no use.
    pub(crate) images: Vec<(ImageId, bool)>,
    /// Why the booklet is no good, if the machine knows.
    pub(crate) reason: Option<String>,
}

record_struct!(JobRecord {
    id,
    arrival,
    feeder,
    booklet,
    serial,
    step,
    station,
    reserved,
    command,
    keys,
    stack,
    is_cancelling,
    is_touched,
    is_photographing,
    images,
    reason
});

/// What is gone after a restart.
#[derive(Default)]
pub(crate) struct Volatile {
    /// When the step ends; none while it waits.
    pub(crate) due: Option<Duration>,
    /// What the chip said of itself.
    pub(crate) identity: Option<ChipIdentity>,
    /// The commands for the chip, while they are under way.
    pub(crate) script: Option<ApduScript>,
    /// What the machine is to write by itself; it holds keys and is never written to memory.
    pub(crate) package: Option<EncodingPackage>,
    /// How the exchange with the chip that is under way will end.
    pub(crate) chip_result: Option<Result<Completion, DeviceError>>,
    /// Whether the chip accepted the keys in the exchange that is under way; none when it did not come to that.
    pub(crate) keys_accepted: Option<bool>,
    /// Whether the page is being engraved a second time, which nobody has asked for.
    pub(crate) is_reprinting: bool,
    /// The page as it is engraved, at the camera's resolution.
    pub(crate) raster: Option<Arc<Raster>>,
}

impl Job {
    pub(crate) fn new(id: JobId, arrival: u64, feeder: FeederId, key: IdempotencyKey) -> Self {
        Job {
            record: JobRecord {
                id,
                arrival,
                feeder,
                booklet: None,
                serial: String::new(),
                step: Step::AwaitFeeder,
                station: None,
                reserved: None,
                command: Some(key),
                keys: vec![key],
                stack: None,
                is_cancelling: false,
                is_touched: false,
                is_photographing: false,
                images: Vec::new(),
                reason: None,
            },
            chip_if_cut: None,
            page: None,
            volatile: Volatile::default(),
        }
    }

    /// Counts the job's commands, so that chance can tell a second attempt from the first.
    pub(crate) fn round(&self) -> u64 {
        self.record.keys.len() as u64
    }

    pub(crate) fn is_at_or_moving_to(&self, station: StationId) -> bool {
        self.record.station == Some(station) || self.record.reserved == Some(station)
    }
}
