//! What a machine is given.

use std::fmt;

/// Which station of a machine a layer is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum LayerKind {
    /// Grey for the laser on the data page: 0 burns full black, 255 leaves the blank as it is.
    Laser,
    /// Grey for the portrait in the transparent window of the data page.
    Window,
    /// Colour for the inkjet on the observation page: white is no ink.
    Observation,
}

impl fmt::Display for LayerKind {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Laser => "laser",
            Self::Window => "window",
            Self::Observation => "observation",
        })
    }
}

/// How the bytes of a layer are coded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Coding {
    /// PNG, grey, 8 bit: lossless.
    PngGrey,
    /// JPEG, baseline, colour.
    JpegRgb,
}

/// An image of what is personal, with its place on the page. `Debug` leaves the image out.
#[derive(Clone, PartialEq)]
pub struct Layer {
    /// The station it is for.
    pub kind: LayerKind,
    /// Dots per inch, both ways.
    pub dpi: u32,
    /// Pixels across.
    pub width: u32,
    /// Pixels down.
    pub height: u32,
    /// Millimetres from the left and from the top edge of its page to the first pixel.
    pub origin: (f32, f32),
    /// How `bytes` are coded.
    pub coding: Coding,
    /// The coded image.
    pub bytes: Vec<u8>,
}

impl fmt::Debug for Layer {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Layer")
            .field("kind", &self.kind)
            .field("dpi", &self.dpi)
            .field("width", &self.width)
            .field("height", &self.height)
            .finish_non_exhaustive()
    }
}

/// All layers of one page.
#[derive(Clone, Debug, PartialEq)]
pub struct Layers {
    /// Grey, the printable area of the data page.
    pub laser: Layer,
    /// Grey, the transparent window.
    pub window: Layer,
    /// Colour, the part of the observation page that is personal.
    pub observation: Layer,
}
