//! How a machine's things become bytes in its memory, and things again.
//!
//! Numbers are little-endian, texts and lists carry their length, variants begin with a byte. Only this machine reads
//! what it wrote, so the layout is free to change together with the folder's magic.

mod contract;

use std::sync::Arc;

use super::memory::MemoryError;

/// Takes a record apart.
pub(crate) struct Reader<'a> {
    whole: usize,
    rest: &'a [u8],
}

impl<'a> Reader<'a> {
    fn new(bytes: &'a [u8]) -> Self {
        Reader { whole: bytes.len(), rest: bytes }
    }

    pub(crate) fn damaged(&self) -> MemoryError {
        MemoryError::Damaged { position: (self.whole - self.rest.len()) as u64 }
    }

    fn take(&mut self, count: usize) -> Result<&'a [u8], MemoryError> {
        let (taken, rest) = self.rest.split_at_checked(count).ok_or_else(|| self.damaged())?;
        self.rest = rest;
        Ok(taken)
    }
}

/// Something that a memory can hold.
pub(crate) trait Record: Sized {
    fn write(&self, out: &mut Vec<u8>);
    fn read(input: &mut Reader<'_>) -> Result<Self, MemoryError>;

    fn to_bytes(&self) -> Vec<u8> {
        let mut out = Vec::new();
        self.write(&mut out);
        out
    }

    fn from_bytes(bytes: &[u8]) -> Result<Self, MemoryError> {
        let mut reader = Reader::new(bytes);
        let value = Self::read(&mut reader)?;
        if reader.rest.is_empty() { Ok(value) } else { Err(reader.damaged()) }
    }
}

/// Bytes that are kept as they are.
struct Bytes(Vec<u8>);

macro_rules! numbers {
    ($($number:ty),*) => {$(
        impl Record for $number {
            fn write(&self, out: &mut Vec<u8>) {
                out.extend_from_slice(&self.to_le_bytes());
            }
            fn read(input: &mut Reader<'_>) -> Result<Self, MemoryError> {
                let bytes = input.take(size_of::<$number>())?;
                Ok(<$number>::from_le_bytes(bytes.try_into().map_err(|_| input.damaged())?))
            }
        }
    )*};
}
numbers!(u8, u16, u32, u64, u128, i32, i64);

/// Structs, field by field; tuple structs name their fields by number.
macro_rules! record_struct {
    ($name:ident { $($field:tt),* }) => {
        impl $crate::machine::record::Record for $name {
            fn write(&self, out: &mut Vec<u8>) {
                $($crate::machine::record::Record::write(&self.$field, out);)*
            }
            fn read(
                input: &mut $crate::machine::record::Reader<'_>,
            ) -> Result<Self, $crate::machine::memory::MemoryError> {
                Ok($name { $($field: $crate::machine::record::Record::read(input)?),* })
            }
        }
    };
}
pub(crate) use record_struct;

/// A struct of the contract, which can only be made by its constructor: its fields one after another, and how it is made
/// of them.
macro_rules! record_made {
    ($name:ident { $($field:ident),* } => $made:expr) => {
        impl $crate::machine::record::Record for $name {
            fn write(&self, out: &mut Vec<u8>) {
                $($crate::machine::record::Record::write(&self.$field, out);)*
            }
            fn read(
                input: &mut $crate::machine::record::Reader<'_>,
            ) -> Result<Self, $crate::machine::memory::MemoryError> {
                $(let $field = $crate::machine::record::Record::read(input)?;)*
                Ok($made)
            }
        }
    };
}
pub(crate) use record_made;

/// Enums without content: a variant's byte is its place in the list, so new ones go to the end. The list is written here,
/// taken from the enum where it tells its own, or made together with the enum.
macro_rules! record_names {
    ($(#[$attribute:meta])* $scope:vis enum $name:ident { $($variant:ident),* $(,)? }) => {
        $(#[$attribute])*
        $scope enum $name { $($variant),* }
        $crate::machine::record::record_names!($name { $($variant),* });
    };
    ($name:ident { $($variant:ident),* }) => {
        $crate::machine::record::record_names!($name in [$($name::$variant),*]);
    };
    ($name:ident in $all:expr) => {
        impl $crate::machine::record::Record for $name {
            fn write(&self, out: &mut Vec<u8>) {
                let place = $all.iter().position(|variant| variant == self);
                out.push(place.and_then(|place| u8::try_from(place).ok()).unwrap_or(u8::MAX));
            }
            fn read(
                input: &mut $crate::machine::record::Reader<'_>,
            ) -> Result<Self, $crate::machine::memory::MemoryError> {
                let place = <u8 as $crate::machine::record::Record>::read(input)?;
                $all.get(usize::from(place)).copied().ok_or_else(|| input.damaged())
            }
        }
    };
}
pub(crate) use record_names;

impl Record for bool {
    fn write(&self, out: &mut Vec<u8>) {
        out.push(u8::from(*self));
    }
    fn read(input: &mut Reader<'_>) -> Result<Self, MemoryError> {
        match u8::read(input)? {
            0 => Ok(false),
            1 => Ok(true),
            _ => Err(input.damaged()),
        }
    }
}

impl Record for Bytes {
    fn write(&self, out: &mut Vec<u8>) {
        write_bytes(&self.0, out);
    }
    fn read(input: &mut Reader<'_>) -> Result<Self, MemoryError> {
        let length = u32::read(input)?;
        Ok(Bytes(input.take(length as usize)?.to_vec()))
    }
}

fn write_bytes(bytes: &[u8], out: &mut Vec<u8>) {
    // Longer values cannot occur: the memory refuses a commit of that size.
    u32::try_from(bytes.len()).unwrap_or(u32::MAX).write(out);
    out.extend_from_slice(bytes);
}

impl Record for String {
    fn write(&self, out: &mut Vec<u8>) {
        write_bytes(self.as_bytes(), out);
    }
    fn read(input: &mut Reader<'_>) -> Result<Self, MemoryError> {
        String::from_utf8(Bytes::read(input)?.0).map_err(|_| input.damaged())
    }
}

impl<T: Record> Record for Option<T> {
    fn write(&self, out: &mut Vec<u8>) {
        self.is_some().write(out);
        if let Some(value) = self {
            value.write(out);
        }
    }
    fn read(input: &mut Reader<'_>) -> Result<Self, MemoryError> {
        Ok(if bool::read(input)? { Some(T::read(input)?) } else { None })
    }
}

impl<T: Record> Record for Vec<T> {
    fn write(&self, out: &mut Vec<u8>) {
        u32::try_from(self.len()).unwrap_or(u32::MAX).write(out);
        for value in self {
            value.write(out);
        }
    }
    fn read(input: &mut Reader<'_>) -> Result<Self, MemoryError> {
        let count = u32::read(input)?;
        (0..count).map(|_| T::read(input)).collect()
    }
}

impl<A: Record, B: Record> Record for (A, B) {
    fn write(&self, out: &mut Vec<u8>) {
        self.0.write(out);
        self.1.write(out);
    }
    fn read(input: &mut Reader<'_>) -> Result<Self, MemoryError> {
        Ok((A::read(input)?, B::read(input)?))
    }
}

impl<T: Record, E: Record> Record for Result<T, E> {
    fn write(&self, out: &mut Vec<u8>) {
        self.is_ok().write(out);
        match self {
            Ok(value) => value.write(out),
            Err(error) => error.write(out),
        }
    }
    fn read(input: &mut Reader<'_>) -> Result<Self, MemoryError> {
        Ok(if bool::read(input)? { Ok(T::read(input)?) } else { Err(E::read(input)?) })
    }
}

impl Record for Arc<[u8]> {
    fn write(&self, out: &mut Vec<u8>) {
        write_bytes(self, out);
    }
    fn read(input: &mut Reader<'_>) -> Result<Self, MemoryError> {
        Ok(Bytes::read(input)?.0.into())
    }
}
