//! What things are called. Identifiers may be logged; they name nobody.

use core::fmt;

/// Declares an identifier that is a short text.
macro_rules! text_identifier {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(pub String);

        impl $name {
            /// The text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }
        impl From<&str> for $name {
            fn from(text: &str) -> Self {
                $name(text.to_owned())
            }
        }
        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    };
}

/// Declares an identifier that is a number.
macro_rules! number_identifier {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(pub u64);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{}", self.0)
            }
        }
    };
}

text_identifier!(
    /// The number under which the issuing register approved an application. Unique for ever.
    ApplicationNumber
);
text_identifier!(
    /// The number of a blank booklet, perforated by its maker; with pre-numbered stock also the document number.
    BookletSerial
);
text_identifier!(
    /// What the centre calls a machine.
    MachineName
);
text_identifier!(
    /// What the centre calls a document signer.
    SignerName
);
text_identifier!(
    /// The number of a document as its MRZ says it (Doc 9303-4, 4.2.2: at most nine capital letters and digits). With
    /// pre-numbered stock it is the booklet's serial.
    DocumentNumber
);
text_identifier!(
    /// What the register or the intake calls a set of orders that came in together; empty when it says nothing.
    BatchName
);
number_identifier!(
    /// A shift of the centre. Never used twice.
    ShiftNumber
);
number_identifier!(
    /// A production order, numbered as accepted.
    OrderId
);
number_identifier!(
    /// One try at one order on one machine. Never reused; the machine knows it by the same number.
    JobNumber
);
number_identifier!(
    /// Position in the event log; consecutive from one.
    Sequence
);
number_identifier!(
    /// Grows whenever a host takes control of a machine.
    Fence
);

/// Who did something.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Actor {
    /// The line itself.
    Line,
    /// A machine reported it.
    Machine(MachineName),
    /// A person, by the name of the account.
    Person(String),
    /// The program on the command line, by the name of the system's account.
    Command(String),
}

impl fmt::Display for Actor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Actor::Line => f.write_str("line"),
            Actor::Machine(name) => write!(f, "machine:{name}"),
            Actor::Person(name) => write!(f, "person:{name}"),
            Actor::Command(name) => write!(f, "command:{name}"),
        }
    }
}

impl Actor {
    /// The name of the person who acts, if it is one. A command is none: nobody knows who typed it.
    pub fn person(&self) -> Option<&str> {
        match self {
            Actor::Person(name) => Some(name),
            _ => None,
        }
    }
    /// Reads what [`Display`](fmt::Display) wrote.
    pub fn parse(text: &str) -> Option<Actor> {
        match text.split_once(':') {
            None if text == "line" => Some(Actor::Line),
            Some(("machine", name)) => Some(Actor::Machine(name.into())),
            Some(("person", name)) => Some(Actor::Person(name.to_owned())),
            Some(("command", name)) => Some(Actor::Command(name.to_owned())),
            _ => None,
        }
    }
}

/// SHA-256 of something, as 32 bytes.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Digest(pub [u8; 32]);

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Digest({self})")
    }
}

/// Recognises two orders of one person without naming the person: a digest of what identifies the holder.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PersonKey(pub Digest);

impl fmt::Debug for PersonKey {
    // A digest of an identity number can be searched for, so it counts as personal.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PersonKey([personal])")
    }
}
