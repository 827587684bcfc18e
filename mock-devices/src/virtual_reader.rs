//! A chip behind a reader that every program of the computer can use: the virtual reader of `vsmartcard`.
//!
//! Its driver `vpcd` is one of pcscd's and waits on a TCP port for whoever plays the chip. [`VirtualReader`] goes there with
//! an [`EmulatedChip`], and from then on the chip is read over PC/SC as a real one on a real reader.
//!
//! ```text
//! program ── PC/SC ── pcscd ── vpcd ◀── TCP, port 35963 ── VirtualReader ── EmulatedChip
//! ```
//!
//! Messages are a length in two bytes, the high one first, and so many bytes ([`session`] says what they mean). The chip's
//! side opens the connection; the driver closes it when the reader goes, or when the chip does not answer.

pub mod answer_to_reset;
#[cfg(unix)]
pub mod daemon;
pub mod session;
#[cfg(test)]
mod tests;

use crate::chip::EmulatedChip;
use session::{Reply, Session};
use std::fmt;
use std::io::{self, ErrorKind, Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpStream};
use std::thread;
use std::time::Duration;
use thiserror::Error;

/// Port on which the driver waits unless its configuration says otherwise.
pub const DEFAULT_PORT: u16 = 35_963;
/// Where the driver waits by itself: on every address of this computer.
pub const DEFAULT_HOST: Ipv4Addr = Ipv4Addr::LOCALHOST;
/// How long a connection may take to come about.
const CONNECTING: Duration = Duration::from_secs(5);

/// Where the reader is, and how patient the chip is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VirtualReaderSettings {
    /// Where the driver waits.
    pub address: SocketAddr,
    /// How many times in a row the reader is tried in vain, or the chip stays silent in it, before that is an error.
    pub attempts: u32,
    /// Pause before the reader is tried again.
    pub pause: Duration,
    /// Whether answers take as long as they would over the air.
    pub real_time: bool,
}

impl VirtualReaderSettings {
    /// The reader at `address`, tried twenty times, half a second apart; answers come at once.
    pub fn new(address: SocketAddr) -> Self {
        VirtualReaderSettings { address, attempts: 20, pause: Duration::from_millis(500), real_time: false }
    }
}

/// What happens to the chip, for whoever watches.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReaderEvent {
    /// The reader has switched the field on and knows the chip: programs can use it. Once for each connection.
    Inserted,
    /// The connection has ended: the chip lies on no reader.
    Removed(Removal),
}

/// Why a chip lies on its reader no longer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Removal {
    /// The reader has closed the connection.
    Closed,
    /// The chip has not answered, and the reader takes such a chip for gone.
    Silent,
}

impl fmt::Display for Removal {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Removal::Closed => "the reader has closed the connection",
            Removal::Silent => "the chip has not answered",
        })
    }
}

/// Why a chip could not be kept on a reader.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum VirtualReaderError {
    /// The reader was not reached.
    #[error("no virtual reader at {address} after {attempts} attempts: {error}; is pcscd running with vpcd?")]
    Unreachable {
        /// Where it should be.
        address: SocketAddr,
        /// How many times it was tried.
        attempts: u32,
        /// Why the last attempt failed.
        error: io::Error,
    },
    /// The chip was put on the reader again and again and never answered.
    #[error("the chip stayed silent {times} times in a row")]
    Silent {
        /// How many times.
        times: u32,
    },
    /// What came is not from a virtual reader.
    #[error("{address} does not speak as a virtual reader does: {what}")]
    Protocol {
        /// Where it came from.
        address: SocketAddr,
        /// What is wrong with it.
        what: &'static str,
    },
}

/// The way to a virtual reader.
#[derive(Debug, Clone)]
pub struct VirtualReader {
    settings: VirtualReaderSettings,
}

impl VirtualReader {
    /// The way to the reader of `settings`. Nothing is connected yet.
    pub fn new(settings: VirtualReaderSettings) -> Self {
        VirtualReader { settings }
    }

    /// Lays the chip on the reader until the connection ends, and tells `watch` of it.
    ///
    /// # Errors
    /// [`VirtualReaderError::Unreachable`] after the attempts of the settings, [`VirtualReaderError::Protocol`].
    pub fn insert_once(
        &self,
        chip: &mut EmulatedChip,
        watch: &mut dyn FnMut(ReaderEvent),
    ) -> Result<Removal, VirtualReaderError> {
        let stream = self.connect()?;
        self.serve(stream, chip, &mut Session::default(), watch)
    }

    /// Lays the chip on the reader, and again whenever the connection ends, as a chip that is left lying.
    ///
    /// # Errors
    /// It ends with an error only: as [`VirtualReader::insert_once`], and [`VirtualReaderError::Silent`].
    pub fn keep_inserted(
        &self,
        chip: &mut EmulatedChip,
        watch: &mut dyn FnMut(ReaderEvent),
    ) -> Result<core::convert::Infallible, VirtualReaderError> {
        let mut silent = 0;
        loop {
            let mut session = Session::default();
            let removal = self.serve(self.connect()?, chip, &mut session, watch)?;
            if session.answered() {
                silent = 0;
            }
            if removal == Removal::Silent {
                silent += 1;
            }
            if silent >= self.settings.attempts.max(1) {
                return Err(VirtualReaderError::Silent { times: silent });
            }
            thread::sleep(self.settings.pause);
        }
    }

    fn connect(&self) -> Result<Prompt, VirtualReaderError> {
        let VirtualReaderSettings { address, attempts, pause, .. } = self.settings;
        let mut attempt = 1;
        loop {
            let connected = TcpStream::connect_timeout(&address, CONNECTING);
            match connected.and_then(|stream| stream.set_nodelay(true).map(|()| stream)) {
                Ok(stream) => return Ok(Prompt(stream)),
                Err(error) if attempt >= attempts => {
                    return Err(VirtualReaderError::Unreachable { address, attempts: attempt, error });
                }
                Err(_) => thread::sleep(pause),
            }
            attempt += 1;
        }
    }

    fn serve<S: Read + Write>(
        &self,
        mut stream: S,
        chip: &mut EmulatedChip,
        session: &mut Session,
        watch: &mut dyn FnMut(ReaderEvent),
    ) -> Result<Removal, VirtualReaderError> {
        let mut inserted = false;
        let removal = loop {
            let Some(message) = receive(&mut stream) else { break Removal::Closed };
            let before = chip.elapsed();
            let reply = session
                .answer(&message, chip)
                .map_err(|what| VirtualReaderError::Protocol { address: self.settings.address, what })?;
            if self.settings.real_time {
                thread::sleep(chip.elapsed().saturating_sub(before));
            }
            let answer = match reply {
                Reply::Nothing => continue,
                Reply::Silence => break Removal::Silent,
                Reply::Answer(answer) => answer,
            };
            if send(&mut stream, &answer).is_none() {
                break Removal::Closed;
            }
            if session.is_on() && !inserted {
                inserted = true;
                watch(ReaderEvent::Inserted);
            }
        };
        chip.reset();
        watch(ReaderEvent::Removed(removal));
        Ok(removal)
    }
}

/// A connection that acknowledges at once what it has received. The driver sends a length by itself and holds the message
/// back until that is acknowledged, which systems put off by 40 ms: without this a reading takes seconds.
struct Prompt(TcpStream);

impl Read for Prompt {
    fn read(&mut self, bytes: &mut [u8]) -> io::Result<usize> {
        #[cfg(target_os = "linux")]
        std::os::linux::net::TcpStreamExt::set_quickack(&self.0, true)?;
        self.0.read(bytes)
    }
}

impl Write for Prompt {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

/// One message; `None` when the connection has ended, in the middle of a message too.
fn receive(stream: &mut impl Read) -> Option<Vec<u8>> {
    let mut length = [0; 2];
    read(stream, &mut length)?;
    let mut message = vec![0; usize::from(u16::from_be_bytes(length))];
    read(stream, &mut message)?;
    Some(message)
}

fn read(stream: &mut impl Read, bytes: &mut [u8]) -> Option<()> {
    stream.read_exact(bytes).ok()
}

fn send(stream: &mut impl Write, answer: &[u8]) -> Option<()> {
    let length = u16::try_from(answer.len()).map_err(|_| io::Error::from(ErrorKind::InvalidData)).ok()?;
    let mut message = Vec::with_capacity(answer.len() + 2);
    message.extend_from_slice(&length.to_be_bytes());
    message.extend_from_slice(answer);
    stream.write_all(&message).ok()
}
