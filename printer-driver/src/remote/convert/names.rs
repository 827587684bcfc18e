//! Names: enums of the contract and of the link, value by value.

use crate::remote::wire;
use crate::{
    Acceptance, BookletFate, ControlCommand, ControlMode, ErrorKind, LayerCoding, LayerKind, Mode, Numbering,
    ProgressStep, Severity, Stack, State, StationKind,
};

/// A name as a number, and back; none for a number that this edition does not know.
pub(crate) trait Name: Sized {
    fn told(self) -> i32;
    fn understood(number: i32) -> Option<Self>;
}

/// Both directions from one table. The contract's own enums stand in this crate, so the table is exhaustive.
macro_rules! names {
    ($ours:ident = $wire:ident { $($name:ident),+ $(,)? }) => {
        impl Name for $ours {
            fn told(self) -> i32 {
                match self {
                    $($ours::$name => wire::$wire::$name.into(),)+
                }
            }
            fn understood(number: i32) -> Option<Self> {
                match wire::$wire::try_from(number) {
                    $(Ok(wire::$wire::$name) => Some($ours::$name),)+
                    Ok(wire::$wire::Unspecified) | Err(_) => None,
                }
            }
        }
    };
}

names!(Acceptance = Acceptance { Accepted, Repeated });
names!(BookletFate = BookletFate { Untouched, Spoiled, Unknown });
names!(
    ControlCommand = ControlCommand { Reset, Start, Stop, Hold, Unhold, Suspend, Unsuspend, Abort, Clear, Complete }
);
names!(ControlMode = ControlMode { Offline, Local, Remote });
names!(
    ErrorKind = ErrorKind {
        NotAttached,
        Fenced,
        LinkLost,
        Timeout,
        WrongState,
        Busy,
        Unsupported,
        Invalid,
        NotFound,
        CursorGone,
        FeederEmpty,
        StackFull,
        Misfeed,
        DoubleFeed,
        WrongSerial,
        ChipMute,
        MarkingFailed,
        CameraFailed,
        Jam,
        PowerLost,
        Fault
    }
);
names!(LayerCoding = LayerCoding { PngGrey, PngRgb, JpegRgb });
names!(LayerKind = LayerKind { Laser, Window, Observation });
names!(Mode = Mode { Production, Maintenance, Manual });
names!(Numbering = Numbering { PrePrinted, Engraved });
names!(ProgressStep = ProgressStep { SerialConfirmed, Engraved, Inked, Captured });
names!(Severity = Severity { Notice, Warning, Critical });
names!(Stack = Stack { Good, Reject });
names!(
    State = State {
        Stopped,
        Starting,
        Idle,
        Suspended,
        Execute,
        Stopping,
        Aborting,
        Aborted,
        Holding,
        Held,
        Unholding,
        Suspending,
        Unsuspending,
        Resetting,
        Completing,
        Complete,
        Clearing
    }
);
names!(StationKind = StationKind { Feed, Identify, Encode, Laser, Inkjet, Camera, Output, Other });
