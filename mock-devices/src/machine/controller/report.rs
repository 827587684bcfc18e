//! The machine as it describes itself and as it is now.

use printer_driver::{
    Capabilities, Counters, Description, DeviceError, ErrorKind, Feeder, ImageId, JobPosition, LayerKind, Numbering,
    Snapshot, Stack, StackLevel, State, Station, StationDescription, StationId, StationKind,
};

use super::{MachineCore, station};
use crate::machine::camera::Shot;

impl MachineCore {
    /// Who the machine is and what it can do.
    pub fn describe(&self) -> Description {
        let mut capabilities = Capabilities::minimal();
        capabilities.states = vec![
            State::Stopped,
            State::Starting,
            State::Idle,
            State::Suspended,
            State::Execute,
            State::Stopping,
            State::Aborting,
            State::Aborted,
            State::Holding,
            State::Held,
            State::Unholding,
            State::Suspending,
            State::Unsuspending,
            State::Resetting,
            State::Completing,
            State::Complete,
            State::Clearing,
        ];
        capabilities.formats = self.settings.feeders.iter().map(|(_, format)| format.clone()).collect();
        capabilities.numbering = Numbering::PrePrinted;
        capabilities.layers = vec![LayerKind::Laser, LayerKind::Window, LayerKind::Observation];
        capabilities.dots_per_inch = vec![300, 600];
        capabilities.jobs_at_once = self.settings.jobs_at_once;
        capabilities.apdu_bytes = self.settings.apdu_bytes;
        capabilities.documents_per_hour = self.settings.timings.documents_per_hour();
        Description { identity: self.settings.identity.clone(), capabilities, stations: self.station_descriptions() }
    }

    fn station_descriptions(&self) -> Vec<StationDescription> {
        let describe = |id: StationId, kind: StationKind, name: String| StationDescription { id, kind, name };
        let mut stations: Vec<StationDescription> = Vec::new();
        for (feeder, format) in &self.settings.feeders {
            stations.push(describe(station::feed(*feeder), StationKind::Feed, format!("Feeder {}", format.0)));
        }
        stations.push(describe(station::IDENTIFY, StationKind::Identify, "Identification".into()));
        for (number, encoder) in (1u16..).zip(self.encoders()) {
            stations.push(describe(encoder, StationKind::Encode, format!("Encoder {number}")));
        }
        stations.push(describe(station::LASER, StationKind::Laser, "Laser".into()));
        stations.push(describe(station::INKJET, StationKind::Inkjet, "Inkjet".into()));
        stations.push(describe(station::CAMERA, StationKind::Camera, "Camera".into()));
        stations.push(describe(station::OUTPUT, StationKind::Output, "Output".into()));
        stations
    }

    /// The machine as it is now.
    ///
    /// # Errors
    /// [`ErrorKind::LinkLost`] while power is off.
    pub fn snapshot(&mut self) -> Result<Snapshot, DeviceError> {
        self.answers()?;
        self.settle()?;
        Ok(Snapshot {
            state: self.desk.state,
            mode: self.desk.mode,
            control: self.desk.control,
            alarms: self.desk.alarms.clone(),
            feeders: self.feeders(),
            stacks: vec![self.stack_level(Stack::Good), self.stack_level(Stack::Reject)],
            consumables: self.desk.supplies.iter().map(|supply| supply.shown.clone()).collect(),
            stations: self.stations(),
            jobs: self.positions(),
            counters: Counters { picked: self.desk.picked, good: self.desk.good, rejected: self.desk.rejected.clone() },
        })
    }

    pub(super) fn feeders(&self) -> Vec<Feeder> {
        let show = |(id, format): &(printer_driver::FeederId, printer_driver::Format)| {
            let range = self.desk.ranges.iter().find(|(feeder, _)| *feeder == id.0).map(|(_, range)| range.clone());
            let left = self.store.feeders.get(id).map_or(0, |order| order.len());
            Feeder {
                id: *id,
                format: range.is_some().then(|| format.clone()),
                serial_range: range,
                remaining: u32::try_from(left).unwrap_or(u32::MAX),
            }
        };
        self.settings.feeders.iter().map(show).collect()
    }

    pub(super) fn stack_level(&self, stack: Stack) -> StackLevel {
        StackLevel { stack, count: self.desk.stacked(stack), capacity: self.settings.stack_capacity }
    }

    pub(super) fn stations(&self) -> Vec<Station> {
        let show = |description: StationDescription| {
            let id = description.id;
            let cycles = self.desk.cycles(id);
            let lying = self.inside.iter().filter_map(|job| self.jobs.get(job));
            let job = lying.into_iter().find(|job| job.record.station == Some(id)).map(|job| job.record.id);
            let wobble = i32::try_from(self.chance.draw("temperature", u64::from(id.0), cycles).below(12)).unwrap_or(0);
            let warm = i32::try_from(cycles.min(60)).unwrap_or(60);
            let temperature_decidegrees = match description.kind {
                StationKind::Laser => Some(240 + warm * 2 + wobble),
                StationKind::Inkjet => Some(300 + warm / 2 + wobble),
                StationKind::Encode => Some(235 + warm / 3 + wobble),
                _ => None,
            };
            Station { id, job, cycles, temperature_decidegrees }
        };
        self.station_descriptions().into_iter().map(show).collect()
    }

    /// Jobs inside, then those whose booklet is out and whose results are still kept.
    fn positions(&self) -> Vec<JobPosition> {
        let known = self.inside.iter().chain(&self.finished).filter_map(|id| self.jobs.get(id));
        known
            .filter(|job| job.record.booklet.is_some())
            .map(|job| JobPosition {
                job: job.record.id,
                serial: job.record.serial.clone(),
                station: job.record.station,
                is_marked: job.record.is_touched,
            })
            .collect()
    }

    /// What has to be known to take the picture that a completion named; taking it does not hold the machine up.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`] when there is no such image, or its booklet is delivered.
    pub fn shot(&mut self, image: ImageId) -> Result<Shot, DeviceError> {
        self.answers()?;
        self.settle()?;
        let none = || DeviceError::untouched(ErrorKind::NotFound, "no such image, or its booklet is delivered");
        let of_job = |id| self.jobs.get(id).filter(|job| job.record.image == Some(image));
        let job = self.inside.iter().find_map(of_job).ok_or_else(none)?;
        let booklet = job.record.booklet.ok_or_else(none)?;
        let raster = job.volatile.raster.clone();
        let marks = self.store.body(booklet).ok_or_else(none)?.marks.clone();
        let is_misread = job.record.is_misread;
        let draw = self.chance.draw("camera", booklet.0, image.0);
        Ok(Shot { marks, raster, draw, is_misread })
    }
}
