//! Why a page cannot be rendered.

use thiserror::Error;

use super::{Field, LayerKind};

/// Why a page cannot be rendered. No text of the page is in the message, but the characters that have no glyph.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
#[non_exhaustive]
pub enum PageError {
    /// The fonts lack characters of a field.
    #[error("the field {field} has characters that cannot be printed: {}", list(.characters))]
    MissingGlyph {
        /// The field.
        field: Field,
        /// The characters, each once.
        characters: Vec<char>,
    },
    /// A text does not fit its field, even set small on two lines.
    #[error("the text of the field {field} is too long for its place on the page")]
    TooLong {
        /// The field.
        field: Field,
    },
    /// A line of the MRZ has not 44 characters of 0-9, A-Z and `<`.
    #[error("line {line} of the machine readable zone is not 44 characters of 0-9, A-Z and <")]
    MachineReadableLine {
        /// The line, 1 or 2.
        line: usize,
    },
    /// The card access number is not six digits (Doc 9303-4 4.1.1.2).
    #[error("the card access number is not six digits")]
    CardAccessNumber,
    /// The portrait would have to be stretched (Doc 9303-3 3.9.1.3 forbids it).
    #[error("the portrait of {width} by {height} pixels has not the shape of 35 by 45 mm")]
    PortraitShape {
        /// Pixels across.
        width: u32,
        /// Pixels down.
        height: u32,
    },
    /// The resolution is out of range.
    #[error("{dpi} dpi is not between 200 and 1200")]
    Resolution {
        /// Dots per inch asked for.
        dpi: u32,
    },
    /// A picture could not be scaled.
    #[error("a picture could not be scaled to its place")]
    Scaling,
    /// A layer was to be coded before it was composed, or its coder failed.
    #[error("the layer {kind} could not be coded")]
    Coding {
        /// The layer.
        kind: LayerKind,
    },
    /// A font of the program could not be embedded in the PDF.
    #[error("a font could not be embedded")]
    Font,
}

fn list(characters: &[char]) -> String {
    let named = characters.iter().map(|&character| format!("{character} (U+{:04X})", u32::from(character)));
    named.collect::<Vec<_>>().join(", ")
}
