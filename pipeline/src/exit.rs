//! How the program ends: documented exit codes and errors that say what to do.

use std::io::Write;
use std::process::ExitCode;

use persoline_domain::store::{Refusal, StoreError};
use persoline_keys::KeyStoreError;

/// How a command ended well.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ending {
    /// 0: done.
    Done,
    /// 1: done, but something needs a person: records set aside, orders left waiting, books that do not add up.
    Findings,
    /// 1, of `inspect`: the document is refused, or deviates from the standard.
    Refused,
    /// 2, of `inspect`: the document cannot be read.
    Unreadable,
}

impl From<Ending> for ExitCode {
    fn from(ending: Ending) -> ExitCode {
        match ending {
            Ending::Done => ExitCode::SUCCESS,
            Ending::Findings | Ending::Refused => ExitCode::from(1),
            Ending::Unreadable => ExitCode::from(2),
        }
    }
}

/// What kind of failure ended a command; its number is the exit code (2 is taken by wrong usage).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// 3: what was given cannot be read or is refused.
    Input = 3,
    /// 4: keys or passphrase.
    Keys = 4,
    /// 5: the store or the disk.
    Store = 5,
    /// 6: the line had to stop.
    Line = 6,
    /// 7: a port is in use.
    Port = 7,
}

/// The table of exit codes, as `--help` shows it.
pub(crate) const EXIT_CODES: &str = "Exit codes:
  0  done
  1  done, but something needs a person: records set aside, orders left waiting, books that do not add up
  2  wrong usage
  3  input cannot be read or is refused
  4  keys or passphrase
  5  store or disk
  6  the line had to stop; what was under way is taken up by the next run
  7  port in use
`inspect` has codes of its own: 0 accepted, 1 refused, 2 unreadable, 64 wrong usage";

/// The exit codes of `inspect`, whose 2 says something of the document and so cannot be wrong usage.
pub(crate) const EXIT_CODES_OF_INSPECT: &str = "Exit codes:
  0   accepted; with --lint FILE: no mandatory rule is broken
  1   refused; with --lint FILE: a mandatory rule is broken
  2   unreadable: the folder, the chip or the files to lint
  3   a certificate, a list, the machine readable zone or another option's contents cannot be used
  4   keys or passphrase (--application)
  5   store or disk
  64  wrong usage";

/// Wrong usage of `inspect`, as sysexits.h numbers it.
pub(crate) const WRONG_USAGE_OF_INSPECT: u8 = 64;

/// Why a command failed, and what to do.
#[derive(Debug, Clone)]
pub(crate) struct Failure {
    kind: Kind,
    text: String,
}

impl Failure {
    /// A failure in one sentence that says what, where and what to do.
    pub(crate) fn new(kind: Kind, text: impl Into<String>) -> Self {
        Failure { kind, text: text.into() }
    }

    /// Input that cannot be used.
    pub(crate) fn input(text: impl Into<String>) -> Self {
        Failure::new(Kind::Input, text)
    }

    /// Whether what was given is refused, and nothing is broken.
    pub(crate) fn is_input(&self) -> bool {
        self.kind == Kind::Input
    }

    /// Tells the failure on standard error.
    pub(crate) fn tell(&self) -> ExitCode {
        // When even standard error is gone, the exit code still tells.
        let _ = writeln!(std::io::stderr(), "persoline: {}", self.text);
        ExitCode::from(self.kind as u8)
    }
}

impl std::fmt::Display for Failure {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.text)
    }
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        match error.refusal() {
            Some(Refusal::NotFound(what)) => Failure::input(format!("there is no such {what}")),
            Some(refusal) => Failure::input(refusal.to_string()),
            None => Failure::new(Kind::Store, error.to_string()),
        }
    }
}

impl From<KeyStoreError> for Failure {
    fn from(error: KeyStoreError) -> Self {
        Failure::new(Kind::Keys, error.to_string())
    }
}

/// A failure of the file system at a place.
pub(crate) fn disk(place: &std::path::Path, error: &std::io::Error) -> Failure {
    if error.kind() == std::io::ErrorKind::InvalidData {
        return Failure::input(format!("{}: it is no UTF-8 text; check that it is the right file", place.display()));
    }
    let remedy = match error.kind() {
        std::io::ErrorKind::StorageFull => "; make room and run again",
        std::io::ErrorKind::PermissionDenied => "; give this account the right to it, or name another folder",
        std::io::ErrorKind::NotFound => "; check the name",
        _ => "",
    };
    Failure::new(Kind::Store, format!("{}: {error}{remedy}", place.display()))
}
