//! What a chip can take in one command.

use crate::access::CipherSuite;
use crate::lds::atr_info::{AtrInfo, CardCapabilities, ExtendedLength};
use crate::personalisation::channel::ChannelKind;
use crate::personalisation::scp03::Mode;

/// Limits of a chip and its reader.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ChipLimits {
    /// Bytes of the data field that the chip takes or gives in one exchange, protection included.
    pub buffer: usize,
    /// Whether chip and reader speak extended length; without it 255 bytes are the most.
    pub extended_length: bool,
    /// By which protocol the chip is personalised.
    pub channel: ChannelKind,
}

impl ChipLimits {
    /// What every chip takes: short length fields.
    pub const SHORT: ChipLimits = ChipLimits::new(255, false);

    /// A buffer of so many bytes, with or without extended length, personalised over SCP03 in S8 mode.
    pub const fn new(buffer: usize, extended_length: bool) -> Self {
        ChipLimits { buffer, extended_length, channel: ChannelKind::Scp03(Mode::S8) }
    }

    /// The same as an EF.ATR/INFO announces it to readers (Doc 9303-10 3.11.1): command chaining always, and with extended
    /// length the longest command and response.
    pub fn atr_info(&self) -> AtrInfo {
        let capabilities = CardCapabilities::BASIC.with_command_chaining();
        if !self.extended_length {
            return AtrInfo::new(capabilities, None);
        }
        let field = u32::try_from(self.field()).unwrap_or(u32::MAX);
        let extended = ExtendedLength { command: field + COMMAND_OVERHEAD, response: field + RESPONSE_OVERHEAD };
        AtrInfo::new(capabilities.with_extended_length(), Some(extended))
    }

    /// What a chip announces in its EF.ATR/INFO: [`ChipLimits::SHORT`] when it announces no extended length.
    pub fn announced_by(info: &AtrInfo) -> Self {
        let speaks = info.card_capabilities().is_some_and(CardCapabilities::extended_length);
        let Some(limits) = info.extended_length().filter(|_| speaks) else { return ChipLimits::SHORT };
        let field =
            limits.command.saturating_sub(COMMAND_OVERHEAD).min(limits.response.saturating_sub(RESPONSE_OVERHEAD));
        match usize::try_from(field) {
            Ok(field) if field > ChipLimits::SHORT.buffer => ChipLimits::new(field, true),
            _ => ChipLimits::SHORT,
        }
    }

    fn field(&self) -> usize {
        self.buffer.min(if self.extended_length { 65_535 } else { 255 })
    }

    /// Longest command data that still fit once the channel protects them, in bytes; `None` when the buffer is too small to
    /// write anything useful (less than 136 bytes with SCP03).
    pub fn update_chunk(&self) -> Option<usize> {
        self.channel.longest_data(self.field()).filter(|chunk| *chunk >= 127)
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

/// Header and extended length fields of a command, in bytes.
const COMMAND_OVERHEAD: u32 = 4 + 3 + 2;
/// The status word, in bytes.
const RESPONSE_OVERHEAD: u32 = 2;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_chip_announces_is_what_a_reader_takes_it_for() {
        for buffer in [256, 1024, 2048, 65_535] {
            let file = ChipLimits::new(buffer, true).atr_info().build().unwrap();
            assert_eq!(ChipLimits::announced_by(&AtrInfo::parse(&file).unwrap()), ChipLimits::new(buffer, true));
        }
        for short in [ChipLimits::SHORT, ChipLimits::new(1024, false), ChipLimits::new(100, true)] {
            assert_eq!(ChipLimits::announced_by(&short.atr_info()), ChipLimits::SHORT);
        }
        assert_eq!(ChipLimits::announced_by(&AtrInfo::default()), ChipLimits::SHORT);
    }

    #[test]
    fn chunks_fill_the_buffer_and_no_more() {
        assert_eq!(ChipLimits::SHORT.update_chunk(), Some(239));
        assert_eq!(ChipLimits::SHORT.read_chunk(CipherSuite::TripleDes), 231);
        assert_eq!(ChipLimits::SHORT.read_chunk(CipherSuite::Aes128), 223);
        let limits = |buffer| ChipLimits::new(buffer, true);
        assert_eq!(limits(1024).update_chunk(), Some(1007));
        assert_eq!(limits(1024).read_chunk(CipherSuite::TripleDes), 989);
        assert_eq!(limits(100).read_chunk(CipherSuite::TripleDes), 231);
        assert_eq!(limits(100).update_chunk(), None);
        assert_eq!(limits(0).update_chunk(), None);
        for (mode, mac) in [(Mode::S8, 8), (Mode::S16, 16)] {
            for buffer in 144..3000 {
                let limits = ChipLimits { channel: ChannelKind::Scp03(mode), ..limits(buffer) };
                let chunk = limits.update_chunk().unwrap();
                assert!((chunk / 16 + 1) * 16 + mac <= buffer && (chunk / 16 + 2) * 16 + mac > buffer);
            }
        }
    }
}
