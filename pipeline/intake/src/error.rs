//! What stops a whole file, as opposed to a record.

use std::io;
use std::path::PathBuf;

use thiserror::Error;

/// A file cannot be taken in.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum IntakeError {
    /// The file or folder cannot be read.
    #[error("{path} cannot be read: {source}")]
    Read {
        /// Which.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// What is set aside cannot be written; the records accepted before stay accepted, and the file may be fed again.
    #[error("{path} cannot be written: {source}; make room or give permission and feed the file again")]
    Write {
        /// Which.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// A folder has no applications file.
    #[error("{path} has no applications file (*.jsonl)")]
    NoFiles {
        /// The folder.
        path: PathBuf,
    },
    /// Signed files are required, and there is no signature beside this one.
    #[error("{path} is not signed: its signature {signature} cannot be read ({source}); nothing of it was taken in")]
    Unsigned {
        /// The applications file.
        path: PathBuf,
        /// Where its signature should be.
        signature: PathBuf,
        /// Why it cannot be read.
        source: io::Error,
    },
    /// The signature is not one of a trusted key over this file.
    #[error("the signature of {path} does not belong to it under any trusted key; nothing of it was taken in")]
    WrongSignature {
        /// The applications file.
        path: PathBuf,
    },
    /// Not a public key that signatures can be checked with.
    #[error("not a P-256 public key in DER (SubjectPublicKeyInfo)")]
    Key,
}

/// Why taking in a file ended early.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum TakeError<E> {
    /// The file itself.
    #[error(transparent)]
    Intake(#[from] IntakeError),
    /// Whoever takes the applications failed; what was taken before stays taken, and the file may be fed again.
    #[error("{0}")]
    Sink(E),
    /// Whoever takes the applications answered for another number of them.
    #[error("{answers} answers for {applications} applications")]
    Answers {
        /// Answers given.
        answers: usize,
        /// Applications handed over.
        applications: usize,
    },
}
