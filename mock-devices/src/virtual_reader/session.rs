//! What the driver of a virtual reader asks and what a chip says to it, without a connection.
//!
//! ```text
//! message of one byte   00 field off, 01 field on, 02 reset: no answer; 04 answer to reset: the answer is one
//! longer message        a command; its answer is the chip's
//! ```

use super::answer_to_reset;
use crate::chip::EmulatedChip;

const FIELD_OFF: u8 = 0x00;
const FIELD_ON: u8 = 0x01;
const RESET: u8 = 0x02;
const ANSWER_TO_RESET: u8 = 0x04;

/// What is sent back for a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reply {
    /// The driver waits for nothing.
    Nothing,
    /// These bytes.
    Answer(Vec<u8>),
    /// The driver waits and the chip does not answer.
    Silence,
}

/// One stay of a chip on a reader.
#[derive(Debug, Default)]
pub struct Session {
    on: bool,
    answered: bool,
}

impl Session {
    /// What `chip` says to a message.
    ///
    /// # Errors
    /// What is wrong with a message that no driver sends.
    pub fn answer(&mut self, message: &[u8], chip: &mut EmulatedChip) -> Result<Reply, &'static str> {
        match message {
            [] => Err("an empty message"),
            [FIELD_OFF] => {
                self.on = false;
                chip.reset();
                Ok(Reply::Nothing)
            }
            [FIELD_ON | RESET] => {
                self.on = true;
                chip.reset();
                Ok(Reply::Nothing)
            }
            // The driver asks for it every half a second too, to see whether the chip is still there.
            [ANSWER_TO_RESET] => Ok(Reply::Answer(answer_to_reset::of(chip))),
            [_] => Err("an unknown control byte"),
            command => {
                let answer = chip.transmit(command);
                if answer.is_empty() {
                    return Ok(Reply::Silence);
                }
                self.answered = true;
                Ok(Reply::Answer(answer))
            }
        }
    }

    /// Whether the field is on.
    pub fn is_on(&self) -> bool {
        self.on
    }

    /// Whether the chip has answered a command in this stay.
    pub fn answered(&self) -> bool {
        self.answered
    }
}
