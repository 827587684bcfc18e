//! Secure messaging, Doc 9303-11 9.8: commands and answers encrypted and authenticated under session keys.
//!
//! ```text
//! command   CLA|0C INS P1 P2 Lc  [87 L 01 cryptogram | 85 L cryptogram] [97 L Le]  8E 08 checksum  Le
//! response                       [87 L 01 cryptogram | 85 L cryptogram]  99 02 SW  8E 08 checksum  SW
//! ```
//!
//! DO87 goes with even instructions, DO85 with odd ones. The checksum covers the send sequence counter, which steps
//! before every message, so the terminal can wrap a whole script ahead of the first answer.

use thiserror::Error;

use super::cipher::{self, Authenticator, Checksum, Cipher};
use super::key_derivation::{self, Purpose};
use super::{AccessError, CipherSuite, equal_in_constant_time};
use crate::apdu::{Command, Response, StatusWord};
use crate::tlv::{self, Reader, Tlv, TlvError, TlvErrorKind};

const CRYPTOGRAM: u32 = 0x87;
const CRYPTOGRAM_OF_ODD_INSTRUCTION: u32 = 0x85;
const EXPECTED_LENGTH: u32 = 0x97;
const PROCESSING_STATUS: u32 = 0x99;
const CHECKSUM: u32 = 0x8E;

/// Bits of an interindustry class that say: secure messaging, header authenticated (ISO/IEC 7816-4 5.4.1).
const SECURE_CLASS: u8 = 0x0C;

/// Session keys and counter, the same at both ends. They overwrite themselves when dropped.
#[derive(Clone)]
pub struct SessionKeys {
    suite: CipherSuite,
    counter: u128,
    schedules: Box<Schedules>,
}

/// What the keys become once and serve for the whole session.
#[derive(Clone)]
struct Schedules {
    encryption: Cipher,
    authentication: Authenticator,
}

impl core::fmt::Debug for SessionKeys {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "SessionKeys({:?}, redacted)", self.suite)
    }
}

impl SessionKeys {
    /// Keys derived from a shared secret (Doc 9303-11 9.7.1) with the counter a protocol begins at: zero after PACE and
    /// chip authentication, made of the challenges after basic access control.
    pub fn derive(suite: CipherSuite, shared_secret: &[u8], counter: u128) -> Self {
        let schedules = Schedules {
            encryption: key_derivation::derive(suite, shared_secret, Purpose::Encryption).cipher(),
            authentication: key_derivation::derive(suite, shared_secret, Purpose::Authentication).authenticator(),
        };
        SessionKeys { suite, counter, schedules: Box::new(schedules) }
    }
    /// Keys that an example prints in the midst of a session.
    #[cfg(test)]
    pub(crate) fn of_aes_128(encryption: [u8; 16], authentication: [u8; 16], counter: u128) -> Self {
        let schedules = Schedules {
            encryption: cipher::Key::Aes128(encryption).cipher(),
            authentication: cipher::Key::Aes128(authentication).authenticator(),
        };
        SessionKeys { suite: CipherSuite::Aes128, counter, schedules: Box::new(schedules) }
    }
    /// Cipher and authentication code of the session.
    pub fn suite(&self) -> CipherSuite {
        self.suite
    }
    pub(crate) fn authentication(&mut self) -> &mut Authenticator {
        &mut self.schedules.authentication
    }
    pub(crate) fn encryption(&self) -> &Cipher {
        &self.schedules.encryption
    }

    fn block_length(&self) -> usize {
        self.suite.block_length()
    }
    fn counter_bytes(&self, counter: u128) -> [u8; 16] {
        // Triple-DES counts in eight bytes and wraps there; they stand first so that a cut gives them.
        match self.suite {
            CipherSuite::TripleDes => (counter << 64).to_be_bytes(),
            _ => counter.to_be_bytes(),
        }
    }
    /// Zero for Triple-DES (9.8.6.1), the encrypted counter for AES (9.8.7.1).
    fn initial_vector(&self, counter: u128) -> [u8; 16] {
        match self.suite {
            CipherSuite::TripleDes => [0; 16],
            _ => {
                let mut block = counter.to_be_bytes();
                self.encryption().encrypt(&[0; 16], &mut block);
                block
            }
        }
    }
    /// Checksum over counter, padded header of a command, and padded data objects (9.8.4).
    fn checksum(&mut self, counter: u128, header: Option<[u8; 4]>, objects: &[u8]) -> Checksum {
        let block = self.block_length();
        let counter = self.counter_bytes(counter);
        let counter = counter.get(..block).unwrap_or(&counter);
        let (header, header_padding): (&[u8], &[u8]) = match &header {
            Some(header) => (header, cipher::padding(header.len(), block)),
            None => (&[], &[]),
        };
        // Without data objects the padded header is the whole message (ISO/IEC 7816-4 10.2.3.1).
        let padding = if objects.is_empty() { &[] } else { cipher::padding(objects.len(), block) };
        self.authentication().checksum(&[counter, header, header_padding, objects, padding])
    }
    fn push_cryptogram(&self, out: &mut Vec<u8>, counter: u128, instruction: u8, data: &[u8]) {
        if data.is_empty() {
            return;
        }
        let even = instruction & 1 == 0;
        let length = (data.len() + 1).next_multiple_of(self.block_length());
        let tag = if even { CRYPTOGRAM } else { CRYPTOGRAM_OF_ODD_INSTRUCTION };
        tlv::push_header(out, tag, length + usize::from(even));
        if even {
            out.push(0x01);
        }
        let start = out.len();
        out.extend_from_slice(data);
        out.push(0x80);
        out.resize(start + length, 0);
        if let Some(block) = out.get_mut(start..) {
            self.encryption().encrypt(&self.initial_vector(counter), block);
        }
    }
    fn decrypt(&self, counter: u128, object: &Tlv<'_>) -> Result<Vec<u8>, AccessError> {
        let malformed = || malformed(TlvErrorKind::Value, object.position);
        let cryptogram = match (object.tag, object.value) {
            (CRYPTOGRAM, [0x01, rest @ ..]) => rest,
            (CRYPTOGRAM_OF_ODD_INSTRUCTION, rest) => rest,
            _ => return Err(malformed()),
        };
        if cryptogram.is_empty() || cryptogram.len() % self.block_length() != 0 {
            return Err(malformed());
        }
        let mut data = cryptogram.to_vec();
        self.encryption().decrypt(&self.initial_vector(counter), &mut data);
        let length = cipher::unpadded_length(&data).ok_or(AccessError::Padding)?;
        data.truncate(length);
        Ok(data)
    }
}

/// The terminal's end of a session.
#[derive(Debug, Clone)]
pub struct SecureMessaging {
    keys: SessionKeys,
    sent: u128,
    received: u128,
    /// Whether an answer could not be opened: nothing is said under these keys any more.
    is_over: bool,
}

/// The answer of a script that could not be opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("answer {index}: {error}")]
pub struct ScriptError {
    /// Which answer, counted from zero.
    pub index: usize,
    /// What is wrong with it.
    pub error: AccessError,
}

impl SecureMessaging {
    /// A session with these keys, no message sent yet.
    pub fn new(keys: SessionKeys) -> Self {
        SecureMessaging { keys, sent: 0, received: 0, is_over: false }
    }
    /// Cipher and authentication code of the session.
    pub fn suite(&self) -> CipherSuite {
        self.keys.suite()
    }
    /// Most bytes one READ BINARY can bring with short length fields.
    pub fn longest_short_answer(&self) -> usize {
        self.suite().longest_short_answer()
    }

    /// Encrypts and authenticates a command. Further commands may be protected before the answer is opened.
    ///
    /// Short length fields are used when the protected command fits them and the answer asked for does.
    ///
    /// # Errors
    /// The command cannot be protected, or the session is over.
    pub fn protect(&mut self, command: &Command) -> Result<Command, AccessError> {
        if self.is_over {
            return Err(AccessError::OutOfOrder { step: "secure messaging command" });
        }
        let class = secure_class(command.class).ok_or(AccessError::Unprotectable)?;
        // Two counter steps belong to each exchange: the command's and its answer's.
        let counter = self.keys.counter.wrapping_add(2 * self.sent + 1);
        let mut body = Vec::with_capacity(command.data.len() + 48);
        self.keys.push_cryptogram(&mut body, counter, command.instruction, &command.data);
        match command.expected {
            None => {}
            Some(length @ ..=256) => tlv::push(&mut body, EXPECTED_LENGTH, &[length as u8]),
            Some(length) => tlv::push(&mut body, EXPECTED_LENGTH, &(length as u16).to_be_bytes()),
        }
        let header = [class, command.instruction, command.p1, command.p2];
        let checksum = self.keys.checksum(counter, Some(header), &body);
        tlv::push(&mut body, CHECKSUM, &checksum);
        if body.len() > 65_535 {
            return Err(AccessError::Unprotectable);
        }
        let extended = body.len() > 255 || command.expected.is_some_and(|length| length > 256);
        self.sent += 1;
        Ok(Command {
            class,
            instruction: command.instruction,
            p1: command.p1,
            p2: command.p2,
            data: body,
            expected: Some(if extended { 65_536 } else { 256 }),
        })
    }

    /// Authenticates and decrypts the answer to the oldest command whose answer has not been opened.
    ///
    /// # Errors
    /// The session is over: the chip has left it, or somebody altered the messages.
    pub fn unprotect(&mut self, response: &Response) -> Result<Response, AccessError> {
        if self.received >= self.sent || self.is_over {
            return Err(AccessError::OutOfOrder { step: "secure messaging response" });
        }
        let opened = self.open_next(response);
        self.is_over = opened.is_err();
        opened
    }

    fn open_next(&mut self, response: &Response) -> Result<Response, AccessError> {
        let counter = self.keys.counter.wrapping_add(2 * self.received + 2);
        let objects = Objects::parse(&response.data)?;
        let Some(checksum) = objects.checksum else { return Err(AccessError::Unprotected(response.status)) };
        let covered = response.data.get(..objects.covered).unwrap_or_default();
        if !equal_in_constant_time(&self.keys.checksum(counter, None, covered), checksum) {
            return Err(AccessError::Checksum);
        }
        if objects.expected.is_some() {
            return Err(malformed(TlvErrorKind::Value, 0));
        }
        let status = objects.status.ok_or(AccessError::StatusMismatch)?;
        if status.value != response.status.0.to_be_bytes() {
            return Err(AccessError::StatusMismatch);
        }
        let data = objects.cryptogram.map_or(Ok(Vec::new()), |object| self.keys.decrypt(counter, &object))?;
        self.received += 1;
        Ok(Response { data, status: response.status })
    }

    /// Protects many commands ahead, in order, without an answer seen in between.
    ///
    /// # Errors
    /// As [`protect`](Self::protect). The commands before the one that fails are counted as sent, so the session is of
    /// no more use.
    pub fn protect_script(&mut self, commands: &[Command]) -> Result<Vec<Command>, AccessError> {
        commands.iter().map(|command| self.protect(command)).collect()
    }

    /// Opens the answers to a script, in order; stops at the first that cannot be opened.
    ///
    /// # Errors
    /// Which answer could not be opened, and why, as [`unprotect`](Self::unprotect): the session is over. The answers
    /// before it are not given back.
    pub fn open_script(&mut self, responses: &[Response]) -> Result<Vec<Response>, ScriptError> {
        responses
            .iter()
            .enumerate()
            .map(|(index, response)| self.unprotect(response).map_err(|error| ScriptError { index, error }))
            .collect()
    }
}

/// The chip's end of a session.
#[derive(Debug, Clone)]
pub struct ChipSecureMessaging {
    keys: SessionKeys,
    counter: u128,
    instruction: u8,
    /// Whether a command could not be opened: nothing is said under these keys any more.
    is_over: bool,
}

impl ChipSecureMessaging {
    /// A session with these keys, no message seen yet.
    pub fn new(keys: SessionKeys) -> Self {
        let counter = keys.counter;
        ChipSecureMessaging { keys, counter, instruction: 0, is_over: false }
    }
    /// Most bytes an answer may carry so that its protected form fits short length fields.
    pub fn longest_short_answer(&self) -> usize {
        self.keys.suite().longest_short_answer()
    }
    /// Most bytes an answer may carry so that its protected form has no more than `field` bytes.
    pub fn longest_answer(&self, field: usize) -> usize {
        self.keys.suite().longest_answer(field)
    }

    /// Authenticates and decrypts a command.
    ///
    /// # Errors
    /// The session is over (Doc 9303-11 9.8.5): the chip answers without protection with [`status_of`] the error.
    pub fn open(&mut self, command: &Command) -> Result<Command, AccessError> {
        if self.is_over {
            return Err(AccessError::OutOfOrder { step: "secure messaging command" });
        }
        let opened = self.open_next(command);
        self.is_over = opened.is_err();
        opened
    }

    fn open_next(&mut self, command: &Command) -> Result<Command, AccessError> {
        let class = plain_class(command.class).ok_or(AccessError::Unprotected(StatusWord::SM_MISSING))?;
        self.counter = self.counter.wrapping_add(1);
        let objects = Objects::parse(&command.data)?;
        let checksum = objects.checksum.ok_or(AccessError::Unprotected(StatusWord::SM_MISSING))?;
        let header = [command.class, command.instruction, command.p1, command.p2];
        let covered = command.data.get(..objects.covered).unwrap_or_default();
        if !equal_in_constant_time(&self.keys.checksum(self.counter, Some(header), covered), checksum) {
            return Err(AccessError::Checksum);
        }
        let odd = command.instruction & 1 == 1;
        if objects.status.is_some()
            || objects.cryptogram.is_some_and(|object| odd != (object.tag == CRYPTOGRAM_OF_ODD_INSTRUCTION))
        {
            return Err(malformed(TlvErrorKind::Value, 0));
        }
        let data = objects.cryptogram.map_or(Ok(Vec::new()), |object| self.keys.decrypt(self.counter, &object))?;
        let expected = match objects.expected {
            None => None,
            Some(object) => Some(match *object.value {
                [0] => 256,
                [length] => usize::from(length),
                [0, 0] => 65_536,
                [high, low] => usize::from(u16::from_be_bytes([high, low])),
                _ => return Err(malformed(TlvErrorKind::Value, object.position)),
            }),
        };
        self.instruction = command.instruction;
        Ok(Command { class, instruction: command.instruction, p1: command.p1, p2: command.p2, data, expected })
    }

    /// Encrypts and authenticates the answer to the command opened last. When the session is over, only the status goes out.
    pub fn seal(&mut self, response: &Response) -> Response {
        if self.is_over {
            return Response::status(response.status);
        }
        self.counter = self.counter.wrapping_add(1);
        let mut data = Vec::with_capacity(response.data.len() + 48);
        self.keys.push_cryptogram(&mut data, self.counter, self.instruction, &response.data);
        tlv::push(&mut data, PROCESSING_STATUS, &response.status.0.to_be_bytes());
        let checksum = self.keys.checksum(self.counter, None, &data);
        tlv::push(&mut data, CHECKSUM, &checksum);
        Response { data, status: response.status }
    }
}

/// The status with which a chip answers a command it could not open: 6987 when objects are missing, else 6988.
pub fn status_of(error: AccessError) -> StatusWord {
    match error {
        AccessError::Unprotected(_) => StatusWord::SM_MISSING,
        _ => StatusWord::SM_INCORRECT,
    }
}

/// Whether a command's class announces secure messaging.
pub fn is_protected(command: &Command) -> bool {
    plain_class(command.class).is_some()
}

fn secure_class(class: u8) -> Option<u8> {
    match class {
        0x20..=0x3F | 0xFF => None,
        // Further interindustry classes have one bit for it (ISO/IEC 7816-4 5.4.1 table 3).
        0x40..=0x7F => Some(class | 0x20),
        _ => Some(class | SECURE_CLASS),
    }
}

fn plain_class(class: u8) -> Option<u8> {
    match class {
        0x40..=0x7F => (class & 0x20 != 0).then_some(class & !0x20),
        _ => (class & SECURE_CLASS == SECURE_CLASS).then_some(class & !SECURE_CLASS),
    }
}

fn malformed(kind: TlvErrorKind, position: usize) -> AccessError {
    AccessError::DataObject(TlvError { kind, position })
}

/// Secure-messaging data objects, each at most once and in the order of the standard.
#[derive(Default)]
struct Objects<'a> {
    cryptogram: Option<Tlv<'a>>,
    expected: Option<Tlv<'a>>,
    status: Option<Tlv<'a>>,
    checksum: Option<&'a [u8]>,
    /// Number of bytes before the checksum object.
    covered: usize,
}

impl<'a> Objects<'a> {
    fn parse(data: &'a [u8]) -> Result<Self, AccessError> {
        let mut objects = Objects::default();
        let mut reader = Reader::new(data);
        let mut rank = 0;
        loop {
            let start = reader.position();
            let Some(object) = reader.next_object().map_err(AccessError::DataObject)? else { break };
            let (next_rank, slot) = match object.tag {
                CRYPTOGRAM | CRYPTOGRAM_OF_ODD_INSTRUCTION => (1, &mut objects.cryptogram),
                EXPECTED_LENGTH => (2, &mut objects.expected),
                PROCESSING_STATUS => (3, &mut objects.status),
                CHECKSUM => {
                    objects.checksum = Some(object.value);
                    objects.covered = start;
                    reader.finish().map_err(AccessError::DataObject)?;
                    break;
                }
                found => return Err(malformed(TlvErrorKind::UnexpectedTag { expected: CHECKSUM, found }, start)),
            };
            if next_rank <= rank {
                return Err(malformed(TlvErrorKind::Value, start));
            }
            rank = next_rank;
            *slot = Some(object);
        }
        Ok(objects)
    }
}

#[cfg(test)]
mod tests;
