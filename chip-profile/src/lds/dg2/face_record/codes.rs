//! The codes of ISO/IEC 19794-5:2005 5.5 and 5.7.

/// Gender (5.5.3).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Gender {
    /// Not said.
    Unspecified,
    /// Male
    Male,
    /// Female
    Female,
    /// Not known.
    Unknown,
}

impl Gender {
    pub(super) const fn code(self) -> u8 {
        match self {
            Self::Unspecified => 0x00,
            Self::Male => 0x01,
            Self::Female => 0x02,
            Self::Unknown => 0xFF,
        }
    }

    pub(super) fn from_code(code: u8) -> Option<Self> {
        [Self::Unspecified, Self::Male, Self::Female, Self::Unknown].into_iter().find(|gender| gender.code() == code)
    }
}

/// Which conditions the image fulfils (5.7.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum FaceImageType {
    /// None beyond the record format.
    Basic,
    /// Full frontal (clause 8).
    FullFrontal,
    /// Full frontal in the token frame, 3 wide by 4 high with the eyes at fixed places (clause 9).
    TokenFrontal,
}

impl FaceImageType {
    pub(super) const fn code(self) -> u8 {
        match self {
            Self::Basic => 0x00,
            Self::FullFrontal => 0x01,
            Self::TokenFrontal => 0x02,
        }
    }

    pub(super) fn from_code(code: u8) -> Option<Self> {
        [Self::Basic, Self::FullFrontal, Self::TokenFrontal].into_iter().find(|kind| kind.code() == code)
    }
}

/// The coding of the image (5.7.2).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ImageDataType {
    /// ISO/IEC 10918-1
    Jpeg,
    /// ISO/IEC 15444-1
    Jpeg2000,
}

impl ImageDataType {
    pub(super) const fn code(self) -> u8 {
        match self {
            Self::Jpeg => 0x00,
            Self::Jpeg2000 => 0x01,
        }
    }

    pub(super) fn from_code(code: u8) -> Option<Self> {
        [Self::Jpeg, Self::Jpeg2000].into_iter().find(|kind| kind.code() == code)
    }
}

/// Eye colour (5.5.4), as its code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct EyeColour(pub u8);

impl EyeColour {
    /// Not said.
    pub const UNSPECIFIED: Self = EyeColour(0x00);
    /// Black
    pub const BLACK: Self = EyeColour(0x01);
    /// Blue
    pub const BLUE: Self = EyeColour(0x02);
    /// Brown
    pub const BROWN: Self = EyeColour(0x03);
    /// Grey
    pub const GREY: Self = EyeColour(0x04);
    /// Green
    pub const GREEN: Self = EyeColour(0x05);
    /// Multi-coloured
    pub const MULTI_COLOURED: Self = EyeColour(0x06);
    /// Pink
    pub const PINK: Self = EyeColour(0x07);
    /// Not known.
    pub const UNKNOWN: Self = EyeColour(0xFF);
}

/// Hair colour (5.5.5), as its code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct HairColour(pub u8);

impl HairColour {
    /// Not said.
    pub const UNSPECIFIED: Self = HairColour(0x00);
    /// Bald
    pub const BALD: Self = HairColour(0x01);
    /// Black
    pub const BLACK: Self = HairColour(0x02);
    /// Blonde
    pub const BLONDE: Self = HairColour(0x03);
    /// Brown
    pub const BROWN: Self = HairColour(0x04);
    /// Grey
    pub const GREY: Self = HairColour(0x05);
    /// White
    pub const WHITE: Self = HairColour(0x06);
    /// Red
    pub const RED: Self = HairColour(0x07);
    /// Not known.
    pub const UNKNOWN: Self = HairColour(0xFF);
}

/// Colour space of the image (5.7.5), as its code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct ColourSpace(pub u8);

impl ColourSpace {
    /// Not said.
    pub const UNSPECIFIED: Self = ColourSpace(0x00);
    /// 24 bit RGB
    pub const RGB_24: Self = ColourSpace(0x01);
    /// YUV 4:2:2
    pub const YUV_422: Self = ColourSpace(0x02);
    /// 8 bit greyscale
    pub const GREY_8: Self = ColourSpace(0x03);
    /// Another one.
    pub const OTHER: Self = ColourSpace(0x04);
}

/// Source of the image (5.7.6), as its code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct ImageSource(pub u8);

impl ImageSource {
    /// Not said.
    pub const UNSPECIFIED: Self = ImageSource(0x00);
    /// Static photograph from an unknown source
    pub const PHOTOGRAPH: Self = ImageSource(0x01);
    /// Static photograph from a digital still-image camera
    pub const DIGITAL_CAMERA: Self = ImageSource(0x02);
    /// Static photograph from a scanner
    pub const SCANNER: Self = ImageSource(0x03);
    /// Not known.
    pub const UNKNOWN: Self = ImageSource(0x07);
}
