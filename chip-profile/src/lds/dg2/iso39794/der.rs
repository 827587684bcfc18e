//! The few encodings that the blocks are made of: sequences of fields with implicit context tags, and enumerations that
//! may be extended.

use super::super::super::error::{LdsError, LdsErrorKind};
use crate::tlv::{self, Reader, Tlv};

const SEQUENCE: u32 = 0x30;
const OCTET_STRING: u32 = 0x04;
const CONSTRUCTED: u32 = 0x20;
const CONTEXT: u32 = 0x80;

/// A type whose contents stand under the tag of the field that has it.
pub(super) trait Element: Sized {
    /// Whether the encoding is constructed, as that of sequences and choices is.
    const IS_CONSTRUCTED: bool = true;

    /// Appends the contents.
    fn write(&self, out: &mut Vec<u8>) -> Result<(), LdsError>;

    /// Reads the contents.
    fn read(object: &Tlv<'_>) -> Result<Self, LdsError>;

    /// Nearly how many bytes the contents have: those of long strings are counted.
    fn about(&self) -> usize {
        0
    }
}

/// A type of which there are lists.
pub(super) trait ListElement: Element {
    /// The universal tag, which it has as an element of a SEQUENCE OF.
    const UNIVERSAL: u32 = SEQUENCE;
}

pub(super) const fn error(position: usize) -> LdsError {
    LdsError::new(LdsErrorKind::FaceBlock, position)
}

/// The tag of field `number`.
pub(super) const fn tag_of<T: Element>(number: u8) -> u32 {
    CONTEXT | number as u32 | if T::IS_CONSTRUCTED { CONSTRUCTED } else { 0 }
}

/// Appends a value under a tag.
pub(super) fn push<T: Element>(out: &mut Vec<u8>, tag: u32, value: &T) -> Result<(), LdsError> {
    let mut written = Ok(());
    tlv::push_nested_about(out, tag, value.about(), |out| written = value.write(out));
    written
}

/// Appends a SEQUENCE OF under a tag, with contents of about so many bytes.
pub(super) fn push_all<T: ListElement>(
    out: &mut Vec<u8>,
    tag: u32,
    about: usize,
    values: &[T],
) -> Result<(), LdsError> {
    let mut written = Ok(());
    tlv::push_nested_about(out, tag, about, |out| {
        written = values.iter().try_for_each(|value| push(out, T::UNIVERSAL, value));
    });
    written
}

/// Passes over the fields that a later edition has added behind field `last`.
pub(super) fn finish_extensible(mut reader: Reader<'_>, last: u32) -> Result<(), LdsError> {
    let number = |tag: u32| tag & !CONSTRUCTED;
    let mut previous = number(last);
    loop {
        let position = reader.position();
        let Some(field) = reader.next_object()? else { return Ok(()) };
        // From number 31 on a tag has a second byte.
        let is_later = match field.tag {
            0..=0xFF => field.tag & 0xC0 == CONTEXT && number(field.tag) > previous,
            tag => tag >> 8 & !CONSTRUCTED == CONTEXT | 0x1F && number(tag >> 8) >= previous,
        };
        if !is_later {
            return Err(error(position));
        }
        previous = number(if field.tag > 0xFF { field.tag >> 8 } else { field.tag });
    }
}

impl<T: ListElement> Element for Vec<T> {
    fn write(&self, out: &mut Vec<u8>) -> Result<(), LdsError> {
        self.iter().try_for_each(|value| push(out, T::UNIVERSAL, value))
    }

    fn read(object: &Tlv<'_>) -> Result<Self, LdsError> {
        let mut reader = object.reader();
        let mut values = Vec::new();
        while !reader.is_empty() {
            values.push(T::read(&reader.expect(T::UNIVERSAL)?)?);
        }
        Ok(values)
    }

    fn about(&self) -> usize {
        self.iter().map(Element::about).sum()
    }
}

impl ListElement for Vec<u8> {
    const UNIVERSAL: u32 = OCTET_STRING;
}

impl Element for Vec<u8> {
    const IS_CONSTRUCTED: bool = false;

    fn write(&self, out: &mut Vec<u8>) -> Result<(), LdsError> {
        out.extend_from_slice(self);
        Ok(())
    }

    fn read(object: &Tlv<'_>) -> Result<Self, LdsError> {
        Ok(object.value.to_vec())
    }

    fn about(&self) -> usize {
        self.len()
    }
}

impl Element for bool {
    const IS_CONSTRUCTED: bool = false;

    fn write(&self, out: &mut Vec<u8>) -> Result<(), LdsError> {
        out.push(if *self { 0xFF } else { 0x00 });
        Ok(())
    }

    fn read(object: &Tlv<'_>) -> Result<Self, LdsError> {
        match object.value {
            [0x00] => Ok(false),
            [0xFF] => Ok(true),
            _ => Err(error(object.position)),
        }
    }
}

/// The shortest two's complement of a number.
pub(super) fn write_integer(out: &mut Vec<u8>, number: i64) {
    let bytes = number.to_be_bytes();
    let redundant = bytes.windows(2).take_while(|pair| matches!(pair, [0, 0..=0x7F] | [0xFF, 0x80..=0xFF])).count();
    out.extend_from_slice(bytes.get(redundant..).unwrap_or_default());
}

/// A number in its shortest encoding.
pub(super) fn read_integer(object: &Tlv<'_>) -> Result<i64, LdsError> {
    let negative = match object.value {
        [] | [0, 0..=0x7F, ..] | [0xFF, 0x80..=0xFF, ..] => return Err(error(object.position)),
        [first, ..] => *first >= 0x80,
    };
    if object.value.len() > 8 {
        return Err(error(object.position));
    }
    Ok(object.value.iter().fold(if negative { -1 } else { 0 }, |number, byte| number << 8 | i64::from(*byte)))
}

macro_rules! integers {
    ($($integer:ty)*) => {$(
        impl Element for $integer {
            const IS_CONSTRUCTED: bool = false;

            fn write(&self, out: &mut Vec<u8>) -> Result<(), LdsError> {
                write_integer(out, i64::from(*self));
                Ok(())
            }

            fn read(object: &Tlv<'_>) -> Result<Self, LdsError> {
                <$integer>::try_from(read_integer(object)?).map_err(|_| error(object.position))
            }
        }
    )*};
}

integers!(u8 u16 u32 i16);

/// A SEQUENCE whose fields have the context tags given, ascending; `extensible` where the module has an ellipsis. After
/// `where` stands what must hold of the values.
macro_rules! sequence {
    (
        $(#[$attribute:meta])*
        pub struct $name:ident, $extension:ident {
            $($(#[$field_attribute:meta])* $presence:ident $field:ident: $type:ty = $number:literal,)*
        }
        $(where |$block:ident| $holds:expr)?
    ) => {
        $(#[$attribute])*
        #[derive(Clone, PartialEq, Eq)]
        pub struct $name {
            $($(#[$field_attribute])* pub $field: sequence!(@type $presence $type),)*
        }

        impl $crate::lds::dg2::iso39794::der::Element for $name {
            fn write(&self, out: &mut Vec<u8>) -> Result<(), $crate::lds::LdsError> {
                self.check(out.len())?;
                $(sequence!(@write $presence out, self.$field, $type, $number);)*
                Ok(())
            }

            fn read(object: &$crate::tlv::Tlv<'_>) -> Result<Self, $crate::lds::LdsError> {
                const LAST: u32 = {
                    let tags = [$($crate::lds::dg2::iso39794::der::tag_of::<$type>($number)),*];
                    tags[tags.len() - 1]
                };
                let mut reader = object.reader();
                $(let $field = sequence!(@read $presence reader, $type, $number);)*
                sequence!(@finish $extension reader, LAST);
                let block = $name { $($field,)* };
                block.check(object.position)?;
                Ok(block)
            }

            fn about(&self) -> usize {
                0 $(+ sequence!(@about $presence self.$field))*
            }
        }

        impl $crate::lds::dg2::iso39794::der::ListElement for $name {}

        impl $name {
            fn check(&self, _position: usize) -> Result<(), $crate::lds::LdsError> {
                $(
                    let $block = self;
                    if !$holds {
                        return Err($crate::lds::dg2::iso39794::der::error(_position));
                    }
                )?
                Ok(())
            }
        }

        impl core::fmt::Debug for $name {
            /// What is said of a face is the holder's: the name of the block alone is shown.
            fn fmt(&self, formatter: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
                formatter.write_str(concat!(stringify!($name), "(redacted)"))
            }
        }
    };
    (@type required $type:ty) => { $type };
    (@type optional $type:ty) => { Option<$type> };
    (@write required $out:ident, $value:expr, $type:ty, $number:literal) => {
        $crate::lds::dg2::iso39794::der::push(
            $out,
            $crate::lds::dg2::iso39794::der::tag_of::<$type>($number),
            &$value,
        )?
    };
    (@write optional $out:ident, $value:expr, $type:ty, $number:literal) => {
        if let Some(value) = &$value {
            sequence!(@write required $out, *value, $type, $number);
        }
    };
    (@read required $reader:ident, $type:ty, $number:literal) => {
        <$type as $crate::lds::dg2::iso39794::der::Element>::read(
            &$reader.expect($crate::lds::dg2::iso39794::der::tag_of::<$type>($number))?,
        )?
    };
    (@read optional $reader:ident, $type:ty, $number:literal) => {
        match $reader.optional($crate::lds::dg2::iso39794::der::tag_of::<$type>($number))? {
            Some(object) => Some(<$type as $crate::lds::dg2::iso39794::der::Element>::read(&object)?),
            None => None,
        }
    };
    (@about required $value:expr) => { $crate::lds::dg2::iso39794::der::Element::about(&$value) };
    (@about optional $value:expr) => {
        $value.as_ref().map_or(0, $crate::lds::dg2::iso39794::der::Element::about)
    };
    (@finish extensible $reader:ident, $last:ident) => {
        $crate::lds::dg2::iso39794::der::finish_extensible($reader, $last)?
    };
    (@finish fixed $reader:ident, $last:ident) => {{
        let _ = $last;
        $reader.finish()?
    }};
}

/// An enumeration that may be extended:
///
/// ```text
/// X ::= CHOICE { code [0] XCode, extensionBlock [1] SEQUENCE { fallback [0] XCode, ... } }
/// ```
macro_rules! enumeration {
    (
        $(#[$attribute:meta])*
        pub enum $name:ident {
            $($(#[$variant_attribute:meta])* $variant:ident = $code:literal,)*
        }
    ) => {
        $(#[$attribute])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum $name {
            $($(#[$variant_attribute])* $variant,)*
        }

        impl $name {
            /// The code in the standard's enumeration.
            pub const fn code(self) -> u8 {
                match self {
                    $(Self::$variant => $code,)*
                }
            }

            fn from_code(code: u8) -> Option<Self> {
                match code {
                    $($code => Some(Self::$variant),)*
                    _ => None,
                }
            }
        }

        impl $crate::lds::dg2::iso39794::der::Element for $name {
            fn write(&self, out: &mut Vec<u8>) -> Result<(), $crate::lds::LdsError> {
                $crate::lds::dg2::iso39794::der::write_fallback(out, self.code())
            }

            fn read(object: &$crate::tlv::Tlv<'_>) -> Result<Self, $crate::lds::LdsError> {
                let (code, position) = $crate::lds::dg2::iso39794::der::read_code(object)?;
                let unknown = $crate::lds::LdsError::new($crate::lds::LdsErrorKind::FaceCode(code), position);
                Self::from_code(code).ok_or(unknown)
            }
        }
    };
}

pub(super) use {enumeration, sequence};

/// Appends a code as the fallback of an extension block, as the profile has it.
pub(super) fn write_fallback(out: &mut Vec<u8>, code: u8) -> Result<(), LdsError> {
    let mut written = Ok(());
    tlv::push_nested(out, CONTEXT | CONSTRUCTED | 1, |out| written = push(out, CONTEXT, &code));
    written
}

/// The code of an enumeration in either form, and its position.
pub(super) fn read_code(choice: &Tlv<'_>) -> Result<(u8, usize), LdsError> {
    const CODE: u32 = CONTEXT;
    const EXTENSION_BLOCK: u32 = CONTEXT | CONSTRUCTED | 1;
    let alternative = one_of(choice)?;
    let code = match alternative.tag {
        CODE => alternative,
        EXTENSION_BLOCK => {
            let mut reader = alternative.reader();
            let fallback = reader.expect(CODE)?;
            finish_extensible(reader, CODE)?;
            fallback
        }
        _ => return Err(error(alternative.position)),
    };
    Ok((u8::read(&code)?, code.position))
}

/// The alternative of a choice.
pub(super) fn one_of<'a>(choice: &Tlv<'a>) -> Result<Tlv<'a>, LdsError> {
    let mut reader = choice.reader();
    let alternative = reader.next_object()?.ok_or(error(choice.position))?;
    reader.finish()?;
    Ok(alternative)
}
