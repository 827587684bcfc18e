//! What a chip can take in one command.

use crate::access::CipherSuite;
use crate::personalisation::scp03::MAC_LENGTH;

/// Limits of a chip and its reader.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ChipLimits {
    /// Bytes of the data field that the chip takes or gives in one exchange, protection included.
    pub buffer: usize,
    /// Whether chip and reader speak extended length; without it 255 bytes are the most.
    pub extended_length: bool,
}

impl ChipLimits {
    /// What every chip takes: short length fields.
    pub const SHORT: ChipLimits = ChipLimits { buffer: 255, extended_length: false };

    fn field(&self) -> usize {
        self.buffer.min(if self.extended_length { 65_535 } else { 255 })
    }

    /// Longest command data that still fit after padding, encryption and C-MAC of SCP03, in bytes; `None` when the buffer is
    /// too small to write anything useful (less than 136 bytes).
    pub fn update_chunk(&self) -> Option<usize> {
        let encrypted = self.field().checked_sub(MAC_LENGTH)? / 16 * 16;
        encrypted.checked_sub(1).filter(|chunk| *chunk >= 127)
    }

    /// Longest READ BINARY answer that still fits after protection under secure messaging, in bytes.
    ///
    /// Readers ask for answers with Le, which counts 256 in the short form: 231 bytes with Triple-DES, 223 with AES.
    pub fn read_chunk(&self, suite: CipherSuite) -> usize {
        let short = suite.longest_short_answer();
        if !self.extended_length {
            return short;
        }
        // DO99 takes 4 bytes, DO8E 10, header and padding indicator of DO87 up to 5, padding up to 16.
        let long = self.field().saturating_sub(4 + 10 + 5 + 16);
        long.max(short)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chunks_fill_the_buffer_and_no_more() {
        assert_eq!(ChipLimits::SHORT.update_chunk(), Some(239));
        assert_eq!(ChipLimits::SHORT.read_chunk(CipherSuite::TripleDes), 231);
        assert_eq!(ChipLimits::SHORT.read_chunk(CipherSuite::Aes128), 223);
        let limits = |buffer| ChipLimits { buffer, extended_length: true };
        assert_eq!(limits(1024).update_chunk(), Some(1007));
        assert_eq!(limits(1024).read_chunk(CipherSuite::TripleDes), 989);
        assert_eq!(limits(100).read_chunk(CipherSuite::TripleDes), 231);
        assert_eq!(limits(100).update_chunk(), None);
        assert_eq!(limits(0).update_chunk(), None);
        for buffer in 136..3000 {
            let chunk = limits(buffer).update_chunk().unwrap();
            assert!((chunk / 16 + 1) * 16 + 8 <= buffer && (chunk / 16 + 2) * 16 + 8 > buffer);
        }
    }
}
