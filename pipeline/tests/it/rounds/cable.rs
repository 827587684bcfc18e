//! A cable between host and machine that a test can cut, hang and slow down: a TCP proxy on loopback.

use std::io::{Read, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicU8, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

/// How often a cable that hangs is looked at again.
const LOOK: Duration = Duration::from_millis(2);
/// By how much a slow cable delays whatever passes.
const DELAY: Duration = Duration::from_millis(25);

/// What the cable does with bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub(super) enum Mode {
    /// Everything passes.
    Whole,
    /// It breaks with the next bytes of the host, which do not pass.
    BreaksBefore,
    /// It breaks with the next bytes of the machine, which do not pass: the machine has heard, the host does not know.
    BreaksAfter,
    /// Connections stand and nothing passes; what was said meanwhile passes afterwards.
    Hangs,
    /// Everything passes, later.
    Slow,
    /// Nothing passes, and connections end as soon as they are made.
    Cut,
}

const MODES: [Mode; 6] = [Mode::Whole, Mode::BreaksBefore, Mode::BreaksAfter, Mode::Hangs, Mode::Slow, Mode::Cut];

/// The cable. Clones are the same cable.
#[derive(Clone)]
pub(super) struct Cable(Arc<Shared>);

struct Shared {
    address: SocketAddr,
    machine: Mutex<SocketAddr>,
    mode: AtomicU8,
    ends: Mutex<Vec<TcpStream>>,
}

impl Cable {
    /// A whole cable. Where its other end is plugged in is said by [`Cable::plug`].
    pub(super) fn new() -> Cable {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let address = listener.local_addr().expect("an address");
        let mode = AtomicU8::new(Mode::Whole as u8);
        let cable = Cable(Arc::new(Shared { address, machine: Mutex::new(address), mode, ends: Mutex::default() }));
        let laid = cable.clone();
        std::thread::spawn(move || {
            while let Ok((host, _)) = listener.accept() {
                laid.join(host);
            }
        });
        cable
    }

    /// Where the host plugs in: the same for ever.
    pub(super) fn address(&self) -> SocketAddr {
        self.0.address
    }

    /// Plugs it into a machine.
    pub(super) fn plug(&self, machine: SocketAddr) {
        *self.0.machine.lock().unwrap_or_else(PoisonError::into_inner) = machine;
    }

    pub(super) fn set(&self, mode: Mode) {
        self.0.mode.store(mode as u8, Ordering::SeqCst);
        if mode == Mode::Cut {
            for end in self.0.ends.lock().unwrap_or_else(PoisonError::into_inner).drain(..) {
                let _ = end.shutdown(Shutdown::Both);
            }
        }
    }

    /// What it does now; one that was to break and did is cut.
    pub(super) fn mode(&self) -> Mode {
        MODES.get(usize::from(self.0.mode.load(Ordering::SeqCst))).copied().unwrap_or(Mode::Cut)
    }

    fn join(&self, host: TcpStream) {
        let machine = *self.0.machine.lock().unwrap_or_else(PoisonError::into_inner);
        if self.mode() == Mode::Cut || machine == self.0.address {
            return;
        }
        let Ok(machine) = TcpStream::connect(machine) else { return };
        let again = |end: &TcpStream| {
            end.set_nodelay(true).ok()?;
            end.try_clone().ok()
        };
        let (Some(host_too), Some(machine_too)) = (again(&host), again(&machine)) else { return };
        let (Some(host_end), Some(machine_end)) = (again(&host), again(&machine)) else { return };
        self.0.ends.lock().unwrap_or_else(PoisonError::into_inner).extend([host_end, machine_end]);
        let (up, down) = (self.clone(), self.clone());
        std::thread::spawn(move || up.carry(host, machine, Mode::BreaksBefore));
        std::thread::spawn(move || down.carry(machine_too, host_too, Mode::BreaksAfter));
    }

    /// Carries bytes one way; `breaks` is the mode in which the cable breaks with them.
    fn carry(&self, mut from: TcpStream, mut to: TcpStream, breaks: Mode) {
        let mut bytes = [0; 16 << 10];
        while let Ok(count @ 1..) = from.read(&mut bytes) {
            while self.mode() == Mode::Hangs {
                std::thread::sleep(LOOK);
            }
            match self.mode() {
                Mode::Cut => break,
                mode if mode == breaks => self.set(Mode::Cut),
                Mode::Slow => std::thread::sleep(DELAY),
                _ => {}
            }
            if self.mode() == Mode::Cut || to.write_all(&bytes[..count]).is_err() {
                break;
            }
        }
        for end in [from, to] {
            let _ = end.shutdown(Shutdown::Both);
        }
    }
}
