//! A pcscd of one's own, with one virtual reader: for tests, which must not meet the readers and programs of the computer.
//!
//! Programs find it by the environment variable that [`ReaderDaemon::serve`] sets. It runs without systemd, beside any other
//! pcscd and any number of its own kind: it takes its socket from whoever starts it, as from systemd, and its driver waits on
//! a port that was free.

use super::DEFAULT_HOST;
use std::fs::{self, File};
use std::io::{self, Error};
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::os::fd::OwnedFd;
use std::os::unix::net::UnixListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::thread;
use std::time::{Duration, Instant};

/// Where programs look for the socket of pcscd.
const SOCKET_VARIABLE: &str = "PCSCLITE_CSOCK_NAME";
/// Debian's configuration of the driver, which names its library.
const INSTALLED_CONFIGURATION: &str = "/etc/reader.conf.d/vpcd";
/// What the log says when somebody else had the port when the driver wanted it.
const PORT_TAKEN: &str = "Address already in use";
/// How often another port is tried.
const ATTEMPTS: usize = 5;
/// How long the daemon may take to open its reader, and to end.
const PATIENCE: Duration = Duration::from_secs(60);
/// The socket is the standard input; pcscd expects it as file 3, as systemd passes it.
const START: &str = r#"
exec 3<&0 </dev/null
PATH="$PATH:/usr/sbin:/sbin" LISTEN_PID=$$ LISTEN_FDS=1
export PATH LISTEN_PID LISTEN_FDS
exec pcscd --foreground --config "$1"
"#;

/// A running pcscd; ended when dropped.
#[derive(Debug)]
pub struct ReaderDaemon {
    child: Child,
    socket: PathBuf,
    port: u16,
}

impl ReaderDaemon {
    /// Starts pcscd with its socket, its configuration and its log in `folder`, which is there and stays.
    ///
    /// # Errors
    /// The driver or pcscd is not installed, the folder cannot be written or has too long a name for a socket in it, or pcscd
    /// has ended at once; then the log says why.
    pub fn start(folder: &Path) -> io::Result<Self> {
        let mut attempt = Self::attempt(folder);
        for _ in 1..ATTEMPTS {
            // A port that was free may be taken before the driver has it, if only by a look whether it is free.
            match attempt {
                Err(error) if error.to_string().contains(PORT_TAKEN) => attempt = Self::attempt(folder),
                _ => break,
            }
        }
        attempt
    }

    fn attempt(folder: &Path) -> io::Result<Self> {
        let library = driver_library()?;
        let port = free_ports()?;
        let configuration = folder.join("reader.conf.d");
        fs::create_dir_all(&configuration)?;
        let reader = format!(
            "FRIENDLYNAME \"Virtual PCD\"\nDEVICENAME /dev/null:{port:#06X}\nLIBPATH {library}\nCHANNELID {port:#06X}\n"
        );
        fs::write(configuration.join("vpcd"), reader)?;
        let socket = folder.join("pcscd.comm");
        let listener = UnixListener::bind(&socket)?;
        let log = File::create(folder.join("pcscd.log"))?;
        let child = Command::new("sh")
            .args(["-c", START, "sh"])
            .arg(&configuration)
            .stdin(Stdio::from(OwnedFd::from(listener)))
            .stdout(log.try_clone()?)
            .stderr(log)
            .spawn()?;
        let mut daemon = ReaderDaemon { child, socket, port };
        daemon.wait_for_reader(folder)?;
        Ok(daemon)
    }

    /// Where its driver waits for a chip.
    pub fn address(&self) -> SocketAddr {
        SocketAddr::from((DEFAULT_HOST, self.port))
    }

    /// Makes a program use this pcscd and no other.
    pub fn serve<'a>(&self, program: &'a mut Command) -> &'a mut Command {
        program.env(SOCKET_VARIABLE, &self.socket)
    }

    /// The driver is there when its port is taken.
    fn wait_for_reader(&mut self, folder: &Path) -> io::Result<()> {
        let deadline = Instant::now() + PATIENCE;
        while is_free(self.port) {
            let log = fs::read_to_string(folder.join("pcscd.log")).unwrap_or_default();
            if self.child.try_wait()?.is_some() || Instant::now() > deadline || log.contains(PORT_TAKEN) {
                return Err(Error::other(format!("pcscd did not open its reader: {}", log.trim())));
            }
            thread::sleep(Duration::from_millis(10));
        }
        Ok(())
    }
}

impl Drop for ReaderDaemon {
    fn drop(&mut self) {
        // Asked first, so that it takes its own traces away.
        let _ = Command::new("sh").args(["-c", "kill \"$1\"", "sh", &self.child.id().to_string()]).status();
        let deadline = Instant::now() + PATIENCE;
        while matches!(self.child.try_wait(), Ok(None)) && Instant::now() < deadline {
            thread::sleep(Duration::from_millis(5));
        }
        let _ = self.child.kill();
        let _ = self.child.wait();
        let _ = fs::remove_file(&self.socket);
    }
}

fn driver_library() -> io::Result<String> {
    let text = fs::read_to_string(INSTALLED_CONFIGURATION).map_err(|error| {
        Error::new(error.kind(), format!("{INSTALLED_CONFIGURATION}: {error}; is vsmartcard-vpcd installed?"))
    })?;
    let library = text.lines().find_map(|line| line.trim().strip_prefix("LIBPATH"));
    library
        .map(|path| path.trim().to_owned())
        .ok_or_else(|| Error::other("the driver's configuration names no library"))
}

/// The first of two ports, for the driver has two slots. They lie below those that systems hand out by themselves, so that
/// nobody is given one of them before the driver has it.
fn free_ports() -> io::Result<u16> {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    for _ in 0..1_000 {
        // Another process begins elsewhere.
        let step = std::process::id().wrapping_mul(37).wrapping_add(NEXT.fetch_add(1, Ordering::Relaxed));
        let first = 20_000 + (step % 3_000) as u16 * 2;
        if is_free(first) && is_free(first + 1) {
            return Ok(first);
        }
    }
    Err(Error::other("no two free ports side by side"))
}

fn is_free(port: u16) -> bool {
    TcpListener::bind((Ipv4Addr::UNSPECIFIED, port)).is_ok()
}
