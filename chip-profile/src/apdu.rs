//! Commands and responses of ISO/IEC 7816-4, short and extended.
//!
//! ```text
//! CLA INS P1 P2 [Lc data] [Le]
//! data SW1 SW2
//! ```

use thiserror::Error;

/// A command to a chip.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Command {
    /// Class byte: secure messaging and chaining bits included.
    pub class: u8,
    /// Instruction byte.
    pub instruction: u8,
    /// First parameter.
    pub p1: u8,
    /// Second parameter.
    pub p2: u8,
    /// Command data, up to 65,535 bytes.
    pub data: Vec<u8>,
    /// Expected length of the answer; 256 (short) and 65,536 (extended) ask for all there is. `None`: no answer data.
    pub expected: Option<usize>,
}

/// Why bytes are not a command or a response.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum ApduError {
    /// Fewer bytes than a header or a status word has.
    #[error("shorter than a header")]
    TooShort,
    /// Lc or Le do not fit the bytes that follow.
    #[error("length fields do not fit the data at byte {position}")]
    Length {
        /// Offset of the length field, in bytes.
        position: usize,
    },
}

impl Command {
    /// A command without data that expects no answer data.
    pub fn new(class: u8, instruction: u8, p1: u8, p2: u8) -> Self {
        Command { class, instruction, p1, p2, data: Vec::new(), expected: None }
    }
    /// The same command with data.
    pub fn with_data(mut self, data: impl Into<Vec<u8>>) -> Self {
        self.data = data.into();
        self
    }
    /// The same command with an expected answer length, in bytes.
    pub fn expecting(mut self, length: usize) -> Self {
        self.expected = Some(length);
        self
    }
    /// Whether the command needs extended length fields.
    pub fn is_extended(&self) -> bool {
        self.data.len() > 255 || self.expected.is_some_and(|length| length > 256)
    }
    /// The bytes that go to the chip (ISO/IEC 7816-4 5.1).
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut out = vec![self.class, self.instruction, self.p1, self.p2];
        if self.is_extended() {
            out.push(0);
            if !self.data.is_empty() {
                out.extend_from_slice(&(self.data.len() as u16).to_be_bytes());
                out.extend_from_slice(&self.data);
            }
            if let Some(length) = self.expected {
                out.extend_from_slice(&(length as u16).to_be_bytes());
            }
        } else {
            if !self.data.is_empty() {
                out.push(self.data.len() as u8);
                out.extend_from_slice(&self.data);
            }
            if let Some(length) = self.expected {
                out.push(length as u8);
            }
        }
        out
    }
    /// Reads a command as a chip does.
    ///
    /// # Errors
    /// [`ApduError::TooShort`] for fewer than the four bytes of a header, [`ApduError::Length`] when Lc and Le do not
    /// fit the bytes that follow them.
    pub fn parse(bytes: &[u8]) -> Result<Self, ApduError> {
        let [class, instruction, p1, p2, body @ ..] = bytes else { return Err(ApduError::TooShort) };
        let mut command = Command::new(*class, *instruction, *p1, *p2);
        match body {
            [] => {}
            [length] => command.expected = Some(if *length == 0 { 256 } else { usize::from(*length) }),
            [0, high, low] => {
                let length = usize::from(u16::from_be_bytes([*high, *low]));
                command.expected = Some(if length == 0 { 65_536 } else { length });
            }
            [0, high, low, rest @ ..] => {
                let length = usize::from(u16::from_be_bytes([*high, *low]));
                let data = rest.get(..length).filter(|_| length > 0).ok_or(ApduError::Length { position: 4 })?;
                command.data = data.to_vec();
                command.expected = match &rest[length..] {
                    [] => None,
                    [high, low] => {
                        let expected = usize::from(u16::from_be_bytes([*high, *low]));
                        Some(if expected == 0 { 65_536 } else { expected })
                    }
                    _ => return Err(ApduError::Length { position: 7 + length }),
                };
            }
            [length, rest @ ..] => {
                let length = usize::from(*length);
                let data = rest.get(..length).filter(|_| length > 0).ok_or(ApduError::Length { position: 4 })?;
                command.data = data.to_vec();
                command.expected = match &rest[length..] {
                    [] => None,
                    [expected] => Some(if *expected == 0 { 256 } else { usize::from(*expected) }),
                    _ => return Err(ApduError::Length { position: 5 + length }),
                };
            }
        }
        Ok(command)
    }
}

/// A chip's answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Response {
    /// Answer data without the status word.
    pub data: Vec<u8>,
    /// Status word SW1-SW2.
    pub status: StatusWord,
}

impl Response {
    /// An answer without data.
    pub fn status(status: StatusWord) -> Self {
        Response { data: Vec::new(), status }
    }
    /// An answer with data and status 9000.
    pub fn data(data: impl Into<Vec<u8>>) -> Self {
        Response { data: data.into(), status: StatusWord::OK }
    }
    /// The bytes that come from the chip.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut out = self.data.clone();
        out.extend_from_slice(&self.status.0.to_be_bytes());
        out
    }
    /// Reads a chip's answer.
    ///
    /// # Errors
    /// [`ApduError::TooShort`] for fewer than the two bytes of a status word.
    pub fn parse(bytes: &[u8]) -> Result<Self, ApduError> {
        let (data, status) = bytes.split_last_chunk::<2>().ok_or(ApduError::TooShort)?;
        Ok(Response { data: data.to_vec(), status: StatusWord(u16::from_be_bytes(*status)) })
    }
}

/// Status word of ISO/IEC 7816-4 5.6.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct StatusWord(pub u16);

impl StatusWord {
    /// Normal processing.
    pub const OK: StatusWord = StatusWord(0x9000);
    /// End of file reached before Le bytes were read.
    pub const END_OF_FILE: StatusWord = StatusWord(0x6282);
    /// Authentication failed, no further information.
    pub const AUTHENTICATION_FAILED: StatusWord = StatusWord(0x6300);
    /// Memory failure.
    pub const MEMORY_FAILURE: StatusWord = StatusWord(0x6581);
    /// Wrong length.
    pub const WRONG_LENGTH: StatusWord = StatusWord(0x6700);
    /// Security status not satisfied.
    pub const SECURITY_STATUS: StatusWord = StatusWord(0x6982);
    /// Conditions of use not satisfied.
    pub const CONDITIONS: StatusWord = StatusWord(0x6985);
    /// Command not allowed: no current file.
    pub const NOT_ALLOWED: StatusWord = StatusWord(0x6986);
    /// Expected secure messaging objects are missing.
    pub const SM_MISSING: StatusWord = StatusWord(0x6987);
    /// Secure messaging objects are incorrect.
    pub const SM_INCORRECT: StatusWord = StatusWord(0x6988);
    /// Incorrect parameters in the data field.
    pub const WRONG_DATA: StatusWord = StatusWord(0x6A80);
    /// File or application not found.
    pub const FILE_NOT_FOUND: StatusWord = StatusWord(0x6A82);
    /// Not enough memory in the file.
    pub const NO_MEMORY: StatusWord = StatusWord(0x6A84);
    /// Incorrect parameters P1-P2.
    pub const WRONG_P1P2: StatusWord = StatusWord(0x6A86);
    /// Referenced data or reference data not found.
    pub const REFERENCE_NOT_FOUND: StatusWord = StatusWord(0x6A88);
    /// Offset outside the file.
    pub const WRONG_OFFSET: StatusWord = StatusWord(0x6B00);
    /// Instruction not supported.
    pub const INSTRUCTION: StatusWord = StatusWord(0x6D00);
    /// Class not supported.
    pub const CLASS: StatusWord = StatusWord(0x6E00);

    /// Whether the command was carried out.
    pub fn is_ok(self) -> bool {
        self == StatusWord::OK
    }
}

impl core::fmt::Display for StatusWord {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "{:04X}", self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn every_case_reads_back_as_written() {
        for data in [0usize, 1, 255, 256, 4000] {
            for expected in [None, Some(1), Some(256), Some(257), Some(65_536)] {
                let mut command = Command::new(0x00, 0xB0, 1, 2).with_data(vec![9; data]);
                command.expected = expected;
                let mut read = Command::parse(&command.to_bytes()).unwrap();
                // With extended fields, 256 is written as itself.
                if read.expected.is_some() && expected.is_some() {
                    assert_eq!(read.expected, expected);
                }
                read.expected = expected;
                assert_eq!(read, command);
            }
        }
    }

    #[test]
    fn length_fields_that_lie_are_refused() {
        for bytes in [&[0, 0xB0, 0, 0, 5, 1, 2][..], &[0, 0xB0, 0, 0, 0, 0, 9, 1][..], &[0, 0xB0, 0, 0, 1, 1, 2, 3][..]]
        {
            assert!(matches!(Command::parse(bytes), Err(ApduError::Length { .. })), "{bytes:02X?}");
        }
        assert_eq!(Command::parse(&[0, 1]), Err(ApduError::TooShort));
    }

    fn length(most: usize) -> impl Strategy<Value = usize> {
        prop_oneof![0..4usize, 250..260usize, 0..3_000usize, most - 3..=most]
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(128))]

        /// Cases 1, 2, 3 and 4, short and extended (ISO/IEC 7816-4 5.1).
        #[test]
        fn commands_arrive_as_they_were_sent(
            header in any::<[u8; 4]>(),
            length in length(65_535),
            expected in prop_oneof![Just(None), length(65_536).prop_map(|length| Some(length.max(1)))],
            fill in any::<u8>(),
        ) {
            let [class, instruction, p1, p2] = header;
            let sent = Command { class, instruction, p1, p2, data: vec![fill; length], expected };
            let bytes = sent.to_bytes();
            let fields = match (length, expected, sent.is_extended()) {
                (0, None, _) => 0,
                (0, Some(_), false) | (_, None, false) => 1,
                (_, Some(_), false) => 2,
                (0, Some(_), true) | (_, None, true) => 3,
                (_, Some(_), true) => 5,
            };
            prop_assert_eq!(bytes.len(), 4 + fields + length);
            prop_assert_eq!(&Command::parse(&bytes).unwrap(), &sent);
            // A byte less and a byte more are another command or none.
            let longer = [bytes.as_slice(), &[fill]].concat();
            for other in [&bytes[..bytes.len() - 1], &longer] {
                prop_assert!(Command::parse(other).ok().is_none_or(|read| read != sent));
            }
        }

        #[test]
        fn any_bytes_are_read_or_refused(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
            if let Ok(read) = Command::parse(&bytes) {
                // Extended fields may say what short ones could have said.
                prop_assert!(read.to_bytes().len() <= bytes.len());
                prop_assert_eq!(Command::parse(&read.to_bytes()).unwrap(), read);
            }
            match Response::parse(&bytes) {
                Ok(read) => prop_assert_eq!(read.to_bytes(), bytes),
                Err(error) => prop_assert_eq!((error, bytes.len() < 2), (ApduError::TooShort, true)),
            }
        }
    }
}
