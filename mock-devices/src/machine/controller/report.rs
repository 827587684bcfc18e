//! The machine as it describes itself and as it is now.

use printer_driver::{
    Capabilities, ChipEncoding, ControlMode, Counters, Description, DeviceError, ErrorKind, Feeder, ImageId,
    JobPosition, Mode, Snapshot, Stack, StackLevel, State, Station, StationDescription, StationId, StationKind,
};

use super::{MachineCore, station};
use crate::machine::camera::Shot;
use crate::machine::job::Job;

impl MachineCore {
    /// Who the machine is and what it can do.
    pub fn describe(&self) -> Description {
        let mut capabilities = Capabilities::minimal();
        capabilities.states = State::ALL.to_vec();
        capabilities.formats = self.settings.feeders.iter().map(|(_, format)| format.clone()).collect();
        capabilities.numbering = self.settings.numbering;
        capabilities.codings = self.settings.codings();
        capabilities.layers = capabilities.codings.iter().map(|(layer, _)| *layer).collect();
        capabilities.layers.dedup();
        capabilities.dots_per_inch = vec![300, 600];
        if let Some(key) = &self.settings.encoding_key {
            capabilities.encoding = ChipEncoding::Machine { recipient: key.public_key().uncompressed().to_vec() };
        }
        capabilities.modes = vec![Mode::Production, Mode::Maintenance, Mode::Manual];
        capabilities.control_modes = vec![ControlMode::Offline, ControlMode::Local, ControlMode::Remote];
        capabilities.jobs_at_once = self.settings.jobs_at_once;
        capabilities.queue_depth = self.settings.jobs_at_once;
        capabilities.apdu_bytes = self.settings.apdu_bytes;
        capabilities.documents_per_hour = self.settings.timings.documents_per_hour();
        Description::new(self.settings.identity.clone(), capabilities).with_stations(self.station_descriptions())
    }

    fn station_descriptions(&self) -> Vec<StationDescription> {
        let describe = |id: StationId, kind: StationKind, name: String| StationDescription::new(id, kind, name);
        let mut stations: Vec<StationDescription> = Vec::new();
        for (feeder, format) in &self.settings.feeders {
            stations.push(describe(station::feed(*feeder), StationKind::Feed, format!("Feeder {}", format.0)));
        }
        stations.push(describe(station::IDENTIFY, StationKind::Identify, "Identification".into()));
        for (number, encoder) in (1u16..).zip(self.encoders()) {
            stations.push(describe(encoder, StationKind::Encode, format!("Encoder {number}")));
        }
        stations.push(describe(station::LASER, StationKind::Laser, "Laser".into()));
        if self.settings.has_inkjet {
            stations.push(describe(station::INKJET, StationKind::Inkjet, "Inkjet".into()));
        }
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
        let mut snapshot = Snapshot::new(self.desk.state, self.desk.mode, self.desk.control);
        snapshot.alarms = self.desk.alarms.clone();
        snapshot.feeders = self.feeders();
        snapshot.stacks = vec![self.stack_level(Stack::Good), self.stack_level(Stack::Reject)];
        snapshot.consumables = self.desk.supplies.iter().map(|supply| supply.shown.clone()).collect();
        snapshot.stations = self.stations();
        snapshot.jobs = self.positions();
        snapshot.counters = Counters::new(self.desk.picked, self.desk.good, self.desk.rejected.clone());
        Ok(snapshot)
    }

    pub(super) fn feeders(&self) -> Vec<Feeder> {
        let show = |(id, format): &(printer_driver::FeederId, printer_driver::Format)| {
            let range = self.desk.ranges.iter().find(|(feeder, _)| *feeder == id.0).map(|(_, range)| range.clone());
            let left = self.store.feeders.get(id).map_or(0, |order| order.len());
            match range {
                Some(range) => {
                    Feeder::new(*id).with_load(format.clone(), Some(range), u32::try_from(left).unwrap_or(u32::MAX))
                }
                None => Feeder::new(*id),
            }
        };
        self.settings.feeders.iter().map(show).collect()
    }

    pub(super) fn stack_level(&self, stack: Stack) -> StackLevel {
        StackLevel::new(stack, self.desk.stacked(stack), self.settings.stack_capacity)
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
            Station::new(id, cycles).with_job(job).with_temperature(temperature_decidegrees)
        };
        self.station_descriptions().into_iter().map(show).collect()
    }

    /// Jobs inside, then those whose booklet is out and whose results are still kept.
    fn positions(&self) -> Vec<JobPosition> {
        let known = self.inside.iter().chain(&self.finished).filter_map(|id| self.jobs.get(id));
        known
            .filter(|job| job.record.booklet.is_some())
            .map(|job| {
                JobPosition::new(job.record.id, job.record.serial.clone(), job.record.station)
                    .with_mark(job.record.is_touched)
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
        let inside = self.inside.iter().filter_map(|id| self.jobs.get(id));
        let taken = |job: &&Job| job.record.images.iter().any(|(known, _)| *known == image);
        let job = inside.into_iter().find(taken).ok_or_else(none)?;
        let booklet = job.record.booklet.ok_or_else(none)?;
        let raster = job.volatile.raster.clone();
        let marks = self.store.body(booklet).ok_or_else(none)?.marks.clone();
        let is_misread = job.record.images.iter().any(|(known, is_misread)| *known == image && *is_misread);
        let draw = self.chance.draw("camera", booklet.0, image.0);
        Ok(Shot { marks, raster, draw, is_misread })
    }
}
