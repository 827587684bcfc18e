//! How much is too much: sizes beyond which a command, an answer or an event is refused.
//!
//! A driver answers [`ErrorKind::Invalid`](crate::ErrorKind::Invalid) to a command beyond them and leaves the booklet
//! untouched; a host closes the session of a machine that sends more. A machine may have smaller limits of its own
//! ([`Capabilities::apdu_bytes`](crate::Capabilities::apdu_bytes)). All sizes are in bytes unless the name says otherwise.

use thiserror::Error;

use crate::{
    CameraImage, Capabilities, ChipEncoding, Command, Completion, Description, DeviceError, EventBatch, EventBody,
    JournalEntry, Operation, Snapshot,
};

/// Longest command to a chip and longest answer: extended length with all that belongs to it (ISO/IEC 7816-4, 5.1).
pub const MAX_APDU_BYTES: usize = 65_544;
/// Most commands in a script, and most answers.
pub const MAX_SCRIPT_COMMANDS: usize = 4_096;
/// Longest script, and all its answers together.
pub const MAX_SCRIPT_BYTES: usize = 1 << 20;
/// Longest package for a machine that encodes by itself.
pub const MAX_PACKAGE_BYTES: usize = 1 << 20;
/// Most layers of a page.
pub const MAX_LAYERS: usize = 16;
/// Longest coded image of one layer.
pub const MAX_LAYER_BYTES: usize = 8 << 20;
/// All layers of a page together.
pub const MAX_PAGE_BYTES: usize = 16 << 20;
/// Most pixels of a layer or of a camera's picture, of one byte each in a picture.
pub const MAX_IMAGE_PIXELS: usize = 32 << 20;
/// Longest text: names, codes, details, formats.
pub const MAX_TEXT_BYTES: usize = 1_024;
/// Longest serial or document number of a booklet, and longest serial of a chip.
pub const MAX_SERIAL_BYTES: usize = 64;
/// Most events in one batch.
pub const MAX_EVENTS_IN_BATCH: usize = 1_024;
/// All answers of chips in one batch together; a machine ends the batch before the event that would not fit any more.
pub const MAX_BATCH_BYTES: usize = 8 << 20;
/// Longest list in a description or a snapshot.
pub const MAX_LIST: usize = 1_024;
/// Longest public key of a machine.
pub const MAX_RECIPIENT_BYTES: usize = 256;

/// Something is larger than it may be, or not as large as it says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("{what}: {found}, the limit is {limit}")]
#[non_exhaustive]
pub struct Excess {
    /// What is too large.
    pub what: &'static str,
    /// How large it is.
    pub found: usize,
    /// How large it may be; how large it has to be for pixels of a picture.
    pub limit: usize,
}

impl Command {
    /// Whether the command keeps within the limits.
    ///
    /// # Errors
    /// [`Excess`], the first that was found.
    pub fn check_limits(&self) -> Result<(), Excess> {
        match &self.operation {
            Operation::Pick { format, .. } => text("format", &format.0),
            Operation::Exchange { script, .. } => {
                at_most("accepted status words", script.accept.len(), MAX_LIST)?;
                apdus("commands of a script", &script.commands)
            }
            Operation::Encode { package, .. } => at_most("bytes of a package", package.0.len(), MAX_PACKAGE_BYTES),
            Operation::Personalise { expected_serial, number, layers, .. } => {
                serial("expected serial", expected_serial)?;
                number.as_deref().map_or(Ok(()), |number| serial("number", number))?;
                at_most("layers", layers.len(), MAX_LAYERS)?;
                for layer in layers {
                    at_most("bytes of a layer", layer.bytes.len(), MAX_LAYER_BYTES)?;
                    at_most("pixels of a layer", pixels(layer.width, layer.height), MAX_IMAGE_PIXELS)?;
                }
                let page = layers.iter().fold(0usize, |sum, layer| sum.saturating_add(layer.bytes.len()));
                at_most("bytes of a page", page, MAX_PAGE_BYTES)
            }
            _ => Ok(()),
        }
    }
}

impl Description {
    /// Whether the description keeps within the limits.
    ///
    /// # Errors
    /// [`Excess`], the first that was found.
    pub fn check_limits(&self) -> Result<(), Excess> {
        let Description { edition: _, identity, capabilities, stations } = self;
        let names = [&identity.manufacturer, &identity.model, &identity.serial_number, &identity.software_version];
        names.into_iter().try_for_each(|name| text("identity", name))?;
        let Capabilities { states, modes, control_modes, formats, layers, dots_per_inch, codings, encoding, .. } =
            capabilities;
        let lists = [
            states.len(),
            modes.len(),
            control_modes.len(),
            formats.len(),
            layers.len(),
            dots_per_inch.len(),
            codings.len(),
            stations.len(),
        ];
        lists.into_iter().try_for_each(|length| at_most("list of a description", length, MAX_LIST))?;
        formats.iter().try_for_each(|format| text("format", &format.0))?;
        if let ChipEncoding::Machine { recipient } = encoding {
            at_most("bytes of a public key", recipient.len(), MAX_RECIPIENT_BYTES)?;
        }
        stations.iter().try_for_each(|station| text("name of a station", &station.name))
    }
}

impl EventBatch {
    /// Whether the events keep within the limits.
    ///
    /// # Errors
    /// [`Excess`], the first that was found.
    pub fn check_limits(&self) -> Result<(), Excess> {
        at_most("events in a batch", self.events.len(), MAX_EVENTS_IN_BATCH)?;
        let mut bytes = 0usize;
        for event in &self.events {
            body(&event.body)?;
            if let EventBody::Completed { result: Ok(Completion::Answered { answers }), .. } = &event.body {
                bytes = answers.iter().fold(bytes, |sum, answer| sum.saturating_add(answer.len()));
            }
        }
        at_most("bytes of answers in a batch", bytes, MAX_BATCH_BYTES)
    }
}

impl Snapshot {
    /// Whether the snapshot keeps within the limits.
    ///
    /// # Errors
    /// [`Excess`], the first that was found.
    pub fn check_limits(&self) -> Result<(), Excess> {
        let lists = [
            self.alarms.len(),
            self.feeders.len(),
            self.stacks.len(),
            self.consumables.len(),
            self.stations.len(),
            self.jobs.len(),
            self.counters.rejected.len(),
        ];
        lists.into_iter().try_for_each(|length| at_most("list of a snapshot", length, MAX_LIST))?;
        self.alarms.iter().try_for_each(alarm)?;
        self.feeders.iter().try_for_each(feeder)?;
        self.consumables.iter().try_for_each(consumable)?;
        self.jobs.iter().try_for_each(|job| serial("serial of a job", &job.serial))?;
        self.counters.rejected.iter().try_for_each(|(reason, _)| text("reason of a rejection", reason))
    }
}

impl JournalEntry {
    /// Whether the entry keeps within the limits.
    ///
    /// # Errors
    /// [`Excess`], the first that was found.
    pub fn check_limits(&self) -> Result<(), Excess> {
        match self {
            JournalEntry::Ended(result) => ended(result),
            JournalEntry::NotReceived | JournalEntry::InProgress | JournalEntry::Unknown => Ok(()),
        }
    }
}

impl CameraImage {
    /// Whether the picture keeps within the limits and has as many bytes as pixels.
    ///
    /// # Errors
    /// [`Excess`], the first that was found.
    pub fn check_limits(&self) -> Result<(), Excess> {
        let pixels = pixels(self.width, self.height);
        at_most("pixels of a picture", pixels, MAX_IMAGE_PIXELS)?;
        if self.grey.len() == pixels {
            return Ok(());
        }
        Err(Excess { what: "bytes of a picture", found: self.grey.len(), limit: pixels })
    }
}

impl DeviceError {
    /// Whether the error keeps within the limits.
    ///
    /// # Errors
    /// [`Excess`], the first that was found.
    pub fn check_limits(&self) -> Result<(), Excess> {
        text("detail of an error", &self.detail)?;
        self.serial.as_deref().map_or(Ok(()), |read| serial("serial of an error", read))
    }
}

fn body(body: &EventBody) -> Result<(), Excess> {
    match body {
        EventBody::Completed { result, .. } => ended(result),
        EventBody::AlarmSet(set) => alarm(set),
        EventBody::FeederChanged(changed) => feeder(changed),
        EventBody::ConsumableChanged(changed) => consumable(changed),
        EventBody::StateChanged(_)
        | EventBody::ModeChanged(_)
        | EventBody::ControlChanged(_)
        | EventBody::Progress { .. }
        | EventBody::AlarmCleared(_)
        | EventBody::AlarmAcknowledged(_)
        | EventBody::StackChanged(_)
        | EventBody::StationChanged(_)
        | EventBody::Unrecognised => Ok(()),
    }
}

fn ended(result: &Result<Completion, DeviceError>) -> Result<(), Excess> {
    match result {
        Err(error) => error.check_limits(),
        Ok(Completion::Answered { answers }) => apdus("answers of a chip", answers),
        Ok(Completion::Picked { serial: read, chip, .. }) => {
            serial("serial of a booklet", read)?;
            at_most("bytes of a chip's serial", chip.chip_serial.len(), MAX_SERIAL_BYTES)
        }
        Ok(_) => Ok(()),
    }
}

fn alarm(alarm: &crate::Alarm) -> Result<(), Excess> {
    text("code of an alarm", &alarm.code)?;
    text("text of an alarm", &alarm.text)
}

fn feeder(feeder: &crate::Feeder) -> Result<(), Excess> {
    feeder.format.as_ref().map_or(Ok(()), |format| text("format", &format.0))?;
    let Some((lowest, highest)) = &feeder.serial_range else { return Ok(()) };
    serial("serial of a feeder", lowest)?;
    serial("serial of a feeder", highest)
}

fn consumable(consumable: &crate::Consumable) -> Result<(), Excess> {
    text("name of a consumable", &consumable.name)?;
    let details = [&consumable.lot, &consumable.expiry];
    details.into_iter().flatten().try_for_each(|detail| text("lot or expiry of a consumable", detail))
}

fn apdus(what: &'static str, apdus: &[Vec<u8>]) -> Result<(), Excess> {
    at_most(what, apdus.len(), MAX_SCRIPT_COMMANDS)?;
    apdus.iter().try_for_each(|apdu| at_most("bytes of a command or answer", apdu.len(), MAX_APDU_BYTES))?;
    at_most("bytes of a script", apdus.iter().fold(0, |sum, apdu| sum.saturating_add(apdu.len())), MAX_SCRIPT_BYTES)
}

fn text(what: &'static str, text: &str) -> Result<(), Excess> {
    at_most(what, text.len(), MAX_TEXT_BYTES)
}

fn serial(what: &'static str, serial: &str) -> Result<(), Excess> {
    at_most(what, serial.len(), MAX_SERIAL_BYTES)
}

fn pixels(width: u32, height: u32) -> usize {
    (width as usize).saturating_mul(height as usize)
}

fn at_most(what: &'static str, found: usize, limit: usize) -> Result<(), Excess> {
    if found <= limit { Ok(()) } else { Err(Excess { what, found, limit }) }
}

#[cfg(test)]
mod tests;
