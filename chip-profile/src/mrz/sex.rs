//! Sex of the holder (Doc 9303-4 4.1.1.1 field 11 and 4.2.2.2 position 21).

/// Sex as the document states it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Sex {
    /// M in both zones.
    Male,
    /// F in both zones.
    Female,
    /// The filler in the machine readable zone, X in the visual zone.
    Unspecified,
}

impl Sex {
    /// The character of the machine readable zone: `M`, `F` or `<`.
    pub const fn mrz_character(self) -> char {
        match self {
            Self::Male => 'M',
            Self::Female => 'F',
            Self::Unspecified => '<',
        }
    }

    /// The character of the visual zone: `M`, `F` or `X`.
    pub const fn visual_character(self) -> char {
        match self {
            Self::Male => 'M',
            Self::Female => 'F',
            Self::Unspecified => 'X',
        }
    }

    /// Sex from the character of the machine readable zone; `None` for anything but `M`, `F` and `<`.
    pub const fn from_mrz_character(character: char) -> Option<Self> {
        match character {
            'M' => Some(Self::Male),
            'F' => Some(Self::Female),
            '<' => Some(Self::Unspecified),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Sex;

    #[test]
    fn unspecified_is_a_filler_below_and_an_x_above() {
        for sex in [Sex::Male, Sex::Female, Sex::Unspecified] {
            assert_eq!(Sex::from_mrz_character(sex.mrz_character()), Some(sex));
        }
        assert_eq!(Sex::Unspecified.visual_character(), 'X');
        assert_eq!(Sex::from_mrz_character('X'), None);
    }
}
