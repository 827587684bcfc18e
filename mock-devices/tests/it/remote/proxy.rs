//! A cable between host and machine that a test can cut: a TCP proxy on loopback.

use std::io::{Read, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicU8, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

/// What the cable does with bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub(super) enum Mode {
    /// Everything passes.
    Whole,
    /// It breaks with the next byte of the host, which does not pass.
    BreaksAtRequest,
    /// The host's bytes pass, the machine's do not.
    Deaf,
    /// Nothing passes, and connections end as soon as they are made.
    Cut,
}

/// The cable. Clones are the same cable.
#[derive(Clone)]
pub(super) struct Cable(Arc<Shared>);

struct Shared {
    address: SocketAddr,
    mode: AtomicU8,
    ends: Mutex<Vec<TcpStream>>,
    cuts: AtomicU64,
}

impl Cable {
    /// A whole cable to this machine.
    pub(super) fn to(machine: SocketAddr) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let shared = Shared {
            address: listener.local_addr().unwrap(),
            mode: AtomicU8::new(Mode::Whole as u8),
            ends: Mutex::default(),
            cuts: AtomicU64::new(0),
        };
        let cable = Cable(Arc::new(shared));
        let laid = cable.clone();
        std::thread::spawn(move || {
            while let Ok((host, _)) = listener.accept() {
                laid.join(host, machine);
            }
        });
        cable
    }

    /// Where the host plugs in.
    pub(super) fn address(&self) -> SocketAddr {
        self.0.address
    }

    pub(super) fn mode(&self) -> Mode {
        match self.0.mode.load(Ordering::SeqCst) {
            0 => Mode::Whole,
            1 => Mode::BreaksAtRequest,
            2 => Mode::Deaf,
            _ => Mode::Cut,
        }
    }

    pub(super) fn set(&self, mode: Mode) {
        self.0.mode.store(mode as u8, Ordering::SeqCst);
    }

    /// Cuts it now.
    pub(super) fn cut(&self) {
        self.set(Mode::Cut);
        self.0.cuts.fetch_add(1, Ordering::SeqCst);
        for end in self.0.ends.lock().unwrap().drain(..) {
            let _ = end.shutdown(Shutdown::Both);
        }
    }

    /// How often it was cut.
    pub(super) fn cuts(&self) -> u64 {
        self.0.cuts.load(Ordering::SeqCst)
    }

    fn join(&self, host: TcpStream, machine: SocketAddr) {
        if self.mode() == Mode::Cut {
            return;
        }
        let Ok(machine) = TcpStream::connect(machine) else { return };
        for end in [&host, &machine] {
            end.set_nodelay(true).unwrap();
        }
        let again = |end: &TcpStream| end.try_clone().unwrap();
        self.0.ends.lock().unwrap().extend([again(&host), again(&machine)]);
        let (up, down) = (self.clone(), self.clone());
        let (host_too, machine_too) = (again(&host), again(&machine));
        std::thread::spawn(move || up.carry(host, machine, true));
        std::thread::spawn(move || down.carry(machine_too, host_too, false));
    }

    fn carry(&self, mut from: TcpStream, mut to: TcpStream, is_host: bool) {
        let mut bytes = [0; 16 << 10];
        while let Ok(count @ 1..) = from.read(&mut bytes) {
            match (self.mode(), is_host) {
                (Mode::Cut, _) => break,
                (Mode::BreaksAtRequest, true) => self.cut(),
                (Mode::Deaf, false) => {}
                _ if to.write_all(&bytes[..count]).is_err() => break,
                _ => {}
            }
        }
        for end in [from, to] {
            let _ = end.shutdown(Shutdown::Both);
        }
    }
}
