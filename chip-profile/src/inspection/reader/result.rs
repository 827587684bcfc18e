//! What was read from a chip.

use core::fmt;
use std::collections::BTreeSet;

use thiserror::Error;

use crate::access::pace::{ChipAuthenticationData, PaceParameters, PasswordReference};
use crate::apdu::{Response, StatusWord};
use crate::inspection::authentication::{verify_active_authentication, verify_chip_authentication_mapping};
use crate::inspection::{ChipProof, InspectionContext};
use crate::lds::{ElementaryFiles, FileId};
use crate::pki::UnixTime;
use crate::tlv::TlvError;

/// The way by which the chip let itself be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum AccessUsed {
    /// None: the chip gives its files to everyone.
    #[default]
    None,
    /// Basic access control.
    BasicAccessControl,
    /// PACE, with which parameters and which password.
    Pace(PaceParameters, PasswordReference),
}

/// Why a file could not be read, while others could.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum NotReadReason {
    /// The chip refused it.
    #[error("the chip answered {0}")]
    Refused(StatusWord),
    /// Its beginning is no data object.
    #[error("it does not begin as a data object: {0}")]
    NoObject(TlvError),
    /// It says that it is longer than any file can be.
    #[error("it claims to have {0} bytes")]
    TooLong(usize),
    /// The chip answered without data, or with more than was asked for.
    #[error("an answer brought {0} bytes where up to {1} were asked for")]
    Answer(usize, usize),
}

/// A file that could not be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NotRead {
    /// The file.
    pub file: FileId,
    /// Why.
    pub reason: NotReadReason,
}

/// Challenge and answer of active authentication.
#[derive(Clone, PartialEq, Eq)]
pub struct ActiveAuthenticationAnswer {
    /// RND.IFD, eight bytes.
    pub challenge: [u8; 8],
    /// The chip's answer, opened.
    pub response: Response,
}

impl fmt::Debug for ActiveAuthenticationAnswer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ActiveAuthenticationAnswer({})", self.response.status)
    }
}

/// What was read from a chip.
#[derive(Clone, Default)]
pub struct ChipReading {
    /// The files.
    pub files: ElementaryFiles,
    /// Files that are listed and could not be read.
    pub not_read: Vec<NotRead>,
    /// Data groups that are listed and were not wanted.
    pub left_unread: BTreeSet<FileId>,
    /// How the chip was opened.
    pub access: AccessUsed,
    /// Challenge and answer of active authentication; `None` when the chip has no key for it or was not asked.
    pub active_authentication: Option<ActiveAuthenticationAnswer>,
    /// What the chip sent in PACE with chip authentication mapping, to be verified with EF.CardSecurity.
    pub chip_authentication_mapping: Option<ChipAuthenticationData>,
    /// What came of chip authentication; `None` when the chip has no key for it that is known here, or was not asked.
    pub chip_authentication: Option<ChipProof>,
    /// Commands that were sent.
    pub exchanges: usize,
}

impl fmt::Debug for ChipReading {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let lengths: Vec<_> = self.files.iter().map(|(file, contents)| (file.name(), contents.len())).collect();
        f.debug_struct("ChipReading")
            .field("files", &lengths)
            .field("not_read", &self.not_read)
            .field("access", &self.access)
            .field("chip_authentication", &self.chip_authentication)
            .finish_non_exhaustive()
    }
}

impl ChipReading {
    /// What an inspection at `now` knows of this chip besides its files. Active authentication is verified here, with the
    /// key of DG15 and what DG14 says of it.
    pub fn context(&self, now: UnixTime) -> InspectionContext {
        let active_authentication = self
            .active_authentication
            .as_ref()
            .map(|answer| verify_active_authentication(&self.files, answer.challenge, &answer.response));
        let chip_authentication_mapping =
            self.chip_authentication_mapping.as_ref().map(|data| verify_chip_authentication_mapping(&self.files, data));
        InspectionContext {
            active_authentication,
            chip_authentication_mapping,
            chip_authentication: self.chip_authentication.clone(),
            left_unread: self.left_unread.clone(),
            ..InspectionContext::at(now)
        }
    }
}
