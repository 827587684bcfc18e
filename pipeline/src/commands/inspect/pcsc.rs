//! A chip on a reader of this computer, through the system's PC/SC service.

use std::ffi::CString;
use std::io::{IsTerminal, Write};

use chip_profile::apdu::{Command, Response};
use chip_profile::inspection::reader::{
    ChipReader, ChipReading, ReaderError, ReaderProgress, ReaderSettings, ReaderStep,
};
use pcsc::{Card, Context, Disposition, Error, Protocols, Scope, ShareMode};
use persoline_domain::chance::AsRng;

use super::passwords::Printed;
use super::source::{Document, Unreadable};
use crate::system::SystemRandom;

/// Why a reading ended before its end.
enum Ended {
    /// The chip said or did something by which it cannot be read.
    Chip(ReaderError),
    /// The reader or the service failed, at which step.
    Transport(ReaderProgress, Error),
    /// An answer shorter than a status word.
    Answer(ReaderProgress),
}

/// Reads the chip on the reader of which the name holds `wanted`; when it is empty, on the first reader with a chip.
pub(super) fn read(wanted: &str, printed: &Printed) -> Result<Document, Unreadable> {
    let service = |error: Error| Unreadable::new(format!("the PC/SC service: {error}; see that pcscd runs"));
    let context = Context::establish(Scope::User).map_err(service)?;
    let (name, mut card) = connect(&context, wanted)?;
    let name = name.to_string_lossy().into_owned();
    let mut outcome = read_card(&card, printed, true);
    if matches!(outcome, Err(Ended::Transport(..))) {
        // Readers there are that take no extended length fields and fail on them; the chip starts anew.
        card.reconnect(ShareMode::Exclusive, Protocols::ANY, Disposition::UnpowerCard)
            .map_err(|error| Unreadable::new(format!("reader {name}: {error}")))?;
        outcome = read_card(&card, printed, false);
    }
    let reading = outcome.map_err(|ended| {
        Unreadable::new(match ended {
            Ended::Chip(error) if error.is_wrong_password() => {
                format!("reader {name}: {error}; the machine readable zone or the card access number may be wrong")
            }
            Ended::Chip(error) => format!("reader {name}: {error}"),
            Ended::Transport(progress, error) => {
                format!("reader {name}: {}, command {}: {error}", progress.phase, progress.exchanges)
            }
            Ended::Answer(progress) => {
                format!("reader {name}: {}, command {}: no status word", progress.phase, progress.exchanges)
            }
        })
    })?;
    // The session's keys are of no use to who comes next. A chip that has left the field needs no reset.
    let _ = card.disconnect(Disposition::UnpowerCard);
    Ok(Document { source: "chip", files: reading.files.clone(), chip: Some(reading) })
}

/// Connects to a chip. None other may speak to it meanwhile, for the session would break.
fn connect(context: &Context, wanted: &str) -> Result<(CString, Card), Unreadable> {
    let readers = context.list_readers_owned().map_err(|error| Unreadable::new(format!("readers: {error}")))?;
    let wanted = wanted.to_lowercase();
    let named: Vec<_> =
        readers.into_iter().filter(|name| name.to_string_lossy().to_lowercase().contains(&wanted)).collect();
    let mut refusal = match wanted.as_str() {
        "" => "there is no reader".to_owned(),
        wanted => format!("there is no reader of which the name holds `{wanted}`"),
    };
    for name in named {
        match context.connect(&name, ShareMode::Exclusive, Protocols::ANY) {
            Ok(card) => return Ok((name, card)),
            Err(Error::NoSmartcard | Error::RemovedCard) => refusal = "there is no chip on the reader".to_owned(),
            Err(error) => refusal = format!("reader {}: {error}", name.to_string_lossy()),
        }
    }
    Err(Unreadable::new(refusal))
}

fn read_card(card: &Card, printed: &Printed, extended_length: bool) -> Result<ChipReading, Ended> {
    let settings = ReaderSettings { password: printed.password(), extended_length, ..ReaderSettings::default() };
    let mut reader = ChipReader::new(settings);
    let mut step = reader.start();
    let mut buffer = vec![0; pcsc::MAX_BUFFER_SIZE_EXTENDED];
    loop {
        match step {
            ReaderStep::Done(reading) => return Ok(reading),
            ReaderStep::Send(command) => {
                show(&reader.progress());
                let answer = transmit(card, &command, &mut buffer)
                    .map_err(|error| Ended::Transport(reader.progress(), error))?
                    .ok_or(Ended::Answer(reader.progress()))?;
                step = reader.next(&answer, &mut AsRng(&SystemRandom)).map_err(Ended::Chip)?;
            }
        }
    }
}

fn transmit(card: &Card, command: &Command, buffer: &mut [u8]) -> Result<Option<Response>, Error> {
    Ok(Response::parse(card.transmit(&command.to_bytes(), buffer)?).ok())
}

/// Where the reading stands, for a person who watches.
fn show(progress: &ReaderProgress) {
    let mut out = std::io::stderr();
    if !out.is_terminal() {
        return;
    }
    let part = match progress.of {
        Some(of) => format!(", {} of {of} bytes", progress.bytes),
        None => String::new(),
    };
    let _ = write!(out, "\r\x1B[K{}{part}\r", progress.phase);
}
